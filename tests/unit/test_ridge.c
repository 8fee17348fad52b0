/* Ridge regression and its errors on rows left out against scikit-learn's
 * (tests/golden/make_ridge.py); both precisions; threads. */
#include "base/memory.h"
#include "fit/pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { targets = 3, run_rows = 7 };

static void must(enum har_status status, const struct har_error *err)
{
    if (status != HAR_OK)
        fail_msg("%s", err->text);
}

/* The features of make_ridge.py, centered, and its targets. */
struct rows {
    size_t rows, width;
    float *f;
    double *y, *mean;
    size_t start[2000];
};

static void fill(struct rows *r, size_t rows, size_t width)
{
    r->rows = rows;
    r->width = width;
    r->f = har_allocate(rows * width, sizeof *r->f);
    r->y = har_allocate(rows * targets, sizeof *r->y);
    r->mean = har_allocate(width, sizeof *r->mean);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < rows * width; i++) {
            const size_t row = i / width, at = i % width, class = (row + row / 5) % targets;
            const double f = sin((double)(1 + row + at * row)) + (double)(at % 3 * class);
            if (pass == 0)
                r->mean[at] += f / (double)rows;
            else
                r->f[i] = (float)(f - r->mean[at]);
        }
    for (size_t i = 0; i < rows * targets; i++) {
        const size_t row = i / targets;
        r->y[i] = (row + row / 5) % targets == i % targets ? 1 : -1;
    }
}

static void release(struct rows *r)
{
    free(r->f);
    free(r->y);
    free(r->mean);
}

/* Runs of AT_ONCE rows. */
static struct har_ridge_rows runs_of(struct rows *r, size_t at_once)
{
    size_t runs = 0;
    for (size_t row = 0; row < r->rows; row += at_once)
        r->start[runs++] = row;
    r->start[runs] = r->rows;
    return (struct har_ridge_rows){.rows = r->rows,
                                   .width = r->width,
                                   .targets = targets,
                                   .f = r->f,
                                   .y = r->y,
                                   .runs = {runs, r->start}};
}

static struct har_ridge *fit(struct rows *r, size_t at_once, const double *alpha, size_t alphas,
                             size_t threads)
{
    struct har_error err = {0};
    struct har_threads *pool = NULL;
    struct har_ridge *ridge = NULL;
    const struct har_ridge_rows rows = runs_of(r, at_once);
    const struct har_ridge_options options = {alphas, alpha};
    must(har_threads_new(&pool, threads, &err), &err);
    must(har_ridge_new(&ridge, &rows, &options, pool, &err), &err);
    har_threads_free(pool);
    return ridge;
}

static void assert_near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance * fmax(1, fabs(want))))
        fail_msg("%.12g, expected %.12g", got, want);
}

static void check_list(const double *got, size_t count, char **rest)
{
    for (size_t i = 0; i < count; i++)
        assert_near(got[i], atof(strtok_r(NULL, ",", rest)), 1e-5);
}

static void check_alpha(struct rows *r, double want)
{
    const double alpha[] = {0.01, 1, 100};
    struct har_ridge *ridge = fit(r, 1, alpha, 3, 2);
    assert_int_equal(ridge->scores, 3);
    assert_near(ridge->score[ridge->best].alpha, want, 0);
    har_ridge_free(ridge);
}

/* Their intercept is for features that aren't centered. */
static void check_intercept(const struct rows *r, const struct har_ridge *ridge, char **rest)
{
    for (size_t t = 0; t < targets; t++) {
        double intercept = ridge->intercept[t];
        for (size_t i = 0; i < r->width; i++)
            intercept -= r->mean[i] * ridge->weights[i * targets + t];
        assert_near(intercept, atof(strtok_r(NULL, ",", rest)), 1e-5);
    }
}

static size_t next_count(char **rest)
{
    return strtoul(strtok_r(NULL, ",", rest), NULL, 10);
}

static void check_pair(const struct har_pairs *pairs, const struct rows *r,
                       const struct har_ridge *ridge, char **rest)
{
    const size_t before = next_count(rest), after = next_count(rest);
    size_t wrong = 0;
    for (size_t row = 0; row < r->rows; row++)
        wrong += har_ridge_largest(r->y + row * targets, targets) !=
                 har_ridge_largest(ridge->held + row * targets, targets);
    assert_int_equal(wrong, after < before ? after : before);
    assert_int_equal(pairs->count, after < before);
    for (size_t i = 0; i < 2 && after < before; i++)
        assert_int_equal(pairs->pair->class[i], next_count(rest));
    if (after < before)
        assert_int_equal(pairs->pair->rows, next_count(rest));
}

static void check_pairs(struct rows *r, double alpha, bool weights, char **rest)
{
    struct har_error err = {0};
    struct har_threads *pool = NULL;
    struct har_pairs pairs;
    struct har_ridge *ridge = fit(r, run_rows, &alpha, 1, 2);
    const struct har_ridge_rows rows = runs_of(r, run_rows);
    const struct har_ridge_options options = {1, &alpha};
    must(har_threads_new(&pool, 2, &err), &err);
    must(har_pairs_find(&pairs, ridge, &rows, &options, pool, &err), &err);
    har_threads_free(pool);
    if (weights) {
        check_list(ridge->weights, r->width * targets, rest);
        check_intercept(r, ridge, rest);
    } else
        check_pair(&pairs, r, ridge, rest);
    free(pairs.pair);
    har_ridge_free(ridge);
}

/* One line of the file, but for its kind. */
static void check_line(const char *kind, char **rest)
{
    struct rows r = {0};
    const size_t rows = strtoul(strtok_r(NULL, ",", rest), NULL, 10);
    fill(&r, rows, strtoul(strtok_r(NULL, ",", rest), NULL, 10));
    const double alpha = atof(strtok_r(NULL, ",", rest));
    const bool error = strcmp(kind, "error") == 0;
    const bool person = error && strcmp(strtok_r(NULL, ",", rest), "person") == 0;
    struct har_ridge *ridge = fit(&r, person ? run_rows : 1, &alpha, 1, 2);
    if (strcmp(kind, "alpha") == 0)
        check_alpha(&r, alpha);
    else if (error) /* single precision's, which OpenBLAS adds up in each processor's own order */
        assert_near(ridge->score[0].error, atof(strtok_r(NULL, ",", rest)), 1e-4);
    else if (strcmp(kind, "coefficients") == 0)
        check_list(ridge->weights, r.width * targets, rest);
    else if (strcmp(kind, "intercept") == 0)
        check_intercept(&r, ridge, rest);
    else
        check_pairs(&r, alpha, strcmp(kind, "paired") == 0, rest);
    har_ridge_free(ridge);
    release(&r);
}

static void test_golden(void **state)
{
    (void)state;
    FILE *file = fopen("tests/golden/ridge.csv", "r");
    assert_non_null(file);
    char line[16384];
    size_t lines = 0;
    for (; fgets(line, sizeof line, file) != NULL; lines++) {
        char *rest;
        const char *kind = strtok_r(line, ",", &rest);
        check_line(kind, &rest);
    }
    fclose(file);
    assert_int_equal(lines, 30);
}

/* More rows and features than a tile has: what is held out agrees with what double precision says,
 * and the bytes with those of one thread. */
static void check_tiles(size_t rows, size_t width)
{
    struct har_error err = {0};
    struct rows r = {0};
    struct har_threads *pool = NULL;
    struct har_normal *normal[2] = {NULL};
    const struct har_precision *const precisions[] = {&har_single, &har_double};
    const double alpha = 50;
    fill(&r, rows, width);
    must(har_threads_new(&pool, 3, &err), &err);
    double *x[2];
    for (int i = 0; i < 2; i++) {
        must(har_normal_new(&normal[i], r.f, rows, width, precisions[i], pool, &err), &err);
        const size_t n = normal[i]->n;
        assert_int_equal(n, rows < width ? rows : width);
        assert_true(normal[i]->precision->factor(normal[i], alpha));
        x[i] = har_allocate(n, sizeof *x[i]);
        double *b = har_allocate(n, sizeof *b), residual;
        for (size_t k = 0; k < n; k++)
            b[k] = (double)(k % 5) - 2;
        assert_true(har_normal_solve(normal[i], x[i], b, 1, alpha, &residual));
        assert_true(residual <= 2e-8);
        free(b);
    }
    for (size_t k = 0; k < normal[0]->n; k++)
        assert_near(x[0][k], x[1][k], 1e-7);
    for (int i = 0; i < 2; i++) {
        har_normal_free(normal[i]);
        free(x[i]);
    }
    har_threads_free(pool);

    struct har_ridge *one = fit(&r, 90, &alpha, 1, 1), *three = fit(&r, 90, &alpha, 1, 3);
    assert_memory_equal(one->held, three->held, rows * targets * sizeof *one->held);
    assert_memory_equal(one->weights, three->weights, width * targets * sizeof *one->weights);
    har_ridge_free(one);
    har_ridge_free(three);
    release(&r);
}

static void test_tiles(void **state)
{
    (void)state;
    check_tiles(1100, 700);
    check_tiles(600, 1100);
}

/* The search ends at an alpha whose neighbours are worse. */
static void test_search(void **state)
{
    (void)state;
    struct rows r = {0};
    fill(&r, 40, 12);
    struct har_ridge *found = fit(&r, run_rows, NULL, 0, 1);
    const double best = found->score[found->best].alpha;
    const double around[] = {best / sqrt(10), best, best * sqrt(10)};
    struct har_ridge *three = fit(&r, run_rows, around, 3, 1);
    assert_int_equal(three->best, 1);
    har_ridge_free(found);
    har_ridge_free(three);
    release(&r);
}

/* Rows that aren't confused have no pair. */
static void test_no_pairs(void **state)
{
    (void)state;
    struct rows r = {0};
    struct har_error err = {0};
    struct har_pairs pairs;
    const double alpha = 1;
    fill(&r, 40, 3);
    for (size_t i = 0; i < 40 * 3; i++)
        r.f[i] = (float)r.y[i];
    const struct har_ridge_rows rows = runs_of(&r, run_rows);
    const struct har_ridge_options options = {1, &alpha};
    struct har_ridge *ridge = fit(&r, run_rows, &alpha, 1, 1);
    must(har_pairs_find(&pairs, ridge, &rows, &options, NULL, &err), &err);
    assert_int_equal(pairs.count, 0);
    free(pairs.pair);
    har_ridge_free(ridge);
    release(&r);
}

/* Features that are all alike, with a penalty that doesn't show beside them. */
static void test_too_small(void **state)
{
    (void)state;
    struct rows r = {0};
    struct har_error err = {0};
    struct har_threads *pool = NULL;
    struct har_ridge *ridge = NULL;
    const double alpha = 1e-25;
    fill(&r, 30, 70);
    for (size_t i = 0; i < 30 * 70; i++)
        r.f[i] = i / 70 < 15 ? 1 : -1;
    const struct har_ridge_rows rows = runs_of(&r, 1);
    const struct har_ridge_options options = {1, &alpha};
    must(har_threads_new(&pool, 1, &err), &err);
    assert_int_equal(har_ridge_new(&ridge, &rows, &options, pool, &err), HAR_NUMBERS);
    memset(r.f, 0, 30 * 70 * sizeof *r.f);
    const struct har_ridge_options searched = {0, NULL};
    assert_int_equal(har_ridge_new(&ridge, &rows, &searched, pool, &err), HAR_NUMBERS);
    har_threads_free(pool);
    release(&r);
}

/* Targets that the features tell exactly, and features that tell each other: the error shrinks with
 * alpha, until this is too small. */
static void test_exact(void **state)
{
    (void)state;
    struct rows r = {0};
    fill(&r, 60, 9);
    double mean[targets] = {0};
    for (size_t i = 0; i < 60 * targets; i++)
        mean[i % targets] += r.y[i] / 60;
    for (size_t i = 0; i < 60 * 9; i++)
        r.f[i] = (float)(r.y[i / 9 * targets + i % targets] - mean[i % targets]);
    struct har_ridge *ridge = fit(&r, run_rows, NULL, 0, 1);
    assert_near(ridge->score[ridge->best].error, 0, 1e-6);
    assert_near(ridge->score[ridge->best].accuracy, 1, 0);
    har_ridge_free(ridge);
    release(&r);
}

/* Features times C with alpha times C^2 are the same regression: also where squares of the features
 * aren't numbers of single precision. */
static void check_scaled(size_t rows, size_t width, float c)
{
    struct rows r = {0};
    fill(&r, rows, width);
    const double alpha = 0.5, scaled = alpha * (double)c * (double)c;
    struct har_ridge *plain = fit(&r, run_rows, &alpha, 1, 1);
    for (size_t i = 0; i < rows * width; i++)
        r.f[i] *= c;
    struct har_ridge *large = fit(&r, run_rows, &scaled, 1, 1);
    for (size_t i = 0; i < rows * targets; i++)
        assert_near(large->held[i], plain->held[i], 1e-4);
    har_ridge_free(plain);
    har_ridge_free(large);
    release(&r);
}

static void test_scaled(void **state)
{
    static const float factors[] = {1e-30F, 1e-4F, 32768, 1e9F, 1e30F};
    (void)state;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        check_scaled(40, 12, factors[i]);
        check_scaled(12, 40, factors[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),    cmocka_unit_test(test_tiles),
        cmocka_unit_test(test_search),    cmocka_unit_test(test_no_pairs),
        cmocka_unit_test(test_too_small), cmocka_unit_test(test_exact),
        cmocka_unit_test(test_scaled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
