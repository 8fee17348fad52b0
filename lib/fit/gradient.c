#include "fit/gradient.h"

#include <math.h>
#include <string.h>

static bool is_kernel(const struct har_weight *weight)
{
    static const char kernel[] = "kernel";
    const size_t length = strlen(weight->name), tail = sizeof kernel - 1;
    return !weight->fixed && length >= tail && strcmp(weight->name + length - tail, kernel) == 0;
}

static double sum_of_squares(const har_real *value, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)value[i] * (double)value[i];
    return sum;
}

double har_gradient_penalize(har_real *gradient, const struct har_net *net, const har_real *weights,
                             double l2)
{
    const har_real twice = (har_real)(2 * l2);
    double sum = 0;
    for (size_t i = 0; i < har_net_weight_count(net); i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(net, i, name);
        if (!is_kernel(weight))
            continue;
        const har_real *w = weights + weight->offset;
        har_real *g = gradient == NULL ? NULL : gradient + weight->offset;
        sum += sum_of_squares(w, weight->size);
        for (size_t j = 0; g != NULL && j < weight->size; j++)
            g[j] += twice * w[j];
    }
    return l2 * sum;
}

void har_gradient_clip_norm(har_real *gradient, size_t count, double norm)
{
    const double have = sqrt(sum_of_squares(gradient, count));
    if (!(have > norm))
        return;
    const har_real scale = (har_real)(norm / have);
    for (size_t i = 0; i < count; i++)
        gradient[i] *= scale;
}

void har_gradient_clip_value(har_real *gradient, size_t count, double value)
{
    const har_real limit = (har_real)value;
    for (size_t i = 0; i < count; i++) {
        const har_real low = gradient[i] < -limit ? -limit : gradient[i];
        gradient[i] = low > limit ? limit : low;
    }
}
