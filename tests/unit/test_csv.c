/* The csv reader: text cut anywhere, columns' uses, line numbers. */
#include "data/csv.h"
#include "stream/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Reads TEXT in pieces of PIECE bytes. */
static enum har_status read_text(struct har_csv **csv, const struct har_request *request,
                                 const char *text, size_t piece, struct har_error *err)
{
    enum har_status status = har_csv_new(csv, request, err);
    const size_t size = strlen(text);
    for (size_t at = 0; status == HAR_OK && at < size; at += piece)
        status = har_csv_feed(*csv, text + at, size - at < piece ? size - at : piece, err);
    return status == HAR_OK ? har_csv_finish(*csv, true, err) : status;
}

static void text_may_be_cut_anywhere(void **state)
{
    static const char text[] =
        "\xef\xbb\xbf\"t\",x,\"y \"\"q\"\"\",l\r\n0,1,2,b\r\n\"1\",-3e1,4,\r\n";
    const struct har_request request = {.time = "t", .label = "l", .labels = "a,b"};
    (void)state;
    for (size_t piece = 1; piece <= sizeof text; piece++) {
        struct har_error err = {0};
        struct har_csv *csv;
        assert_int_equal(read_text(&csv, &request, text, piece, &err), HAR_OK);
        struct har_table *rows = har_csv_rows(csv);
        static const float x[] = {1, 2, -30, 4};
        static const int32_t y[] = {1, -1};
        assert_int_equal(rows->rows, 2);
        assert_memory_equal(har_table_find(rows, "x")->data, x, sizeof x);
        assert_memory_equal(har_table_find(rows, "y")->data, y, sizeof y);
        assert_string_equal(har_header_item(har_csv_header(csv), "channels", 1), "y \"q\"");
        har_csv_free(csv);
    }
}

/* Only whole rows are there to be taken, wherever a piece ends. */
static void rows_may_be_taken_anywhere(void **state)
{
    static const char text[] = "x,y\n1,2\n3,4\n5,6\n";
    (void)state;
    for (size_t piece = 1; piece <= sizeof text; piece++) {
        const struct har_request request = {0};
        struct har_error err = {0};
        struct har_csv *csv;
        float next = 1;
        assert_int_equal(har_csv_new(&csv, &request, &err), HAR_OK);
        for (size_t at = 0; at < sizeof text - 1; at += piece) {
            const size_t left = sizeof text - 1 - at;
            assert_int_equal(har_csv_feed(csv, text + at, left < piece ? left : piece, &err),
                             HAR_OK);
            struct har_table *rows = har_csv_rows(csv);
            for (size_t i = 0; i < rows->rows * 2; i++, next++)
                assert_memory_equal(har_table_find(rows, "x")->data + i * sizeof next, &next,
                                    sizeof next);
            har_table_clear(rows);
        }
        assert_int_equal(har_csv_finish(csv, true, &err), HAR_OK);
        assert_true(next == 7);
        har_csv_free(csv);
    }
}

static void integer_labels_wait_for_the_end(void **state)
{
    const struct har_request request = {.label = "l"};
    struct har_error err = {0};
    struct har_csv *csv;
    (void)state;
    assert_int_equal(har_csv_new(&csv, &request, &err), HAR_OK);
    assert_int_equal(har_csv_feed(csv, "x,l\n1,7\n2,\n3,-2\n", 16, &err), HAR_OK);
    assert_null(har_csv_header(csv));
    assert_int_equal(har_csv_finish(csv, true, &err), HAR_OK);
    static const int32_t y[] = {1, -1, 0};
    assert_memory_equal(har_table_find(har_csv_rows(csv), "y")->data, y, sizeof y);
    assert_string_equal(har_header_item(har_csv_header(csv), "labels", 0), "-2");
    har_csv_free(csv);
}

static void the_header_comes_first_otherwise(void **state)
{
    const struct har_request request = {.rate = 50, .units = "g"};
    struct har_error err = {0};
    struct har_csv *csv;
    (void)state;
    assert_int_equal(har_csv_new(&csv, &request, &err), HAR_OK);
    assert_int_equal(har_csv_feed(csv, "x,y\n", 4, &err), HAR_OK);
    const json_t *header = har_csv_header(csv);
    assert_non_null(header);
    assert_int_equal(har_header_count(header, "units"), 2);
    assert_true(har_header_number(header, "rate", 0) == 50);
    har_csv_free(csv);
}

static void faults_name_their_line(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"x\n1\n\"a\nb\"\n", "line 4, column 1 (x): 'a\nb' isn't a number"},
        {"x,y\n1,2\n\n3\n", "line 4: 1 fields, expected the 2 of the first row"},
        {"x,y\n1,2\n3,4,5\n", "line 3: more than the 2 fields of the first row"},
        {"x,x\n", "line 1: columns 1 and 2 are both called 'x'"},
        {"x\n1\n0x10\n", "line 3, column 1 (x): '0x10' isn't a number"},
        {"x\n", "no rows below the names of the columns"},
        {"", "empty, expected a first row that names the columns"},
        {"x\n1,\"", "line 2: the text ends within quotes"},
        {"\xff\n1\n", "line 1: the name of column 1 isn't UTF-8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct har_request request = {0};
        struct har_error err = {0};
        struct har_csv *csv;
        assert_int_equal(read_text(&csv, &request, rows[i].text, 3, &err), HAR_INPUT);
        assert_string_equal(err.text, rows[i].message);
        har_csv_free(csv);
    }
}

static void a_field_has_a_limit(void **state)
{
    const struct har_request request = {0};
    struct har_error err = {0};
    struct har_csv *csv;
    enum { size = 4 << 20 };
    char *text = calloc(size, 1);
    (void)state;
    assert_non_null(text);
    memset(text, 'a', size);
    memcpy(text, "x\n\"", 3);
    assert_int_equal(har_csv_new(&csv, &request, &err), HAR_OK);
    assert_int_equal(har_csv_feed(csv, text, size, &err), HAR_INPUT);
    assert_string_equal(err.text, "line 2: a field exceeds 1 MiB (a quote that isn't closed?)");
    har_csv_free(csv);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_may_be_cut_anywhere),
        cmocka_unit_test(rows_may_be_taken_anywhere),
        cmocka_unit_test(integer_labels_wait_for_the_end),
        cmocka_unit_test(the_header_comes_first_otherwise),
        cmocka_unit_test(faults_name_their_line),
        cmocka_unit_test(a_field_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
