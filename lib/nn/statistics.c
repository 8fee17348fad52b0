/* statistics: what tables of hand-made features have of a window, of each channel by itself:
 * (time, channel) in, (feature) out, a channel's features together:
 *   mean, log s, median, log of the ranges of the middle 50 and 90 %, largest, least,
 *   log mean |x - mean|, mean z^3, mean z^4 (20 at most), the correlation of z with itself 1 2 4 8
 *   16 32 steps later, the share of steps at which z changes its sign,
 *   the spectrum of (x - mean) Hann: log mean power in bands of half an octave,
 *   mean frequency, entropy and the strongest frequency,
 * with z = (x - mean) / (s + 1e-6) and log meaning log(|.| + 1e-5). */
#include "nn/kinds.h"

#include "base/elementary.h"
#include "base/order.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LAGS = 6, MOMENTS = 10 + LAGS + 1, OF_SPECTRUM = 3, STEPS_MIN = 8 };

static const struct har_argument arguments[] = {{.name = NULL}};

/* Bands begin at frequencies 1 2 3 4 6 8 12 16 …; where the one after AT does. */
static size_t next_band(size_t at)
{
    const bool power = (at & (at - 1)) == 0;
    return power ? (at == 1 ? 2 : at + at / 2) : at / 3 * 4;
}

static size_t bands_of(size_t steps)
{
    size_t bands = 0;
    for (size_t at = 1; at < steps / 2; at = next_band(at))
        bands++;
    return bands;
}

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    const struct har_shape *in = &layer->in[0];
    if (in->rank != 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, channel), not one of rank %zu",
                        in->rank);
    if (in->dim[0] < STEPS_MIN)
        return har_fail(err, HAR_USAGE, "wants %d steps or more, not %zu", STEPS_MIN, in->dim[0]);
    const size_t each = MOMENTS + bands_of(in->dim[0]) + OF_SPECTRUM;
    size_t features;
    if (__builtin_mul_overflow(each, in->dim[1], &features))
        return har_fail(err, HAR_USAGE, "the input is too large");
    layer->out = (struct har_shape){1, {features}};
    layer->scratch = 8 * in->dim[0]; /* doubles: sine, cosine, x, z or powers */
    return HAR_OK;
}

static har_real log_of(double x)
{
    return (har_real)har_log(fabs(x) + 1e-5);
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/* X less its mean, which is returned, and its standard deviation. */
static double center(double *deviation, double *x, size_t steps)
{
    const double mean = mean_of(x, steps);
    double squares = 0;
    for (size_t t = 0; t < steps; t++) {
        x[t] -= mean;
        squares += x[t] * x[t];
    }
    *deviation = sqrt(squares / (double)steps);
    return mean;
}

/* Of centered X, whose order is lost in SORTED. */
static har_real *write_order(har_real *y, const double *x, double *sorted, size_t steps,
                             double mean, double deviation)
{
    double away = 0;
    memcpy(sorted, x, steps * sizeof *x);
    har_sort(sorted, steps);
    for (size_t t = 0; t < steps; t++)
        away += fabs(x[t]);
    *y++ = (har_real)mean;
    *y++ = log_of(deviation);
    *y++ = (har_real)(mean + har_quantile(sorted, steps, 0.5));
    *y++ = log_of(har_quantile(sorted, steps, 0.75) - har_quantile(sorted, steps, 0.25));
    *y++ = log_of(har_quantile(sorted, steps, 0.95) - har_quantile(sorted, steps, 0.05));
    *y++ = (har_real)(mean + sorted[steps - 1]);
    *y++ = (har_real)(mean + sorted[0]);
    *y++ = log_of(away / (double)steps);
    return y;
}

static har_real *write_moments(har_real *y, const double *z, size_t steps)
{
    double third = 0, fourth = 0;
    size_t changes = 0;
    for (size_t t = 0; t < steps; t++) {
        third += z[t] * z[t] * z[t];
        fourth += z[t] * z[t] * (z[t] * z[t]);
        changes += t > 0 && z[t] * z[t - 1] < 0;
    }
    *y++ = (har_real)(third / (double)steps);
    *y++ = (har_real)fmin(fourth / (double)steps, 20);
    for (size_t i = 0; i < LAGS; i++) {
        const size_t lag = (size_t)1 << i;
        double sum = 0;
        for (size_t t = lag; t < steps; t++)
            sum += z[t] * z[t - lag];
        *y++ = (har_real)(lag < steps ? sum / (double)(steps - lag) : 0);
    }
    *y++ = (har_real)((double)changes / (double)(steps - 1));
    return y;
}

/* P_k = |sum over t of w_t exp(-2 pi i k t / steps)|^2, k < steps / 2, of tapered W; WAVES holds a
 * period of the sine and one of the cosine. */
static void find_powers(double *power, const double *w, const double *waves, size_t steps)
{
    for (size_t k = 1; k < steps / 2; k++) {
        double even = 0, odd = 0;
        for (size_t t = 0, at = 0; t < steps; t++) {
            odd += w[t] * waves[at];
            even += w[t] * waves[steps + at];
            at = at + k < steps ? at + k : at + k - steps;
        }
        power[k] = even * even + odd * odd;
    }
}

static har_real *write_spectrum(har_real *y, const double *power, size_t steps)
{
    double all = 1e-12, middle = 0, entropy = 0;
    size_t strongest = 1;
    for (size_t k = 1; k < steps / 2; k++) {
        all += power[k];
        strongest = power[k] > power[strongest] ? k : strongest;
    }
    for (size_t at = 1; at < steps / 2; at = next_band(at)) {
        const size_t next = next_band(at), end = next < steps / 2 ? next : steps / 2;
        *y++ = log_of(mean_of(power + at, end - at));
    }
    for (size_t k = 1; k < steps / 2; k++) {
        const double share = power[k] / all;
        middle += share * (double)k;
        entropy -= share * har_log(share + 1e-12);
    }
    *y++ = (har_real)middle;
    *y++ = (har_real)entropy;
    *y++ = (har_real)strongest;
    return y;
}

/* A channel in ROOM, doubles of 2 times its steps; WAVES as above. */
static har_real *write_channel(har_real *y, double *room, const double *waves, size_t steps)
{
    double *x = room, *z = x + steps, deviation;
    const double mean = center(&deviation, x, steps);
    y = write_order(y, x, z, steps, mean, deviation);
    for (size_t t = 0; t < steps; t++)
        z[t] = x[t] / (deviation + 1e-6);
    y = write_moments(y, z, steps);
    /* w = (x - mean) (1 - cos(2 pi t / (steps - 1))) / 2 */
    for (size_t t = 0; t < steps; t++)
        x[t] *= 0.5 - 0.5 * har_cos(2 * M_PI * (double)t / (double)(steps - 1));
    find_powers(z, x, waves, steps);
    return write_spectrum(y, z, steps);
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    const size_t steps = layer->in[0].dim[0], channels = layer->in[0].dim[1];
    double *waves = (double *)pass->scratch, *room = waves + 2 * steps;
    for (size_t t = 0; t < steps; t++) {
        waves[t] = har_sin(2 * M_PI * (double)t / (double)steps);
        waves[steps + t] = har_cos(2 * M_PI * (double)t / (double)steps);
    }
    for (size_t row = 0; row < pass->rows; row++, x += steps * channels)
        for (size_t c = 0; c < channels; c++) {
            for (size_t t = 0; t < steps; t++)
                room[t] = (double)x[t * channels + c];
            y = write_channel(y, room, waves, steps);
        }
}

const struct har_layer_kind har_kind_statistics = {
    .name = "statistics",
    .arguments = arguments,
    .without_gradient = true,
    .shape = shape,
    .forward = forward,
};
