#include "fit/solver.h"

#include "base/elementary.h"
#include "base/memory.h"
#include "base/order.h"
#include "fit/aims.h"
#include "nn/kinds.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The number of the dense layer whose weights are found. */
static size_t dense_of(const struct har_net *net)
{
    return net->layer[net->layers - 1]->input[0];
}

enum har_status har_solver_suits(const struct har_net *net, size_t copies, struct har_error *err)
{
    if (har_net_classifies(net, err) != HAR_OK)
        return err->status;
    if (copies > 0 && har_net_mixes(net))
        return har_fail(err, HAR_USAGE, "--copies: a copy has one class, and mixup mixes them");
    const size_t dense = dense_of(net);
    if (dense == HAR_NET_INPUT || net->layer[dense]->kind != &har_kind_dense ||
        net->layer[dense]->in[0].rank != 1)
        return har_fail(err, HAR_USAGE,
                        "--solver ridge: the net must end in a dense layer with "
                        "activation=softmax that takes a flat row");
    for (size_t i = 0; i < net->layers; i++)
        for (size_t w = 0; i != dense && w < net->layer[i]->weights; w++)
            if (!net->layer[i]->weight[w].fixed) {
                har_fail(err, HAR_USAGE,
                         "--solver ridge finds the weights of the last dense layer alone, and "
                         "'%s' has weights to train",
                         net->layer[i]->name);
                return har_error_hint(err, "mini_rocket makes features without training");
            }
    return HAR_OK;
}

/* ---- rows in the order in which they are left out ---- */

struct sorted {
    const struct har_samples *samples;
    const struct har_net *net;
    bool people;
    size_t copies; /* of each, after it */
    size_t *order; /* of the samples */
    size_t *start; /* of the runs, copies counted */
    size_t runs;
    size_t width, classes;
    size_t rows;  /* with copies */
    float *f;     /* their features, in order, centered */
    double *mean; /* (width) of the features */
    double *y;    /* (rows, classes): 1 and -1 */
};

static void free_sorted(struct sorted *s)
{
    free(s->order);
    free(s->start);
    free(s->f);
    free(s->mean);
    free(s->y);
}

/* Rows of each person together, in their order; or each row alone. */
static enum har_status sort_rows(struct sorted *s, struct har_error *err)
{
    const size_t rows = s->samples->rows, each = s->copies + 1, *person = s->samples->person;
    for (size_t r = 0; r < rows; r++)
        s->order[r] = r;
    if (s->people && !har_group(s->order, person, rows))
        return har_fail_memory(err);
    s->runs = 0;
    for (size_t r = 0; r < rows; r++)
        if (r == 0 || !s->people || person[s->order[r]] != person[s->order[r - 1]])
            s->start[s->runs++] = r * each;
    s->start[s->runs] = rows * each;
    return HAR_OK;
}

static bool several_people(const struct har_samples *samples)
{
    for (size_t r = 1; samples->person != NULL && r < samples->rows; r++)
        if (samples->person[r] != samples->person[0])
            return true;
    return false;
}

static bool several_classes(const struct har_samples *samples, size_t classes)
{
    const size_t first = har_class_of(samples, 0, classes);
    for (size_t r = 1; r < samples->rows; r++)
        if (har_class_of(samples, r, classes) != first)
            return true;
    return false;
}

enum har_status har_solver_takes(const struct har_samples *samples, size_t classes,
                                 const struct har_solver_options *options, struct har_error *err)
{
    if (!several_classes(samples, classes))
        return har_fail(err, HAR_INPUT,
                        "all rows to learn from are of class %zu; --solver ridge wants two classes "
                        "or more",
                        har_class_of(samples, 0, classes));
    if (!options->by_person || several_people(samples))
        return HAR_OK;
    har_fail(err, HAR_INPUT, "--leave-out person: %s",
             samples->person == NULL ? "not all rows to learn from have a subject"
                                     : "all rows to learn from are of one person");
    return har_error_hint(err, "--leave-out row leaves single rows out");
}

static void make_targets(struct sorted *s)
{
    const struct har_samples *samples = s->samples;
    for (size_t r = 0; r < s->rows; r++) {
        const size_t row = s->order[r / (s->copies + 1)];
        const size_t class = har_class_of(samples, row, s->classes);
        for (size_t c = 0; c < s->classes; c++)
            s->y[r * s->classes + c] = c == class ? 1 : -1;
    }
}

static enum har_status allocate(struct sorted *s, struct har_error *err)
{
    const size_t rows = s->samples->rows;
    size_t features;
    if (!har_multiply(&s->rows, rows, s->copies + 1) || !har_multiply(&features, s->rows, s->width))
        return har_fail_memory(err);
    s->order = har_allocate(rows, sizeof *s->order);
    s->start = har_allocate(rows + 1, sizeof *s->start);
    s->f = har_allocate_aligned(features, sizeof *s->f);
    s->mean = har_allocate(s->width, sizeof *s->mean);
    s->y = har_allocate(s->rows * s->classes, sizeof *s->y);
    return s->order != NULL && s->start != NULL && s->f != NULL && s->mean != NULL && s->y != NULL
               ? HAR_OK
               : har_fail_memory(err);
}

/* ---- features ---- */

enum { ROWS_AT_ONCE = 16 * HAR_SLICE };

/* What makes features of ROWS_AT_ONCE rows at a time. */
struct maker {
    const struct sorted *sorted;
    struct har_predictor *predictor;
    uint64_t seed;
    size_t source, size; /* the layer whose output features are, or HAR_NET_INPUT; reals of x */
    float *x, *f;        /* of the rows in work */
};

/* Features of ROWS rows from FIRST on, each as copy number COPY of the row; 0: as it is. */
static enum har_status make_some(const struct maker *m, size_t first, size_t rows, size_t copy,
                                 struct har_error *err)
{
    const struct sorted *s = m->sorted;
    const struct har_draw draw = {m->seed, (uint32_t)copy, s->order + first};
    enum har_status status = HAR_OK;
    if (m->source == HAR_NET_INPUT)
        memcpy(m->f, m->x, rows * m->size * sizeof *m->x);
    else
        status = har_predictor_features(m->predictor, m->source, m->f, m->x, rows,
                                        copy == 0 ? NULL : &draw, err);
    for (size_t r = 0; r < rows; r++)
        memcpy(s->f + ((first + r) * (s->copies + 1) + copy) * s->width, m->f + r * s->width,
               s->width * sizeof *s->f);
    return status;
}

static enum har_status make_all(const struct maker *m, struct har_error *err)
{
    const struct sorted *s = m->sorted;
    const struct har_samples *samples = s->samples;
    enum har_status status = HAR_OK;
    for (size_t first = 0; status == HAR_OK && first < samples->rows; first += ROWS_AT_ONCE) {
        const size_t left = samples->rows - first;
        const size_t rows = left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE;
        for (size_t r = 0; r < rows; r++)
            memcpy(m->x + r * m->size, samples->x + s->order[first + r] * m->size,
                   m->size * sizeof *m->x);
        for (size_t copy = 0; status == HAR_OK && copy <= s->copies; copy++)
            status = make_some(m, first, rows, copy, err);
    }
    return status;
}

/* The net's input itself where no layer comes before. */
static enum har_status make_features(struct sorted *s, struct har_predictor *predictor,
                                     uint64_t seed, struct har_error *err)
{
    struct maker m = {.sorted = s,
                      .predictor = predictor,
                      .seed = seed,
                      .source = s->net->layer[dense_of(s->net)]->input[0]};
    if (!har_shape_size(&m.size, &s->net->input))
        return har_fail_memory(err);
    m.x = har_allocate(ROWS_AT_ONCE * m.size, sizeof *m.x);
    m.f = har_allocate(ROWS_AT_ONCE * s->width, sizeof *m.f);
    const enum har_status status =
        m.x == NULL || m.f == NULL ? har_fail_memory(err) : make_all(&m, err);
    free(m.x);
    free(m.f);
    return status;
}

static enum har_status prepare(struct sorted *s, const struct har_model *model,
                               const struct har_solver_options *options,
                               struct har_threads *threads, struct har_error *err)
{
    enum har_status status = allocate(s, err);
    if (status == HAR_OK)
        status = sort_rows(s, err);
    if (status != HAR_OK)
        return status;
    make_targets(s);
    struct har_predictor *predictor = NULL;
    status = har_predictor_new(&predictor, model, options->kernels, threads, err);
    if (status == HAR_OK)
        status = make_features(s, predictor, options->seed, err);
    har_predictor_free(predictor);
    har_ridge_center(s->f, s->mean, s->rows, s->width);
    return status;
}

/* ---- from targets to probabilities ---- */

/* The mean cross-entropy of softmax(scale z) over the rows, and its derivative by scale. */
static double cross_entropy(double *slope, const struct sorted *s, const double *z, double scale)
{
    const size_t classes = s->classes, each = s->copies + 1;
    double loss = 0;
    *slope = 0;
    for (size_t r = 0; r < s->rows; r += each, z += each * classes) {
        double largest = z[0], sum = 0, mean = 0, own = 0;
        for (size_t c = 1; c < classes; c++)
            largest = z[c] > largest ? z[c] : largest;
        for (size_t c = 0; c < classes; c++) {
            const double e = har_exp(scale * (z[c] - largest));
            sum += e;
            mean += e * z[c];
            own = s->y[r * classes + c] > 0 ? z[c] : own;
        }
        loss += har_log(sum) + scale * (largest - own);
        *slope += mean / sum - own;
    }
    *slope /= (double)s->samples->rows;
    return loss / (double)s->samples->rows;
}

/* The loss is convex in the scale: halves the interval of its logarithm in which it is least. */
static double find_scale(double *loss, const struct sorted *s, const double *z)
{
    double low = -3, high = 3, slope; /* powers of 10 */
    for (int i = 0; i < 50; i++) {
        const double middle = (low + high) / 2;
        cross_entropy(&slope, s, z, har_exp(middle * har_log(10)));
        *(slope < 0 ? &low : &high) = middle;
    }
    const double scale = har_exp((low + high) / 2 * har_log(10));
    *loss = cross_entropy(&slope, s, z, scale);
    return scale;
}

/* kernel = scale weights; bias = scale (intercept - mean weights) */
static void put_weights(struct har_model *model, const struct sorted *s,
                        const struct har_ridge *ridge, double scale)
{
    const struct har_layer *dense = model->net->layer[dense_of(model->net)];
    har_real *kernel = model->weights + dense->weight[0].offset;
    har_real *bias = model->weights + dense->weight[1].offset;
    for (size_t c = 0; c < s->classes; c++) {
        double sum = ridge->intercept[c];
        for (size_t i = 0; i < s->width; i++) {
            const double weight = ridge->weights[i * s->classes + c];
            kernel[i * s->classes + c] = (har_real)(scale * weight);
            sum -= s->mean[i] * weight;
        }
        bias[c] = (har_real)(scale * sum);
    }
}

static enum har_status regress(struct har_ridge **ridge, struct har_pairs *pairs,
                               const struct sorted *s, const struct har_solver_options *options,
                               struct har_threads *threads, struct har_error *err)
{
    const struct har_ridge_rows rows = {.rows = s->rows,
                                        .width = s->width,
                                        .targets = s->classes,
                                        .copies = s->copies,
                                        .f = s->f,
                                        .y = s->y,
                                        .runs = {s->runs, s->start}};
    const enum har_status status = har_ridge_new(ridge, &rows, &options->ridge, threads, err);
    if (status != HAR_OK || !options->pairs)
        return status;
    return har_pairs_find(pairs, *ridge, &rows, &options->ridge, threads, err);
}

static double accuracy_of(const struct sorted *s, const double *held)
{
    const size_t classes = s->classes;
    size_t right = 0;
    for (size_t r = 0; r < s->rows; r += s->copies + 1)
        right += har_ridge_largest(s->y + r * classes, classes) ==
                 har_ridge_largest(held + r * classes, classes);
    return (double)right / (double)s->samples->rows;
}

enum har_status har_solve(struct har_solution *solution, struct har_model *model,
                          const struct har_samples *samples,
                          const struct har_solver_options *options, struct har_threads *threads,
                          struct har_error *err)
{
    const struct har_net *net = model->net;
    struct sorted s = {.samples = samples,
                       .net = net,
                       .copies = options->copies,
                       .people = !options->by_row && several_people(samples),
                       .width = net->layer[dense_of(net)]->in[0].dim[0],
                       .classes = net->output.dim[0]};
    struct har_ridge *ridge = NULL;
    *solution = (struct har_solution){0};
    enum har_status status = prepare(&s, model, options, threads, err);
    if (status == HAR_OK)
        status = regress(&ridge, &solution->pairs, &s, options, threads, err);
    if (status == HAR_OK) {
        solution->left_out = s.runs;
        solution->people = s.people;
        solution->accuracy = accuracy_of(&s, ridge->held);
        solution->scores = ridge->scores;
        solution->best = ridge->best;
        solution->score = ridge->score;
        ridge->score = NULL;
        solution->scale = find_scale(&solution->loss, &s, ridge->held);
        put_weights(model, &s, ridge, solution->scale);
    }
    har_ridge_free(ridge);
    free_sorted(&s);
    return status;
}
