#include "fit/leak.h"

#include "base/memory.h"
#include "fit/leak_rows.h"
#include "fit/people.h"
#include "stream/header.h"
#include <stdlib.h>
#include <string.h>

enum har_status har_leak_new(struct har_leak **leak, struct har_error *err)
{
    *leak = har_allocate(1, sizeof **leak);
    return *leak == NULL ? har_fail_memory(err) : HAR_OK;
}

void har_leak_free(struct har_leak *leak)
{
    if (leak == NULL)
        return;
    har_roster_free(&leak->people);
    free(leak->row);
    free(leak->anonymous);
    free(leak);
}

/* ---- gathering ---- */

/* Room for all sources of the roster. */
static enum har_status know_sources(struct har_leak *leak, struct har_error *err)
{
    const size_t sources = leak->people.sources;
    if (!har_grow(&leak->anonymous, &leak->source_capacity, sources, sizeof *leak->anonymous))
        return har_fail_memory(err);
    while (leak->sources < sources)
        leak->anonymous[leak->sources++] = false;
    return HAR_OK;
}

enum har_status har_leak_segment(struct har_leak *leak, const json_t *header, struct har_error *err)
{
    const json_t *recipe = json_object_get(header, "recipe");
    leak->length = json_integer_value(json_object_get(json_object_get(recipe, "window"), "length"));
    const enum har_status status =
        har_roster_source(&leak->source, &leak->people, har_header_text(header, "source", ""), err);
    return status != HAR_OK ? status : know_sources(leak, err);
}

/* Samples of one window; 0 where nothing says how many. */
static int64_t window_length(const struct har_leak *leak, const struct har_tensor *x)
{
    if (leak->length > 0)
        return leak->length;
    return x != NULL && x->rank > 2 ? (int64_t)x->shape[1] : 0;
}

static void place_row(struct har_leak_row *row, const int64_t *recording, const int64_t *start,
                      size_t r, int64_t length)
{
    if (recording == NULL || start == NULL || length == 0)
        return;
    const bool fits = start[r] <= INT64_MAX - length;
    row->placed = true;
    row->recording = recording[r];
    row->start = start[r];
    row->end = fits ? start[r] + length : INT64_MAX;
}

/* Rows of nobody come of this source: their recordings may be anybody's in it. */
static void disown_recordings(struct har_leak *leak)
{
    leak->anonymous[leak->source] = true;
    for (size_t r = 0; r < leak->rows; r++)
        if (leak->row[r].source == leak->source)
            leak->row[r].owner = HAR_NOBODY;
}

static enum har_status add_rows(struct har_leak *leak, size_t count, const int64_t *subject,
                                const int64_t *recording, const int64_t *start, int64_t length,
                                struct har_error *err)
{
    if (!har_grow(&leak->row, &leak->capacity, leak->rows + count, sizeof *leak->row))
        return har_fail_memory(err);
    leak->next = leak->rows;
    if (subject == NULL && count > 0 && !leak->anonymous[leak->source])
        disown_recordings(leak);
    for (size_t r = 0; r < count; r++) {
        struct har_leak_row *row = &leak->row[leak->rows + r];
        *row = (struct har_leak_row){.source = leak->source, .person = HAR_NOBODY};
        place_row(row, recording, start, r, length);
        if (subject != NULL &&
            har_roster_add(&row->person, &leak->people, leak->source, subject[r], err) != HAR_OK)
            return err->status;
        row->owner = leak->anonymous[leak->source] ? HAR_NOBODY : row->person;
    }
    leak->rows += count;
    return HAR_OK;
}

enum har_status har_leak_frame(struct har_leak *leak, const struct har_frame *frame,
                               struct har_error *err)
{
    const struct har_tensor *x = har_frame_find(frame, "x");
    int64_t *subject = NULL, *recording = NULL, *start = NULL;
    enum har_status status = har_frame_integers(&subject, frame, "subject", err);
    if (status == HAR_OK)
        status = har_frame_integers(&recording, frame, "recording", err);
    if (status == HAR_OK)
        status = har_frame_integers(&start, frame, "start", err);
    if (status == HAR_OK)
        status =
            add_rows(leak, frame->rows, subject, recording, start, window_length(leak, x), err);
    leak->steps = x != NULL && x->rank > 1 ? x->shape[1] : 1;
    free(subject);
    free(recording);
    free(start);
    return status;
}

static bool is_constant(const float *x, size_t size, size_t steps)
{
    if (steps < 2)
        return false;
    const size_t width = size / steps;
    for (size_t i = width; i < size; i++)
        if (x[i] != x[i - width])
            return false;
    return true;
}

/* 64 bits of eight bytes at a time, mixed by multiplication: two rows that differ agree once in
 * 2^64 pairs. SALT tells rows apart that are the same. */
static uint64_t hash_row(const float *x, size_t size, uint64_t salt)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = (size ^ salt) * factor, word = 0;
    for (size_t i = 0; i < size; i += 2) {
        memcpy(&word, x + i, (i + 1 < size ? 2 : 1) * sizeof *x);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    return hash * factor;
}

size_t har_leak_row(struct har_leak *leak, const float *x, size_t size, enum har_split split,
                    bool idle)
{
    struct har_leak_row *row = &leak->row[leak->next++];
    row->split = split == HAR_UNMARKED ? HAR_TRAIN : split;
    row->idle = idle;
    /* a single step of two people may well be the same */
    row->constant = is_constant(x, size, leak->steps);
    row->hash = hash_row(x, size, leak->steps < 2 ? row->person : 0);
    return row->person;
}

void har_leak_validate(struct har_leak *leak, const bool *cut)
{
    for (size_t r = 0; r < leak->rows; r++) {
        struct har_leak_row *row = &leak->row[r];
        if (row->split == HAR_TRAIN && !row->idle && *cut++)
            row->split = HAR_VALIDATION;
    }
}

/* ---- a first model ---- */

bool har_leak_before(const struct har_leak *leak, enum har_split split, size_t place)
{
    return leak->people.person[place].mark & 1U << split;
}

enum har_status har_leak_model(struct har_leak *leak, const json_t *header, struct har_error *err)
{
    leak->before_within = json_is_true(json_object_get(header, "within_person"));
    for (enum har_split split = HAR_TRAIN; split <= HAR_VALIDATION; split++) {
        struct har_leak_before *before = &leak->before[split];
        before->any = split == HAR_TRAIN || har_people_told(header, split);
        before->incomplete = before->any && har_people_incomplete(header, split);
        if (har_people_read(&leak->people, header, split, (unsigned char)(1U << split), err) !=
            HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

/* ---- who it was ---- */

/* Those of the first model and of the rows for SPLIT. */
static enum har_status describe(json_t *header, const struct har_leak *leak, enum har_split split,
                                struct har_error *err)
{
    bool any = leak->before[split].any, incomplete = leak->before[split].incomplete;
    bool *chosen = har_allocate(leak->people.count, sizeof *chosen);
    if (chosen == NULL)
        return har_fail_memory(err);
    for (size_t p = 0; p < leak->people.count; p++)
        chosen[p] = har_leak_before(leak, split, p);
    for (size_t r = 0; r < leak->rows; r++) {
        const struct har_leak_row *row = &leak->row[r];
        if (row->idle || row->split != split)
            continue;
        any = true;
        if (row->person == HAR_NOBODY)
            incomplete = true;
        else
            chosen[row->person] = true;
    }
    const enum har_status status =
        any || split == HAR_TRAIN
            ? har_people_write(header, split, &leak->people, chosen, incomplete, err)
            : HAR_OK;
    free(chosen);
    return status;
}

enum har_status har_leak_describe(json_t *header, const struct har_leak *leak,
                                  struct har_error *err)
{
    const enum har_status status = describe(header, leak, HAR_TRAIN, err);
    return status != HAR_OK ? status : describe(header, leak, HAR_VALIDATION, err);
}
