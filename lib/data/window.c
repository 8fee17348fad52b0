#include "data/window.h"

#include "base/memory.h"
#include "data/cut.h"
#include "data/recordings.h"
#include "stream/header.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* No further window. */
#define NEVER INT64_MAX

/* What is constant in a window. */
struct key {
    int64_t recording, subject, split;
    int64_t label; /* with within_labels, else 0 */
};

struct har_window {
    const struct har_window_options *options;

    /* of the segment */
    size_t channels, labels;
    struct har_recordings recordings;
    struct har_cutter cutter;

    /* of the run of samples with one key */
    struct key key;
    struct har_table held; /* samples that a window may still need */
    int64_t base;          /* number of the first of them in the recording */
    int64_t position;      /* number of the next sample in the recording */
    int64_t next;          /* where the next window starts */
    size_t cursor;         /* which of the given starts that is */
    int64_t begun;         /* number of the run's first sample in the recording */

    /* of all segments */
    bool fitted;     /* a window did */
    int64_t longest; /* samples of the longest run that windows may lie in */
};

enum har_status har_window_check(const struct har_window_options *options, struct har_error *err)
{
    if (options->length == 0)
        return har_fail(err, HAR_USAGE, "--length N is required: samples in a window");
    if (options->starts == NULL && options->step == 0)
        return har_fail(err, HAR_USAGE,
                        "--step N is required: samples from one window's start to the next");
    if (options->starts != NULL && (options->step > 0 || options->within_labels))
        return har_fail(err, HAR_USAGE,
                        "--at says where windows start: --step and "
                        "--within-labels don't go with it");
    return HAR_OK;
}

enum har_status har_window_new(struct har_window **window, const struct har_window_options *options,
                               struct har_error *err)
{
    struct har_window *made = har_allocate(1, sizeof *made);
    if (made == NULL)
        return har_fail_memory(err);
    if (har_cutter_init(&made->cutter, options->length, err) != HAR_OK) {
        free(made);
        return err->status;
    }
    made->options = options;
    *window = made;
    return HAR_OK;
}

/* Forgets all that belongs to a segment. */
static void forget(struct har_window *window)
{
    har_cutter_clear(&window->cutter);
    har_recordings_free(&window->recordings);
    har_table_free(&window->held);
    window->next = NEVER;
}

void har_window_free(struct har_window *window)
{
    if (window == NULL)
        return;
    forget(window);
    har_cutter_free(&window->cutter);
    free(window);
}

bool har_window_none(size_t *longest, const struct har_window *window)
{
    *longest = (size_t)window->longest;
    return !window->fitted && window->longest > 0;
}

/* ---- the header ---- */

static json_t *recipe(const struct har_window_options *options)
{
    json_t *made = json_pack("{s:I}", "length", (json_int_t)options->length);
    if (options->starts == NULL)
        json_object_set_new(made, "step", json_integer((json_int_t)options->step));
    if (options->within_labels)
        json_object_set_new(made, "within_labels", json_true());
    return made;
}

static enum har_status describe(struct har_window *window, json_t *header, struct har_error *err)
{
    static const char *const axes[] = {"window", "time", "channel"};
    const char *dropped = window->options->dropped_labels;
    if (json_object_set_new(header, "type", json_string("windows")) != 0)
        return har_fail_memory(err);
    if (har_header_set_list(header, "axes", axes, 3, err) != HAR_OK ||
        har_header_set_recipe(header, "window", recipe(window->options), err) != HAR_OK)
        return err->status;
    return dropped == NULL ? HAR_OK : har_labels_drop(&window->cutter.map, header, dropped, err);
}

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    struct har_window *window = state;
    forget(window);
    window->channels = har_header_count(header, "channels");
    window->labels = har_header_count(header, "labels");
    json_t *described = json_deep_copy(header);
    if (described == NULL)
        return har_fail_memory(err);
    enum har_status status = describe(window, described, err);
    if (status == HAR_OK)
        status = har_writer_header(out, described, err);
    json_decref(described);
    return status;
}

/* ---- where windows start ---- */

/* The given start under the cursor, as far as it is in the current recording. */
static int64_t given_start(const struct har_window *window)
{
    const struct har_starts *starts = window->options->starts;
    if (window->cursor >= starts->count ||
        starts->start[window->cursor].recording != window->key.recording)
        return NEVER;
    return starts->start[window->cursor].sample;
}

static int64_t following_start(struct har_window *window)
{
    if (window->options->starts == NULL)
        return window->next + (int64_t)window->options->step;
    window->cursor++;
    return given_start(window);
}

/* Makes all windows that are complete and forgets the samples before the next one. */
static enum har_status advance(struct har_window *window, struct har_writer *out,
                               struct har_error *err)
{
    const int64_t length = (int64_t)window->options->length;
    const int64_t end = window->base + (int64_t)window->held.rows;
    const int64_t *label = window->options->within_labels ? &window->key.label : NULL;
    while (window->next < end && window->next + length <= end) {
        if (har_cutter_cut(&window->cutter, &window->held, (size_t)(window->next - window->base),
                           window->next, label, out, err) != HAR_OK)
            return err->status;
        window->fitted = true;
        window->next = following_start(window);
    }
    if (window->next != NEVER && end - window->begun > window->longest)
        window->longest = end - window->begun;
    const int64_t kept_from = window->next < end ? window->next : end;
    har_table_drop(&window->held, (size_t)(kept_from - window->base));
    window->base = kept_from;
    return HAR_OK;
}

/* All given starts of the run that ends here have been met. */
static enum har_status check_starts(const struct har_window *window, struct har_error *err)
{
    if (window->options->starts == NULL || window->next == NEVER)
        return HAR_OK;
    const struct har_starts *starts = window->options->starts;
    return har_fail(err, HAR_INPUT,
                    "%s: line %zu: recording %" PRId64
                    " has no %zu samples of one subject and split from %" PRId64
                    " on (it goes on to %" PRId64 ")",
                    starts->name, starts->start[window->cursor].line, window->key.recording,
                    window->options->length, window->next, window->position);
}

/* ---- the samples ---- */

static void begin_recording(struct har_window *window)
{
    struct har_starts *starts = window->options->starts;
    window->position = 0;
    if (starts == NULL)
        return;
    window->cursor = har_starts_find(starts, window->key.recording);
    for (size_t i = window->cursor;
         i < starts->count && starts->start[i].recording == window->key.recording; i++)
        starts->start[i].reached = true;
}

/* Starts are given by a recording's number, which must be one person's then. */
static enum har_status check_number(const struct har_window *window, int64_t recording,
                                    struct har_error *err)
{
    const struct har_starts *starts = window->options->starts;
    const size_t first = starts == NULL ? 0 : har_starts_find(starts, recording);
    if (starts == NULL || first == starts->count)
        return HAR_OK;
    return har_fail(err, HAR_INPUT,
                    "%s: line %zu: several people have a recording %" PRId64
                    ", expected a number of its own",
                    starts->name, starts->start[first].line, recording);
}

/* A run of samples with another key begins. */
static enum har_status begin_run(struct har_window *window, const struct key *key,
                                 struct har_error *err)
{
    enum har_turn turn;
    if (har_recordings_turn(&window->recordings, key->recording, key->subject, &turn, err) !=
        HAR_OK)
        return err->status;
    if (turn == HAR_TURN_AGAIN && check_number(window, key->recording, err) != HAR_OK)
        return err->status;
    const bool begins = turn != HAR_TURN_NONE;
    if ((begins || window->next < window->position) && check_starts(window, err) != HAR_OK)
        return err->status;
    har_table_clear(&window->held);
    window->key = *key;
    if (begins)
        begin_recording(window);
    window->base = window->begun = window->position;
    if (window->options->starts != NULL)
        window->next = given_start(window);
    else if (window->options->within_labels && key->label == -1)
        window->next = NEVER;
    else
        window->next = window->position;
    return HAR_OK;
}

/* A frame's keys, a list each; NULL where there is no such tensor. */
struct keys {
    int64_t *recording, *subject, *split, *label;
};

static void free_keys(struct keys *keys)
{
    free(keys->recording);
    free(keys->subject);
    free(keys->split);
    free(keys->label);
}

static enum har_status read_keys(struct keys *keys, const struct har_frame *frame,
                                 struct har_error *err)
{
    *keys = (struct keys){0};
    if (har_frame_integers(&keys->recording, frame, "recording", err) == HAR_OK &&
        har_frame_integers(&keys->subject, frame, "subject", err) == HAR_OK &&
        har_frame_integers(&keys->split, frame, "split", err) == HAR_OK &&
        har_frame_integers(&keys->label, frame, "y", err) == HAR_OK)
        return HAR_OK;
    free_keys(keys);
    return err->status;
}

static struct key key_at(const struct har_window *window, const struct keys *keys, size_t row)
{
    const bool labels = window->options->within_labels;
    return (struct key){.recording = keys->recording == NULL ? 0 : keys->recording[row],
                        .subject = keys->subject == NULL ? 0 : keys->subject[row],
                        .split = keys->split == NULL ? 0 : keys->split[row],
                        .label = labels ? keys->label[row] : 0};
}

static bool same_key(const struct key *a, const struct key *b)
{
    return a->recording == b->recording && a->subject == b->subject && a->split == b->split &&
           a->label == b->label;
}

/* The first of ROWS after FIRST that has another key. */
static size_t end_of_run(const struct har_window *window, const struct keys *keys, size_t first,
                         size_t rows)
{
    const struct key key = key_at(window, keys, first);
    for (size_t row = first + 1; row < rows; row++) {
        const struct key other = key_at(window, keys, row);
        if (!same_key(&key, &other))
            return row;
    }
    return rows;
}

static enum har_status check_labels(const struct har_window *window, const struct keys *keys,
                                    size_t rows, struct har_error *err)
{
    const bool needed = window->options->within_labels || window->options->dropped_labels != NULL;
    if (keys->label == NULL)
        return needed
                   ? har_fail(err, HAR_INPUT, "there is no y, %s needs it",
                              window->options->within_labels ? "--within-labels" : "--drop-labels")
                   : HAR_OK;
    const int64_t limit = window->labels > 0 ? (int64_t)window->labels : INT32_MAX;
    for (size_t row = 0; row < rows; row++)
        if (keys->label[row] < -1 || keys->label[row] >= limit)
            return har_fail(err, HAR_INPUT, "row %zu: y is %" PRId64 ", expected -1 to %" PRId64,
                            row, keys->label[row], limit - 1);
    return HAR_OK;
}

static enum har_status take_run(struct har_window *window, const struct har_frame *frame,
                                const struct key *key, size_t first, size_t count,
                                struct har_writer *out, struct har_error *err)
{
    if ((!window->recordings.any || !same_key(key, &window->key)) &&
        begin_run(window, key, err) != HAR_OK)
        return har_error_at(err, "row %zu", first);
    struct har_frame part;
    har_frame_part(&part, frame, first, count);
    if (har_table_append(&window->held, &part, NULL, err) != HAR_OK)
        return err->status;
    window->position += (int64_t)count;
    return advance(window, out, err);
}

static enum har_status take_runs(struct har_window *window, const struct har_frame *frame,
                                 const struct keys *keys, struct har_writer *out,
                                 struct har_error *err)
{
    if (check_labels(window, keys, frame->rows, err) != HAR_OK)
        return err->status;
    for (size_t first = 0, next; first < frame->rows; first = next) {
        const struct key key = key_at(window, keys, first);
        next = end_of_run(window, keys, first, frame->rows);
        if (take_run(window, frame, &key, first, next - first, out, err) != HAR_OK)
            return err->status;
    }
    return har_cutter_write(&window->cutter, out, err);
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    struct har_window *window = state;
    const struct har_tensor *x;
    struct keys keys;
    if (har_frame_samples(&x, frame, window->channels, err) != HAR_OK ||
        read_keys(&keys, frame, err) != HAR_OK)
        return err->status;
    const enum har_status status = take_runs(window, frame, &keys, out, err);
    free_keys(&keys);
    return status;
}

static enum har_status end(void *state, bool more, struct har_writer *out, struct har_error *err)
{
    if (check_starts(state, err) != HAR_OK)
        return err->status;
    return har_writer_end(out, more, err);
}

static enum har_status finish(void *state, struct har_writer *out, struct har_error *err)
{
    (void)out;
    const struct har_window *window = state;
    const struct har_starts *starts = window->options->starts;
    for (size_t i = 0; starts != NULL && i < starts->count; i++)
        if (!starts->start[i].reached)
            return har_fail(err, HAR_INPUT, "%s: line %zu: recording %" PRId64 " isn't there",
                            starts->name, starts->start[i].line, starts->start[i].recording);
    return HAR_OK;
}

static const char *const types[] = {"recordings", NULL};

const struct har_stage har_window_stage = {
    .types = types, .begin = begin, .rows = rows, .end = end, .finish = finish};
