/* A vector of floats of the instruction set that this file is compiled for. Lanes compute alike:
 * none of this shows in the bits.
 *
 * TILE_ROWS by TILE_VECTORS: the tile that fits the registers; TURNED_COLUMNS: the most that a
 * turned one has (product_tile.h), 0 where it would be slower. Both are for the preprocessor, too.
 *
 * load_part, store_part: the first COUNT < LANES lanes; those not loaded are 0.
 * load_turned: VALUE[i] is value FIRST + i of each row, row r in lane r, for i < COUNT <= 4, the
 * others 0; nothing of a row after its COUNT values is read. */
#ifndef HAR_KERNEL_VECTOR_H
#define HAR_KERNEL_VECTOR_H

#include <stddef.h>

#if defined __AVX512F__
#include <immintrin.h>

typedef __m512 vector;
#define TILE_ROWS 8
#define TURNED_COLUMNS 8
enum { LANES = 16, TILE_VECTORS = 3 };

static inline vector load(const float *x)
{
    return _mm512_loadu_ps(x);
}

static inline void store(float *x, vector v)
{
    _mm512_storeu_ps(x, v);
}

static inline vector spread(float x)
{
    return _mm512_set1_ps(x);
}

static inline vector add(vector a, vector b)
{
    return _mm512_add_ps(a, b);
}

static inline vector multiply_add(vector a, vector b, vector c)
{
    return _mm512_fmadd_ps(a, b, c);
}

static inline vector load_part(const float *x, size_t count)
{
    return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), x);
}

static inline void store_part(float *x, vector v, size_t count)
{
    _mm512_mask_storeu_ps(x, (__mmask16)((1u << count) - 1), v);
}

static inline __m128 load_four(const float *x, size_t count)
{
    return count == 4 ? _mm_loadu_ps(x) : _mm_maskz_loadu_ps((__mmask8)((1u << count) - 1), x);
}

static inline void load_turned(vector value[4], const float *const row[LANES], size_t first,
                               size_t count)
{
    vector four[4]; /* of rows i, i + 4, i + 8, i + 12 */
    for (size_t i = 0; i < 4; i++) {
        four[i] = _mm512_castps128_ps512(load_four(row[i] + first, count));
        four[i] = _mm512_insertf32x4(four[i], load_four(row[i + 4] + first, count), 1);
        four[i] = _mm512_insertf32x4(four[i], load_four(row[i + 8] + first, count), 2);
        four[i] = _mm512_insertf32x4(four[i], load_four(row[i + 12] + first, count), 3);
    }
    const vector low_01 = _mm512_unpacklo_ps(four[0], four[1]);
    const vector low_23 = _mm512_unpacklo_ps(four[2], four[3]);
    const vector high_01 = _mm512_unpackhi_ps(four[0], four[1]);
    const vector high_23 = _mm512_unpackhi_ps(four[2], four[3]);
    value[0] = _mm512_shuffle_ps(low_01, low_23, _MM_SHUFFLE(1, 0, 1, 0));
    value[1] = _mm512_shuffle_ps(low_01, low_23, _MM_SHUFFLE(3, 2, 3, 2));
    value[2] = _mm512_shuffle_ps(high_01, high_23, _MM_SHUFFLE(1, 0, 1, 0));
    value[3] = _mm512_shuffle_ps(high_01, high_23, _MM_SHUFFLE(3, 2, 3, 2));
}

#elif defined __AVX2__
#include <immintrin.h>

typedef __m256 vector;
#define TILE_ROWS 4
#define TURNED_COLUMNS 0
enum { LANES = 8, TILE_VECTORS = 3 };

static inline vector load(const float *x)
{
    return _mm256_loadu_ps(x);
}

static inline void store(float *x, vector v)
{
    _mm256_storeu_ps(x, v);
}

static inline vector spread(float x)
{
    return _mm256_set1_ps(x);
}

static inline vector add(vector a, vector b)
{
    return _mm256_add_ps(a, b);
}

static inline vector multiply_add(vector a, vector b, vector c)
{
    return _mm256_fmadd_ps(a, b, c);
}

static inline __m256i first_lanes(size_t count)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lane);
}

static inline vector load_part(const float *x, size_t count)
{
    return _mm256_maskload_ps(x, first_lanes(count));
}

static inline void store_part(float *x, vector v, size_t count)
{
    __m128 rest = _mm256_castps256_ps128(v);
    if (count & 4) {
        _mm_storeu_ps(x, rest);
        rest = _mm256_extractf128_ps(v, 1);
        x += 4;
    }
    if (count & 2) {
        _mm_storeu_si64(x, _mm_castps_si128(rest));
        rest = _mm_movehl_ps(rest, rest);
        x += 2;
    }
    if (count & 1)
        _mm_store_ss(x, rest);
}

static inline __m128 load_four(const float *x, size_t count)
{
    return count == 4 ? _mm_loadu_ps(x)
                      : _mm_maskload_ps(x, _mm256_castsi256_si128(first_lanes(count)));
}

static inline void load_turned(vector value[4], const float *const row[LANES], size_t first,
                               size_t count)
{
    vector four[4]; /* of rows i, i + 4 */
    for (size_t i = 0; i < 4; i++) {
        four[i] = _mm256_castps128_ps256(load_four(row[i] + first, count));
        four[i] = _mm256_insertf128_ps(four[i], load_four(row[i + 4] + first, count), 1);
    }
    const vector low_01 = _mm256_unpacklo_ps(four[0], four[1]);
    const vector low_23 = _mm256_unpacklo_ps(four[2], four[3]);
    const vector high_01 = _mm256_unpackhi_ps(four[0], four[1]);
    const vector high_23 = _mm256_unpackhi_ps(four[2], four[3]);
    value[0] = _mm256_shuffle_ps(low_01, low_23, _MM_SHUFFLE(1, 0, 1, 0));
    value[1] = _mm256_shuffle_ps(low_01, low_23, _MM_SHUFFLE(3, 2, 3, 2));
    value[2] = _mm256_shuffle_ps(high_01, high_23, _MM_SHUFFLE(1, 0, 1, 0));
    value[3] = _mm256_shuffle_ps(high_01, high_23, _MM_SHUFFLE(3, 2, 3, 2));
}

#elif defined HAR_NEON
#include <arm_neon.h>
#include <string.h>

typedef float32x4_t vector;
#define TILE_ROWS 8
#define TURNED_COLUMNS 0
enum { LANES = 4, TILE_VECTORS = 3 };

static inline vector load(const float *x)
{
    return vld1q_f32(x);
}

static inline void store(float *x, vector v)
{
    vst1q_f32(x, v);
}

static inline vector spread(float x)
{
    return vdupq_n_f32(x);
}

static inline vector add(vector a, vector b)
{
    return vaddq_f32(a, b);
}

static inline vector multiply_add(vector a, vector b, vector c)
{
    return vfmaq_f32(c, a, b);
}

static inline vector load_part(const float *x, size_t count)
{
    float lane[LANES] = {0};
    memcpy(lane, x, count * sizeof *x);
    return load(lane);
}

static inline void store_part(float *x, vector v, size_t count)
{
    float lane[LANES];
    store(lane, v);
    memcpy(x, lane, count * sizeof *x);
}

#else
#include <math.h>

typedef float vector;
#define TILE_ROWS 4
#define TURNED_COLUMNS 0
enum { LANES = 1, TILE_VECTORS = 3 };

static inline vector load(const float *x)
{
    return *x;
}

static inline void store(float *x, vector v)
{
    *x = v;
}

static inline vector spread(float x)
{
    return x;
}

static inline vector add(vector a, vector b)
{
    return a + b;
}

static inline vector multiply_add(vector a, vector b, vector c)
{
    return fmaf(a, b, c);
}

static inline vector load_part(const float *x, size_t count)
{
    (void)count;
    return *x;
}

static inline void store_part(float *x, vector v, size_t count)
{
    (void)count;
    *x = v;
}

#endif

#if !defined __AVX512F__ && !defined __AVX2__
static inline void load_turned(vector value[4], const float *const row[LANES], size_t first,
                               size_t count)
{
    float lane[4][LANES] = {0};
    for (size_t r = 0; r < LANES; r++)
        for (size_t i = 0; i < count; i++)
            lane[i][r] = row[r][first + i];
    for (size_t i = 0; i < 4; i++)
        value[i] = load(lane[i]);
}
#endif
#endif
