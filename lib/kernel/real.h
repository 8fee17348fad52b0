/* The type in which networks compute: float, or double where the same sources are compiled with
 * -DHAR_DOUBLE (the finite-difference tests do, against the naive kernels). */
#ifndef HAR_KERNEL_REAL_H
#define HAR_KERNEL_REAL_H

#include <stddef.h>

#ifdef HAR_DOUBLE
typedef double har_real;
#else
typedef float har_real;
#endif

/* Asks the memory for COUNT reals that will soon be read: they come while something else is
 * computed. */
static inline void har_prefetch(const har_real *x, size_t count)
{
    enum { line = 64 / sizeof *x, second_level = 2 };
    for (size_t i = 0; i < count; i += line)
        __builtin_prefetch(x + i, 0, second_level);
}

#endif
