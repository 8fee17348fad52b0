# An LSTM in both directions of time, judged on the test people; clipped like stacked-lstm.mk.

experiment := bidirectional-lstm
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/bidirectional-lstm.net
EPOCHS     ?= 15
REPEATS    ?= 5
TRAIN      ?= --clip-norm 1

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
