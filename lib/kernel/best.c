#include "kernel/kernels.h"

#include <string.h>

#ifdef HAR_DOUBLE

const struct har_kernels *har_kernels_best(void)
{
    return har_kernels_naive();
}

const struct har_kernels *har_kernels_openblas(void)
{
    return har_kernels_naive();
}

const char *har_kernels_isa(bool *supported, size_t i)
{
    (void)supported, (void)i;
    return NULL;
}

#else

#include "kernel/fast.h"

#include <cblas.h>
#include <stdlib.h>

static bool always(void)
{
    return true;
}

#ifdef __x86_64__
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
}
#endif

/* The widest first. */
static const struct table {
    const char *isa;
    bool (*supported)(void);
    const struct har_kernels *own, *openblas;
} tables[] = {
#ifdef __x86_64__
    {"avx512", has_avx512, &har_kernels_avx512, &har_kernels_openblas_avx512},
    {"avx2", has_avx2, &har_kernels_avx2, &har_kernels_openblas_avx2},
#elif defined __aarch64__
    {"neon", always, &har_kernels_neon, &har_kernels_openblas_neon},
#endif
    {"plain", always, &har_kernels_plain, &har_kernels_openblas_plain},
};

static const struct table *choose(void)
{
    const char *wanted = getenv("HAR_ISA");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const bool named = wanted == NULL || *wanted == '\0' || strcmp(wanted, tables[i].isa) == 0;
        if (named && tables[i].supported())
            return &tables[i];
    }
    return NULL;
}

const struct har_kernels *har_kernels_best(void)
{
    const struct table *table = choose();
    return table == NULL ? NULL : table->own;
}

const char *har_kernels_isa(bool *supported, size_t i)
{
    if (i >= sizeof tables / sizeof *tables)
        return NULL;
    *supported = tables[i].supported();
    return tables[i].isa;
}

const struct har_kernels *har_kernels_openblas(void)
{
    const struct table *table = choose();
    openblas_set_num_threads(1);
    return table == NULL ? NULL : table->openblas;
}

#endif

enum har_status har_kernels_find(const struct har_kernels **kernels, const char *engine,
                                 struct har_error *err)
{
    if (engine != NULL && strcmp(engine, "own") != 0 && strcmp(engine, "openblas") != 0)
        return har_fail(err, HAR_USAGE, "--engine '%s': own or openblas", engine);
    const bool openblas = engine != NULL && strcmp(engine, "openblas") == 0;
    *kernels = openblas ? har_kernels_openblas() : har_kernels_best();
    if (*kernels == NULL)
        return har_fail(err, HAR_USAGE, "HAR_ISA names instructions that this processor lacks");
    return HAR_OK;
}
