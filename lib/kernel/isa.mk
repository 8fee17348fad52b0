# elementwise.c for the instruction sets beyond the compiler's default: the same source, the same
# bits, wider vectors. To be included after BUILD, CC and COMPILE are set.

ifneq ($(filter x86_64-% amd64-%,$(shell $(CC) -dumpmachine)),)
ISA_OBJECTS := $(BUILD)/lib/kernel/elementwise-avx2.o $(BUILD)/lib/kernel/elementwise-avx512.o
endif
ISA_avx2   := -mavx2 -mfma
ISA_avx512 := -mavx512f -mavx512dq -mavx512vl -mavx512bw -mfma -mprefer-vector-width=512

$(ISA_OBJECTS): $(BUILD)/lib/kernel/elementwise-%.o: lib/kernel/elementwise.c
	@mkdir -p $(@D)
	$(say) $(COMPILE) $(ISA_$*) -DHAR_ISA=$* -c -o $@ $<

$(BUILD)/libhar.a: $(ISA_OBJECTS)
