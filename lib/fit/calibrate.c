#include "fit/calibrate.h"

#include "base/elementary.h"
#include "fit/loss.h"
#include <math.h>

enum { halvings = 64 };

/* The mean loss at 1/T = beta, and its slope there. */
struct point {
    double loss, slope;
};

static double largest(const har_real *z, size_t classes)
{
    double max = (double)z[0];
    for (size_t i = 1; i < classes; i++)
        max = (double)z[i] > max ? (double)z[i] : max;
    return max;
}

/* loss = log sum exp(beta z) - beta z_class; slope = sum p z - z_class */
static struct point at_row(const har_real *z, size_t class, size_t classes, double beta)
{
    const double max = largest(z, classes);
    double sum = 0, weighted = 0;
    for (size_t i = 0; i < classes; i++) {
        const double e = har_exp(beta * ((double)z[i] - max));
        sum += e;
        weighted += e * ((double)z[i] - max);
    }
    const double own = (double)z[class] - max;
    return (struct point){har_log(sum) - beta * own, weighted / sum - own};
}

static struct point at(const har_real *z, const int32_t *class, size_t rows, size_t classes,
                       double beta)
{
    struct point mean = {0};
    for (size_t r = 0; r < rows; r++) {
        const struct point row = at_row(z + r * classes, (size_t) class[r], classes, beta);
        mean.loss += row.loss;
        mean.slope += row.slope;
    }
    return (struct point){mean.loss / (double)rows, mean.slope / (double)rows};
}

struct har_calibration har_calibrate(const har_real *z, const int32_t *class, size_t rows,
                                     size_t classes)
{
    double low = 1 / HAR_TEMPERATURE_HIGH, high = 1 / HAR_TEMPERATURE_LOW;
    if (at(z, class, rows, classes, low).slope >= 0)
        high = low;
    else if (at(z, class, rows, classes, high).slope <= 0)
        low = high;
    for (size_t i = 0; i < halvings && low < high; i++) {
        const double middle = (low + high) / 2;
        if (at(z, class, rows, classes, middle).slope < 0)
            low = middle;
        else
            high = middle;
    }
    return (struct har_calibration){1 / high, at(z, class, rows, classes, 1).loss,
                                    at(z, class, rows, classes, high).loss};
}

bool har_calibration_at_bound(const struct har_calibration *found)
{
    return found->temperature <= HAR_TEMPERATURE_LOW || found->temperature >= HAR_TEMPERATURE_HIGH;
}

void har_temper(float *p, const har_real *z, size_t classes, double temperature)
{
    const size_t first = har_argmax(p, classes);
    const double max = largest(z, classes);
    double sum = 0;
    for (size_t i = 0; i < classes; i++)
        sum += har_exp(((double)z[i] - max) / temperature);
    for (size_t i = 0; i < classes; i++)
        p[i] = (float)(har_exp(((double)z[i] - max) / temperature) / sum);
    const size_t now = har_argmax(p, classes);
    if (now != first) /* as large but for rounding */
        p[first] = nextafterf(p[now], 2);
}
