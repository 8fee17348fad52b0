#include "data/choose.h"

#include "base/memory.h"
#include "base/options.h"
#include "data/balance.h"
#include "data/number.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { folds_max = 1000000 };

/* The number of a fold, and of how many; `of` is 0 where the text doesn't say it. */
struct fold {
    size_t number, of;
};

bool har_way_given(const struct har_way *way)
{
    return way->list != NULL || way->fold != NULL || way->share > 0;
}

/* ---- the texts ---- */

/* The next item of *LIST, a number or a range, and *LIST behind it: the rest, or NULL after the
 * last one. */
static bool next_range(int64_t *first, int64_t *last, const char **list)
{
    const char *end = *list + strcspn(*list, ",");
    const char *at = har_integer_parse(first, *list, end);
    if (at == NULL)
        return false;
    *last = *first;
    if (at < end && *at == '-')
        at = har_integer_parse(last, at + 1, end);
    *list = *end == ',' ? end + 1 : NULL;
    return at == end && *first <= *last;
}

static enum har_status check_list(const struct har_way *way, struct har_error *err)
{
    int64_t first, last;
    for (const char *rest = way->list; rest != NULL;)
        if (!next_range(&first, &last, &rest))
            return har_fail(err, HAR_USAGE,
                            "%s: '%s' isn't a list of people, expected one as 2,4,9-12",
                            way->list_name, way->list);
    return HAR_OK;
}

static enum har_status read_fold(struct fold *fold, const struct har_way *way,
                                 struct har_error *err)
{
    char text[32];
    const size_t length = strcspn(way->fold, "/");
    const bool alone = way->fold[length] == '\0';
    if (length >= sizeof text || (alone && !way->one_by_one))
        return har_fail(err, HAR_USAGE,
                        "%s: '%s', expected I/N, as 1/5 for the first of five folds",
                        way->fold_name, way->fold);
    memcpy(text, way->fold, length);
    text[length] = '\0';
    *fold = (struct fold){0};
    if (!alone && har_read_count(&fold->of, way->fold + length + 1, 1, folds_max, way->fold_name,
                                 err) != HAR_OK)
        return err->status;
    return har_read_count(&fold->number, text, 1, alone ? folds_max : (double)fold->of,
                          way->fold_name, err);
}

enum har_status har_way_check(const struct har_way *way, struct har_error *err)
{
    struct fold fold;
    if ((way->list != NULL) + (way->fold != NULL) + (way->share > 0) > 1)
        return har_fail(err, HAR_USAGE, "%s, %s and the share exclude each other", way->list_name,
                        way->fold_name);
    if (way->list != NULL)
        return check_list(way, err);
    return way->fold != NULL ? read_fold(&fold, way, err) : HAR_OK;
}

/* ---- choosing ---- */

/* Those who may be chosen, by source and number. */
struct candidates {
    const struct har_crowd *crowd;
    size_t count;
    size_t *person;
};

static enum har_status find_candidates(struct candidates *candidates, const struct har_crowd *crowd,
                                       const bool *may, struct har_error *err)
{
    *candidates = (struct candidates){.crowd = crowd};
    candidates->person = har_allocate(crowd->people->count, sizeof *candidates->person);
    if (candidates->person == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < crowd->people->count; i++) {
        const size_t person = crowd->people->sorted[i];
        if (may[person])
            candidates->person[candidates->count++] = person;
    }
    return HAR_OK;
}

/* Chooses the candidates with numbers FIRST to LAST; false where there are none. */
static bool choose_range(bool *chosen, const struct candidates *candidates, int64_t first,
                         int64_t last)
{
    bool any = false;
    for (size_t i = 0; i < candidates->count; i++) {
        const size_t person = candidates->person[i];
        const int64_t subject = candidates->crowd->people->person[person].subject;
        if (subject >= first && subject <= last)
            any = chosen[person] = true;
    }
    return any;
}

/* Sets LOST for those with numbers FIRST to LAST whom no candidate shares the number with. */
static bool find_lost(bool *lost, const struct candidates *candidates, int64_t first, int64_t last)
{
    const struct har_roster *people = candidates->crowd->people;
    bool any = false;
    for (size_t p = 0; p < people->count; p++) {
        const int64_t subject = people->person[p].subject;
        bool found = subject < first || subject > last;
        for (size_t i = 0; i < candidates->count && !found; i++)
            found = people->person[candidates->person[i]].subject == subject;
        lost[p] |= !found;
        any |= !found;
    }
    return any;
}

static enum har_status refuse_lost(const bool *lost, const struct candidates *candidates,
                                   const struct har_way *way, struct har_error *err)
{
    char who[HAR_ROSTER_TEXT];
    har_roster_text(who, candidates->crowd->people, lost);
    return har_fail(err, HAR_INPUT, "%s: %s %s for testing", way->list_name, who,
                    strncmp(who, "people", 6) == 0 ? "are" : "is");
}

/* LOST has room for a flag a person. */
static enum har_status choose_ranges(bool *chosen, bool *lost, const struct candidates *candidates,
                                     const struct har_way *way, struct har_error *err)
{
    int64_t first, last;
    bool any_lost = false;
    for (const char *rest = way->list; rest != NULL;) {
        if (!next_range(&first, &last, &rest))
            return check_list(way, err);
        const bool some = choose_range(chosen, candidates, first, last);
        const bool some_lost = find_lost(lost, candidates, first, last);
        if (!some && !some_lost)
            return har_fail(err, HAR_INPUT, "%s: person %" PRId64 " isn't there", way->list_name,
                            first);
        any_lost |= some_lost;
    }
    return any_lost ? refuse_lost(lost, candidates, way, err) : HAR_OK;
}

static enum har_status choose_listed(bool *chosen, const struct candidates *candidates,
                                     const struct har_way *way, struct har_error *err)
{
    bool *lost = har_allocate(candidates->crowd->people->count, sizeof *lost);
    const enum har_status status =
        lost == NULL ? har_fail_memory(err) : choose_ranges(chosen, lost, candidates, way, err);
    free(lost);
    return status;
}

/* Parts the candidates, and chooses group WANTED. */
static enum har_status choose_group(bool *chosen, const struct candidates *candidates,
                                    const size_t *size, size_t groups, size_t wanted,
                                    const struct har_random *random, struct har_error *err)
{
    const struct har_crowd *crowd = candidates->crowd;
    const size_t classes = crowd->classes;
    size_t cells, *group = har_allocate(candidates->count, sizeof *group);
    size_t *counts = har_multiply(&cells, candidates->count, classes)
                         ? har_allocate(cells, sizeof *counts)
                         : NULL;
    enum har_status status = group == NULL || counts == NULL ? har_fail_memory(err) : HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < candidates->count; i++)
        memcpy(counts + i * classes, crowd->counts + candidates->person[i] * classes,
               classes * sizeof *counts);
    if (status == HAR_OK)
        status = har_balance(group, counts, candidates->count, classes, size, groups, random, err);
    for (size_t i = 0; status == HAR_OK && i < candidates->count; i++)
        if (group[i] == wanted)
            chosen[candidates->person[i]] = true;
    free(group);
    free(counts);
    return status;
}

/* The share of the candidates, rounded, but at least one and not all. */
static enum har_status choose_share(bool *chosen, const struct candidates *candidates,
                                    const struct har_way *way, const struct har_random *random,
                                    struct har_error *err)
{
    const size_t count = candidates->count;
    if (count < 2) {
        har_fail(err, HAR_INPUT, "a share of %zu %s, expected at least two", count,
                 count == 1 ? "person" : "people");
        return har_error_hint(err, "to part one person's recordings, name their column as "
                                   "har-load's --subject");
    }
    size_t some = (size_t)lround(way->share * (double)count);
    some = some < 1 ? 1 : some > count - 1 ? count - 1 : some;
    const size_t size[] = {some, count - some};
    return choose_group(chosen, candidates, size, 2, 0, random, err);
}

static enum har_status check_folds(const struct candidates *candidates, const struct har_way *way,
                                   const struct fold *fold, struct har_error *err)
{
    const size_t count = candidates->count;
    if (way->one_by_one && ((fold->of != 0 && fold->of != count) || fold->number > count))
        return har_fail(err, HAR_INPUT, "%s %s: there are %zu people, and as many folds",
                        way->fold_name, way->fold, count);
    if (fold->of > count || (!way->one_by_one && fold->of < 2))
        return har_fail(err, HAR_INPUT, "%s %s: there are %zu people, expected 2 to %zu folds",
                        way->fold_name, way->fold, count, count);
    return HAR_OK;
}

static enum har_status choose_fold(bool *chosen, const struct candidates *candidates,
                                   const struct har_way *way, const struct har_random *random,
                                   struct har_error *err)
{
    struct fold fold;
    if (read_fold(&fold, way, err) != HAR_OK || check_folds(candidates, way, &fold, err) != HAR_OK)
        return err->status;
    if (way->one_by_one) {
        chosen[candidates->person[fold.number - 1]] = true;
        return HAR_OK;
    }
    size_t *size = har_allocate(fold.of, sizeof *size);
    if (size == NULL)
        return har_fail_memory(err);
    for (size_t g = 0; g < fold.of; g++)
        size[g] = candidates->count / fold.of + (g < candidates->count % fold.of);
    const enum har_status status =
        choose_group(chosen, candidates, size, fold.of, fold.number - 1, random, err);
    free(size);
    return status;
}

enum har_status har_way_choose(bool *chosen, const struct har_crowd *crowd, const bool *may,
                               const struct har_way *way, uint64_t seed, struct har_error *err)
{
    const struct har_random random = {
        .seed = seed, .purpose = HAR_RANDOM_SPLIT, .place = way->place};
    struct candidates candidates;
    memset(chosen, 0, crowd->people->count * sizeof *chosen);
    if (find_candidates(&candidates, crowd, may, err) != HAR_OK)
        return err->status;
    enum har_status status;
    if (way->list != NULL)
        status = choose_listed(chosen, &candidates, way, err);
    else if (way->fold != NULL)
        status = choose_fold(chosen, &candidates, way, &random, err);
    else
        status = choose_share(chosen, &candidates, way, &random, err);
    free(candidates.person);
    return status;
}

/* N of "I/N", once it is known that the people suffice. */
static enum har_status folds_said(size_t *folds, const struct candidates *candidates,
                                  const struct har_way *way, struct har_error *err)
{
    struct fold fold;
    if (read_fold(&fold, way, err) != HAR_OK || check_folds(candidates, way, &fold, err) != HAR_OK)
        return err->status;
    *folds = way->one_by_one ? candidates->count : fold.of;
    return HAR_OK;
}

enum har_status har_way_folds(size_t *folds, const struct har_crowd *crowd, const bool *may,
                              const struct har_way *way, struct har_error *err)
{
    struct candidates candidates;
    enum har_status status = find_candidates(&candidates, crowd, may, err);
    *folds = candidates.count;
    if (status == HAR_OK && way->fold != NULL)
        status = folds_said(folds, &candidates, way, err);
    free(candidates.person);
    return status;
}
