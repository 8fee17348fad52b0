/* Stages: own segments worked on, others passed, failures passed, checksums and hints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "stream/header.h"
#include "stream/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A stream being made or made, in a file of memory. */
struct stream {
    int fd;
    struct har_writer *writer;
};

static void stream_open(struct stream *stream, json_t *provenance)
{
    struct har_error err = {0};
    stream->fd = memfd_create("stream", 0);
    assert_true(stream->fd >= 0);
    assert_int_equal(har_writer_new(&stream->writer, stream->fd, "out", provenance, &err), HAR_OK);
}

static struct har_reader *stream_reader(struct stream *stream, unsigned char **bytes)
{
    struct har_error err = {0};
    struct har_reader *reader;
    assert_int_equal(har_writer_flush(stream->writer, &err), HAR_OK);
    const off_t size = lseek(stream->fd, 0, SEEK_END);
    *bytes = malloc((size_t)size + 1);
    assert_int_equal(pread(stream->fd, *bytes, (size_t)size, 0), size);
    assert_int_equal(har_reader_new_memory(&reader, *bytes, (size_t)size, "in", &err), HAR_OK);
    return reader;
}

static void stream_close(struct stream *stream)
{
    har_writer_free(stream->writer);
    close(stream->fd);
}

/* A segment of TYPE: two frames of Y = first, first + 1. */
static void add_segment(struct stream *stream, const char *type, int32_t first, bool more, bool end)
{
    struct har_error err = {0};
    json_t *header = har_header_new(type, "test");
    assert_int_equal(har_writer_header(stream->writer, header, &err), HAR_OK);
    for (int32_t i = 0; i < 2; i++) {
        const int32_t y = first + i;
        struct har_tensor tensor;
        assert_int_equal(har_tensor_view(&tensor, "y", HAR_I4, 1, (const size_t[]){1}, &y, &err),
                         HAR_OK);
        assert_int_equal(har_writer_rows(stream->writer, &tensor, 1, &err), HAR_OK);
    }
    if (end)
        assert_int_equal(har_writer_end(stream->writer, more, &err), HAR_OK);
    json_decref(header);
}

/* The stage under test: passes its rows on as results, twice. */
struct doubler {
    size_t begun, finished;
    int32_t refused; /* fails at this y */
};

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    struct doubler *doubler = state;
    doubler->begun++;
    json_t *changed = json_copy((json_t *)(uintptr_t)header);
    json_object_set_new(changed, "type", json_string("results"));
    const enum har_status status = har_writer_header(out, changed, err);
    json_decref(changed);
    return status;
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    const struct doubler *doubler = state;
    int64_t y;
    if (har_tensor_integers(&y, har_frame_find(frame, "y"), 0, 1, err) != HAR_OK)
        return err->status;
    if (y == doubler->refused)
        return har_fail(err, HAR_INPUT, "y is %d, expected another", doubler->refused);
    enum har_status status = har_writer_rows(out, frame->tensor, frame->tensors, err);
    return status == HAR_OK ? har_writer_rows(out, frame->tensor, frame->tensors, err) : status;
}

static enum har_status end(void *state, bool more, struct har_writer *out, struct har_error *err)
{
    (void)state;
    return har_writer_end(out, more, err);
}

static enum har_status finish(void *state, struct har_writer *out, struct har_error *err)
{
    (void)out, (void)err;
    ((struct doubler *)state)->finished++;
    return HAR_OK;
}

static const char *const types[] = {"windows", NULL};
static const struct har_stage doubling = {types, begin, rows, end, finish};

static enum har_status run(struct stream *in, struct stream *out, struct doubler *doubler,
                           json_t *provenance, struct har_error *err)
{
    unsigned char *bytes;
    struct har_reader *reader = stream_reader(in, &bytes);
    stream_open(out, provenance);
    const enum har_status status = har_stage_run(&doubling, doubler, reader, out->writer, err);
    har_reader_free(reader);
    free(bytes);
    return status;
}

/* What a stream holds, as text: "windows 0 1 end(2,more) results 5 end(1)". */
static void describe(char text[512], struct stream *stream)
{
    struct har_error err = {0};
    unsigned char *bytes;
    struct har_reader *reader = stream_reader(stream, &bytes);
    enum har_item item = HAR_ITEM_HEADER;
    size_t used = 0;
    text[0] = '\0';
    while (har_reader_next(&item, reader, &err) == HAR_OK && item != HAR_ITEM_EOF) {
        const struct har_frame *frame = har_reader_frame(reader);
        int64_t y = 0;
        if (item == HAR_ITEM_HEADER)
            used += (size_t)snprintf(text + used, 512 - used, "%s/%zu ", har_reader_type(reader),
                                     har_header_count(har_reader_header(reader), "provenance"));
        else if (item == HAR_ITEM_DATA)
            assert_int_equal(har_tensor_integers(&y, &frame->tensor[0], 0, 1, &err), HAR_OK);
        if (item == HAR_ITEM_DATA)
            used += (size_t)snprintf(text + used, 512 - used, "%d ", (int)y);
        if (item == HAR_ITEM_END)
            used += (size_t)snprintf(text + used, 512 - used, "end(%d%s%s) ",
                                     (int)frame->end.status, frame->end.more ? ",more" : "",
                                     frame->end.has_input ? ",input" : "");
    }
    if (err.status != HAR_OK)
        snprintf(text + used, 512 - used, "! %s", err.text);
    har_reader_free(reader);
    free(bytes);
}

static void passes_what_isnt_its_own(void **state)
{
    (void)state;
    json_t *entry = json_pack("{s:s}", "program", "har-test");
    struct stream in, out;
    struct doubler doubler = {.refused = -1};
    struct har_error err = {0};
    char text[512];
    stream_open(&in, entry);
    add_segment(&in, "recordings", 1, true, true);
    add_segment(&in, "windows", 5, false, true);
    assert_int_equal(run(&in, &out, &doubler, entry, &err), HAR_OK);
    describe(text, &out);
    assert_string_equal(text, "recordings/1 1 2 end(0,more) results/2 5 5 6 6 end(0,input) ");
    assert_int_equal(doubler.begun, 1);
    assert_int_equal(doubler.finished, 1);
    stream_close(&out);
    assert_int_equal(run(&in, &out, &doubler, NULL, &err), HAR_OK);
    describe(text, &out);
    assert_string_equal(text, "recordings/0 1 2 end(0,more) results/0 5 5 6 6 end(0,input) ");
    stream_close(&out);
    stream_close(&in);
    json_decref(entry);
}

static void says_what_it_met_instead(void **state)
{
    (void)state;
    struct stream in, out;
    struct doubler doubler = {.refused = -1};
    struct har_error err = {0};
    stream_open(&in, NULL);
    add_segment(&in, "recordings", 1, false, true);
    assert_int_equal(run(&in, &out, &doubler, NULL, &err), HAR_INPUT);
    assert_string_equal(err.text, "met no windows, only recordings");
    assert_string_equal(err.hint, "har-window makes windows of recordings");
    assert_int_equal(doubler.finished, 0);
    stream_close(&out);
    stream_close(&in);
}

static void says_where_its_rows_are_wrong(void **state)
{
    (void)state;
    struct stream in, out;
    struct doubler doubler = {.refused = 6};
    struct har_error err = {0};
    stream_open(&in, NULL);
    add_segment(&in, "windows", 5, false, true);
    assert_int_equal(run(&in, &out, &doubler, NULL, &err), HAR_INPUT);
    assert_string_equal(err.text, "in: frame 2: y is 6, expected another");
    assert_false(err.upstream);
    assert_true(har_writer_open(out.writer));
    stream_close(&out);
    stream_close(&in);
}

static void passes_failure_on(void **state)
{
    (void)state;
    static const char *const kinds[] = {"windows", "recordings"};
    for (size_t i = 0; i < 2; i++) {
        struct stream in, out;
        struct doubler doubler = {.refused = -1};
        struct har_error err = {0};
        stream_open(&in, NULL);
        add_segment(&in, kinds[i], 5, false, false);
        assert_int_equal(har_writer_fail(in.writer, HAR_NUMBERS, "har-x: NaN", &err), HAR_OK);
        assert_int_equal(run(&in, &out, &doubler, NULL, &err), HAR_NUMBERS);
        assert_true(err.upstream);
        assert_string_equal(err.text, "har-x: NaN");
        assert_int_equal(doubler.finished, 0);
        stream_close(&out);
        stream_close(&in);
    }
}

static void collect(size_t first_type)
{
    static const char *const all[] = {"recordings", "windows", NULL};
    const struct har_stage collecting = {.types = all + first_type};
    struct stream in, out;
    struct har_error err = {0};
    unsigned char *bytes;
    stream_open(&in, NULL);
    add_segment(&in, "recordings", 1, true, true);
    add_segment(&in, "windows", 5, false, true);
    struct har_reader *reader = stream_reader(&in, &bytes);
    stream_open(&out, NULL);
    assert_int_equal(har_stage_run(&collecting, NULL, reader, NULL, &err), HAR_OK);
    har_reader_free(reader);
    free(bytes);
    stream_close(&out);
    stream_close(&in);
}

static void runs_without_output(void **state)
{
    (void)state;
    collect(0);
    collect(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_what_isnt_its_own),      cmocka_unit_test(says_what_it_met_instead),
        cmocka_unit_test(says_where_its_rows_are_wrong), cmocka_unit_test(passes_failure_on),
        cmocka_unit_test(runs_without_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
