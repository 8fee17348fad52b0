/* Random words, several blocks side by side; compiled once per instruction set. Little endian, like
 * the stream. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include "kernel/wide.h"

#include <string.h>

enum { SIDE = 16, VECTORS = SIDE / WIDE_LANES };

/* One number in all lanes. */
static wide same(uint64_t number)
{
    uint64_t lane[WIDE_LANES];
    for (size_t i = 0; i < WIDE_LANES; i++)
        lane[i] = number;
    return wide_load(lane);
}

/* The counters of blocks FIRST, FIRST + 1, …, a word a lane. */
static void count_up(wide word[4], const struct har_random *random, uint64_t first)
{
    static const uint64_t lane[] = {0, 1, 2, 3, 4, 5, 6, 7};
    word[0] = wide_add(same(first), wide_load(lane));
    word[1] = wide_upper(word[0]);
    word[2] = same(random->epoch);
    word[3] = same((uint64_t)random->purpose << 16 | random->place);
}

/* A round of har_philox on the lower halves; the upper ones hold anything. */
static inline void mix(wide word[4], wide key_0, wide key_1)
{
    const wide first = wide_multiply(word[0], same(0xD2511F53));
    const wide second = wide_multiply(word[2], same(0xCD9E8D57));
    word[0] = wide_xor(wide_xor(wide_upper(second), word[1]), key_0);
    word[1] = second;
    word[2] = wide_xor(wide_xor(wide_upper(first), word[3]), key_1);
    word[3] = first;
}

/* har_philox on SIDE counters from FIRST on; two words make a long one, the first its lower half.
 */
static void blocks(uint32_t words[4 * SIDE], const struct har_random *random, uint64_t first)
{
    wide word[VECTORS][4];
    uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
    for (size_t v = 0; v < VECTORS; v++)
        count_up(word[v], random, first + v * WIDE_LANES);
    UNROLL for (int round = 0; round < 10; round++)
    {
        for (size_t v = 0; v < VECTORS; v++)
            mix(word[v], same(key[0]), same(key[1]));
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    for (size_t v = 0; v < VECTORS; v++)
        wide_store_pairs(words + v * 4 * WIDE_LANES, wide_join(word[v][0], word[v][1]),
                         wide_join(word[v][2], word[v][3]));
}

void ISA_NAME(har_random_words)(uint32_t *words, const struct har_random *random, uint64_t block,
                                size_t count)
{
    for (; count >= SIDE; count -= SIDE, block += SIDE, words += 4 * SIDE)
        blocks(words, random, block);
    if (count == 0)
        return;
    uint32_t last[4 * SIDE];
    blocks(last, random, block);
    memcpy(words, last, 4 * count * sizeof *words);
}

#endif
