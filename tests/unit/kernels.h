/* For tests of the kernels: the instruction sets, and how far two results are apart. */
#ifndef TESTS_KERNELS_H
#define TESTS_KERNELS_H

#include "kernel/kernels.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* All there are, on any machine; the first is the one that every machine has. */
static const char *const isas[] = {"plain", "avx2", "avx512", "neon"};
enum { isa_count = sizeof isas / sizeof *isas };

/* NULL where this processor lacks it. */
static inline const struct har_kernels *kernels_of(const char *isa)
{
    setenv("HAR_ISA", isa, 1);
    const struct har_kernels *kernels = har_kernels_best();
    unsetenv("HAR_ISA");
    return kernels;
}

/* max|a-b| <= tolerance max|b| */
static inline void assert_close(const char *name, const float *a, const float *b, size_t count,
                                double tolerance)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        if (fabs((double)b[i]) > largest)
            largest = fabs((double)b[i]);
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)a[i] - (double)b[i]) <= tolerance * largest))
            fail_msg("%s: [%zu] is %a, not %a; the largest is %g", name, i, (double)a[i],
                     (double)b[i], largest);
}

#endif
