#include "fit/loss.h"

#include "base/elementary.h"

size_t har_argmax(const float *values, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (values[i] > values[best])
            best = i;
    return best;
}

static size_t largest(const har_real *z, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (z[i] > z[best])
            best = i;
    return best;
}

/* log sum exp z = max + log sum exp(z - max); the sum is at least 1 */
static double log_sum_exp(const har_real *z, size_t classes, double max)
{
    double sum = 0;
    for (size_t i = 0; i < classes; i++)
        sum += har_exp((double)z[i] - max);
    return max + har_log(sum);
}

void har_loss_add(struct har_loss *sum, har_real *dz, const har_real *z, const float *y,
                  size_t class, size_t classes, double scale)
{
    const size_t guess = largest(z, classes);
    const double log_sum = log_sum_exp(z, classes, (double)z[guess]);
    for (size_t i = 0; i < classes; i++) {
        const double log_p = (double)z[i] - log_sum;
        sum->loss -= (double)y[i] * log_p;
        dz[i] = (har_real)((har_exp(log_p) - (double)y[i]) * scale);
    }
    sum->correct += guess == class;
    sum->rows++;
}

void har_loss_join(struct har_loss *sum, const struct har_loss *part)
{
    sum->loss += part->loss;
    sum->rows += part->rows;
    sum->correct += part->correct;
}
