/* Allocation with checked sizes. Everything is released with free(). */
#ifndef HAR_BASE_MEMORY_H
#define HAR_BASE_MEMORY_H

#include "base/status.h"
#include <stddef.h>

/* *PRODUCT = A * B; false where it doesn't fit. */
HAR_RESULT bool har_multiply(size_t *product, size_t a, size_t b);

/* COUNT zeroed elements of SIZE bytes; NULL where the product overflows or memory is short.
 * A count of 0 gives a block that can be freed, not NULL. */
void *har_allocate(size_t count, size_t size);

/* The same, aligned to 64 bytes (a cache line, the widest vector); from 2 MiB on in huge pages,
 * where the system has them. */
void *har_allocate_aligned(size_t count, size_t size);

/* Makes room for NEED elements of SIZE bytes in *BLOCK, which holds *CAPACITY: at least doubles it
 * when it grows. On failure the block stays as it was. False: overflow or out of memory. */
HAR_RESULT bool har_grow(void *block, size_t *capacity, size_t need, size_t size);

#endif
