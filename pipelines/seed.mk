# The three published experiments, and how ours compare.

experiments := lstm cnn-lstm conv-lstm

include $(dir $(lastword $(MAKEFILE_LIST)))run-list.mk
