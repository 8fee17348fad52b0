# HAR: human activity recognition as a pipe.
#
#   make            build bin/          make check      install the test tools, run every test
#   make demo       see it work         make install    PREFIX=/usr/local DESTDIR=
#   make DEBUG=1 | SANITIZE=address,undefined | SANITIZE=thread

VERSION := 0.1.0
PREFIX  ?= /usr/local

ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config

MSGPACK  := $(shell $(PKG_CONFIG) --exists msgpack-c 2>/dev/null && echo msgpack-c || echo msgpack)
PACKAGES := $(MSGPACK) openblas jansson libdeflate zlib libarchive

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
CFLAGS   ?= $(if $(DEBUG),-O0 -g3,-O3 -g)
HAR_CFLAGS := -std=c17 -D_GNU_SOURCE -DHAR_VERSION='"$(VERSION)"' -Ilib -ffp-contract=off -pthread \
    $(WARNINGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer) \
    $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lcsv -lm

BUILD := build/$(notdir $(CC))$(if $(DEBUG),-debug)$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
comma := ,
SOURCES  := $(wildcard lib/*/*.c)
PROGRAMS := $(patsubst src/%.c,bin/%,$(wildcard src/*.c))

all: $(PROGRAMS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(HAR_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libhar.a: $(SOURCES:%.c=$(BUILD)/%.o)
	@rm -f $@
	$(AR) rcs $@ $^

bin/%: $(BUILD)/src/%.o $(BUILD)/libhar.a
	@mkdir -p $(@D)
	$(CC) $(HAR_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

clean:
	rm -rf build bin

.PHONY: all clean
.SECONDARY:
-include $(shell find build -name '*.d' 2>/dev/null)
