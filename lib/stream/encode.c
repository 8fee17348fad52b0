#include "stream/encode.h"

#include <string.h>

bool har_pack_map(msgpack_packer *packer, size_t count)
{
    return msgpack_pack_map(packer, count) == 0;
}

bool har_pack_array(msgpack_packer *packer, size_t count)
{
    return msgpack_pack_array(packer, count) == 0;
}

bool har_pack_count(msgpack_packer *packer, uint64_t value)
{
    return msgpack_pack_uint64(packer, value) == 0;
}

bool har_pack_flag(msgpack_packer *packer, bool value)
{
    return (value ? msgpack_pack_true(packer) : msgpack_pack_false(packer)) == 0;
}

static bool pack_string(msgpack_packer *packer, const char *text, size_t size)
{
    return msgpack_pack_str(packer, size) == 0 && msgpack_pack_str_body(packer, text, size) == 0;
}

bool har_pack_text(msgpack_packer *packer, const char *text)
{
    return pack_string(packer, text, strlen(text));
}

bool har_pack_bytes(msgpack_packer *packer, const char *text)
{
    const size_t size = strlen(text);
    return msgpack_pack_bin(packer, size) == 0 && msgpack_pack_bin_body(packer, text, size) == 0;
}

static bool pack_list(msgpack_packer *packer, const json_t *list)
{
    bool ok = har_pack_array(packer, json_array_size(list));
    for (size_t i = 0; ok && i < json_array_size(list); i++)
        ok = har_pack_json(packer, json_array_get(list, i));
    return ok;
}

static bool pack_object(msgpack_packer *packer, const json_t *object)
{
    const char *key;
    json_t *value;
    bool ok = har_pack_map(packer, json_object_size(object));
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        ok = ok && har_pack_text(packer, key) && har_pack_json(packer, value);
    }
    return ok;
}

bool har_pack_json(msgpack_packer *packer, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return pack_object(packer, value);
    case JSON_ARRAY:
        return pack_list(packer, value);
    case JSON_STRING:
        return pack_string(packer, json_string_value(value), json_string_length(value));
    case JSON_INTEGER:
        return msgpack_pack_int64(packer, json_integer_value(value)) == 0;
    case JSON_REAL:
        return msgpack_pack_double(packer, json_real_value(value)) == 0;
    case JSON_NULL:
        return msgpack_pack_nil(packer) == 0;
    default:
        return har_pack_flag(packer, json_is_true(value));
    }
}
