/* har-window's stage: grids, labels, given starts, framing, dropped classes, refusals. */
#include "recordings.h"

#include "data/window.h"
#include "stream/header.h"

#include <stdio.h>

static const char header[] =
    "{\"type\":\"recordings\",\"source\":\"test\",\"axes\":[\"sample\",\"channel\"],"
    "\"channels\":[\"a\",\"b\"],\"labels\":[\"lie\",\"sit\",\"run\"],\"rate\":50}";

/* 20 samples of recording 4 (subject 1 up to sample 11, then 2), 10 of recording 5; x counts on,
 * labels in segments. */
static void fill(struct har_table *table)
{
    static const int32_t y[30] = {0, 0, 0, 0,  0,  1,  1,  1, 1, 1, 1, 1, 2, 2, 2,
                                  2, 2, 2, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 1, 1};
    struct har_error err = {0};
    *table = (struct har_table){0};
    add_column(table, "x", HAR_F4, 2);
    add_column(table, "y", HAR_I4, 0);
    add_column(table, "subject", HAR_I4, 0);
    add_column(table, "recording", HAR_I4, 0);
    add_column(table, "time", HAR_F8, 0);
    add_column(table, "mine", HAR_I8, 0);
    assert_int_equal(har_table_extend(table, 30, &err), HAR_OK);
    memcpy(values(table, "y"), y, sizeof y);
    for (size_t i = 0; i < 30; i++) {
        ((float *)values(table, "x"))[2 * i] = (float)i;
        ((float *)values(table, "x"))[2 * i + 1] = -(float)i;
        ((int32_t *)values(table, "subject"))[i] = i < 12 ? 1 : 2;
        ((int32_t *)values(table, "recording"))[i] = i < 20 ? 4 : 5;
        ((double *)values(table, "time"))[i] = (double)i / 50;
        ((int64_t *)values(table, "mine"))[i] = (int64_t)(i * i);
    }
}

static struct result window_rows(const struct har_window_options *options, const char *head,
                                 const struct har_table *table, size_t step)
{
    struct har_error err = {0};
    struct har_window *window;
    assert_int_equal(har_window_check(options, &err), HAR_OK);
    assert_int_equal(har_window_new(&window, options, &err), HAR_OK);
    struct result result = run_stage(&har_window_stage, window, head, table, step);
    har_window_free(window);
    return result;
}

/* The windows as "first sample of all/start/y" each; checks that x and mine run on from there. */
static void list_windows(char text[512], struct result *result, size_t length)
{
    text[0] = '\0';
    for (size_t w = 0; w < result->rows.rows; w++) {
        const float *x = (float *)values(&result->rows, "x") + w * length * 2;
        const int64_t *mine = (int64_t *)values(&result->rows, "mine") + w * length;
        for (size_t i = 0; i < length; i++) {
            assert_true(x[2 * i] == x[0] + (float)i && x[2 * i + 1] == -x[2 * i]);
            assert_true((float)mine[i] == x[2 * i] * x[2 * i]);
        }
        assert_true(((double *)values(&result->rows, "time"))[w] == (double)x[0] / 50);
        snprintf(text + strlen(text), 512 - strlen(text), "%s%d/%d/%d", w > 0 ? " " : "", (int)x[0],
                 (int)((int64_t *)values(&result->rows, "start"))[w],
                 (int)((int32_t *)values(&result->rows, "y"))[w]);
    }
}

static void windows(void **unused)
{
    (void)unused;
    struct har_start start[] = {{5, 0, 1, false}, {5, 4, 2, false}, {5, 4, 3, false}};
    struct har_starts starts = {.name = "at.csv", .count = 3, .start = start};
    const struct {
        struct har_window_options options;
        const char *expected;
    } cases[] = {
        {{.length = 4, .step = 3}, "0/0/0 3/3/-1 6/6/1 12/0/2 15/3/2 20/0/-1 23/3/0 26/6/-1"},
        {{.length = 4, .step = 6}, "0/0/0 6/6/1 12/0/2 20/0/-1 26/6/-1"},
        {{.length = 6, .step = 6}, "0/0/0 6/6/1 12/0/2 20/0/0"},
        {{.length = 4, .step = 1, .within_labels = true},
         "0/0/0 1/1/0 5/5/1 6/6/1 7/7/1 8/8/1 12/0/2 13/1/2 14/2/2 22/2/0 23/3/0 24/4/0"},
        {{.length = 4, .step = 4, .within_labels = true, .dropped_labels = "1"}, "5/5/0 12/0/1"},
        {{.length = 4, .step = 4, .dropped_labels = "lie,3"}, "4/4/0 8/8/0 16/4/-1 20/0/-1"},
        {{.length = 5, .starts = &starts}, "20/0/0 24/4/0 24/4/0"},
        {{.length = 21, .step = 1}, ""},
    };
    struct har_table table;
    fill(&table);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step <= 30; step++) {
            char text[512];
            struct result result = window_rows(&cases[i].options, header, &table, step);
            assert_string_equal(result.err.text, "");
            assert_int_equal(result.status, HAR_OK);
            list_windows(text, &result, cases[i].options.length);
            assert_string_equal(text, cases[i].expected);
            free_result(&result);
        }
    har_table_free(&table);
}

static void header_says(void **unused)
{
    (void)unused;
    struct har_table table;
    fill(&table);
    struct result result = window_rows(
        &(struct har_window_options){
            .length = 4, .step = 2, .within_labels = true, .dropped_labels = "1-2"},
        header, &table, 100);
    char *text = json_dumps(result.header, JSON_COMPACT | JSON_SORT_KEYS);
    assert_non_null(strstr(text, "\"axes\":[\"window\",\"time\",\"channel\"]"));
    assert_non_null(strstr(text, "\"labels\":[\"run\"]"));
    assert_non_null(
        strstr(text, "\"recipe\":{\"window\":{\"length\":4,\"step\":2,\"within_labels\":true}}"));
    assert_non_null(strstr(text, "\"type\":\"windows\""));
    free(text);
    free_result(&result);
    har_table_free(&table);
}

/* Starts that can't be served, and labels that aren't. */
static void refused_rows(void **unused)
{
    (void)unused;
    struct har_start across = {4, 9, 3, false}, beyond = {5, 7, 4, false},
                     absent = {6, 0, 5, false};
    struct har_starts starts[] = {{.name = "at.csv", .count = 1, .start = &across},
                                  {.name = "at.csv", .count = 1, .start = &beyond},
                                  {.name = "at.csv", .count = 1, .start = &absent}};
    const struct {
        struct har_window_options options;
        int32_t label;
        enum har_status status;
        const char *text;
    } cases[] = {
        {{.length = 4, .starts = &starts[0]},
         0,
         HAR_INPUT,
         "in: frame 1: row 12: at.csv: line 3: several people have a recording 4, expected a "
         "number of its own"},
        {{.length = 4, .starts = &starts[1]},
         0,
         HAR_INPUT,
         "in: frame 2: at.csv: line 4: recording 5 has no 4 samples of one subject and split "
         "from 7 on (it goes on to 10)"},
        {{.length = 4, .starts = &starts[2]},
         0,
         HAR_INPUT,
         "at.csv: line 5: recording 6 isn't there"},
        {{.length = 4, .step = 1}, 3, HAR_INPUT, "in: frame 1: row 3: y is 3, expected -1 to 2"},
        {{.length = 4, .step = 1, .dropped_labels = "4"},
         0,
         HAR_INPUT,
         "in: frame 0: --drop-labels 4: the header has 3 labels"},
        {{.length = 4, .step = 1, .dropped_labels = "3-1"},
         0,
         HAR_USAGE,
         "--drop-labels 3-1: the range runs backwards"},
        {{.length = 4, .step = 1, .dropped_labels = "1-3"},
         0,
         HAR_USAGE,
         "--drop-labels leaves no label"},
    };
    struct har_table table;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fill(&table);
        ((int32_t *)values(&table, "y"))[3] = cases[i].label;
        struct result result = window_rows(&cases[i].options, header, &table, 100);
        assert_string_equal(result.err.text, cases[i].text);
        assert_int_equal(result.status, cases[i].status);
        free_result(&result);
        har_table_free(&table);
    }
}

static void refused_tensors(void **unused)
{
    (void)unused;
    struct har_error err = {0};
    const struct {
        const char *name;
        enum har_dtype type;
        struct har_window_options options;
        const char *text;
    } cases[] = {
        {"y",
         HAR_F4,
         {.length = 2, .step = 1},
         "in: frame 1: y has shape (5,) and type <f4, expected one integer a row"},
        {"start",
         HAR_I8,
         {.length = 2, .step = 1},
         "in: frame 1: the samples have a tensor 'start', the windows' own name"},
        {"mine",
         HAR_I8,
         {.length = 2, .step = 1, .within_labels = true},
         "in: frame 1: there is no y, --within-labels needs it"},
        {"mine",
         HAR_I8,
         {.length = 2, .step = 1, .dropped_labels = "1"},
         "in: frame 1: there is no y, --drop-labels needs it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct har_table table = {0};
        add_column(&table, "x", HAR_F4, 2);
        add_column(&table, cases[i].name, cases[i].type, 0);
        assert_int_equal(har_table_extend(&table, 5, &err), HAR_OK);
        struct result result = window_rows(&cases[i].options, header, &table, 100);
        assert_int_equal(result.status, HAR_INPUT);
        assert_string_equal(result.err.text, cases[i].text);
        free_result(&result);
        har_table_free(&table);
    }
}

static void refused_options(void **unused)
{
    (void)unused;
    struct har_starts starts = {0};
    const struct har_window_options cases[] = {
        {.step = 3},
        {.length = 3},
        {.length = 3, .step = 3, .starts = &starts},
        {.length = 3, .within_labels = true, .starts = &starts},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct har_error err = {0};
        assert_int_equal(har_window_check(&cases[i], &err), HAR_USAGE);
        assert_string_not_equal(err.text, "");
    }
}

static enum har_status read_starts(struct har_starts **starts, const char *text,
                                   struct har_error *err)
{
    char path[] = "/tmp/starts-XXXXXX";
    uint32_t crc;
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    *err = (struct har_error){0};
    const enum har_status status = har_starts_read(starts, &crc, path, err);
    unlink(path);
    return status;
}

static void starts_files(void **unused)
{
    (void)unused;
    static const char *const good[] = {
        "recording,start\n5,7\n4,9\n4,2\n",
        "5,7\n4,9\n4,2",
        "who,start,recording\r\nA,7,5\r\nB,9,4\r\n\"C,\"\"\",2,4\r\n",
    };
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"", "no starts"},
        {"recording,start\n", "no starts"},
        {"recording,begin\n1,2\n", "line 1: expected columns named recording and start"},
        {"recording,start\n1,x\n", "line 2: start 'x', expected a whole number"},
        {"recording,start\n-1,2\n", "line 2: recording '-1', expected a whole number"},
        {"recording,start\n1\n", "line 2: expected recording and start"},
        {"1,2\n3,99999999999999999999\n", "line 2: start '99999999999999999999', expected"},
        {"1,2\n3,\"4", "line 2"},
    };
    struct har_starts *starts;
    struct har_error err;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(read_starts(&starts, good[i], &err), HAR_OK);
        assert_int_equal(starts->count, 3);
        assert_int_equal(starts->start[0].sample, 2);
        assert_int_equal(starts->start[1].sample, 9);
        assert_int_equal(starts->start[2].recording, 5);
        assert_int_equal(har_starts_find(starts, 4), 0);
        assert_int_equal(har_starts_find(starts, 5), 2);
        assert_int_equal(har_starts_find(starts, 6), 3);
        har_starts_free(starts);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(read_starts(&starts, bad[i].text, &err), HAR_INPUT);
        assert_non_null(strstr(err.text, bad[i].message));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows),         cmocka_unit_test(header_says),
        cmocka_unit_test(refused_rows),    cmocka_unit_test(refused_tensors),
        cmocka_unit_test(refused_options), cmocka_unit_test(starts_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
