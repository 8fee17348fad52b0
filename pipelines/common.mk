# What all experiments share: rows are prepared once, each repeat is trained and judged on its own,
# and the repeats are summarized. make knows what is missing or out of date, GNU parallel runs it.
#
# An experiment sets experiment (its name: all it makes is in runs/NAME/), net, published (a line to
# print beside ours), defaults for EPOCHS and REPEATS, and prepare (a pipe that writes the rows)
# where they aren't the windows of UCI HAR; what its repeats are called (unit), one's command (repeat)
# and that of their summary (summarize) where they aren't repeats with other seeds. The command line
# sets DATA (the folder of the data set), FROM=raw (rows are cut from HAPT's recordings, DATA is their
# folder), prepare (rows of one's own, made anew when a file changes that the pipe names:
# prepare='har-onehot mine.har'), NET EPOCHS BATCH REPEATS JOBS, SEED (the first repeat's), TRAIN (more
# options of har-train) and RUN (another folder).
#
# A net of one's own, NET=my.net, is another experiment: all it makes is in runs/my/ (in runs/lstm-own/
# where it is another lstm.net than that in nets/), and nothing was published of it. Neither was of rows
# of one's own.
#
# Without epochs (EPOCHS=0, as of nets for --solver ridge) there are no batches.
#
# JOBS are as many as the cores that may be used (har-doctor); run warns where threads exceed them.
#
# A changed option makes anew what depends on it, and nothing else. A repeat's file appears when the
# repeat has succeeded: after an interrupt, the same command goes on with what is missing.

pipelines := $(dir $(lastword $(MAKEFILE_LIST)))
SHELL   := /bin/bash
BATCH   ?= $(if $(filter-out 0,$(EPOCHS)),64)
SEED    ?= 1
JOBS    ?= $(shell har-doctor --cores 2>/dev/null || nproc 2>/dev/null || echo 2)
NET     ?= $(net)
FROM    ?= windows
DATA    ?= data/$(dataset)
unit    ?= repeat
include $(pipelines)name.mk
ifneq ($(abspath $(NET)),$(abspath $(net)))
RUN     ?= runs/$(name)
published :=
endif
RUN     ?= runs/$(experiment)
numbers := $(if $(REPEATS),$(shell seq $(REPEATS) 2>/dev/null))
results := $(numbers:%=$(RUN)/$(unit)-%.har)
strict  := set -euo pipefail;
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

# A ridge regression computes with OpenBLAS, which takes processors newer than itself for old ones.
ifneq ($(filter ridge,$(TRAIN)),)
ifndef OPENBLAS_CORETYPE
better_core := $(shell har-doctor --better-core 2>/dev/null)
ifneq ($(better_core),)
$(info OPENBLAS_CORETYPE=$(better_core) for this run: har-doctor says why)
export OPENBLAS_CORETYPE := $(better_core)
endif
endif
endif

# A text as one word of the shell; a file that says TEXT, written when that changes, after COMMANDS.
quote = '$(subst ','\'',$1)'
keep  = mkdir -p $(@D); printf '%s\n' $1 | cmp -s - $@ || { $2 printf '%s\n' $1 > $@; }

# What goes on in RUN where make alone was killed, or its terminal was closed, holds RUN/.lock: it would
# write into what is begun now.
busy := $(shell [ ! -e $(call quote,$(RUN)/.lock) ] || flock -w 1 $(call quote,$(RUN)/.lock) true || echo busy)
$(if $(busy),$(error $(experiment): $(RUN): another run is still at work there))

$(if $(shell [ ! -r $(call quote,$(NET)) ] || echo there),,$(error NET=$(NET): no such file))

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

# Beside targets.mk all are targets of the main Makefile; where pipelines are installed there is none.
where_it_is  = $1 DATA='…/$(dataset)'
dataset_hint = $(if $(wildcard $(pipelines)targets.mk),$(dataset_how); or say where it is: \
$(call where_it_is,make $(or $(target),$(experiment))); 'make demo' needs no data,say where it is: \
$(call where_it_is,$(strip make -f $(firstword $(MAKEFILE_LIST)) $(filter NET=%,$(target)))); demo.mk beside it needs no data)

ifndef prepare
prepare    = $(dataset_rows) | har-onehot
data_state = cd $(call quote,$(DATA)) 2>/dev/null && \
    find . -type f -path '*t*/*' -printf '%p %s %T@\n' | LC_ALL=C sort
data_check = [ -d $(call quote,$(DATA)/$(dataset_made)) ] || { \
    echo $(experiment): $(call quote,$(DATA)): no $(dataset) there >&2; \
    echo "hint: $(dataset_hint)" >&2; exit 1; };
else
published :=
# The shell's signs part words as blanks do; where it writes to (2> log) is no file to read.
no_outputs    := s/[0-9&]*>[>&|]* *[^ ]*/ /g
shell_signs  := <|;&()"'
prepare_words = $(shell printf %s $(call quote,$(prepare)) | sed $(call quote,$(no_outputs)) | \
tr $(call quote,$(shell_signs)) ' ')
prepare_files = $(foreach file,$(wildcard $(prepare_words)),$(call quote,$(file)))
data_state    = $(if $(prepare_files),find -L $(prepare_files) -maxdepth 0 -printf '%p %s %T@\n')
endif

# Repeat $1 with seed $2.
repeat ?= har-train --seed $2 --epochs $(EPOCHS)$(if $(BATCH), --batch $(BATCH))$(if $(TRAIN), $(TRAIN)) \
--log $(RUN)/repeat-$1.jsonl $(call quote,$(NET)) < $(RUN)/data.har | \
har-eval -o $(RUN)/repeat-$1.har
seed      = $(shell expr $(SEED) - 1 + $1)
say_score = har-summarize $(RUN)/$(unit)-$1.har | grep '^Accuracy' | cut -d' ' -f 1,2
summarize ?= cat $(RUN)/repeat-{1..$(REPEATS)}.har | har-summarize --runs $(REPEATS)

# The whole experiment. In a list of several (run-list.mk) the first step is 'list', the last
# 'average', and what all lists hold is run in between.
summary: list
	@$(pipelines)run $(JOBS) $(RUN)/missing
	@$(average)
list: $(results)
	@$(if $(numbers),,echo '$(experiment): REPEATS=$(REPEATS): expected a number from 1 on' >&2; exit 2)
	@LC_ALL=C sort -V -o $(RUN)/missing $(RUN)/missing
	@[ ! -s $(RUN)/missing ] || echo $(call quote,$(call repeat,N,SEED))
average:
	@$(average)

# A result of other rows, options or net is no result, nor is a mean over it: all go, also those beyond
# REPEATS.
forget = gone=$$(find $(RUN) -maxdepth 1 -name '$(unit)-*.har' | wc -l); \
[ "$$gone" -eq 0 ] || echo "$(experiment): $(RUN): results of $1 are removed ($$gone)" >&2; \
rm -f $(RUN)/$(unit)-*.har $(RUN)/$(unit)-*.jsonl $(RUN)/summary.txt;

# make only notes the repeats to be run, a line each: what to call it, a tab, its command.
$(results): $(RUN)/$(unit)-%.har: $(RUN)/data.har $(RUN)/options
	@rm -f $@ $(RUN)/summary.txt
	@printf '%s\t%s\n' '$(experiment) $*' \
	    $(call quote,$(call repeat,$*,$(call seed,$*)); $(call say_score,$*)) >> $(RUN)/missing

define average
$(strict) failed=; \
for n in $(numbers); do [ -f $(RUN)/$(unit)-$$n.har ] || failed="$$failed $$n"; done; \
if [ -n "$$failed" ]; then \
    echo "$(experiment): nothing is averaged, for these $(unit)s failed:$$failed" >&2; \
    echo "hint: the others are kept; the same command runs what is missing" >&2; exit 3; \
fi; \
echo $(call quote,$(summarize)); $(summarize) -o $(RUN)/summary.txt; \
cat $(RUN)/summary.txt; \
echo $(call quote,$(if $(published),Published: $(published))) > $(RUN)/published.txt; \
grep . $(RUN)/published.txt || true
endef

# Where preparing anew gives the same rows, they stay untouched, and no repeat runs again.
$(RUN)/data.har: $(RUN)/source
	@$(strict) trap 'rm -f $@.new' EXIT; echo $(call quote,$(prepare) > $@); { $(prepare); } > $@.new; \
	if cmp -s $@.new $@; then rm $@.new; touch -r $@ $<; \
	else $(call forget,other rows) mv $@.new $@; fi

# What rows and repeats were made from. Files that an interrupted repeat left unfinished go.
$(RUN)/source: FORCE
	@$(strict) $(data_check) state=$$($(or $(data_state),true)); \
	$(call keep,$(call quote,$(prepare)) "$$state")
$(RUN)/options: FORCE
	@mkdir -p $(@D); : > $(RUN)/missing; rm -f $(RUN)/$(unit)-*.har.*
	@$(strict) version=$$(har-train --version); net=$$(cat $(call quote,$(NET))); \
	$(call keep,$(call quote,$(call repeat,N,SEED)) "first seed $(SEED)" "$$version" "$$net",\
	    $(call forget,other options or another net))

.PHONY: summary list average FORCE
.DELETE_ON_ERROR:
