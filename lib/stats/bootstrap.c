#include "stats/bootstrap.h"

#include "base/memory.h"
#include "base/order.h"
#include "base/random.h"
#include <math.h>
#include <stdlib.h>

void har_people_measure(double value[HAR_MEASURES], const struct har_people *people,
                        const double *times, struct har_score *scratch)
{
    double weight = 0;
    for (size_t m = 0; m < HAR_MEASURES; m++)
        value[m] = 0;
    for (size_t r = 0; r < people->runs; r++) {
        double met = 0;
        har_score_clear(scratch);
        for (size_t p = 0; p < people->people; p++) {
            const struct har_score *score = &people->score[r * people->people + p];
            if (times[p] == 0 || score->rows == 0)
                continue;
            har_score_merge(scratch, score, times[p]);
            met += times[p];
        }
        if (met == 0)
            continue;
        struct har_measures measures;
        har_measure(&measures, scratch);
        for (size_t m = 0; m < HAR_MEASURES; m++)
            value[m] += met * har_measure_get(&measures, &har_measure_names[m]);
        weight += met;
    }
    for (size_t m = 0; m < HAR_MEASURES; m++)
        value[m] /= weight;
}

struct draws {
    const struct har_people *people, *other;
    struct har_score scratch, other_scratch;
    double *times; /* of each person, in the draw at hand */
    double *value; /* (measures,resamples) */
};

static void draw(struct draws *draws, size_t index, const struct har_bootstrap *bootstrap)
{
    const struct har_random random = {.seed = bootstrap->seed, .purpose = HAR_RANDOM_BOOTSTRAP};
    const size_t people = draws->people->people;
    for (size_t p = 0; p < people; p++)
        draws->times[p] = 0;
    for (size_t p = 0; p < people; p++)
        draws->times[har_random_below(&random, index * people + p, people)] += 1;
    double value[HAR_MEASURES], other[HAR_MEASURES] = {0};
    har_people_measure(value, draws->people, draws->times, &draws->scratch);
    if (draws->other != NULL)
        har_people_measure(other, draws->other, draws->times, &draws->other_scratch);
    for (size_t m = 0; m < HAR_MEASURES; m++)
        draws->value[m * bootstrap->resamples + index] = value[m] - other[m];
}

static struct har_interval interval_of(double *value, size_t count, double level)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(value[i]))
            return (struct har_interval){NAN, NAN};
    har_sort(value, count);
    return (struct har_interval){har_quantile(value, count, (1 - level) / 2),
                                 har_quantile(value, count, (1 + level) / 2)};
}

enum har_status har_bootstrap(struct har_interval interval[HAR_MEASURES],
                              const struct har_people *people, const struct har_people *other,
                              const struct har_bootstrap *bootstrap, struct har_error *err)
{
    const size_t resamples = bootstrap->resamples;
    struct draws draws = {.people = people, .other = other};
    enum har_status status = har_score_init(&draws.scratch, people->score[0].classes, err);
    if (status == HAR_OK && other != NULL)
        status = har_score_init(&draws.other_scratch, other->score[0].classes, err);
    draws.times = har_allocate(people->people, sizeof *draws.times);
    draws.value = har_allocate(resamples, HAR_MEASURES * sizeof *draws.value);
    if (status == HAR_OK && (draws.times == NULL || draws.value == NULL))
        status = har_fail_memory(err);
    for (size_t i = 0; status == HAR_OK && i < resamples; i++)
        draw(&draws, i, bootstrap);
    for (size_t m = 0; status == HAR_OK && m < HAR_MEASURES; m++)
        interval[m] = interval_of(draws.value + m * resamples, resamples, bootstrap->level);
    har_score_free(&draws.scratch);
    har_score_free(&draws.other_scratch);
    free(draws.times);
    free(draws.value);
    return status;
}
