# More MiniRocket features and hand-made statistics, with ridge regression and another one between
# classes that are taken for each other, judged on the test people.

experiment := rocket-statistics
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/rocket-statistics.net
EPOCHS     ?= 0
REPEATS    ?= 3
TRAIN      ?= --solver ridge --pairs

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
