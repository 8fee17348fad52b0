#include "base/memory.h"
#include "fit/leak_rows.h"
#include <inttypes.h>
#include <stdlib.h>

static const char *purpose(enum har_split split)
{
    return split == HAR_TRAIN ? "training" : split == HAR_VALIDATION ? "validation" : "testing";
}

static size_t number_of(const struct har_leak *leak, const struct har_leak_row *row)
{
    return (size_t)(row - leak->row);
}

/* Those rows that TAKEN takes, owned by the caller, in the order of COMPARE. */
static enum har_status sort_rows(const struct har_leak_row ***result, size_t *count,
                                 const struct har_leak *leak,
                                 bool (*taken)(const struct har_leak_row *row),
                                 int (*compare)(const void *a, const void *b),
                                 struct har_error *err)
{
    const struct har_leak_row **sorted =
        har_allocate(leak->rows, sizeof(const struct har_leak_row *));
    if (sorted == NULL)
        return har_fail_memory(err);
    *count = 0;
    for (size_t r = 0; r < leak->rows; r++)
        if (!leak->row[r].idle && taken(&leak->row[r]))
            sorted[(*count)++] = &leak->row[r];
    qsort(sorted, *count, sizeof(const struct har_leak_row *), compare);
    *result = sorted;
    return HAR_OK;
}

/* Rows as they came, where nothing else tells them apart. */
static int by_number(const struct har_leak_row *a, const struct har_leak_row *b)
{
    return a < b ? -1 : a > b;
}

static bool changes(const struct har_leak_row *row)
{
    return !row->constant;
}

static int by_hash(const void *a, const void *b)
{
    const struct har_leak_row *p = *(const struct har_leak_row *const *)a,
                              *q = *(const struct har_leak_row *const *)b;
    if (p->hash != q->hash)
        return p->hash < q->hash ? -1 : 1;
    return by_number(p, q);
}

/* Of the pairs of equal rows with two purposes, the one that came first, and how many rows there
 * are like its second. */
static enum har_status check_repeats(const struct har_leak *leak, struct har_error *err)
{
    const struct har_leak_row **sorted = NULL, *first = NULL, *second = NULL;
    size_t count = 0, repeats = 0;
    if (sort_rows(&sorted, &count, leak, changes, by_hash, err) != HAR_OK)
        return err->status;
    for (size_t i = 1, begin = 0; i < count; i++) {
        if (sorted[i]->hash != sorted[begin]->hash)
            begin = i;
        if (sorted[i]->split == sorted[begin]->split)
            continue;
        repeats++;
        if (second == NULL || sorted[i] < second) {
            first = sorted[begin];
            second = sorted[i];
        }
    }
    free(sorted);
    if (repeats == 0)
        return HAR_OK;
    har_fail(err, HAR_LEAK, "rows %zu and %zu are the same, one is in %s, the other in %s",
             number_of(leak, first), number_of(leak, second), purpose(first->split),
             purpose(second->split));
    return har_error_hint(err, "rows count from 0, as they came; repeated so: %zu", repeats);
}

static bool is_placed(const struct har_leak_row *row)
{
    return row->placed;
}

static int by_place(const void *a, const void *b)
{
    const struct har_leak_row *p = *(const struct har_leak_row *const *)a,
                              *q = *(const struct har_leak_row *const *)b;
    if (p->source != q->source)
        return p->source < q->source ? -1 : 1;
    if (p->owner != q->owner)
        return p->owner < q->owner ? -1 : 1;
    if (p->recording != q->recording)
        return p->recording < q->recording ? -1 : 1;
    if (p->start != q->start)
        return p->start < q->start ? -1 : 1;
    return by_number(p, q);
}

static enum har_status overlap(const struct har_leak *leak, const struct har_leak_row *a,
                               const struct har_leak_row *b, struct har_error *err)
{
    har_fail(err, HAR_LEAK,
             "samples %" PRId64 " to %" PRId64 " of recording %" PRId64
             " are in %s and in %s: in rows %zu and %zu",
             b->start, (a->end < b->end ? a->end : b->end) - 1, b->recording, purpose(a->split),
             purpose(b->split), number_of(leak, a), number_of(leak, b));
    return har_error_hint(err, "windows that overlap, split row by row; har-split parts whole "
                               "people; with as much --step as --length none overlap");
}

static bool together(const struct har_leak_row *a, const struct har_leak_row *b)
{
    return a->source == b->source && a->owner == b->owner && a->recording == b->recording;
}

/* Of each purpose, the row of a recording that reaches farthest, while its rows pass by their
 * starts: what begins before that one's end overlaps with it. */
static enum har_status check_overlaps(const struct har_leak *leak, bool validation,
                                      struct har_error *err)
{
    const struct har_leak_row **sorted = NULL, *farthest[HAR_SPLITS] = {NULL};
    size_t count = 0;
    enum har_status status = sort_rows(&sorted, &count, leak, is_placed, by_place, err);
    for (size_t i = 0; status == HAR_OK && i < count; i++) {
        const struct har_leak_row *row = sorted[i];
        for (size_t s = HAR_TRAIN; status == HAR_OK && s <= HAR_TEST; s++) {
            const struct har_leak_row *other = farthest[s];
            const bool same = other != NULL && together(other, row);
            const bool counts = s == HAR_TEST || row->split == HAR_TEST || validation;
            if (same && counts && other->split != row->split && other->end > row->start)
                status = overlap(leak, other, row, err);
            if (s == row->split && (!same || other->end < row->end))
                farthest[s] = row;
        }
    }
    free(sorted);
    return status;
}

/* CHOSEN: the people with rows for both purposes. */
static bool shared(bool *chosen, const struct har_leak *leak, const unsigned char *met,
                   enum har_split a, enum har_split b)
{
    const unsigned char wanted = (unsigned char)(1U << a | 1U << b);
    bool any = false;
    for (size_t p = 0; p < leak->people.count; p++) {
        chosen[p] = (met[p] & wanted) == wanted;
        any |= chosen[p];
    }
    return any;
}

static enum har_status same_people(const struct har_leak *leak, const bool *chosen,
                                   enum har_split a, enum har_split b, struct har_error *err)
{
    char who[HAR_ROSTER_TEXT];
    har_roster_text(who, &leak->people, chosen);
    har_fail(err, HAR_LEAK, "rows of %s are in %s and in %s", who, purpose(a), purpose(b));
    return har_error_hint(err, "har-split parts whole people; --within-person allows it, and every "
                               "result says so");
}

/* MET: what each person's rows are for, a bit for each split. */
static void meet_people(unsigned char *met, const struct har_leak *leak)
{
    for (size_t r = 0; r < leak->rows; r++)
        if (leak->row[r].person != HAR_NOBODY && !leak->row[r].idle)
            met[leak->row[r].person] |= (unsigned char)(1U << leak->row[r].split);
}

static enum har_status check_people(const struct har_leak *leak, const unsigned char *met,
                                    bool *chosen, struct har_error *err)
{
    static const enum har_split pair[][2] = {
        {HAR_TRAIN, HAR_TEST}, {HAR_VALIDATION, HAR_TEST}, {HAR_TRAIN, HAR_VALIDATION}};
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < sizeof pair / sizeof *pair; i++)
        if (shared(chosen, leak, met, pair[i][0], pair[i][1]))
            status = same_people(leak, chosen, pair[i][0], pair[i][1], err);
    return status;
}

/* What was for BEFORE in the first model must not be for NOW. */
static enum har_status check_before(const struct har_leak *leak, const unsigned char *met,
                                    bool *chosen, enum har_split before, enum har_split now,
                                    struct har_error *err)
{
    char who[HAR_ROSTER_TEXT];
    bool any = false;
    for (size_t p = 0; p < leak->people.count; p++) {
        chosen[p] = har_leak_before(leak, before, p) && (met[p] & 1U << now);
        any |= chosen[p];
    }
    if (!any)
        return HAR_OK;
    har_roster_text(who, &leak->people, chosen);
    har_fail(err, HAR_LEAK, "the model to begin from was %s on %s, whose rows are in %s",
             before == HAR_TRAIN ? "trained" : "validated", who, purpose(now));
    return har_error_hint(err, "its weights know them; --within-person allows it, and every result "
                               "says so");
}

static enum har_status check_all_people(const struct har_leak *leak, struct har_error *err)
{
    unsigned char *met = har_allocate(leak->people.count, sizeof *met);
    bool *chosen = har_allocate(leak->people.count, sizeof *chosen);
    enum har_status status = met == NULL || chosen == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK) {
        meet_people(met, leak);
        status = check_people(leak, met, chosen, err);
    }
    if (status == HAR_OK && !leak->before_within) {
        status = check_before(leak, met, chosen, HAR_TRAIN, HAR_TEST, err);
        if (status == HAR_OK)
            status = check_before(leak, met, chosen, HAR_TRAIN, HAR_VALIDATION, err);
        if (status == HAR_OK)
            status = check_before(leak, met, chosen, HAR_VALIDATION, HAR_TEST, err);
    }
    free(met);
    free(chosen);
    return status;
}

enum har_status har_leak_check(const struct har_leak *leak, bool within_person,
                               struct har_error *err)
{
    if (check_repeats(leak, err) != HAR_OK || check_overlaps(leak, false, err) != HAR_OK ||
        within_person)
        return err->status;
    return check_all_people(leak, err) != HAR_OK ? err->status : check_overlaps(leak, true, err);
}

/* ---- what can't be seen ---- */

/* What came for each split. */
struct met {
    bool any[HAR_SPLITS], named[HAR_SPLITS], unnamed[HAR_SPLITS];
    bool nobody, nowhere;
};

/* Is somebody there for SPLIT, whom rows for LATER mustn't be of: be it in the first model only? */
static bool comes_before(const struct met *met, enum har_split split, enum har_split later)
{
    return split < later && (met->named[split] || met->unnamed[split]);
}

/* What people of SOURCE, the first of its names, are for, now and in a first model: bits. */
static unsigned splits_of(const struct har_leak *leak, size_t source)
{
    const struct har_roster *people = &leak->people;
    unsigned splits = 0;
    for (size_t r = 0; r < leak->rows; r++)
        if (!leak->row[r].idle && people->same[leak->row[r].source] == source)
            splits |= 1U << leak->row[r].split;
    for (size_t p = 0; p < people->count && !leak->before_within; p++)
        if (people->person[p].source == source)
            splits |= people->person[p].mark;
    return splits;
}

/* What rows of nobody of SOURCE are for: bits. */
static unsigned nobodys_splits(const struct har_leak *leak, size_t source)
{
    unsigned splits = 0;
    for (size_t r = 0; r < leak->rows; r++)
        if (!leak->row[r].idle && leak->row[r].source == source &&
            leak->row[r].person == HAR_NOBODY)
            splits |= 1U << leak->row[r].split;
    return splits;
}

/* Can a row of nobody of SOURCE for SPLIT be of somebody who is for another split? Not where its
 * data set has a name, and all others have other names. */
static bool may_be_shared(const struct har_leak *leak, const struct met *met, size_t source,
                          enum har_split split)
{
    const unsigned splits = splits_of(leak, leak->people.same[source]);
    const bool named = har_source_named(leak->people.source[source]);
    for (enum har_split other = HAR_TRAIN; other <= HAR_TEST; other++)
        if (other != split && (met->any[other] || comes_before(met, other, split)) &&
            (!named || met->unnamed[other] || (splits & 1U << other)))
            return true;
    return false;
}

static void meet_rows(struct met *met, const struct har_leak *leak)
{
    for (size_t r = 0; r < leak->rows; r++)
        if (!leak->row[r].idle) {
            met->any[leak->row[r].split] = true;
            met->nowhere |= !leak->row[r].placed;
        }
}

static void meet_source(struct met *met, const struct har_leak *leak, size_t source)
{
    const bool named = har_source_named(leak->people.source[source]);
    const unsigned splits = splits_of(leak, source);
    for (enum har_split split = HAR_TRAIN; split <= HAR_TEST; split++)
        if (splits & 1U << split)
            (named ? met->named : met->unnamed)[split] = true;
}

static void meet_nobody(struct met *met, const struct har_leak *leak, size_t source)
{
    const unsigned splits = nobodys_splits(leak, source);
    for (enum har_split split = HAR_TRAIN; split <= HAR_TEST; split++)
        met->nobody |= (splits & 1U << split) && may_be_shared(leak, met, source, split);
}

static struct met meet_all(const struct har_leak *leak)
{
    struct met met = {.nobody = false};
    const size_t sources = leak->people.sources;
    meet_rows(&met, leak);
    for (size_t i = 0; i < sources; i++)
        meet_source(&met, leak, i);
    for (size_t i = 0; i < sources; i++)
        meet_nobody(&met, leak, i);
    return met;
}

/* Some of two splits are of a data set with a name and some of one without. */
static bool is_half_named(const struct met *met)
{
    for (enum har_split a = HAR_TRAIN; a < HAR_TEST; a++)
        for (enum har_split b = a + 1; b <= HAR_TEST; b++)
            if (met->any[b] &&
                ((met->named[a] && met->unnamed[b]) || (met->unnamed[a] && met->named[b])))
                return true;
    return false;
}

static const char *unseen_people(const struct har_leak *leak, const struct met *met)
{
    if (met->nobody)
        return "windows without subject: whether people in training are in validation or testing "
               "too can't be checked";
    if (is_half_named(met))
        return "some windows are of a data set without a name (har-load --source): whether people "
               "in training are in validation or testing too can't be checked";
    if (leak->before_within)
        return NULL;
    if (leak->before[HAR_TRAIN].incomplete)
        return "the model to begin from doesn't say whom it was trained on: whether it was on "
               "people in validation or testing can't be checked";
    if (leak->before[HAR_VALIDATION].incomplete && met->any[HAR_TEST])
        return "the model to begin from doesn't say whom it was validated on: whether it was on "
               "people in testing can't be checked";
    return NULL;
}

const char *har_leak_unseen(const struct har_leak *leak, bool within_person)
{
    const struct met met = meet_all(leak);
    if (met.any[HAR_TRAIN] + met.any[HAR_VALIDATION] + met.any[HAR_TEST] < 2)
        return NULL;
    if (met.nobody && met.nowhere)
        return "windows without subject, recording and start: whether people or samples in "
               "training are in validation or testing too can't be checked";
    if (!within_person)
        return unseen_people(leak, &met);
    /* Where everybody is known and in one place, so are their samples. */
    return met.nowhere ? "windows without recording and start: whether samples in training are in "
                         "testing too can't be checked"
                       : NULL;
}
