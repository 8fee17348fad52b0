/* A model from a stream: frame by frame, or a whole file. */
#include "fit/model.h"

#include "base/checksum.h"
#include "base/memory.h"
#include "stream/header.h"
#include <stdlib.h>
#include <string.h>

/* The net's weights, or a block beside them. */
struct part {
    const char *prefix; /* "" */
    bool trained;
    har_real *values; /* owned but for the weights */
    size_t *filled;   /* reals that have come, by weight */
};

struct har_model_reader {
    struct har_model *model;
    size_t parts;
    struct part part[HAR_BLOCKS_MAX + 1]; /* the weights first */
};

void har_model_reader_free(struct har_model_reader *reader)
{
    if (reader == NULL)
        return;
    har_model_free(reader->model);
    for (size_t i = 0; i < reader->parts; i++) {
        free(reader->part[i].filled);
        if (i > 0)
            free(reader->part[i].values);
    }
    free(reader);
}

/* The net of a stream is input, not usage. */
static enum har_status read_net(struct har_net **net, const json_t *header, struct har_error *err)
{
    const char *text = har_header_text(header, "net", NULL);
    if (text == NULL)
        return har_fail(err, HAR_INPUT, "the model's header has no net");
    const enum har_status status = har_net_new(net, text, strlen(text), "net of the model", err);
    if (status == HAR_USAGE)
        err->status = HAR_INPUT;
    return status == HAR_USAGE ? HAR_INPUT : status;
}

/* Room for BLOCK, none of it filled. */
static enum har_status add_part(struct har_model_reader *reader,
                                const struct har_model_block *block, struct har_error *err)
{
    const struct har_net *net = reader->model->net;
    struct part *part = &reader->part[reader->parts++];
    *part = (struct part){
        .prefix = block->prefix,
        .trained = block->trained,
        .values = har_allocate_aligned(net->weights, sizeof *part->values),
        .filled = har_allocate(har_net_weight_count(net), sizeof *part->filled),
    };
    return part->values == NULL || part->filled == NULL ? har_fail_memory(err) : HAR_OK;
}

enum har_status har_model_reader_new(struct har_model_reader **result, const json_t *header,
                                     struct har_error *err)
{
    struct har_net *net = NULL;
    const enum har_status status = read_net(&net, header, err);
    if (status != HAR_OK)
        return status;
    struct har_model_reader *reader = har_allocate(1, sizeof *reader);
    struct har_model *model = har_allocate(1, sizeof *model);
    if (reader == NULL || model == NULL) {
        free(reader);
        free(model);
        har_net_free(net);
        return har_fail_memory(err);
    }
    reader->model = model;
    model->net = net;
    model->header = json_deep_copy(header);
    const struct har_model_block weights = {.prefix = ""};
    enum har_status made = add_part(reader, &weights, err);
    model->weights = reader->part[0].values;
    if (made == HAR_OK)
        made = model->header == NULL ? har_fail_memory(err) : har_model_temper(model, err);
    if (made == HAR_OK)
        *result = reader;
    else
        har_model_reader_free(reader);
    return made;
}

/* The part that NAME belongs to, *REST being its name there; NULL where none of them is wanted. */
static struct part *find_part(struct har_model_reader *reader, const char *name, const char **rest)
{
    const size_t length = strcspn(name, "/");
    *rest = name;
    if (memchr(name, '.', length) == NULL)
        return &reader->part[0];
    *rest = name[length] == '/' ? name + length + 1 : name + length;
    for (size_t i = 1; i < reader->parts; i++)
        if (strlen(reader->part[i].prefix) == length &&
            memcmp(reader->part[i].prefix, name, length) == 0)
            return &reader->part[i];
    return NULL;
}

/* The weight called NAME, its number in *NUMBER; NULL if the net has none. */
static const struct har_weight *find_weight(const struct har_net *net, const char *name,
                                            size_t *number)
{
    for (size_t i = 0; i < har_net_weight_count(net); i++) {
        char full[128];
        const struct har_weight *weight = har_net_weight(net, i, full);
        if (strcmp(full, name) == 0) {
            *number = i;
            return weight;
        }
    }
    return NULL;
}

/* VALUE is the weight, or its rows from OFFSET on. */
static bool fits(const struct har_weight *weight, const struct har_tensor *value, uint64_t offset)
{
    const struct har_shape *shape = &weight->shape;
    if (value->rank != shape->rank)
        return false;
    for (size_t d = 1; d < shape->rank; d++)
        if (value->shape[d] != shape->dim[d])
            return false;
    if (shape->rank == 0)
        return offset == 0;
    return offset <= shape->dim[0] && value->shape[0] <= shape->dim[0] - offset;
}

static enum har_status fail_shape(const char *name, const struct har_weight *weight,
                                  const struct har_tensor *value, uint64_t offset,
                                  struct har_error *err)
{
    char found[128], wanted[128];
    har_shape_text(found, value->rank, value->shape);
    har_shape_text(wanted, weight->shape.rank, weight->shape.dim);
    if (offset > 0)
        return har_fail(err, HAR_INPUT, "weight '%s' has %s at row %llu, the net wants %s", name,
                        found, (unsigned long long)offset, wanted);
    return har_fail(err, HAR_INPUT, "weight '%s' has shape %s, the net wants %s", name, found,
                    wanted);
}

/* COUNT reals from VALUE to OUT. */
static enum har_status copy_reals(har_real *out, const struct har_tensor *value,
                                  struct har_error *err)
{
    const size_t count = har_tensor_count(value);
    float *floats = har_allocate(count, sizeof *floats);
    if (floats == NULL)
        return har_fail_memory(err);
    har_tensor_floats(floats, value, 0, count);
    for (size_t i = 0; i < count; i++)
        out[i] = floats[i];
    free(floats);
    return HAR_OK;
}

enum har_status har_model_reader_add(struct har_model_reader *reader, const struct har_frame *frame,
                                     struct har_error *err)
{
    size_t number = 0;
    const char *name;
    const struct part *part = find_part(reader, frame->name, &name);
    if (part == NULL)
        return HAR_OK;
    const struct har_weight *weight = find_weight(reader->model->net, name, &number);
    const struct har_tensor *value = har_frame_find(frame, "value");
    if (weight == NULL || (part->trained && weight->offset >= reader->model->net->trained))
        return har_fail(err, HAR_INPUT, "the net has no weight '%s'", frame->name);
    if (value == NULL)
        return har_fail(err, HAR_INPUT, "weight '%s' has no value", frame->name);
    if (!fits(weight, value, frame->offset))
        return fail_shape(frame->name, weight, value, frame->offset, err);

    const size_t row = weight->shape.rank == 0 ? 1 : weight->size / weight->shape.dim[0];
    size_t *filled = &part->filled[number];
    if (frame->offset * row != *filled || *filled == weight->size)
        return har_fail(err, HAR_INPUT, "weight '%s' doesn't come once and in order", frame->name);
    har_real *place = part->values + weight->offset + *filled;
    const enum har_status status = copy_reals(place, value, err);
    if (status != HAR_OK)
        return status;
    if (!har_all_finite(place, har_tensor_count(value)))
        return har_fail(err, HAR_INPUT, "weight '%s' isn't finite", frame->name);
    *filled += har_tensor_count(value);
    return HAR_OK;
}

static bool is_empty(const struct part *part, const struct har_net *net)
{
    for (size_t i = 0; i < har_net_weight_count(net); i++)
        if (part->filled[i] > 0)
            return false;
    return true;
}

static enum har_status check_whole(const struct part *part, const struct har_net *net,
                                   struct har_error *err)
{
    for (size_t i = 0; i < har_net_weight_count(net); i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(net, i, name);
        if (part->filled[i] == weight->size || (part->trained && weight->offset >= net->trained))
            continue;
        return har_fail(err, HAR_INPUT, "weight '%s%s%s' %s", part->prefix,
                        part->prefix[0] == '\0' ? "" : "/", name,
                        part->filled[i] == 0 ? "is missing" : "isn't whole");
    }
    return HAR_OK;
}

enum har_status har_model_reader_end(struct har_model **model, struct har_model_reader *reader,
                                     struct har_error *err)
{
    const struct har_net *net = reader->model->net;
    enum har_status status = check_whole(&reader->part[0], net, err);
    for (size_t i = 1; status == HAR_OK && i < reader->parts; i++)
        if (!is_empty(&reader->part[i], net))
            status = check_whole(&reader->part[i], net, err);
    if (status == HAR_OK) {
        *model = reader->model;
        reader->model = NULL;
    }
    har_model_reader_free(reader);
    return status;
}

/* ---- a whole file ---- */

struct loading {
    struct har_model_reader *reader; /* while in a model's segment */
    struct har_model *model;
    uint32_t crc;
    struct har_model_block *block; /* that are wanted too */
    size_t blocks;
};

static enum har_status load_header(struct loading *loading, const struct har_reader *in,
                                   struct har_error *err)
{
    if (strcmp(har_reader_type(in), "model") != 0)
        return HAR_OK;
    if (loading->model != NULL)
        return har_fail(err, HAR_INPUT, "a second model where one is wanted");
    enum har_status status = har_model_reader_new(&loading->reader, har_reader_header(in), err);
    for (size_t i = 0; status == HAR_OK && i < loading->blocks; i++)
        status = add_part(loading->reader, &loading->block[i], err);
    return status;
}

static enum har_status load_data(struct loading *loading, const struct har_frame *frame,
                                 struct har_error *err)
{
    if (loading->reader == NULL)
        return HAR_OK;
    loading->crc = har_crc32(loading->crc, frame->bytes, frame->size);
    return har_model_reader_add(loading->reader, frame, err);
}

/* The values of the blocks that came become the caller's. */
static void take_blocks(struct loading *loading)
{
    struct har_model_reader *reader = loading->reader;
    for (size_t i = 0; i < loading->blocks; i++) {
        struct part *part = &reader->part[i + 1];
        if (is_empty(part, reader->model->net))
            continue;
        loading->block[i].values = part->values;
        part->values = NULL;
    }
}

static enum har_status load_end(struct loading *loading, const struct har_frame *frame,
                                struct har_error *err)
{
    if (frame->end.status != HAR_OK)
        return har_fail(err, frame->end.status, "%s", frame->end.message);
    if (loading->reader == NULL)
        return HAR_OK;
    take_blocks(loading);
    struct har_model_reader *reader = loading->reader;
    loading->reader = NULL;
    return har_model_reader_end(&loading->model, reader, err);
}

static enum har_status load_item(struct loading *loading, enum har_item item,
                                 const struct har_reader *in, struct har_error *err)
{
    enum har_status status = HAR_OK;
    if (item == HAR_ITEM_HEADER)
        status = load_header(loading, in, err);
    else if (item == HAR_ITEM_DATA)
        status = load_data(loading, har_reader_frame(in), err);
    else if (item == HAR_ITEM_END)
        status = load_end(loading, har_reader_frame(in), err);
    return status == HAR_OK ? HAR_OK : har_reader_at(in, err);
}

static enum har_status load_all(struct loading *loading, struct har_reader *in, const char *file,
                                struct har_error *err)
{
    enum har_item item = HAR_ITEM_EOF;
    enum har_status status;
    do {
        status = har_reader_next(&item, in, err);
        if (status == HAR_OK)
            status = load_item(loading, item, in, err);
    } while (status == HAR_OK && item != HAR_ITEM_EOF);
    if (status == HAR_OK && loading->model == NULL)
        status = har_fail(err, HAR_INPUT, "%s: there is no model in it", file);
    return status;
}

static enum har_status load(struct loading *loading, const char *file, struct har_error *err)
{
    struct har_reader *in = NULL;
    char *const files[] = {(char *)file};
    enum har_status status = har_reader_new(&in, files, 1, err);
    if (status != HAR_OK)
        return status;
    status = load_all(loading, in, file, err);
    har_model_reader_free(loading->reader);
    har_reader_free(in);
    if (status != HAR_OK)
        har_model_free(loading->model);
    return status;
}

enum har_status har_model_load(struct har_model **model, uint32_t *crc, const char *file,
                               struct har_error *err)
{
    struct loading loading = {0};
    const enum har_status status = load(&loading, file, err);
    if (status != HAR_OK)
        return status;
    *model = loading.model;
    *crc = loading.crc;
    return HAR_OK;
}

enum har_status har_model_load_blocks(struct har_model **model, struct har_model_block *block,
                                      size_t count, const char *file, struct har_error *err)
{
    struct loading loading = {.block = block, .blocks = count};
    for (size_t i = 0; i < count; i++)
        block[i].values = NULL;
    const enum har_status status = load(&loading, file, err);
    for (size_t i = 0; status != HAR_OK && i < count; i++) {
        free(block[i].values);
        block[i].values = NULL;
    }
    if (status == HAR_OK)
        *model = loading.model;
    return status;
}
