#include "stream/decode.h"

static enum har_status take_flag(bool *flag, const msgpack_object *object, const char *what,
                                 struct har_error *err)
{
    if (object->type != MSGPACK_OBJECT_BOOLEAN)
        return har_fail(err, HAR_INPUT, "%s is neither true nor false", what);
    *flag = object->via.boolean;
    return HAR_OK;
}

static enum har_status take_crc(uint32_t *crc, const msgpack_object *object, const char *what,
                                struct har_error *err)
{
    uint64_t value = 0;
    const enum har_status status = har_object_count(&value, object, UINT32_MAX, what, err);
    *crc = (uint32_t)value;
    return status;
}

enum end_key {
    end_kind,
    end_frames,
    end_rows,
    end_crc32,
    end_more,
    end_status,
    end_message,
    end_input,
    end_check,
    end_keys
};

static const char *const end_names[end_keys] = {"kind",   "frames",  "rows",  "crc32", "more",
                                                "status", "message", "input", "check"};

static enum har_status take_end_value(struct har_end *end, enum end_key key,
                                      const msgpack_object *value, struct har_error *err)
{
    const char *name = end_names[key];
    uint64_t number = 0;
    enum har_status status = HAR_OK;
    switch (key) {
    case end_frames:
        return har_object_count(&end->frames, value, UINT64_MAX, name, err);
    case end_rows:
        return har_object_count(&end->rows, value, UINT64_MAX, name, err);
    case end_crc32:
        return take_crc(&end->crc32, value, name, err);
    case end_more:
        return take_flag(&end->more, value, name, err);
    case end_status:
        status = har_object_count(&number, value, HAR_LEAK, name, err);
        end->status = (enum har_status)number;
        return status;
    case end_message:
        return har_object_text(end->message, sizeof end->message, value, name, err);
    case end_input:
        end->has_input = true;
        return take_crc(&end->input, value, name, err);
    case end_check:
        end->has_check = true;
        return take_crc(&end->check, value, name, err);
    default:
        return HAR_OK;
    }
}

static enum end_key find_end_key(const msgpack_object *object)
{
    size_t key = 0;
    while (key < end_keys && !har_object_is(object, end_names[key]))
        key++;
    return (enum end_key)key;
}

static enum har_status check_end(const struct har_end *end, const bool seen[end_keys],
                                 struct har_error *err)
{
    for (size_t key = 0; key < end_input; key++)
        if (!seen[key])
            return har_fail(err, HAR_INPUT, "end frame without %s", end_names[key]);
    if ((end->status == HAR_OK) != (end->message[0] == '\0'))
        return har_fail(err, HAR_INPUT, "end frame with status %d and %s message", end->status,
                        end->message[0] == '\0' ? "no" : "a");
    return HAR_OK;
}

enum har_status har_decode_end(struct har_end *end, const struct har_decoder *decoder,
                               const msgpack_object_map *map, struct har_error *err)
{
    bool seen[end_keys] = {0};
    *end = (struct har_end){0};
    for (uint32_t i = 0; i < map->size; i++) {
        const enum end_key key = find_end_key(&map->ptr[i].key);
        if (key == end_keys && decoder->newer)
            continue;
        if (key == end_keys)
            return har_fail(err, HAR_INPUT, "end frame with an unknown key");
        enum har_status status = har_key_once(&seen[key], end_names[key], err);
        if (status == HAR_OK)
            status = take_end_value(end, key, &map->ptr[i].val, err);
        if (status != HAR_OK)
            return status;
    }
    return check_end(end, seen, err);
}
