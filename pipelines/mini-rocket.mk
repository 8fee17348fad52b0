# MiniRocket's features and ridge regression, judged on the test people. There are no epochs.

experiment := mini-rocket
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/mini-rocket.net
EPOCHS     ?= 0
REPEATS    ?= 5
TRAIN      ?= --solver ridge

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
