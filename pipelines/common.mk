# What all experiments share: rows are prepared once, each repeat is trained and judged on its own,
# and the repeats are summarized. make knows what is missing or out of date, GNU parallel runs it.
#
# An experiment sets experiment (its name: all it makes is in runs/NAME/), net, published (a line to
# print beside ours), defaults for EPOCHS and REPEATS, and prepare (a pipe that writes the rows)
# where they aren't the windows of UCI HAR. The command line sets DATA (the folder of the data set),
# FROM=raw (rows are cut from HAPT's recordings, DATA is their folder), NET EPOCHS BATCH REPEATS
# JOBS, SEED (the first repeat's) and TRAIN (more options of har-train).
#
# A changed option makes anew what depends on it, and nothing else. A repeat's file appears when the
# repeat has succeeded: after an interrupt, the same command goes on with what is missing.

SHELL   := /bin/bash
BATCH   ?= 64
SEED    ?= 1
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
NET     ?= $(net)
FROM    ?= windows
DATA    ?= data/$(dataset)
RUN     ?= runs/$(experiment)
numbers := $(shell seq $(REPEATS))
results := $(numbers:%=$(RUN)/repeat-%.har)
strict  := set -euo pipefail;
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

# A text as one word of the shell; a file that says TEXT, touched when that changes.
quote = '$(subst ','\'',$1)'
keep  = mkdir -p $(@D); printf '%s\n' $1 | cmp -s - $@ || printf '%s\n' $1 > $@

# FROM=windows: those of UCI HAR as they are; FROM=raw: cut from HAPT's recordings.
$(if $(filter-out windows raw,$(FROM)),$(error FROM=$(FROM): expected windows or raw))
ifeq ($(FROM),raw)
dataset      := HAPT Data Set
dataset_made := RawData
dataset_how  := 'make data-hapt' downloads it (80 MB)
dataset_rows  = har-load hapt $(call quote,$(DATA)) | har-filter --preset uci-har | \
har-window --within-labels --drop-labels 7-12 --length 128 --step 64
else
dataset      := UCI HAR Dataset
dataset_made := train/Inertial Signals
dataset_how  := 'make data' downloads it (61 MB)
dataset_rows  = har-load uci $(call quote,$(DATA))
endif

ifndef prepare
prepare    = $(dataset_rows) | har-onehot
data_state = cd $(call quote,$(DATA)) 2>/dev/null && \
    find . -type f -path '*t*/*' -printf '%p %s %T@\n' | LC_ALL=C sort
data_check = [ -d $(call quote,$(DATA)/$(dataset_made)) ] || { \
    echo $(experiment): $(call quote,$(DATA)): no $(dataset) there >&2; \
    echo "hint: $(dataset_how); or say where it is:" \
        "make $(experiment) DATA='…/$(dataset)'; 'make demo' needs no data" >&2; exit 1; };
endif

# One repeat; GNU parallel puts its number for {1} and its seed for {2}.
repeat = har-train --seed {2} --epochs $(EPOCHS) --batch $(BATCH)$(if $(TRAIN), $(TRAIN)) \
--log $(RUN)/repeat-{1}.jsonl $(call quote,$(NET)) < $(RUN)/data.har | \
har-eval -o $(RUN)/repeat-{1}.har
say_score = har-summarize $(RUN)/repeat-{1}.har | tail -n 1 | cut -d' ' -f 1,2
summarize = cat $(RUN)/repeat-{1..$(REPEATS)}.har | har-summarize --runs $(REPEATS)

summary: $(results)
	@$(strict) $(run_missing) $(name_failed)
	@$(strict) echo $(call quote,$(summarize)); $(summarize) -o $(RUN)/summary.txt
	@cat $(RUN)/summary.txt
	@$(if $(published),echo $(call quote,Published: $(published)))

# make only notes which repeats are to be run: a result of other rows or options is no result.
$(results): $(RUN)/repeat-%.har: $(RUN)/data.har $(RUN)/options
	@rm -f $@; echo "$* $$(($(SEED) - 1 + $*))" >> $(RUN)/missing

define run_missing
if [ -s $(RUN)/missing ]; then \
    echo $(call quote,$(subst {2},SEED,$(subst {1},N,$(repeat)))); \
    sort -n $(RUN)/missing | PARALLEL_SHELL=/bin/bash parallel --will-cite --jobs $(JOBS) \
        --colsep ' ' --tagstring 'repeat {1}:' $(call quote,set -eo pipefail; $(repeat); $(say_score)) || true; \
fi;
endef

define name_failed
failed=; for n in $(numbers); do [ -f $(RUN)/repeat-$$n.har ] || failed="$$failed $$n"; done; \
if [ -n "$$failed" ]; then \
    echo "$(experiment): nothing is averaged, for these repeats failed:$$failed" >&2; \
    echo "hint: the others are kept; the same command runs what is missing" >&2; exit 3; \
fi
endef

# Where preparing anew gives the same rows, they stay untouched, and no repeat runs again.
$(RUN)/data.har: $(RUN)/source
	@$(strict) echo $(call quote,$(prepare) -o $@); $(prepare) -o $@.new; \
	if cmp -s $@.new $@; then rm $@.new; touch -r $@ $<; else mv $@.new $@; fi

# What rows and repeats were made from.
$(RUN)/source: FORCE
	@$(strict) $(data_check) state=$$($(or $(data_state),true)); \
	$(call keep,$(call quote,$(prepare)) "$$state")
$(RUN)/options: FORCE
	@rm -f $(RUN)/missing
	@$(strict) version=$$(har-train --version); net=$$(cat $(call quote,$(NET))); \
	$(call keep,$(call quote,$(repeat)) "first seed $(SEED)" "$$version" "$$net")

.PHONY: summary FORCE
.DELETE_ON_ERROR:
