#include "data/recordings.h"

#include "base/memory.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Where NUMBER stands, or would stand, in the list. */
static size_t find_place(const struct har_runs *runs, int64_t number)
{
    size_t low = 0, high = runs->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (runs->past[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool goes_on(const struct har_runs *runs, int64_t number)
{
    return runs->any && number == runs->current;
}

static bool has_been(const struct har_runs *runs, int64_t number)
{
    const size_t place = find_place(runs, number);
    return place < runs->count && runs->past[place] == number;
}

/* A run of NUMBER, which hasn't been, begins. */
static enum har_status begin_run(struct har_runs *runs, int64_t number, struct har_error *err)
{
    const size_t place = find_place(runs, number);
    if (!har_grow(&runs->past, &runs->capacity, runs->count + 1, sizeof *runs->past))
        return har_fail_memory(err);
    memmove(runs->past + place + 1, runs->past + place, (runs->count - place) * sizeof *runs->past);
    runs->past[place] = number;
    runs->count++;
    runs->current = number;
    runs->any = true;
    return HAR_OK;
}

/* Forgets what came, and keeps the memory. */
static void clear_runs(struct har_runs *runs)
{
    runs->count = 0;
    runs->any = false;
}

static enum har_status turn_recording(struct har_recordings *recordings, int64_t id,
                                      struct har_error *err)
{
    struct har_runs *runs = &recordings->ids;
    if (has_been(runs, id))
        return har_fail(err, HAR_INPUT,
                        "recording %" PRId64 " goes on after recording %" PRId64
                        ", expected its rows together",
                        id, runs->current);
    clear_runs(&recordings->people);
    return begin_run(runs, id, err);
}

static enum har_status turn_person(struct har_recordings *recordings, int64_t subject,
                                   struct har_error *err)
{
    struct har_runs *runs = &recordings->people;
    if (has_been(runs, subject))
        return har_fail(err, HAR_INPUT,
                        "rows of people %" PRId64 " and %" PRId64 " alternate in recording %" PRId64
                        ": sort them by person",
                        subject, runs->current, recordings->ids.current);
    return begin_run(runs, subject, err);
}

enum har_status har_recordings_turn(struct har_recordings *recordings, int64_t id, int64_t subject,
                                    enum har_turn *turn, struct har_error *err)
{
    const bool same = goes_on(&recordings->ids, id);
    *turn = HAR_TURN_NONE;
    if (same && goes_on(&recordings->people, subject))
        return HAR_OK;
    *turn = same ? HAR_TURN_PERSON : HAR_TURN_RECORDING;
    if (!same && turn_recording(recordings, id, err) != HAR_OK)
        return err->status;
    return turn_person(recordings, subject, err);
}

void har_recordings_free(struct har_recordings *recordings)
{
    free(recordings->ids.past);
    free(recordings->people.past);
    *recordings = (struct har_recordings){0};
}

enum har_status har_frame_samples(const struct har_tensor **x, const struct har_frame *frame,
                                  size_t channels, struct har_error *err)
{
    *x = har_frame_find(frame, "x");
    if (*x == NULL)
        return har_fail(err, HAR_INPUT, "there is no x, expected (rows,channels)");
    if ((*x)->rank != 2 || (channels > 0 && (*x)->shape[1] != channels)) {
        char shape[128];
        har_shape_text(shape, (*x)->rank, (*x)->shape);
        if (channels == 0)
            return har_fail(err, HAR_INPUT, "x has shape %s, expected (rows,channels)", shape);
        return har_fail(err, HAR_INPUT, "x has shape %s, expected (rows,%zu)", shape, channels);
    }
    if ((*x)->type != HAR_F4 && (*x)->type != HAR_F8)
        return har_fail(err, HAR_INPUT, "x has type %s, expected <f4", har_dtype_name((*x)->type));
    return HAR_OK;
}

void har_table_drop(struct har_table *table, size_t count)
{
    const size_t kept = table->rows - count;
    for (size_t c = 0; c < table->columns; c++) {
        struct har_column *column = &table->column[c];
        if (kept * column->row_bytes > 0)
            memmove(column->data, column->data + count * column->row_bytes,
                    kept * column->row_bytes);
    }
    table->rows = kept;
}

enum har_status har_rows_write(struct har_writer *writer, const struct har_tensor *tensor,
                               size_t count, struct har_error *err)
{
    const size_t rows = har_tensor_rows(&tensor[0]);
    size_t bytes = 0;
    for (size_t t = 0; t < count; t++)
        bytes += tensor[t].bytes;
    const size_t frames = bytes / (2 * HAR_FRAME_AIM) + 1;
    const size_t step = rows / frames + 1;
    for (size_t first = 0; first < rows; first += step) {
        struct har_tensor part[HAR_TENSORS_MAX];
        const size_t size = rows - first < step ? rows - first : step;
        for (size_t t = 0; t < count; t++)
            part[t] = har_tensor_part(&tensor[t], first, size);
        const enum har_status status = har_writer_rows(writer, part, count, err);
        if (status != HAR_OK)
            return status;
    }
    return HAR_OK;
}
