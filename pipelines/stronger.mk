# Stronger models than the published ones, chosen on people held out of training.

experiments := bi-gru residual-cnn deep-conv-lstm inception-time

include $(dir $(lastword $(MAKEFILE_LIST)))run-list.mk
