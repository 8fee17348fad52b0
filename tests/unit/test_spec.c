/* har-stream(5)'s worked example is what the writer writes and the reader reads. */
#include "streams.h"

#include <stdio.h>

static const float x[] = {0, 1, 1, -0.5F};
static const int32_t y[] = {0, 1};

static struct stream write_example(void)
{
    int fd;
    struct har_error err = {0};
    struct har_tensor tensor[2];
    struct har_writer *writer = open_writer(&fd, NULL);
    write_header(writer,
                 json_pack("{s:s, s:s, s:[sss], s:[s], s:[s], s:i, s:[ss], s:{s:{s:i,s:i}}}",
                           "type", "windows", "source", "example", "axes", "window", "time",
                           "channel", "channels", "acc_x", "units", "g", "rate", 50, "labels",
                           "WALKING", "LAYING", "recipe", "window", "length", 2, "step", 1));
    assert_int_equal(har_tensor_view(&tensor[0], "x", HAR_F4, 3, (size_t[]){2, 2, 1}, x, &err),
                     HAR_OK);
    assert_int_equal(har_tensor_view(&tensor[1], "y", HAR_I4, 1, (size_t[]){2}, y, &err), HAR_OK);
    assert_int_equal(har_writer_rows(writer, tensor, 2, &err), HAR_OK);
    assert_int_equal(har_writer_end(writer, false, &err), HAR_OK);
    return take_stream(writer, fd);
}

/* The bytes of one line "00000010  61 64 …  |ad…|": at most 16. */
static size_t read_line(unsigned char bytes[16], const char *line, size_t at)
{
    unsigned offset;
    int used;
    if (sscanf(line, "%8x %n", &offset, &used) != 1 || used != 10 || offset != at)
        return 0;
    size_t count = 0;
    for (const char *rest = line + used; count < 16 && *rest != '|'; rest += used) {
        unsigned byte;
        if (sscanf(rest, "%2x %n", &byte, &used) != 1)
            break;
        bytes[count++] = (unsigned char)byte;
    }
    return count;
}

/* The hexdump in the manual page; the tests run in the project's folder. */
static struct stream read_specification(void)
{
    static unsigned char bytes[4096];
    char line[256];
    struct stream stream = {.bytes = bytes};
    FILE *page = fopen("lib/stream/har-stream.5", "r");
    assert_non_null(page);
    while (fgets(line, sizeof line, page) != NULL && stream.size + 16 <= sizeof bytes)
        stream.size += read_line(bytes + stream.size, line, stream.size);
    fclose(page);
    return stream;
}

static void writer_writes_the_specification(void **state)
{
    (void)state;
    const struct stream page = read_specification();
    struct stream written = write_example();
    assert_int_equal(page.size, written.size);
    assert_memory_equal(page.bytes, written.bytes, written.size);
    free(written.bytes);
}

static void reader_reads_the_specification(void **state)
{
    (void)state;
    const struct stream page = read_specification();
    struct har_error err = {0};
    struct har_reader *reader = NULL;
    enum har_item item = HAR_ITEM_EOF;
    assert_int_equal(har_reader_new_memory(&reader, page.bytes, page.size, "page", &err), HAR_OK);
    assert_int_equal(har_reader_next(&item, reader, &err), HAR_OK);
    assert_string_equal(har_reader_type(reader), "windows");
    assert_int_equal(har_reader_next(&item, reader, &err), HAR_OK);
    const struct har_frame *frame = har_reader_frame(reader);
    assert_int_equal(frame->rows, 2);
    assert_int_equal(har_frame_find(frame, "x")->data - frame->bytes, 0xdb - 0x9e);
    assert_memory_equal(har_frame_find(frame, "x")->data, x, sizeof x);
    assert_memory_equal(har_frame_find(frame, "y")->data, y, sizeof y);
    assert_int_equal(har_reader_next(&item, reader, &err), HAR_OK);
    assert_int_equal(item, HAR_ITEM_END);
    assert_int_equal(har_reader_frame(reader)->bytes - page.bytes, 0x11e);
    assert_int_equal(har_reader_frame(reader)->end.crc32, 0x4bfc1758);
    assert_int_equal(har_reader_next(&item, reader, &err), HAR_OK);
    assert_int_equal(item, HAR_ITEM_EOF);
    har_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(writer_writes_the_specification),
                                       cmocka_unit_test(reader_reads_the_specification)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
