/* har-doctor's advice, on machines that aren't this one. */
#include "doctor/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* A machine on which all is well. */
static struct har_facts well(void)
{
    return (struct har_facts){
        .isas = 3,
        .isa = {{"avx512", false}, {"avx2", true}, {"plain", true}},
        .kernels = "avx2",
        .rate = 90,
        .blas_version = "0.3.21",
        .blas_core = "Haswell",
        .blas_threads = "pthread",
        .blas_rate = 80,
        .parallel = "20221122",
        .optimized = true,
    };
}

static void test_all_is_well(void **state)
{
    (void)state;
    struct har_advice advice[HAR_ADVICE_MAX];
    const struct har_facts facts = well();
    assert_int_equal(har_advise(advice, &facts), 0);
    assert_null(har_better_core(&facts));
}

/* Each row changes one thing; FOUND is a part of what is said, HINT of the remedy. */
static void test_one_thing(void **state)
{
    (void)state;
    const struct {
        const char *isa, *kernels, *core, *wanted_core;
        double rate;
        bool no_parallel, slow_build;
        const char *found, *hint;
    } rows[] = {
        {.isa = "plain",
         .kernels = "plain",
         .found = "holds the kernels back",
         .hint = "unset HAR_ISA"},
        {.isa = "avx512", .kernels = NULL, .found = "processor lacks", .hint = "unset HAR_ISA"},
        {.core = "Prescott",
         .rate = 20,
         .found = "takes this processor for a Prescott: 20 GFLOP/s",
         .hint = "export OPENBLAS_CORETYPE=Haswell; OpenBLAS knows"},
        {.core = "Sandybridge",
         .wanted_core = "Sandybridge",
         .rate = 40,
         .found = "for a Sandybridge",
         .hint = "OPENBLAS_CORETYPE=Sandybridge says so; unset it"},
        {.core = "Generic",
         .rate = 9,
         .found = "9 GFLOP/s where our own kernels do 90",
         .hint = "OPENBLAS_CORETYPE names"},
        {.no_parallel = true, .found = "no GNU parallel", .hint = "Debian: parallel"},
        {.slow_build = true, .found = "isn't optimized", .hint = "DEBUG=1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct har_advice advice[HAR_ADVICE_MAX];
        struct har_facts facts = well();
        facts.wanted_isa = rows[i].isa;
        facts.kernels = rows[i].isa == NULL ? facts.kernels : rows[i].kernels;
        facts.blas_core = rows[i].core == NULL ? facts.blas_core : rows[i].core;
        facts.blas_rate = rows[i].rate > 0 ? rows[i].rate : facts.blas_rate;
        facts.wanted_core = rows[i].wanted_core;
        if (rows[i].no_parallel)
            facts.parallel[0] = '\0';
        facts.optimized = !rows[i].slow_build;
        assert_int_equal(har_advise(advice, &facts), 1);
        assert_non_null(strstr(advice[0].what, rows[i].found));
        assert_non_null(strstr(advice[0].hint, rows[i].hint));
    }
}

/* What the user chose and what narrows nothing is no fault. */
static void test_no_fault(void **state)
{
    (void)state;
    struct har_advice advice[HAR_ADVICE_MAX];
    struct har_facts facts = well();
    facts.wanted_isa = facts.kernels;
    facts.wanted_core = facts.blas_core;
    facts.blas_rate = 31;
    assert_int_equal(har_advise(advice, &facts), 0);

    facts.isa[1].supported = false; /* an old processor, rightly taken for one */
    facts.wanted_isa = NULL;
    facts.kernels = "plain";
    facts.rate = 20;
    facts.blas_core = "Sandybridge";
    assert_int_equal(har_advise(advice, &facts), 0);
}

static void test_better_core(void **state)
{
    (void)state;
    struct har_facts facts = well();
    facts.blas_core = "prescott";
    assert_string_equal(har_better_core(&facts), "Haswell");
    facts.isa[0].supported = true;
    assert_string_equal(har_better_core(&facts), "SkylakeX");
    facts.blas_core = "Zen";
    assert_null(har_better_core(&facts));
}

static void test_all_at_once(void **state)
{
    (void)state;
    struct har_advice advice[HAR_ADVICE_MAX];
    const struct har_facts facts = {
        .isas = 1, .isa = {{"avx2", true}}, .wanted_isa = "avx512", .blas_core = "Prescott"};
    assert_int_equal(har_advise(advice, &facts), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_well), cmocka_unit_test(test_one_thing),
        cmocka_unit_test(test_no_fault),    cmocka_unit_test(test_better_core),
        cmocka_unit_test(test_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
