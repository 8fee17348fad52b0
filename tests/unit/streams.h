/* Streams in memory, for tests. */
#ifndef TESTS_UNIT_STREAMS_H
#define TESTS_UNIT_STREAMS_H

#include "stream/reader.h"
#include "stream/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct stream {
    unsigned char *bytes;
    size_t size;
};

/* A writer whose output take_stream gives. */
static struct har_writer *open_writer(int *fd, json_t *provenance)
{
    struct har_writer *writer = NULL;
    struct har_error err = {0};
    *fd = memfd_create("stream", 0);
    assert_true(*fd >= 0);
    assert_int_equal(har_writer_new(&writer, *fd, "<memory>", provenance, &err), HAR_OK);
    return writer;
}

static struct stream take_stream(struct har_writer *writer, int fd)
{
    struct har_error err = {0};
    assert_int_equal(har_writer_flush(writer, &err), HAR_OK);
    har_writer_free(writer);
    struct stream stream = {.size = (size_t)lseek(fd, 0, SEEK_END)};
    stream.bytes = malloc(stream.size + 1);
    assert_non_null(stream.bytes);
    assert_int_equal(pread(fd, stream.bytes, stream.size, 0), stream.size);
    close(fd);
    return stream;
}

static inline void write_header(struct har_writer *writer, json_t *header /* stolen */)
{
    struct har_error err = {0};
    assert_non_null(header);
    assert_int_equal(har_writer_header(writer, header, &err), HAR_OK);
    json_decref(header);
}

/* Reads all of a stream; ERR holds the fault, if any. */
static inline enum har_status drain(const void *bytes, size_t size, struct har_error *err)
{
    struct har_reader *reader = NULL;
    enum har_item item = HAR_ITEM_HEADER;
    *err = (struct har_error){0};
    enum har_status status = har_reader_new_memory(&reader, bytes, size, "test.har", err);
    while (status == HAR_OK && item != HAR_ITEM_EOF)
        status = har_reader_next(&item, reader, err);
    har_reader_free(reader);
    return status;
}

#endif
