#include "stream/decode.h"
#include "stream/header.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *to_json(const msgpack_object *object, struct har_error *err);

static json_t *refuse(struct har_error *err, const char *what)
{
    har_fail(err, HAR_INPUT, "%s", what);
    return NULL;
}

/* VALUE, or NULL with "out of memory". */
static json_t *checked(json_t *value, struct har_error *err)
{
    if (value == NULL)
        har_fail_memory(err);
    return value;
}

static json_t *string_to_json(const msgpack_object_str *string, struct har_error *err)
{
    const char *text = string->size == 0 ? "" : string->ptr; /* msgpack-c's may be NULL */
    if (memchr(text, '\0', string->size) != NULL)
        return refuse(err, "a text with a NUL byte");
    json_t *value = json_stringn(text, string->size);
    return value != NULL ? value : refuse(err, "a text that isn't UTF-8");
}

static json_t *number_to_json(const msgpack_object *object, struct har_error *err)
{
    switch (object->type) {
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        if (object->via.u64 > INT64_MAX)
            return refuse(err, "an integer above 9223372036854775807");
        return checked(json_integer((json_int_t)object->via.u64), err);
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        return checked(json_integer(object->via.i64), err);
    default:
        if (!isfinite(object->via.f64))
            return refuse(err, isnan(object->via.f64) ? "NaN, expected a finite number"
                                                      : "infinity, expected a finite number");
        return checked(json_real(object->via.f64), err);
    }
}

static json_t *array_to_json(const msgpack_object_array *array, struct har_error *err)
{
    json_t *list = checked(json_array(), err);
    for (uint32_t i = 0; list != NULL && i < array->size; i++) {
        json_t *item = to_json(&array->ptr[i], err);
        if (item != NULL && json_array_append_new(list, item) != 0) {
            har_fail_memory(err);
            item = NULL;
        }
        if (item == NULL) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* Adds one pair of a map to OBJECT; faults are placed by the key. */
static enum har_status add_pair(json_t *object, const msgpack_object_kv *pair,
                                struct har_error *err)
{
    if (pair->key.type != MSGPACK_OBJECT_STR)
        return har_fail(err, HAR_INPUT, "a key that isn't text");
    json_t *name = string_to_json(&pair->key.via.str, err);
    if (name == NULL)
        return har_error_at(err, "a key");
    const char *key = json_string_value(name);
    enum har_status status = HAR_OK;
    if (json_object_get(object, key) != NULL) {
        status = har_fail(err, HAR_INPUT, "%.100s: key comes twice", key);
    } else {
        json_t *value = to_json(&pair->val, err);
        if (value == NULL)
            status = har_error_at(err, "%.100s", key);
        else if (json_object_set_new_nocheck(object, key, value) != 0)
            status = har_fail_memory(err);
    }
    json_decref(name);
    return status;
}

static json_t *map_to_json(const msgpack_object_map *map, struct har_error *err)
{
    json_t *object = checked(json_object(), err);
    for (uint32_t i = 0; object != NULL && i < map->size; i++)
        if (add_pair(object, &map->ptr[i], err) != HAR_OK) {
            json_decref(object);
            return NULL;
        }
    return object;
}

/* A new reference, or NULL with ERR filled in. */
static json_t *to_json(const msgpack_object *object, struct har_error *err)
{
    switch (object->type) {
    case MSGPACK_OBJECT_NIL:
        return json_null();
    case MSGPACK_OBJECT_BOOLEAN:
        return json_boolean(object->via.boolean);
    case MSGPACK_OBJECT_STR:
        return string_to_json(&object->via.str, err);
    case MSGPACK_OBJECT_ARRAY:
        return array_to_json(&object->via.array, err);
    case MSGPACK_OBJECT_MAP:
        return map_to_json(&object->via.map, err);
    case MSGPACK_OBJECT_BIN:
        return refuse(err, "binary, expected text, numbers, lists and maps");
    case MSGPACK_OBJECT_EXT:
        return refuse(err, "a msgpack extension, expected text, numbers, lists and maps");
    default:
        return number_to_json(object, err);
    }
}

static enum har_status check_version(bool *newer, const json_t *header, struct har_error *err)
{
    const json_t *version = json_object_get(header, "har");
    const json_t *major = json_array_get(version, 0), *minor = json_array_get(version, 1);
    if (version == NULL)
        return har_fail(err, HAR_INPUT, "not a HAR stream (a map without the key har)");
    if (json_array_size(version) != 2 || !json_is_integer(major) || !json_is_integer(minor) ||
        json_integer_value(major) < 0 || json_integer_value(minor) < 0)
        return har_fail(err, HAR_INPUT, "har is no version, expected [%d,%d]", HAR_MAJOR,
                        HAR_MINOR);
    if (json_integer_value(major) != HAR_MAJOR)
        return har_fail(err, HAR_INPUT, "stream is format %lld.%lld, expected %d.x",
                        (long long)json_integer_value(major), (long long)json_integer_value(minor),
                        HAR_MAJOR);
    *newer = json_integer_value(minor) > HAR_MINOR;
    return HAR_OK;
}

static enum har_form form_of(const char *type)
{
    static const char *const rows[] = {"recordings", "windows", "results", "error"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(type, rows[i]) == 0)
            return HAR_FORM_ROWS;
    return strcmp(type, "model") == 0 ? HAR_FORM_MODEL : HAR_FORM_FOREIGN;
}

static enum har_status check_header(struct har_decoder *decoder, json_t *header,
                                    struct har_error *err)
{
    enum har_status status = check_version(&decoder->newer, header, err);
    if (status == HAR_OK)
        status = har_header_check(header, err);
    if (status != HAR_OK)
        return status;
    const char *type = json_string_value(json_object_get(header, "type"));
    if (type == NULL || type[0] == '\0')
        return har_fail(err, HAR_INPUT, "header: no type");
    decoder->form = form_of(type);
    if (!decoder->newer)
        json_object_del(header, "har");
    json_object_del(header, "kind");
    return HAR_OK;
}

enum har_status har_decode_header(struct har_frame *frame, struct har_decoder *decoder,
                                  const msgpack_object_map *map, struct har_error *err)
{
    json_t *header = map_to_json(map, err);
    if (header == NULL)
        return har_error_at(err, "header");
    if (check_header(decoder, header, err) != HAR_OK) {
        json_decref(header);
        return err->status;
    }
    frame->header = header;
    return HAR_OK;
}
