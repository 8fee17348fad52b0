#include "doctor/advice.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Where OpenBLAS's product is slower than this share of our own, something is wrong with it. */
static const double slow = 1.0 / 3;

/* Processors that OpenBLAS has no vectors of AVX2 for. */
static const char *const old_cores[] = {
    "Katmai", "Coppermine",  "Northwood", "Prescott",  "Banias",     "Atom",         "Core2",
    "Penryn", "Dunnington",  "Nehalem",   "Athlon",    "Opteron",    "Opteron_SSE3", "Barcelona",
    "Nano",   "Sandybridge", "Bobcat",    "Bulldozer", "Piledriver", "Steamroller",
};

static bool supports(const struct har_facts *facts, const char *isa)
{
    for (size_t i = 0; i < facts->isas; i++)
        if (strcmp(facts->isa[i].name, isa) == 0)
            return facts->isa[i].supported;
    return false;
}

static bool is_old(const char *core)
{
    for (size_t i = 0; i < sizeof old_cores / sizeof *old_cores; i++)
        if (strcasecmp(core, old_cores[i]) == 0)
            return true;
    return false;
}

const char *har_better_core(const struct har_facts *facts)
{
    if (!is_old(facts->blas_core) || !supports(facts, "avx2"))
        return NULL;
    return supports(facts, "avx512") ? "SkylakeX" : "Haswell";
}

/* The widest instruction set that the processor has. */
static const char *widest(const struct har_facts *facts)
{
    for (size_t i = 0; i < facts->isas; i++)
        if (facts->isa[i].supported)
            return facts->isa[i].name;
    return "plain";
}

/* ---- each gives true where there is something to be said ---- */

static bool on_isa(struct har_advice *advice, const struct har_facts *facts)
{
    if (facts->wanted_isa == NULL ||
        (facts->kernels != NULL && !strcmp(facts->kernels, widest(facts))))
        return false;
    if (facts->kernels == NULL)
        snprintf(advice->what, sizeof advice->what,
                 "HAR_ISA=%s names instructions that this processor lacks: no program computes",
                 facts->wanted_isa);
    else
        snprintf(advice->what, sizeof advice->what,
                 "HAR_ISA=%s holds the kernels back, this processor has %s", facts->wanted_isa,
                 widest(facts));
    snprintf(advice->hint, sizeof advice->hint, "unset HAR_ISA");
    return true;
}

static bool on_core(struct har_advice *advice, const struct har_facts *facts)
{
    const char *better = har_better_core(facts);
    if (better == NULL)
        return false;
    snprintf(advice->what, sizeof advice->what,
             "OpenBLAS takes this processor for a %s: %.0f GFLOP/s", facts->blas_core,
             facts->blas_rate);
    if (facts->wanted_core != NULL)
        snprintf(advice->hint, sizeof advice->hint,
                 "OPENBLAS_CORETYPE=%s says so; unset it, or export OPENBLAS_CORETYPE=%s",
                 facts->wanted_core, better);
    else
        snprintf(advice->hint, sizeof advice->hint,
                 "export OPENBLAS_CORETYPE=%s; OpenBLAS knows newer processors from 0.3.25 on",
                 better);
    return true;
}

static bool on_rate(struct har_advice *advice, const struct har_facts *facts)
{
    if (har_better_core(facts) != NULL || facts->kernels == NULL ||
        facts->blas_rate >= slow * facts->rate)
        return false;
    snprintf(advice->what, sizeof advice->what,
             "OpenBLAS computes %.0f GFLOP/s where our own kernels do %.0f", facts->blas_rate,
             facts->rate);
    snprintf(advice->hint, sizeof advice->hint,
             "OPENBLAS_CORETYPE names the processor that it should take this one for; --engine own "
             "doesn't need it");
    return true;
}

static bool on_parallel(struct har_advice *advice, const struct har_facts *facts)
{
    if (facts->parallel[0] != '\0')
        return false;
    snprintf(advice->what, sizeof advice->what,
             "no GNU parallel in the PATH: make can't run the experiments' repeats");
    snprintf(advice->hint, sizeof advice->hint,
             "install it (Debian: parallel); moreutils has another program of that name");
    return true;
}

static bool on_build(struct har_advice *advice, const struct har_facts *facts)
{
    if (facts->optimized)
        return false;
    snprintf(advice->what, sizeof advice->what, "this build isn't optimized");
    snprintf(advice->hint, sizeof advice->hint, "make, without DEBUG=1 or CFLAGS of your own");
    return true;
}

size_t har_advise(struct har_advice advice[HAR_ADVICE_MAX], const struct har_facts *facts)
{
    static bool (*const rules[])(struct har_advice * advice, const struct har_facts *facts) = {
        on_isa, on_core, on_rate, on_parallel, on_build};
    size_t count = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        count += rules[i](&advice[count], facts);
    return count;
}
