#include "data/save.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static struct har_array *find(const struct har_saved_segment *segment, const char *name)
{
    for (size_t i = 0; i < segment->count; i++)
        if (strcmp(segment->array[i].name, name) == 0)
            return &segment->array[i];
    return NULL;
}

static enum har_status add(struct har_array **array, struct har_saved_segment *segment,
                           const char *name, const struct har_tensor *tensor, struct har_error *err)
{
    if (!har_grow(&segment->array, &segment->capacity, segment->count + 1, sizeof **array))
        return har_fail_memory(err);
    *array = &segment->array[segment->count++];
    **array = (struct har_array){.type = tensor->type, .rank = tensor->rank};
    memcpy((*array)->shape, tensor->shape, sizeof tensor->shape);
    if (tensor->rank > 0)
        (*array)->shape[0] = 0;
    snprintf((*array)->name, sizeof(*array)->name, "%s", name);
    return HAR_OK;
}

/* Appends the rows of TENSOR to the array NAME. */
static enum har_status append(struct har_saved_segment *segment, const char *name,
                              const struct har_tensor *tensor, struct har_error *err)
{
    struct har_array *array = find(segment, name);
    if (array == NULL && add(&array, segment, name, tensor, err) != HAR_OK)
        return err->status;
    if (!har_tensor_rows_are(tensor, array->type, array->rank, array->shape))
        return har_fail(err, HAR_INPUT, "%s: its type or shape isn't that of the frames before",
                        name);
    if (!har_grow(&array->data, &array->capacity, array->bytes + tensor->bytes, 1))
        return har_fail_memory(err);
    if (tensor->bytes > 0)
        memcpy(array->data + array->bytes, tensor->data, tensor->bytes);
    array->bytes += tensor->bytes;
    if (array->rank > 0)
        array->shape[0] += tensor->shape[0];
    return HAR_OK;
}

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    (void)out;
    struct har_save *save = state;
    if (!har_grow(&save->segment, &save->capacity, save->count + 1, sizeof *save->segment))
        return har_fail_memory(err);
    save->segment[save->count] = (struct har_saved_segment){.header = json_deep_copy(header)};
    return save->segment[save->count++].header == NULL ? har_fail_memory(err) : HAR_OK;
}

/* What comes of a weight follows what came of it before. */
static enum har_status check_order(const struct har_saved_segment *segment,
                                   const struct har_frame *frame, struct har_error *err)
{
    const struct har_array *array = find(segment, frame->name);
    if (array == NULL ? frame->offset == 0 : array->rank > 0 && frame->offset == array->shape[0])
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "weight '%s' doesn't come once and in order", frame->name);
}

static enum har_status take_frame(void *state, const struct har_frame *frame,
                                  struct har_writer *out, struct har_error *err)
{
    (void)out;
    struct har_save *save = state;
    struct har_saved_segment *segment = &save->segment[save->count - 1];
    const bool weight = frame->name[0] != '\0';
    if (weight && check_order(segment, frame, err) != HAR_OK)
        return err->status;
    for (size_t i = 0; i < frame->tensors; i++) {
        const struct har_tensor *tensor = &frame->tensor[i];
        const char *name = weight ? frame->name : tensor->name;
        const enum har_status status = append(segment, name, tensor, err);
        if (status != HAR_OK)
            return status;
    }
    segment->rows += weight ? 0 : frame->rows;
    return HAR_OK;
}

static void array_name(char *text, size_t size, const struct har_save *save, size_t index,
                       const char *name)
{
    if (save->count > 1)
        snprintf(text, size, "%zu/%s", index, name);
    else
        snprintf(text, size, "%s", name);
}

bool har_save_wants(const struct har_save *save, size_t index, const char *name)
{
    char full[HAR_NAME_MAX + 32];
    const struct har_list *wanted = &save->wanted;
    array_name(full, sizeof full, save, index, name);
    return wanted->count == 0 || har_list_find(wanted, name, strlen(name)) < wanted->count ||
           har_list_find(wanted, full, strlen(full)) < wanted->count;
}

static bool is_there(const struct har_save *save, const char *wanted)
{
    for (size_t i = 0; i < save->count; i++) {
        for (size_t j = 0; j < save->segment[i].count; j++) {
            char full[HAR_NAME_MAX + 32];
            const char *name = save->segment[i].array[j].name;
            array_name(full, sizeof full, save, i, name);
            if (strcmp(wanted, name) == 0 || strcmp(wanted, full) == 0)
                return true;
        }
    }
    return false;
}

static enum har_status check_wishes(const struct har_save *save, struct har_error *err)
{
    for (size_t i = 0; i < save->wanted.count; i++)
        if (!is_there(save, save->wanted.item[i]))
            return har_fail(err, HAR_INPUT, "there is no array '%.100s' (--array)",
                            save->wanted.item[i]);
    return HAR_OK;
}

enum har_status har_save_gather(struct har_save *save, struct har_reader *in, struct har_error *err)
{
    static const char *const types[] = {"recordings", "windows", "model", "results", NULL};
    static const struct har_stage stage = {.types = types, .begin = begin, .rows = take_frame};
    const enum har_status status = har_stage_run(&stage, save, in, NULL, err);
    return status == HAR_OK ? check_wishes(save, err) : status;
}

static void free_segment(struct har_saved_segment *segment)
{
    for (size_t i = 0; i < segment->count; i++)
        free(segment->array[i].data);
    free(segment->array);
    json_decref(segment->header);
}

void har_save_free(struct har_save *save)
{
    for (size_t i = 0; i < save->count; i++)
        free_segment(&save->segment[i]);
    free(save->segment);
    har_list_free(&save->wanted);
    *save = (struct har_save){0};
}

enum har_status har_save_each(const struct har_save *save, har_save_take *take, void *state,
                              struct har_error *err)
{
    for (size_t i = 0; i < save->count; i++) {
        for (size_t j = 0; j < save->segment[i].count; j++) {
            const struct har_array *array = &save->segment[i].array[j];
            char name[HAR_NAME_MAX + 32];
            array_name(name, sizeof name, save, i, array->name);
            if (har_save_wants(save, i, array->name) && take(state, name, array, err) != HAR_OK)
                return err->status;
        }
    }
    return HAR_OK;
}
