# A convolutional head for each of the nine channels, judged on the test people.

experiment := multi-head-cnn
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/multi-head-cnn.net
EPOCHS     ?= 25
REPEATS    ?= 5
TRAIN      ?= --clip-norm 1

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
