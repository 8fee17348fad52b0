/* Reads streams: bytes -> frames -> tensors, everything checked on the way. */
#ifndef HAR_STREAM_READER_H
#define HAR_STREAM_READER_H

#include "stream/frame.h"

struct har_reader;

enum har_item { HAR_ITEM_HEADER, HAR_ITEM_DATA, HAR_ITEM_END, HAR_ITEM_EOF };

/* A reader of the streams in FILES one after the other ("-" is stdin), or of stdin where COUNT is
 * 0. Files are opened when their turn comes. FILES is borrowed for the reader's life. */
HAR_RESULT enum har_status har_reader_new(struct har_reader **reader, char *const *files,
                                          size_t count, struct har_error *err);

/* A reader of SIZE bytes at DATA (borrowed), called NAME in messages. */
HAR_RESULT enum har_status har_reader_new_memory(struct har_reader **reader, const void *data,
                                                 size_t size, const char *name,
                                                 struct har_error *err);
void har_reader_free(struct har_reader *reader); /* NULL is allowed */

/* ON_WAIT(arg) is called before a read that would block. */
void har_reader_on_wait(struct har_reader *reader, void (*on_wait)(void *arg), void *arg);

/* Reads the next frame. A segment always comes as one HEADER, DATA frames, one END; then another,
 * or EOF. HAR_INPUT with file and frame for whatever the format forbids: not msgpack, limits, a
 * newer major, a seq or row count out of step, a wrong checksum, the end of file inside a segment
 * or after an end frame with `more`, and input without any segment. HAR_SYSTEM: reading failed. An
 * END whose status isn't 0 is an item like others: what it means is its taker's business. */
HAR_RESULT enum har_status har_reader_next(enum har_item *item, struct har_reader *reader,
                                           struct har_error *err);

/* har_reader_next has failed: what is wrong is the stream, or reading it. */
bool har_reader_failed(const struct har_reader *reader);

/* The current segment's header: all its keys but kind, and har unless that is of a newer
 * minor version; borrowed, valid until its END has
 * been followed by another call. NULL before the first segment. */
const json_t *har_reader_header(const struct har_reader *reader);
const char *har_reader_type(const struct har_reader *reader); /* the header's type */

/* The frame of the last DATA or END. */
const struct har_frame *har_reader_frame(const struct har_reader *reader);

/* Makes ERR what an earlier stage's END says went wrong there, as upstream's; returns its status.
 */
enum har_status har_end_failure(const struct har_end *end, struct har_error *err);

/* Puts "data.har: frame 17" (frames of that file, counted from 0, headers and ends included) before
 * ERR's text; returns its status. */
enum har_status har_reader_at(const struct har_reader *reader, struct har_error *err);

#endif
