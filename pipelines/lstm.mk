# LSTM(100) on the windows of UCI HAR, judged on the test people.

experiment := lstm
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/lstm.net
EPOCHS     ?= 15
REPEATS    ?= 10
published  := Accuracy: 90.027% (+/-0.777)

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
