/* What this machine is and what the build found on it, for har-doctor. */
#ifndef HAR_DOCTOR_FACTS_H
#define HAR_DOCTOR_FACTS_H

#include "base/processors.h"
#include "base/status.h"

enum { HAR_ISAS_MAX = 8, HAR_LIBRARIES = 8 };

struct har_isa {
    const char *name;
    bool supported; /* by the processor */
};

struct har_library {
    const char *name;
    char version[48];
};

/* Texts that aren't arrays are borrowed from the environment or static. */
struct har_facts {
    char processor[128]; /* its name, or that of its architecture */
    struct har_processors processors;
    double memory; /* GiB */

    size_t isas;                      /* that there are kernels for, */
    struct har_isa isa[HAR_ISAS_MAX]; /* the widest first */
    const char *wanted_isa;           /* HAR_ISA, or NULL */
    const char *kernels;              /* the chosen; NULL where the processor lacks WANTED_ISA */
    size_t vector_bits;               /* theirs */
    double rate;                      /* GFLOP/s of their product on one core */

    char blas_version[32];    /* "0.3.21" */
    const char *blas_core;    /* the processor that OpenBLAS takes this one for */
    const char *wanted_core;  /* OPENBLAS_CORETYPE, or NULL */
    const char *blas_threads; /* "none", "pthread" or "OpenMP" */
    double blas_rate;         /* GFLOP/s of the same product on one core */

    size_t libraries;
    struct har_library library[HAR_LIBRARIES];
    char parallel[64]; /* GNU parallel's version, or "" where there is none */
    bool optimized;    /* the build */
};

/* Looks; and, where it is to MEASURE, finds the rates of both products and GNU parallel, which
 * takes some tenths of a second. HAR_SYSTEM: no memory. */
HAR_RESULT enum har_status har_facts_find(struct har_facts *facts, bool measure,
                                          struct har_error *err);

#endif
