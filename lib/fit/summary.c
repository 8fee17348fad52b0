#include "fit/summary.h"

#include "base/memory.h"
#include "stats/summary.h"
#include "stream/header.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- people ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct har_part *)a)->source, ((const struct har_part *)b)->source);
}

/* The sources of all runs in the order of their names, which doesn't depend on who judged them. */
static enum har_status find_sources(struct har_roster *who, const struct har_results_list *list,
                                    struct har_error *err)
{
    size_t count = 0, source;
    for (size_t i = 0; i < list->count; i++)
        count += list->run[i].parts;
    struct har_part *part = har_allocate(count, sizeof *part);
    if (part == NULL)
        return har_fail_memory(err);
    count = 0;
    for (size_t i = 0; i < list->count; i++)
        for (size_t p = 0; p < list->run[i].parts; p++)
            part[count++] = list->run[i].part[p];
    qsort(part, count, sizeof *part, by_name);
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < count; i++)
        status = har_roster_source(&source, who, part[i].source, err);
    free(part);
    return status;
}

/* The place among WHO of the person of row ROW, added if new. */
static enum har_status place_person(size_t *place, struct har_roster *who,
                                    const struct har_results *run, size_t row,
                                    struct har_error *err)
{
    size_t source;
    if (har_roster_source(&source, who, har_results_source(run, row), err) != HAR_OK)
        return err->status;
    return har_roster_add(place, who, source, run->subject[row], err);
}

static enum har_status meet_people(struct har_roster *met, const struct har_results *run,
                                   struct har_error *err)
{
    size_t place;
    enum har_status status = HAR_OK;
    for (size_t r = 0; status == HAR_OK && r < run->rows; r++)
        if (run->y[r] >= 0)
            status = place_person(&place, met, run, r, err);
    return status;
}

/* Each person of the labelled rows once, in order; none where a run doesn't tell them. */
static enum har_status find_people(struct har_summary *summary, struct har_error *err)
{
    struct har_roster met = {0};
    size_t place;
    if (!har_results_tell_people(summary->list))
        return HAR_OK;
    enum har_status status = find_sources(&met, summary->list, err);
    if (status == HAR_OK)
        status = find_sources(&summary->who, summary->list, err);
    for (size_t i = 0; status == HAR_OK && i < summary->runs; i++)
        status = meet_people(&met, &summary->list->run[i], err);
    for (size_t i = 0; status == HAR_OK && i < met.count; i++) {
        const struct har_person *person = &met.person[met.sorted[i]];
        status = har_roster_add(&place, &summary->who, person->source, person->subject, err);
    }
    summary->people = summary->who.count;
    har_roster_free(&met);
    return status;
}

/* ---- scores ---- */

typedef enum har_status score_init(struct har_score *, size_t, struct har_error *);

static enum har_status make_scores(struct har_score **score, size_t count, size_t classes,
                                   score_init *init, struct har_error *err)
{
    enum har_status status = HAR_OK;
    *score = har_allocate(count, sizeof **score);
    if (*score == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; status == HAR_OK && i < count; i++)
        status = init(&(*score)[i], classes, err);
    return status;
}

static void free_scores(struct har_score *score, size_t count)
{
    for (size_t i = 0; score != NULL && i < count; i++)
        har_score_free(&score[i]);
    free(score);
}

static enum har_status score_people(struct har_summary *summary, size_t index,
                                    struct har_error *err)
{
    const struct har_results *run = &summary->list->run[index];
    struct har_score *score = summary->person + index * summary->people;
    enum har_status status = HAR_OK;
    for (size_t r = 0, place = 0; status == HAR_OK && r < run->rows; r++) {
        if (run->y[r] < 0)
            continue;
        status = place_person(&place, &summary->who, run, r, err);
        if (status == HAR_OK)
            har_results_score_row(&score[place], run, r);
    }
    for (size_t p = 0; p < summary->people; p++)
        har_score_merge(&summary->whole[p], &score[p], 1);
    return status;
}

static enum har_status score_all(struct har_summary *summary, struct har_error *err)
{
    const size_t classes = summary->list->classes;
    size_t cells;
    if (!har_multiply(&cells, summary->runs, summary->people))
        return har_fail_memory(err);
    enum har_status status =
        make_scores(&summary->run, summary->runs, classes, har_score_init_confusion, err);
    if (status == HAR_OK)
        status = make_scores(&summary->person, cells, classes, har_score_init, err);
    if (status == HAR_OK)
        status = make_scores(&summary->whole, summary->people, classes, har_score_init, err);
    if (status == HAR_OK)
        status = har_score_init_confusion(&summary->all, classes, err);
    for (size_t i = 0; status == HAR_OK && i < summary->runs; i++) {
        har_results_score(&summary->run[i], &summary->list->run[i], ~0U);
        har_score_merge(&summary->all, &summary->run[i], 1);
        if (summary->people > 0)
            status = score_people(summary, i, err);
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
    har_roster_free(&summary->who);
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
    const char *label = har_header_item(summary->list->run[0].header, "labels", class);
    snprintf(number, HAR_CLASS_NUMBER, "%zu", class);
    return label != NULL ? label : number;
}
