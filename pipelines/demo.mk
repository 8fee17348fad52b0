# The LSTM on simulated people: from recordings to the summary, without any data.

experiment := demo
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/lstm.net
EPOCHS     ?= 5
REPEATS    ?= 3
prepare    := har-synth --seed 1 | har-filter --preset uci-har | \
har-window --length 128 --step 64 | har-onehot

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
