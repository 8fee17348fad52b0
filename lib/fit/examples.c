#include "fit/examples.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

void har_examples_free(struct har_examples *examples)
{
    free(examples->x);
    free(examples->class);
    free(examples->person);
    *examples = (struct har_examples){0};
}

enum har_status har_examples_reserve(struct har_examples *examples, size_t count, size_t input,
                                     struct har_error *err)
{
    const size_t rows = examples->rows + count;
    size_t floats;
    const bool room =
        har_multiply(&floats, rows, input) &&
        har_grow(&examples->x, &examples->capacity[0], floats, sizeof *examples->x) &&
        har_grow(&examples->class, &examples->capacity[1], rows, sizeof *examples->class) &&
        har_grow(&examples->person, &examples->capacity[2], rows, sizeof *examples->person);
    return room ? HAR_OK : har_fail_memory(err);
}

void har_examples_add(struct har_examples *examples, int32_t class, size_t person)
{
    if (class == -1) {
        examples->skipped++;
        return;
    }
    examples->class[examples->rows] = class;
    examples->person[examples->rows] = person;
    examples->rows++;
}

size_t har_examples_known(const struct har_examples *examples)
{
    size_t known = 0;
    for (size_t r = 0; r < examples->rows; r++)
        known += examples->person[r] != SIZE_MAX;
    return known;
}

/* Row FROM of SOURCE as the last of TO. */
static void append(struct har_examples *to, const struct har_examples *source, size_t from,
                   size_t input)
{
    memmove(to->x + to->rows * input, source->x + from * input, input * sizeof *to->x);
    har_examples_add(to, source->class[from], source -> person[from]);
}

enum har_status har_examples_move(struct har_examples *to, struct har_examples *from,
                                  const bool *mark, size_t input, struct har_error *err)
{
    const size_t rows = from->rows;
    size_t moved = 0;
    for (size_t r = 0; r < rows; r++)
        moved += mark[r];
    if (har_examples_reserve(to, moved, input, err) != HAR_OK)
        return err->status;
    from->rows = 0;
    for (size_t r = 0; r < rows; r++)
        append(mark[r] ? to : from, from, r, input);
    return HAR_OK;
}
