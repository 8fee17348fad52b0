# HAR: human activity recognition as a pipe.
#
#   make            build bin/          make check      install the test tools, run every test
#   make demo       see it work         make install    PREFIX=/usr/local DESTDIR=
#   make data       fetch the data      make lstm       DATA="…/UCI HAR Dataset" EPOCHS=15 REPEATS=10
#   make seed       the three published experiments     make ideas      the four open ones
#   make stronger   newer nets      make mini-rocket, make rocket-statistics    without backpropagation
#   make search     hyperparameters of the ConvLSTM     SPACE NET TRIALS EPOCHS: see pipelines/search.mk
#   make bench      speed      TURNS=5 JSON=FILE         make bench-peers    and PyTorch's and Keras's
#   make loso       NET=pipelines/nets/lstm.net: each person left out once
#   make table      every model's scores, from runs/    MARKDOWN=1
#   make help       print this          make clean      remove build/ and bin/
#   make DEBUG=1 | SANITIZE=address,undefined | SANITIZE=thread | CC=clang | V=1 (show the commands)

VERSION := 0.1.0
SHELL   := /bin/bash
comma   := ,

ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
CLANG_FORMAT ?= clang-format

# As many jobs as cores, where -j doesn't say otherwise.
ifeq ($(MAKELEVEL),0)
ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
endif

MSGPACK  := $(shell $(PKG_CONFIG) --exists msgpack-c 2>/dev/null && echo msgpack-c || echo msgpack)
PACKAGES := $(MSGPACK) openblas jansson libdeflate zlib libarchive

BUILD    ?= build/$(notdir $(CC))$(if $(DEBUG),-debug)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
BIN      ?= bin
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
# DWARF 4: valgrind 3.19 (Debian 12) can't read clang's DWARF 5.
CFLAGS   ?= $(if $(DEBUG),-O0 -g3,-O3) -gdwarf-4
# Beside sanitizers gcc's warnings about the flow of values are at times wrong, and clang tells of
# every loop that it can't make vectors of.
HAR_CFLAGS := -std=c17 -D_GNU_SOURCE -DHAR_VERSION='"$(VERSION)"' -Ilib -ffp-contract=off -fno-math-errno -pthread \
    $(WARNINGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -Wno-error -Wno-pass-failed) \
    $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
# GSL without the BLAS that its .pc file names: OpenBLAS is there.
LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lcsv -lgsl -lm
say     = $(if $(V),,@echo '  $(notdir $(firstword $(CC)))  $@';)
COMPILE = $(CC) $(HAR_CFLAGS) $(CFLAGS) -MMD -MP
LINK    = $(CC) $(HAR_CFLAGS) $(CFLAGS) $(LDFLAGS)

SOURCES  := $(wildcard lib/*/*.c)
OBJECTS   = $(SOURCES:%.c=$(BUILD)/%.o)
PROGRAMS := $(patsubst src/%.c,$(BIN)/%,$(wildcard src/*.c))

all: $(PROGRAMS)

-include lib/kernel/isa.mk
include tests/tests.mk
include pipelines/targets.mk

# Objects depend on how they are compiled, bin/ on the build it was linked from: files with that
# text, touched when it changes.
same = printf '%s\n' '$(subst ','\'',$1)' | cmp -s - $@
keep = mkdir -p $(@D) && printf '%s\n' '$(subst ','\'',$1)' > $@
$(BUILD)/compiler: FORCE
	@$(call same,$(COMPILE)) || { CC='$(CC)' pipelines/packages check build && $(call keep,$(COMPILE)); }
$(BIN)/.build: FORCE
	@$(call same,$(BUILD) $(LINK) $(LIBS)) || { $(call keep,$(BUILD) $(LINK) $(LIBS)); }

# What har-doctor tells of the build: the flags that bear on the code.
$(BUILD)/lib/base/build.o: private COMPILE += \
    -DHAR_FLAGS='"$(filter-out -I% -D% -W% -g% -std=%,$(HAR_CFLAGS) $(CFLAGS))"'

$(BUILD)/%.o: %.c $(BUILD)/compiler
	@mkdir -p $(@D)
	$(say) $(COMPILE) -c -o $@ $<

$(BUILD)/libhar.a: $(OBJECTS)
	@rm -f $@
	@$(AR) rcs $@ $^

$(BIN)/%: $(BUILD)/src/%.o $(BUILD)/libhar.a $(BIN)/.build
	$(say) $(LINK) -o $@ $(filter %.o %.a,$^) $(LIBS)

bindir      = $(DESTDIR)$(PREFIX)/bin
mandir      = $(DESTDIR)$(PREFIX)/share/man
libdir      = $(DESTDIR)$(PREFIX)/lib
includedir  = $(DESTDIR)$(PREFIX)/include/har
pipelinedir = $(DESTDIR)$(PREFIX)/share/har/pipelines
PREFIX     ?= /usr/local
HEADERS    := $(wildcard lib/*/*.h)
INSTALLED_PIPELINES := $(filter-out pipelines/targets.mk,$(wildcard pipelines/*.mk))

# Headers include each other as "base/status.h"; har.pc puts their folder on the path.
install: all $(BUILD)/libhar.a
	install -d "$(bindir)" "$(mandir)/man1" "$(mandir)/man5" "$(libdir)/pkgconfig" "$(pipelinedir)/nets"
	install $(PROGRAMS) "$(bindir)"
	install -m 644 src/*.1 "$(mandir)/man1"
	install -m 644 lib/*/*.5 "$(mandir)/man5"
	install -m 644 $(BUILD)/libhar.a "$(libdir)"
	for header in $(HEADERS:lib/%=%); do install -D -m 644 lib/$$header "$(includedir)/$$header"; done
	install -m 644 $(INSTALLED_PIPELINES) pipelines/people.jq "$(pipelinedir)"
	install pipelines/run pipelines/table pipelines/models pipelines/people pipelines/search-worker "$(pipelinedir)"
	install -m 644 pipelines/nets/*.net "$(pipelinedir)/nets"
	install -d "$(pipelinedir)/spaces"
	install -m 644 pipelines/spaces/* "$(pipelinedir)/spaces"
	printf '%s\n' 'prefix=$(PREFIX)' 'Name: har' 'Version: $(VERSION)' \
	    'Description: Human activity recognition: streams, filters, networks' \
	    'Requires: $(PACKAGES)' 'Cflags: -I$${prefix}/include/har -pthread' \
	    'Libs: -L$${prefix}/lib -lhar -lcsv -lgsl -lm -pthread' > "$(libdir)/pkgconfig/har.pc"

uninstall:
	rm -f $(PROGRAMS:$(BIN)/%="$(bindir)"/%) $(patsubst src/%,"$(mandir)/man1"/%,$(wildcard src/*.1))
	rm -f $(patsubst %,"$(mandir)/man5"/%,$(notdir $(wildcard lib/*/*.5)))
	rm -f "$(libdir)/libhar.a" "$(libdir)/pkgconfig/har.pc"
	rm -rf "$(includedir)" "$(DESTDIR)$(PREFIX)/share/har"

help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile

clean:
	rm -rf build bin

format:
	$(CLANG_FORMAT) -i $(SOURCES) $(HEADERS) $(wildcard src/*.c tests/*/*.[ch])

.PHONY: all install uninstall help clean format FORCE
.SECONDARY:
.DELETE_ON_ERROR:
$(ISA_OBJECTS): $(BUILD)/compiler
-include $(OBJECTS:.o=.d) $(ISA_OBJECTS:.o=.d) $(PROGRAMS:$(BIN)/%=$(BUILD)/src/%.d)
