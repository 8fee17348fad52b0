#include "fit/model.h"

#include "base/memory.h"
#include "stream/header.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void har_model_free(struct har_model *model)
{
    if (model == NULL)
        return;
    har_net_free(model->net);
    free(model->weights);
    json_decref(model->header);
    free(model);
}

static const char *profile_name(enum har_profile profile)
{
    return profile == HAR_KERAS3 ? "keras3" : "keras2";
}

/* Takes NET and HEADER in any case. */
static struct har_model *assemble(struct har_net *net, json_t *header, struct har_error *err)
{
    struct har_model *model = har_allocate(1, sizeof *model);
    har_real *weights = har_allocate_aligned(net->weights, sizeof *weights);
    if (model == NULL || weights == NULL || header == NULL) {
        free(weights);
        free(model);
        har_net_free(net);
        json_decref(header);
        har_fail_memory(err);
        return NULL;
    }
    *model = (struct har_model){net, weights, header, 1};
    return model;
}

enum har_status har_model_temper(struct har_model *model, struct har_error *err)
{
    struct har_error ignored = {0};
    const json_t *value = json_object_get(model->header, "temperature");
    model->temperature = value == NULL ? 1 : json_number_value(value);
    if (!isfinite(model->temperature) || model->temperature <= 0)
        return har_fail(err, HAR_INPUT, "the model's temperature isn't a number above 0");
    if (model->temperature != 1 && har_net_classifies(model->net, &ignored) != HAR_OK)
        return har_fail(err, HAR_INPUT, "the model has a temperature, but its net no softmax");
    return HAR_OK;
}

enum har_status har_model_new(struct har_model **result, struct har_net *net, json_t *header,
                              uint64_t seed, struct har_error *err)
{
    struct har_model *model = assemble(net, header, err);
    if (model == NULL)
        return err->status;
    enum har_status status = HAR_OK;
    if (json_object_set_new(header, "type", json_string("model")) != 0 ||
        json_object_set_new(header, "net", json_string(net->text)) != 0 ||
        json_object_set_new(header, "profile", json_string(profile_name(net->profile))) != 0)
        status = har_fail_memory(err);
    if (status == HAR_OK)
        status = har_net_initialize(net, model->weights, seed, err);
    if (status == HAR_OK)
        status = har_model_temper(model, err);
    if (status != HAR_OK) {
        har_model_free(model);
        return status;
    }
    *result = model;
    return HAR_OK;
}

/* ---- writing ---- */

static enum har_status write_weight(struct har_writer *writer, const char *name,
                                    const struct har_weight *weight, const har_real *values,
                                    struct har_error *err)
{
    const enum har_dtype type = sizeof(har_real) == sizeof(float) ? HAR_F4 : HAR_F8;
    struct har_tensor value;
    const enum har_status status = har_tensor_view(&value, "value", type, weight->shape.rank,
                                                   weight->shape.dim, values + weight->offset, err);
    return status != HAR_OK ? status : har_writer_weight(writer, name, &value, err);
}

static enum har_status write_weights(struct har_writer *writer, const struct har_model *model,
                                     struct har_error *err)
{
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < har_net_weight_count(model->net); i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(model->net, i, name);
        status = write_weight(writer, name, weight, model->weights, err);
    }
    return status;
}

static enum har_status write_block(struct har_writer *writer, const struct har_net *net,
                                   const struct har_model_block *block, struct har_error *err)
{
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < har_net_weight_count(net); i++) {
        char name[128], full[HAR_NAME_MAX + 1];
        const struct har_weight *weight = har_net_weight(net, i, name);
        if (block->trained && weight->offset >= net->trained)
            continue;
        if (snprintf(full, sizeof full, "%s/%s", block->prefix, name) >= (int)sizeof full)
            return har_fail(err, HAR_USAGE, "weight '%s': a shorter name is wanted", name);
        status = write_weight(writer, full, weight, block->values, err);
    }
    return status;
}

enum har_status har_model_write_blocks(struct har_writer *writer, const struct har_model *model,
                                       const struct har_model_block *block, size_t count, bool more,
                                       struct har_error *err)
{
    enum har_status status = har_writer_header(writer, model->header, err);
    if (status == HAR_OK)
        status = write_weights(writer, model, err);
    for (size_t i = 0; status == HAR_OK && i < count; i++)
        if (block[i].values != NULL)
            status = write_block(writer, model->net, &block[i], err);
    return status != HAR_OK ? status : har_writer_end(writer, more, err);
}

enum har_status har_model_write(struct har_writer *writer, const struct har_model *model, bool more,
                                struct har_error *err)
{
    return har_model_write_blocks(writer, model, NULL, 0, more, err);
}

enum har_status har_model_match(const struct har_model *model, const json_t *rows,
                                struct har_error *err)
{
    const enum har_status status = har_header_match(model->header, rows, err);
    return status != HAR_OK ? status : har_header_same_list(model->header, rows, "labels", err);
}

/* The weight of NET called NAME and shaped as LIKE, or NULL. */
static const struct har_weight *find_like(const struct har_net *net, const char *name,
                                          const struct har_weight *like)
{
    for (size_t i = 0; i < har_net_weight_count(net); i++) {
        char full[128];
        const struct har_weight *weight = har_net_weight(net, i, full);
        if (strcmp(full, name) == 0 && weight->shape.rank == like->shape.rank &&
            memcmp(weight->shape.dim, like->shape.dim,
                   like->shape.rank * sizeof *like->shape.dim) == 0)
            return weight;
    }
    return NULL;
}

enum har_status har_model_take_weights(struct har_model *model, const struct har_model *from,
                                       struct har_error *err)
{
    for (size_t i = 0; i < har_net_weight_count(model->net); i++) {
        char name[128], shape[128];
        const struct har_weight *to = har_net_weight(model->net, i, name);
        const struct har_weight *found = find_like(from->net, name, to);
        har_shape_text(shape, to->shape.rank, to->shape.dim);
        if (found == NULL)
            return har_fail(err, HAR_INPUT, "there is no weight '%s' of shape %s in it", name,
                            shape);
        memcpy(model->weights + to->offset, from->weights + found->offset,
               to->size * sizeof *model->weights);
    }
    return HAR_OK;
}
