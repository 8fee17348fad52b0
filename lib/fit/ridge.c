#include "fit/ridge.h"

#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 40 }; /* of the search */

/* What one alpha gives. */
struct trial {
    double *weights, *intercept, *held;
};

struct work {
    const struct har_ridge_rows *rows;
    struct har_threads *threads;
    struct har_normal *normal;
    size_t capacity; /* of the scores */
    struct har_ridge *ridge;
    struct trial trial; /* in work; the best one's is in ridge */
    double *one;        /* (rows): the dual solution for targets of 1 */
    double *between;    /* (larger of rows and width, targets + 1), */
    double *right;      /* the same, and */
    double *residual;   /* (rows, targets) */
};

static void free_work(struct work *work)
{
    har_normal_free(work->normal);
    free(work->trial.weights);
    free(work->trial.intercept);
    free(work->trial.held);
    free(work->one);
    free(work->between);
    free(work->right);
    free(work->residual);
}

static bool allocate_trial(double **weights, double **intercept, double **held,
                           const struct har_ridge_rows *rows)
{
    *weights = har_allocate(rows->width * rows->targets, sizeof(double));
    *intercept = har_allocate(rows->targets, sizeof(double));
    *held = har_allocate(rows->rows * rows->targets, sizeof(double));
    return *weights != NULL && *intercept != NULL && *held != NULL;
}

/* The matrix in PRECISION, in place of the one that there is. */
static enum har_status make_matrix(struct work *work, const struct har_precision *precision,
                                   struct har_error *err)
{
    const struct har_ridge_rows *rows = work->rows;
    har_normal_free(work->normal);
    work->normal = NULL;
    return har_normal_new(&work->normal, rows->f, rows->rows, rows->width, precision, work->threads,
                          err);
}

static enum har_status prepare(struct work *work, struct har_error *err)
{
    const struct har_ridge_rows *rows = work->rows;
    const size_t larger = rows->rows < rows->width ? rows->width : rows->rows;
    struct har_ridge *ridge = work->ridge;
    struct trial *trial = &work->trial;
    work->one = har_allocate(rows->rows, sizeof *work->one);
    work->between = har_allocate(larger * (rows->targets + 1), sizeof *work->between);
    work->right = har_allocate(larger * (rows->targets + 1), sizeof *work->right);
    work->residual = har_allocate(rows->rows * rows->targets, sizeof *work->residual);
    if (work->one == NULL || work->between == NULL || work->right == NULL ||
        work->residual == NULL ||
        !allocate_trial(&trial->weights, &trial->intercept, &trial->held, rows) ||
        !allocate_trial(&ridge->weights, &ridge->intercept, &ridge->held, rows))
        return har_fail_memory(err);
    enum har_status status = make_matrix(work, &har_single, err);
    /* the squares of large features, or of small ones, are none of its numbers */
    if (status == HAR_OK && !isnormal((float)har_normal_scale(work->normal)))
        status = make_matrix(work, &har_double, err);
    if (status != HAR_OK || har_normal_scale(work->normal) > 0)
        return status;
    return har_fail(err, HAR_NUMBERS, "ridge regression fails: no feature varies");
}

/* Single precision bears alphas that aren't small beside the matrix. */
static enum har_status suit_precision(struct work *work, double alpha, struct har_error *err)
{
    if (work->normal->precision == &har_double || alpha >= har_normal_scale(work->normal) / 1000)
        return HAR_OK;
    return make_matrix(work, &har_double, err);
}

/* ---- the two ways to the solution ---- */

static double mean_of(const struct har_ridge_rows *rows, size_t target)
{
    double sum = 0;
    for (size_t r = 0; r < rows->rows; r++)
        sum += rows->y[r * rows->targets + target];
    return sum / (double)rows->rows;
}

/* G [C u] = [Y 1]; s = 1^T u; intercept b = u^T Y / s; C -= u b; weights = F^T C */
static bool solve_dual(struct work *work, double alpha, double *residual, double *s)
{
    const struct har_ridge_rows *rows = work->rows;
    const size_t targets = rows->targets, columns = targets + 1;
    struct trial *trial = &work->trial;
    for (size_t r = 0; r < rows->rows; r++) {
        memcpy(work->right + r * columns, rows->y + r * targets, targets * sizeof *rows->y);
        work->right[r * columns + targets] = 1;
    }
    if (!har_normal_solve(work->normal, work->between, work->right, columns, alpha, residual))
        return false;
    *s = 0;
    memset(trial->intercept, 0, targets * sizeof *trial->intercept);
    for (size_t r = 0; r < rows->rows; r++) {
        *s += work->one[r] = work->between[r * columns + targets];
        for (size_t t = 0; t < targets; t++)
            trial->intercept[t] += work->one[r] * rows->y[r * targets + t];
    }
    for (size_t t = 0; t < targets; t++)
        trial->intercept[t] /= *s;
    for (size_t r = 0; r < rows->rows; r++)
        for (size_t t = 0; t < targets; t++)
            work->residual[r * targets + t] =
                work->between[r * columns + t] - work->one[r] * trial->intercept[t];
    return har_normal_times_turned(work->normal, trial->weights, work->residual, targets);
}

/* b = mean Y; G weights = F^T (Y - b); residual = Y - b - F weights */
static bool solve_primal(struct work *work, double alpha, double *residual)
{
    const struct har_ridge_rows *rows = work->rows;
    const size_t targets = rows->targets, values = rows->rows * targets;
    struct trial *trial = &work->trial;
    for (size_t t = 0; t < targets; t++)
        trial->intercept[t] = mean_of(rows, t);
    for (size_t i = 0; i < values; i++)
        work->residual[i] = rows->y[i] - trial->intercept[i % targets];
    if (!har_normal_times_turned(work->normal, work->right, work->residual, targets) ||
        !har_normal_solve(work->normal, trial->weights, work->right, targets, alpha, residual) ||
        !har_normal_times(work->normal, work->between, trial->weights, targets))
        return false;
    for (size_t i = 0; i < values; i++)
        work->residual[i] -= work->between[i];
    return true;
}

/* ---- one alpha ---- */

size_t har_ridge_largest(const double *values, size_t count)
{
    size_t largest = 0;
    for (size_t i = 1; i < count; i++)
        if (values[i] > values[largest])
            largest = i;
    return largest;
}

static struct har_ridge_score judge(const struct work *work, double alpha)
{
    const struct har_ridge_rows *rows = work->rows;
    const size_t targets = rows->targets;
    struct har_ridge_score score = {.alpha = alpha};
    for (size_t r = 0; r < rows->rows; r += rows->copies + 1) {
        const double *y = rows->y + r * targets, *held = work->trial.held + r * targets;
        for (size_t t = 0; t < targets; t++)
            score.error += (y[t] - held[t]) * (y[t] - held[t]);
        score.accuracy += har_ridge_largest(y, targets) == har_ridge_largest(held, targets);
    }
    const double judged = (double)(rows->rows / (rows->copies + 1));
    score.error /= judged * (double)targets;
    score.accuracy /= judged;
    return score;
}

static enum har_status too_small(double alpha, struct har_error *err)
{
    return har_fail(err, HAR_NUMBERS,
                    "ridge regression fails with alpha %g: too small for the features", alpha);
}

static void keep_best(struct work *work)
{
    struct har_ridge *ridge = work->ridge;
    const struct har_ridge_score *last = &ridge->score[ridge->scores - 1];
    if (ridge->scores > 1 && !(last->error < ridge->score[ridge->best].error))
        return;
    const struct trial trial = work->trial;
    work->trial = (struct trial){ridge->weights, ridge->intercept, ridge->held};
    ridge->weights = trial.weights;
    ridge->intercept = trial.intercept;
    ridge->held = trial.held;
    ridge->best = ridge->scores - 1;
}

static enum har_status try_alpha(struct work *work, double alpha, struct har_error *err)
{
    const struct har_ridge_rows *rows = work->rows;
    struct har_ridge *ridge = work->ridge;
    double residual = 0, s = 1;
    if (suit_precision(work, alpha, err) != HAR_OK)
        return err->status;
    struct har_normal *normal = work->normal;
    if (!har_grow(&ridge->score, &work->capacity, ridge->scores + 1, sizeof *ridge->score))
        return har_fail_memory(err);
    if (!normal->precision->factor(normal, alpha))
        return too_small(alpha, err);
    if (!(normal->dual ? solve_dual(work, alpha, &residual, &s)
                       : solve_primal(work, alpha, &residual)))
        return har_fail_memory(err);
    double *held = work->trial.held;
    const enum har_status status =
        residual <= 1e-3 ? normal->precision->hold_out(normal, held, work->residual, rows->targets,
                                                       work->one, s, &rows->runs)
                         : HAR_NUMBERS;
    if (status != HAR_OK)
        return status == HAR_SYSTEM ? har_fail_memory(err) : too_small(alpha, err);
    for (size_t i = 0; i < rows->rows * rows->targets; i++)
        held[i] = rows->y[i] - held[i];
    ridge->score[ridge->scores++] = judge(work, alpha);
    keep_best(work);
    return HAR_OK;
}

/* ---- which alphas ---- */

/* Uphill on the powers 10^(k/2) while the error shrinks: first to larger ones, which are cheaper to
 * be wrong with; where that was no good, to smaller ones, down to the last that isn't too small. */
static enum har_status search(struct work *work, struct har_error *err)
{
    const struct har_ridge *ridge = work->ridge;
    const double first = rint(2 * log10(har_normal_scale(work->normal) / 10));
    enum har_status status = try_alpha(work, pow(10, first / 2), err);
    for (int way = 1; status == HAR_OK && way >= -1; way -= 2) {
        const size_t before = ridge->best;
        for (int i = 1; status == HAR_OK && i <= STEPS_MAX; i++) {
            status = try_alpha(work, pow(10, (first + way * i) / 2), err);
            if (status == HAR_NUMBERS) {
                *err = (struct har_error){0};
                return HAR_OK;
            }
            if (ridge->best + 1 != ridge->scores)
                break;
        }
        if (ridge->best != before)
            break;
    }
    return status;
}

static enum har_status try_all(struct work *work, const struct har_ridge_options *options,
                               struct har_error *err)
{
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < options->alphas; i++)
        status = try_alpha(work, options->alpha[i], err);
    return status;
}

enum har_status har_ridge_new(struct har_ridge **result, const struct har_ridge_rows *rows,
                              const struct har_ridge_options *options, struct har_threads *threads,
                              struct har_error *err)
{
    struct har_ridge *ridge = har_allocate(1, sizeof *ridge);
    if (ridge == NULL)
        return har_fail_memory(err);
    struct work work = {.rows = rows, .threads = threads, .ridge = ridge};
    enum har_status status = prepare(&work, err);
    if (status == HAR_OK)
        status = options->alphas > 0 ? try_all(&work, options, err) : search(&work, err);
    free_work(&work);
    if (status != HAR_OK) {
        har_ridge_free(ridge);
        return status;
    }
    *result = ridge;
    return HAR_OK;
}

void har_ridge_free(struct har_ridge *ridge)
{
    if (ridge == NULL)
        return;
    free(ridge->score);
    free(ridge->weights);
    free(ridge->intercept);
    free(ridge->held);
    free(ridge);
}

void har_ridge_center(float *f, double *mean, size_t rows, size_t width)
{
    memset(mean, 0, width * sizeof *mean);
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < width; i++)
            mean[i] += (double)f[r * width + i];
    for (size_t i = 0; i < width; i++)
        mean[i] /= (double)rows;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < width; i++)
            f[r * width + i] = (float)((double)f[r * width + i] - mean[i]);
}
