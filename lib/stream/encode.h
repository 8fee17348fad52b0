/* Between frames and msgpack, the way out: for the writer alone. All functions that pack return
 * false where memory is short. */
#ifndef HAR_STREAM_ENCODE_H
#define HAR_STREAM_ENCODE_H

#include "base/status.h"
#include <jansson.h>
#include <msgpack.h>

enum { HAR_MESSAGE_MAX = 1023 }; /* bytes of an end frame's message */

HAR_RESULT bool har_pack_map(msgpack_packer *packer, size_t count);
HAR_RESULT bool har_pack_array(msgpack_packer *packer, size_t count);
HAR_RESULT bool har_pack_count(msgpack_packer *packer, uint64_t value);
HAR_RESULT bool har_pack_flag(msgpack_packer *packer, bool value);
HAR_RESULT bool har_pack_text(msgpack_packer *packer, const char *text);  /* a str */
HAR_RESULT bool har_pack_bytes(msgpack_packer *packer, const char *text); /* a bin */
HAR_RESULT bool har_pack_json(msgpack_packer *packer, const json_t *value);

#endif
