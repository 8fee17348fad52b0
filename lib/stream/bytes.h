/* The bytes of one input, a file, a pipe or a block of memory, in a buffer that grows with what has
 * really come. For the reader alone. */
#ifndef HAR_STREAM_BYTES_H
#define HAR_STREAM_BYTES_H

#include "base/status.h"
#include <stddef.h>

/* Start it as {.fd = -1}. The bytes not yet taken are AT[START] to AT[END - 1]. */
struct har_bytes {
    const char *name; /* for messages; borrowed */
    int fd;           /* -1: memory, or nothing is open */
    bool owned;       /* fd is closed by har_bytes_close */
    bool finished;    /* nothing will follow END */
    const unsigned char *at;
    size_t start, end;
    unsigned char *block; /* the buffer that AT points to, kept from file to file */
    size_t capacity;
    void (*on_wait)(void *arg); /* called before a read that would block; may be NULL */
    void *arg;
};

/* Opens PATH, "-" for stdin. */
HAR_RESULT enum har_status har_bytes_open(struct har_bytes *bytes, const char *path,
                                          struct har_error *err);
void har_bytes_open_memory(struct har_bytes *bytes, const void *data, size_t size,
                           const char *name);
void har_bytes_close(struct har_bytes *bytes); /* the file; the buffer stays */

/* Reads some more bytes after END, waiting if need be, or finds the input finished. START and END
 * may move; pointers into the buffer are void. */
HAR_RESULT enum har_status har_bytes_more(struct har_bytes *bytes, struct har_error *err);

/* What SIZE bytes that something begins with are known for, and how it is read, as in "this is
 * gzip: zcat FILE | ..."; NULL: nothing. */
const char *har_bytes_format(const void *first, size_t size);

/* "not a HAR stream (starts with …)" for an input that begins with these bytes: HAR_INPUT, with a
 * hint where the format is known. */
enum har_status har_bytes_foreign(const struct har_bytes *bytes, struct har_error *err);

#endif
