#include "data/segments.h"

#include "base/memory.h"
#include "data/lines.h"

#include <stdlib.h>

enum { columns = 5 };

static enum har_status read_segment(struct har_segment *segment, struct har_lines *lines,
                                    int32_t activities, struct har_error *err)
{
    int32_t value[columns];
    if (har_lines_integers(lines, value, columns, 1, INT32_MAX, err) != HAR_OK)
        return err->status;
    *segment = (struct har_segment){value[0], value[1], value[2], value[3], value[4], lines->line};
    if (segment->activity > activities)
        return har_fail(err, HAR_INPUT, "line %zu: activity %d, expected 1 to %d", lines->line,
                        segment->activity, activities);
    if (segment->last < segment->first)
        return har_fail(err, HAR_INPUT, "line %zu: the last sample, %d, is before the first, %d",
                        lines->line, segment->last, segment->first);
    return HAR_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct har_segment *left = a, *right = b;
    if (left->recording != right->recording)
        return left->recording < right->recording ? -1 : 1;
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return (left->line > right->line) - (left->line < right->line);
}

static enum har_status check_neighbours(const struct har_segment *earlier,
                                        const struct har_segment *later, struct har_error *err)
{
    if (earlier->recording != later->recording)
        return HAR_OK;
    if (later->first <= earlier->last)
        return har_fail(err, HAR_INPUT,
                        "line %zu: samples %d to %d of recording %d overlap those of line %zu",
                        later->line, later->first, later->last, later->recording, earlier->line);
    if (later->first - 1 == earlier->last && later->activity == earlier->activity)
        return har_fail(err, HAR_INPUT,
                        "line %zu: goes on with the activity of line %zu without a gap, expected "
                        "one segment",
                        later->line, earlier->line);
    return HAR_OK;
}

enum har_status har_segments_read(struct har_segments *segments, const struct har_mapped *file,
                                  int32_t activities, struct har_error *err)
{
    struct har_lines lines = {file->data, file->data + file->size, 0};
    for (; !har_lines_done(&lines); segments->count++) {
        if (!har_grow(&segments->segment, &segments->capacity, segments->count + 1,
                      sizeof *segments->segment))
            return har_fail_memory(err);
        struct har_segment *segment = &segments->segment[segments->count];
        if (read_segment(segment, &lines, activities, err) != HAR_OK)
            return err->status;
    }
    if (segments->count > 1)
        qsort(segments->segment, segments->count, sizeof *segments->segment, by_place);
    for (size_t i = 1; i < segments->count; i++)
        if (check_neighbours(&segments->segment[i - 1], &segments->segment[i], err) != HAR_OK)
            return err->status;
    return HAR_OK;
}

void har_segments_free(struct har_segments *segments)
{
    free(segments->segment);
    *segments = (struct har_segments){0};
}
