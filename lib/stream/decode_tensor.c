#include "stream/decode.h"

#include <string.h>

/* The map of five, by its keys. */
struct parts {
    const msgpack_object *nd, *type, *kind, *shape, *data;
};

static bool is_bytes(const msgpack_object *object, const char *text)
{
    const size_t size = strlen(text);
    return object->type == MSGPACK_OBJECT_BIN && object->via.bin.size == size &&
           (size == 0 || memcmp(object->via.bin.ptr, text, size) == 0);
}

static enum har_status not_a_tensor(const char *name, struct har_error *err)
{
    return har_fail(err, HAR_INPUT,
                    "%s: not a tensor, expected a map of the binary keys nd, type, kind, shape, "
                    "data, as msgpack-numpy writes it",
                    name);
}

static bool take_part(struct parts *parts, const msgpack_object_kv *pair)
{
    const struct {
        const char *key;
        const msgpack_object **part;
    } known[] = {{"nd", &parts->nd},
                 {"type", &parts->type},
                 {"kind", &parts->kind},
                 {"shape", &parts->shape},
                 {"data", &parts->data}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is_bytes(&pair->key, known[i].key) && *known[i].part == NULL) {
            *known[i].part = &pair->val;
            return true;
        }
    return false;
}

static enum har_status take_parts(struct parts *parts, const char *name,
                                  const msgpack_object *object, struct har_error *err)
{
    if (object->type != MSGPACK_OBJECT_MAP)
        return not_a_tensor(name, err);
    for (uint32_t i = 0; i < object->via.map.size; i++)
        if (!take_part(parts, &object->via.map.ptr[i]))
            return not_a_tensor(name, err);
    if (parts->nd == NULL || parts->nd->type != MSGPACK_OBJECT_BOOLEAN)
        return not_a_tensor(name, err);
    if (!parts->nd->via.boolean)
        return har_fail(err, HAR_INPUT, "%s: a numpy scalar (nd false), expected an array", name);
    if (parts->type == NULL || parts->kind == NULL || parts->shape == NULL || parts->data == NULL)
        return not_a_tensor(name, err);
    return HAR_OK;
}

static enum har_status check_kind(const struct parts *parts, const char *name,
                                  struct har_error *err)
{
    if (is_bytes(parts->kind, ""))
        return HAR_OK;
    if (is_bytes(parts->kind, "O"))
        return har_fail(err, HAR_INPUT, "%s: an array of Python objects, expected numbers", name);
    if (is_bytes(parts->kind, "V"))
        return har_fail(err, HAR_INPUT, "%s: a structured array, expected plain numbers", name);
    return not_a_tensor(name, err);
}

/* Why a type of NumPy's isn't one of a stream. */
static const char *describe_type(const char *type)
{
    if (type[0] == '>')
        return "is big-endian";
    if (strcmp(type, "<f2") == 0)
        return "is half precision";
    if (strcmp(type, "<i2") == 0 || strcmp(type, "<u2") == 0)
        return "is 16-bit";
    if (type[0] != '\0' && type[1] == 'c')
        return "is complex";
    return "isn't of the format";
}

static enum har_status take_type(struct har_tensor *tensor, const char *name,
                                 const msgpack_object *object, struct har_error *err)
{
    char type[16], what[HAR_NAME_MAX + 16];
    snprintf(what, sizeof what, "%s: type", name);
    enum har_status status = har_object_text(type, sizeof type, object, what, err);
    if (status != HAR_OK)
        return status;
    for (int known = HAR_F4; known <= HAR_B1; known++)
        if (strcmp(type, har_dtype_name((enum har_dtype)known)) == 0) {
            tensor->type = (enum har_dtype)known;
            return HAR_OK;
        }
    return har_fail(err, HAR_INPUT, "%s: type %s %s, expected <f4, <f8, |u1, |i1, <i4, <i8 or |b1",
                    name, type, describe_type(type));
}

static enum har_status take_shape(struct har_tensor *tensor, const char *name,
                                  const msgpack_object *object, struct har_error *err)
{
    if (object->type != MSGPACK_OBJECT_ARRAY)
        return har_fail(err, HAR_INPUT, "%s: shape is no array, expected one of counts", name);
    tensor->rank = object->via.array.size;
    if (tensor->rank > HAR_RANK_MAX)
        return har_fail(err, HAR_INPUT, "%s: %zu dimensions, expected at most %d", name,
                        tensor->rank, HAR_RANK_MAX);
    for (size_t i = 0; i < tensor->rank; i++) {
        const msgpack_object *dimension = &object->via.array.ptr[i];
        if (dimension->type == MSGPACK_OBJECT_NEGATIVE_INTEGER)
            return har_fail(err, HAR_INPUT, "%s: dimension %zu is negative (%lld)", name, i,
                            (long long)dimension->via.i64);
        if (dimension->type != MSGPACK_OBJECT_POSITIVE_INTEGER)
            return har_fail(err, HAR_INPUT, "%s: dimension %zu is no integer", name, i);
        if (dimension->via.u64 > SIZE_MAX / 2)
            return har_fail(err, HAR_INPUT, "%s: dimension %zu is too large (%llu)", name, i,
                            (unsigned long long)dimension->via.u64);
        tensor->shape[i] = (size_t)dimension->via.u64;
    }
    return HAR_OK;
}

static enum har_status take_data(struct har_tensor *tensor, const char *name,
                                 const msgpack_object *object, struct har_error *err)
{
    if (object->type != MSGPACK_OBJECT_BIN)
        return har_fail(err, HAR_INPUT, "%s: data isn't binary", name);
    const char *data = object->via.bin.size == 0 ? "" : object->via.bin.ptr;
    size_t shape[HAR_RANK_MAX] = {0};
    memcpy(shape, tensor->shape, tensor->rank * sizeof *shape);
    const enum har_status status =
        har_tensor_view(tensor, name, tensor->type, tensor->rank, shape, data, err);
    if (status != HAR_OK || tensor->bytes == object->via.bin.size)
        return status;
    char text[128];
    har_shape_text(text, tensor->rank, tensor->shape);
    return har_fail(err, HAR_INPUT, "%s: data has %lu bytes, shape %s of %s wants %zu", name,
                    (unsigned long)object->via.bin.size, text, har_dtype_name(tensor->type),
                    tensor->bytes);
}

enum har_status har_decode_tensor(struct har_tensor *tensor, const char *name,
                                  const msgpack_object *object, struct har_error *err)
{
    struct parts parts = {0};
    enum har_status status = take_parts(&parts, name, object, err);
    if (status == HAR_OK)
        status = check_kind(&parts, name, err);
    if (status == HAR_OK)
        status = take_type(tensor, name, parts.type, err);
    if (status == HAR_OK)
        status = take_shape(tensor, name, parts.shape, err);
    if (status == HAR_OK)
        status = take_data(tensor, name, parts.data, err);
    return status;
}
