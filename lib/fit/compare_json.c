#include "fit/compare.h"
#include "fit/json.h"

#include <math.h>

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void set_count(json_t *object, const char *key, size_t count)
{
    set(object, key, json_integer((json_int_t)count));
}

/* ---- tests ---- */

static json_t *outcome_json(const struct har_outcome *outcome)
{
    json_t *object = json_object();
    set(object, "p", har_number_json(outcome->p));
    set(object, "holm", har_number_json(outcome->holm));
    if (outcome->reason != NULL)
        set(object, "reason", json_string(outcome->reason));
    return object;
}

static json_t *wilcoxon_json(const struct har_outcome *outcome, const struct har_wilcoxon *test)
{
    json_t *object = outcome_json(outcome);
    if (outcome->reason != NULL)
        return object;
    set_count(object, "differ", test->count);
    set(object, "plus", json_real(test->plus));
    set(object, "minus", json_real(test->minus));
    set(object, "exact", json_boolean(test->exact));
    return object;
}

static json_t *t_json(const struct har_outcome *outcome, const struct har_pair *pair,
                      bool of_people)
{
    json_t *object = outcome_json(outcome);
    if (outcome->reason != NULL)
        return object;
    set(object, "t", json_real(pair->t.t));
    set(object, "ratio", json_real(pair->ratio));
    set(object, "ratio_of", json_string(of_people ? "people" : "rows"));
    return object;
}

static json_t *mcnemar_json(const struct har_outcome *outcome, const struct har_pair *pair)
{
    json_t *object = outcome_json(outcome), *repeats = json_array();
    for (size_t r = 0; r < pair->repeats; r++) {
        const struct har_mcnemar *test = &pair->mcnemar[r];
        json_t *one = json_object();
        set_count(one, "first", test->first);
        set_count(one, "second", test->second);
        set(one, "statistic", json_real(test->statistic));
        set(one, "exact", json_boolean(test->exact));
        set(one, "p", json_real(test->p));
        json_array_append_new(repeats, one);
    }
    set(object, "repeats", repeats);
    return object;
}

/* ---- all ---- */

static json_t *contender_json(const struct har_contender *contender, size_t measure)
{
    const struct har_summary *summary = contender->summary;
    json_t *object = json_object();
    set(object, "name", har_text_json(contender->name));
    set_count(object, "runs", summary->runs);
    set_count(object, "repeats", contender->repeats);
    set_count(object, "rows", contender->rows);
    set_count(object, "people", summary->people);
    set(object, "mean", har_number_json(summary->mean[measure]));
    set(object, "spread", har_number_json(summary->spread[measure]));
    for (int c = 0; c < HAR_CAVEATS; c++)
        if (contender->caveat[c])
            set(object, har_caveat_names[c].key, json_true());
    return object;
}

/* Of which of the pair they hold. */
static void set_caveats(json_t *object, const bool first[HAR_CAVEATS],
                        const bool second[HAR_CAVEATS])
{
    static const char *const which[2][2] = {{NULL, "second"}, {"first", "both"}};
    for (int c = 0; c < HAR_CAVEATS; c++)
        if (first[c] || second[c])
            set(object, har_caveat_names[c].key, json_string(which[first[c]][second[c]]));
}

static json_t *pair_json(const struct har_comparison *comparison, const struct har_pair *pair,
                         size_t measure)
{
    static const char *const verdicts[] = {"second", "none", "first"};
    const struct har_outcome *outcome = pair->outcome;
    json_t *object = json_object(), *tests = json_object();
    set(object, "first", har_text_json(comparison->contender[pair->first]->name));
    set(object, "second", har_text_json(comparison->contender[pair->second]->name));
    set(object, "difference", har_number_json(pair->difference[measure]));
    set(object, "interval", har_interval_json(&pair->interval[measure]));
    set(tests, "people", wilcoxon_json(&outcome[HAR_TEST_PEOPLE], &pair->people));
    set(tests, "runs", wilcoxon_json(&outcome[HAR_TEST_RUNS], &pair->runs));
    set(tests, "t", t_json(&outcome[HAR_TEST_T], pair, comparison->options->ratio < 0));
    set(tests, "mcnemar", mcnemar_json(&outcome[HAR_TEST_MCNEMAR], pair));
    set(object, "tests", tests);
    set(object, "decides", json_string(har_test_names[pair->decides]));
    set(object, "verdict", json_string(verdicts[har_comparison_verdict(comparison, pair) + 1]));
    set_caveats(object, comparison->contender[pair->first]->caveat,
                comparison->contender[pair->second]->caveat);
    return object;
}

json_t *har_comparison_json(const struct har_comparison *comparison)
{
    const struct har_compare_options *options = comparison->options;
    const size_t measure = (size_t)(options->measure - har_measure_names);
    json_t *object = json_object(), *models = json_array(), *pairs = json_array();
    set(object, "measure", json_string(options->measure->name));
    set(object, "alpha", json_real(options->alpha));
    set_count(object, "resamples", options->resamples);
    set(object, "seed", json_integer((json_int_t)options->seed));
    for (size_t i = 0; i < comparison->contenders; i++)
        json_array_append_new(models, contender_json(comparison->contender[i], measure));
    for (size_t i = 0; i < comparison->pairs; i++)
        json_array_append_new(pairs, pair_json(comparison, &comparison->pair[i], measure));
    set(object, "models", models);
    set(object, "pairs", pairs);
    return object;
}
