#include "fit/compare.h"

#include "base/memory.h"
#include "fit/people.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const har_test_names[HAR_TESTS] = {"people", "runs", "t", "mcnemar"};

/* Two contenders at work. */
struct duel {
    const struct har_contender *a, *b;
    const struct har_compare_options *options;
    size_t measure; /* index of the options' */
    struct har_pair *pair;
};

static struct har_outcome not_made(const char *reason)
{
    return (struct har_outcome){.p = NAN, .holm = NAN, .reason = reason};
}

static struct har_outcome made(const struct duel *duel, double p, double difference)
{
    const double favours = duel->options->measure->less ? -difference : difference;
    return (struct har_outcome){.p = p, .holm = NAN, .favours = favours};
}

static double value_of(const struct har_score *score, const struct har_measure_name *measure)
{
    struct har_measures measures;
    har_measure(&measures, score);
    return har_measure_get(&measures, measure);
}

static bool any_undefined(const double *value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(value[i]))
            return true;
    return false;
}

/* ---- over people ---- */

/* Each person's value: as if all that was drawn were this person. */
static enum har_status measure_people(double *value, const struct har_contender *contender,
                                      size_t measure, struct har_error *err)
{
    const struct har_people people = har_summary_people(contender->summary);
    struct har_score scratch;
    double *times = har_allocate(people.people, sizeof *times), all[HAR_MEASURES];
    enum har_status status = har_score_init(&scratch, contender->list.classes, err);
    if (status == HAR_OK && times == NULL)
        status = har_fail_memory(err);
    for (size_t p = 0; status == HAR_OK && p < people.people; p++) {
        times[p] = 1;
        har_people_measure(all, &people, times, &scratch);
        value[p] = all[measure];
        times[p] = 0;
    }
    har_score_free(&scratch);
    free(times);
    return status;
}

static enum har_status test_people(const struct duel *duel, struct har_error *err)
{
    const size_t people = duel->a->summary->people;
    struct har_outcome *outcome = &duel->pair->outcome[HAR_TEST_PEOPLE];
    *outcome = not_made("there aren't two people");
    if (people < 2)
        return HAR_OK;
    double *a = har_allocate(2 * people, sizeof *a);
    if (a == NULL)
        return har_fail_memory(err);
    double *b = a + people;
    enum har_status status = measure_people(a, duel->a, duel->measure, err);
    if (status == HAR_OK)
        status = measure_people(b, duel->b, duel->measure, err);
    for (size_t p = 0; status == HAR_OK && p < people; p++)
        a[p] -= b[p];
    if (status == HAR_OK && any_undefined(a, people))
        *outcome = not_made("the measure isn't defined for every person");
    else if (status == HAR_OK) {
        status = har_wilcoxon(&duel->pair->people, a, people, err);
        *outcome =
            made(duel, duel->pair->people.p, duel->pair->people.plus - duel->pair->people.minus);
    }
    free(a);
    return status;
}

static enum har_status find_interval(const struct duel *duel, struct har_error *err)
{
    const struct har_compare_options *options = duel->options;
    for (size_t m = 0; m < HAR_MEASURES; m++)
        duel->pair->interval[m] = (struct har_interval){NAN, NAN};
    if (duel->a->summary->people < 2)
        return HAR_OK;
    const struct har_people a = har_summary_people(duel->a->summary),
                            b = har_summary_people(duel->b->summary);
    const struct har_bootstrap bootstrap = {options->resamples, 1 - options->alpha, options->seed};
    return har_bootstrap(duel->pair->interval, &a, &b, &bootstrap, err);
}

/* ---- over runs ---- */

/* The score of B over the rows that run RUN of A judged, as often as it did. */
static void score_alike(struct har_score *score, const struct duel *duel, size_t run)
{
    const size_t predictions = duel->a->rows * duel->a->repeats;
    har_score_clear(score);
    for (size_t i = 0; i < predictions; i++) {
        const struct har_place *place = &duel->b->place[i];
        if (duel->a->place[i].run == run)
            har_results_score_row(score, &duel->b->list.run[place->run], place->row);
    }
}

static enum har_status run_differences(double *difference, const struct duel *duel,
                                       struct har_error *err)
{
    struct har_score score;
    const enum har_status status = har_score_init(&score, duel->b->list.classes, err);
    for (size_t run = 0; status == HAR_OK && run < duel->a->summary->runs; run++) {
        score_alike(&score, duel, run);
        difference[run] = value_of(&duel->a->summary->run[run], duel->options->measure) -
                          value_of(&score, duel->options->measure);
    }
    har_score_free(&score);
    return status;
}

/* People judged a run to people that the first model was trained on; NaN where that isn't told. */
static double people_ratio(const struct har_contender *contender)
{
    const struct har_summary *summary = contender->summary;
    double met = 0;
    for (size_t i = 0; i < summary->runs * summary->people; i++)
        met += summary->person[i].rows > 0 ? 1 : 0;
    const json_t *models = json_object_get(contender->list.run[0].header, "models");
    const size_t trained = har_people_count(json_array_get(models, 0), HAR_TRAIN);
    return trained == 0 || met == 0 ? NAN : met / (double)summary->runs / (double)trained;
}

static void test_t(const struct duel *duel, const double *difference, size_t runs)
{
    struct har_pair *pair = duel->pair;
    double sum = 0;
    pair->ratio = duel->options->ratio >= 0 ? duel->options->ratio
                                            : fmax(people_ratio(duel->a), people_ratio(duel->b));
    if (isnan(pair->ratio)) {
        pair->outcome[HAR_TEST_T] =
            not_made("the results don't tell the people trained on; --ratio says how many rows");
        return;
    }
    for (size_t i = 0; i < runs; i++)
        sum += difference[i];
    har_resampled_t(&pair->t, difference, runs, pair->ratio);
    pair->outcome[HAR_TEST_T] = isnan(pair->t.p)
                                    ? not_made("the differences of all runs are the same")
                                    : made(duel, pair->t.p, sum);
}

static enum har_status test_differences(const struct duel *duel, const double *difference,
                                        size_t runs, struct har_error *err)
{
    struct har_pair *pair = duel->pair;
    if (any_undefined(difference, runs)) {
        pair->outcome[HAR_TEST_RUNS] = pair->outcome[HAR_TEST_T] =
            not_made("the measure isn't defined for every run");
        return HAR_OK;
    }
    test_t(duel, difference, runs);
    const enum har_status status = har_wilcoxon(&pair->runs, difference, runs, err);
    pair->outcome[HAR_TEST_RUNS] = made(duel, pair->runs.p, pair->runs.plus - pair->runs.minus);
    return status;
}

static enum har_status test_runs(const struct duel *duel, struct har_error *err)
{
    const size_t runs = duel->a->summary->runs;
    const char *reason = duel->a->repeats != duel->b->repeats ? "they have other numbers of repeats"
                         : runs < 2                           ? "there is one run"
                                                              : NULL;
    duel->pair->outcome[HAR_TEST_RUNS] = duel->pair->outcome[HAR_TEST_T] = not_made(reason);
    if (reason != NULL)
        return HAR_OK;
    double *difference = har_allocate(runs, sizeof *difference);
    if (difference == NULL)
        return har_fail_memory(err);
    enum har_status status = run_differences(difference, duel, err);
    if (status == HAR_OK)
        status = test_differences(duel, difference, runs, err);
    free(difference);
    return status;
}

/* ---- over rows ---- */

static void test_repeat(const struct duel *duel, size_t repeat)
{
    const size_t repeats = duel->a->repeats;
    size_t only_a = 0, only_b = 0;
    for (size_t row = 0; row < duel->a->rows; row++) {
        const bool a = har_contender_right(duel->a, row * repeats + repeat);
        const bool b = har_contender_right(duel->b, row * repeats + repeat);
        only_a += a && !b;
        only_b += b && !a;
    }
    har_mcnemar(&duel->pair->mcnemar[repeat], only_a, only_b);
}

static enum har_status test_rows(const struct duel *duel, struct har_error *err)
{
    struct har_pair *pair = duel->pair;
    struct har_outcome *outcome = &pair->outcome[HAR_TEST_MCNEMAR];
    const size_t repeats = duel->a->repeats;
    *outcome = not_made("they have other numbers of repeats");
    if (repeats != duel->b->repeats)
        return HAR_OK;
    pair->mcnemar = har_allocate(repeats, sizeof *pair->mcnemar);
    double *p = har_allocate(repeats, sizeof *p), favours = 0, all;
    enum har_status status = pair->mcnemar == NULL || p == NULL ? har_fail_memory(err) : HAR_OK;
    for (size_t r = 0; status == HAR_OK && r < repeats; r++) {
        test_repeat(duel, r);
        p[r] = pair->mcnemar[r].p;
        favours += (double)pair->mcnemar[r].first - (double)pair->mcnemar[r].second;
    }
    if (status == HAR_OK)
        status = har_median_p(&all, p, repeats, err);
    if (status == HAR_OK) {
        pair->repeats = repeats;
        *outcome = (struct har_outcome){.p = all, .holm = NAN, .favours = favours};
    }
    free(p);
    return status;
}

/* ---- a pair ---- */

static enum har_status decide(const struct duel *duel, struct har_error *err)
{
    struct har_pair *pair = duel->pair;
    const char *test = duel->options->test;
    const bool people = pair->outcome[HAR_TEST_PEOPLE].reason == NULL;
    pair->decides = people ? HAR_TEST_PEOPLE : HAR_TEST_MCNEMAR;
    for (int i = 0; test != NULL && i < HAR_TESTS; i++)
        if (strcmp(test, har_test_names[i]) == 0)
            pair->decides = (enum har_test)i;
    const char *reason = pair->outcome[pair->decides].reason;
    if (reason == NULL)
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "%s and %s: test %s can't be made: %s", duel->a->name,
                    duel->b->name, har_test_names[pair->decides], reason);
}

static enum har_status compare_pair(const struct duel *duel, struct har_error *err)
{
    for (size_t m = 0; m < HAR_MEASURES; m++)
        duel->pair->difference[m] = duel->a->summary->mean[m] - duel->b->summary->mean[m];
    if (isnan(duel->pair->difference[duel->measure]))
        return har_fail(err, HAR_INPUT, "%s and %s: %s isn't defined for both", duel->a->name,
                        duel->b->name, duel->options->measure->name);
    enum har_status status = find_interval(duel, err);
    if (status == HAR_OK)
        status = test_people(duel, err);
    if (status == HAR_OK)
        status = test_runs(duel, err);
    if (status == HAR_OK)
        status = test_rows(duel, err);
    return status == HAR_OK ? decide(duel, err) : status;
}

/* ---- all pairs ---- */

static enum har_status adjust(struct har_comparison *comparison, struct har_error *err)
{
    const size_t pairs = comparison->pairs;
    double *p = har_allocate(2 * pairs, sizeof *p);
    if (p == NULL)
        return har_fail_memory(err);
    double *holm = p + pairs;
    enum har_status status = HAR_OK;
    for (int test = 0; status == HAR_OK && test < HAR_TESTS; test++) {
        for (size_t i = 0; i < pairs; i++)
            p[i] = comparison->pair[i].outcome[test].p;
        status = har_holm(holm, p, pairs, err);
        for (size_t i = 0; status == HAR_OK && i < pairs; i++)
            comparison->pair[i].outcome[test].holm = holm[i];
    }
    free(p);
    return status;
}

static enum har_status compare_all(struct har_comparison *comparison, struct har_error *err)
{
    struct har_contender *const *contender = comparison->contender;
    const size_t count = comparison->contenders;
    enum har_status status = HAR_OK;
    for (size_t i = 1; status == HAR_OK && i < count; i++)
        status = har_contender_match(contender[0], contender[i], err);
    struct har_pair *pair = comparison->pair;
    for (size_t a = 0; a < count; a++)
        for (size_t b = a + 1; status == HAR_OK && b < count; b++, pair++) {
            *pair = (struct har_pair){.first = a, .second = b, .ratio = NAN};
            const struct duel duel = {
                .a = contender[a],
                .b = contender[b],
                .options = comparison->options,
                .measure = (size_t)(comparison->options->measure - har_measure_names),
                .pair = pair,
            };
            status = compare_pair(&duel, err);
        }
    return status == HAR_OK ? adjust(comparison, err) : status;
}

static enum har_status check_test(const char *test, struct har_error *err)
{
    for (int i = 0; test != NULL && i < HAR_TESTS; i++)
        if (strcmp(test, har_test_names[i]) == 0)
            return HAR_OK;
    if (test == NULL)
        return HAR_OK;
    return har_fail(err, HAR_USAGE,
                    "--test: '%s' isn't a test, expected people, runs, t or mcnemar", test);
}

enum har_status har_comparison_new(struct har_comparison **result,
                                   struct har_contender *const *contender, size_t count,
                                   const struct har_compare_options *options, struct har_error *err)
{
    enum har_status status = check_test(options->test, err);
    if (status != HAR_OK)
        return status;
    struct har_comparison *comparison = har_allocate(1, sizeof *comparison);
    if (comparison == NULL)
        return har_fail_memory(err);
    *comparison = (struct har_comparison){options, contender, count, count * (count - 1) / 2, NULL};
    comparison->pair = har_allocate(comparison->pairs, sizeof *comparison->pair);
    status = comparison->pair == NULL ? har_fail_memory(err) : compare_all(comparison, err);
    if (status == HAR_OK)
        *result = comparison;
    else
        har_comparison_free(comparison);
    return status;
}

void har_comparison_free(struct har_comparison *comparison)
{
    if (comparison == NULL)
        return;
    for (size_t i = 0; comparison->pair != NULL && i < comparison->pairs; i++)
        free(comparison->pair[i].mcnemar);
    free(comparison->pair);
    free(comparison);
}

const struct har_contender *har_comparison_odd(const struct har_contender *first,
                                               const struct har_contender *second,
                                               enum har_caveat caveat)
{
    if (first->caveat[caveat] == second->caveat[caveat])
        return NULL;
    return first->caveat[caveat] ? first : second;
}

int har_comparison_verdict(const struct har_comparison *comparison, const struct har_pair *pair)
{
    const struct har_outcome *outcome = &pair->outcome[pair->decides];
    if (!(outcome->holm < comparison->options->alpha) || outcome->favours == 0)
        return 0;
    return outcome->favours > 0 ? 1 : -1;
}
