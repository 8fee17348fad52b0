#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Random123's kat_vectors for philox4x32 10. */
static const struct {
    uint32_t counter[4], key[2], out[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void test_known_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        har_philox(out, known[i].counter, known[i].key);
        assert_memory_equal(out, known[i].out, sizeof out);
    }
}

static void test_streams(void **state)
{
    (void)state;
    static const struct har_random base = {0x123456789abcdef0u, HAR_RANDOM_DROPOUT, 7, 3};
    static const struct har_random others[] = {{0x123456789abcdef1u, HAR_RANDOM_DROPOUT, 7, 3},
                                               {0x023456789abcdef0u, HAR_RANDOM_DROPOUT, 7, 3},
                                               {0x123456789abcdef0u, HAR_RANDOM_NOISE, 7, 3},
                                               {0x123456789abcdef0u, HAR_RANDOM_DROPOUT, 8, 3},
                                               {0x123456789abcdef0u, HAR_RANDOM_DROPOUT, 7, 4}};
    const uint32_t counter[4] = {5, 1, 3, 3u << 16 | 7}, key[2] = {0x9abcdef0u, 0x12345678u};
    uint32_t want[4], got[4];
    har_philox(want, counter, key);
    har_random_block(got, &base, 0x100000005u);
    assert_memory_equal(got, want, sizeof got);
    for (uint64_t i = 0; i < 4; i++)
        assert_int_equal(har_random_word(&base, 4 * 0x100000005u + i), want[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_not_equal(har_random_word(&others[i], 20), har_random_word(&base, 20));
}

static void test_moments(void **state)
{
    (void)state;
    enum { draws = 200000 };
    const struct har_random random = {1, HAR_RANDOM_SYNTH, 0, 0};
    double uniform = 0, normal = 0, square = 0, fourth = 0;
    for (uint64_t i = 0; i < draws; i++) {
        const double u = har_random_uniform(&random, i), z = har_random_normal(&random, i);
        assert_true(u >= 0 && u < 1);
        uniform += u;
        normal += z;
        square += z * z;
        fourth += z * z * z * z;
    }
    assert_true(fabs(uniform / draws - 0.5) < 0.003);
    assert_true(fabs(normal / draws) < 0.01);
    assert_true(fabs(square / draws - 1) < 0.015);
    assert_true(fabs(fourth / draws - 3) < 0.12);
}

static void test_below(void **state)
{
    (void)state;
    const struct har_random random = {2, HAR_RANDOM_SPLIT, 0, 0};
    size_t seen[7] = {0};
    for (uint64_t i = 0; i < 70000; i++)
        seen[har_random_below(&random, i, 7)]++;
    for (size_t i = 0; i < 7; i++)
        assert_in_range(seen[i], 9700, 10300);
    assert_int_equal(har_random_below(&random, 3, 1), 0);
    assert_true(har_random_below(&random, 3, UINT64_MAX) < UINT64_MAX);
}

static void test_permutation(void **state)
{
    (void)state;
    enum { count = 1000 };
    size_t order[count], other[count];
    bool seen[count] = {false};
    const struct har_random first = {3, HAR_RANDOM_SHUFFLE, 0, 1};
    const struct har_random second = {3, HAR_RANDOM_SHUFFLE, 0, 2};
    har_random_permutation(order, count, &first);
    har_random_permutation(other, count, &second);
    size_t fixed = 0, same = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(order[i] < count && !seen[order[i]]);
        seen[order[i]] = true;
        fixed += order[i] == i;
        same += order[i] == other[i];
    }
    assert_true(fixed < 10 && same < 10);
    har_random_permutation(order, 1, &first);
    assert_int_equal(order[0], 0);
}

/* All 24 orders of four come equally often. */
static void test_permutation_is_fair(void **state)
{
    (void)state;
    size_t seen[256] = {0};
    for (uint32_t epoch = 0; epoch < 24000; epoch++) {
        const struct har_random random = {4, HAR_RANDOM_SHUFFLE, 0, epoch};
        size_t order[4];
        har_random_permutation(order, 4, &random);
        seen[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    size_t orders = 0;
    for (size_t i = 0; i < 256; i++) {
        orders += seen[i] > 0;
        assert_true(seen[i] == 0 || (seen[i] > 850 && seen[i] < 1150));
    }
    assert_int_equal(orders, 24);
}

static void test_seed(void **state)
{
    (void)state;
    struct har_error err = {0};
    uint64_t a, b;
    assert_int_equal(har_random_seed(&a, &err), HAR_OK);
    assert_int_equal(har_random_seed(&b, &err), HAR_OK);
    assert_true(a != b && a >> 63 == 0 && b >> 63 == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers), cmocka_unit_test(test_streams),
        cmocka_unit_test(test_moments),       cmocka_unit_test(test_below),
        cmocka_unit_test(test_permutation),   cmocka_unit_test(test_permutation_is_fair),
        cmocka_unit_test(test_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
