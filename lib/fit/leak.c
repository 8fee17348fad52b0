#include "fit/leak.h"

#include "base/memory.h"
#include "fit/leak_rows.h"
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
    free(leak);
}

/* ---- gathering ---- */

enum har_status har_leak_segment(struct har_leak *leak, const json_t *header, struct har_error *err)
{
    const json_t *recipe = json_object_get(header, "recipe");
    leak->length = (int64_t)har_header_number(json_object_get(recipe, "window"), "length", 0);
    return har_roster_source(&leak->source, &leak->people, har_header_text(header, "source", ""),
                             err);
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

static enum har_status add_rows(struct har_leak *leak, size_t count, const int64_t *subject,
                                const int64_t *recording, const int64_t *start, int64_t length,
                                struct har_error *err)
{
    if (!har_grow(&leak->row, &leak->capacity, leak->rows + count, sizeof *leak->row))
        return har_fail_memory(err);
    leak->next = leak->rows;
    for (size_t r = 0; r < count; r++) {
        struct har_leak_row *row = &leak->row[leak->rows + r];
        *row = (struct har_leak_row){.source = leak->source, .person = HAR_NOBODY};
        place_row(row, recording, start, r, length);
        if (subject != NULL &&
            har_roster_add(&row->person, &leak->people, leak->source, subject[r], err) != HAR_OK)
            return err->status;
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
    const size_t width = steps > 0 ? size / steps : size;
    for (size_t i = width; i < size; i++)
        if (x[i] != x[i - width])
            return false;
    return true;
}

/* 64 bits of eight bytes at a time, mixed by multiplication: two rows that differ agree once in
 * 2^64 pairs. */
static uint64_t hash_row(const float *x, size_t size)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = size, word = 0;
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
    row->constant = is_constant(x, size, leak->steps);
    row->hash = hash_row(x, size);
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

/* ---- who it was ---- */

static enum har_status add_subject(json_t *list, int64_t subject, struct har_error *err)
{
    const size_t count = json_array_size(list);
    size_t place = count;
    while (place > 0 && json_integer_value(json_array_get(list, place - 1)) > subject)
        place--;
    if (place > 0 && json_integer_value(json_array_get(list, place - 1)) == subject)
        return HAR_OK;
    return json_array_insert_new(list, place, json_integer(subject)) == 0 ? HAR_OK
                                                                          : har_fail_memory(err);
}

/* The list under NAME, made where there is none; borrowed. */
static json_t *list_of(json_t *object, const char *name)
{
    json_t *list = json_object_get(object, name);
    if (list == NULL && json_object_set_new(object, name, json_array()) == 0)
        list = json_object_get(object, name);
    return list;
}

static enum har_status list_people(json_t *all, json_t *by_source, const struct har_leak *leak,
                                   const bool *chosen, struct har_error *err)
{
    const struct har_roster *people = &leak->people;
    for (size_t i = 0; i < people->count; i++) {
        const struct har_person *person = &people->person[people->sorted[i]];
        if (!chosen[people->sorted[i]])
            continue;
        json_t *list = list_of(by_source, people->source[person->source]);
        if (list == NULL)
            return har_fail_memory(err);
        if (add_subject(all, person->subject, err) != HAR_OK ||
            add_subject(list, person->subject, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

/* CHOSEN: the people of rows with this SPLIT; whether there are such rows, be it of nobody. */
static bool choose_people(bool *chosen, const struct har_leak *leak, enum har_split split)
{
    bool any = false;
    for (size_t r = 0; r < leak->rows; r++) {
        const struct har_leak_row *row = &leak->row[r];
        if (row->idle || row->split != split)
            continue;
        any = true;
        if (row->person != HAR_NOBODY)
            chosen[row->person] = true;
    }
    return any;
}

/* The header's source says whose a list is, unless the list is of another source, or of several. */
static bool needs_sources(const json_t *by_source, const json_t *header)
{
    const char *own = har_header_text(header, "source", "");
    return json_object_size(by_source) > (json_object_get(by_source, own) != NULL);
}

static enum har_status set_people(json_t *header, const struct har_leak *leak, const bool *chosen,
                                  const char *name, const char *name_by_source,
                                  struct har_error *err)
{
    json_t *all = json_array(), *by_source = json_object();
    enum har_status status = all == NULL || by_source == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK)
        status = list_people(all, by_source, leak, chosen, err);
    if (status == HAR_OK && (json_object_set(header, name, all) != 0 ||
                             (needs_sources(by_source, header) &&
                              json_object_set(header, name_by_source, by_source) != 0)))
        status = har_fail_memory(err);
    json_decref(all);
    json_decref(by_source);
    return status;
}

enum har_status har_leak_describe(json_t *header, const struct har_leak *leak,
                                  struct har_error *err)
{
    bool *trained = har_allocate(leak->people.count, sizeof *trained);
    bool *validated = har_allocate(leak->people.count, sizeof *validated);
    enum har_status status = trained == NULL || validated == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK) {
        choose_people(trained, leak, HAR_TRAIN);
        status = set_people(header, leak, trained, "subjects", "people", err);
    }
    if (status == HAR_OK && choose_people(validated, leak, HAR_VALIDATION))
        status =
            set_people(header, leak, validated, "validation_subjects", "validation_people", err);
    free(trained);
    free(validated);
    return status;
}
