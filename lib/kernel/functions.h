/* Functions of one float: own polynomials, without branches, so that compilers make vectors of
 * loops over them. Every operation is IEEE's, fused multiply-adds are explicit: all instruction
 * sets and compilers give the same bits. */
#ifndef HAR_KERNEL_FUNCTIONS_H
#define HAR_KERNEL_FUNCTIONS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* condition ? yes : no, which compilers may turn into a branch and then can't make vectors of. */
static inline float either(bool condition, float yes, float no)
{
    const uint32_t mask = 0u - (uint32_t)condition;
    return of_bits((bits_of(yes) & mask) | (bits_of(no) & ~mask));
}

/* x = n ln 2 + r. */
struct reduced {
    float scale; /* 2^n */
    float below; /* exp r - 1 */
};

/* For -88 <= x <= 88; below -87.7 the scale is 0. A NaN stays one. */
static inline struct reduced reduce(float x)
{
    static const float rounder = 0x1.8000fep+23f; /* adding it leaves n + 127 in the last bits */
    const float shifted = fmaf(x, 0x1.715476p+0f, rounder);
    const float n = shifted - rounder;
    const float r = fmaf(-n, -0x1.05c610p-29f, fmaf(-n, 0x1.62e430p-1f, x));

    struct reduced y;
    y.scale = of_bits(bits_of(shifted) << 23);

    /* exp r - 1 = r + r^2 (1/2 + r/6 + …), relative error 2^-28 */
    float sum = 0x1.6d117cp-10f;
    sum = fmaf(sum, r, 0x1.120be2p-7f);
    sum = fmaf(sum, r, 0x1.555518p-5f);
    sum = fmaf(sum, r, 0x1.5554dcp-3f);
    sum = fmaf(sum, r, 0.5f);
    y.below = fmaf(r * r, sum, r);
    return y;
}

/* exp x for x <= 0; what would be smaller than the smallest normal number is 0. */
static inline float exp_negative(float x)
{
    const float least = -0x1.5d589ep+6f; /* log of the smallest normal number */
    const struct reduced y = reduce(either(x < least, -88.0f, x)); /* whose scale is 0 */
    return fmaf(y.scale, y.below, y.scale);
}

/* 1 / (1 + exp -x) = e / (1 + e) with e = exp -|x| where x is negative */
static inline float sigmoid_of(float x)
{
    const float e = exp_negative(-fabsf(x));
    return either(x < 0, e, 1.0f) / (1.0f + e);
}

/* (1 - exp -2|x|) / (1 + exp -2|x|), with x's sign */
static inline float tanh_of(float x)
{
    const float least = -20.0f; /* tanh 10 is 1 */
    const float twice = -2.0f * fabsf(x);
    const struct reduced y = reduce(either(twice < least, least, twice));
    const float e = fmaf(y.scale, y.below, y.scale - 1.0f);
    return copysignf(e / (2.0f + e), x);
}

/* exp x - 1 for x <= 0 */
static inline float expm1_negative(float x)
{
    const float least = -20.0f; /* exp -20 - 1 is -1 */
    const struct reduced y = reduce(either(x < least, least, x));
    return fmaf(y.scale, y.below, y.scale - 1.0f);
}

/* The normal distribution. */
struct normal {
    float below, density;
};

static inline struct normal normal_of(float x)
{
    const float a = either(fabsf(x) > 14.0f, 14.0f, fabsf(x));

    /* g = exp -a^2/2, with the rounding of a^2 made good */
    const float square = a * a, rest = fmaf(a, a, -square);
    const float whole = exp_negative(-0.5f * square), g = fmaf(-0.5f * rest, whole, whole);

    /* 1 - Phi(a) = g / (a + 7/2) P(q), q = (a - 7/2) / (a + 7/2), relative error 2^-27 */
    const float u = 1.0f / (a + 3.5f), q = (a - 3.5f) * u;
    float sum = 0x1.d8d94cp-14f;
    sum = fmaf(sum, q, 0x1.be5618p-12f);
    sum = fmaf(sum, q, -0x1.035734p-11f);
    sum = fmaf(sum, q, -0x1.a0852ap-9f);
    sum = fmaf(sum, q, 0x1.a97c8ap-8f);
    sum = fmaf(sum, q, 0x1.1d31dep-6f);
    sum = fmaf(sum, q, -0x1.db5a48p-4f);
    sum = fmaf(sum, q, 0x1.42fec6p-2f);
    sum = fmaf(sum, q, -0x1.219150p-1f);
    sum = fmaf(sum, q, 0x1.7d241ap-1f);
    const float above = g * u * sum;
    return (struct normal){either(x < 0, above, 1.0f - above), g * 0x1.988454p-2f};
}

#endif
