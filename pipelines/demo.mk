# The published experiments in small, on simulated people: from recordings to the table, without
# any data.

experiments        := cnn-lstm conv-lstm lstm
defaults_lstm      := EPOCHS=5 REPEATS=3
defaults_cnn-lstm  := EPOCHS=2 REPEATS=2
defaults_conv-lstm := EPOCHS=2 REPEATS=2
runs  := runs/demo
given := prepare='har-synth --seed 1 | har-filter --preset uci-har | \
har-window --length 128 --step 64 | har-onehot'

include $(dir $(lastword $(MAKEFILE_LIST)))run-list.mk
