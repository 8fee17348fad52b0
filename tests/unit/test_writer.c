#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

static struct har_tensor view(const char *name, enum har_dtype type, size_t rank,
                              const size_t *shape, const void *data)
{
    struct har_tensor tensor;
    struct har_error err = {0};
    assert_int_equal(har_tensor_view(&tensor, name, type, rank, shape, data, &err), HAR_OK);
    return tensor;
}

static void next(struct har_reader *reader, enum har_item expected)
{
    struct har_error err = {0};
    enum har_item item = HAR_ITEM_EOF;
    const enum har_status status = har_reader_next(&item, reader, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, HAR_OK);
    assert_int_equal(item, expected);
}

static struct har_reader *open_reader(const struct stream *stream)
{
    struct har_reader *reader = NULL;
    struct har_error err = {0};
    assert_int_equal(har_reader_new_memory(&reader, stream->bytes, stream->size, "test.har", &err),
                     HAR_OK);
    return reader;
}

static void keys_come_in_order(void **state)
{
    (void)state;
    int fd;
    json_t *entry = json_pack("{s:s}", "program", "har-test");
    struct har_writer *writer = open_writer(&fd, entry);
    struct har_error err = {0};
    write_header(writer, json_pack("{s:[{s:s}],s:s,s:f,s:s}", "provenance", "program", "har-load",
                                   "source", "test", "rate", 50.0, "type", "windows"));
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    struct stream stream = take_stream(writer, fd);
    static const char expected[] =
        "\x86\xa3har\x92\x01\x00\xa4kind\xa6header\xa4type\xa7windows\xa6source\xa4test\xa4rate"
        "\xcb\x40\x49\x00\x00\x00\x00\x00\x00\xaaprovenance\x92\x81\xa7program\xa8har-load"
        "\x81\xa7program\xa8har-test\x88\xa4kind\xa3"
        "end";
    assert_true(stream.size > sizeof expected - 1);
    assert_memory_equal(stream.bytes, expected, sizeof expected - 1);
    json_decref(entry);
    free(stream.bytes);
}

static void no_provenance_leaves_upstreams_out(void **state)
{
    (void)state;
    int fd;
    struct har_writer *writer = open_writer(&fd, NULL);
    struct har_error err = {0};
    write_header(writer, json_pack("{s:s,s:[]}", "type", "windows", "provenance"));
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    struct stream stream = take_stream(writer, fd);
    struct har_reader *reader = open_reader(&stream);
    next(reader, HAR_ITEM_HEADER);
    assert_null(json_object_get(har_reader_header(reader), "provenance"));
    har_reader_free(reader);
    free(stream.bytes);
}

/* Small frames are gathered, large ones written in pieces: both read back alike. */
static void rows_come_back(void **state)
{
    (void)state;
    enum { large = 5000 };
    static float x[large * 3];
    static int32_t y[large];
    for (size_t i = 0; i < large; i++)
        x[3 * i] = (float)(y[i] = (int32_t)i);
    int fd;
    struct har_writer *writer = open_writer(&fd, NULL);
    struct har_error err = {0};
    write_header(writer, json_pack("{s:s}", "type", "windows"));
    const size_t rows[] = {1, large, 0, 2};
    for (size_t i = 0; i < 4; i++) {
        const struct har_tensor tensor[] = {view("x", HAR_F4, 2, (size_t[]){rows[i], 3}, x),
                                            view("y", HAR_I4, 1, (size_t[]){rows[i]}, y)};
        assert_int_equal(har_writer_rows(writer, tensor, 2, &err), HAR_OK);
    }
    har_writer_input(writer, 0xffffffff);
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    struct stream stream = take_stream(writer, fd);
    struct har_reader *reader = open_reader(&stream);
    next(reader, HAR_ITEM_HEADER);
    for (size_t i = 0; i < 4; i++) {
        next(reader, HAR_ITEM_DATA);
        const struct har_frame *frame = har_reader_frame(reader);
        assert_int_equal(frame->rows, rows[i]);
        assert_memory_equal(har_frame_find(frame, "x")->data, x, rows[i] * 3 * sizeof *x);
        assert_memory_equal(har_frame_find(frame, "y")->data, y, rows[i] * sizeof *y);
    }
    next(reader, HAR_ITEM_END);
    const struct har_end *end = &har_reader_frame(reader)->end;
    assert_int_equal(end->frames, 4);
    assert_int_equal(end->rows, large + 3);
    assert_true(end->has_input);
    assert_int_equal(end->input, 0xffffffff);
    next(reader, HAR_ITEM_EOF);
    next(reader, HAR_ITEM_EOF);
    har_reader_free(reader);
    free(stream.bytes);
}

/* A weight beyond a frame is cut along its first dimension. */
static void large_weights_are_cut(void **state)
{
    (void)state;
    const size_t shape[] = {40, 1 << 19}; /* 80 MiB */
    unsigned char *values = calloc(40, 1 << 21);
    assert_non_null(values);
    values[((size_t)40 << 21) - 1] = 7;
    int fd;
    struct har_writer *writer = open_writer(&fd, NULL);
    struct har_error err = {0};
    write_header(writer, json_pack("{s:s}", "type", "model"));
    const struct har_tensor value = view("value", HAR_F4, 2, shape, values);
    assert_int_equal(har_writer_weight(writer, "dense/kernel", &value, &err), HAR_OK);
    const struct har_tensor scalar = view("value", HAR_F4, 0, NULL, values);
    assert_int_equal(har_writer_weight(writer, "scale", &scalar, &err), HAR_OK);
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    struct stream stream = take_stream(writer, fd);
    struct har_reader *reader = open_reader(&stream);
    next(reader, HAR_ITEM_HEADER);
    size_t rows = 0;
    while (rows < 40) {
        next(reader, HAR_ITEM_DATA);
        const struct har_frame *frame = har_reader_frame(reader);
        assert_string_equal(frame->name, "dense/kernel");
        assert_int_equal(frame->offset, rows);
        assert_int_equal(frame->rows, 0);
        rows += frame->tensor[0].shape[0];
    }
    assert_int_equal(rows, 40);
    assert_int_equal(
        har_reader_frame(reader)->tensor[0].data[har_reader_frame(reader)->tensor[0].bytes - 1], 7);
    next(reader, HAR_ITEM_DATA);
    assert_int_equal(har_reader_frame(reader)->tensor[0].rank, 0);
    next(reader, HAR_ITEM_END);
    assert_int_equal(har_reader_frame(reader)->end.rows, 0);
    har_reader_free(reader);
    free(stream.bytes);
    free(values);
}

/* Frames passed on keep their bytes, with a seq in step, whatever its length. */
static void passing_renumbers(void **state)
{
    (void)state;
    static unsigned char payload[20000];
    int fd;
    struct har_error err = {0};
    struct har_writer *writer = open_writer(&fd, NULL);
    write_header(writer, json_pack("{s:s}", "type", "windows"));
    for (size_t i = 0; i < 300; i++) {
        const size_t rows = i % 100 == 99 ? sizeof payload : 3;
        const struct har_tensor tensor = view("t", HAR_U1, 1, &rows, payload);
        assert_int_equal(har_writer_rows(writer, &tensor, 1, &err), HAR_OK);
    }
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    struct stream in = take_stream(writer, fd);

    writer = open_writer(&fd, NULL);
    struct har_reader *reader = open_reader(&in);
    next(reader, HAR_ITEM_HEADER);
    write_header(writer, json_pack("{s:s}", "type", "windows"));
    for (size_t i = 0; i < 300; i++) {
        next(reader, HAR_ITEM_DATA);
        if (i >= 150)
            assert_int_equal(har_writer_pass(writer, har_reader_frame(reader), &err), HAR_OK);
    }
    har_reader_free(reader);
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    struct stream out = take_stream(writer, fd);
    assert_int_equal(drain(out.bytes, out.size, &err), HAR_OK);
    assert_true(out.size > 2 * sizeof payload && out.size < in.size);
    free(in.bytes);
    free(out.bytes);
}

static void refusals(void **state)
{
    (void)state;
    const size_t two = 2, three = 3;
    static const int32_t values[3];
    const struct {
        struct har_tensor tensor[2];
        const char *text;
    } cases[] = {
        {{view("a", HAR_I4, 1, &two, values), view("b", HAR_I4, 1, &three, values)},
         "b has not as many rows as a"},
        {{view("a", HAR_I4, 1, &two, values), view("a", HAR_I4, 1, &two, values)}, "comes twice"},
        {{view("a", HAR_I4, 1, &two, values), view("seq", HAR_I4, 1, &two, values)},
         "seq: a name that the format keeps"},
        {{view("a", HAR_I4, 1, &two, values), view("", HAR_I4, 1, &two, values)}, "without a name"},
        {{view("a", HAR_I4, 1, &two, values), view("b\n", HAR_I4, 1, &two, values)}, "plain UTF-8"},
        {{view("a", HAR_I4, 1, &two, values), view("b\xff", HAR_I4, 1, &two, values)},
         "plain UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd;
        struct har_error err = {0};
        struct har_writer *writer = open_writer(&fd, NULL);
        write_header(writer, json_pack("{s:s}", "type", "windows"));
        assert_int_equal(har_writer_rows(writer, cases[i].tensor, 2, &err), HAR_INPUT);
        assert_non_null(strstr(err.text, cases[i].text));
        /* and nothing of it was written */
        assert_int_equal(har_writer_rows(writer, cases[i].tensor, 1, &err), HAR_OK);
        assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
        struct stream stream = take_stream(writer, fd);
        assert_int_equal(drain(stream.bytes, stream.size, &err), HAR_OK);
        free(stream.bytes);
    }
}

static void frames_have_a_limit(void **state)
{
    (void)state;
    const size_t rows = (64 << 20) - 40;
    unsigned char *values = calloc(rows, 1);
    assert_non_null(values);
    int fd;
    struct har_error err = {0};
    struct har_writer *writer = open_writer(&fd, NULL);
    write_header(writer, json_pack("{s:s}", "type", "windows"));
    const struct har_tensor tensor = view("t", HAR_U1, 1, &rows, values);
    assert_int_equal(har_writer_rows(writer, &tensor, 1, &err), HAR_INPUT);
    assert_string_equal(err.text, "frame exceeds 64 MiB");
    const size_t empty[] = {(64 << 20) + 1, 0};
    const struct har_tensor nothing = view("t", HAR_U1, 2, empty, values);
    assert_int_equal(har_writer_rows(writer, &nothing, 1, &err), HAR_INPUT);
    assert_string_equal(err.text, "t: 67108865 rows in a frame, expected at most 67108864");
    const size_t fewer = rows - 60;
    const struct har_tensor fits = view("t", HAR_U1, 1, &fewer, values);
    assert_int_equal(har_writer_rows(writer, &fits, 1, &err), HAR_OK);
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    struct stream stream = take_stream(writer, fd);
    assert_int_equal(drain(stream.bytes, stream.size, &err), HAR_OK);
    free(stream.bytes);
    free(values);
}

static void failure_ends_the_segment(void **state)
{
    (void)state;
    for (int open = 0; open < 2; open++) {
        int fd;
        struct har_error err = {0};
        struct har_writer *writer = open_writer(&fd, NULL);
        if (open)
            write_header(writer, json_pack("{s:s}", "type", "windows"));
        assert_int_equal(har_writer_open(writer), open);
        assert_int_equal(har_writer_fail(writer, HAR_NUMBERS, "lstm:\nNaN \xff", &err), HAR_OK);
        assert_false(har_writer_open(writer));
        struct stream stream = take_stream(writer, fd);
        struct har_reader *reader = open_reader(&stream);
        next(reader, HAR_ITEM_HEADER);
        assert_string_equal(har_reader_type(reader), open ? "windows" : "error");
        next(reader, HAR_ITEM_END);
        assert_int_equal(har_reader_frame(reader)->end.status, HAR_NUMBERS);
        assert_string_equal(har_reader_frame(reader)->end.message, "lstm:?NaN ?");
        next(reader, HAR_ITEM_EOF);
        har_reader_free(reader);
        free(stream.bytes);
    }
}

/* A message cut at its limit stays whole characters. */
static void long_messages_are_cut(void **state)
{
    (void)state;
    char message[2000];
    for (size_t shift = 0; shift < 2; shift++) {
        memset(message, 'x', shift);
        for (size_t i = shift; i + 2 < sizeof message; i += 2)
            memcpy(message + i, "\xc3\xa9", 3);
        int fd;
        struct har_error err = {0};
        struct har_writer *writer = open_writer(&fd, NULL);
        assert_int_equal(har_writer_fail(writer, HAR_INPUT, message, &err), HAR_OK);
        struct stream stream = take_stream(writer, fd);
        struct har_reader *reader = open_reader(&stream);
        next(reader, HAR_ITEM_HEADER);
        next(reader, HAR_ITEM_END);
        const char *read = har_reader_frame(reader)->end.message;
        assert_true(strlen(read) >= 1022);
        assert_memory_equal(read, message, strlen(read));
        har_reader_free(reader);
        free(stream.bytes);
    }
}

static void full_disk(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_writer *writer = NULL;
    const int fd = open("/dev/full", O_WRONLY);
    if (fd < 0)
        skip();
    assert_int_equal(har_writer_new(&writer, fd, "<stdout>", NULL, &err), HAR_OK);
    write_header(writer, json_pack("{s:s}", "type", "windows"));
    assert_int_equal(har_writer_flush(writer, &err), HAR_SYSTEM);
    assert_string_equal(err.text, "<stdout>: No space left on device");
    assert_int_equal(har_writer_fail(writer, err.status, "x", &err), HAR_SYSTEM);
    har_writer_free(writer);
    close(fd);
}

static void *slow_reader(void *arg)
{
    static unsigned char block[4096];
    size_t *total = arg;
    ssize_t count;
    while ((count = read((int)*total, block, sizeof block)) > 0)
        total[1] += (size_t)count;
    return NULL;
}

/* A pipe that takes less than is offered. */
static void short_writes(void **state)
{
    (void)state;
    enum { size = 3 << 20 };
    unsigned char *values = calloc(size, 1);
    int fd[2];
    assert_int_equal(pipe(fd), 0);
    size_t total[2] = {(size_t)fd[0], 0};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, slow_reader, total), 0);
    struct har_error err = {0};
    struct har_writer *writer = NULL;
    assert_int_equal(har_writer_new(&writer, fd[1], "pipe", NULL, &err), HAR_OK);
    write_header(writer, json_pack("{s:s}", "type", "windows"));
    const size_t rows = size;
    const struct har_tensor tensor = view("t", HAR_U1, 1, &rows, values);
    assert_int_equal(har_writer_rows(writer, &tensor, 1, &err), HAR_OK);
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    assert_int_equal(har_writer_flush(writer, &err), HAR_OK);
    har_writer_free(writer);
    close(fd[1]);
    pthread_join(thread, NULL);
    close(fd[0]);
    assert_true(total[1] > size && total[1] < size + 1000);
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_come_in_order),
                                       cmocka_unit_test(no_provenance_leaves_upstreams_out),
                                       cmocka_unit_test(rows_come_back),
                                       cmocka_unit_test(large_weights_are_cut),
                                       cmocka_unit_test(passing_renumbers),
                                       cmocka_unit_test(refusals),
                                       cmocka_unit_test(frames_have_a_limit),
                                       cmocka_unit_test(failure_ends_the_segment),
                                       cmocka_unit_test(long_messages_are_cut),
                                       cmocka_unit_test(full_disk),
                                       cmocka_unit_test(short_writes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
