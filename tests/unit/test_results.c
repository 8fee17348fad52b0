/* Reading results: columns over frames, classes, splits. Refusals are in
 * tests/pipes/summarize.test. */
#include "fit/results.h"
#include "stats/measures.h"
#include "stream/header.h"

#include "streams.h"

#include <math.h>

static const int32_t y[] = {0, 1, 2, -1, 1, 0};
static const int32_t predicted[] = {0, 1, 1, 1, 0, 0};
static const int32_t subject[] = {1, 1, 2, 2, 3, 3};
static const uint8_t split[] = {HAR_VALIDATION, HAR_TEST,       HAR_VALIDATION,
                                HAR_VALIDATION, HAR_VALIDATION, HAR_UNMARKED};

/* Rows FIRST .. FIRST + COUNT - 1 in one frame. */
static void write_rows(struct har_writer *writer, size_t first, size_t count)
{
    struct har_error err = {0};
    struct har_tensor tensor[4];
    const size_t shape[] = {count};
    assert_int_equal(har_tensor_view(&tensor[0], "y", HAR_I4, 1, shape, y + first, &err), HAR_OK);
    assert_int_equal(
        har_tensor_view(&tensor[1], "predicted", HAR_I4, 1, shape, predicted + first, &err),
        HAR_OK);
    assert_int_equal(
        har_tensor_view(&tensor[2], "subject", HAR_I4, 1, shape, subject + first, &err), HAR_OK);
    assert_int_equal(har_tensor_view(&tensor[3], "split", HAR_U1, 1, shape, split + first, &err),
                     HAR_OK);
    assert_int_equal(har_writer_rows(writer, tensor, 4, &err), HAR_OK);
}

static void write_segment(struct har_writer *writer, const char *type)
{
    struct har_error err = {0};
    write_header(writer, har_header_new(type, "here"));
    write_rows(writer, 0, 1);
    write_rows(writer, 1, 4);
    write_rows(writer, 5, 1);
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
}

static void read_all(struct har_results_list *list, const struct stream *stream)
{
    struct har_reader *reader = NULL;
    struct har_error err = {0};
    assert_int_equal(har_reader_new_memory(&reader, stream->bytes, stream->size, "test.har", &err),
                     HAR_OK);
    assert_int_equal(har_results_read(list, reader, &err), HAR_OK);
    har_reader_free(reader);
}

static struct stream two_segments(void)
{
    int fd;
    struct har_writer *writer = open_writer(&fd, NULL);
    write_segment(writer, "results");
    write_segment(writer, "windows");
    write_segment(writer, "results");
    return take_stream(writer, fd);
}

static void frames_become_columns(void **state)
{
    (void)state;
    struct stream stream = two_segments();
    struct har_results_list list = {0};
    read_all(&list, &stream);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.classes, 3);
    const struct har_results *results = &list.run[1];
    assert_int_equal(results->rows, 6);
    assert_int_equal(results->labelled, 5);
    for (size_t r = 0; r < 6; r++) {
        assert_int_equal(results->y[r], y[r]);
        assert_int_equal(results->predicted[r], predicted[r]);
        assert_int_equal(results->subject[r], subject[r]);
        assert_int_equal(results->split[r], split[r]);
    }
    assert_null(results->recording);
    assert_null(results->start);
    assert_null(results->probabilities);
    har_results_free(&list);
    free(stream.bytes);
}

/* Of the splits asked for, and never a row without a label. */
static void scores_are_of_splits(void **state)
{
    (void)state;
    static const struct {
        unsigned splits;
        size_t rows;
        double accuracy;
    } row[] = {
        {1U << HAR_VALIDATION, 3, 1.0 / 3},
        {1U << HAR_TEST, 1, 1},
        {1U << HAR_TEST | 1U << HAR_UNMARKED, 2, 1},
        {~0U, 5, 0.6},
        {1U << HAR_TRAIN, 0, NAN},
    };
    struct stream stream = two_segments();
    struct har_results_list list = {0};
    struct har_error err = {0};
    struct har_score score;
    read_all(&list, &stream);
    assert_int_equal(har_score_init(&score, list.classes, &err), HAR_OK);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct har_measures measures;
        har_score_clear(&score);
        assert_int_equal(har_results_score(&score, &list.run[0], row[i].splits), row[i].rows);
        har_measure(&measures, &score);
        assert_true(row[i].rows == 0 ? isnan(measures.accuracy)
                                     : measures.accuracy == row[i].accuracy);
    }
    har_score_free(&score);
    har_results_free(&list);
    free(stream.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_become_columns),
        cmocka_unit_test(scores_are_of_splits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
