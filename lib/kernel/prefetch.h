/* Memory that is asked for before it is read, so that it comes while something is computed. */
#ifndef HAR_KERNEL_PREFETCH_H
#define HAR_KERNEL_PREFETCH_H

#include "kernel/real.h"
#include <stddef.h>

/* Asks for COUNT reals, into the second-level cache. */
static inline void har_prefetch(const har_real *x, size_t count)
{
    enum { line = 64 / sizeof *x, second_level = 2 };
    for (size_t i = 0; i < count; i += line)
        __builtin_prefetch(x + i, 0, second_level);
}

#endif
