#include "data/starts.h"

#include "base/checksum.h"
#include "base/memory.h"
#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { none = -1 };

/* The file while it is read. */
struct reading {
    struct har_starts *starts;
    int recording_column, start_column; /* none, while not known */
    int column;
    int64_t recording, sample; /* of this line, or none */
    bool named;                /* the first line named the columns */
    size_t line;
    struct har_error *err;
    enum har_status status;
};

static bool read_number(int64_t *value, const char *text)
{
    char *rest;
    errno = 0;
    const long long number = strtoll(text, &rest, 10);
    *value = number;
    return rest != text && *rest == '\0' && errno == 0 && number >= 0;
}

/* A field of the first line: a name, or already a number. */
static void read_first(struct reading *reading, const char *text)
{
    int64_t number;
    if (read_number(&number, text)) {
        if (reading->column < 2)
            *(reading->column == 0 ? &reading->recording_column : &reading->start_column) =
                reading->column;
        return;
    }
    reading->named = true;
    if (strcmp(text, "recording") == 0)
        reading->recording_column = reading->column;
    if (strcmp(text, "start") == 0)
        reading->start_column = reading->column;
}

static void on_field(void *field, size_t size, void *state)
{
    struct reading *reading = state;
    const char *text = size == 0 ? "" : field;
    if (reading->status != HAR_OK)
        return;
    if (reading->line == 1)
        read_first(reading, text);
    const bool is_recording = reading->column == reading->recording_column;
    const bool is_start = reading->column == reading->start_column;
    reading->column++;
    if ((!is_recording && !is_start) || (reading->line == 1 && reading->named))
        return;
    if (!read_number(is_recording ? &reading->recording : &reading->sample, text))
        reading->status =
            har_fail(reading->err, HAR_INPUT, "line %zu: %s '%s', expected a whole number",
                     reading->line, is_recording ? "recording" : "start", text);
}

static enum har_status add_start(struct reading *reading)
{
    struct har_starts *starts = reading->starts;
    if (reading->recording == none || reading->sample == none)
        return har_fail(reading->err, HAR_INPUT, "line %zu: expected recording and start",
                        reading->line);
    if (!har_grow(&starts->start, &starts->capacity, starts->count + 1, sizeof *starts->start))
        return har_fail_memory(reading->err);
    starts->start[starts->count++] = (struct har_start){
        .recording = reading->recording, .sample = reading->sample, .line = reading->line};
    return HAR_OK;
}

static void on_line(int terminator, void *state)
{
    (void)terminator;
    struct reading *reading = state;
    if (reading->status != HAR_OK)
        return;
    if (reading->line == 1 && (reading->recording_column == none || reading->start_column == none))
        reading->status =
            har_fail(reading->err, HAR_INPUT, "line 1: expected columns named recording and start");
    else if (reading->line > 1 || !reading->named)
        reading->status = add_start(reading);
    reading->line++;
    reading->column = 0;
    reading->recording = reading->sample = none;
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
static enum har_status parse(struct reading *reading, uint32_t *crc, FILE *stream)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return har_fail_memory(reading->err);
    char block[1 << 14];
    size_t size;
    *crc = 0;
    while ((size = fread(block, 1, sizeof block, stream)) > 0 && reading->status == HAR_OK) {
        *crc = har_crc32(*crc, block, size);
        if (csv_parse(&parser, block, size, on_field, on_line, reading) != size &&
            reading->status == HAR_OK)
            reading->status = har_fail(reading->err, HAR_INPUT, "line %zu: %s", reading->line,
                                       csv_strerror(csv_error(&parser)));
    }
    if (reading->status == HAR_OK && ferror(stream))
        reading->status = har_fail_errno(reading->err, "reading");
    if (csv_fini(&parser, on_field, on_line, reading) != 0 && reading->status == HAR_OK)
        reading->status =
            har_fail(reading->err, HAR_INPUT, "line %zu: the file ends in a quote", reading->line);
    csv_free(&parser);
    return reading->status;
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
                              .sample = none,
                              .line = 1,
                              .err = err};
    enum har_status status = parse(&reading, crc, stream);
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
