# Tests, fuzzing, benchmarks. Included by the Makefile.

FUZZ_SECONDS ?= 5
UNIT_TESTS  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
DOUBLE_TESTS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_gradients*.c))
FUZZERS     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
BENCHMARKS  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))
BENCH_PARTS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out tests/bench/bench_%,$(wildcard tests/bench/*.c)))
FUZZ_BUILD  := build/fuzz

# The numeric layers in double, for finite differences.
DOUBLE_OBJECTS := $(patsubst lib/%.c,$(BUILD)/double/lib/%.o,$(wildcard lib/base/*.c lib/kernel/*.c lib/nn/*.c))
$(BUILD)/double/%.o: %.c $(BUILD)/compiler
	@mkdir -p $(@D)
	$(say) $(COMPILE) -DHAR_DOUBLE -c -o $@ $<
$(BUILD)/libhar-double.a: $(DOUBLE_OBJECTS)
	@rm -f $@
	@$(AR) rcs $@ $^

$(DOUBLE_TESTS): $(BUILD)/%: $(BUILD)/double/%.o $(BUILD)/libhar-double.a
	@mkdir -p $(@D)
	$(say) $(LINK) -o $@ $^ -lcmocka $(LIBS)
$(filter-out $(DOUBLE_TESTS),$(UNIT_TESTS)): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/libhar.a
	$(say) $(LINK) -o $@ $^ -lcmocka $(LIBS)
$(BUILD)/tests/unit/test_allocation: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=posix_memalign
$(BUILD)/tests/unit/test_flop: $(BENCH_PARTS)
$(BENCHMARKS): $(BUILD)/%: $(BUILD)/%.o $(BENCH_PARTS) $(BUILD)/libhar.a
	$(say) $(LINK) -o $@ $^ $(LIBS)
$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(BUILD)/libhar.a
	$(say) $(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

unit-tests: $(UNIT_TESTS)
fuzzers: $(FUZZERS)

# Installs the test tools first, so the rest is read by a make that finds them.
check:
	@pipelines/packages install build test
	@$(MAKE) --no-print-directory run-checks
run-checks: all unit-tests $(BENCHMARKS)
	@$(MAKE) --no-print-directory CC=clang SANITIZE=fuzzer-no-link,address,undefined \
	    BUILD=$(FUZZ_BUILD) fuzzers
	@BUILD=$(BUILD) BIN=$(BIN) FUZZ_BUILD=$(FUZZ_BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) \
	    SANITIZE=$(SANITIZE) tests/run

# What needs the real data: DATA is the folder that holds "HAPT Data Set" and "UCI HAR Dataset",
# WINDOWS a csv of where each window of UCI HAR begins in the recordings (tests/check-data.py).
check-data: all
	@BUILD=$(BUILD) BIN=$(BIN) DATA='$(subst ','\'',$(DATA))' \
	    WINDOWS='$(subst ','\'',$(WINDOWS))' tests/run data

# The promise beyond this machine's build: gcc and clang at -O1 to -O3, and aarch64 in qemu-user.
check-promise:
	@tests/run promise

# Each vector function at each of the 2^32 floats.
check-functions: $(BUILD)/tests/unit/test_functions
	@$< 1

fuzz:
	@$(MAKE) --no-print-directory CC=clang SANITIZE=fuzzer-no-link,address,undefined \
	    BUILD=$(FUZZ_BUILD) fuzzers
	@FUZZ_BUILD=$(FUZZ_BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run fuzz

# Speed and memory of the published nets, in TURNS turns; as JSON too, into JSON=FILE. bench-peers
# does the same beside PyTorch and Keras, which it installs into PEERS: ten minutes after that.
TURNS ?=
JSON  ?=
PEERS ?= build/peers
bench_nets = python3 tests/bench/bench.py --worker $(BUILD)/tests/bench/bench_nets --bin '$(abspath $(BIN))' \
    $(if $(TURNS),--turns '$(TURNS)') $(if $(JSON),--json '$(subst ','\'',$(JSON))') \
    $(if $(DATA),--data '$(subst ','\'',$(DATA))')
bench: all $(BENCHMARKS)
	@$(bench_nets)
bench-peers: all $(BENCHMARKS)
	@tests/bench/peers.sh '$(PEERS)'
	@$(bench_nets) --peers '$(PEERS)'
# The stages around training: their speed, and what a whole experiment spends its time on.
bench-pipe: all
	@for benchmark in $(wildcard tests/bench/pipe_*); do \
	    PATH="$(abspath $(BIN)):$$PATH" DATA='$(subst ','\'',$(DATA))' $$benchmark || exit; done

.PHONY: unit-tests fuzzers check run-checks check-data check-promise check-functions fuzz bench bench-peers bench-pipe
-include $(patsubst %,%.d,$(UNIT_TESTS) $(FUZZERS) $(BENCHMARKS)) $(BENCH_PARTS:.o=.d)
-include $(DOUBLE_OBJECTS:.o=.d) $(DOUBLE_TESTS:$(BUILD)/%=$(BUILD)/double/%.d)
