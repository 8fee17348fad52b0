# Convolutions over four parts of a window, an LSTM over the parts, judged on the test people.

experiment := cnn-lstm
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/cnn-lstm.net
EPOCHS     ?= 25
REPEATS    ?= 5
published  := Accuracy: 89.827% (+/-1.641)

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
