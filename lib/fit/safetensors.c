#include "fit/safetensors.h"

#include "base/memory.h"
#include "base/text.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { length_size = 8 };

static const char metadata_key[] = "__metadata__";

/* ---- one tensor's entry: {"dtype": "F32", "shape": [9,400], "data_offsets": [0,14400]} ---- */

static bool read_size(size_t *value, const json_t *number)
{
    if (!json_is_integer(number) || json_integer_value(number) < 0)
        return false;
    *value = (size_t)json_integer_value(number);
    return true;
}

static enum har_status read_type(struct har_safetensor *tensor, const json_t *entry,
                                 struct har_error *err)
{
    const char *type = json_string_value(json_object_get(entry, "dtype"));
    if (type == NULL)
        return har_fail(err, HAR_INPUT, "'%.100s' has no dtype", tensor->name);
    tensor->wide = strcmp(type, "F64") == 0;
    if (!tensor->wide && strcmp(type, "F32") != 0)
        return har_fail(err, HAR_INPUT, "'%.100s' is %.20s, expected F32 or F64", tensor->name,
                        type);
    return HAR_OK;
}

static enum har_status read_shape(struct har_safetensor *tensor, const json_t *entry,
                                  struct har_error *err)
{
    const json_t *shape = json_object_get(entry, "shape");
    tensor->rank = json_array_size(shape);
    if (!json_is_array(shape) || tensor->rank > HAR_SAFETENSORS_RANK_MAX)
        return har_fail(err, HAR_INPUT, "'%.100s' has no shape of at most %d dimensions",
                        tensor->name, HAR_SAFETENSORS_RANK_MAX);
    tensor->count = 1;
    for (size_t i = 0; i < tensor->rank; i++)
        if (!read_size(&tensor->shape[i], json_array_get(shape, i)) ||
            !har_multiply(&tensor->count, tensor->count, tensor->shape[i]))
            return har_fail(err, HAR_INPUT, "'%.100s': its shape can't be", tensor->name);
    return HAR_OK;
}

static enum har_status read_offsets(struct har_safetensor *tensor, const json_t *entry, size_t size,
                                    struct har_error *err)
{
    const json_t *offsets = json_object_get(entry, "data_offsets");
    if (json_array_size(offsets) != 2 || !read_size(&tensor->first, json_array_get(offsets, 0)) ||
        !read_size(&tensor->last, json_array_get(offsets, 1)))
        return har_fail(err, HAR_INPUT, "'%.100s' has no data_offsets [first,last]", tensor->name);
    if (tensor->last > size || tensor->first > tensor->last)
        return har_fail(err, HAR_INPUT, "'%.100s': data_offsets [%zu,%zu], but there are %zu bytes",
                        tensor->name, tensor->first, tensor->last, size);
    size_t bytes;
    if (!har_multiply(&bytes, tensor->count, tensor->wide ? sizeof(double) : sizeof(float)) ||
        bytes != tensor->last - tensor->first)
        return har_fail(err, HAR_INPUT, "'%.100s': %zu bytes, its shape needs another number",
                        tensor->name, tensor->last - tensor->first);
    return HAR_OK;
}

static enum har_status read_tensor(struct har_safetensor *tensor, const char *name,
                                   const json_t *entry, size_t size, struct har_error *err)
{
    tensor->name = name;
    if (!json_is_object(entry))
        return har_fail(err, HAR_INPUT, "'%.100s' isn't an object", name);
    enum har_status status = read_type(tensor, entry, err);
    if (status == HAR_OK)
        status = read_shape(tensor, entry, err);
    return status == HAR_OK ? read_offsets(tensor, entry, size, err) : status;
}

/* ---- the file ---- */

static enum har_status read_header(struct har_safetensors *file, size_t *data, const char *bytes,
                                   size_t size, struct har_error *err)
{
    uint64_t length;
    if (size < length_size)
        return har_fail(err, HAR_INPUT, "%zu bytes, expected at least %d", size, length_size);
    memcpy(&length, bytes, sizeof length);
    length = le64toh(length);
    if (length > HAR_SAFETENSORS_HEADER_MAX)
        return har_fail(err, HAR_INPUT, "not safetensors: a header of more than 100 MB");
    if (length > size - length_size)
        return har_fail(err, HAR_INPUT, "truncated: a header of %llu bytes, but only %zu follow",
                        (unsigned long long)length, size - length_size);
    json_error_t fault;
    file->header = json_loadb(bytes + length_size, (size_t)length, JSON_REJECT_DUPLICATES, &fault);
    if (file->header == NULL)
        return har_fail(err, HAR_INPUT, "the header isn't JSON: line %d, column %d: %.150s",
                        fault.line, fault.column, fault.text);
    if (!json_is_object(file->header))
        return har_fail(err, HAR_INPUT, "the header isn't a JSON object");
    *data = length_size + (size_t)length;
    return HAR_OK;
}

static enum har_status check_metadata(const json_t *metadata, struct har_error *err)
{
    if (metadata == NULL)
        return HAR_OK;
    const char *key;
    json_t *value;
    if (!json_is_object(metadata))
        return har_fail(err, HAR_INPUT, "%s isn't an object", metadata_key);
    json_object_foreach((json_t *)metadata, key, value) if (!json_is_string(value)) return har_fail(
        err, HAR_INPUT, "%s: '%.100s' isn't a text", metadata_key, key);
    return HAR_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct har_safetensor *left = a, *right = b;
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    if (left->last != right->last)
        return left->last < right->last ? -1 : 1;
    return strcmp(left->name, right->name);
}

/* Each begins where the one before ended, and the last ends with the file. */
static enum har_status check_places(const struct har_safetensors *file, size_t size,
                                    struct har_error *err)
{
    size_t end = 0;
    for (size_t i = 0; i < file->count; i++) {
        const struct har_safetensor *tensor = &file->tensor[i];
        if (tensor->first != end)
            return har_fail(
                err, HAR_INPUT, "'%.100s' begins at byte %zu of the data, %s %zu", tensor->name,
                tensor->first,
                tensor->first < end ? "overlapping what ends at" : "leaving a gap after", end);
        end = tensor->last;
    }
    if (end != size)
        return har_fail(err, HAR_INPUT, "%zu bytes of data, expected %zu", size, end);
    return HAR_OK;
}

static enum har_status read_tensors(struct har_safetensors *file, const char *data, size_t size,
                                    struct har_error *err)
{
    const char *name;
    json_t *entry;
    file->tensor = har_allocate(json_object_size(file->header), sizeof *file->tensor);
    if (file->tensor == NULL)
        return har_fail_memory(err);
    json_object_foreach(file->header, name, entry)
    {
        struct har_safetensor *tensor = &file->tensor[file->count];
        if (strcmp(name, metadata_key) == 0)
            continue;
        if (read_tensor(tensor, name, entry, size, err) != HAR_OK)
            return err->status;
        tensor->data = (const unsigned char *)data + tensor->first;
        file->count++;
    }
    qsort(file->tensor, file->count, sizeof *file->tensor, by_place);
    return check_places(file, size, err);
}

enum har_status har_safetensors_parse(struct har_safetensors *file, const void *bytes, size_t size,
                                      struct har_error *err)
{
    *file = (struct har_safetensors){0};
    size_t data = 0;
    enum har_status status = read_header(file, &data, bytes, size, err);
    if (status == HAR_OK)
        status = check_metadata(json_object_get(file->header, metadata_key), err);
    if (status == HAR_OK)
        status = read_tensors(file, (const char *)bytes + data, size - data, err);
    if (status != HAR_OK)
        har_safetensors_free(file);
    return status;
}

void har_safetensors_free(struct har_safetensors *file)
{
    free(file->tensor);
    json_decref(file->header);
    *file = (struct har_safetensors){0};
}

/* ---- weights ---- */

static const struct har_safetensor *find_tensor(const struct har_safetensors *file,
                                                const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->tensor[i].name, name) == 0)
            return &file->tensor[i];
    return NULL;
}

static double element(const struct har_safetensor *tensor, size_t index)
{
    if (tensor->wide) {
        double value;
        memcpy(&value, tensor->data + index * sizeof value, sizeof value);
        return value;
    }
    float value;
    memcpy(&value, tensor->data + index * sizeof value, sizeof value);
    return (double)value;
}

static enum har_status fill_weight(har_real *out, const struct har_weight *weight, const char *name,
                                   const struct har_safetensor *tensor, struct har_error *err)
{
    if (tensor == NULL)
        return har_fail(err, HAR_INPUT, "there is no weight '%s' in it", name);
    if (tensor->rank != weight->shape.rank ||
        memcmp(tensor->shape, weight->shape.dim, tensor->rank * sizeof *tensor->shape) != 0) {
        char found[128], wanted[128];
        har_shape_text(found, tensor->rank, tensor->shape);
        har_shape_text(wanted, weight->shape.rank, weight->shape.dim);
        return har_fail(err, HAR_INPUT, "weight '%s' has shape %s, the net wants %s", name, found,
                        wanted);
    }
    for (size_t i = 0; i < weight->size; i++) {
        const float value = (float)element(tensor, i);
        if (!isfinite(value))
            return har_fail(err, HAR_INPUT, "weight '%s' isn't finite", name);
        out[i] = value;
    }
    return HAR_OK;
}

static bool has_weight(const struct har_net *net, const char *wanted)
{
    for (size_t i = 0; i < har_net_weight_count(net); i++) {
        char name[128];
        har_net_weight(net, i, name);
        if (strcmp(name, wanted) == 0)
            return true;
    }
    return false;
}

/* The hint names the net's weights that the file lacks, as far as a line goes. */
static enum har_status fail_unknown(const struct har_net *net, const struct har_safetensors *file,
                                    const char *unknown, struct har_error *err)
{
    char names[300] = "";
    for (size_t i = 0; i < har_net_weight_count(net); i++) {
        char name[128];
        har_net_weight(net, i, name);
        if (find_tensor(file, name) == NULL)
            har_text_list(names, sizeof names, name);
    }
    har_fail(err, HAR_INPUT, "the net has no weight '%.100s'", unknown);
    return names[0] == '\0' ? err->status
                            : har_error_hint(err, "it has, and the file lacks: %s", names);
}

enum har_status har_safetensors_fill(struct har_model *model, const struct har_safetensors *file,
                                     struct har_error *err)
{
    for (size_t i = 0; i < file->count; i++)
        if (!has_weight(model->net, file->tensor[i].name))
            return fail_unknown(model->net, file, file->tensor[i].name, err);
    for (size_t i = 0; i < har_net_weight_count(model->net); i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(model->net, i, name);
        if (fill_weight(model->weights + weight->offset, weight, name, find_tensor(file, name),
                        err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}
