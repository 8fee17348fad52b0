/* Butterworth filters against golden values (tests/golden/make_butterworth.py), and the median. */
#include "data/butterworth.h"
#include "data/median.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { samples = 40 };

static double signal_at(int i)
{
    return ((7 * i) % 13 - 6) / 4.0 + 1.0;
}

static struct har_butterworth design(char *line, char **rest)
{
    struct har_error err = {0};
    struct har_butterworth filter;
    strtok_r(line, ",", rest);
    const char *band = strtok_r(NULL, ",", rest);
    const size_t order = strtoul(strtok_r(NULL, ",", rest), NULL, 10);
    const double cutoff = atof(strtok_r(NULL, ",", rest));
    const double rate = atof(strtok_r(NULL, ",", rest));
    assert_int_equal(
        har_butterworth_design(&filter, strcmp(band, "highpass") == 0 ? HAR_HIGHPASS : HAR_LOWPASS,
                               order, cutoff, rate, &err),
        HAR_OK);
    assert_int_equal(filter.sections, (order + 1) / 2);
    return filter;
}

static void check_output(const struct har_butterworth *filter, char **rest, size_t step)
{
    struct har_butterworth_state state = {0};
    double y[samples];
    for (int i = 0; i < samples; i++)
        y[i] = signal_at(i);
    for (size_t first = 0; first < samples; first += step)
        har_butterworth_run(filter, &state, y + first,
                            samples - first < step ? samples - first : step);
    for (int i = 0; i < samples; i++)
        assert_true(fabs(y[i] - atof(strtok_r(NULL, ",", rest))) < 1e-11);
}

static void golden(void **unused)
{
    (void)unused;
    FILE *file = fopen("tests/golden/butterworth.csv", "r");
    assert_non_null(file);
    char line[4096];
    size_t section = 0, filters = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char copy[4096], *rest;
        memcpy(copy, line, sizeof copy);
        const struct har_butterworth filter = design(line, &rest);
        if (strcmp(line, "section") == 0) {
            assert_true(fabs(filter.section[section].a1 - atof(strtok_r(NULL, ",", &rest))) <
                        1e-13);
            assert_true(fabs(filter.section[section].a2 - atof(strtok_r(NULL, ",", &rest))) <
                        1e-13);
            section++;
            continue;
        }
        assert_int_equal(section, filter.sections);
        check_output(&filter, &rest, samples);
        design(copy, &rest);
        check_output(&filter, &rest, 7);
        section = 0;
        filters++;
    }
    fclose(file);
    assert_int_equal(filters, 9);
}

/* |H| at frequency F. */
static double gain(const struct har_butterworth *filter, double f, double rate)
{
    double product = 1.0;
    const double w = 2.0 * 3.14159265358979323846 * f / rate;
    for (size_t k = 0; k < filter->sections; k++) {
        const struct har_section *s = &filter->section[k];
        const double over =
            hypot(s->b0 + s->b1 * cos(w) + s->b2 * cos(2 * w), s->b1 * sin(w) + s->b2 * sin(2 * w));
        const double under =
            hypot(1.0 + s->a1 * cos(w) + s->a2 * cos(2 * w), s->a1 * sin(w) + s->a2 * sin(2 * w));
        product *= over / under;
    }
    return product;
}

static void gains(void **unused)
{
    (void)unused;
    struct har_error err = {0};
    for (size_t order = 1; order <= HAR_ORDER_MAX; order++)
        for (int band = HAR_LOWPASS; band <= HAR_HIGHPASS; band++) {
            struct har_butterworth filter;
            assert_int_equal(
                har_butterworth_design(&filter, (enum har_band)band, order, 7.0, 50.0, &err),
                HAR_OK);
            assert_true(fabs(gain(&filter, 7.0, 50.0) - sqrt(0.5)) < 1e-9);
            assert_true(fabs(gain(&filter, band == HAR_LOWPASS ? 1e-9 : 25.0, 50.0) - 1.0) < 1e-9);
        }
}

static void refusals(void **unused)
{
    (void)unused;
    static const struct {
        size_t order;
        double cutoff;
        const char *text;
    } cases[] = {
        {0, 5.0, "a filter of order 0: 1 to 20 are possible"},
        {21, 5.0, "a filter of order 21: 1 to 20 are possible"},
        {3, 25.0, "a cutoff of 25 Hz: at a rate of 50 Hz it must lie between 0 and 25 Hz"},
        {3, 0.0, "a cutoff of 0 Hz: at a rate of 50 Hz it must lie between 0 and 25 Hz"},
        {3, NAN, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct har_error err = {0};
        struct har_butterworth filter;
        assert_int_equal(har_butterworth_design(&filter, HAR_LOWPASS, cases[i].order,
                                                cases[i].cutoff, 50.0, &err),
                         HAR_USAGE);
        if (cases[i].text != NULL)
            assert_string_equal(err.text, cases[i].text);
    }
}

static int ascending(const void *a, const void *b)
{
    const double p = *(const double *)a, q = *(const double *)b;
    return p < q ? -1 : p > q;
}

static void medians(void **unused)
{
    (void)unused;
    double x[samples];
    for (int i = 0; i < samples; i++)
        x[i] = i % 5 == 0 ? 9.0 : signal_at(i);
    for (size_t width = 1; width <= 9; width += 2) {
        double out[samples], sorted[9];
        const size_t count = samples - width + 1;
        har_median(out, x, count, width);
        for (size_t i = 0; i < count; i++) {
            memcpy(sorted, x + i, width * sizeof *sorted);
            qsort(sorted, width, sizeof *sorted, ascending);
            assert_true(out[i] == sorted[width / 2]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden), cmocka_unit_test(gains),
                                       cmocka_unit_test(refusals), cmocka_unit_test(medians)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
