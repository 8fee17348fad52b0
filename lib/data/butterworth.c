#include "data/butterworth.h"

#include "base/elementary.h"
#include <string.h>

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

/* One sample through a section: direct form II, transposed. */
static inline double step(const struct har_section *s, double z[2], double x)
{
    const double y = s->b0 * x + z[0];
    z[0] = s->b1 * x - s->a1 * y + z[1];
    z[1] = s->b2 * x - s->a2 * y;
    return y;
}

static void run_section(const struct har_section *section, double state[2], double *values,
                        size_t count)
{
    const struct har_section s = *section;
    double z[2] = {state[0], state[1]};
    for (size_t i = 0; i < count; i++)
        values[i] = step(&s, z, values[i]);
    memcpy(state, z, sizeof z);
}

/* Two sections at once: while the second is at a sample, the processor can begin the next one with
 * the first. */
static void run_two(const struct har_section section[2], double state[2][2], double *values,
                    size_t count)
{
    const struct har_section first = section[0], second = section[1];
    double z1[2] = {state[0][0], state[0][1]}, z2[2] = {state[1][0], state[1][1]};
    for (size_t i = 0; i < count; i++)
        values[i] = step(&second, z2, step(&first, z1, values[i]));
    memcpy(state[0], z1, sizeof z1);
    memcpy(state[1], z2, sizeof z2);
}

void har_butterworth_run(const struct har_butterworth *filter, struct har_butterworth_state *state,
                         double *values, size_t count)
{
    size_t k = 0;
    for (; k + 1 < filter->sections; k += 2)
        run_two(&filter->section[k], &state->z[k], values, count);
    if (k < filter->sections)
        run_section(&filter->section[k], state->z[k], values, count);
}
