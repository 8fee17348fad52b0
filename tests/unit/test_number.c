/* The decimal reader against strtod. */
#include "base/random.h"
#include "data/number.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void check_text(const char *text)
{
    double value;
    char *stop;
    const double expected = strtod(text, &stop);
    const bool whole = har_number_whole(&value, text, strlen(text));
    if (whole != isfinite(expected) || (whole && bits_of(value) != bits_of(expected)))
        fail_msg("'%s': %a, strtod has %a", text, whole ? value : NAN, expected);
}

static void edges_agree_with_strtod(void **state)
{
    static const char *const texts[] = {"0",
                                        "-0",
                                        "0.0",
                                        "-0.0e5",
                                        "1",
                                        "+1",
                                        "1.",
                                        ".5",
                                        "-.5e1",
                                        "1e22",
                                        "1e23",
                                        "1e-22",
                                        "1e-23",
                                        "9007199254740992",
                                        "9007199254740993",
                                        "9007199254740993e-5",
                                        "9007199254740991e22",
                                        "1234567890123456789",
                                        "12345678901234567890",
                                        "0000000000000000000000001",
                                        "0.00000000000000000000000000001",
                                        "1.8082406e-004",
                                        "2.2250738585072014e-308",
                                        "2.2250738585072011e-308",
                                        "4.9e-324",
                                        "2.4e-324",
                                        "1e-400",
                                        "1.7976931348623157e308",
                                        "1.7976931348623159e308",
                                        "1e400",
                                        "1E5",
                                        "1e+05",
                                        "1e99999999999999999999",
                                        "1e-99999999999999999999",
                                        "0e99999999999999999999",
                                        "179769313486231580793728971405301e276"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_text(texts[i]);
}

static void other_texts_are_refused(void **state)
{
    static const char *const texts[] = {"",    " ",     "-",   "+",   ".",        "e5",   "1e",
                                        "1e+", "nan",   "inf", "0x1", "1 ",       " 1",   "1,5",
                                        "--1", "1.2.3", "1d5", "1f",  "infinity", "1e5.0"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value;
        if (har_number_whole(&value, texts[i], strlen(texts[i])))
            fail_msg("'%s' was read as %g", texts[i], value);
    }
}

static void long_texts_are_refused_whole(void **state)
{
    char text[2048];
    double value;
    (void)state;
    memset(text, '1', sizeof text);
    text[1] = '.';
    assert_true(har_number_whole(&value, text, 1023));
    assert_true(value == 1.1111111111111112);
    assert_false(har_number_whole(&value, text, 1024));
}

static void the_end_is_respected(void **state)
{
    static const char text[] = "12.5e37";
    double value;
    (void)state;
    assert_ptr_equal(har_number_parse(&value, text, text + 6), text + 6);
    assert_true(value == 12.5e3);
    assert_ptr_equal(har_number_parse(&value, text, text + 3), text + 3);
    assert_true(value == 12);
    assert_null(har_number_parse(&value, text, text));
    assert_null(har_number_parse(&value, text, text + 5));
}

/* Doubles of random bits, as texts of 1 to 20 digits. */
static void random_doubles_agree_with_strtod(void **state)
{
    const struct har_random random = {.seed = 1, .purpose = HAR_RANDOM_NOISE};
    (void)state;
    for (uint64_t i = 0; i < 1000000; i++) {
        uint32_t word[4];
        har_random_block(word, &random, i);
        const uint64_t bits = (uint64_t)word[0] << 32 | word[1];
        double value;
        memcpy(&value, &bits, sizeof value);
        char text[64];
        if (!isfinite(value))
            continue;
        snprintf(text, sizeof text, "%.*e", (int)(word[2] % 20), value);
        check_text(text);
    }
}

/* Digits, a point anywhere, an exponent that keeps near the exact path's borders. */
static void random_decimals_agree_with_strtod(void **state)
{
    const struct har_random random = {.seed = 2, .purpose = HAR_RANDOM_NOISE};
    (void)state;
    for (uint64_t i = 0; i < 2000000; i++) {
        uint32_t word[4];
        har_random_block(word, &random, i);
        const uint64_t digits = ((uint64_t)word[0] << 32 | word[1]) >> (word[2] % 64);
        const unsigned after = word[3] % 7;
        char text[64];
        snprintf(text, sizeof text, "%s%u.%0*llue%d", word[2] & 64 ? "-" : "", after,
                 (int)(word[3] >> 8) % 20, (unsigned long long)digits,
                 (int)(word[3] >> 16) % 60 - 30);
        check_text(text);
    }
}

static void integers_are_read_whole(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {{"0", true, 0},
                {"-1", true, -1},
                {"+7", true, 7},
                {"007", true, 7},
                {"9223372036854775807", true, INT64_MAX},
                {"-9223372036854775808", true, INT64_MIN},
                {"9223372036854775808", false, 0},
                {"-9223372036854775809", false, 0},
                {"", false, 0},
                {"-", false, 0},
                {"1.0", false, 0},
                {"1e3", false, 0},
                {" 1", false, 0},
                {"a", false, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value = 0;
        assert_int_equal(har_integer_whole(&value, rows[i].text, strlen(rows[i].text)),
                         rows[i].good);
        if (rows[i].good)
            assert_true(value == rows[i].value);
    }
}

static void floats_have_their_range(void **state)
{
    float value;
    (void)state;
    assert_true(har_float_whole(&value, "3.4028235e38", 12));
    assert_true(value == 0x1.fffffep127f);
    assert_true(har_float_whole(&value, "3.4028235677973362e38", 21));
    assert_true(isfinite(value));
    assert_false(har_float_whole(&value, "3.4028236e38", 12));
    assert_false(har_float_whole(&value, "-1e39", 5));
    assert_true(har_float_whole(&value, "1e-60", 5));
    assert_true(value == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_agree_with_strtod),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(long_texts_are_refused_whole),
        cmocka_unit_test(the_end_is_respected),
        cmocka_unit_test(random_doubles_agree_with_strtod),
        cmocka_unit_test(random_decimals_agree_with_strtod),
        cmocka_unit_test(integers_are_read_whole),
        cmocka_unit_test(floats_have_their_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
