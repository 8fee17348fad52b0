#include "data/csv.h"

#include "base/memory.h"
#include "data/csv_columns.h"
#include "data/csv_hint.h"
#include "data/csv_text.h"
#include "data/number.h"
#include "data/pace.h"
#include "stream/header.h"

#include <stdlib.h>
#include <string.h>

struct har_csv {
    struct har_csv_text text;
    const struct har_request *request;
    struct har_list channels, labels;
    size_t field; /* fields of the current row so far, */
    bool repeats; /* all of them, the one under way included, as the first row has them */
    bool named;   /* the first row has been read */
    struct har_csv_columns columns;
    struct har_table current; /* the row being read */
    struct har_table rows;    /* those before it that weren't cleared */
    size_t all_rows;          /* cleared ones included */
    json_t *header;
    bool complete; /* the header holds all it will */
    struct har_pace pace;
    bool *unlabelled; /* where labels are to be numbered at the end: rows with an empty one */
    size_t unlabelled_capacity;
};

static bool numbers_labels(const struct har_csv *csv)
{
    return csv->request->label != NULL && csv->request->labels == NULL;
}

static enum har_status describe(struct har_csv *csv, struct har_error *err)
{
    const struct har_request *request = csv->request;
    json_t *axes = json_pack("[ss]", "sample", "channel");
    csv->header = har_header_new("recordings", request->source != NULL ? request->source : "csv");
    if (csv->header == NULL || json_object_set(csv->header, "axes", axes) != 0) {
        json_decref(axes);
        return har_fail_memory(err);
    }
    json_decref(axes);
    enum har_status status = har_csv_columns_describe(csv->header, &csv->columns, err);
    if (status == HAR_OK)
        status = har_format_describe(csv->header, request, csv->columns.channels, err);
    if (status == HAR_OK && csv->labels.count > 0)
        status = har_header_set_list(csv->header, "labels", (const char *const *)csv->labels.item,
                                     csv->labels.count, err);
    csv->complete = !numbers_labels(csv);
    return status;
}

static enum har_status add_columns(struct har_table *rows, const struct har_csv *csv,
                                   struct har_error *err)
{
    const size_t shape[] = {csv->columns.channels};
    enum har_status status = har_table_add(rows, "x", HAR_F4, 1, shape, err);
    if (status == HAR_OK && csv->request->label != NULL)
        status = har_table_add(rows, "y", HAR_I4, 0, NULL, err);
    if (status == HAR_OK && csv->request->subject != NULL)
        status = har_table_add(rows, "subject", HAR_I4, 0, NULL, err);
    if (status == HAR_OK)
        status = har_table_add(rows, "recording", HAR_I4, 0, NULL, err);
    if (status == HAR_OK && csv->request->time != NULL)
        status = har_table_add(rows, "time", HAR_F8, 0, NULL, err);
    return status;
}

static enum har_status make_rows(struct har_csv *csv, struct har_error *err)
{
    enum har_status status = add_columns(&csv->rows, csv, err);
    if (status == HAR_OK)
        status = add_columns(&csv->current, csv, err);
    return status == HAR_OK ? har_table_extend(&csv->current, 1, err) : status;
}

static enum har_status end_names(struct har_csv *csv, struct har_error *err)
{
    csv->named = true;
    enum har_status status = har_csv_columns_use(&csv->columns, csv->request, &csv->channels, err);
    csv->pace.column = har_csv_columns_find(&csv->columns, HAR_CSV_TIME) + 1;
    if (status == HAR_OK)
        status = describe(csv, err);
    if (status == HAR_OK)
        status = make_rows(csv, err);
    return status == HAR_INPUT ? har_error_at(err, "line %zu", csv->text.line) : status;
}

static enum har_status refuse(const struct har_csv *csv, const char *text, size_t size,
                              const char *expected, struct har_error *err)
{
    const char *name = csv->columns.column[csv->field].name;
    if (size == 0)
        return har_fail(err, HAR_INPUT, "line %zu, column %zu (%.100s): empty, expected %s",
                        csv->text.line, csv->field + 1, name, expected);
    return har_fail(err, HAR_INPUT, "line %zu, column %zu (%.100s): '%.*s' isn't %s",
                    csv->text.line, csv->field + 1, name, size < 60 ? (int)size : 60, text,
                    expected);
}

/* Where the current row's value of the column NAME goes. */
static void *place(struct har_csv *csv, const char *name)
{
    return har_table_find(&csv->current, name)->data;
}

static enum har_status take_integer(struct har_csv *csv, const char *name, const char *text,
                                    size_t size, struct har_error *err)
{
    int64_t number;
    if (!har_integer_whole(&number, text, size))
        return refuse(csv, text, size, "a whole number", err);
    if (number < INT32_MIN || number > INT32_MAX)
        return refuse(csv, text, size, "a whole number from -2147483648 to 2147483647", err);
    const int32_t value = (int32_t)number;
    memcpy(place(csv, name), &value, sizeof value);
    return HAR_OK;
}

static enum har_status take_number(struct har_csv *csv, const char *name, const char *text,
                                   size_t size, struct har_error *err)
{
    if (take_integer(csv, name, text, size, err) != HAR_INPUT || size == 0)
        return err->status;
    return har_csv_hint_number(text, csv->field, csv->text.quotes, err);
}

static enum har_status take_label(struct har_csv *csv, const char *text, size_t size,
                                  struct har_error *err)
{
    if (numbers_labels(csv)) {
        if (!har_grow(&csv->unlabelled, &csv->unlabelled_capacity, csv->rows.rows + 1,
                      sizeof(bool)))
            return har_fail_memory(err);
        csv->unlabelled[csv->rows.rows] = size == 0;
        if (size == 0 || take_integer(csv, "y", text, size, err) == HAR_OK)
            return HAR_OK;
        return har_error_hint(err, "--labels a,b,c names the labels that are texts");
    }
    const size_t index = har_list_find(&csv->labels, text, size);
    if (index == csv->labels.count && size > 0)
        return refuse(csv, text, size, "one of --labels", err);
    const int32_t value = size > 0 ? (int32_t)index : -1;
    memcpy(place(csv, "y"), &value, sizeof value);
    return HAR_OK;
}

static enum har_status take_channel(struct har_csv *csv, size_t channel, const char *text,
                                    size_t size, struct har_error *err)
{
    float value;
    if (!har_float_whole(&value, text, size)) {
        refuse(csv, text, size, "a number", err);
        return har_csv_hint_sample(text, csv->all_rows == 0, err);
    }
    unsigned char *x = place(csv, "x");
    memcpy(x + channel * sizeof value, &value, sizeof value);
    return HAR_OK;
}

static enum har_status take_time(struct har_csv *csv, const char *text, size_t size,
                                 struct har_error *err)
{
    double value;
    if (csv->text.quotes)
        csv->pace.column = 0; /* awk parts fields at the commas in quotes too */
    if (!har_number_whole(&value, text, size)) {
        refuse(csv, text, size, "a number", err);
        return har_error_hint(err, "--time wants seconds; without it rows follow each other at "
                                   "--rate");
    }
    memcpy(place(csv, "time"), &value, sizeof value);
    return HAR_OK;
}

static enum har_status take_value(struct har_csv *csv, const char *text, size_t size,
                                  struct har_error *err)
{
    const struct har_csv_column *column = &csv->columns.column[csv->field];
    switch (column->use) {
    case HAR_CSV_CHANNEL:
        return take_channel(csv, column->channel, text, size, err);
    case HAR_CSV_TIME:
        return take_time(csv, text, size, err);
    case HAR_CSV_LABEL:
        return take_label(csv, text, size, err);
    case HAR_CSV_SUBJECT:
        return take_number(csv, "subject", text, size, err);
    case HAR_CSV_RECORDING:
        return take_number(csv, "recording", text, size, err);
    case HAR_CSV_IGNORED:
        break;
    }
    return HAR_OK;
}

static enum har_status take_field(struct har_csv *csv, const char *text, size_t size,
                                  struct har_error *err)
{
    if (!csv->named) {
        const enum har_status status = har_csv_columns_add(&csv->columns, text, size, err);
        return status == HAR_INPUT ? har_error_at(err, "line %zu", csv->text.line) : status;
    }
    if (csv->field == csv->columns.count)
        return har_fail(err, HAR_INPUT, "line %zu: more than the %zu fields of the first row",
                        csv->text.line, csv->columns.count);
    return take_value(csv, text, size, err);
}

static int32_t integer_of(struct har_csv *csv, const char *name)
{
    const struct har_column *column = har_table_find(&csv->current, name);
    int32_t value = 0;
    if (column != NULL)
        memcpy(&value, column->data, sizeof value);
    return value;
}

/* The current row's time, behind that of the row before. */
static enum har_status check_time(struct har_csv *csv, struct har_error *err)
{
    double time;
    if (csv->request->time == NULL)
        return HAR_OK;
    memcpy(&time, place(csv, "time"), sizeof time);
    return har_pace_take(&csv->pace, time, integer_of(csv, "recording"), integer_of(csv, "subject"),
                         csv->text.line, err);
}

/* Every column has been written: what the row before left is gone. */
static enum har_status keep_current(struct har_csv *csv, struct har_error *err)
{
    const enum har_status status = har_table_extend(&csv->rows, 1, err);
    if (status != HAR_OK)
        return status;
    for (size_t i = 0; i < csv->rows.columns; i++) {
        const struct har_column *from = &csv->current.column[i];
        struct har_column *to = &csv->rows.column[i];
        memcpy(to->data + (csv->rows.rows - 1) * to->row_bytes, from->data, to->row_bytes);
    }
    csv->all_rows++;
    return HAR_OK;
}

static enum har_status end_row(struct har_csv *csv, struct har_error *err)
{
    if (!csv->named)
        return end_names(csv, err);
    if (csv->field != csv->columns.count)
        return har_fail(err, HAR_INPUT, "line %zu: %zu fields, expected the %zu of the first row",
                        csv->text.line, csv->field, csv->columns.count);
    const enum har_status status = check_time(csv, err);
    return status == HAR_OK ? keep_current(csv, err) : status;
}

/* TEXT is what the first row has in the current column. */
static bool is_name(const struct har_csv *csv, const char *text)
{
    return csv->field < csv->columns.count &&
           strcmp(text, csv->columns.column[csv->field].name) == 0;
}

static enum har_status on_field(void *state, const char *text, size_t size, struct har_error *err)
{
    struct har_csv *csv = state;
    csv->repeats = csv->named && (csv->field == 0 || csv->repeats) && is_name(csv, text);
    const enum har_status status = take_field(csv, text, size, err);
    csv->field++;
    return status;
}

static enum har_status on_row(void *state, struct har_error *err)
{
    struct har_csv *csv = state;
    const enum har_status status = end_row(csv, err);
    csv->field = 0;
    return status;
}

enum har_status har_csv_new(struct har_csv **csv, const struct har_request *request,
                            struct har_error *err)
{
    *csv = har_allocate(1, sizeof **csv);
    if (*csv == NULL)
        return har_fail_memory(err);
    struct har_csv *made = *csv;
    made->request = request;
    made->pace = (struct har_pace){.rate = request->rate,
                                   .subjects = request->subject != NULL,
                                   .recordings = request->recording != NULL};
    enum har_status status =
        har_csv_text_init(&made->text, &(struct har_csv_taker){on_field, on_row, made}, err);
    if (status == HAR_OK && request->labels != NULL && request->label == NULL)
        status =
            har_fail(err, HAR_USAGE, "--labels names the texts of a column: --label is missing");
    if (status == HAR_OK)
        status = har_list_split(&made->channels, request->channels, "channels", false, err);
    if (status == HAR_OK)
        status = har_list_split(&made->labels, request->labels, "labels", false, err);
    if (status != HAR_OK) {
        har_csv_free(made);
        *csv = NULL;
    }
    return status;
}

void har_csv_free(struct har_csv *csv)
{
    if (csv == NULL)
        return;
    har_csv_text_free(&csv->text);
    har_list_free(&csv->channels);
    har_list_free(&csv->labels);
    har_csv_columns_free(&csv->columns);
    free(csv->unlabelled);
    har_table_free(&csv->rows);
    har_table_free(&csv->current);
    json_decref(csv->header);
    free(csv);
}

enum har_status har_csv_feed(struct har_csv *csv, const char *text, size_t size,
                             struct har_error *err)
{
    const enum har_status status = har_csv_text_feed(&csv->text, text, size, err);
    if (status != HAR_INPUT)
        return status;
    return har_csv_hint_row(&csv->columns, csv->repeats, csv->text.line, err);
}

enum har_status har_csv_finish(struct har_csv *csv, bool whole, struct har_error *err)
{
    if (whole && har_csv_text_finish(&csv->text, err) != HAR_OK)
        return err->status;
    if (!csv->named)
        return har_fail(err, HAR_INPUT, "empty, expected a first row that names the columns");
    if (csv->all_rows == 0)
        return har_fail(err, HAR_INPUT, "no rows below the names of the columns");
    if (har_pace_finish(&csv->pace, err) != HAR_OK)
        return err->status;
    if (csv->complete)
        return HAR_OK;
    csv->complete = true;
    void *labels = har_table_find(&csv->rows, "y")->data;
    return har_format_classes(csv->header, labels, csv->unlabelled, csv->rows.rows, err);
}

const json_t *har_csv_header(const struct har_csv *csv)
{
    return csv->complete ? csv->header : NULL;
}

size_t har_csv_holes(size_t *line, const struct har_csv *csv)
{
    *line = csv->pace.first;
    return csv->pace.holes;
}

double har_csv_rate(const struct har_csv *csv)
{
    return har_pace_rate(&csv->pace);
}

struct har_table *har_csv_rows(struct har_csv *csv)
{
    return &csv->rows;
}
