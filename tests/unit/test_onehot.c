/* har-onehot's stage. */
#include "recordings.h"

#include "data/onehot.h"

static const char three[] = "{\"type\":\"windows\",\"labels\":[\"a\",\"b\",\"c\"]}";
static const char none[] = "{\"type\":\"windows\"}";

static void fill(struct har_table *table, enum har_dtype type, const int *y, size_t rows)
{
    struct har_error err = {0};
    *table = (struct har_table){0};
    add_column(table, "x", HAR_F4, 2);
    add_column(table, "y", type, 0);
    add_column(table, "mine", HAR_I4, 0);
    assert_int_equal(har_table_extend(table, rows, &err), HAR_OK);
    for (size_t i = 0; i < rows; i++) {
        const int64_t wide = y[i];
        memcpy((unsigned char *)values(table, "y") + i * har_dtype_size(type), &wide,
               har_dtype_size(type));
        ((int32_t *)values(table, "mine"))[i] = (int32_t)i;
    }
}

static void hot_rows(void **unused)
{
    (void)unused;
    static const enum har_dtype types[] = {HAR_I4, HAR_I8, HAR_I1};
    static const int y[] = {2, 0, -1, 1};
    static const float expected[4][3] = {{0, 0, 1}, {1, 0, 0}, {0, 0, 0}, {0, 1, 0}};
    for (size_t t = 0; t < 3; t++)
        for (size_t step = 1; step <= 4; step++) {
            struct har_table table;
            struct har_onehot onehot = {0};
            fill(&table, types[t], y, 4);
            struct result result = run_stage(&har_onehot_stage, &onehot, three, &table, step);
            assert_int_equal(result.status, HAR_OK);
            assert_int_equal(har_table_find(&result.rows, "y")->shape[1], 3);
            assert_memory_equal(values(&result.rows, "y"), expected, sizeof expected);
            assert_memory_equal(values(&result.rows, "mine"), values(&table, "mine"), 16);
            free_result(&result);
            har_table_free(&table);
        }
}

static void wider(void **unused)
{
    (void)unused;
    static const int y[] = {4, 0};
    static const float expected[2][5] = {{0, 0, 0, 0, 1}, {1, 0, 0, 0, 0}};
    struct har_table table;
    struct har_onehot onehot = {.classes = 5};
    fill(&table, HAR_I4, y, 2);
    struct result result = run_stage(&har_onehot_stage, &onehot, none, &table, 2);
    assert_memory_equal(values(&result.rows, "y"), expected, sizeof expected);
    free_result(&result);
    har_table_free(&table);
}

static void refusals(void **unused)
{
    (void)unused;
    static const struct {
        enum har_dtype type;
        int y;
        size_t classes;
        const char *header;
        enum har_status status;
        const char *text;
    } cases[] = {
        {HAR_I4, 3, 0, three, HAR_INPUT,
         "in: frame 2: row 0: y is 3, expected 0 to 2, or -1 for unlabelled"},
        {HAR_I4, -2, 0, three, HAR_INPUT,
         "in: frame 2: row 0: y is -2, expected 0 to 2, or -1 for unlabelled"},
        {HAR_F4, 0, 0, three, HAR_INPUT, "in: frame 1: y has type <f4, expected integer classes"},
        {HAR_I4, 0, 0, none, HAR_INPUT, "in: frame 0: the header names no labels"},
        {HAR_I4, 0, 2, three, HAR_USAGE, "--classes 2: the header names 3 labels"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int y[] = {0, cases[i].y};
        struct har_table table;
        struct har_onehot onehot = {.classes = cases[i].classes};
        fill(&table, cases[i].type, y, 2);
        struct result result = run_stage(&har_onehot_stage, &onehot, cases[i].header, &table, 1);
        assert_string_equal(result.err.text, cases[i].text);
        assert_int_equal(result.status, cases[i].status);
        free_result(&result);
        har_table_free(&table);
    }
}

/* No y; and twice through the stage. */
static void refused_shapes(void **unused)
{
    (void)unused;
    struct har_error err = {0};
    struct har_table table = {0};
    struct har_onehot onehot = {0};
    add_column(&table, "x", HAR_F4, 2);
    assert_int_equal(har_table_extend(&table, 2, &err), HAR_OK);
    struct result result = run_stage(&har_onehot_stage, &onehot, three, &table, 2);
    assert_int_equal(result.status, HAR_INPUT);
    assert_string_equal(result.err.text,
                        "in: frame 1: there is no y, expected an integer class for each row");
    har_table_free(&table);
    add_column(&table, "y", HAR_F4, 3);
    assert_int_equal(har_table_extend(&table, 2, &err), HAR_OK);
    result = run_stage(&har_onehot_stage, &onehot, three, &table, 2);
    assert_int_equal(result.status, HAR_INPUT);
    assert_string_equal(result.err.text, "in: frame 1: y is one-hot already, 3 wide");
    har_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hot_rows), cmocka_unit_test(wider),
                                       cmocka_unit_test(refusals),
                                       cmocka_unit_test(refused_shapes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
