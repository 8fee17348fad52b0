# GRU(100) in the place of lstm.mk's LSTM(100), judged on the test people.

experiment := gru
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/gru.net
EPOCHS     ?= 15
REPEATS    ?= 5
TRAIN      ?= --clip-norm 1

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
