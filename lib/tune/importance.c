#include "tune/importance.h"

#include "base/elementary.h"
#include "base/memory.h"
#include "base/normal.h"
#include "base/order.h"
#include "tune/parzen.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GRID_MAX = 50, REGIME_MIN = 2 };

/* ---- trials on a parameter's grid ---- */

static size_t grid_size(const struct har_parameter *parameter)
{
    const double range = parameter->high - parameter->low;
    double size = GRID_MAX;
    if (parameter->kind == HAR_PARAMETER_CATEGORICAL)
        return parameter->choices;
    if (parameter->kind == HAR_PARAMETER_INT && parameter->log)
        size = ceil(har_log(range + 1) / 0x1.62e42fefa39efp-1) + 1;
    else if (parameter->step > 0)
        size = rint(range / parameter->step) + 1;
    return (size_t)fmin(size, GRID_MAX);
}

static size_t grid_place(const struct har_parameter *parameter, double value, size_t grid)
{
    if (parameter->kind == HAR_PARAMETER_CATEGORICAL)
        return (size_t)value;
    const double low = har_parameter_scaled(parameter, parameter->low);
    const double high = har_parameter_scaled(parameter, parameter->high);
    const double step = (high - low) / (double)(grid - 1);
    const double place = ceil((har_parameter_scaled(parameter, value) - low) / step - 0.5);
    return (size_t)fmin(fmax(place, 0), (double)grid - 1);
}

/* ---- densities on the grid ---- */

/* The first point at which the counts up to there reach TARGET, or exceed it. */
static size_t quartile(const double *count, size_t grid, double target, bool exceed)
{
    double sum = 0;
    size_t last = 0;
    for (size_t i = 0; i < grid; i++) {
        sum += count[i];
        if (count[i] > 0)
            last = i;
        if (count[i] > 0 && (exceed ? sum > target : sum >= target))
            return i;
    }
    return last;
}

/* 1.059 min(IQR / 1.34, deviation) n^(-1/5) */
static double scott(const double *count, size_t grid, double total)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < grid; i++)
        mean += (double)i * count[i] / total;
    for (size_t i = 0; i < grid; i++)
        squares += ((double)i - mean) * ((double)i - mean) * count[i];
    const double deviation = sqrt(squares / fmax(1, total - 1));
    const double q1 = (double)quartile(count, grid, floor(total / 4), false);
    const double q3 = (double)quartile(count, grid, floor(total * 3 / 4), true);
    const double width = 1.059 * fmin((q3 - q1) / 1.34, deviation) * har_exp(-0.2 * har_log(total));
    return fmax(width, 0.5 / 1.64);
}

/* Adds WEIGHT times a normal, cut off half a step beyond the grid, at each of its points. */
static void add_normal(double *density, size_t grid, double center, double width, double weight)
{
    const double low = (-0.5 - center) / width, high = ((double)grid - 0.5 - center) / width;
    const double norm = har_normal_log_mass(low, high);
    for (size_t i = 0; i < grid; i++) {
        const double at = (double)i - center;
        density[i] +=
            weight * har_exp(har_normal_log_mass((at - 0.5) / width, (at + 0.5) / width) - norm);
    }
}

/* A categorical parameter's kernels are histograms, as in parzen.h, one for each choice met. */
static void add_histograms(double *density, const double *count, size_t grid, double total)
{
    double kernels = 1;
    for (size_t i = 0; i < grid; i++)
        kernels += count[i] > 0;
    const double floor = 1 / kernels, sum = 1 + floor * (double)grid;
    for (size_t i = 0; i < grid; i++) {
        density[i] += 1 / (double)grid / (total + 1);
        for (size_t j = 0; j < grid; j++)
            density[i] += count[j] / (total + 1) * (floor + (i == j)) / sum;
    }
}

static void estimate(double *density, const double *count, size_t grid, bool categorical)
{
    double total = 0;
    for (size_t i = 0; i < grid; i++) {
        density[i] = 1e-12;
        total += count[i];
    }
    if (categorical) {
        add_histograms(density, count, grid, total);
        return;
    }
    const double width = scott(count, grid, total), last = (double)grid - 1;
    add_normal(density, grid, last / 2, last + 1, 1 / (total + 1));
    for (size_t i = 0; i < grid; i++)
        if (count[i] > 0)
            add_normal(density, grid, (double)i, width, count[i] / (total + 1));
}

/* sum of local (top / local - 1)^2 */
static double divergence(const double *top, const double *local, size_t grid)
{
    double sum = 0;
    for (size_t i = 0; i < grid; i++)
        sum += local[i] * (top[i] / local[i] - 1) * (top[i] / local[i] - 1);
    return sum;
}

/* ---- parameters ---- */

/* One regime of the trials: those that have the parameter. BEST of all COUNT trials are the top. */
static double importance_of(const struct har_space *space, size_t number, const double *values,
                            const bool *top, size_t count, size_t best)
{
    const struct har_parameter *parameter = &space->parameter[number];
    double top_count[GRID_MAX] = {0}, all_count[GRID_MAX] = {0};
    double top_density[GRID_MAX], all_density[GRID_MAX];
    const size_t grid = grid_size(parameter);
    size_t in_top = 0, in_all = 0;
    for (size_t i = 0; i < count; i++) {
        const double value = values[i * space->count + number];
        if (isnan(value))
            continue;
        const size_t place = grid_place(parameter, value, grid);
        all_count[place]++;
        in_all++;
        top_count[place] += top[i];
        in_top += top[i];
    }
    if (in_all < REGIME_MIN || in_top == 0)
        return 0;
    const bool categorical = parameter->kind == HAR_PARAMETER_CATEGORICAL;
    estimate(top_density, top_count, grid, categorical);
    estimate(all_density, all_count, grid, categorical);
    const double share = (double)in_top / (double)best;
    return share * share / ((double)in_all / (double)count) *
           divergence(top_density, all_density, grid);
}

/* The best tenth, rounded up, and those equal to its worst. */
static size_t mark_top(bool *top, double *sorted, const double *loss, size_t count)
{
    size_t best = 0;
    memcpy(sorted, loss, count * sizeof *sorted);
    har_sort(sorted, count);
    for (size_t i = 0; i < count; i++) {
        top[i] = loss[i] <= sorted[(count + 9) / 10 - 1];
        best += top[i];
    }
    return best;
}

bool har_importance(double *importance, const struct har_space *space, const double *values,
                    const double *loss, size_t count)
{
    double *sorted = har_allocate(count, sizeof *sorted), sum = 0;
    bool *top = har_allocate(count, sizeof *top);
    const bool done = sorted != NULL && top != NULL;
    const size_t best = done && count > 1 ? mark_top(top, sorted, loss, count) : 0;
    for (size_t i = 0; i < space->count; i++) {
        importance[i] = best > 0 ? importance_of(space, i, values, top, count, best) : 0;
        sum += importance[i];
    }
    for (size_t i = 0; i < space->count && sum > 0; i++)
        importance[i] /= sum;
    free(sorted);
    free(top);
    return done;
}
