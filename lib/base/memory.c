#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

enum { line = 64, huge_page = 1 << 21 };

bool har_multiply(size_t *product, size_t a, size_t b)
{
    return !__builtin_mul_overflow(a, b, product);
}

void *har_allocate(size_t count, size_t size)
{
    return count == 0 ? calloc(1, 1) : calloc(count, size);
}

void *har_allocate_aligned(size_t count, size_t size)
{
    size_t bytes;
    if (!har_multiply(&bytes, count, size) || bytes > SIZE_MAX - line)
        return NULL;
    const size_t alignment = bytes >= huge_page ? huge_page : line;
    bytes = (bytes + line) / line * line;
    /* aligned_alloc would want whole multiples of the alignment. */
    void *block = NULL;
    if (posix_memalign(&block, alignment, bytes) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    /* Fewer pages are fewer misses on the way to them; where there are none, nothing is lost. */
    if (alignment == huge_page)
        (void)madvise(block, bytes, MADV_HUGEPAGE);
#endif
    memset(block, 0, bytes);
    return block;
}

bool har_grow(void *block, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return true;
    const size_t doubled = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
    const size_t wanted = need > doubled ? need : doubled;
    size_t bytes;
    if (!har_multiply(&bytes, wanted, size))
        return false;
    void *old;
    memcpy(&old, block, sizeof old);
    void *grown = realloc(old, bytes);
    if (grown == NULL)
        return false;
    memcpy(block, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}
