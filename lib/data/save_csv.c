#include "base/memory.h"
#include "data/save.h"
#include "stream/header.h"

#include <csv.h>
#include <ctype.h>
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

/* A segment as rows of text. */
struct sheet {
    const struct har_saved_segment *segment;
    struct block *block; /* of the arrays that are wanted */
    size_t count;
};

enum { columns_max = 1 << 20 };

static void put_text(FILE *file, const char *text)
{
    const size_t size = strlen(text);
    const bool spaced =
        size > 0 && (isblank((unsigned char)text[0]) || isblank((unsigned char)text[size - 1]));
    if (spaced || strpbrk(text, ",\"\r\n") != NULL)
        csv_fwrite(file, text, size);
    else
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
        block->names != NULL ? har_header_item(sheet->segment->header, block->names, i) : NULL;
    if (block->array->rank == 1)
        snprintf(text, sizeof text, "%s", block->array->name);
    else
        snprintf(text, sizeof text, "%s%s%s", block->prefix != NULL ? block->prefix : "",
                 block->prefix != NULL ? "_" : "", item != NULL ? item : number);
    put_text(file, text);
}

static void put_names(FILE *file, const struct sheet *sheet, bool numbered)
{
    if (numbered)
        fputs("segment", file);
    for (size_t i = 0; i < sheet->count; i++) {
        for (size_t j = 0; j < sheet->block[i].width; j++) {
            if (numbered || i + j > 0)
                fputc(',', file);
            put_name(file, sheet, &sheet->block[i], j);
        }
    }
    fputc('\n', file);
}

static int64_t class_at(const struct block *block, size_t index)
{
    struct har_error ignored;
    int64_t value;
    (void)!har_tensor_integers(&value, &block->view, index, 1, &ignored); /* see check_classes */
    return value;
}

static void put_class(FILE *file, const struct sheet *sheet, const struct block *block,
                      size_t index)
{
    const int64_t value = class_at(block, index);
    if (value >= 0)
        put_text(file, har_header_item(sheet->segment->header, "labels", (size_t)value));
}

static void put_value(FILE *file, const struct sheet *sheet, const struct block *block,
                      size_t index)
{
    char text[HAR_DECIMAL];
    if (block->by_label) {
        put_class(file, sheet, block, index);
        return;
    }
    har_tensor_text(text, &block->view, index);
    fputs(text, file);
}

/* Nothing but an unlabelled row's class: a line of its own, which readers would pass over. */
static bool is_blank(const struct sheet *sheet, size_t row)
{
    const struct block *block = &sheet->block[0];
    return sheet->count == 1 && block->by_label && class_at(block, row) < 0;
}

static void put_row(FILE *file, const struct sheet *sheet, size_t row, bool comma)
{
    if (!comma && is_blank(sheet, row))
        fputs("\"\"", file);
    for (size_t i = 0; i < sheet->count; i++) {
        const struct block *block = &sheet->block[i];
        for (size_t j = 0; j < block->width; j++, comma = true) {
            if (comma)
                fputc(',', file);
            put_value(file, sheet, block, row * block->width + j);
        }
    }
    fputc('\n', file);
}

/* ---- what can be written ---- */

/* Classes that are written by name have one. */
static enum har_status check_classes(const struct block *block, const json_t *header,
                                     struct har_error *err)
{
    const size_t labels = har_header_count(header, "labels");
    for (size_t i = 0; block->by_label && i < har_tensor_count(&block->view); i++) {
        int64_t value;
        if (har_tensor_integers(&value, &block->view, i, 1, err) != HAR_OK)
            return err->status;
        if (value < -1 || value >= (int64_t)labels)
            return har_fail(err, HAR_INPUT, "%s: row %zu: class %lld, the header names %zu labels",
                            block->array->name, i, (long long)value, labels);
    }
    return HAR_OK;
}

static enum har_status add_block(struct sheet *sheet, const struct har_array *array, bool numbers,
                                 struct har_error *err)
{
    const json_t *header = sheet->segment->header;
    struct block *block = &sheet->block[sheet->count++];
    if (make_block(block, array, header, numbers, err) != HAR_OK)
        return err->status;
    if (block->width > columns_max)
        return har_fail(err, HAR_INPUT, "%s has %zu columns, csv takes %d at most", array->name,
                        block->width, columns_max);
    if (array->shape[0] != sheet->segment->rows)
        return har_fail(err, HAR_INPUT, "%s has %zu rows, expected %zu", array->name,
                        array->shape[0], sheet->segment->rows);
    return check_classes(block, header, err);
}

/* NAME is a column that a tensor of one dimension has in the sheet, or the segments' numbers. */
static bool is_taken(const struct sheet *sheet, const char *name)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (sheet->block[i].array->rank == 1 && strcmp(sheet->block[i].array->name, name) == 0)
            return true;
    return strcmp(name, "segment") == 0;
}

/* Columns that are called by their channels or labels alone get their tensor's name in front where
 * one of these is another column's: a channel y beside the classes. */
static void tell_apart(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++) {
        struct block *block = &sheet->block[i];
        for (size_t j = 0; block->names != NULL && block->prefix == NULL && j < block->width; j++)
            if (is_taken(sheet, har_header_item(sheet->segment->header, block->names, j)))
                block->prefix = block->array->name;
    }
}

static enum har_status make_sheet(struct sheet *sheet, const struct har_save *save, size_t index,
                                  struct har_error *err)
{
    const struct har_saved_segment *segment = &save->segment[index];
    if (strcmp(har_header_text(segment->header, "type", ""), "model") == 0) {
        har_fail(err, HAR_INPUT, "segment %zu is a model, csv takes rows", index);
        return har_error_hint(err, "har-save npz writes a model's weights");
    }
    sheet->segment = segment;
    sheet->block = har_allocate(segment->count, sizeof *sheet->block);
    if (sheet->block == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < segment->count; i++)
        if (har_save_wants(save, index, segment->array[i].name) &&
            add_block(sheet, &segment->array[i], save->numbers, err) != HAR_OK)
            return err->status;
    tell_apart(sheet);
    return HAR_OK;
}

/* A later sheet must have the first one's columns, whose names are the header's lists. */
static enum har_status check_columns(const struct sheet *first, const struct sheet *other,
                                     size_t index, struct har_error *err)
{
    const json_t *header = first->segment->header;
    bool same = first->count == other->count;
    for (size_t i = 0; same && i < first->count; i++)
        same = strcmp(first->block[i].array->name, other->block[i].array->name) == 0 &&
               first->block[i].array->rank == other->block[i].array->rank &&
               first->block[i].by_label == other->block[i].by_label &&
               first->block[i].width == other->block[i].width;
    if (!same) {
        har_fail(err, HAR_INPUT, "segment %zu has other tensors than the first one", index);
        return har_error_hint(err, "har-save npz takes them all; har-cat chooses segments");
    }
    const enum har_status status =
        har_header_same_list(header, other->segment->header, "channels", err);
    return status == HAR_OK ? har_header_same_list(header, other->segment->header, "labels", err)
                            : status;
}

/* All sheets, and whether they go below each other; those without a wanted array are left out. */
static enum har_status make_sheets(struct sheet *sheet, const struct har_save *save,
                                   struct har_error *err)
{
    const struct sheet *first = NULL;
    for (size_t i = 0; i < save->count; i++) {
        if (make_sheet(&sheet[i], save, i, err) != HAR_OK)
            return err->status;
        if (sheet[i].count == 0)
            continue;
        if (first != NULL && check_columns(first, &sheet[i], i, err) != HAR_OK)
            return err->status;
        first = first == NULL ? &sheet[i] : first;
    }
    return HAR_OK;
}

static enum har_status put_sheets(FILE *file, const struct sheet *sheet, size_t count,
                                  struct har_error *err)
{
    const bool numbered = count > 1;
    bool named = false;
    for (size_t i = 0; i < count; i++) {
        if (!named && sheet[i].count > 0)
            put_names(file, &sheet[i], numbered);
        named |= sheet[i].count > 0;
        for (size_t row = 0; sheet[i].count > 0 && row < sheet[i].segment->rows; row++) {
            if (numbered)
                fprintf(file, "%zu", i);
            put_row(file, &sheet[i], row, numbered);
        }
    }
    return ferror(file) ? har_fail_errno(err, "writing failed") : HAR_OK;
}

enum har_status har_save_csv(FILE *file, const struct har_save *save, struct har_error *err)
{
    struct sheet *sheet = har_allocate(save->count, sizeof *sheet);
    if (sheet == NULL)
        return har_fail_memory(err);
    enum har_status status = make_sheets(sheet, save, err);
    if (status == HAR_OK)
        status = put_sheets(file, sheet, save->count, err);
    for (size_t i = 0; i < save->count; i++)
        free(sheet[i].block);
    free(sheet);
    return status;
}
