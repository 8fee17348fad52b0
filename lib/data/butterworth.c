#include "data/butterworth.h"

#include "base/elementary.h"

static const double pi = 3.14159265358979323846;

/* One real pole: 1 / (s + 1) or s / (s + 1), with s = (1/k) (z - 1) / (z + 1). */
static struct har_section first_order(enum har_band band, double k)
{
    const double scale = 1.0 / (1.0 + k);
    const double a1 = (k - 1.0) * scale;
    if (band == HAR_HIGHPASS)
        return (struct har_section){.b0 = scale, .b1 = -scale, .a1 = a1};
    return (struct har_section){.b0 = k * scale, .b1 = k * scale, .a1 = a1};
}

/* A pair of poles: 1 / (s^2 + damping s + 1) or s^2 / (s^2 + damping s + 1). */
static struct har_section second_order(enum har_band band, double k, double damping)
{
    const double scale = 1.0 / (1.0 + damping * k + k * k);
    const double b = band == HAR_HIGHPASS ? scale : k * k * scale;
    return (struct har_section){.b0 = b,
                                .b1 = band == HAR_HIGHPASS ? -2.0 * b : 2.0 * b,
                                .b2 = b,
                                .a1 = 2.0 * (k * k - 1.0) * scale,
                                .a2 = (1.0 - damping * k + k * k) * scale};
}

enum har_status har_butterworth_design(struct har_butterworth *filter, enum har_band band,
                                       size_t order, double cutoff, double rate,
                                       struct har_error *err)
{
    if (order < 1 || order > HAR_ORDER_MAX)
        return har_fail(err, HAR_USAGE, "a filter of order %zu: 1 to %d are possible", order,
                        HAR_ORDER_MAX);
    if (!(cutoff > 0.0 && cutoff < rate / 2.0))
        return har_fail(err, HAR_USAGE,
                        "a cutoff of %g Hz: at a rate of %g Hz it must lie between 0 and %g Hz",
                        cutoff, rate, rate / 2.0);
    const double k = har_tan(pi * cutoff / rate);
    *filter = (struct har_butterworth){0};
    if (order % 2 == 1)
        filter->section[filter->sections++] = first_order(band, k);
    for (size_t pair = order / 2; pair-- > 0;) {
        /* poles at exp(i (pi/2 + angle)): s^2 + 2 sin(angle) s + 1 */
        const double angle = pi * (double)(2 * pair + 1) / (double)(2 * order);
        filter->section[filter->sections++] = second_order(band, k, 2.0 * har_sin(angle));
    }
    return HAR_OK;
}

/* direct form II, transposed */
static void run_section(const struct har_section *s, double z[2], double *values, size_t count)
{
    double z1 = z[0], z2 = z[1];
    for (size_t i = 0; i < count; i++) {
        const double x = values[i];
        const double y = s->b0 * x + z1;
        z1 = s->b1 * x - s->a1 * y + z2;
        z2 = s->b2 * x - s->a2 * y;
        values[i] = y;
    }
    z[0] = z1;
    z[1] = z2;
}

void har_butterworth_run(const struct har_butterworth *filter, struct har_butterworth_state *state,
                         double *values, size_t count)
{
    for (size_t k = 0; k < filter->sections; k++)
        run_section(&filter->section[k], state->z[k], values, count);
}
