#include "tune/told.h"

#include "base/text.h"
#include "stats/measures.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- whose rows they are ---- */

static void add_subject(json_t *subjects, int64_t subject)
{
    size_t i;
    const json_t *each;
    json_array_foreach(subjects, i,
                       each) if (json_integer_value(each) == (json_int_t)subject) return;
    json_array_append_new(subjects, json_integer((json_int_t)subject));
}

static bool has_subject(const json_t *subjects, int64_t subject)
{
    size_t i;
    const json_t *each;
    json_array_foreach((json_t *)subjects, i,
                       each) if (json_integer_value(each) == (json_int_t)subject) return true;
    return false;
}

/* Everybody who has a row marked test. */
static void add_test_people(json_t *subjects, const struct har_results_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct har_results *results = &list->run[i];
        for (size_t r = 0; results->subject != NULL && r < results->rows; r++)
            if (results->split[r] == HAR_TEST)
                add_subject(subjects, results->subject[r]);
    }
}

static bool is_test(const struct har_results *results, size_t row, const json_t *test_people)
{
    return results->split[row] == HAR_TEST ||
           (results->subject != NULL && has_subject(test_people, results->subject[row]));
}

/* " of people 2, 4, 9" for those in PEOPLE, as far as there is room. */
static void name_people(char *text, size_t size, const json_t *people)
{
    size_t i, used = 0;
    const json_t *each;
    text[0] = '\0';
    json_array_foreach((json_t *)people, i, each) if (used + 24 < size) used +=
        (size_t)snprintf(text + used, size - used, "%s%lld", i == 0 ? " of people " : ", ",
                         (long long)json_integer_value(each));
}

static enum har_status refuse_test(const struct har_results_list *list, const json_t *test_people,
                                   json_t *met, struct har_error *err)
{
    size_t rows = 0, first = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct har_results *results = &list->run[i];
        for (size_t r = 0; r < results->rows; r++) {
            if (!is_test(results, r, test_people))
                continue;
            first = rows++ == 0 ? r : first;
            if (results->subject != NULL)
                add_subject(met, results->subject[r]);
        }
    }
    if (rows == 0)
        return HAR_OK;
    char people[256];
    name_people(people, sizeof people, met);
    har_fail(err, HAR_LEAK, "%zu test rows%s, row %zu the first: a search must not know them", rows,
             people, first);
    return har_error_hint(err, "har-eval --split validation judges the validation rows alone");
}

static enum har_status check_splits(const struct har_results_list *list,
                                    const json_t *test_subjects, struct har_error *err)
{
    json_t *people = json_deep_copy(test_subjects), *met = json_array();
    enum har_status status = people == NULL || met == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK) {
        add_test_people(people, list);
        status = refuse_test(list, people, met, err);
    }
    json_decref(people);
    json_decref(met);
    for (size_t i = 0; i < list->count && status == HAR_OK; i++)
        for (size_t r = 0; r < list->run[i].rows && status == HAR_OK; r++)
            if (list->run[i].split[r] == HAR_TRAIN)
                status = har_fail(err, HAR_INPUT,
                                  "row %zu is marked train, expected validation rows", r);
    return status;
}

static size_t count_unmarked(const struct har_results_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        for (size_t r = 0; r < list->run[i].rows; r++)
            count += list->run[i].y[r] >= 0 && list->run[i].split[r] == HAR_UNMARKED;
    return count;
}

static void doubt(struct har_told *told, const struct har_results_list *list,
                  const json_t *test_subjects)
{
    const size_t unmarked = count_unmarked(list);
    if (unmarked > 0)
        snprintf(told->doubt[HAR_DOUBT_MARKS], sizeof *told->doubt,
                 "%zu row%s marked, expected validation rows", unmarked,
                 unmarked == 1 ? " isn't" : "s aren't");
    if (json_array_size(test_subjects) > 0 && !har_results_tell_people(list))
        snprintf(told->doubt[HAR_DOUBT_PEOPLE], sizeof *told->doubt,
                 "rows name no people: whether they are test people can't be checked");
    if (!har_caveat_text(told->doubt[HAR_DOUBT_WITHIN], HAR_WITHIN_PERSON, list))
        told->doubt[HAR_DOUBT_WITHIN][0] = '\0';
}

/* ---- the score ---- */

static double score_of(const struct har_score *score, enum har_objective objective)
{
    struct har_measures measures;
    har_measure(&measures, score);
    if (objective == HAR_ACCURACY)
        return measures.accuracy;
    return objective == HAR_MACRO_F1 ? measures.macro_f1 : measures.log_loss;
}

static enum har_status score_all(struct har_told *told, const struct har_results_list *list,
                                 const struct har_plan *plan, struct har_error *err)
{
    struct har_score score;
    enum har_status status = har_score_init(&score, list->classes, err);
    if (status != HAR_OK)
        return status;
    double sum = 0;
    for (size_t i = 0; i < list->count; i++) {
        har_score_clear(&score);
        told->rows += har_results_score(&score, &list->run[i], ~0u);
        sum += score_of(&score, plan->objective);
    }
    har_score_free(&score);
    told->score = sum / (double)list->count;
    if (isnan(told->score))
        return har_fail(err, HAR_INPUT, "no %s: the results have no probabilities",
                        har_objective_name(plan->objective));
    return HAR_OK;
}

/* Would the same training fail again? A stage that was killed is met as a truncated stream by the
 * next one, which says so as bad input. */
static bool fails_again(enum har_status status)
{
    return status != HAR_SYSTEM && status != HAR_INPUT;
}

/* The results of IN can't be read, by ERR: because of the run, or of what was given as its. */
static enum har_status blame(struct har_told *told, const struct har_reader *in,
                             struct har_error *err)
{
    har_plain_text(told->why, sizeof told->why, err->text);
    if (err->upstream && fails_again(err->status)) {
        told->kind = HAR_TOLD_FAILED;
        *err = (struct har_error){0};
    } else if (err->upstream || (har_reader_failed(in) && err->status == HAR_INPUT)) {
        told->kind = HAR_TOLD_BROKEN;
    }
    return err->status;
}

enum har_status har_told_read(struct har_told *told, struct har_reader *in,
                              const struct har_plan *plan, const json_t *test_subjects,
                              struct har_error *err)
{
    struct har_results_list list = {0};
    *told = (struct har_told){.kind = HAR_TOLD_SCORE};
    enum har_status status = har_results_read(&list, in, err);
    if (status != HAR_OK) {
        status = blame(told, in, err);
    } else {
        doubt(told, &list, test_subjects);
        status = check_splits(&list, test_subjects, err);
        if (status == HAR_OK)
            status = score_all(told, &list, plan, err);
    }
    har_results_free(&list);
    return status;
}
