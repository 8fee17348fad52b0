/* Writes streams. Payloads are never copied: a frame is its few structural bytes and the caller's
 * tensors, handed to writev(2). Small frames are gathered until har_writer_flush or 64 KiB. */
#ifndef HAR_STREAM_WRITER_H
#define HAR_STREAM_WRITER_H

#include "stream/frame.h"

struct har_writer;

/* A writer to the descriptor FD (borrowed), called NAME in messages. PROVENANCE is this program's
 * entry for the headers it writes (a new reference is taken), or NULL: then headers go without
 * any provenance, upstream's included. */
HAR_RESULT enum har_status har_writer_new(struct har_writer **writer, int fd, const char *name,
                                          json_t *provenance, struct har_error *err);
void har_writer_free(struct har_writer *writer); /* NULL is allowed; doesn't flush */

/* Begins a segment of this version. HEADER (borrowed, unchanged) holds type and the rest; har and
 * kind in it don't count. This program's provenance entry is added to its list. */
HAR_RESULT enum har_status har_writer_header(struct har_writer *writer, const json_t *header,
                                             struct har_error *err);

/* The same for a segment that is handed on as it came, of HEADER's version: no provenance entry is
 * added (but where this writer leaves provenance out, upstream's is left out too). */
HAR_RESULT enum har_status har_writer_foreign_header(struct har_writer *writer,
                                                     const json_t *header, struct har_error *err);

/* One data frame of COUNT tensors that share their first dimension. HAR_INPUT where it would exceed
 * HAR_FRAME_MAX: whoever makes rows keeps frames near HAR_FRAME_AIM bytes (see har_table_write). */
enum { HAR_FRAME_AIM = 1 << 20 };
HAR_RESULT enum har_status har_writer_rows(struct har_writer *writer,
                                           const struct har_tensor *tensor, size_t count,
                                           struct har_error *err);

/* A model's weight NAME, in as many frames as it takes. */
HAR_RESULT enum har_status har_writer_weight(struct har_writer *writer, const char *name,
                                             const struct har_tensor *value, struct har_error *err);

/* A data frame as it came from a reader, bytes unchanged but for its seq, which must be in step. */
HAR_RESULT enum har_status har_writer_pass(struct har_writer *writer, const struct har_frame *frame,
                                           struct har_error *err);

/* Notes the checksum of the rows read for this segment's end frame. */
void har_writer_input(struct har_writer *writer, uint32_t input);

/* Ends the segment with status 0. */
HAR_RESULT enum har_status har_writer_end(struct har_writer *writer, bool more,
                                          struct har_error *err);

/* Ends the open segment, or an empty one of type "error" where none is open, with the status and
 * message, and flushes. To be called once, last. */
HAR_RESULT enum har_status har_writer_fail(struct har_writer *writer, enum har_status status,
                                           const char *message, struct har_error *err);

HAR_RESULT enum har_status har_writer_flush(struct har_writer *writer, struct har_error *err);

/* A segment has been begun and not ended. */
bool har_writer_open(const struct har_writer *writer);

#endif
