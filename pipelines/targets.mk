# The experiments and the data, as targets of the main Makefile.

EXPERIMENTS := lstm cnn-lstm conv-lstm stacked-lstm bidirectional-lstm gru multi-head-cnn \
    residual-cnn inception-time deep-conv-lstm bi-gru mini-rocket rocket-statistics seed ideas stronger \
    loso search
$(EXPERIMENTS): all
	@PATH="$(abspath $(BIN)):$$PATH" $(MAKE) --no-print-directory -f pipelines/$@.mk

# One table of all models in RUNS, as text or (MARKDOWN=1) for a page.
RUNS ?= runs
table: all
	@pipelines/packages check table
	@PATH="$(abspath $(BIN)):$$PATH" pipelines/models $(if $(MARKDOWN),--markdown) '$(subst ','\'',$(RUNS))'

# On a fresh machine: installs, builds, simulates, trains, judges.
demo:
	@pipelines/packages install build
	@$(MAKE) --no-print-directory all
	@PATH="$(abspath $(BIN)):$$PATH" $(MAKE) --no-print-directory -f pipelines/demo.mk

# Downloads: name, size and checksum of each archive, and a folder that tells the data set.
ARCHIVE ?= https://archive.ics.uci.edu/static/public
DATASETS ?= data
data:
	@pipelines/packages check data
	@pipelines/fetch "$(ARCHIVE)/240/human+activity+recognition+using+smartphones.zip" 61005872 \
	    c00b803081a5c797cd5e4b83700a9810b38d53d9d84e01917e090e1fdbc81031 \
	    'train/Inertial Signals' '$(DATASETS)/UCI HAR Dataset'
data-hapt:
	@pipelines/packages check data
	@pipelines/fetch "$(ARCHIVE)/341/smartphone+based+recognition+of+human+activities+and+postural+transitions.zip" \
	    79596192 4ac4ae064227c07045a99551876b54d204837e995e298b6488559e209b3deb09 \
	    RawData '$(DATASETS)/HAPT Data Set'

.PHONY: $(EXPERIMENTS) table demo data data-hapt
