/* Lines of numbers, and the folder's loader where it refuses before it reads. */
#include "data/lines.h"
#include "data/uci.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct har_lines lines_of(const char *text)
{
    return (struct har_lines){text, text + strlen(text), 0};
}

static void floats_are_strided(void **state)
{
    struct har_lines lines = lines_of("  1 -2.5e-001\t3\r\n4 5 6 \n\n \n");
    struct har_error err = {0};
    float x[9] = {0};
    (void)state;
    assert_int_equal(har_lines_count(&lines), 3);
    assert_int_equal(har_lines_floats(&lines, x, 3, 3, &err), HAR_OK);
    assert_int_equal(har_lines_floats(&lines, x + 1, 3, 3, &err), HAR_OK);
    static const float expected[9] = {1, 4, 0, -0.25f, 5, 0, 3, 6, 0};
    assert_memory_equal(x, expected, sizeof x);
    assert_true(har_lines_done(&lines));
    assert_int_equal(lines.line, 2);
}

static void bad_lines_are_named(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {{"1 2\n1 2 3\n", "line 1: 2 values, expected 3"},
                {"1 2 3 4", "line 1: 4 values, expected 3"},
                {"", "line 1: 0 values, expected 3"},
                {"\n1 2 3\n", "line 1: 0 values, expected 3"},
                {"1 2 nan\n", "line 1: value 3: 'nan' isn't a finite number"},
                {"1 2 3x\n", "line 1: value 3: '3x' isn't a finite number"},
                {"1 1e39 3\n", "line 1: value 2: '1e39' isn't a finite number"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct har_lines lines = lines_of(rows[i].text);
        struct har_error err = {0};
        float x[3];
        assert_int_equal(har_lines_floats(&lines, x, 3, 1, &err), HAR_INPUT);
        assert_string_equal(err.text, rows[i].message);
    }
}

static void integers_have_their_range(void **state)
{
    struct har_lines lines = lines_of("1\n6\n7\n");
    struct har_error err = {0};
    int32_t value;
    (void)state;
    assert_int_equal(har_lines_integers(&lines, &value, 1, 1, 6, &err), HAR_OK);
    assert_int_equal(har_lines_integers(&lines, &value, 1, 1, 6, &err), HAR_OK);
    assert_int_equal(value, 6);
    assert_int_equal(har_lines_integers(&lines, &value, 1, 1, 6, &err), HAR_INPUT);
    assert_string_equal(err.text, "line 3: value 1: '7', expected a whole number 1 to 6");
}

static void texts_are_trimmed(void **state)
{
    struct har_lines lines = lines_of(" 1 WALKING \r\nlast");
    size_t size;
    (void)state;
    const char *text = har_lines_text(&lines, &size);
    assert_int_equal(size, 9);
    assert_memory_equal(text, "1 WALKING", size);
    text = har_lines_text(&lines, &size);
    assert_int_equal(size, 4);
    assert_true(har_lines_done(&lines));
    assert_int_equal(lines.line, 2);
}

static void a_missing_folder_has_a_hint(void **state)
{
    const struct har_request request = {.path = "/nowhere/at/all"};
    struct har_error err = {0};
    (void)state;
    assert_int_equal(har_format_uci.load(&request, NULL, &err), HAR_SYSTEM);
    assert_string_equal(err.text, "/nowhere/at/all: No such file or directory");
    assert_non_null(strstr(err.hint, "make data"));
}

static void another_split_is_refused(void **state)
{
    const struct har_request request = {.path = "/", .split = "all"};
    struct har_error err = {0};
    (void)state;
    assert_int_equal(har_format_uci.load(&request, NULL, &err), HAR_USAGE);
    assert_string_equal(err.text, "--split all: expected train or test");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_are_strided),          cmocka_unit_test(bad_lines_are_named),
        cmocka_unit_test(integers_have_their_range),   cmocka_unit_test(texts_are_trimmed),
        cmocka_unit_test(a_missing_folder_has_a_hint), cmocka_unit_test(another_split_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
