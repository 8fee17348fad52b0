/* Memory that is asked for before it is read, so that it comes while something is computed. */
#ifndef HAR_KERNEL_PREFETCH_H
#define HAR_KERNEL_PREFETCH_H

#include <stddef.h>

/* Asks for BYTES from START on, into the second-level cache. */
static inline void har_prefetch(const void *start, size_t bytes)
{
    enum { line = 64, second_level = 2 };
    const char *place = start;
    for (size_t i = 0; i < bytes; i += line)
        __builtin_prefetch(place + i, 0, second_level);
    /* GCC takes what only prefetches to be without effect, and leaves out calls of it. */
    __asm__ volatile("");
}

#endif
