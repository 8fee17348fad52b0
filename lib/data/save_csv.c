#include "base/decimal.h"
#include "base/memory.h"
#include "data/save.h"
#include "stream/header.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

/* An array as columns of text. */
struct block {
    const struct har_array *array;
    struct har_tensor view;
    const char *names; /* the header's list that names the columns, or NULL */
    const char *prefix;
    size_t width;  /* columns */
    bool by_label; /* values are classes, written by name */
};

struct sheet {
    FILE *file;
    const json_t *header;
    struct block *block;
    size_t count;
};

static void put_text(FILE *file, const char *text)
{
    const size_t size = strlen(text);
    const bool spaced = size > 0 && (text[0] == ' ' || text[size - 1] == ' ');
    if (spaced || strpbrk(text, ",\"\r\n") != NULL)
        csv_fwrite(file, text, size);
    else
        fputs(text, file);
}

static void put_number(FILE *file, double value, bool single)
{
    char text[HAR_DECIMAL];
    har_decimal(text, value, single);
    fputs(text, file);
}

static bool is_class(const struct har_array *array)
{
    const bool integer = array->type != HAR_F4 && array->type != HAR_F8;
    return integer && array->rank == 1 &&
           (strcmp(array->name, "y") == 0 || strcmp(array->name, "predicted") == 0);
}

static enum har_status make_block(struct block *block, const struct har_array *array,
                                  const json_t *header, bool numbers, struct har_error *err)
{
    if (array->rank != 1 && array->rank != 2) {
        char shape[128];
        har_shape_text(shape, array->rank, array->shape);
        har_fail(err, HAR_INPUT, "%s has shape %s, csv takes one or two dimensions", array->name,
                 shape);
        return har_error_hint(err, "har-save npz writes any shape; --array y,subject leaves %s out",
                              array->name);
    }
    *block = (struct block){.array = array, .prefix = array->name, .width = 1};
    if (array->rank == 2)
        block->width = array->shape[1];
    const bool x = strcmp(array->name, "x") == 0;
    const bool probabilities = strcmp(array->name, "probabilities") == 0;
    const char *list = x ? "channels" : "labels";
    const bool named = x || probabilities || strcmp(array->name, "y") == 0;
    if (array->rank == 2 && named && har_header_count(header, list) == block->width)
        block->names = list;
    if (block->names != NULL && (x || probabilities))
        block->prefix = NULL;
    block->by_label = !numbers && is_class(array) && har_header_count(header, "labels") > 0;
    return har_tensor_view(&block->view, array->name, array->type, array->rank, array->shape,
                           array->data, err);
}

static void put_name(FILE *file, const struct sheet *sheet, const struct block *block, size_t i)
{
    char text[512], number[24];
    snprintf(number, sizeof number, "%zu", i);
    const char *item =
        block->names != NULL ? har_header_item(sheet->header, block->names, i) : NULL;
    if (block->array->rank == 1)
        snprintf(text, sizeof text, "%s", block->array->name);
    else
        snprintf(text, sizeof text, "%s%s%s", block->prefix != NULL ? block->prefix : "",
                 block->prefix != NULL ? "_" : "", item != NULL ? item : number);
    put_text(file, text);
}

static void put_names(const struct sheet *sheet, bool numbered)
{
    if (numbered)
        fputs("segment", sheet->file);
    for (size_t i = 0; i < sheet->count; i++) {
        for (size_t j = 0; j < sheet->block[i].width; j++) {
            if (numbered || i + j > 0)
                fputc(',', sheet->file);
            put_name(sheet->file, sheet, &sheet->block[i], j);
        }
    }
    fputc('\n', sheet->file);
}

static enum har_status put_integer(const struct sheet *sheet, const struct block *block,
                                   size_t index, struct har_error *err)
{
    int64_t value;
    const enum har_status status = har_tensor_integers(&value, &block->view, index, 1, err);
    if (status != HAR_OK)
        return status;
    if (!block->by_label) {
        fprintf(sheet->file, "%lld", (long long)value);
        return HAR_OK;
    }
    const size_t labels = har_header_count(sheet->header, "labels");
    if (value < -1 || value >= (int64_t)labels)
        return har_fail(err, HAR_INPUT, "%s: row %zu: class %lld, the header names %zu labels",
                        block->array->name, index, (long long)value, labels);
    if (value >= 0)
        put_text(sheet->file, har_header_item(sheet->header, "labels", (size_t)value));
    return HAR_OK;
}

static enum har_status put_value(const struct sheet *sheet, const struct block *block, size_t index,
                                 struct har_error *err)
{
    const enum har_dtype type = block->array->type;
    const unsigned char *at = block->array->data + index * har_dtype_size(type);
    if (type == HAR_F4) {
        float value;
        memcpy(&value, at, sizeof value);
        put_number(sheet->file, (double)value, true);
    } else if (type == HAR_F8) {
        double value;
        memcpy(&value, at, sizeof value);
        put_number(sheet->file, value, false);
    } else {
        return put_integer(sheet, block, index, err);
    }
    return HAR_OK;
}

static enum har_status put_row(const struct sheet *sheet, size_t row, bool comma,
                               struct har_error *err)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const struct block *block = &sheet->block[i];
        for (size_t j = 0; j < block->width; j++, comma = true) {
            if (comma)
                fputc(',', sheet->file);
            const enum har_status status = put_value(sheet, block, row * block->width + j, err);
            if (status != HAR_OK)
                return status;
        }
    }
    fputc('\n', sheet->file);
    return HAR_OK;
}

static enum har_status make_sheet(struct sheet *sheet, const struct har_save *save, size_t index,
                                  struct har_error *err)
{
    const struct har_saved_segment *segment = &save->segment[index];
    for (size_t i = 0; i < segment->count; i++) {
        const struct har_array *array = &segment->array[i];
        if (!har_save_wants(save, index, array->name))
            continue;
        const enum har_status status =
            make_block(&sheet->block[sheet->count++], array, segment->header, save->numbers, err);
        if (status != HAR_OK)
            return status;
        if (array->shape[0] != segment->rows)
            return har_fail(err, HAR_INPUT, "%s has %zu rows, expected %zu", array->name,
                            array->shape[0], segment->rows);
    }
    return HAR_OK;
}

/* Later segments must have the first one's columns, whose names are HEADER's lists. */
static enum har_status check_columns(const struct har_save *save, size_t index,
                                     struct har_error *err)
{
    const struct har_saved_segment *first = &save->segment[0], *other = &save->segment[index];
    enum har_status status = har_header_same_list(first->header, other->header, "channels", err);
    if (status == HAR_OK)
        status = har_header_same_list(first->header, other->header, "labels", err);
    bool same = first->count == other->count;
    for (size_t i = 0; same && i < first->count; i++)
        same = strcmp(first->array[i].name, other->array[i].name) == 0 &&
               first->array[i].rank == other->array[i].rank &&
               (first->array[i].rank < 2 || first->array[i].shape[1] == other->array[i].shape[1]);
    if (status == HAR_OK && !same) {
        har_fail(err, HAR_INPUT, "segment %zu has other tensors than segment 0", index);
        status = har_error_hint(err, "har-save npz takes them all; har-cat chooses segments");
    }
    return status;
}

static enum har_status put_segment(FILE *file, const struct har_save *save, size_t index,
                                   struct har_error *err)
{
    const struct har_saved_segment *segment = &save->segment[index];
    const bool numbered = save->count > 1;
    struct sheet sheet = {.file = file, .header = segment->header};
    sheet.block = har_allocate(segment->count, sizeof *sheet.block);
    enum har_status status =
        sheet.block != NULL ? make_sheet(&sheet, save, index, err) : har_fail_memory(err);
    if (status == HAR_OK && index == 0)
        put_names(&sheet, numbered);
    for (size_t row = 0; status == HAR_OK && row < segment->rows; row++) {
        if (numbered)
            fprintf(file, "%zu", index);
        status = put_row(&sheet, row, numbered, err);
    }
    free(sheet.block);
    return status == HAR_OK && ferror(file) ? har_fail_errno(err, "writing failed") : status;
}

enum har_status har_save_csv(FILE *file, const struct har_save *save, struct har_error *err)
{
    for (size_t i = 0; i < save->count; i++) {
        const char *type = har_header_text(save->segment[i].header, "type", "");
        if (strcmp(type, "model") == 0) {
            har_fail(err, HAR_INPUT, "segment %zu is a model, csv takes rows", i);
            return har_error_hint(err, "har-save npz writes a model's weights");
        }
        enum har_status status = i > 0 ? check_columns(save, i, err) : HAR_OK;
        if (status == HAR_OK)
            status = put_segment(file, save, i, err);
        if (status != HAR_OK)
            return status;
    }
    return HAR_OK;
}
