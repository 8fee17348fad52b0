# Two LSTM layers, judged on the test people; clipped, for deep recurrent nets are unstable.

experiment := stacked-lstm
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/stacked-lstm.net
EPOCHS     ?= 15
REPEATS    ?= 5
TRAIN      ?= --clip-norm 1

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
