#include "stream/tensor.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "payloads are used as they come");

static const struct {
    const char *name;
    size_t size;
} dtypes[] = {
    [HAR_F4] = {"<f4", 4}, [HAR_F8] = {"<f8", 8}, [HAR_U1] = {"|u1", 1}, [HAR_I1] = {"|i1", 1},
    [HAR_I4] = {"<i4", 4}, [HAR_I8] = {"<i8", 8}, [HAR_B1] = {"|b1", 1},
};

size_t har_dtype_size(enum har_dtype type)
{
    return dtypes[type].size;
}

const char *har_dtype_name(enum har_dtype type)
{
    return dtypes[type].name;
}

static bool shape_bytes(size_t *bytes, enum har_dtype type, size_t rank, const size_t *shape)
{
    *bytes = har_dtype_size(type);
    for (size_t i = 0; i < rank; i++)
        if (!har_multiply(bytes, *bytes, shape[i]))
            return false;
    return true;
}

enum har_status har_tensor_view(struct har_tensor *view, const char *name, enum har_dtype type,
                                size_t rank, const size_t *shape, const void *data,
                                struct har_error *err)
{
    const size_t length = strlen(name);
    if (length > HAR_NAME_MAX)
        return har_fail(err, HAR_INPUT, "tensor name '%.40s…' has %zu bytes, expected at most %d",
                        name, length, HAR_NAME_MAX);
    if (rank > HAR_RANK_MAX)
        return har_fail(err, HAR_INPUT, "%s has %zu dimensions, expected at most %d", name, rank,
                        HAR_RANK_MAX);
    size_t bytes;
    if (!shape_bytes(&bytes, type, rank, shape))
        return har_fail(err, HAR_INPUT, "%s: the size of its shape overflows", name);
    *view = (struct har_tensor){.type = type, .rank = rank, .data = data, .bytes = bytes};
    memcpy(view->name, name, length + 1);
    for (size_t i = 0; i < rank; i++)
        view->shape[i] = shape[i];
    return HAR_OK;
}

size_t har_tensor_rows(const struct har_tensor *tensor)
{
    return tensor->rank == 0 ? 1 : tensor->shape[0];
}

size_t har_tensor_row_bytes(const struct har_tensor *tensor)
{
    size_t bytes = har_dtype_size(tensor->type);
    for (size_t i = 1; i < tensor->rank; i++)
        bytes *= tensor->shape[i];
    return bytes;
}

size_t har_tensor_count(const struct har_tensor *tensor)
{
    return tensor->bytes / har_dtype_size(tensor->type);
}

bool har_tensor_rows_are(const struct har_tensor *tensor, enum har_dtype type, size_t rank,
                         const size_t *shape)
{
    if (tensor->type != type || tensor->rank != rank)
        return false;
    for (size_t i = 1; i < rank; i++)
        if (tensor->shape[i] != shape[i])
            return false;
    return true;
}

struct har_tensor har_tensor_part(const struct har_tensor *tensor, size_t first, size_t count)
{
    const size_t row_bytes = har_tensor_row_bytes(tensor);
    struct har_tensor part = *tensor;
    part.shape[0] = count;
    part.data = tensor->data + first * row_bytes;
    part.bytes = count * row_bytes;
    return part;
}

static double load_float(const unsigned char *element, enum har_dtype type)
{
    if (type == HAR_F4) {
        float value;
        memcpy(&value, element, sizeof value);
        return (double)value;
    }
    double value;
    memcpy(&value, element, sizeof value);
    return value;
}

static int64_t load_integer(const unsigned char *element, enum har_dtype type)
{
    int32_t four;
    int64_t eight;
    switch (type) {
    case HAR_I4:
        memcpy(&four, element, sizeof four);
        return four;
    case HAR_I8:
        memcpy(&eight, element, sizeof eight);
        return eight;
    case HAR_I1:
        return (int64_t)*element - (*element > INT8_MAX ? UINT8_MAX + 1 : 0);
    default:
        return *element;
    }
}

static bool is_float(enum har_dtype type)
{
    return type == HAR_F4 || type == HAR_F8;
}

double har_tensor_number(const struct har_tensor *tensor, size_t index)
{
    const unsigned char *element = tensor->data + index * har_dtype_size(tensor->type);
    return is_float(tensor->type) ? load_float(element, tensor->type)
                                  : (double)load_integer(element, tensor->type);
}

void har_tensor_text(char text[HAR_DECIMAL], const struct har_tensor *tensor, size_t index)
{
    const unsigned char *element = tensor->data + index * har_dtype_size(tensor->type);
    if (is_float(tensor->type))
        har_decimal(text, load_float(element, tensor->type), tensor->type == HAR_F4);
    else
        snprintf(text, HAR_DECIMAL, "%" PRId64, load_integer(element, tensor->type));
}

void har_tensor_floats(float *out, const struct har_tensor *tensor, size_t first, size_t count)
{
    const size_t size = har_dtype_size(tensor->type);
    const unsigned char *element = tensor->data + first * size;
    if (count > 0 && tensor->type == HAR_F4)
        memcpy(out, element, count * size);
    else if (is_float(tensor->type))
        for (size_t i = 0; i < count; i++)
            out[i] = (float)load_float(element + i * size, tensor->type);
    else
        for (size_t i = 0; i < count; i++)
            out[i] = (float)load_integer(element + i * size, tensor->type);
}

static bool is_whole(double value)
{
    return value >= -0x1p63 && value < 0x1p63 && (double)(int64_t)value == value;
}

static enum har_status whole_floats(int64_t *out, const struct har_tensor *tensor, size_t first,
                                    size_t count, struct har_error *err)
{
    const size_t size = har_dtype_size(tensor->type);
    for (size_t i = 0; i < count; i++) {
        const double value = load_float(tensor->data + (first + i) * size, tensor->type);
        if (!is_whole(value))
            return har_fail(err, HAR_INPUT, "%s: element %zu is %g, expected a whole number",
                            tensor->name, first + i, value);
        out[i] = (int64_t)value;
    }
    return HAR_OK;
}

enum har_status har_tensor_integers(int64_t *out, const struct har_tensor *tensor, size_t first,
                                    size_t count, struct har_error *err)
{
    if (is_float(tensor->type))
        return whole_floats(out, tensor, first, count, err);
    const size_t size = har_dtype_size(tensor->type);
    for (size_t i = 0; i < count; i++)
        out[i] = load_integer(tensor->data + (first + i) * size, tensor->type);
    return HAR_OK;
}

void har_shape_text(char text[128], size_t rank, const size_t *shape)
{
    const size_t room = 128;
    size_t used = (size_t)snprintf(text, room, "(");
    for (size_t i = 0; i < rank && used < room; i++)
        used += (size_t)snprintf(text + used, room - used, i == 0 ? "%zu" : ",%zu", shape[i]);
    if (used < room)
        snprintf(text + used, room - used, rank == 1 ? ",)" : ")");
}
