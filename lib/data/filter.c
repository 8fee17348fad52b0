#include "data/filter.h"

#include "base/memory.h"
#include "data/recordings.h"
#include "stream/header.h"
#include <math.h>
#include <stdlib.h>

struct har_filter {
    struct har_filter_options options;
    struct har_chain *chain; /* of the current segment */
    struct har_recordings recordings;
    struct har_table held; /* rows of the current recording and person not yet filtered */
    float *x, *filtered;
    size_t x_capacity, filtered_capacity;
};

enum har_status har_filter_new(struct har_filter **filter, const struct har_filter_options *options,
                               struct har_error *err)
{
    *filter = har_allocate(1, sizeof **filter);
    if (*filter == NULL)
        return har_fail_memory(err);
    (*filter)->options = *options;
    return HAR_OK;
}

/* Forgets all that belongs to a segment. */
static void forget(struct har_filter *filter)
{
    har_chain_free(filter->chain);
    filter->chain = NULL;
    har_recordings_free(&filter->recordings);
    har_table_free(&filter->held);
}

void har_filter_free(struct har_filter *filter)
{
    if (filter == NULL)
        return;
    forget(filter);
    free(filter->x);
    free(filter->filtered);
    free(filter);
}

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    struct har_filter *filter = state;
    forget(filter);
    if (har_chain_new(&filter->chain, &filter->options, header, err) != HAR_OK)
        return err->status;
    json_t *described = json_deep_copy(header);
    if (described == NULL)
        return har_fail_memory(err);
    enum har_status status = har_chain_describe(filter->chain, described, err);
    if (status == HAR_OK)
        status = har_writer_header(out, described, err);
    json_decref(described);
    return status;
}

/* Writes the first COUNT held rows, x replaced by what was filtered. */
static enum har_status write_rows(struct har_filter *filter, size_t count, struct har_writer *out,
                                  struct har_error *err)
{
    const struct har_table *held = &filter->held;
    struct har_tensor tensor[HAR_TENSORS_MAX];
    for (size_t c = 0; c < held->columns; c++)
        tensor[c] = har_column_view(&held->column[c], 0, count);
    const size_t x = (size_t)(har_table_column(held, "x") - held->column);
    const size_t shape[] = {count, har_chain_outputs(filter->chain)};
    if (har_tensor_view(&tensor[x], "x", HAR_F4, 2, shape, filter->filtered, err) != HAR_OK)
        return err->status;
    return har_rows_write(out, tensor, held->columns, err);
}

/* What overflowed in the filters isn't passed on. */
static enum har_status check_filtered(const struct har_filter *filter, size_t rows,
                                      struct har_error *err)
{
    const size_t width = har_chain_outputs(filter->chain);
    for (size_t i = 0; i < rows * width; i++)
        if (!isfinite(filter->filtered[i]))
            return har_fail(err, HAR_NUMBERS, "channel %zu is %g when filtered", i % width + 1,
                            (double)filter->filtered[i]);
    return HAR_OK;
}

/* Filters and writes the held rows that have their lookahead; all of them where the recording has
 * ENDED. */
static enum har_status advance(struct har_filter *filter, bool ended, struct har_writer *out,
                               struct har_error *err)
{
    struct har_chain *chain = filter->chain;
    const size_t rows = filter->held.rows, ahead = ended ? 0 : har_chain_lookahead(chain);
    if (rows <= ahead)
        return HAR_OK;
    const size_t count = rows - ahead;
    const size_t values = rows * har_chain_inputs(chain);
    if (!har_grow(&filter->x, &filter->x_capacity, values, sizeof *filter->x) ||
        !har_grow(&filter->filtered, &filter->filtered_capacity, count * har_chain_outputs(chain),
                  sizeof *filter->filtered))
        return har_fail_memory(err);
    const struct har_column *column = har_table_column(&filter->held, "x");
    const struct har_tensor x = har_column_view(column, 0, rows);
    har_tensor_floats(filter->x, &x, 0, values);
    if (har_chain_run(chain, filter->filtered, count, filter->x, rows, err) != HAR_OK ||
        check_filtered(filter, count, err) != HAR_OK ||
        write_rows(filter, count, out, err) != HAR_OK)
        return err->status;
    har_table_drop(&filter->held, count);
    return HAR_OK;
}

/* A value that isn't finite would stay in the filters for the rest of the recording. */
static enum har_status check_finite(const struct har_tensor *x, struct har_error *err)
{
    const size_t width = x->shape[1];
    for (size_t row = 0; row < x->shape[0]; row++)
        for (size_t c = 0; c < width; c++) {
            float value;
            har_tensor_floats(&value, x, row * width + c, 1);
            if (!isfinite(value))
                return har_fail(err, HAR_INPUT, "row %zu: x[%zu] is %g, expected a finite number",
                                row, c, (double)value);
        }
    return HAR_OK;
}

/* Rows FIRST .. FIRST + COUNT - 1 of FRAME, all of SUBJECT in recording ID. */
static enum har_status take_run(struct har_filter *filter, const struct har_frame *frame,
                                size_t first, size_t count, int64_t id, int64_t subject,
                                struct har_writer *out, struct har_error *err)
{
    enum har_turn turn;
    if (har_recordings_turn(&filter->recordings, id, subject, &turn, err) != HAR_OK)
        return har_error_at(err, "row %zu", first);
    if (turn != HAR_TURN_NONE) {
        if (advance(filter, true, out, err) != HAR_OK)
            return err->status;
        har_chain_reset(filter->chain);
    }
    struct har_frame part;
    har_frame_part(&part, frame, first, count);
    if (har_table_append(&filter->held, &part, NULL, err) != HAR_OK)
        return err->status;
    return advance(filter, false, out, err);
}

/* VALUE's of a row; 0 where there are none. */
static int64_t number_at(const int64_t *value, size_t row)
{
    return value == NULL ? 0 : value[row];
}

static enum har_status take_runs(struct har_filter *filter, const struct har_frame *frame,
                                 const int64_t *recording, const int64_t *subject,
                                 struct har_writer *out, struct har_error *err)
{
    for (size_t first = 0, next; first < frame->rows; first = next) {
        const int64_t id = number_at(recording, first), person = number_at(subject, first);
        next = first + 1;
        while (next < frame->rows && number_at(recording, next) == id &&
               number_at(subject, next) == person)
            next++;
        if (take_run(filter, frame, first, next - first, id, person, out, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    struct har_filter *filter = state;
    const struct har_tensor *x;
    int64_t *recording = NULL, *subject = NULL;
    if (har_frame_samples(&x, frame, har_chain_inputs(filter->chain), err) != HAR_OK ||
        check_finite(x, err) != HAR_OK)
        return err->status;
    enum har_status status = har_frame_integers(&recording, frame, "recording", err);
    if (status == HAR_OK)
        status = har_frame_integers(&subject, frame, "subject", err);
    if (status == HAR_OK)
        status = take_runs(filter, frame, recording, subject, out, err);
    free(recording);
    free(subject);
    return status;
}

static enum har_status end(void *state, bool more, struct har_writer *out, struct har_error *err)
{
    if (advance(state, true, out, err) != HAR_OK)
        return err->status;
    return har_writer_end(out, more, err);
}

static const char *const types[] = {"recordings", NULL};

const struct har_stage har_filter_stage = {
    .types = types, .begin = begin, .rows = rows, .end = end};
