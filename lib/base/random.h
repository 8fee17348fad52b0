/* Random numbers without state: each is a function of (seed, purpose, epoch, index), so that no
 * draw depends on another having been made (Philox4x32-10; Salmon, Moraes, Dror, Shaw: Parallel
 * random numbers: as easy as 1, 2, 3; SC 2011). */
#ifndef HAR_BASE_RANDOM_H
#define HAR_BASE_RANDOM_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

/* What a number is drawn for. The values are part of the numeric promise: never renumber. */
enum har_purpose {
    HAR_RANDOM_INITIALIZER = 1,
    HAR_RANDOM_SHUFFLE = 2,
    HAR_RANDOM_DROPOUT = 3,
    HAR_RANDOM_SYNTH = 4,
    HAR_RANDOM_NOISE = 5,
    HAR_RANDOM_SPLIT = 6,
    HAR_RANDOM_AUGMENT = 7,
    HAR_RANDOM_BOOTSTRAP = 9,
    HAR_RANDOM_TUNE = 10,
    HAR_RANDOM_SAMPLE = 16
};

/* One stream of numbers: index 0, 1, 2, … of it are independent of each other. */
struct har_random {
    uint64_t seed;
    uint16_t purpose; /* enum har_purpose */
    uint16_t place;   /* which of its kind: the layer, the weight, … */
    uint32_t epoch;   /* 0 where there are none */
};

/* The generator itself: 4 words from a 128-bit counter and a 64-bit key. Test vectors: Random123's
 * kat_vectors. */
void har_philox(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]);

/* The four words of block INDEX of a stream: counter = index low, index high, epoch,
 * purpose << 16 | place; key = seed low, seed high. */
void har_random_block(uint32_t out[4], const struct har_random *random, uint64_t index);

/* Number INDEX of a stream: word index % 4 of block index / 4. */
uint32_t har_random_word(const struct har_random *random, uint64_t index);

/* In [0, 1): word / 2^32, exact in double. */
double har_random_uniform(const struct har_random *random, uint64_t index);

/* Standard normal by Box-Muller from words of block INDEX, with the elementary functions of
 * base/elementary.h: the same bits on every machine. */
double har_random_normal(const struct har_random *random, uint64_t index);

/* Uniform in 0 .. bound-1 (bound >= 1), without bias worth the name (64-bit multiply-shift). */
uint64_t har_random_below(const struct har_random *random, uint64_t index, uint64_t bound);

/* A permutation of 0 .. count-1 into ORDER by Fisher and Yates, drawn from the stream. */
void har_random_permutation(size_t *order, size_t count, const struct har_random *random);

/* A seed from the system's entropy, below 2^63. */
HAR_RESULT enum har_status har_random_seed(uint64_t *seed, struct har_error *err);

#endif
