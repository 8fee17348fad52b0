#include "stream/cat.h"
#include "base/memory.h"
#include "stream/scan.h"
#include "stream/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cat {
    const struct har_cat *options;
    size_t first, last; /* of --select */
    struct har_reader *in;
    struct har_writer *out;
    bool kept;                 /* the current segment is written */
    bool met;                  /* at least one was */
    char dropped[64];          /* the last type that wasn't */
    bool held;                 /* a kept segment's end frame waits for what follows */
    uint64_t frames, rows, at; /* of the current segment: kept, kept, read */
    struct har_rows_checksum sum;
    struct har_table table; /* rows on their way into a frame of options->rows */
    struct har_frame slice; /* some rows of the last frame */
};

/* ---- options ---- */

static bool is_listed(const char *list, const char *type)
{
    const size_t length = strlen(type);
    for (const char *item = list; item != NULL; item = strchr(item, ',')) {
        item += *item == ',';
        if (strncmp(item, type, length) == 0 && (item[length] == ',' || item[length] == '\0'))
            return true;
    }
    return false;
}

static enum har_status check_types(const char *list, struct har_error *err)
{
    const size_t length = list == NULL ? 1 : strlen(list);
    if (list != NULL &&
        (length == 0 || list[0] == ',' || list[length - 1] == ',' || strstr(list, ",,") != NULL))
        return har_fail(err, HAR_USAGE, "--type '%s': an empty type, expected TYPE[,TYPE...]",
                        list);
    return HAR_OK;
}

/* Digits up to STOP, or nothing for OTHERWISE; NULL where there is something else. */
static const char *read_bound(size_t *bound, const char *text, char stop, size_t otherwise)
{
    size_t value = 0, digits = strspn(text, "0123456789");
    if (text[digits] != stop || digits > 15)
        return NULL;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (size_t)(text[i] - '0');
    *bound = digits == 0 ? otherwise : value;
    return text + digits + 1;
}

static enum har_status read_select(struct cat *cat, const char *text, struct har_error *err)
{
    cat->first = 0;
    cat->last = SIZE_MAX;
    if (text == NULL)
        return HAR_OK;
    const char *rest = read_bound(&cat->first, text, ':', 0);
    if (rest == NULL || read_bound(&cat->last, rest, '\0', SIZE_MAX) == NULL)
        return har_fail(err, HAR_USAGE,
                        "--select '%s': expected FIRST:LAST, row numbers from 0 (up to 15 digits)",
                        text);
    if (cat->first > cat->last)
        return har_fail(err, HAR_USAGE, "--select '%s': the first row is behind the last", text);
    return HAR_OK;
}

/* ---- rows ---- */

static enum har_status write_slice(struct cat *cat, struct har_error *err)
{
    return har_writer_rows(cat->out, cat->slice.tensor, cat->slice.tensors, err);
}

/* Writes the rows gathered for a frame. */
static enum har_status write_gathered(struct cat *cat, struct har_error *err)
{
    if (cat->table.rows == 0)
        return HAR_OK;
    struct har_tensor *view = cat->slice.tensor;
    for (size_t i = 0; i < cat->table.columns; i++)
        view[i] = har_column_view(&cat->table.column[i], 0, cat->table.rows);
    const enum har_status status = har_writer_rows(cat->out, view, cat->table.columns, err);
    har_table_clear(&cat->table);
    return status;
}

/* What is gathered must fit into a frame, whatever N was asked for. */
static enum har_status check_gathered(const struct cat *cat, struct har_error *err)
{
    size_t row = 0, bytes;
    for (size_t i = 0; i < cat->slice.tensors; i++)
        row += har_tensor_row_bytes(&cat->slice.tensor[i]);
    if (har_multiply(&bytes, row, cat->table.rows + cat->slice.rows) && bytes <= HAR_FRAME_MAX)
        return HAR_OK;
    return har_fail(err, HAR_INPUT,
                    "%zu rows of %zu bytes exceed a frame of 64 MiB, --rows %zu at most",
                    cat->options->rows, row, row > HAR_FRAME_MAX ? 0 : HAR_FRAME_MAX / row);
}

/* COUNT rows of FRAME from FIRST on, in frames of options->rows. */
static enum har_status reframe(struct cat *cat, const struct har_frame *frame, size_t first,
                               size_t count, struct har_error *err)
{
    const size_t wanted = cat->options->rows;
    enum har_status status = HAR_OK;
    while (status == HAR_OK && count > 0) {
        const size_t room = wanted - cat->table.rows;
        const size_t step = count < room ? count : room;
        har_frame_part(&cat->slice, frame, first, step);
        if (step == wanted)
            status = write_slice(cat, err);
        else if ((status = check_gathered(cat, err)) == HAR_OK)
            status = har_table_append(&cat->table, &cat->slice, NULL, err);
        if (status == HAR_OK && cat->table.rows == wanted)
            status = write_gathered(cat, err);
        first += step;
        count -= step;
    }
    return status;
}

/* The rows of FRAME that are selected. */
static void select_rows(const struct cat *cat, const struct har_frame *frame, size_t *first,
                        size_t *count)
{
    const uint64_t begin = cat->at, end = cat->at + frame->rows;
    const uint64_t from = cat->first > begin ? cat->first : begin;
    const uint64_t to = cat->last < end ? cat->last : end;
    *first = from < to ? (size_t)(from - begin) : 0;
    *count = from < to ? (size_t)(to - from) : 0;
}

static enum har_status take_rows(struct cat *cat, const struct har_frame *frame,
                                 struct har_error *err)
{
    size_t first, count;
    select_rows(cat, frame, &first, &count);
    if (cat->options->select != NULL)
        har_rows_checksum_add(&cat->sum, frame);
    cat->at += frame->rows;
    cat->rows += count;
    if (count == 0 && frame->rows > 0)
        return HAR_OK;
    if (cat->options->rows > 0)
        return reframe(cat, frame, first, count, err);
    if (count == frame->rows)
        return har_writer_pass(cat->out, frame, err);
    har_frame_part(&cat->slice, frame, first, count);
    return write_slice(cat, err);
}

/* Frames that aren't rows of tensors can only be passed. */
static bool has_rows(const struct har_frame *frame)
{
    return frame->tensors > 0 && frame->name[0] == '\0';
}

static enum har_status data(struct cat *cat, struct har_error *err)
{
    const struct har_frame *frame = har_reader_frame(cat->in);
    if (!cat->kept)
        return HAR_OK;
    cat->frames++;
    enum har_status status =
        has_rows(frame) ? take_rows(cat, frame, err) : har_writer_pass(cat->out, frame, err);
    return status == HAR_INPUT ? har_reader_at(cat->in, err) : status;
}

/* ---- segments ---- */

/* An end frame can't say `more` before it is known that what follows is kept. */
static enum har_status release(struct cat *cat, bool more, struct har_error *err)
{
    if (!cat->held)
        return HAR_OK;
    cat->held = false;
    return har_writer_end(cat->out, more, err);
}

static enum har_status header(struct cat *cat, struct har_error *err)
{
    const json_t *object = har_reader_header(cat->in);
    const char *type = har_reader_type(cat->in);
    cat->kept = cat->options->types == NULL || is_listed(cat->options->types, type);
    cat->frames = cat->rows = cat->at = 0;
    cat->sum.count = 0;
    if (!cat->kept) {
        snprintf(cat->dropped, sizeof cat->dropped, "%s", type);
        return HAR_OK;
    }
    cat->met = true;
    har_table_free(&cat->table);
    if (release(cat, true, err) != HAR_OK)
        return err->status;
    return cat->options->select == NULL ? har_writer_foreign_header(cat->out, object, err)
                                        : har_writer_header(cat->out, object, err);
}

/* The segment's rows are complete: what is left of them, and their checksum. */
static enum har_status finish_rows(struct cat *cat, const struct har_end *end,
                                   struct har_error *err)
{
    if (cat->options->select != NULL && cat->sum.count > 0)
        har_writer_input(cat->out, har_rows_checksum_value(&cat->sum));
    else if (end->has_input)
        har_writer_input(cat->out, end->input);
    return write_gathered(cat, err);
}

static enum har_status end(struct cat *cat, struct har_error *err)
{
    const struct har_end *foot = &har_reader_frame(cat->in)->end;
    if (foot->status != HAR_OK)
        return har_end_failure(foot, err);
    if (cat->kept) {
        if (finish_rows(cat, foot, err) != HAR_OK)
            return err->status;
        cat->held = true;
    }
    return foot->more ? HAR_OK : release(cat, false, err);
}

/* Whether all names of LIST are types of this format; foreign ones may come, or are slips. */
static bool are_known(const char *list)
{
    static const char *const types[] = {"recordings", "windows", "model", "results"};
    for (const char *item = list; *item != '\0'; item += strspn(item, ",")) {
        const size_t length = strcspn(item, ",");
        bool known = false;
        for (size_t i = 0; i < sizeof types / sizeof *types; i++)
            known |= strlen(types[i]) == length && memcmp(types[i], item, length) == 0;
        if (!known)
            return false;
        item += length;
    }
    return true;
}

static enum har_status met_none(const struct cat *cat, struct har_error *err)
{
    const char *list = cat->options->types;
    if (are_known(list))
        return har_fail(err, HAR_INPUT, "met no %s, only %s", list, cat->dropped);
    return har_fail(err, HAR_USAGE, "--type '%s': met no such type, only %s", list, cat->dropped);
}

static enum har_status take(struct cat *cat, enum har_item item, struct har_error *err)
{
    switch (item) {
    case HAR_ITEM_HEADER:
        return header(cat, err);
    case HAR_ITEM_DATA:
        return data(cat, err);
    case HAR_ITEM_END:
        return end(cat, err);
    default:
        return cat->met ? HAR_OK : met_none(cat, err);
    }
}

/* ---- the whole ---- */

/* Ends the open segment well, and keeps what was wrong with the input as a part of the result. */
static enum har_status salvage(struct cat *cat, struct har_cat_result *result,
                               struct har_error *err)
{
    if (!cat->met)
        return err->status;
    *result = (struct har_cat_result){
        .damaged = true, .fault = *err, .frames = cat->frames, .rows = cat->rows};
    *err = (struct har_error){0};
    cat->held = false;
    if (!har_writer_open(cat->out))
        return HAR_OK;
    const enum har_status status = write_gathered(cat, err);
    return status == HAR_OK ? har_writer_end(cat->out, false, err) : status;
}

static enum har_status copy(struct cat *cat, struct har_cat_result *result, struct har_error *err)
{
    enum har_item item = HAR_ITEM_HEADER;
    do {
        enum har_status status = har_reader_next(&item, cat->in, err);
        if (status == HAR_INPUT && cat->options->salvage)
            return salvage(cat, result, err);
        if (status == HAR_OK)
            status = take(cat, item, err);
        if (status != HAR_OK)
            return status;
    } while (item != HAR_ITEM_EOF);
    return HAR_OK;
}

enum har_status har_cat(struct har_cat_result *result, const struct har_cat *options,
                        struct har_reader *in, struct har_writer *out, struct har_error *err)
{
    *result = (struct har_cat_result){0};
    struct cat *cat = calloc(1, sizeof *cat);
    if (cat == NULL)
        return har_fail_memory(err);
    cat->options = options;
    cat->in = in;
    cat->out = out;
    enum har_status status = check_types(options->types, err);
    if (status == HAR_OK)
        status = read_select(cat, options->select, err);
    if (status == HAR_OK)
        status = copy(cat, result, err);
    har_table_free(&cat->table);
    free(cat);
    return status;
}
