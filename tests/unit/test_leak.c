/* What a training must not see twice: rows that become rows for validation, constant rows, and
 * lengths of windows. The rest is in tests/pipes/leak.test. */
#include "fit/leak.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TIME = 4, CHANNELS = 2, SIZE = TIME * CHANNELS, ROWS = 6 };

/* Six rows of two people, the windows of a recording each, 2 samples apart; x is different in all.
 */
struct rows {
    int32_t subject[ROWS], recording[ROWS];
    int64_t start[ROWS];
    float x[ROWS][SIZE];
    enum har_split split[ROWS];
};

static struct rows make_rows(void)
{
    struct rows rows;
    for (size_t r = 0; r < ROWS; r++) {
        rows.subject[r] = rows.recording[r] = r < 3 ? 1 : 2;
        rows.start[r] = (int64_t)(r % 3) * 2;
        rows.split[r] = HAR_TRAIN;
        for (size_t i = 0; i < SIZE; i++)
            rows.x[r][i] = (float)(r * 100 + i);
    }
    return rows;
}

static struct har_leak *take(const struct rows *rows, const char *header)
{
    struct har_leak *leak = NULL;
    struct har_error err = {0};
    struct har_frame frame = {.kind = HAR_FRAME_DATA, .rows = ROWS, .tensors = 4};
    const size_t shape[] = {ROWS, TIME, CHANNELS};
    json_t *json = json_loads(header, 0, NULL);
    const bool viewed =
        har_tensor_view(&frame.tensor[0], "x", HAR_F4, 3, shape, rows->x, &err) == HAR_OK &&
        har_tensor_view(&frame.tensor[1], "subject", HAR_I4, 1, shape, rows->subject, &err) ==
            HAR_OK &&
        har_tensor_view(&frame.tensor[2], "recording", HAR_I4, 1, shape, rows->recording, &err) ==
            HAR_OK &&
        har_tensor_view(&frame.tensor[3], "start", HAR_I8, 1, shape, rows->start, &err) == HAR_OK;
    assert_true(viewed);
    assert_int_equal(har_leak_new(&leak, &err), HAR_OK);
    assert_int_equal(har_leak_segment(leak, json, &err), HAR_OK);
    assert_int_equal(har_leak_frame(leak, &frame, &err), HAR_OK);
    for (size_t r = 0; r < ROWS; r++)
        har_leak_row(leak, rows->x[r], SIZE, rows->split[r], false);
    json_decref(json);
    return leak;
}

/* What is wrong with the rows, or "". Frees LEAK. */
static const char *fault(struct har_leak *leak, bool within_person)
{
    static struct har_error err;
    err = (struct har_error){0};
    const enum har_status status = har_leak_check(leak, within_person, &err);
    assert_true(status == HAR_OK || status == HAR_LEAK);
    har_leak_free(leak);
    return err.text;
}

/* The last row of the second person is cut off for validation: Keras's validation_split. */
static void validation_is_cut(void **unused)
{
    (void)unused;
    const struct rows rows = make_rows();
    const bool inside[ROWS] = {false, false, false, false, false, true};
    const bool whole[ROWS] = {false, false, false, true, true, true};
    struct har_leak *leak = take(&rows, "{}");
    assert_string_equal(fault(leak, false), "");
    leak = take(&rows, "{}");
    har_leak_validate(leak, whole);
    assert_string_equal(fault(leak, false), "");
    leak = take(&rows, "{}");
    har_leak_validate(leak, inside);
    assert_string_equal(fault(leak, false), "rows of person 2 are in training and in validation");
    leak = take(&rows, "{}");
    har_leak_validate(leak, inside);
    assert_string_equal(fault(leak, true), "");
}

/* The people trained on are those of the rows that are left, the others were validated on. */
static void trained_on(void **unused)
{
    (void)unused;
    const struct rows rows = make_rows();
    const bool whole[ROWS] = {false, false, false, true, true, true};
    struct har_error err = {0};
    json_t *header = json_object();
    struct har_leak *leak = take(&rows, "{}");
    har_leak_validate(leak, whole);
    assert_int_equal(har_leak_describe(header, leak, &err), HAR_OK);
    char *text = json_dumps(header, JSON_COMPACT);
    assert_string_equal(text, "{\"subjects\":[1],\"validation_subjects\":[2]}");
    free(text);
    json_decref(header);
    har_leak_free(leak);
}

/* The recipe's length counts before the time axis: of windows that were thinned out, say. */
static void length_of_windows(void **unused)
{
    (void)unused;
    struct rows rows = make_rows();
    rows.split[2] = HAR_TEST; /* samples 4 to 7; rows 0 and 1 are 0 to 3 and 2 to 5 */
    assert_string_equal(fault(take(&rows, "{}"), true),
                        "samples 4 to 5 of recording 1 are in training and in testing: in rows 1 "
                        "and 2");
    assert_string_equal(fault(take(&rows, "{\"recipe\":{\"window\":{\"length\":2}}}"), true), "");
    rows.start[2] = 6;
    assert_string_equal(fault(take(&rows, "{}"), true), "");
    assert_string_equal(fault(take(&rows, "{\"recipe\":{\"window\":{\"length\":5}}}"), true),
                        "samples 6 to 6 of recording 1 are in training and in testing: in rows 1 "
                        "and 2");
}

/* A long window before reaches over others in between. */
static void reaches_over(void **unused)
{
    (void)unused;
    struct rows rows = make_rows();
    const int64_t start[ROWS] = {0, 10, 20, 0, 10, INT64_MAX};
    memcpy(rows.start, start, sizeof start);
    rows.split[2] = HAR_TEST;
    assert_string_equal(fault(take(&rows, "{}"), true), "");
    assert_string_equal(fault(take(&rows, "{\"recipe\":{\"window\":{\"length\":21}}}"), true),
                        "samples 20 to 30 of recording 1 are in training and in testing: in rows 1 "
                        "and 2");
}

static void repeated_rows(void **unused)
{
    (void)unused;
    struct rows rows = make_rows();
    rows.split[3] = rows.split[4] = rows.split[5] = HAR_TEST;
    assert_string_equal(fault(take(&rows, "{}"), false), "");
    memcpy(rows.x[4], rows.x[1], sizeof rows.x[1]);
    assert_string_equal(fault(take(&rows, "{}"), true),
                        "rows 1 and 4 are the same, one is in training, the other in testing");
    rows.x[4][SIZE - 1] += 1;
    assert_string_equal(fault(take(&rows, "{}"), false), "");
    for (size_t t = 0; t < TIME; t++) /* each channel its own constant */
        for (size_t c = 0; c < CHANNELS; c++)
            rows.x[1][t * CHANNELS + c] = rows.x[4][t * CHANNELS + c] = (float)c;
    assert_string_equal(fault(take(&rows, "{}"), false), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(validation_is_cut), cmocka_unit_test(trained_on),
        cmocka_unit_test(length_of_windows), cmocka_unit_test(reaches_over),
        cmocka_unit_test(repeated_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
