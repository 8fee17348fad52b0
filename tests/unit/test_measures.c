/* Measures against scikit-learn's (tests/golden/make_measures.py), and scores that add up. */
#include "stats/measures.h"
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double tolerance = 1e-9;

static void assert_same(double value, const json_t *expected, const char *what)
{
    const bool same = json_is_null(expected)
                          ? isnan(value)
                          : fabs(value - json_number_value(expected)) <= tolerance;
    if (!same)
        fail_msg("%s is %.17g, expected %.17g", what, value, json_number_value(expected));
}

static size_t row_class(const json_t *list, size_t row)
{
    return (size_t)json_integer_value(json_array_get(list, row));
}

/* Adds rows FIRST, FIRST + STEP, … of the case. */
static void add_rows(struct har_score *score, const json_t *one, size_t first, size_t step)
{
    const json_t *y = json_object_get(one, "y"), *predicted = json_object_get(one, "predicted"),
                 *all = json_object_get(one, "probabilities");
    float p[8];
    for (size_t r = first; r < json_array_size(y); r += step) {
        for (size_t k = 0; k < score->classes && !json_is_null(all); k++)
            p[k] = (float)json_number_value(json_array_get(all, r * score->classes + k));
        har_score_add(score, row_class(y, r), row_class(predicted, r), json_is_null(all) ? NULL : p,
                      score->classes);
    }
}

static void new_score(struct har_score *score, const json_t *one)
{
    struct har_error err = {0};
    const size_t classes = (size_t)json_integer_value(json_object_get(one, "classes"));
    assert_int_equal(har_score_init_confusion(score, classes, &err), HAR_OK);
}

static void check_measures(const struct har_score *score, const json_t *expected)
{
    struct har_measures measures;
    har_measure(&measures, score);
    for (const struct har_measure_name *m = har_measure_names; m->name != NULL; m++) {
        assert_non_null(json_object_get(expected, m->name));
        assert_same(har_measure_get(&measures, m), json_object_get(expected, m->name), m->name);
    }
}

static void check_class(const struct har_class_measures *class, const json_t *expected,
                        const char *what)
{
    assert_same(class->precision, json_array_get(expected, 0), what);
    assert_same(class->recall, json_array_get(expected, 1), what);
    assert_same(class->f1, json_array_get(expected, 2), what);
}

static void check_classes(const struct har_score *score, const json_t *expected)
{
    struct har_class_measures class;
    for (size_t k = 0; k < score->classes; k++) {
        const json_t *row = json_array_get(json_object_get(expected, "per_class"), k);
        har_measure_class(&class, score, k);
        check_class(&class, row, "a class");
        assert_same(class.support, json_array_get(row, 3), "support");
        for (size_t j = 0; j < score->classes; j++)
            assert_same(
                score->confusion[k * score->classes + j],
                json_array_get(json_array_get(json_object_get(expected, "confusion"), k), j),
                "confusion");
    }
    har_measure_macro(&class, score);
    check_class(&class, json_object_get(expected, "macro"), "macro");
    har_measure_weighted(&class, score);
    check_class(&class, json_object_get(expected, "weighted"), "weighted");
}

static void golden(void **state)
{
    (void)state;
    json_t *cases = json_load_file("tests/golden/measures.json", 0, NULL);
    assert_true(json_array_size(cases) >= 13);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *one = json_array_get(cases, i), *expected = json_object_get(one, "expected");
        struct har_score score, odd;
        print_message("%s\n", json_string_value(json_object_get(one, "name")));
        new_score(&score, one);
        add_rows(&score, one, 0, 1);
        check_measures(&score, expected);
        check_classes(&score, expected);

        /* Even and odd rows by themselves, then together; then twice, which changes no measure. */
        new_score(&odd, one);
        har_score_clear(&score);
        add_rows(&score, one, 0, 2);
        add_rows(&odd, one, 1, 2);
        har_score_merge(&score, &odd, 1);
        check_measures(&score, expected);
        har_score_clear(&odd);
        har_score_merge(&odd, &score, 2);
        check_measures(&odd, expected);
        har_score_free(&score);
        har_score_free(&odd);
    }
    json_decref(cases);
}

static void no_row_has_no_measure(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_score score;
    struct har_measures measures;
    assert_int_equal(har_score_init(&score, 3, &err), HAR_OK);
    har_measure(&measures, &score);
    for (const struct har_measure_name *m = har_measure_names; m->name != NULL; m++)
        assert_true(isnan(har_measure_get(&measures, m)));
    har_score_free(&score);
}

static void too_many_classes(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_score score;
    assert_int_equal(har_score_init(&score, HAR_SCORE_CLASSES_MAX + 1, &err), HAR_INPUT);
    assert_string_equal(err.text, "1025 classes, expected at most 1024");
}

static void measures_have_names(void **state)
{
    (void)state;
    struct har_error err = {0};
    const struct har_measure_name *entry;
    assert_int_equal(har_measure_find(&entry, "kappa", "metric", &err), HAR_OK);
    assert_string_equal(entry->name, "kappa");
    assert_int_equal(har_measure_find(&entry, "kapa", "metric", &err), HAR_USAGE);
    assert_non_null(strstr(err.text, "--metric: 'kapa' isn't a measure"));
    assert_non_null(strstr(err.text, "ece"));
    assert_null(har_measure_names[HAR_MEASURES].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden),
        cmocka_unit_test(no_row_has_no_measure),
        cmocka_unit_test(too_many_classes),
        cmocka_unit_test(measures_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
