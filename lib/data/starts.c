#include "data/starts.h"

#include "base/checksum.h"
#include "base/memory.h"
#include "data/csv_text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { none = -1 };

/* The file while it is read. */
struct reading {
    struct har_csv_text csv;
    struct har_starts *starts;
    int recording_column, start_column; /* none, while not known */
    int column;
    int64_t recording, sample; /* of this row, or none */
    bool begun;                /* the first row is over */
};

static bool read_number(int64_t *value, const char *text)
{
    char *rest;
    errno = 0;
    const long long number = strtoll(text, &rest, 10);
    *value = number;
    return rest != text && *rest == '\0' && errno == 0 && number >= 0 && number < INT64_MAX;
}

/* A field of the first row: a name, or already a number. */
static void read_first(struct reading *reading, const char *text)
{
    int64_t number;
    if (reading->column < 2 && read_number(&number, text))
        *(reading->column == 0 ? &reading->recording : &reading->sample) = number;
    if (strcmp(text, "recording") == 0)
        reading->recording_column = reading->column;
    if (strcmp(text, "start") == 0)
        reading->start_column = reading->column;
}

static enum har_status on_field(void *state, const char *text, size_t size, struct har_error *err)
{
    struct reading *reading = state;
    (void)size;
    const int column = reading->column;
    if (!reading->begun)
        read_first(reading, text);
    reading->column++;
    const bool is_recording = column == reading->recording_column;
    if (!reading->begun || (!is_recording && column != reading->start_column))
        return HAR_OK;
    if (read_number(is_recording ? &reading->recording : &reading->sample, text))
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "line %zu: %s '%.100s', expected a whole number",
                    reading->csv.line, is_recording ? "recording" : "start", text);
}

static enum har_status add_start(struct reading *reading, struct har_error *err)
{
    struct har_starts *starts = reading->starts;
    const size_t line = reading->csv.line;
    if (reading->recording == none || reading->sample == none)
        return har_fail(err, HAR_INPUT, "line %zu: expected recording and start", line);
    if (!har_grow(&starts->start, &starts->capacity, starts->count + 1, sizeof *starts->start))
        return har_fail_memory(err);
    starts->start[starts->count++] =
        (struct har_start){reading->recording, reading->sample, .line = line};
    return HAR_OK;
}

/* The first row: names, or where there are none, two numbers. */
static enum har_status end_first(struct reading *reading, struct har_error *err)
{
    const size_t line = reading->csv.line;
    reading->begun = true;
    if (reading->recording != none && reading->sample != none) {
        if (reading->column != 2)
            return har_fail(err, HAR_INPUT,
                            "line %zu: %d columns without names, expected recording and start",
                            line, reading->column);
        reading->recording_column = 0;
        reading->start_column = 1;
        return add_start(reading, err);
    }
    if (reading->recording_column == none || reading->start_column == none)
        return har_fail(
            err, HAR_INPUT,
            "line %zu: expected columns named recording and start, or two whole numbers", line);
    return HAR_OK;
}

static enum har_status on_row(void *state, struct har_error *err)
{
    struct reading *reading = state;
    const enum har_status status =
        reading->begun ? add_start(reading, err) : end_first(reading, err);
    reading->column = 0;
    reading->recording = reading->sample = none;
    return status;
}

static int compare_starts(const void *a, const void *b)
{
    const struct har_start *p = a, *q = b;
    if (p->recording != q->recording)
        return p->recording < q->recording ? -1 : 1;
    if (p->sample != q->sample)
        return p->sample < q->sample ? -1 : 1;
    return p->line < q->line ? -1 : p->line > q->line;
}

/* Parses all of STREAM. */
static enum har_status parse(struct reading *reading, uint32_t *crc, FILE *stream,
                             struct har_error *err)
{
    char block[1 << 14];
    size_t size;
    *crc = 0;
    while ((size = fread(block, 1, sizeof block, stream)) > 0) {
        *crc = har_crc32(*crc, block, size);
        if (har_csv_text_feed(&reading->csv, block, size, err) != HAR_OK)
            return err->status;
    }
    return ferror(stream) ? har_fail_errno(err, "reading")
                          : har_csv_text_finish(&reading->csv, err);
}

static enum har_status read_file(struct har_starts *starts, uint32_t *crc, const char *file,
                                 struct har_error *err)
{
    FILE *stream = fopen(file, "rb");
    if (stream == NULL)
        return har_fail_errno(err, "%s", file);
    struct reading reading = {.starts = starts,
                              .recording_column = none,
                              .start_column = none,
                              .recording = none,
                              .sample = none};
    const struct har_csv_taker taker = {on_field, on_row, &reading};
    enum har_status status = har_csv_text_init(&reading.csv, &taker, err);
    if (status == HAR_OK)
        status = parse(&reading, crc, stream, err);
    har_csv_text_free(&reading.csv);
    fclose(stream);
    if (status == HAR_OK && starts->count == 0)
        status = har_fail(err, HAR_INPUT, "no starts, expected recording,start lines");
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", file);
}

enum har_status har_starts_read(struct har_starts **starts, uint32_t *crc, const char *file,
                                struct har_error *err)
{
    *starts = NULL;
    struct har_starts *made = har_allocate(1, sizeof *made);
    if (made == NULL || (made->name = strdup(file)) == NULL) {
        free(made);
        return har_fail_memory(err);
    }
    if (read_file(made, crc, file, err) != HAR_OK) {
        har_starts_free(made);
        return err->status;
    }
    qsort(made->start, made->count, sizeof *made->start, compare_starts);
    *starts = made;
    return HAR_OK;
}

void har_starts_free(struct har_starts *starts)
{
    if (starts == NULL)
        return;
    free(starts->start);
    free(starts->name);
    free(starts);
}

size_t har_starts_find(const struct har_starts *starts, int64_t recording)
{
    size_t low = 0, high = starts->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (starts->start[middle].recording < recording)
            low = middle + 1;
        else
            high = middle;
    }
    return low < starts->count && starts->start[low].recording == recording ? low : starts->count;
}
