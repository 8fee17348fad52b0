/* time_warp STDDEV: in training, each row runs now faster and now slower: step t shows x at time
 * w(t), between steps by linear interpolation. The speed w' is exp(normal number of this standard
 * deviation) at both ends and at `knots` times between, linear from one to the next; w is scaled so
 * that the first and the last step stay where they are. w grows: no step is shown before an earlier
 * one. */
#include "nn/augment.h"

#include "base/elementary.h"
#include "nn/kinds.h"

#include <string.h>

struct time_warp {
    double stddev;
    size_t knots;
};

static const struct har_argument arguments[] = {
    {.name = "stddev",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct time_warp, stddev),
     .positional = true,
     .required = true,
     .low = 0,
     .high = 3},
    {.name = "knots",
     .type = HAR_ARG_COUNT,
     .field = offsetof(struct time_warp, knots),
     .low = 1,
     .high = 1000,
     .otherwise = 4},
    {.name = NULL},
};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    if (layer->in[0].rank < 2 || layer->in[0].dim[0] < 2)
        return har_fail(err, HAR_USAGE, "wants an input (time, ...) of two steps or more");
    if (har_augment_shape(layer, err) != HAR_OK)
        return err->status;
    layer->scratch = layer->in[0].dim[0];
    return HAR_OK;
}

/* The speed's stream: knot i draws number FIRST + i. */
struct speeds {
    const struct time_warp *config;
    struct har_random random;
    uint64_t first;
};

static double at_knot(const struct speeds *speeds, size_t knot)
{
    return har_exp(speeds->config->stddev *
                   har_random_normal(&speeds->random, speeds->first + knot));
}

/* w(t) for each of STEPS steps: the speed's integral by trapezoids, scaled to the last step. */
static void draw(har_real *when, const struct speeds *speeds, size_t steps)
{
    const double spacing = (double)(steps - 1) / (double)(speeds->config->knots + 1);
    size_t knot = 0;
    double left = at_knot(speeds, 0), right = at_knot(speeds, 1), last = left, sum = 0;
    when[0] = 0;
    for (size_t t = 1; t < steps; t++) {
        while ((double)t > (double)(knot + 1) * spacing && knot < speeds->config->knots) {
            knot++;
            left = right;
            right = at_knot(speeds, knot + 1);
        }
        const double speed = left + (right - left) * ((double)t / spacing - (double)knot);
        sum += (last + speed) / 2;
        when[t] = (har_real)sum;
        last = speed;
    }
    const har_real end = (har_real)(steps - 1), factor = (har_real)((double)end / sum);
    for (size_t t = 1; t + 1 < steps; t++)
        when[t] = when[t] * factor < end ? when[t] * factor : end;
    when[steps - 1] = end;
}

/* Between which steps row ROW is shown, in the scratch. */
static const har_real *times_of(const struct har_layer *layer, const struct har_pass *pass,
                                size_t row)
{
    const struct time_warp *config = layer->config;
    const struct speeds speeds = {.config = config,
                                  .random = har_layer_random(layer, pass, HAR_RANDOM_AUGMENT),
                                  .first =
                                      har_layer_random_index(layer, pass, row, config->knots + 2)};
    draw(pass->scratch, &speeds, layer->in[0].dim[0]);
    return pass->scratch;
}

/* The step before time WHEN, and how far from there to the next. */
static size_t step_before(har_real *share, har_real when, size_t steps)
{
    size_t step = (size_t)when;
    step = step + 2 > steps ? steps - 2 : step;
    *share = when - (har_real)step;
    return step;
}

/* y_t = (1 - s) x_i + s x_{i+1} */
static void warp_row(const struct har_layer *layer, const struct har_pass *pass, size_t row,
                     har_real *to, const har_real *from)
{
    const size_t steps = layer->in[0].dim[0];
    const size_t width = har_layer_size(layer) / steps;
    const har_real *when = times_of(layer, pass, row);
    for (size_t t = 0; t < steps; t++, to += width) {
        har_real share;
        const har_real *x = from + step_before(&share, when[t], steps) * width;
        for (size_t c = 0; c < width; c++)
            to[c] = (1 - share) * x[c] + share * x[width + c];
    }
}

/* dx_i += (1 - s) dy_t; dx_{i+1} += s dy_t */
static void warp_row_back(const struct har_layer *layer, const struct har_pass *pass, size_t row,
                          har_real *to, const har_real *from)
{
    const size_t steps = layer->in[0].dim[0];
    const size_t width = har_layer_size(layer) / steps;
    const har_real *when = times_of(layer, pass, row);
    memset(to, 0, steps * width * sizeof *to);
    for (size_t t = 0; t < steps; t++, from += width) {
        har_real share;
        har_real *dx = to + step_before(&share, when[t], steps) * width;
        for (size_t c = 0; c < width; c++) {
            dx[c] += (1 - share) * from[c];
            dx[width + c] += share * from[c];
        }
    }
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    har_augment_forward(layer, pass, y, x, warp_row);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    (void)x, (void)y;
    har_augment_backward(layer, pass, dx, dy, warp_row_back);
}

const struct har_layer_kind har_kind_time_warp = {
    .name = "time_warp",
    .config_size = sizeof(struct time_warp),
    .arguments = arguments,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
