/* What is to be mended on a machine, and how. */
#ifndef HAR_DOCTOR_ADVICE_H
#define HAR_DOCTOR_ADVICE_H

#include "doctor/facts.h"

enum { HAR_ADVICE_MAX = 8 };

struct har_advice {
    char what[256]; /* "OpenBLAS takes this processor for a Prescott" */
    char hint[256]; /* the remedy */
};

/* Fills ADVICE; gives how much there is, 0 where all is well. Looks at nothing but FACTS. */
size_t har_advise(struct har_advice advice[HAR_ADVICE_MAX], const struct har_facts *facts);

/* The OPENBLAS_CORETYPE to set where OpenBLAS takes the processor for one of narrower vectors than
 * it has; else NULL. */
const char *har_better_core(const struct har_facts *facts);

#endif
