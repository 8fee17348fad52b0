# An LSTM whose products are convolutions, over four parts of a window, judged on the test people.

experiment := conv-lstm
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/conv-lstm.net
EPOCHS     ?= 25
REPEATS    ?= 5
published  := Accuracy: 91.096% (+/-0.753)

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
