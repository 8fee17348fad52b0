/* Tables of rows: columns, appending, and the checksum that doesn't see framing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/checksum.h"
#include "stream/table.h"

#include <stdlib.h>
#include <string.h>

/* A frame of ROWS rows from FIRST on: x (rows,2) <f4 and y (rows,) <i4. */
struct rows {
    float x[8][2];
    int32_t y[8];
    struct har_frame frame;
};

static void make_rows(struct rows *rows, size_t first, size_t count)
{
    struct har_error err = {0};
    const size_t shape[] = {count, 2};
    for (size_t i = 0; i < count; i++) {
        rows->x[i][0] = (float)(first + i);
        rows->x[i][1] = -(float)(first + i);
        rows->y[i] = (int32_t)(10 * (first + i));
    }
    rows->frame = (struct har_frame){.kind = HAR_FRAME_DATA, .rows = count, .tensors = 2};
    assert_int_equal(har_tensor_view(&rows->frame.tensor[0], "x", HAR_F4, 2, shape, rows->x, &err),
                     HAR_OK);
    assert_int_equal(har_tensor_view(&rows->frame.tensor[1], "y", HAR_I4, 1, shape, rows->y, &err),
                     HAR_OK);
}

static int32_t label(const struct har_table *table, size_t row)
{
    int32_t value;
    memcpy(&value, har_table_column(table, "y")->data + row * sizeof value, sizeof value);
    return value;
}

static void appends_kept_rows(void **state)
{
    (void)state;
    static const bool keep[] = {false, true, false, true};
    struct har_table *table = calloc(1, sizeof *table);
    struct rows rows;
    struct har_error err = {0};
    make_rows(&rows, 0, 3);
    assert_int_equal(har_table_append(table, &rows.frame, NULL, &err), HAR_OK);
    make_rows(&rows, 3, 4);
    assert_int_equal(har_table_append(table, &rows.frame, keep, &err), HAR_OK);
    static const int32_t expected[] = {0, 10, 20, 40, 60};
    assert_int_equal(table->rows, 5);
    assert_int_equal(table->columns, 2);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(label(table, i), expected[i]);
    const struct har_tensor view = har_column_view(har_table_column(table, "x"), 3, 2);
    float x[4];
    assert_int_equal(view.bytes, sizeof x);
    assert_int_equal(view.shape[0], 2);
    har_tensor_floats(x, &view, 0, 4);
    assert_true(x[0] == 4 && x[1] == -4 && x[2] == 6 && x[3] == -6);
    har_table_clear(table);
    assert_int_equal(table->rows, 0);
    assert_int_equal(har_table_append(table, &rows.frame, keep, &err), HAR_OK);
    assert_int_equal(label(table, 0), 40);
    har_table_free(table);
    assert_int_equal(table->columns, 0);
    free(table);
}

static void matches_by_name_not_by_place(void **state)
{
    (void)state;
    struct har_table *table = calloc(1, sizeof *table);
    struct rows rows;
    struct har_error err = {0};
    make_rows(&rows, 0, 1);
    assert_int_equal(har_table_append(table, &rows.frame, NULL, &err), HAR_OK);
    make_rows(&rows, 1, 1);
    const struct har_tensor x = rows.frame.tensor[0];
    rows.frame.tensor[0] = rows.frame.tensor[1];
    rows.frame.tensor[1] = x;
    assert_int_equal(har_table_append(table, &rows.frame, NULL, &err), HAR_OK);
    assert_int_equal(label(table, 1), 10);
    har_table_free(table);
    free(table);
}

/* What is done to a second frame, and what is then said. */
static void names_what_differs(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "x has shape (2,1), expected rows of (2,) as before",
        "y is <f4, expected <i4 as in the rows before",
        "tensor 'y' is missing, the rows before have it",
        "tensor 'z' is new, the rows before don't have it",
    };
    for (size_t i = 0; i < 4; i++) {
        struct har_table *table = calloc(1, sizeof *table);
        struct rows rows;
        struct har_error err = {0};
        make_rows(&rows, 0, 2);
        assert_int_equal(har_table_append(table, &rows.frame, NULL, &err), HAR_OK);
        struct har_tensor *tensor = rows.frame.tensor;
        if (i == 0)
            tensor[0].shape[1] = 1;
        if (i == 1)
            tensor[1].type = HAR_F4;
        if (i == 2)
            rows.frame.tensors = 1;
        if (i == 3) {
            tensor[2] = tensor[1];
            strcpy(tensor[2].name, "z");
            rows.frame.tensors = 3;
        }
        assert_int_equal(har_table_append(table, &rows.frame, NULL, &err), HAR_INPUT);
        assert_string_equal(err.text, texts[i]);
        assert_int_equal(table->rows, 2);
        har_table_free(table);
        free(table);
    }
}

static void extends_with_zeros(void **state)
{
    (void)state;
    struct har_table *table = calloc(1, sizeof *table);
    struct har_error err = {0};
    const size_t window[] = {3, 2};
    assert_int_equal(har_table_add(table, "x", HAR_F8, 2, window, &err), HAR_OK);
    assert_int_equal(har_table_add(table, "x", HAR_F8, 2, window, &err), HAR_INPUT);
    assert_string_equal(err.text, "x: there are two tensors of this name");
    assert_int_equal(har_table_add(table, "none", HAR_U1, 1, (const size_t[]){0}, &err), HAR_OK);
    assert_int_equal(har_table_extend(table, 4, &err), HAR_OK);
    assert_int_equal(har_table_find(table, "x")->row_bytes, 48);
    for (size_t i = 0; i < 4 * 48; i++)
        assert_int_equal(har_table_find(table, "x")->data[i], 0);
    assert_int_equal(har_table_add(table, "late", HAR_U1, 0, NULL, &err), HAR_INPUT);
    assert_int_equal(har_table_extend(table, (size_t)-1, &err), HAR_SYSTEM);
    assert_int_equal(table->rows, 4);
    assert_null(har_table_find(table, "late"));
    har_table_free(table);
    free(table);
}

static uint32_t checksum(size_t first_frame, size_t rows_of_all)
{
    struct har_rows_checksum *sum = calloc(1, sizeof *sum);
    struct rows rows;
    make_rows(&rows, 0, first_frame);
    har_rows_checksum_add(sum, &rows.frame);
    make_rows(&rows, first_frame, rows_of_all - first_frame);
    har_rows_checksum_add(sum, &rows.frame);
    const uint32_t value = har_rows_checksum_value(sum);
    free(sum);
    return value;
}

static void checksum_doesnt_see_framing(void **state)
{
    (void)state;
    struct rows rows;
    make_rows(&rows, 0, 8);
    const uint32_t x = har_crc32(0, rows.x, sizeof rows.x);
    const uint32_t expected = har_crc32(x, rows.y, sizeof rows.y);
    for (size_t first = 0; first <= 8; first++)
        assert_int_equal(checksum(first, 8), expected);
    assert_int_not_equal(checksum(4, 7), expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_kept_rows),
        cmocka_unit_test(matches_by_name_not_by_place),
        cmocka_unit_test(names_what_differs),
        cmocka_unit_test(extends_with_zeros),
        cmocka_unit_test(checksum_doesnt_see_framing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
