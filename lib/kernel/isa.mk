# The fast kernels for the instruction sets beside plain C: the same sources, the same bits, wider
# vectors. To be included after BUILD, CC and COMPILE are set.

ISA_avx2   := -mavx2 -mfma
ISA_avx512 := -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma -mprefer-vector-width=512
ISA_neon   := -DHAR_NEON

ISA_SOURCES := elementwise gates cell pack product gradient words rocket_features
MACHINE     := $(shell $(CC) -dumpmachine 2>/dev/null)
ifneq ($(filter x86_64-% amd64-%,$(MACHINE)),)
AVX2_OBJECTS   := $(ISA_SOURCES:%=$(BUILD)/lib/kernel/%-avx2.o)
AVX512_OBJECTS := $(ISA_SOURCES:%=$(BUILD)/lib/kernel/%-avx512.o)
endif
ifneq ($(filter aarch64-% arm64-%,$(MACHINE)),)
NEON_OBJECTS   := $(ISA_SOURCES:%=$(BUILD)/lib/kernel/%-neon.o)
endif
ISA_OBJECTS := $(AVX2_OBJECTS) $(AVX512_OBJECTS) $(NEON_OBJECTS)

define compile-for
@mkdir -p $(@D)
$(say) $(COMPILE) $(ISA_$1) -DHAR_ISA=$1 -c -o $@ $<
endef

$(AVX2_OBJECTS): $(BUILD)/lib/kernel/%-avx2.o: lib/kernel/%.c
	$(call compile-for,avx2)
$(AVX512_OBJECTS): $(BUILD)/lib/kernel/%-avx512.o: lib/kernel/%.c
	$(call compile-for,avx512)
$(NEON_OBJECTS): $(BUILD)/lib/kernel/%-neon.o: lib/kernel/%.c
	$(call compile-for,neon)

$(BUILD)/libhar.a: $(ISA_OBJECTS)
