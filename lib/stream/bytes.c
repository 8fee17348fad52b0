#include "stream/bytes.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { request = 1 << 20, first_capacity = 2 << 20 };

static const unsigned char nothing[1];

enum har_status har_bytes_open(struct har_bytes *bytes, const char *path, struct har_error *err)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    bytes->name = is_stdin ? "<stdin>" : path;
    bytes->owned = !is_stdin;
    bytes->finished = false;
    bytes->start = bytes->end = 0;
    bytes->at = nothing;
    bytes->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (bytes->fd < 0)
        return har_fail_errno(err, "%s", path);
    (void)fcntl(bytes->fd, F_SETPIPE_SZ, request); /* fewer switches; anything but a pipe refuses */
    return HAR_OK;
}

void har_bytes_open_memory(struct har_bytes *bytes, const void *data, size_t size, const char *name)
{
    bytes->name = name;
    bytes->finished = true;
    bytes->at = size == 0 ? nothing : data;
    bytes->start = 0;
    bytes->end = size;
}

void har_bytes_close(struct har_bytes *bytes)
{
    if (bytes->fd >= 0 && bytes->owned)
        close(bytes->fd);
    bytes->fd = -1;
}

/* Makes room for a request behind END. */
static enum har_status make_room(struct har_bytes *bytes, struct har_error *err)
{
    const size_t live = bytes->end - bytes->start;
    if (bytes->start > 0 && (live == 0 || bytes->capacity - bytes->end < request)) {
        memmove(bytes->block, bytes->block + bytes->start, live);
        bytes->start = 0;
        bytes->end = live;
    }
    if (bytes->capacity - bytes->end < request) {
        const size_t need = bytes->capacity == 0 ? first_capacity : bytes->end + request;
        if (!har_grow(&bytes->block, &bytes->capacity, need, 1))
            return har_fail_memory(err);
    }
    bytes->at = bytes->block;
    return HAR_OK;
}

static void announce_wait(const struct har_bytes *bytes)
{
    struct pollfd ready = {.fd = bytes->fd, .events = POLLIN};
    if (bytes->on_wait != NULL && poll(&ready, 1, 0) == 0)
        bytes->on_wait(bytes->arg);
}

enum har_status har_bytes_more(struct har_bytes *bytes, struct har_error *err)
{
    if (bytes->finished)
        return HAR_OK;
    if (make_room(bytes, err) != HAR_OK)
        return err->status;
    announce_wait(bytes);
    ssize_t count;
    do
        count = read(bytes->fd, bytes->block + bytes->end, bytes->capacity - bytes->end);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return har_fail_errno(err, "%s", bytes->name);
    bytes->end += (size_t)count;
    bytes->finished = count == 0;
    return HAR_OK;
}

/* ---- inputs that aren't streams ---- */

static const struct {
    const char *magic; /* ? is any byte */
    size_t size;
    const char *hint;
} formats[] = {
    {"\x1f\x8b", 2, "this is gzip: zcat FILE | ..."},
    {"\xfd"
     "7zXZ",
     5, "this is xz: xzcat FILE | ..."},
    {"\x28\xb5\x2f\xfd", 4, "this is zstd: zstdcat FILE | ..."},
    {"BZh?1AY&SY", 10, "this is bzip2: bzcat FILE | ..."},
    {"\xff\xfe", 2, "this is UTF-16: iconv -f UTF-16 -t UTF-8 FILE | ..."},
    {"\xfe\xff", 2, "this is UTF-16: iconv -f UTF-16 -t UTF-8 FILE | ..."},
    {"\x93NUMPY", 6, "this is a NumPy array: har-load npy --x FILE"},
    {"PK\x03\x04", 4, "this is a zip archive (or npz): unpack it first"},
    {"\x89HDF", 4, "this is HDF5, which isn't read"},
};

static bool begins_with(const char *bytes, const char *magic, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (magic[i] != '?' && bytes[i] != magic[i])
            return false;
    return true;
}

const char *har_bytes_format(const void *first, size_t size)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (size >= formats[i].size && begins_with(first, formats[i].magic, formats[i].size))
            return formats[i].hint;
    return NULL;
}

/* The first bytes as C would write them in a string, up to the end of the line. */
static void quote(char text[64], const unsigned char *bytes, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < size && i < 24 && at < 56 && bytes[i] != '\n' && bytes[i] != '\r'; i++)
        if (bytes[i] >= ' ' && bytes[i] < 0x7f)
            text[at++] = (char)bytes[i];
        else
            at += (size_t)snprintf(text + at, 64 - at, "\\x%02x", bytes[i]);
    text[at] = '\0';
}

static bool looks_like_csv(const unsigned char *bytes, size_t size)
{
    bool separated = false;
    if (size > 0 && (bytes[0] == '{' || bytes[0] == '['))
        return false; /* JSON */
    for (size_t i = 0; i < size && bytes[i] != '\n' && bytes[i] != '\r'; i++) {
        if ((bytes[i] < ' ' && bytes[i] != '\t') || bytes[i] == 0x7f)
            return false;
        separated = separated || bytes[i] == ',' || bytes[i] == ';';
    }
    return separated;
}

enum har_status har_bytes_foreign(const struct har_bytes *bytes, struct har_error *err)
{
    const unsigned char *first = bytes->at + bytes->start;
    const size_t size = bytes->end - bytes->start;
    char text[64];
    quote(text, first, size);
    har_fail(err, HAR_INPUT, "not a HAR stream (starts with \"%s\")", text);
    const char *format = har_bytes_format(first, size);
    if (format != NULL)
        return har_error_hint(err, "%s", format);
    if (looks_like_csv(first, size))
        har_error_hint(err, "comma-separated text is read by har-load csv");
    return err->status;
}
