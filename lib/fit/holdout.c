#include "fit/holdout.h"

#include "base/memory.h"
#include "base/order.h"
#include <math.h>
#include <stdlib.h>

/* The rows first .. first + count - 1 of those ordered by person. */
struct person {
    size_t last; /* row */
    size_t first, count;
};

static int last_first(const void *a, const void *b)
{
    const struct person *x = a, *y = b;
    return x->last > y->last ? -1 : x->last < y->last;
}

/* The people of the ordered rows, the one of the last row first; how many. */
static size_t find_people(struct person *person, const size_t *row, const size_t *whose,
                          size_t rows)
{
    size_t people = 0;
    for (size_t r = 0; r < rows; r++) {
        if (r == 0 || whose[row[r]] != whose[row[r - 1]])
            person[people++] = (struct person){.first = r};
        person[people - 1].last = row[r];
        person[people - 1].count++;
    }
    qsort(person, people, sizeof *person, last_first);
    return people;
}

/* Marks whole people, at most LIMIT rows; how many. */
static size_t mark_people(bool *mark, struct person *person, const size_t *row, const size_t *whose,
                          size_t rows, size_t limit)
{
    size_t count = 0;
    const size_t people = find_people(person, row, whose, rows);
    for (size_t p = 0; p < people && person[p].count <= limit - count; p++) {
        for (size_t i = 0; i < person[p].count; i++)
            mark[row[person[p].first + i]] = true;
        count += person[p].count;
    }
    return count;
}

static enum har_status hold_people(bool *mark, size_t *count, const size_t *whose, size_t rows,
                                   size_t limit, struct har_error *err)
{
    struct person *person = har_allocate(rows, sizeof *person);
    size_t *row = har_allocate(rows, sizeof *row);
    const bool room = person != NULL && row != NULL && har_group(row, whose, rows);
    if (room)
        *count = mark_people(mark, person, row, whose, rows, limit);
    free(person);
    free(row);
    return room ? HAR_OK : har_fail_memory(err);
}

enum har_status har_holdout(bool *mark, const size_t *whose, size_t rows, double share,
                            struct har_error *err)
{
    const size_t at = (size_t)floor((double)rows * (1 - share)), limit = rows - at;
    size_t count = limit;
    for (size_t r = 0; r < rows; r++)
        mark[r] = whose == NULL && r >= at;
    if (whose != NULL && hold_people(mark, &count, whose, rows, limit, err) != HAR_OK)
        return err->status;
    if (count > 0 && count < rows)
        return HAR_OK;
    har_fail(err, HAR_INPUT, "--validation-split %g: of %zu rows, %zu would be left to validate on",
             share, rows, count);
    return whose == NULL || limit == 0 || at == 0
               ? err->status
               : har_error_hint(err,
                                "no person's rows fit whole into the last %zu; har-split can "
                                "mark people, --within-person cuts inside one",
                                limit);
}
