# The published notebook's search for a ConvLSTM, its mistakes corrected: every trial is trained
# several times and judged on validation people, who are some of the training people; the less
# promising ones are given up early; the test people are met once, at the end, by the best trial.
#
# The command line sets, beside common.mk's DATA FROM JOBS SEED RUN: SPACE and NET (a template),
# TRIALS, GENERATION (trials proposed together), EPOCHS (at most, in the first and the last rung),
# REPEATS (trainings a trial in each rung), VALIDATION (the share of the training people), TRAIN (a
# template of har-train's options) and TESTS (trainings of the best trial for the test people).
#
# After an interrupt, or kill -9, the same command goes on with the study, once what was still at work
# has ended. Another plan begins
# another study, and the one before stays beside it as study.jsonl.old.

search: search-summary

experiment := search
RUN        ?= runs/$(experiment)
spaces     := $(dir $(lastword $(MAKEFILE_LIST)))spaces/
net        := $(spaces)conv-lstm.net
SPACE      ?= $(spaces)conv-lstm.space
TRIALS     ?= 40
GENERATION ?= 10
EPOCHS     ?= 2:18
REPEATS    ?= 2
TESTS      ?= 5
VALIDATION ?= 0.25
TRAIN      ?= --learning-rate {learning_rate} --batch {batch} --patience 5 --restore-best

include $(dir $(lastword $(MAKEFILE_LIST)))common.mk

split   = har-split --validation $(VALIDATION) --seed $(SEED)
prepare = $(dataset_rows) | $(split) | har-onehot
study   = $(RUN)/study.jsonl
begin   = har-tune new --seed $(SEED) --trials $(TRIALS) --generation $(GENERATION) --pruner halving \
--budget $(EPOCHS) --repeats $(REPEATS) $(study) $(call quote,$(SPACE))
filled  = --template $(call quote,$(NET)) --template $(RUN)/train.args
worker  = $(pipelines)search-worker $(study) $(RUN)/data.har $(call quote,$(NET)) $(RUN)/train.args
test    = har-train --seed {} --epochs $(lastword $(subst :, ,$(EPOCHS))) $$options $(RUN)/best.net \
< $(RUN)/data.har | har-eval --split test
lock    = exec {held}>> $(RUN)/.lock; flock -w 1 $$held || { \
    echo 'search: $(RUN): another run is still at work there' >&2; exit 1; };

$(study): $(RUN)/data.har $(RUN)/plan
	@[ ! -f $@ ] || mv $@ $@.old
	@$(strict) echo $(call quote,$(begin) $(filled)); $(begin) $(filled)
$(RUN)/plan: FORCE
	@$(strict) version=$$(har-tune --version; har-train --version); \
	text=$$(cat $(call quote,$(SPACE)) $(call quote,$(NET))); \
	$(call keep,$(call quote,$(begin)) $(call quote,$(TRAIN)) "$$version" "$$text")
	@printf '%s\n' $(call quote,$(TRAIN)) > $(RUN)/train.args

# The workers may be killed, and all that tells is whether the study is complete.
search-trials: $(study)
	@echo $(call quote,$(worker))
	@[[ '$(JOBS)' =~ ^[1-9][0-9]*$$ ]] || { echo 'search: JOBS=$(JOBS): expected a number from 1 on' >&2; exit 2; }
	@$(lock) seq $(JOBS) | parallel --will-cite --line-buffer --jobs $(JOBS) -N0 $(call quote,$(worker)) || true
	@$(strict) har-tune trials --complete $(study) -o $(RUN)/trials.txt; \
	cat $(RUN)/trials.txt; har-tune importance $(study); har-tune best $(study)

# What the test people are met with. Where it is as before, and the rows are, they aren't met again.
$(RUN)/test.plan: search-trials
	@$(strict) har-tune fill $(study) best $(call quote,$(NET)) -o $(RUN)/best.net; \
	options=$$(har-tune fill $(study) best $(RUN)/train.args); \
	version=$$(har-train --version); net=$$(cat $(RUN)/best.net); \
	$(call keep,$(call quote,$(test)) "$(TESTS) from seed $(SEED)" "$$options" "$$version" "$$net")
$(RUN)/test.har: $(RUN)/data.har $(RUN)/test.plan
	@$(strict) $(lock) options=$$(har-tune fill $(study) best $(RUN)/train.args); \
	echo $(call quote,$(test)); \
	seq $(SEED) $$(($(SEED) + $(TESTS) - 1)) | PARALLEL_SHELL=/bin/bash parallel --will-cite --keep-order \
	    --halt now,fail=1 --jobs $(JOBS) "set -o pipefail; $(test)" > $@.new; mv $@.new $@
search-summary: $(RUN)/test.har
	@$(strict) har-summarize --runs $(TESTS) $< | tee $(RUN)/summary.txt

.PHONY: search search-trials search-summary
