/* Between frames and msgpack: for the reader alone. */
#ifndef HAR_STREAM_DECODE_H
#define HAR_STREAM_DECODE_H

#include "stream/frame.h"
#include <msgpack.h>

/* How the data frames of a segment are read: as rows, as a model's weights, or, where the type is
 * unknown here, as rows if they happen to be such. */
enum har_form { HAR_FORM_ROWS, HAR_FORM_MODEL, HAR_FORM_FOREIGN };

/* What decoding needs to know, and the memory that a decoded frame refers to. Start it as {0}. */
struct har_decoder {
    msgpack_unpacked object;
    enum har_form form; /* set by each header */
    bool newer;         /* the header has a newer minor version: unknown keys are passed over */
};

/* Decodes the frame in BYTES, which har_scan has accepted; FRAME and its tensors refer to BYTES and
 * DECODER until the next call. Of a header, the caller owns frame->header. HAR_INPUT. */
HAR_RESULT enum har_status har_decode(struct har_frame *frame, struct har_decoder *decoder,
                                      const unsigned char *bytes, size_t size,
                                      struct har_error *err);
void har_decoder_free(struct har_decoder *decoder); /* the contents, not the struct */

/* Parts of the above, one file each: frame.c, decode_header.c, decode_tensor.c,
 * decode_end.c. */

/* OBJECT is the string TEXT. */
bool har_object_is(const msgpack_object *object, const char *text);

/* Copies a string of at most ROOM - 1 bytes; it must be UTF-8 without control characters. WHAT is
 * for the message. */
HAR_RESULT enum har_status har_object_text(char *text, size_t room, const msgpack_object *object,
                                           const char *what, struct har_error *err);

HAR_RESULT enum har_status har_object_count(uint64_t *value, const msgpack_object *object,
                                            uint64_t high, const char *what, struct har_error *err);

/* A key of the format must come only once: sets *SEEN, fails where it was set. */
HAR_RESULT enum har_status har_key_once(bool *seen, const char *key, struct har_error *err);

/* A header's map as JSON, checked: its version, and the types of the keys that the format knows. */
HAR_RESULT enum har_status har_decode_header(struct har_frame *frame, struct har_decoder *decoder,
                                             const msgpack_object_map *map, struct har_error *err);

/* A tensor called NAME, as msgpack-numpy writes it. */
HAR_RESULT enum har_status har_decode_tensor(struct har_tensor *tensor, const char *name,
                                             const msgpack_object *object, struct har_error *err);

/* An end frame's map: every key of struct har_end, each of its type. */
HAR_RESULT enum har_status har_decode_end(struct har_end *end, const struct har_decoder *decoder,
                                          const msgpack_object_map *map, struct har_error *err);

#endif
