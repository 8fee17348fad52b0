# More MiniRocket features and hand-made statistics; rows turned as well as they are; ridge regression,
# and another one between classes that are taken for each other. Judged on the test people.

experiment := rocket-statistics
net        := $(dir $(lastword $(MAKEFILE_LIST)))nets/rocket-statistics.net
EPOCHS     ?= 0
REPEATS    ?= 3
TRAIN      ?= --solver ridge --copies 1 --pairs

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk
