#include "base/random.h"

#include "base/elementary.h"

#include <math.h>
#include <unistd.h>

__extension__ typedef unsigned __int128 wide;

static void philox_round(uint32_t counter[4], const uint32_t key[2])
{
    const uint64_t first = (uint64_t)0xD2511F53u * counter[0];
    const uint64_t second = (uint64_t)0xCD9E8D57u * counter[2];
    counter[0] = (uint32_t)(second >> 32) ^ counter[1] ^ key[0];
    counter[1] = (uint32_t)second;
    counter[2] = (uint32_t)(first >> 32) ^ counter[3] ^ key[1];
    counter[3] = (uint32_t)first;
}

void har_philox(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2])
{
    uint32_t state[4] = {counter[0], counter[1], counter[2], counter[3]};
    uint32_t round_key[2] = {key[0], key[1]};
    for (int round = 0; round < 10; round++) {
        philox_round(state, round_key);
        round_key[0] += 0x9E3779B9u;
        round_key[1] += 0xBB67AE85u;
    }
    for (int i = 0; i < 4; i++)
        out[i] = state[i];
}

void har_random_block(uint32_t out[4], const struct har_random *random, uint64_t index)
{
    const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), random->epoch,
                                 (uint32_t)random->purpose << 16 | random->place};
    const uint32_t key[2] = {(uint32_t)random->seed, (uint32_t)(random->seed >> 32)};
    har_philox(out, counter, key);
}

uint32_t har_random_word(const struct har_random *random, uint64_t index)
{
    uint32_t block[4];
    har_random_block(block, random, index / 4);
    return block[index % 4];
}

double har_random_uniform(const struct har_random *random, uint64_t index)
{
    return har_random_word(random, index) * 0x1p-32;
}

/* In (0, 1]: 53 of the 64 bits of two words. */
static double positive_uniform(uint32_t high, uint32_t low)
{
    const uint64_t bits = ((uint64_t)high << 32 | low) >> 11;
    return (double)(bits + 1) * 0x1p-53;
}

double har_random_normal(const struct har_random *random, uint64_t index)
{
    static const double two_pi = 0x1.921fb54442d18p+2;
    uint32_t word[4];
    har_random_block(word, random, index);
    const double radius = sqrt(-2 * har_log(positive_uniform(word[0], word[1])));
    return radius * har_cos(two_pi * positive_uniform(word[2], word[3]));
}

uint64_t har_random_below(const struct har_random *random, uint64_t index, uint64_t bound)
{
    uint32_t word[4];
    har_random_block(word, random, index);
    const uint64_t bits = (uint64_t)word[0] << 32 | word[1];
    return (uint64_t)((wide)bits * bound >> 64);
}

void har_random_permutation(size_t *order, size_t count, const struct har_random *random)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        const size_t other = (size_t)har_random_below(random, i - 1, i);
        const size_t last = order[i - 1];
        order[i - 1] = order[other];
        order[other] = last;
    }
}

enum har_status har_random_seed(uint64_t *seed, struct har_error *err)
{
    if (getentropy(seed, sizeof *seed) != 0)
        return har_fail_errno(err, "no entropy for a seed");
    *seed >>= 1;
    return HAR_OK;
}
