#include "data/assign.h"

#include "base/memory.h"
#include "data/choose.h"
#include <stdlib.h>
#include <string.h>

static struct har_way way_to_test(const struct har_split_options *options)
{
    return (struct har_way){options->test_subjects,
                            options->fold,
                            options->test,
                            options->leave_one_out,
                            "--test-subjects",
                            "--fold",
                            0};
}

static struct har_way way_to_validate(const struct har_split_options *options)
{
    return (struct har_way){options->validation_subjects,
                            options->validation_fold,
                            options->validation,
                            false,
                            "--validation-subjects",
                            "--validation-fold",
                            1};
}

enum har_status har_split_check(const struct har_split_options *options, struct har_error *err)
{
    const struct har_way test = way_to_test(options), validation = way_to_validate(options);
    if (har_way_check(&test, err) != HAR_OK || har_way_check(&validation, err) != HAR_OK)
        return err->status;
    if (options->leave_one_out && !options->folds && options->fold == NULL)
        return har_fail(err, HAR_USAGE, "--leave-one-out needs --fold I/N: who is left out");
    if (options->folds || har_way_given(&test) || har_way_given(&validation))
        return HAR_OK;
    return har_fail(err, HAR_USAGE,
                    "say who is for testing (--test-subjects, --test, --fold) or for validation "
                    "(--validation-subjects, --validation, --validation-fold)");
}

/* ---- the marks there are ---- */

static size_t rows_of(const struct har_crowd *crowd, size_t person)
{
    size_t rows = 0;
    for (size_t s = 0; s < HAR_SPLITS; s++)
        rows += crowd->marked[person][s];
    return rows;
}

/* Is any of the person's rows marked so? CHOSEN: those of whom not all are. */
static bool marked(bool *chosen, const struct har_crowd *crowd, size_t person, enum har_split split)
{
    const size_t rows = crowd->marked[person][split];
    chosen[person] = rows > 0 && rows < rows_of(crowd, person);
    return rows > 0;
}

static bool any_of(const bool *chosen, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++)
        any |= chosen[i];
    return any;
}

/* Marks TO as the rows came; KEPT is a mark that counts. */
static enum har_status keep_marks(enum har_split *to, bool *mixed, const struct har_crowd *crowd,
                                  enum har_split kept, struct har_error *err)
{
    const size_t count = crowd->people->count;
    char who[HAR_ROSTER_TEXT];
    for (size_t p = 0; p < count; p++)
        if (marked(mixed, crowd, p, kept))
            to[p] = kept;
    if (!any_of(mixed, count))
        return HAR_OK;
    har_roster_text(who, crowd->people, mixed);
    har_fail(err, HAR_LEAK, "of %s some rows are marked %s, and others aren't", who,
             har_split_name(kept));
    return har_error_hint(err, "a person is for one purpose: --pool forgets the marks there are");
}

static enum har_status start(enum har_split *to, bool *chosen, const struct har_crowd *crowd,
                             const struct har_split_options *options, struct har_error *err)
{
    const struct har_way validation = way_to_validate(options);
    for (size_t p = 0; p < crowd->people->count; p++)
        to[p] = HAR_TRAIN;
    if (options->pool)
        return HAR_OK;
    if (keep_marks(to, chosen, crowd, HAR_TEST, err) != HAR_OK || har_way_given(&validation))
        return err->status;
    return keep_marks(to, chosen, crowd, HAR_VALIDATION, err);
}

/* All who are marked test must be among those chosen for it. */
static enum har_status check_marked(const enum har_split *to, const bool *chosen,
                                    const struct har_crowd *crowd, struct har_error *err)
{
    const size_t count = crowd->people->count;
    bool *lost = har_allocate(count, sizeof *lost);
    char who[HAR_ROSTER_TEXT];
    if (lost == NULL)
        return har_fail_memory(err);
    for (size_t p = 0; p < count; p++)
        lost[p] = to[p] == HAR_TEST && !chosen[p];
    const bool any = any_of(lost, count);
    har_roster_text(who, crowd->people, lost);
    free(lost);
    if (!any)
        return HAR_OK;
    har_fail(err, HAR_LEAK, "rows of %s are marked test, and would be trained on", who);
    return har_error_hint(err, "--pool parts all people anew; --validation, --validation-fold and "
                               "--validation-subjects part the others");
}

static void set(enum har_split *to, const bool *chosen, size_t count, enum har_split split)
{
    for (size_t p = 0; p < count; p++)
        if (chosen[p])
            to[p] = split;
}

/* Who may be chosen: all for testing, for validation those who aren't. */
static void find_may(bool *may, const enum har_split *to, size_t count, const struct har_way *way)
{
    for (size_t p = 0; p < count; p++)
        may[p] = way->place == 0 || to[p] == HAR_TRAIN;
}

/* WORK has room for two flags a person. */
static enum har_status choose(enum har_split *to, bool *work, const struct har_crowd *crowd,
                              const struct har_way *way, uint64_t seed, struct har_error *err)
{
    const size_t count = crowd->people->count;
    bool *chosen = work, *may = work + count;
    if (!har_way_given(way))
        return HAR_OK;
    find_may(may, to, count, way);
    if (har_way_choose(chosen, crowd, may, way, seed, err) != HAR_OK)
        return err->status;
    if (way->place == 0 && check_marked(to, chosen, crowd, err) != HAR_OK)
        return err->status;
    set(to, chosen, count, way->place == 0 ? HAR_TEST : HAR_VALIDATION);
    return HAR_OK;
}

static enum har_status check_training(const enum har_split *to, size_t count, struct har_error *err)
{
    for (size_t p = 0; p < count; p++)
        if (to[p] == HAR_TRAIN)
            return HAR_OK;
    return har_fail(err, HAR_USAGE, "of %zu people nobody is left to train on", count);
}

enum har_status har_split_assign(enum har_split *to, const struct har_crowd *crowd,
                                 const struct har_split_options *options, struct har_error *err)
{
    const struct har_way test = way_to_test(options), validation = way_to_validate(options);
    const size_t count = crowd->people->count;
    bool *work = har_allocate(2 * count, sizeof *work);
    if (work == NULL)
        return har_fail_memory(err);
    enum har_status status = start(to, work, crowd, options, err);
    if (status == HAR_OK)
        status = choose(to, work, crowd, &test, options->seed, err);
    if (status == HAR_OK)
        status = choose(to, work, crowd, &validation, options->seed, err);
    free(work);
    return status == HAR_OK ? check_training(to, count, err) : status;
}

/* Folds of all people, and all are chosen in turn: nobody may be marked for testing. */
static enum har_status check_nobody(const enum har_split *to, bool *work,
                                    const struct har_crowd *crowd, struct har_error *err)
{
    memset(work, 0, crowd->people->count * sizeof *work);
    return check_marked(to, work, crowd, err);
}

enum har_status har_split_folds(size_t *folds, const struct har_crowd *crowd,
                                const struct har_split_options *options, struct har_error *err)
{
    const bool validates = options->fold == NULL && options->validation_fold != NULL;
    const struct har_way way = validates ? way_to_validate(options) : way_to_test(options);
    const size_t count = crowd->people->count;
    enum har_split *to = har_allocate(count, sizeof *to);
    bool *work = har_allocate(count, sizeof *work);
    enum har_status status = to == NULL || work == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK)
        status = start(to, work, crowd, options, err);
    if (status == HAR_OK && !validates)
        status = check_nobody(to, work, crowd, err);
    if (status == HAR_OK) {
        find_may(work, to, count, &way);
        status = har_way_folds(folds, crowd, work, &way, err);
    }
    free(work);
    free(to);
    return status;
}
