#include "fit/caveat.h"
#include "fit/json.h"
#include "fit/summary.h"

#include <inttypes.h>

static json_t *count(double value)
{
    return json_integer((json_int_t)value);
}

static void set_measures(json_t *object, const double value[HAR_MEASURES])
{
    for (size_t m = 0; m < HAR_MEASURES; m++)
        json_object_set_new(object, har_measure_names[m].name, har_number_json(value[m]));
}

static void set_score(json_t *object, const struct har_score *score)
{
    struct har_measures measures;
    double value[HAR_MEASURES];
    har_measure(&measures, score);
    for (size_t m = 0; m < HAR_MEASURES; m++)
        value[m] = har_measure_get(&measures, &har_measure_names[m]);
    json_object_set_new(object, "rows", count(score->rows));
    set_measures(object, value);
}

static json_t *classes_json(const struct har_summary *summary, const struct har_score *score)
{
    json_t *object = json_object();
    for (size_t k = 0; k < score->classes; k++) {
        char numbered[HAR_CLASS_NUMBER];
        struct har_class_measures one;
        const char *name = har_summary_class_name(summary, k, numbered);
        har_measure_class(&one, score, k);
        json_object_set_new(object, name,
                            json_pack("{s:o, s:o, s:o, s:o}", "precision",
                                      har_number_json(one.precision), "recall",
                                      har_number_json(one.recall), "f1", har_number_json(one.f1),
                                      "support", count(one.support)));
    }
    return object;
}

static json_t *confusion_json(const struct har_score *score)
{
    json_t *rows = json_array();
    for (size_t k = 0; k < score->classes; k++) {
        json_t *row = json_array();
        for (size_t j = 0; j < score->classes; j++)
            json_array_append_new(row, count(score->confusion[k * score->classes + j]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static void set_person(json_t *people, int64_t subject, const struct har_score *score)
{
    char name[24];
    snprintf(name, sizeof name, "%" PRId64, subject);
    json_t *person = json_object();
    set_score(person, score);
    json_object_set_new(people, name, person);
}

/* Where people of SOURCE go. */
static json_t *people_of(json_t *people, const struct har_roster *who, size_t source)
{
    if (json_object_get(people, who->source[source]) == NULL)
        json_object_set_new(people, who->source[source], json_object());
    return json_object_get(people, who->source[source]);
}

/* PERSON: a score for each of the people. */
static void set_parts(json_t *object, const struct har_summary *summary,
                      const struct har_score *score, const struct har_score *person)
{
    json_t *people = json_object();
    const bool mixed = har_roster_mixed(&summary->who);
    for (size_t p = 0; p < summary->people; p++) {
        const struct har_person *who = &summary->who.person[p];
        if (person[p].rows > 0)
            set_person(mixed ? people_of(people, &summary->who, who->source) : people, who->subject,
                       &person[p]);
    }
    json_object_set_new(object, "per_class", classes_json(summary, score));
    json_object_set_new(object, "per_subject", people);
    json_object_set_new(object, "confusion", confusion_json(score));
}

/* The names of SPLITS, a bit each. */
static json_t *splits_json(unsigned splits)
{
    json_t *names = json_array();
    for (int split = 0; split < HAR_SPLITS; split++)
        if ((splits >> split & 1U) != 0)
            json_array_append_new(names, json_string(har_split_name((enum har_split)split)));
    return names;
}

static json_t *run_json(const struct har_summary *summary, size_t run)
{
    const struct har_score *score = &summary->run[run];
    json_t *object = json_object();
    const struct har_results *results = &summary->list->run[run];
    set_score(object, score);
    json_object_set_new(object, "splits", splits_json(har_results_splits(results)));
    for (int c = 0; c < HAR_CAVEATS; c++)
        if (har_caveat_holds((enum har_caveat)c, results))
            json_object_set_new(object, har_caveat_names[c].key, json_true());
    set_parts(object, summary, score, summary->person + run * summary->people);
    return object;
}

static json_t *intervals_json(const struct har_summary *summary)
{
    json_t *object = json_object();
    for (size_t m = 0; m < HAR_MEASURES; m++)
        json_object_set_new(object, har_measure_names[m].name,
                            har_interval_json(&summary->interval[m]));
    return object;
}

json_t *har_summary_json(const struct har_summary *summary)
{
    json_t *object = json_object(), *spread = json_object(), *runs = json_array(),
           *labels = json_array();
    for (size_t k = 0; k < summary->list->classes; k++) {
        char numbered[HAR_CLASS_NUMBER];
        json_array_append_new(labels, json_string(har_summary_class_name(summary, k, numbered)));
    }
    unsigned splits = 0;
    for (size_t r = 0; r < summary->runs; r++) {
        json_array_append_new(runs, run_json(summary, r));
        splits |= har_results_splits(&summary->list->run[r]);
    }
    set_measures(spread, summary->spread);
    set_measures(object, summary->mean);
    json_object_set_new(object, "splits", splits_json(splits));
    for (int c = 0; c < HAR_CAVEATS; c++)
        if (har_caveat_count((enum har_caveat)c, summary->list) > 0)
            json_object_set_new(object, har_caveat_names[c].key, json_true());
    json_object_set_new(object, "spread", spread);
    json_object_set_new(object, "interval", intervals_json(summary));
    json_object_set_new(object, "labels", labels);
    set_parts(object, summary, &summary->all, summary->whole);
    json_object_set_new(object, "runs", runs);
    return object;
}
