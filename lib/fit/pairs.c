#include "fit/pairs.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* The rows of two classes and some of the others, in the order of all. */
struct two {
    const struct har_ridge_rows *all;
    size_t class[2];
    size_t rows, runs;
    size_t *row;   /* their numbers among all */
    size_t *start; /* of runs */
    float *f;      /* features, less their mean here */
    double *mean;  /* (width) */
    double *y;     /* (rows, 2) */
};

enum { OTHERS = 4 }; /* one row in so many of the other classes */

/* D = features weights + intercept, and what it is of each row without its run. */
struct difference {
    double *weights, intercept; /* (width) */
    double *held;               /* (rows of all) */
};

static size_t class_of(const struct har_ridge_rows *rows, size_t row)
{
    return har_ridge_largest(rows->y + row * rows->targets, rows->targets);
}

/* ---- the two classes ---- */

/* CONFUSED (targets, targets): how many rows of a class are taken for another, both ways added. */
static void count_confused(size_t *confused, const struct har_ridge_rows *rows, const double *held)
{
    const size_t targets = rows->targets;
    for (size_t r = 0; r < rows->rows; r += rows->copies + 1) {
        const size_t is = class_of(rows, r), seems = har_ridge_largest(held + r * targets, targets);
        if (is != seems)
            confused[is < seems ? is * targets + seems : seems * targets + is]++;
    }
}

/* The pair most confused; no later one will have a class of it. */
static bool take_pair(size_t class[2], size_t *confused, size_t targets)
{
    size_t most = 0;
    for (size_t i = 1; i < targets * targets; i++)
        most = confused[i] > confused[most] ? i : most;
    if (confused[most] == 0)
        return false;
    class[0] = most / targets;
    class[1] = most % targets;
    for (size_t i = 0; i < targets * targets; i++)
        for (size_t k = 0; k < 2; k++)
            if (i / targets == class[k] || i % targets == class[k])
                confused[i] = 0;
    return true;
}

/* ---- their rows ---- */

static void free_two(struct two *two)
{
    free(two->row);
    free(two->start);
    free(two->f);
    free(two->mean);
    free(two->y);
}

static bool find_rows(struct two *two)
{
    const struct har_ridge_rows *all = two->all;
    two->row = har_allocate(all->rows, sizeof *two->row);
    two->start = har_allocate(all->runs.count + 1, sizeof *two->start);
    if (two->row == NULL || two->start == NULL)
        return false;
    for (size_t run = 0; run < all->runs.count; run++) {
        const size_t before = two->rows;
        for (size_t r = all->runs.start[run]; r < all->runs.start[run + 1]; r++) {
            const size_t class = class_of(all, r), number = r / (all->copies + 1);
            if (class == two->class[0] || class == two->class[1] || number % OTHERS == 0)
                two->row[two->rows++] = r;
        }
        if (two->rows > before)
            two->start[++two->runs] = two->rows;
    }
    return true;
}

static double target(const struct two *two, size_t class, size_t k)
{
    return class == two->class[k] ? 1 : class == two->class[1 - k] ? -1 : 0;
}

static bool gather(struct two *two)
{
    const struct har_ridge_rows *all = two->all;
    size_t features;
    if (!find_rows(two) || !har_multiply(&features, two->rows, all->width))
        return false;
    two->f = har_allocate_aligned(features, sizeof *two->f);
    two->mean = har_allocate(all->width, sizeof *two->mean);
    two->y = har_allocate(two->rows * 2, sizeof *two->y);
    if (two->f == NULL || two->mean == NULL || two->y == NULL)
        return false;
    for (size_t i = 0; i < two->rows; i++) {
        memcpy(two->f + i * all->width, all->f + two->row[i] * all->width,
               all->width * sizeof *two->f);
        for (size_t k = 0; k < 2; k++)
            two->y[2 * i + k] = target(two, class_of(all, two->row[i]), k);
    }
    har_ridge_center(two->f, two->mean, two->rows, all->width);
    return true;
}

/* ---- what is between them ---- */

/* Of OWN, a regression on features less the mean of the two: its intercept moves. */
static bool find_difference(struct difference *d, const struct two *two,
                            const struct har_ridge *own)
{
    const struct har_ridge_rows *all = two->all;
    d->weights = har_allocate(all->width, sizeof *d->weights);
    d->held = har_allocate(all->rows, sizeof *d->held);
    if (d->weights == NULL || d->held == NULL)
        return false;
    d->intercept = own->intercept[0] - own->intercept[1];
    for (size_t i = 0; i < all->width; i++) {
        d->weights[i] = own->weights[2 * i] - own->weights[2 * i + 1];
        d->intercept -= two->mean[i] * d->weights[i];
    }
    for (size_t r = 0; r < all->rows; r++) {
        const float *f = all->f + r * all->width;
        d->held[r] = d->intercept;
        for (size_t i = 0; i < all->width; i++)
            d->held[r] += (double)f[i] * d->weights[i];
    }
    for (size_t i = 0; i < two->rows; i++)
        d->held[two->row[i]] = own->held[2 * i] - own->held[2 * i + 1];
    return true;
}

/* Of VALUES, one of each class, those of the two: DIFFERENCE apart, about their mean. */
static void set_apart(double *values, const size_t class[2], double difference)
{
    const double sum = values[class[0]] + values[class[1]];
    values[class[0]] = (sum + difference) / 2;
    values[class[1]] = (sum - difference) / 2;
}

static size_t count_wrong(const struct har_ridge_rows *rows, const double *held)
{
    size_t wrong = 0;
    for (size_t r = 0; r < rows->rows; r += rows->copies + 1)
        wrong += har_ridge_largest(held + r * rows->targets, rows->targets) != class_of(rows, r);
    return wrong;
}

/* HELD with D in it takes the place of RIDGE's if fewer rows are wrong so. */
static bool take_over(struct har_ridge *ridge, struct har_pair *pair, const struct difference *d,
                      const struct har_ridge_rows *all, double *held)
{
    const size_t targets = all->targets;
    memcpy(held, ridge->held, all->rows * targets * sizeof *held);
    for (size_t r = 0; r < all->rows; r++)
        set_apart(held + r * targets, pair->class, d->held[r]);
    pair->wrong[0] = count_wrong(all, ridge->held);
    pair->wrong[1] = count_wrong(all, held);
    if (pair->wrong[1] >= pair->wrong[0])
        return false;
    memcpy(ridge->held, held, all->rows * targets * sizeof *held);
    set_apart(ridge->intercept, pair->class, d->intercept);
    for (size_t i = 0; i < all->width; i++)
        set_apart(ridge->weights + i * targets, pair->class, d->weights[i]);
    return true;
}

static enum har_status add_pair(struct har_pairs *pairs, struct har_ridge *ridge,
                                const struct two *two, const struct har_ridge *own,
                                struct har_error *err)
{
    const struct har_ridge_rows *all = two->all;
    struct har_pair *pair = &pairs->pair[pairs->count];
    struct difference d = {0};
    double *held = har_allocate(all->rows * all->targets, sizeof *held);
    *pair = (struct har_pair){.class = {two->class[0], two -> class[1]},
                              .alpha = own->score[own->best].alpha,
                              .rows = two->rows};
    const bool well = held != NULL && find_difference(&d, two, own);
    pairs->count += well && take_over(ridge, pair, &d, all, held);
    free(d.weights);
    free(d.held);
    free(held);
    return well ? HAR_OK : har_fail_memory(err);
}

static enum har_status try_pair(struct har_pairs *pairs, struct har_ridge *ridge, struct two *two,
                                const struct har_ridge_options *options,
                                struct har_threads *threads, struct har_error *err)
{
    struct har_ridge *own = NULL;
    if (!gather(two))
        return har_fail_memory(err);
    if (two->runs < 2)
        return HAR_OK;
    const struct har_ridge_rows rows = {.rows = two->rows,
                                        .width = two->all->width,
                                        .targets = 2,
                                        .copies = two->all->copies,
                                        .f = two->f,
                                        .y = two->y,
                                        .runs = {two->runs, two->start}};
    enum har_status status = har_ridge_new(&own, &rows, options, threads, err);
    if (status == HAR_OK)
        status = add_pair(pairs, ridge, two, own, err);
    har_ridge_free(own);
    return status;
}

enum har_status har_pairs_find(struct har_pairs *pairs, struct har_ridge *ridge,
                               const struct har_ridge_rows *rows,
                               const struct har_ridge_options *options, struct har_threads *threads,
                               struct har_error *err)
{
    const size_t targets = rows->targets;
    size_t *confused = har_allocate(targets * targets, sizeof *confused), class[2];
    *pairs = (struct har_pairs){.pair = har_allocate(targets / 2 + 1, sizeof *pairs->pair)};
    enum har_status status = HAR_OK;
    if (confused == NULL || pairs->pair == NULL)
        status = har_fail_memory(err);
    else
        count_confused(confused, rows, ridge->held);
    while (status == HAR_OK && take_pair(class, confused, targets)) {
        struct two two = {.all = rows, .class = {class[0], class[1]}};
        status = try_pair(pairs, ridge, &two, options, threads, err);
        free_two(&two);
    }
    free(confused);
    return status;
}
