# Leave one person out: any net, trained on all people but one and judged on that one, for each of
# them; people whom the data set marks for testing too. loso.mk NET=nets/lstm.net, and what common.mk
# takes. All is in runs/NAME-loso: fold-N.har and fold-N.jsonl of the Nth person, summary.txt with
# every person's accuracy and macro F1.
#
# VALIDATION is the share of the other people who are for validation (none if not given). EPOCHS and
# TRAIN default to those of the experiment that is named as the net.

this := $(lastword $(MAKEFILE_LIST))
here := $(dir $(this))
$(if $(NET),,$(error loso: NET says which net, as in: make loso NET=pipelines/nets/lstm.net))
$(if $(shell jq --version 2>/dev/null),,$(error loso: jq is missing, with which people are summarized))
net         = $(here)nets/$(net_name).net
include $(here)name.mk
experiment := $(name)-loso
RUN        ?= runs/$(experiment)
target      = loso NET=$(NET)
default     = $(shell sed -nE 's/^$1 *\?= *//p' '$(here)$(net_name).mk' 2>/dev/null)
EPOCHS     ?= $(or $(call default,EPOCHS),15)
TRAIN      ?= $(call default,TRAIN)

# How many people there are is known once there are rows.
ifndef FOLDS
all-folds: $(RUN)/data.har
	+@folds=$$($(count)) && $(MAKE) --no-print-directory -f $(this) FOLDS=$$folds
endif

unit     := fold
override REPEATS := $(FOLDS)
fold_of   = har-split --pool --leave-one-out
count     = $(fold_of) --folds $(RUN)/data.har
repeat    = $(fold_of) --fold $1/$(FOLDS)$(if $(VALIDATION), --validation $(VALIDATION)) $(RUN)/data.har | \
har-train --seed $2 --epochs $(EPOCHS)$(if $(BATCH), --batch $(BATCH))$(if $(TRAIN), $(TRAIN)) \
--log $(RUN)/fold-$1.jsonl $(call quote,$(NET)) | har-eval -o $(RUN)/fold-$1.har
summarize = cat $(RUN)/fold-{1..$(FOLDS)}.har | $(here)people $(FOLDS)

include $(here)common.mk
