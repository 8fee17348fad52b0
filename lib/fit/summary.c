#include "fit/summary.h"

#include "base/memory.h"
#include "stats/summary.h"
#include "stream/header.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- people ---- */

static int by_number(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* Each person of the labelled rows once, ascending; none where a run doesn't tell them. */
static enum har_status find_people(struct har_summary *summary, struct har_error *err)
{
    size_t capacity = 0, count = 0;
    for (size_t i = 0; i < summary->runs; i++) {
        const struct har_results *run = &summary->list->segment[i];
        if (run->subject == NULL)
            return HAR_OK;
        for (size_t r = 0; r < run->rows; r++) {
            const int64_t id = run->subject[r];
            const bool same = count > 0 && summary->subject[count - 1] == id;
            if (run->y[r] < 0 || same)
                continue;
            if (!har_grow(&summary->subject, &capacity, count + 1, sizeof id))
                return har_fail_memory(err);
            summary->subject[count++] = id;
        }
    }
    qsort(summary->subject, count, sizeof *summary->subject, by_number);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || summary->subject[i] != summary->subject[i - 1])
            summary->subject[summary->people++] = summary->subject[i];
    return HAR_OK;
}

static size_t person_of(const struct har_summary *summary, int64_t id)
{
    const int64_t *found = bsearch(&id, summary->subject, summary->people, sizeof id, by_number);
    return (size_t)(found - summary->subject);
}

/* ---- scores ---- */

static enum har_status make_scores(struct har_score **score, size_t count, size_t classes,
                                   struct har_error *err)
{
    enum har_status status = HAR_OK;
    *score = har_allocate(count, sizeof **score);
    if (*score == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; status == HAR_OK && i < count; i++)
        status = har_score_init(&(*score)[i], classes, err);
    return status;
}

static void free_scores(struct har_score *score, size_t count)
{
    for (size_t i = 0; score != NULL && i < count; i++)
        har_score_free(&score[i]);
    free(score);
}

static void score_people(struct har_summary *summary, size_t index)
{
    const struct har_results *run = &summary->list->segment[index];
    struct har_score *score = summary->person + index * summary->people;
    for (size_t r = 0; r < run->rows; r++)
        if (run->y[r] >= 0)
            har_results_score_row(&score[person_of(summary, run->subject[r])], run, r);
    for (size_t p = 0; p < summary->people; p++)
        har_score_merge(&summary->whole[p], &score[p], 1);
}

static enum har_status score_all(struct har_summary *summary, struct har_error *err)
{
    const size_t classes = summary->list->classes;
    size_t cells;
    if (!har_multiply(&cells, summary->runs, summary->people))
        return har_fail_memory(err);
    enum har_status status = make_scores(&summary->run, summary->runs, classes, err);
    if (status == HAR_OK)
        status = make_scores(&summary->person, cells, classes, err);
    if (status == HAR_OK)
        status = make_scores(&summary->whole, summary->people, classes, err);
    if (status == HAR_OK)
        status = har_score_init(&summary->all, classes, err);
    for (size_t i = 0; status == HAR_OK && i < summary->runs; i++) {
        har_results_score(&summary->run[i], &summary->list->segment[i], ~0U);
        har_score_merge(&summary->all, &summary->run[i], 1);
        if (summary->people > 0)
            score_people(summary, i);
    }
    return status;
}

/* ---- measures ---- */

static enum har_status measure_runs(struct har_summary *summary, struct har_error *err)
{
    summary->measures = har_allocate(summary->runs, sizeof *summary->measures);
    double *value = har_allocate(summary->runs, sizeof *value);
    if (summary->measures == NULL || value == NULL) {
        free(value);
        return har_fail_memory(err);
    }
    for (size_t i = 0; i < summary->runs; i++)
        har_measure(&summary->measures[i], &summary->run[i]);
    for (size_t m = 0; m < HAR_MEASURES; m++) {
        for (size_t i = 0; i < summary->runs; i++)
            value[i] = har_measure_get(&summary->measures[i], &har_measure_names[m]);
        summary->mean[m] = har_mean(value, summary->runs);
        summary->spread[m] = har_deviation(value, summary->runs);
        summary->interval[m] = (struct har_interval){NAN, NAN};
    }
    free(value);
    return HAR_OK;
}

enum har_status har_summary_new(struct har_summary **result, const struct har_results_list *list,
                                const struct har_bootstrap *bootstrap, struct har_error *err)
{
    struct har_summary *summary = har_allocate(1, sizeof *summary);
    if (summary == NULL)
        return har_fail_memory(err);
    summary->list = list;
    summary->runs = list->count;
    enum har_status status = find_people(summary, err);
    if (status == HAR_OK)
        status = score_all(summary, err);
    if (status == HAR_OK)
        status = measure_runs(summary, err);
    if (status == HAR_OK && bootstrap != NULL && summary->people > 1) {
        const struct har_people people = har_summary_people(summary);
        status = har_bootstrap(summary->interval, &people, NULL, bootstrap, err);
    }
    if (status == HAR_OK)
        *result = summary;
    else
        har_summary_free(summary);
    return status;
}

void har_summary_free(struct har_summary *summary)
{
    if (summary == NULL)
        return;
    free_scores(summary->run, summary->runs);
    free_scores(summary->person, summary->runs * summary->people);
    free_scores(summary->whole, summary->people);
    har_score_free(&summary->all);
    free(summary->subject);
    free(summary->measures);
    free(summary);
}

/* ---- asking ---- */

struct har_people har_summary_people(const struct har_summary *summary)
{
    return (struct har_people){summary->runs, summary->people, summary->person};
}

const char *har_summary_class_name(const struct har_summary *summary, size_t class,
                                   char number[HAR_CLASS_NUMBER])
{
    const char *label = har_header_item(summary->list->segment[0].header, "labels", class);
    snprintf(number, HAR_CLASS_NUMBER, "%zu", class);
    return label != NULL ? label : number;
}
