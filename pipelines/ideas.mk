# The four ideas that the published experiments leave open.

experiments := gru bidirectional-lstm multi-head-cnn stacked-lstm

include $(dir $(lastword $(MAKEFILE_LIST)))run-list.mk
