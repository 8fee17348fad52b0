#include "tune/parzen.h"

#include "base/elementary.h"
#include "base/memory.h"
#include "base/normal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- scales ---- */

double har_parameter_scaled(const struct har_parameter *parameter, double value)
{
    return parameter->log ? har_log(value) : value;
}

void har_parameter_range(double *low, double *high, const struct har_parameter *parameter)
{
    *low = har_parameter_scaled(parameter, parameter->low - parameter->step / 2);
    *high = har_parameter_scaled(parameter, parameter->high + parameter->step / 2);
}

double har_parameter_value(const struct har_parameter *parameter, double scaled)
{
    double value = parameter->log ? har_exp(scaled) : scaled;
    if (parameter->step > 0)
        value = parameter->low + rint((value - parameter->low) / parameter->step) * parameter->step;
    return fmin(fmax(value, parameter->low), parameter->high);
}

/* ---- making ---- */

/* Observations of 25 and more count the less the older they are. */
static void set_weights(double *weight, size_t observations)
{
    enum { FLAT = 25 };
    const double n = (double)observations;
    const size_t ramp = observations < FLAT ? 0 : observations - FLAT;
    double sum = 0;
    for (size_t i = 0; i < observations; i++) {
        /* 1/n, …, 1 in `ramp` equal steps */
        weight[i] = 1;
        if (i < ramp)
            weight[i] = 1 / n + (ramp == 1 ? 0 : (1 - 1 / n) * (double)i / (double)(ramp - 1));
    }
    weight[observations] = 1;
    for (size_t i = 0; i <= observations; i++)
        sum += weight[i];
    for (size_t i = 0; i <= observations; i++)
        weight[i] /= sum;
}

struct place {
    double center;
    size_t kernel;
};

static int by_center(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->center != y->center)
        return x->center < y->center ? -1 : 1;
    return (x->kernel > y->kernel) - (x->kernel < y->kernel);
}

/* A kernel is as wide as the farther of its neighbours is away (the first and the last one have
 * one neighbour, a single one the ends), but no wider than the range and no narrower than its
 * share. */
static void set_widths(struct har_parzen_axis *axis, const struct place *sorted, size_t count)
{
    const double range = axis->high - axis->low;
    const double least = range / fmin(100, 2 + (double)count);
    for (size_t i = 0; i < count; i++) {
        const double here = sorted[i].center;
        const double below = i > 0 ? here - sorted[i - 1].center : here - axis->low;
        const double above = i + 1 < count ? sorted[i + 1].center - here : axis->high - here;
        double width = fmax(below, above);
        if (count > 1 && i == 0)
            width = above;
        else if (count > 1 && i + 1 == count)
            width = below;
        axis->width[sorted[i].kernel] = fmin(fmax(width, least), range);
    }
}

static enum har_status set_normals(struct har_parzen_axis *axis, const double *values,
                                   size_t stride, size_t kernels, struct har_error *err)
{
    const size_t count = kernels - 1;
    struct place *sorted = har_allocate(kernels, sizeof *sorted);
    axis->center = har_allocate(kernels, sizeof(double));
    axis->width = har_allocate(kernels, sizeof(double));
    axis->log_norm = har_allocate(kernels, sizeof(double));
    if (sorted == NULL || axis->center == NULL || axis->width == NULL || axis->log_norm == NULL) {
        free(sorted);
        return har_fail_memory(err);
    }
    har_parameter_range(&axis->low, &axis->high, axis->parameter);
    for (size_t i = 0; i < count; i++) {
        axis->center[i] = har_parameter_scaled(axis->parameter, values[i * stride]);
        sorted[i] = (struct place){axis->center[i], i};
    }
    qsort(sorted, count, sizeof *sorted, by_center);
    set_widths(axis, sorted, count);
    free(sorted);
    axis->center[count] = 0.5 * (axis->low + axis->high);
    axis->width[count] = axis->high - axis->low;
    for (size_t i = 0; i < kernels; i++) {
        axis->log_norm[i] = har_normal_log_mass((axis->low - axis->center[i]) / axis->width[i],
                                                (axis->high - axis->center[i]) / axis->width[i]);
        if (axis->parameter->step <= 0)
            axis->log_norm[i] += har_log(axis->width[i]);
    }
    return HAR_OK;
}

/* Each kernel's histogram: the prior's weight spread over all choices and kernels, and 1 for what
 * was observed. */
static enum har_status set_histograms(struct har_parzen_axis *axis, const double *values,
                                      size_t stride, size_t kernels, struct har_error *err)
{
    const size_t choices = axis->parameter->choices;
    const double floor = 1 / (double)kernels;
    axis->chance = har_allocate(kernels * choices, sizeof(double));
    if (axis->chance == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < kernels; i++) {
        double *chance = axis->chance + i * choices;
        const size_t seen = i + 1 < kernels ? (size_t)values[i * stride] : choices;
        const double sum = floor * (double)choices + (seen < choices);
        for (size_t j = 0; j < choices; j++)
            chance[j] = (floor + (j == seen)) / sum;
    }
    return HAR_OK;
}

enum har_status har_parzen_new(struct har_parzen **parzen,
                               const struct har_parameter *const *parameter, size_t count,
                               const double *values, size_t observations, struct har_error *err)
{
    struct har_parzen *new = har_allocate(1, sizeof *new);
    *parzen = NULL;
    if (new == NULL)
        return har_fail_memory(err);
    new->kernels = observations + 1;
    new->axes = count;
    new->weight = har_allocate(new->kernels, sizeof(double));
    new->axis = har_allocate(count, sizeof *new->axis);
    enum har_status status =
        new->weight == NULL || new->axis == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK)
        set_weights(new->weight, observations);
    for (size_t i = 0; i < count && status == HAR_OK; i++) {
        struct har_parzen_axis *axis = &new->axis[i];
        axis->parameter = parameter[i];
        status = parameter[i]->kind == HAR_PARAMETER_CATEGORICAL
                     ? set_histograms(axis, values + i, count, new->kernels, err)
                     : set_normals(axis, values + i, count, new->kernels, err);
    }
    if (status == HAR_OK)
        *parzen = new;
    else
        har_parzen_free(new);
    return status;
}

void har_parzen_free(struct har_parzen *parzen)
{
    if (parzen == NULL)
        return;
    for (size_t i = 0; i < parzen->axes && parzen->axis != NULL; i++) {
        free(parzen->axis[i].center);
        free(parzen->axis[i].width);
        free(parzen->axis[i].log_norm);
        free(parzen->axis[i].chance);
    }
    free(parzen->axis);
    free(parzen->weight);
    free(parzen);
}

/* ---- using ---- */

/* The first of COUNT shares, which add up to 1, whose sum with those before it exceeds U. */
static size_t pick(const double *share, size_t count, double u)
{
    double sum = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        sum += share[i];
        if (u < sum)
            return i;
    }
    return count - 1;
}

/* The normal of KERNEL, cut off at the axis' ends, at quantile U. */
static double draw_normal(const struct har_parzen_axis *axis, size_t kernel, double u)
{
    const double center = axis->center[kernel], width = axis->width[kernel];
    const double first = har_normal_cdf((axis->low - center) / width);
    const double last = har_normal_cdf((axis->high - center) / width);
    const double p = first + u * (last - first);
    const double z = p > 0 && p < 1 ? har_normal_quantile(p) : (axis->low - center) / width;
    return har_parameter_value(axis->parameter,
                               fmin(fmax(center + width * z, axis->low), axis->high));
}

void har_parzen_draw(double *values, const struct har_parzen *parzen,
                     const struct har_random *random, uint64_t index)
{
    const uint64_t first = index * (parzen->axes + 1);
    const size_t kernel = pick(parzen->weight, parzen->kernels, har_random_uniform(random, first));
    for (size_t i = 0; i < parzen->axes; i++) {
        const struct har_parzen_axis *axis = &parzen->axis[i];
        const size_t choices = axis->parameter->choices;
        const double u = har_random_uniform(random, first + 1 + i);
        values[i] = axis->chance == NULL
                        ? draw_normal(axis, kernel, u)
                        : (double)pick(axis->chance + kernel * choices, choices, u);
    }
}

/* log of the kernel's density or probability at VALUE */
static double log_kernel(const struct har_parzen_axis *axis, size_t kernel, double value)
{
    static const double log_sqrt_2pi = 0x1.d67f1c864beb5p-1;
    const struct har_parameter *parameter = axis->parameter;
    if (axis->chance != NULL)
        return har_log(axis->chance[kernel * parameter->choices + (size_t)value]);
    const double center = axis->center[kernel], width = axis->width[kernel];
    if (parameter->step > 0) {
        const double below = har_parameter_scaled(parameter, value - parameter->step / 2);
        const double above = har_parameter_scaled(parameter, value + parameter->step / 2);
        return har_normal_log_mass((below - center) / width, (above - center) / width) -
               axis->log_norm[kernel];
    }
    const double z = (har_parameter_scaled(parameter, value) - center) / width;
    return -0.5 * z * z - log_sqrt_2pi - axis->log_norm[kernel];
}

double har_parzen_log_density(const struct har_parzen *parzen, const double *values, double *term)
{
    double largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < parzen->kernels; i++) {
        term[i] = har_log(parzen->weight[i]);
        for (size_t j = 0; j < parzen->axes; j++)
            term[i] += log_kernel(&parzen->axis[j], i, values[j]);
        largest = fmax(largest, term[i]);
    }
    for (size_t i = 0; i < parzen->kernels; i++)
        sum += har_exp(term[i] - largest);
    return har_log(sum) + largest;
}
