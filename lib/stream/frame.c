#include "base/text.h"
#include "stream/decode.h"
#include "stream/scan.h"

#include <stddef.h>
#include <string.h>

bool har_object_is(const msgpack_object *object, const char *text)
{
    return object->type == MSGPACK_OBJECT_STR && object->via.str.size == strlen(text) &&
           memcmp(object->via.str.ptr, text, object->via.str.size) == 0;
}

enum har_status har_object_text(char *text, size_t room, const msgpack_object *object,
                                const char *what, struct har_error *err)
{
    if (object->type != MSGPACK_OBJECT_STR)
        return har_fail(err, HAR_INPUT, "%s isn't text", what);
    const msgpack_object_str *string = &object->via.str;
    if (string->size >= room)
        return har_fail(err, HAR_INPUT, "%s has %lu bytes, expected at most %zu", what,
                        (unsigned long)string->size, room - 1);
    text[0] = '\0';
    if (string->size == 0)
        return HAR_OK; /* msgpack-c's pointer may be NULL */
    if (har_has_control(string->ptr, string->size))
        return har_fail(err, HAR_INPUT, "%s has control characters", what);
    if (!har_is_utf8(string->ptr, string->size))
        return har_fail(err, HAR_INPUT, "%s isn't UTF-8", what);
    memcpy(text, string->ptr, string->size);
    text[string->size] = '\0';
    return HAR_OK;
}

enum har_status har_object_count(uint64_t *value, const msgpack_object *object, uint64_t high,
                                 const char *what, struct har_error *err)
{
    if (object->type != MSGPACK_OBJECT_POSITIVE_INTEGER)
        return har_fail(err, HAR_INPUT, "%s is no count", what);
    if (object->via.u64 > high)
        return har_fail(err, HAR_INPUT, "%s is %llu, expected at most %llu", what,
                        (unsigned long long)object->via.u64, (unsigned long long)high);
    *value = object->via.u64;
    return HAR_OK;
}

enum har_status har_key_once(bool *seen, const char *key, struct har_error *err)
{
    if (*seen)
        return har_fail(err, HAR_INPUT, "%s: key comes twice", key);
    *seen = true;
    return HAR_OK;
}

const struct har_tensor *har_frame_find(const struct har_frame *frame, const char *name)
{
    for (size_t i = 0; i < frame->tensors; i++)
        if (strcmp(frame->tensor[i].name, name) == 0)
            return &frame->tensor[i];
    return NULL;
}

void har_frame_part(struct har_frame *part, const struct har_frame *frame, size_t first,
                    size_t count)
{
    *part = (struct har_frame){.kind = frame->kind, .rows = count, .tensors = frame->tensors};
    for (size_t t = 0; t < frame->tensors; t++)
        part->tensor[t] = har_tensor_part(&frame->tensor[t], first, count);
}

/* ---- data ---- */

/* Remembers where the number after the key stands: a stage may have to change it. */
static enum har_status take_seq(struct har_frame *frame, const msgpack_object_kv *pair,
                                struct har_error *err)
{
    const unsigned char *value =
        (const unsigned char *)pair->key.via.str.ptr + pair->key.via.str.size;
    frame->seq_at = (size_t)(value - frame->bytes);
    frame->seq_size = *value < 0x80 ? 1 : 1 + ((size_t)1 << (*value & 3));
    return har_object_count(&frame->seq, &pair->val, UINT64_MAX, "seq", err);
}

/* A map with the binary key nd. */
static bool is_tensor_like(const msgpack_object *object)
{
    if (object->type != MSGPACK_OBJECT_MAP)
        return false;
    for (uint32_t i = 0; i < object->via.map.size; i++) {
        const msgpack_object *key = &object->via.map.ptr[i].key;
        if (key->type == MSGPACK_OBJECT_BIN && key->via.bin.size == 2 &&
            memcmp(key->via.bin.ptr, "nd", 2) == 0)
            return true;
    }
    return false;
}

static enum har_status take_tensor(struct har_frame *frame, const struct har_decoder *decoder,
                                   const msgpack_object_kv *pair, struct har_error *err)
{
    char name[HAR_NAME_MAX + 1];
    const enum har_status status =
        har_object_text(name, sizeof name, &pair->key, "the name of a tensor", err);
    if (status != HAR_OK)
        return status;
    if (name[0] == '\0')
        return har_fail(err, HAR_INPUT, "a tensor without a name");
    if (!is_tensor_like(&pair->val) && decoder->newer)
        return HAR_OK;
    if (har_frame_find(frame, name) != NULL)
        return har_fail(err, HAR_INPUT, "%s: tensor comes twice", name);
    if (frame->tensors == HAR_TENSORS_MAX)
        return har_fail(err, HAR_INPUT, "more than %d tensors", HAR_TENSORS_MAX);
    return har_decode_tensor(&frame->tensor[frame->tensors++], name, &pair->val, err);
}

/* The keys of the format, each once. */
struct data_keys {
    bool kind, seq, name, offset;
};

static enum har_status take_data_pair(struct har_frame *frame, const struct har_decoder *decoder,
                                      struct data_keys *seen, const msgpack_object_kv *pair,
                                      struct har_error *err)
{
    const msgpack_object *key = &pair->key;
    if (har_object_is(key, "kind"))
        return har_key_once(&seen->kind, "kind", err);
    if (har_object_is(key, "seq")) {
        const enum har_status status = har_key_once(&seen->seq, "seq", err);
        return status == HAR_OK ? take_seq(frame, pair, err) : status;
    }
    if (har_object_is(key, "name")) {
        const enum har_status status = har_key_once(&seen->name, "name", err);
        return status == HAR_OK
                   ? har_object_text(frame->name, sizeof frame->name, &pair->val, "name", err)
                   : status;
    }
    if (har_object_is(key, "offset")) {
        const enum har_status status = har_key_once(&seen->offset, "offset", err);
        return status == HAR_OK
                   ? har_object_count(&frame->offset, &pair->val, SIZE_MAX / 2, "offset", err)
                   : status;
    }
    return take_tensor(frame, decoder, pair, err);
}

static enum har_status check_rows(struct har_frame *frame, const struct data_keys *seen,
                                  struct har_error *err)
{
    if (seen->name || seen->offset)
        return har_fail(err, HAR_INPUT, "%s: only a model's frames have this key",
                        seen->name ? "name" : "offset");
    for (size_t i = 0; i < frame->tensors; i++) {
        const struct har_tensor *tensor = &frame->tensor[i];
        if (strcmp(tensor->name, "value") == 0)
            return har_fail(err, HAR_INPUT, "value: only a model's frames have this key");
        if (tensor->rank == 0)
            return har_fail(err, HAR_INPUT, "%s: no dimensions, expected rows", tensor->name);
        if (tensor->shape[0] != frame->tensor[0].shape[0])
            return har_fail(err, HAR_INPUT, "%s has %zu rows, %s has %zu, expected the same",
                            tensor->name, tensor->shape[0], frame->tensor[0].name,
                            frame->tensor[0].shape[0]);
    }
    frame->rows = frame->tensors == 0 ? 0 : frame->tensor[0].shape[0];
    if (frame->rows > HAR_FRAME_MAX)
        return har_fail(err, HAR_INPUT, "%s: %zu rows, expected at most %d in a frame",
                        frame->tensor[0].name, frame->rows, HAR_FRAME_MAX);
    return HAR_OK;
}

static enum har_status check_weight(const struct har_frame *frame, const struct data_keys *seen,
                                    struct har_error *err)
{
    if (!seen->name || frame->name[0] == '\0')
        return har_fail(err, HAR_INPUT, "a model's frame without name");
    if (frame->tensors != 1 || strcmp(frame->tensor[0].name, "value") != 0)
        return har_fail(err, HAR_INPUT, "%s: expected one tensor, value", frame->name);
    if (seen->offset && frame->tensor[0].rank == 0)
        return har_fail(err, HAR_INPUT, "%s: offset into a value without dimensions", frame->name);
    return HAR_OK;
}

static enum har_status take_data(struct har_frame *frame, const struct har_decoder *decoder,
                                 const msgpack_object_map *map, struct har_error *err)
{
    struct data_keys seen = {0};
    for (uint32_t i = 0; i < map->size; i++) {
        const enum har_status status = take_data_pair(frame, decoder, &seen, &map->ptr[i], err);
        if (status != HAR_OK)
            return status;
    }
    if (!seen.seq)
        return har_fail(err, HAR_INPUT, "a data frame without seq");
    return decoder->form == HAR_FORM_MODEL ? check_weight(frame, &seen, err)
                                           : check_rows(frame, &seen, err);
}

/* A frame of a type that isn't known here: kind and seq alone are sure. */
static enum har_status take_foreign(struct har_frame *frame, const struct har_decoder *decoder,
                                    const msgpack_object_map *map, struct har_error *err)
{
    struct har_error as_rows = {0};
    if (take_data(frame, decoder, map, &as_rows) == HAR_OK)
        return HAR_OK;
    frame->tensors = frame->rows = 0;
    frame->name[0] = '\0';
    frame->offset = 0;
    for (uint32_t i = 0; i < map->size; i++)
        if (har_object_is(&map->ptr[i].key, "seq"))
            return take_seq(frame, &map->ptr[i], err);
    return har_fail(err, HAR_INPUT, "a data frame without seq");
}

/* ---- any ---- */

static enum har_status take_kind(struct har_frame *frame, const msgpack_object_map *map,
                                 struct har_error *err)
{
    static const char *const kinds[] = {"header", "data", "end"};
    for (uint32_t i = 0; i < map->size; i++) {
        if (!har_object_is(&map->ptr[i].key, "kind"))
            continue;
        for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
            if (har_object_is(&map->ptr[i].val, kinds[kind])) {
                frame->kind = (enum har_frame_kind)kind;
                return HAR_OK;
            }
        return har_fail(err, HAR_INPUT, "unknown kind, expected header, data or end");
    }
    return har_fail(err, HAR_INPUT, "not a frame of a HAR stream (a map without the key kind)");
}

static enum har_status decode_map(struct har_frame *frame, struct har_decoder *decoder,
                                  const msgpack_object_map *map, struct har_error *err)
{
    const enum har_status status = take_kind(frame, map, err);
    if (status != HAR_OK)
        return status;
    if (frame->kind == HAR_FRAME_HEADER)
        return har_decode_header(frame, decoder, map, err);
    if (frame->kind == HAR_FRAME_END)
        return har_decode_end(&frame->end, decoder, map, err);
    return decoder->form == HAR_FORM_FOREIGN ? take_foreign(frame, decoder, map, err)
                                             : take_data(frame, decoder, map, err);
}

enum har_status har_decode(struct har_frame *frame, struct har_decoder *decoder,
                           const unsigned char *bytes, size_t size, struct har_error *err)
{
    frame->bytes = bytes;
    frame->size = size;
    frame->header = NULL;
    frame->rows = frame->tensors = 0;
    frame->seq = frame->offset = 0;
    frame->name[0] = '\0';
    size_t used = 0;
    const msgpack_unpack_return result =
        msgpack_unpack_next(&decoder->object, (const char *)bytes, size, &used);
    if (result == MSGPACK_UNPACK_NOMEM_ERROR)
        return har_fail_memory(err);
    if (result != MSGPACK_UNPACK_SUCCESS || used != size ||
        decoder->object.data.type != MSGPACK_OBJECT_MAP)
        return har_fail(err, HAR_INPUT, "not msgpack");
    return decode_map(frame, decoder, &decoder->object.data.via.map, err);
}

void har_decoder_free(struct har_decoder *decoder)
{
    msgpack_unpacked_destroy(&decoder->object);
}
