#include "data/recordings.h"

#include "base/memory.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_before(const struct har_recording *a, const struct har_recording *b)
{
    return a->id != b->id ? a->id < b->id : a->subject < b->subject;
}

static bool is_same(const struct har_recording *a, const struct har_recording *b)
{
    return a->id == b->id && a->subject == b->subject;
}

/* Where it stands, or would stand, in the list. */
static size_t find_place(const struct har_recordings *recordings,
                         const struct har_recording *recording)
{
    size_t low = 0, high = recordings->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_before(&recordings->past[middle], recording))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_number(const struct har_recordings *recordings, size_t place, int64_t id)
{
    return place < recordings->count && recordings->past[place].id == id;
}

static enum har_status insert(struct har_recordings *recordings, size_t place,
                              const struct har_recording *recording, struct har_error *err)
{
    if (!har_grow(&recordings->past, &recordings->capacity, recordings->count + 1,
                  sizeof *recordings->past))
        return har_fail_memory(err);
    struct har_recording *at = recordings->past + place;
    memmove(at + 1, at, (recordings->count - place) * sizeof *at);
    *at = recordings->current = *recording;
    recordings->count++;
    recordings->any = true;
    return HAR_OK;
}

static enum har_status refuse(const struct har_recording *recording,
                              const struct har_recording *current, struct har_error *err)
{
    if (recording->id == current->id)
        return har_fail(err, HAR_INPUT,
                        "rows of people %" PRId64 " and %" PRId64 " alternate in recording %" PRId64
                        ": sort them by person",
                        recording->subject, current->subject, current->id);
    return har_fail(err, HAR_INPUT,
                    "recording %" PRId64 " goes on after recording %" PRId64
                    ", expected its rows together",
                    recording->id, current->id);
}

enum har_status har_recordings_turn(struct har_recordings *recordings, int64_t id, int64_t subject,
                                    enum har_turn *turn, struct har_error *err)
{
    const struct har_recording recording = {id, subject}, *current = &recordings->current;
    *turn = HAR_TURN_NONE;
    if (recordings->any && is_same(&recording, current))
        return HAR_OK;
    const size_t place = find_place(recordings, &recording);
    if (place < recordings->count && is_same(&recording, &recordings->past[place]))
        return refuse(&recording, current, err);
    const bool again =
        has_number(recordings, place, id) || (place > 0 && has_number(recordings, place - 1, id));
    *turn = again ? HAR_TURN_AGAIN : HAR_TURN_RECORDING;
    return insert(recordings, place, &recording, err);
}

void har_recordings_free(struct har_recordings *recordings)
{
    free(recordings->past);
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
