#include "base/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void known_values(void **state)
{
    (void)state;
    assert_int_equal(har_crc32(0, "", 0), 0);
    assert_int_equal(har_crc32(0, NULL, 0), 0);
    assert_int_equal(har_crc32(0, "123456789", 9), 0xcbf43926);
    assert_int_equal(har_crc32(0, "a", 1), 0xe8b7be43);
}

static void pieces_continue(void **state)
{
    (void)state;
    const char text[] = "123456789";
    for (size_t cut = 0; cut <= 9; cut++) {
        const uint32_t head = har_crc32(0, text, cut), tail = har_crc32(0, text + cut, 9 - cut);
        assert_int_equal(har_crc32(head, text + cut, 9 - cut), 0xcbf43926);
        assert_int_equal(har_crc32_combine(head, tail, 9 - cut), 0xcbf43926);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_values),
                                       cmocka_unit_test(pieces_continue)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
