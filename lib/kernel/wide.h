/* A vector of 64-bit lanes whose lower halves are multiplied: what random words are made with. */
#ifndef HAR_KERNEL_WIDE_H
#define HAR_KERNEL_WIDE_H

#include <stdint.h>

#if defined __AVX512F__
#include <immintrin.h>

typedef __m512i wide;
enum { WIDE_LANES = 8 };

static inline wide wide_load(const uint64_t *x)
{
    return _mm512_loadu_si512(x);
}

static inline void wide_store(uint64_t *x, wide v)
{
    _mm512_storeu_si512(x, v);
}

/* The product of the lower halves, in full. */
static inline wide wide_multiply(wide a, wide b)
{
    return _mm512_mul_epu32(a, b);
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

static inline void wide_store(uint64_t *x, wide v)
{
    _mm256_storeu_si256((__m256i *)x, v);
}

static inline wide wide_multiply(wide a, wide b)
{
    return _mm256_mul_epu32(a, b);
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

static inline void wide_store(uint64_t *x, wide v)
{
    *x = v;
}

static inline wide wide_multiply(wide a, wide b)
{
    return (uint64_t)(uint32_t)a * (uint32_t)b;
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
