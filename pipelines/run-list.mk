# Several experiments as one run list over the cores, then their summaries and one table.
#
# experiments names them, the longest last, for the list is run from its end. What else is set: more
# variables for all (given), defaults of one (defaults_NAME), and runs, the folder of their folders.
# The command line's variables are for all: EPOCHS=2 is that of each experiment.

pipelines := $(dir $(lastword $(MAKEFILE_LIST)))
SHELL  := /bin/bash
JOBS   ?= $(shell har-doctor --cores 2>/dev/null || nproc 2>/dev/null || echo 2)
runs   ?= runs
$(foreach one,NET RUN,$(if $($(one)),$(error $(one)=$($(one)): of one experiment, not of a list of several)))
# $1: an experiment, $2: what to do of it.
make_one = $(defaults_$1) $(MAKE) --no-print-directory -f $(pipelines)$1.mk RUN=$(runs)/$1 $(given) $2
reverse  = $(if $1,$(call reverse,$(wordlist 2,$(words $1),$1)) $(firstword $1))

table:
	+@set -e; $(foreach each,$(experiments),$(call make_one,$(each),list);)
	@$(pipelines)run $(JOBS) $(patsubst %,$(runs)/%/missing,$(call reverse,$(experiments)))
	+@status=0; $(foreach each,$(experiments),$(call make_one,$(each),average) || status=3;) exit $$status
	@echo; $(pipelines)table $(experiments:%=$(runs)/%)

.PHONY: table
