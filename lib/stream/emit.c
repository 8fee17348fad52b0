#include "stream/emit.h"
#include "base/checksum.h"

#include <errno.h>

enum { gather_limit = 64 << 10 }; /* bytes held back at most */

/* Drops COUNT written bytes from the front of PIECES; returns how many pieces are left. */
static size_t drop_written(struct iovec **pieces, size_t left, size_t count)
{
    while (left > 0 && count >= (*pieces)->iov_len) {
        count -= (*pieces)->iov_len;
        ++*pieces;
        left--;
    }
    if (left > 0) {
        (*pieces)->iov_base = (char *)(*pieces)->iov_base + count;
        (*pieces)->iov_len -= count;
    }
    return left;
}

enum har_status har_emit_pieces(struct har_writer *writer, struct iovec *pieces, size_t left,
                                struct har_error *err)
{
    while (left > 0) {
        const ssize_t count = writev(writer->fd, pieces, (int)left);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            writer->broken = true;
            return har_fail_errno(err, "%s", writer->name);
        }
        left = drop_written(&pieces, left, (size_t)count);
    }
    writer->pending.size = 0;
    return HAR_OK;
}

enum har_status har_writer_flush(struct har_writer *writer, struct har_error *err)
{
    if (writer->broken)
        return har_fail(err, HAR_SYSTEM, "%s: an earlier write failed", writer->name);
    struct iovec piece = {.iov_base = writer->pending.data, .iov_len = writer->pending.size};
    return har_emit_pieces(writer, &piece, piece.iov_len > 0 ? 1 : 0, err);
}

enum har_status har_emit_begin(struct har_writer *writer, bool open, struct har_error *err)
{
    if (writer->open != open)
        return har_fail(err, HAR_SYSTEM, "%s: %s", writer->name,
                        open ? "a frame outside a segment" : "a segment inside a segment");
    if (writer->broken || writer->pending.size >= gather_limit)
        return har_writer_flush(writer, err);
    return HAR_OK;
}

enum har_status har_emit_forget(struct har_writer *writer, size_t mark, enum har_status status)
{
    writer->pending.size = mark;
    return status;
}

enum har_status har_emit_end(struct har_writer *writer, struct har_error *err)
{
    return writer->pending.size >= gather_limit ? har_writer_flush(writer, err) : HAR_OK;
}

void har_emit_crc(struct har_writer *writer, size_t mark)
{
    writer->crc = har_crc32(writer->crc, writer->pending.data + mark, writer->pending.size - mark);
}

void har_emit_piece(struct har_writer *writer, struct iovec *pieces, size_t *count,
                    const void *data, size_t size, bool in_segment)
{
    if (size == 0)
        return;
    pieces[(*count)++] = (struct iovec){.iov_base = (void *)(uintptr_t)data, .iov_len = size};
    if (in_segment)
        writer->crc = har_crc32(writer->crc, data, size);
}
