#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

/* Sizes about a cache line and a huge page, which needn't be multiples of either. */
static void test_aligned_and_zero(void **state)
{
    static const size_t sizes[] = {0, 1, 63, 64, 65, 2097088, 2097152, 2097153, 3000001};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *block = har_allocate_aligned(sizes[i], 1);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 64, 0);
        for (size_t k = 0; k < sizes[i]; k++)
            if (block[k] != 0)
                fail_msg("byte %zu of %zu is %d", k, sizes[i], block[k]);
        free(block);
    }
}

static void test_too_large(void **state)
{
    (void)state;
    assert_null(har_allocate_aligned(SIZE_MAX, 1));
    assert_null(har_allocate_aligned(SIZE_MAX / 2, 4));
    assert_null(har_allocate(SIZE_MAX / 2, 4));
}

static void test_grow(void **state)
{
    (void)state;
    int *block = NULL;
    size_t capacity = 0;
    assert_true(har_grow(&block, &capacity, 3, sizeof *block));
    assert_int_equal(capacity, 3);
    block[2] = 7;
    assert_true(har_grow(&block, &capacity, 4, sizeof *block));
    assert_int_equal(capacity, 6);
    assert_int_equal(block[2], 7);
    assert_false(har_grow(&block, &capacity, SIZE_MAX, sizeof *block));
    assert_int_equal(capacity, 6);
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligned_and_zero),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
