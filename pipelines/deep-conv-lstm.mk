# DeepConvLSTM on rows that are changed at random, judged on the test people.

experiment := deep-conv-lstm
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/deep-conv-lstm.net
EPOCHS     ?= 20
REPEATS    ?= 5
TRAIN      ?= --clip-norm 1 --weight-decay 0.01 --label-smoothing 0.1 --learning-rate-schedule cosine

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
