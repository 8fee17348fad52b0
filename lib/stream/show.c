#include "stream/show.h"
#include "base/decimal.h"
#include "base/text.h"
#include "stream/tally.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One segment on its way. */
struct view {
    FILE *to;
    const struct har_show *show;
    struct har_tallies tallies;
    FILE *values; /* the rows' values, shown below the table; NULL where none are wanted */
    char *values_text;
    size_t values_size;
    json_t *values_json; /* the same for JSON */
    size_t number;       /* of the segment */
};

/* ---- the header ---- */

/* Tamed, since a stream's text goes to terminals, but for its line ends. */
static void print_text(FILE *to, const char *text, const char *line_start)
{
    for (; *text != '\0'; text++) {
        const bool last_end = *text == '\n' && text[1] == '\0';
        if (*text == '\n' && !last_end)
            fprintf(to, "\n%s", line_start);
        else if (!last_end)
            fputc(har_tame(*text), to);
    }
}

static void print_json(FILE *to, const json_t *value)
{
    json_dumpf(value, to, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
}

static bool is_list_of_objects(const json_t *value)
{
    return json_is_object(json_array_get(value, 0));
}

static void print_entry(FILE *to, const char *key, const json_t *value)
{
    static const char line_start[] = "              ";
    fputs("  ", to);
    har_text_print(to, key, -11);
    fputc(' ', to);
    if (json_is_string(value)) {
        print_text(to, json_string_value(value), line_start);
    } else if (is_list_of_objects(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            fputs(i == 0 ? "" : "\n              ", to);
            print_json(to, json_array_get(value, i));
        }
    } else {
        print_json(to, value);
    }
    fputc('\n', to);
}

static enum har_status print_header(const struct view *view, const json_t *header,
                                    struct har_error *err)
{
    const char *key, *type = json_string_value(json_object_get(header, "type"));
    json_t *value;
    fprintf(view->to, "%ssegment %zu: ", view->number == 0 ? "" : "\n", view->number);
    har_text_print(view->to, type, 0);
    fputc('\n', view->to);
    json_object_foreach((json_t *)(uintptr_t)header, key, value)
    {
        if (strcmp(key, "type") != 0)
            print_entry(view->to, key, value);
    }
    const struct har_show *show = view->show;
    if (show->describe == NULL || strcmp(show->type, type) != 0)
        return HAR_OK;
    return show->describe(view->to, header, err);
}

/* ---- values ---- */

/* One row: its last dimension on a line, and on the name's line where there is no other. */
static void print_row(FILE *to, const struct har_tensor *tensor, size_t row)
{
    const size_t count = har_tensor_count(tensor) / har_tensor_rows(tensor);
    const size_t width = tensor->rank > 1 ? tensor->shape[tensor->rank - 1] : 1;
    char text[HAR_DECIMAL];
    for (size_t i = 0; i < count; i++) {
        if (i % width == 0)
            fputs(count == width ? " " : "\n ", to);
        har_tensor_text(text, tensor, row * count + i);
        fprintf(to, " %s", text);
    }
    fputc('\n', to);
}

/* Adds one row, its elements' texts in one list, to the list under NAME. */
static void add_row(json_t *values, const char *name, const struct har_tensor *tensor, size_t row)
{
    const size_t count = har_tensor_count(tensor) / har_tensor_rows(tensor);
    json_t *elements = json_array();
    char text[HAR_DECIMAL];
    for (size_t i = 0; i < count; i++) {
        har_tensor_text(text, tensor, row * count + i);
        const bool number = isfinite(har_tensor_number(tensor, row * count + i));
        json_array_append_new(elements, json_string(number ? text : "null"));
    }
    if (json_object_get(values, name) == NULL)
        json_object_set_new(values, name, json_array());
    json_array_append_new(json_object_get(values, name), elements);
}

static void show_row(const struct view *view, const struct har_frame *frame, size_t i, size_t row,
                     size_t number)
{
    const struct har_tensor *tensor = &frame->tensor[i];
    const char *name = frame->name[0] != '\0' ? frame->name : tensor->name;
    if (row >= har_tensor_rows(tensor))
        return;
    if (view->show->json) {
        add_row(view->values_json, name, tensor, row);
    } else {
        fprintf(view->values, "%s[%zu]", name, number);
        print_row(view->values, tensor, row);
    }
}

/* Those of the first rows wanted that are in this frame, row by row, so that framing doesn't show;
 * FIRST as har_tallies_add gives it. */
static void show_values(const struct view *view, const struct har_frame *frame,
                        const size_t first[HAR_TENSORS_MAX])
{
    const size_t rows = frame->tensors == 0 ? 0 : har_tensor_rows(&frame->tensor[0]);
    for (size_t row = 0; row < rows && row < view->show->rows; row++)
        for (size_t i = 0; i < frame->tensors; i++)
            if (first[i] + row < view->show->rows)
                show_row(view, frame, i, row, first[i] + row);
}

/* ---- the table and the end ---- */

static void tally_shape(char text[128], const struct har_tally *tally)
{
    har_shape_text(text, tally->rank, tally->shape);
}

static int name_width(const struct har_tallies *tallies)
{
    size_t width = 10;
    for (size_t i = 0; i < tallies->count; i++) {
        const size_t length = har_text_width(tallies->tally[i].name);
        width = length > width ? length : width;
    }
    return (int)width;
}

static void print_tally(FILE *to, const struct har_tally *tally, int width)
{
    char shape[128];
    tally_shape(shape, tally);
    fputs("  ", to);
    har_text_print(to, tally->name, -width);
    fprintf(to, " %s %-18s", har_dtype_name(tally->type), shape);
    const double mean = har_tally_mean(tally);
    if (tally->numbers > 0)
        fprintf(to, " %12.6g %12.6g %12.6g", tally->least, tally->greatest,
                isnan(mean) ? (double)NAN : mean); /* of infinities, whose NaN may have a sign */
    if (tally->not_numbers > 0)
        fprintf(to, " %zu NaN", tally->not_numbers);
    fputc('\n', to);
}

static void print_table(const struct view *view)
{
    const int width = name_width(&view->tallies);
    if (view->tallies.count > 0)
        fprintf(view->to, "  %-*s %-3s %-18s %12s %12s %12s\n", width, "tensor", "", "shape",
                "least", "greatest", "mean");
    for (size_t i = 0; i < view->tallies.count; i++)
        print_tally(view->to, &view->tallies.tally[i], width);
}

static void print_end(FILE *to, const struct har_end *end)
{
    fprintf(to, "  end: %" PRIu64 " rows in %" PRIu64 " frames, crc32 %08" PRIx32, end->rows,
            end->frames, end->crc32);
    if (end->has_input)
        fprintf(to, ", input %08" PRIx32, end->input);
    if (end->more)
        fputs(", more follows", to);
    fputc('\n', to);
    if (end->status != HAR_OK) {
        fprintf(to, "  failed with status %d: ", (int)end->status);
        har_text_print(to, end->message, 0);
        fputc('\n', to);
    }
}

/* ---- JSON ---- */

static json_t *number_json(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *tally_json(const struct har_tally *tally)
{
    json_t *shape = json_array();
    for (size_t i = 0; i < tally->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)tally->shape[i]));
    json_t *object = json_pack("{s:s, s:s, s:o}", "name", tally->name, "type",
                               har_dtype_name(tally->type), "shape", shape);
    if (tally->numbers > 0) {
        json_object_set_new(object, "least", number_json(tally->least));
        json_object_set_new(object, "greatest", number_json(tally->greatest));
        json_object_set_new(object, "mean", number_json(har_tally_mean(tally)));
    }
    if (tally->not_numbers > 0)
        json_object_set_new(object, "nan", json_integer((json_int_t)tally->not_numbers));
    return object;
}

static json_t *end_json(const struct har_end *end)
{
    json_t *object =
        json_pack("{s:I, s:I, s:I, s:b, s:i, s:s}", "frames", (json_int_t)end->frames, "rows",
                  (json_int_t)end->rows, "crc32", (json_int_t)end->crc32, "more", end->more,
                  "status", (int)end->status, "message", end->message);
    if (end->has_input)
        json_object_set_new(object, "input", json_integer(end->input));
    return object;
}

/* A row's elements, which are texts already. */
static void print_elements(FILE *to, const json_t *elements)
{
    fputc('[', to);
    for (size_t i = 0; i < json_array_size(elements); i++)
        fprintf(to, "%s%s", i == 0 ? "" : ", ", json_string_value(json_array_get(elements, i)));
    fputc(']', to);
}

/* By hand, since json_dumpf has one precision for floats and doubles. */
static void print_values(FILE *to, const json_t *values)
{
    const char *name, *between = "";
    json_t *rows, *row;
    size_t i;
    fputc('{', to);
    json_object_foreach((json_t *)(uintptr_t)values, name, rows)
    {
        json_t *key = json_string(name);
        fputs(between, to);
        print_json(to, key);
        json_decref(key);
        json_array_foreach(rows, i, row)
        {
            fputs(i == 0 ? ": [" : ", ", to);
            print_elements(to, row);
        }
        fputc(']', to);
        between = ", ";
    }
    fputc('}', to);
}

/* END is NULL where the segment has none. */
static enum har_status print_document(const struct view *view, const json_t *header,
                                      const struct har_end *end, struct har_error *err)
{
    json_t *tensors = json_array();
    for (size_t i = 0; i < view->tallies.count; i++)
        json_array_append_new(tensors, tally_json(&view->tallies.tally[i]));
    json_t *document = json_pack("{s:O, s:o, s:o}", "header", header, "tensors", tensors, "end",
                                 end == NULL ? json_null() : end_json(end));
    char *text = document == NULL ? NULL : json_dumps(document, JSON_REAL_PRECISION(9));
    json_decref(document);
    if (text == NULL)
        return har_fail(err, HAR_SYSTEM, "the segment can't be shown as JSON");
    fprintf(view->to, "%.*s", (int)strlen(text) - 1, text);
    if (view->show->rows > 0) {
        fputs(", \"values\": ", view->to);
        print_values(view->to, view->values_json);
    }
    fputs("}\n", view->to);
    free(text);
    return HAR_OK;
}

/* ---- a segment ---- */

static void view_clear(struct view *view)
{
    har_tallies_free(&view->tallies);
    if (view->values != NULL)
        fclose(view->values);
    free(view->values_text);
    json_decref(view->values_json);
    view->values = NULL;
    view->values_text = NULL;
    view->values_json = NULL;
    view->values_size = 0;
}

static enum har_status begin(struct view *view, const json_t *header, struct har_error *err)
{
    view_clear(view);
    if (view->show->rows > 0 &&
        (view->values = open_memstream(&view->values_text, &view->values_size)) == NULL)
        return har_fail_memory(err);
    view->values_json = json_object();
    return view->show->json ? HAR_OK : print_header(view, header, err);
}

static enum har_status add(struct view *view, const struct har_frame *frame, struct har_error *err)
{
    size_t first[HAR_TENSORS_MAX];
    const enum har_status status = har_tallies_add(&view->tallies, frame, first, err);
    if (status == HAR_OK && view->values != NULL)
        show_values(view, frame, first);
    return status;
}

/* What came of the segment's data. */
static void print_data(struct view *view)
{
    if (view->values != NULL)
        fflush(view->values);
    print_table(view);
    if (view->values_size > 0)
        fputs(view->values_text, view->to);
}

static enum har_status end(struct view *view, const json_t *header, const struct har_end *foot,
                           struct har_error *err)
{
    enum har_status status = HAR_OK;
    if (view->show->json) {
        status = print_document(view, header, foot, err);
    } else {
        print_data(view);
        print_end(view->to, foot);
    }
    view->number++;
    return status != HAR_OK || foot->status == HAR_OK ? status : har_end_failure(foot, err);
}

/* Of a segment that failed before its end: what was read. */
static void show_rest(struct view *view, const json_t *header)
{
    struct har_error ignored = {0};
    if (view->show->json)
        (void)!print_document(view, header, NULL, &ignored);
    else
        print_data(view);
}

static enum har_status take(struct view *view, enum har_item item, const struct har_reader *in,
                            struct har_error *err)
{
    const json_t *header = har_reader_header(in);
    switch (item) {
    case HAR_ITEM_HEADER:
        return begin(view, header, err);
    case HAR_ITEM_DATA:
        return add(view, har_reader_frame(in), err);
    case HAR_ITEM_END:
        return end(view, header, &har_reader_frame(in)->end, err);
    default:
        return HAR_OK;
    }
}

enum har_status har_show(FILE *to, struct har_reader *in, const struct har_show *show,
                         struct har_error *err)
{
    struct view view = {.to = to, .show = show};
    enum har_item item = HAR_ITEM_END;
    enum har_status status;
    do {
        const bool in_segment = item != HAR_ITEM_END;
        status = har_reader_next(&item, in, err);
        if (status == HAR_OK)
            status = take(&view, item, in, err);
        else if (in_segment)
            show_rest(&view, har_reader_header(in));
    } while (status == HAR_OK && item != HAR_ITEM_EOF);
    view_clear(&view);
    return status;
}
