/* Random words, several blocks side by side; compiled once per instruction set. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

enum { SIDE = 16 };

/* har_philox on SIDE counters that begin with BLOCK, BLOCK + 1, …: word[i] of each. */
static void blocks(uint32_t word[4][SIDE], const struct har_random *random, uint64_t block)
{
    uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
    for (size_t i = 0; i < SIDE; i++) {
        word[0][i] = (uint32_t)(block + i);
        word[1][i] = (uint32_t)((block + i) >> 32);
        word[2][i] = random->epoch;
        word[3][i] = (uint32_t)random->purpose << 16 | random->place;
    }
    for (int round = 0; round < 10; round++) {
        for (size_t i = 0; i < SIDE; i++) {
            const uint64_t first = (uint64_t)0xD2511F53u * word[0][i];
            const uint64_t second = (uint64_t)0xCD9E8D57u * word[2][i];
            word[0][i] = (uint32_t)(second >> 32) ^ word[1][i] ^ key[0];
            word[1][i] = (uint32_t)second;
            word[2][i] = (uint32_t)(first >> 32) ^ word[3][i] ^ key[1];
            word[3][i] = (uint32_t)first;
        }
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
}

void ISA_NAME(har_random_words)(uint32_t *words, const struct har_random *random, uint64_t block,
                                size_t count)
{
    uint32_t word[4][SIDE];
    for (size_t first = 0; first < count; first += SIDE) {
        blocks(word, random, block + first);
        for (size_t i = 0; i < SIDE && first + i < count; i++)
            for (size_t j = 0; j < 4; j++)
                words[4 * (first + i) + j] = word[j][i];
    }
}

#endif
