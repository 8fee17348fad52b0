#include "fit/holdout.h"

#include "base/memory.h"
#include <math.h>
#include <stdlib.h>

/* A row and whose it is; then a person: the rows first .. first + count - 1 of the sorted ones. */
struct row {
    size_t whose;
    size_t row;
};

struct person {
    size_t last; /* row */
    size_t first, count;
};

static int by_person(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->whose != y->whose)
        return x->whose < y->whose ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static int last_first(const void *a, const void *b)
{
    const struct person *x = a, *y = b;
    return x->last > y->last ? -1 : x->last < y->last;
}

/* The people of the sorted rows, the one of the last row first; how many. */
static size_t find_people(struct person *person, const struct row *row, size_t rows)
{
    size_t people = 0;
    for (size_t r = 0; r < rows; r++) {
        if (r == 0 || row[r].whose != row[r - 1].whose)
            person[people++] = (struct person){.first = r};
        person[people - 1].last = row[r].row;
        person[people - 1].count++;
    }
    qsort(person, people, sizeof *person, last_first);
    return people;
}

/* Marks whole people, at most LIMIT rows; how many. */
static size_t mark_people(bool *mark, struct person *person, struct row *row, const size_t *whose,
                          size_t rows, size_t limit)
{
    size_t count = 0;
    for (size_t r = 0; r < rows; r++)
        row[r] = (struct row){whose[r], r};
    qsort(row, rows, sizeof *row, by_person);
    const size_t people = find_people(person, row, rows);
    for (size_t p = 0; p < people && person[p].count <= limit - count; p++) {
        for (size_t i = 0; i < person[p].count; i++)
            mark[row[person[p].first + i].row] = true;
        count += person[p].count;
    }
    return count;
}

static enum har_status hold_people(bool *mark, size_t *count, const size_t *whose, size_t rows,
                                   size_t limit, struct har_error *err)
{
    struct person *person = har_allocate(rows, sizeof *person);
    struct row *row = har_allocate(rows, sizeof *row);
    const bool room = person != NULL && row != NULL;
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
