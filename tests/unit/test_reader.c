#include "streams.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>

#define BYTES(text) text, sizeof(text) - 1

/* Two segments, the first announcing the second: all kinds of frames and keys. */
static struct stream small_stream(void)
{
    static const float x[6] = {1, 2, 3, 4, 5, 6};
    static const int32_t y[2] = {0, 1};
    const size_t x_shape[] = {2, 3}, y_shape[] = {2};
    struct har_tensor tensor[2], value;
    struct har_error err = {0};
    int fd;
    struct har_writer *writer = open_writer(&fd, NULL);
    write_header(writer, json_pack("{s:s,s:[ss],s:f,s:{s:i}}", "type", "windows", "labels",
                                   "WALKING", "LAYING", "rate", 50.0, "recipe", "length", 3));
    assert_int_equal(har_tensor_view(&tensor[0], "x", HAR_F4, 2, x_shape, x, &err), HAR_OK);
    assert_int_equal(har_tensor_view(&tensor[1], "y", HAR_I4, 1, y_shape, y, &err), HAR_OK);
    assert_int_equal(har_writer_rows(writer, tensor, 2, &err), HAR_OK);
    assert_int_equal(har_writer_rows(writer, tensor, 2, &err), HAR_OK);
    har_writer_input(writer, 12345);
    assert_int_equal(har_writer_end(writer, true, &err), HAR_OK);
    write_header(writer, json_pack("{s:s}", "type", "model"));
    assert_int_equal(har_tensor_view(&value, "value", HAR_F4, 2, x_shape, x, &err), HAR_OK);
    assert_int_equal(har_writer_weight(writer, "dense/kernel", &value, &err), HAR_OK);
    assert_int_equal(har_writer_fail(writer, HAR_NUMBERS, "lstm: NaN", &err), HAR_OK);
    return take_stream(writer, fd);
}

static void truncated_at_every_byte(void **state)
{
    (void)state;
    struct stream stream = small_stream();
    struct har_error err;
    assert_int_equal(drain(stream.bytes, stream.size, &err), HAR_OK);
    for (size_t size = 0; size < stream.size; size++) {
        unsigned char *prefix = malloc(size + 1); /* so that a sanitizer sees its end */
        memcpy(prefix, stream.bytes, size);
        assert_int_equal(drain(prefix, size, &err), HAR_INPUT);
        assert_non_null(strstr(err.text, size == 0 ? "empty input" : "truncated"));
        free(prefix);
    }
    free(stream.bytes);
}

static void flipped_at_every_bit(void **state)
{
    (void)state;
    struct stream stream = small_stream();
    struct har_error err;
    for (size_t bit = 0; bit < 8 * stream.size; bit++) {
        const unsigned char mask = (unsigned char)(1U << bit % 8);
        stream.bytes[bit / 8] ^= mask;
        assert_int_equal(drain(stream.bytes, stream.size, &err), HAR_INPUT);
        assert_true(strlen(err.text) > 10);
        stream.bytes[bit / 8] ^= mask;
    }
    free(stream.bytes);
}

/* ---- one fault each ---- */

#define HEADER(type) "\x83\xa3har\x92\x01\x00\xa4kind\xa6header\xa4type" type
#define WINDOWS HEADER("\xa7windows")
#define NEWER "\x83\xa3har\x92\x01\x07\xa4kind\xa6header\xa4type\xa7windows"
#define DATA(map)      \
    map "\xa4kind\xa4" \
        "data"
#define SEQ0 "\xa3seq\x00"
#define TENSOR(type, kind, shape, data)                                                        \
    "\x85\xc4\x02nd\xc3\xc4\x04type" type "\xc4\x04kind" kind "\xc4\x05shape" shape "\xc4\x04" \
    "data" data
#define ONE(tensor) WINDOWS DATA("\x83") SEQ0 "\xa1x" tensor
#define F4 "\xa3<f4"
#define EMPTY "\xc4\x00"
#define FOUR_BYTES "\xc4\x04\x00\x00\x80\x3f"
#define END(map)       \
    map "\xa4kind\xa3" \
        "end"

struct fault {
    const char *bytes;
    size_t size;
    const char *text;
};

static const struct fault faults[] = {
    {BYTES("x,y,z\n1,2,3\n"), "test.har: not a HAR stream (starts with \"x,y,z\")"},
    {BYTES("\xc1"), "not a HAR stream (starts with \"\\xc1\")"},
    {BYTES("\x80"), "test.har: frame 0: not a frame of a HAR stream"},
    {BYTES("\x81\xa4kind\xa6header"), "without the key har"},
    {BYTES("\x81\xa1"
           "a\xdd\x40\x00\x00\x00"),
     "frame 0: frame declares more than 262144 objects"},
    {BYTES("\x81\xa1"
           "a\xc6\xff\xff\xff\xff"),
     "frame 0: frame exceeds 64 MiB"},
    {BYTES("\x82\xa3har\x92\x02\x00\xa4kind\xa6header"), "stream is format 2.0, expected 1.x"},
    {BYTES("\x82\xa3har\x01\xa4kind\xa6header"), "har is no version, expected [1,0]"},
    {BYTES("\x82\xa3har\x92\x01\x00\xa4kind\xa6header"), "header: no type"},
    {BYTES(HEADER("\xc4\x01x")), "header: type: binary"},
    {BYTES(HEADER("\x05")), "header: type has the wrong type, expected text"},
    {BYTES(HEADER("\xcb\x7f\xf8\0\0\0\0\0\0")), "header: type: NaN"},
    {BYTES(HEADER("\xcb\x7f\xf0\0\0\0\0\0\0")), "header: type: infinity"},
    {BYTES(HEADER("\xcf\xff\xff\xff\xff\xff\xff\xff\xff")), "an integer above"},
    {BYTES(HEADER("\xa2\xc3\x28")), "header: type: a text that isn't UTF-8"},
    {BYTES(HEADER("\xa2x\0")), "header: type: a text with a NUL byte"},
    {BYTES("\x84\xa3har\x92\x01\x00\xa4kind\xa6header\xa4type\xa1x\xa4type\xa1x"),
     "header: type: key comes twice"},
    {BYTES("\x81\x05\x05"), "not a frame"},
    {BYTES("\x83\xa3har\x92\x01\x00\xa4kind\xa6header\x05\x05"), "a key that isn't text"},
    {BYTES(DATA("\x82") SEQ0), "a frame outside a segment"},
    {BYTES(WINDOWS WINDOWS), "frame 1: a header inside a segment"},
    {BYTES(WINDOWS "\x81\xa4kind\xa4next"), "unknown kind"},
    {BYTES(WINDOWS "\xc0"), "frame 1: not a msgpack map"},
    {BYTES(WINDOWS DATA("\x81")), "a data frame without seq"},
    {BYTES(WINDOWS DATA("\x82") "\xa3seq\x01"), "seq is 1, expected 0"},
    {BYTES(WINDOWS DATA("\x82") "\xa3seq\xff"), "seq is no count"},
    {BYTES(WINDOWS DATA("\x83") SEQ0 SEQ0), "seq: key comes twice"},
    {BYTES(WINDOWS DATA("\x83") SEQ0 "\xa5hello\x01"), "hello: not a tensor"},
    {BYTES(WINDOWS DATA("\x83") SEQ0 "\xa2\x1b[\x01"), "has control characters"},
    {BYTES(WINDOWS DATA("\x83") SEQ0 "\xa4name\xa1w"), "name: only a model's frames"},
    {BYTES(WINDOWS DATA("\x83") SEQ0 "\xa1x\x83\xc4\x02nd\xc2\xc4\x04type" F4 "\xc4\x04"
                                     "data" FOUR_BYTES),
     "x: a numpy scalar (nd false)"},
    {BYTES(WINDOWS DATA("\x83") SEQ0 "\xa1x\x81\xa2nd\xc3"), "binary keys nd, type, kind"},
    {BYTES(ONE(TENSOR("\x91\x92\xa0\xa2|O", "\xc4\x01O", "\x91\x01", FOUR_BYTES))),
     "x: an array of Python objects"},
    {BYTES(ONE(TENSOR("\x91\x92\xa1"
                      "a\xa3<f4",
                      "\xc4\x01V", "\x91\x01", FOUR_BYTES))),
     "x: a structured array"},
    {BYTES(ONE(TENSOR("\xa3>f4", EMPTY, "\x91\x01", FOUR_BYTES))), "x: type >f4 is big-endian"},
    {BYTES(ONE(TENSOR("\xa3<f2", EMPTY, "\x91\x01", FOUR_BYTES))), "x: type <f2 is half"},
    {BYTES(ONE(TENSOR("\xa3<i2", EMPTY, "\x91\x01", FOUR_BYTES))), "x: type <i2 is 16-bit"},
    {BYTES(ONE(TENSOR("\xa3<c8", EMPTY, "\x91\x01", FOUR_BYTES))), "x: type <c8 is complex"},
    {BYTES(ONE(TENSOR("\xa3<U1", EMPTY, "\x91\x01", FOUR_BYTES))), "expected <f4, <f8"},
    {BYTES(ONE(TENSOR(F4, EMPTY, "\x91\xff", FOUR_BYTES))), "x: dimension 0 is negative (-1)"},
    {BYTES(ONE(TENSOR(F4, EMPTY, "\x92\x01\xcf\xff\0\0\0\0\0\0\0", FOUR_BYTES))), "too large"},
    {BYTES(ONE(TENSOR(F4, EMPTY, "\x92\xcf\0\0\0\x01\0\0\0\0\xcf\0\0\0\x01\0\0\0\0", FOUR_BYTES))),
     "x: the size of its shape overflows"},
    {BYTES(ONE(TENSOR(F4, EMPTY, "\x91\x02", FOUR_BYTES))), "x: data has 4 bytes, shape (2"},
    {BYTES(ONE(TENSOR(F4, EMPTY, "\x90", FOUR_BYTES))), "x: no dimensions, expected rows"},
    {BYTES(ONE(TENSOR(F4, EMPTY, "\x99\1\1\1\1\1\1\1\1\1", FOUR_BYTES))), "x: 9 dimensions"},
    {BYTES(ONE(TENSOR(F4, EMPTY, "\x92\xce\x7f\xff\xff\xff\x00", EMPTY))),
     "rows, expected at most"},
    {BYTES(WINDOWS DATA("\x84") SEQ0
           "\xa1x" TENSOR(F4, EMPTY, "\x91\x01",
                          FOUR_BYTES) "\xa1y" TENSOR("\xa3|u1", EMPTY, "\x91\x04", FOUR_BYTES)),
     "y has 4 rows, x has 1"},
    {BYTES(WINDOWS DATA("\x84") SEQ0
           "\xa1x" TENSOR(F4, EMPTY, "\x91\x01",
                          FOUR_BYTES) "\xa1x" TENSOR("\xa3|u1", EMPTY, "\x91\x04", FOUR_BYTES)),
     "x: tensor comes twice"},
    {BYTES(HEADER("\xa5model") DATA("\x82") SEQ0), "a model's frame without name"},
    {BYTES(HEADER("\xa5model") DATA("\x83") SEQ0 "\xa4name\xa1w"), "w: expected one tensor, value"},
    {BYTES(WINDOWS END("\x81")), "end frame without frames"},
    {BYTES(WINDOWS END("\x82") "\xa5"
                               "other\x01"),
     "end frame with an unknown key"},
    {BYTES(WINDOWS END("\x82") "\xa4more\x01"), "more is neither true nor false"},
    {BYTES(WINDOWS END("\x82") "\xa6status\x06"), "status is 6, expected at most 5"},
    {BYTES(WINDOWS END("\x82") "\xa5"
                               "crc32\xcf\0\0\0\1\0\0\0\0"),
     "crc32 is 4294967296"},
#define REST "\xa4more\xc2\xa6status\x00\xa7message\xa0"
    {BYTES(WINDOWS END("\x87") "\xa6"
                               "frames\x01\xa4rows\x00\xa5"
                               "crc32\x00" REST),
     "frame 1: the end frame says 1 data frames, 0 came"},
    {BYTES(WINDOWS END("\x87") "\xa6"
                               "frames\x00\xa4rows\x01\xa5"
                               "crc32\x00" REST),
     "the end frame says 1 rows, 0 came"},
    {BYTES(WINDOWS END("\x87") "\xa6"
                               "frames\x00\xa4rows\x00\xa5"
                               "crc32\x00" REST),
     "the end frame says checksum 00000000, the segment has "},
    {BYTES(WINDOWS END("\x87") "\xa6"
                               "frames\x00\xa4rows\x00\xa5"
                               "crc32\x00"
                               "\xa4more\xc2\xa6status\x01\xa7message\xa0"),
     "end frame with status 1 and no message"},
};

static void every_fault_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct har_error err;
        const enum har_status status = drain(faults[i].bytes, faults[i].size, &err);
        if (status != HAR_INPUT || strstr(err.text, faults[i].text) == NULL)
            fail_msg("row %zu: expected '%s', got %d '%s'", i, faults[i].text, status, err.text);
        assert_null(strchr(err.text, '\n'));
    }
}

static void usual_formats_have_hints(void **state)
{
    (void)state;
    const struct fault formats[] = {
        {BYTES("\x1f\x8b\x08\x00"), "zcat"},
        {BYTES("\x93NUMPY\x01\x00"), "har-load npy"},
        {BYTES("time,acc_x\n"), "har-load csv"},
        {BYTES("PK\x03\x04"), "unpack"},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct har_error err;
        assert_int_equal(drain(formats[i].bytes, formats[i].size, &err), HAR_INPUT);
        assert_non_null(strstr(err.hint, formats[i].text));
    }
}

/* ---- what is lenient ---- */

/* Reads up to the first data frame. */
static enum har_status first_data(struct har_reader **reader, const char *bytes, size_t size,
                                  struct har_error *err)
{
    enum har_item item = HAR_ITEM_EOF;
    *err = (struct har_error){0};
    assert_int_equal(har_reader_new_memory(reader, bytes, size, "test.har", err), HAR_OK);
    assert_int_equal(har_reader_next(&item, *reader, err), HAR_OK);
    assert_int_equal(item, HAR_ITEM_HEADER);
    return har_reader_next(&item, *reader, err);
}

static void newer_minors_may_have_more_keys(void **state)
{
    (void)state;
    struct har_reader *reader;
    struct har_error err;
    assert_int_equal(first_data(&reader,
                                BYTES(NEWER DATA("\x84") SEQ0 "\xa5hello\x01\xa1x" TENSOR(
                                    F4, EMPTY, "\x91\x01", FOUR_BYTES)),
                                &err),
                     HAR_OK);
    assert_int_equal(har_reader_frame(reader)->tensors, 1);
    har_reader_free(reader);
}

static void unknown_types_need_only_kind_and_seq(void **state)
{
    (void)state;
    struct har_reader *reader;
    struct har_error err;
    assert_int_equal(
        first_data(&reader, BYTES(HEADER("\xa4maps") DATA("\x83") "\xa5hello\x01" SEQ0), &err),
        HAR_OK);
    assert_string_equal(har_reader_type(reader), "maps");
    assert_int_equal(har_reader_frame(reader)->tensors, 0);
    har_reader_free(reader);
}

/* ---- files and pipes ---- */

static char *scratch_file(char path[64], const void *bytes, size_t size)
{
    snprintf(path, 64, "/tmp/har-test-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
    return path;
}

static void files_follow_each_other(void **state)
{
    (void)state;
    struct stream stream = small_stream();
    char a[64], empty[64];
    char *files[] = {scratch_file(a, stream.bytes, stream.size), a, scratch_file(empty, "", 0)};
    struct har_reader *reader = NULL;
    struct har_error err = {0};
    enum har_item item = HAR_ITEM_HEADER;
    size_t headers = 0;
    assert_int_equal(har_reader_new(&reader, files, 3, &err), HAR_OK);
    assert_null(har_reader_header(reader));
    enum har_status status;
    while ((status = har_reader_next(&item, reader, &err)) == HAR_OK)
        headers += item == HAR_ITEM_HEADER;
    assert_int_equal(headers, 4);
    assert_int_equal(status, HAR_INPUT);
    assert_non_null(strstr(err.text, ": empty input, expected a stream"));
    err = (struct har_error){0};
    assert_int_equal(har_reader_next(&item, reader, &err), HAR_INPUT); /* and stays so */
    har_reader_free(reader);
    unlink(a);
    unlink(empty);
    free(stream.bytes);
}

static void missing_files_are_named(void **state)
{
    (void)state;
    char name[] = "/nonexistent/data.har";
    char *files[] = {name};
    struct har_reader *reader = NULL;
    struct har_error err = {0};
    enum har_item item;
    assert_int_equal(har_reader_new(&reader, files, 1, &err), HAR_OK);
    assert_int_equal(har_reader_next(&item, reader, &err), HAR_SYSTEM);
    assert_string_equal(err.text, "/nonexistent/data.har: No such file or directory");
    har_reader_free(reader);
}

struct dribble {
    struct stream stream;
    int fd;
    bool started;
    pthread_t thread;
};

static void *dribble(void *arg)
{
    const struct dribble *source = arg;
    for (size_t i = 0; i < source->stream.size; i++)
        if (write(source->fd, source->stream.bytes + i, 1) != 1)
            break;
    close(source->fd);
    return NULL;
}

/* Nothing is written before the reader says that it would wait. */
static void start_on_wait(void *arg)
{
    struct dribble *source = arg;
    if (!source->started)
        assert_int_equal(pthread_create(&source->thread, NULL, dribble, source), 0);
    source->started = true;
}

static void byte_by_byte_through_a_pipe(void **state)
{
    (void)state;
    struct dribble source = {.stream = small_stream()};
    int fd[2];
    char path[32];
    char *files[] = {path};
    assert_int_equal(pipe(fd), 0);
    source.fd = fd[1];
    snprintf(path, sizeof path, "/dev/fd/%d", fd[0]);
    struct har_reader *reader = NULL;
    struct har_error err = {0};
    size_t items = 0;
    enum har_item item = HAR_ITEM_HEADER;
    assert_int_equal(har_reader_new(&reader, files, 1, &err), HAR_OK);
    har_reader_on_wait(reader, start_on_wait, &source);
    while (item != HAR_ITEM_EOF) {
        assert_int_equal(har_reader_next(&item, reader, &err), HAR_OK);
        items++;
    }
    assert_true(source.started);
    pthread_join(source.thread, NULL);
    assert_int_equal(items, 8);
    har_reader_free(reader);
    close(fd[0]);
    free(source.stream.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(truncated_at_every_byte),
                                       cmocka_unit_test(flipped_at_every_bit),
                                       cmocka_unit_test(every_fault_is_named),
                                       cmocka_unit_test(usual_formats_have_hints),
                                       cmocka_unit_test(newer_minors_may_have_more_keys),
                                       cmocka_unit_test(unknown_types_need_only_kind_and_seq),
                                       cmocka_unit_test(files_follow_each_other),
                                       cmocka_unit_test(missing_files_are_named),
                                       cmocka_unit_test(byte_by_byte_through_a_pipe)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
