/* A vector of 64-bit lanes whose lower halves are multiplied: what random words are made with. */
#ifndef HAR_KERNEL_WIDE_H
#define HAR_KERNEL_WIDE_H

#include <stdint.h>
#include <string.h>

#if defined __AVX512F__
#include <immintrin.h>

typedef __m512i wide;
enum { WIDE_LANES = 8 };

static inline wide wide_load(const uint64_t *x)
{
    return _mm512_loadu_si512(x);
}

/* Stores a[0], b[0], a[1], b[1], … */
static inline void wide_store_pairs(void *to, wide a, wide b)
{
    const __m512i low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
    const __m512i high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
    __m512i *pairs = to;
    _mm512_storeu_si512(pairs, _mm512_permutex2var_epi64(a, low, b));
    _mm512_storeu_si512(pairs + 1, _mm512_permutex2var_epi64(a, high, b));
}

/* The product of the lower halves, in full. */
static inline wide wide_multiply(wide a, wide b)
{
    return _mm512_mul_epu32(a, b);
}

static inline wide wide_add(wide a, wide b)
{
    return _mm512_add_epi64(a, b);
}

static inline wide wide_xor(wide a, wide b)
{
    return _mm512_xor_si512(a, b);
}

static inline wide wide_upper(wide a)
{
    return _mm512_srli_epi64(a, 32);
}

/* The lower half of LOW below that of HIGH. */
static inline wide wide_join(wide low, wide high)
{
    return _mm512_mask_blend_epi32(0xAAAA, low, _mm512_slli_epi64(high, 32));
}

#elif defined __AVX2__
#include <immintrin.h>

typedef __m256i wide;
enum { WIDE_LANES = 4 };

static inline wide wide_load(const uint64_t *x)
{
    return _mm256_loadu_si256((const __m256i *)x);
}

static inline void wide_store_pairs(void *to, wide a, wide b)
{
    const __m256i even = _mm256_unpacklo_epi64(a, b), odd = _mm256_unpackhi_epi64(a, b);
    __m256i *pairs = to;
    _mm256_storeu_si256(pairs, _mm256_permute2x128_si256(even, odd, 0x20));
    _mm256_storeu_si256(pairs + 1, _mm256_permute2x128_si256(even, odd, 0x31));
}

static inline wide wide_multiply(wide a, wide b)
{
    return _mm256_mul_epu32(a, b);
}

static inline wide wide_add(wide a, wide b)
{
    return _mm256_add_epi64(a, b);
}

static inline wide wide_xor(wide a, wide b)
{
    return _mm256_xor_si256(a, b);
}

static inline wide wide_upper(wide a)
{
    return _mm256_srli_epi64(a, 32);
}

static inline wide wide_join(wide low, wide high)
{
    return _mm256_blend_epi32(low, _mm256_slli_epi64(high, 32), 0xAA);
}

#else

typedef uint64_t wide;
enum { WIDE_LANES = 1 };

static inline wide wide_load(const uint64_t *x)
{
    return *x;
}

static inline void wide_store_pairs(void *to, wide a, wide b)
{
    const wide pair[2] = {a, b};
    memcpy(to, pair, sizeof pair);
}

static inline wide wide_multiply(wide a, wide b)
{
    return (uint64_t)(uint32_t)a * (uint32_t)b;
}

static inline wide wide_add(wide a, wide b)
{
    return a + b;
}

static inline wide wide_xor(wide a, wide b)
{
    return a ^ b;
}

static inline wide wide_upper(wide a)
{
    return a >> 32;
}

static inline wide wide_join(wide low, wide high)
{
    return (uint32_t)low | high << 32;
}

#endif
#endif
