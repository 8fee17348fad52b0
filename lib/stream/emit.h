/* How a writer's frames leave it: what writer.c and writer_data.c share. */
#ifndef HAR_STREAM_EMIT_H
#define HAR_STREAM_EMIT_H

#include "stream/encode.h"
#include "stream/writer.h"
#include <sys/uio.h>

enum { HAR_SMALL_FRAME = 16 << 10 }; /* up to here a frame is gathered with its neighbours */

struct har_writer {
    int fd;
    char *name;
    json_t *provenance;
    msgpack_sbuffer pending; /* gathered bytes; of a large frame, its structure */
    msgpack_packer packer;   /* into pending */
    bool open, broken;
    uint64_t frames, rows;
    uint32_t crc;
    bool has_input;
    uint32_t input;
};

/* What every frame begins with: a segment is OPEN or not as it must be, nothing has failed, and
 * there is room. The frame's bytes are then packed behind pending's. */
HAR_RESULT enum har_status har_emit_begin(struct har_writer *writer, bool open,
                                          struct har_error *err);

/* Forgets a frame that was begun at MARK; returns STATUS. */
enum har_status har_emit_forget(struct har_writer *writer, size_t mark, enum har_status status);

/* Adds pending's bytes from MARK on to the segment's checksum. */
void har_emit_crc(struct har_writer *writer, size_t mark);

/* A frame is complete in pending: writes if enough has gathered. */
HAR_RESULT enum har_status har_emit_end(struct har_writer *writer, struct har_error *err);

/* Adds SIZE bytes to the COUNT of PIECES, and to the checksum if they are IN_SEGMENT. */
void har_emit_piece(struct har_writer *writer, struct iovec *pieces, size_t *count,
                    const void *data, size_t size, bool in_segment);

/* Writes all PIECES (which are used up) and empties pending, whose bytes are among them. */
HAR_RESULT enum har_status har_emit_pieces(struct har_writer *writer, struct iovec *pieces,
                                           size_t count, struct har_error *err);

#endif
