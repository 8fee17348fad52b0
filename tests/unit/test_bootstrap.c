/* Intervals over people against an implementation of their own (tests/golden/make_bootstrap.py). */
#include "stats/bootstrap.h"
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static size_t count(const json_t *one, const char *key)
{
    return (size_t)json_integer_value(json_object_get(one, key));
}

/* The scores under KEY; no score where there is null. */
static struct har_people read_people(const json_t *one, const char *key)
{
    struct har_error err = {0};
    const json_t *confusion = json_object_get(one, key);
    const size_t runs = count(one, "runs"), people = count(one, "people"),
                 classes = count(one, "classes"), cells = runs * people;
    if (json_is_null(confusion))
        return (struct har_people){runs, people, NULL};
    struct har_score *score = calloc(cells, sizeof *score);
    assert_non_null(score);
    for (size_t i = 0; i < cells; i++) {
        assert_int_equal(har_score_init(&score[i], classes, &err), HAR_OK);
        for (size_t k = 0; k < classes * classes; k++) {
            const json_t *rows = json_array_get(confusion, i * classes * classes + k);
            for (json_int_t r = 0; r < json_integer_value(rows); r++)
                har_score_add(&score[i], k / classes, k % classes, NULL, 0);
        }
        score[i].probabilities = false;
    }
    return (struct har_people){runs, people, score};
}

static void free_people(struct har_people *people)
{
    struct har_score *score = (struct har_score *)(uintptr_t)people->score;
    for (size_t i = 0; score != NULL && i < people->runs * people->people; i++)
        har_score_free(&score[i]);
    free(score);
}

static void check(const struct har_interval *interval, const char *name, const json_t *expected)
{
    struct har_error err = {0};
    const struct har_measure_name *entry;
    assert_int_equal(har_measure_find(&entry, name, "", &err), HAR_OK);
    const struct har_interval *mine = &interval[entry - har_measure_names];
    assert_true(fabs(mine->low - json_number_value(json_array_get(expected, 0))) < 1e-12);
    assert_true(fabs(mine->high - json_number_value(json_array_get(expected, 1))) < 1e-12);
}

static void golden(void **state)
{
    (void)state;
    json_t *cases = json_load_file("tests/golden/bootstrap.json", 0, NULL);
    assert_int_equal(json_array_size(cases), 5);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *one = json_array_get(cases, i), *expected = json_object_get(one, "expected");
        const struct har_bootstrap bootstrap = {
            count(one, "resamples"), json_number_value(json_object_get(one, "level")),
            (uint64_t)json_integer_value(json_object_get(one, "seed"))};
        struct har_people people = read_people(one, "confusion"), other = read_people(one, "other");
        struct har_interval interval[HAR_MEASURES];
        struct har_error err = {0};
        assert_int_equal(
            har_bootstrap(interval, &people, other.score == NULL ? NULL : &other, &bootstrap, &err),
            HAR_OK);
        check(interval, "accuracy", json_array_get(expected, 0));
        check(interval, "macro_f1", json_array_get(expected, 1));
        assert_true(isnan(interval[HAR_MEASURES - 1].low)); /* no probabilities, no ece */
        free_people(&people);
        free_people(&other);
    }
    json_decref(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
