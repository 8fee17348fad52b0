/* One frame: a msgpack map, decoded. The layer between bytes and tensors, and the only one that
 * knows msgpack. */
#ifndef HAR_STREAM_FRAME_H
#define HAR_STREAM_FRAME_H

#include "stream/tensor.h"
#include <jansson.h>

enum har_frame_kind { HAR_FRAME_HEADER, HAR_FRAME_DATA, HAR_FRAME_END };

enum { HAR_TENSORS_MAX = 64 };

/* How a segment ended. */
struct har_end {
    uint64_t frames; /* data frames of the segment */
    uint64_t rows;   /* rows of all of them; a model's frames have none */
    uint32_t crc32;  /* of the segment's bytes before this frame */
    bool more;       /* the same writer will write another segment */
    enum har_status status;
    char message[1024];
    bool has_input; /* the writer read rows itself */
    uint32_t input; /* CRC-32 of these rows, see har_rows_checksum */
    bool has_check;
    uint32_t check; /* CRC-32 of this frame's bytes before its last five, which are this number */
};

/* A decoded frame. Tensors are views into BYTES; all is valid until the reader's next frame. */
struct har_frame {
    enum har_frame_kind kind;
    const unsigned char *bytes; /* the frame as it came */
    size_t size;

    json_t *header; /* HEADER: its map without kind, and without har unless that is of a newer minor
                     * version; owned by the frame's reader */

    uint64_t seq;  /* DATA */
    size_t seq_at; /* where in BYTES the value of seq stands, */
    size_t seq_size;
    size_t rows; /* first dimension of all tensors; 0 in a model */
    size_t tensors;
    struct har_tensor tensor[HAR_TENSORS_MAX];
    char name[HAR_NAME_MAX + 1]; /* a model's weight, or "" */
    uint64_t offset; /* a model's weight that exceeds a frame: first row of this piece */

    struct har_end end; /* END */
};

/* The tensor called NAME, or NULL; borrowed. */
const struct har_tensor *har_frame_find(const struct har_frame *frame, const char *name);

/* PART becomes rows FIRST .. FIRST + COUNT - 1 of FRAME: views into it. */
void har_frame_part(struct har_frame *part, const struct har_frame *frame, size_t first,
                    size_t count);

#endif
