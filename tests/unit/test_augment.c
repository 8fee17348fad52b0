/* What the layers that change rows at random promise of each row, and of its targets. */
#include "fit/aims.h"
#include "nn/kinds.h"
#include "nn/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { rows = HAR_SLICE, many = 4000, size_max = 128 * 9 };

static struct har_net *net_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net;
    if (har_net_new(&net, text, strlen(text), "test.net", &err) != HAR_OK)
        fail_msg("%s", err.text);
    return net;
}

/* Y of the only layer of NET for X, where the slice's rows are FIRST and on in the data. */
static void run(const struct har_net *net, har_real *y, const har_real *x, uint64_t first,
                uint32_t epoch, bool training)
{
    static har_real scratch[rows * size_max];
    const struct har_layer *layer = net->layer[0];
    uint64_t row[rows];
    for (size_t r = 0; r < rows; r++)
        row[r] = first + r;
    const struct har_pass pass = {.rows = rows * layer->fold,
                                  .training = training,
                                  .seed = 3,
                                  .epoch = epoch,
                                  .row = row,
                                  .scratch = scratch};
    layer->kind->forward(layer, &pass, y, x);
}

static void fill(har_real *x, size_t count)
{
    const struct har_random random = {8, HAR_RANDOM_NOISE, 0, 0};
    for (size_t i = 0; i < count; i++)
        x[i] = (har_real)har_random_normal(&random, i);
}

/* ---- all of them ---- */

static const char *const all[] = {
    "input 8 6\njitter 0.5\n",
    "input 8 6\nscale 0.5\n",
    "input 8 6\nscale 0.5 each=row\n",
    "input 8 6\nrotation 90\n",
    "input 8 6\ntime_warp 1\n",
    "input 8 6\nmixup 1\n",
    "input 2 4 6\ntime_distributed time_warp 1\n",
};

static void test_identity_outside_training(void **state)
{
    (void)state;
    har_real x[rows * 48], y[rows * 48];
    fill(x, rows * 48);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct har_net *net = net_of(all[i]);
        run(net, y, x, 0, 1, false);
        assert_memory_equal(y, x, sizeof x);
        run(net, y, x, 0, 1, true);
        assert_memory_not_equal(y, x, sizeof x);
        har_net_free(net);
    }
}

/* A row is changed alike in every slice and at every place in it, and anew in each epoch. */
static void test_rows_draw_for_themselves(void **state)
{
    (void)state;
    har_real x[rows * 48], y[rows * 48], moved[rows * 48];
    for (size_t r = 0; r < rows; r++)
        fill(x + r * 48, 48);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct har_net *net = net_of(all[i]);
        const bool mixes = har_net_mixes(net);
        run(net, y, x, 100, 1, true);
        run(net, moved, x, 95, 1, true);
        if (!mixes)
            assert_memory_equal(moved + 5 * 48, y, (rows - 5) * 48 * sizeof *y);
        if (!mixes)
            assert_memory_not_equal(y, y + 48, 48 * sizeof *y);
        fill(x, rows * 48);
        run(net, y, x, 100, 1, true);
        run(net, moved, x, 100, 2, true);
        assert_memory_not_equal(moved, y, sizeof y);
        for (size_t r = 0; r < rows; r++)
            fill(x + r * 48, 48);
        har_net_free(net);
    }
}

static void test_jitter_is_gaussian_noise(void **state)
{
    (void)state;
    har_real x[rows * 3], y[rows * 3], noisy[rows * 3];
    struct har_net *jitter = net_of("input 3\njitter 0.5\n");
    struct har_net *noise = net_of("input 3\ngaussian_noise 0.5\n");
    fill(x, rows * 3);
    run(jitter, y, x, 0, 1, true);
    run(noise, noisy, x, 0, 1, true);
    assert_memory_equal(y, noisy, sizeof y);
    har_net_free(jitter);
    har_net_free(noise);
}

/* ---- moments over many rows ---- */

struct moments {
    double count, sum, squares;
};

static void add(struct moments *moments, double value)
{
    moments->count++;
    moments->sum += value;
    moments->squares += value * value;
}

/* Within four standard errors, that of the deviation as for a normal distribution. */
static void check_moments(const struct moments *moments, double mean, double deviation)
{
    const double have = moments->sum / moments->count;
    const double variance = moments->squares / moments->count - have * have;
    const double error = deviation / sqrt(moments->count);
    if (!(fabs(have - mean) < 4 * error && fabs(sqrt(variance) - deviation) < 4 * error))
        fail_msg("mean %g, deviation %g, expected %g and %g", have, sqrt(variance), mean,
                 deviation);
}

static void test_scale(void **state)
{
    (void)state;
    har_real x[rows * 8], y[rows * 8];
    for (size_t i = 0; i < rows * 8; i++)
        x[i] = 1;
    for (int each_row = 0; each_row <= 1; each_row++) {
        struct har_net *net =
            net_of(each_row ? "input 4 2\nscale 0.2 each=row\n" : "input 4 2\nscale 0.2\n");
        struct moments factors = {0};
        for (uint64_t first = 0; first < many; first += rows) {
            run(net, y, x, first, 1, true);
            for (size_t r = 0; r < rows; r++) {
                const har_real *row = y + r * 8;
                for (size_t i = 2; i < 8; i++)
                    assert_true(row[i] == row[i - 2]);
                assert_int_equal(row[0] == row[1], each_row);
                add(&factors, (double)row[0]);
            }
        }
        check_moments(&factors, 1, 0.2);
        har_net_free(net);
    }
}

/* ---- rotation ---- */

/* A row of the three unit vectors shows the matrix, column by column. */
static void test_rotation(void **state)
{
    (void)state;
    static const double degrees = 60, pi = 3.14159265358979323846;
    struct har_net *net = net_of("input 9\nrotation 60\n");
    struct moments angles = {0}, heights = {0};
    har_real x[rows * 9], y[rows * 9];
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < 9; i++)
            x[r * 9 + i] = i % 4 == 0;
    for (uint64_t first = 0; first < many; first += rows) {
        run(net, y, x, first, 1, true);
        for (size_t r = 0; r < rows; r++) {
            const har_real *m = y + r * 9;
            for (size_t i = 0; i < 9; i++) { /* orthonormal */
                const har_real *a = m + i / 3 * 3, *b = m + i % 3 * 3;
                const double product =
                    (double)a[0] * b[0] + (double)a[1] * b[1] + (double)a[2] * b[2];
                assert_true(fabs(product - (i % 4 == 0)) < 1e-6);
            }
            /* e_x x e_y = e_z: no mirror */
            assert_true(fabs((double)m[0] * m[4] - (double)m[1] * m[3] - (double)m[8]) < 1e-6);
            const double cosine = ((double)m[0] + (double)m[4] + (double)m[8] - 1) / 2;
            const double angle = acos(cosine > 1 ? 1 : cosine) * 180 / pi;
            assert_true(angle <= degrees + 1e-3);
            add(&angles, angle);
            if (angle > 1) /* R - R^T = 2 sin(angle) [axis] */
                add(&heights, ((double)m[1] - (double)m[3]) / (2 * sin(angle * pi / 180)));
        }
    }
    check_moments(&angles, degrees / 2, degrees / sqrt(12)); /* uniform from 0 */
    check_moments(&heights, 0, 1 / sqrt(3));                 /* uniform from -1 to 1 */
    har_net_free(net);
}

static double norm(const har_real *v)
{
    return sqrt((double)v[0] * v[0] + (double)v[1] * v[1] + (double)v[2] * v[2]);
}

static void test_rotation_turns_all_triples_alike(void **state)
{
    (void)state;
    static har_real x[rows * size_max], y[rows * size_max];
    struct har_net *net = net_of("input 128 9\nrotation 180\n");
    fill(x, rows * size_max);
    for (size_t i = 0; i < rows * size_max; i += 9) /* body_gyro as total_acc, but longer */
        for (size_t c = 0; c < 3; c++)
            x[i + 6 + c] = 4 * x[i + c];
    run(net, y, x, 0, 1, true);
    for (size_t i = 0; i < rows * size_max; i += 3)
        assert_true(fabs(norm(y + i) - norm(x + i)) < 1e-5 * norm(x + i));
    for (size_t i = 0; i < rows * size_max; i += 9)
        for (size_t c = 0; c < 3; c++)
            assert_true(fabs((double)y[i + 6 + c] - 4 * (double)y[i + c]) < 1e-5);
    har_net_free(net);
}

/* ---- time_warp: a ramp shows the times ---- */

static void check_warp(const char *text, size_t steps)
{
    har_real x[rows * 128], y[rows * 128];
    struct har_net *net = net_of(text);
    for (size_t i = 0; i < rows * steps; i++)
        x[i] = (har_real)(i % steps);
    double furthest = 0;
    for (uint64_t first = 0; first < 40 * rows; first += rows) {
        run(net, y, x, first, 1, true);
        for (size_t r = 0; r < rows; r++) {
            const har_real *when = y + r * steps;
            assert_true(when[0] == 0 && when[steps - 1] == (har_real)(steps - 1));
            for (size_t t = 1; t < steps; t++) {
                assert_true(when[t] >= when[t - 1]);
                furthest = fmax(furthest, fabs((double)when[t] - (double)t));
            }
        }
    }
    assert_true(steps == 2 || furthest > 0.05 * (double)steps);
    har_net_free(net);
}

static void test_time_warp(void **state)
{
    (void)state;
    check_warp("input 128 1\ntime_warp 0.3\n", 128);
    check_warp("input 128 1\ntime_warp 3 knots=1\n", 128);
    check_warp("input 9 1\ntime_warp 1 knots=1000\n", 9);
    check_warp("input 2 1\ntime_warp 1\n", 2);
    check_warp("input 3 1\ntime_warp 2 knots=2\n", 3);
}

/* A speed that is the same everywhere changes nothing, whatever it is. */
static void test_steady_warp(void **state)
{
    (void)state;
    har_real x[rows * 60], y[rows * 60];
    struct har_net *net = net_of("input 20 3\ntime_warp 0\n");
    fill(x, rows * 60);
    run(net, y, x, 0, 1, true);
    for (size_t i = 0; i < rows * 60; i++)
        assert_true(fabs((double)y[i] - (double)x[i]) < 1e-5);
    har_net_free(net);
}

/* ---- mixup ---- */

static struct har_mix mix_of(const struct har_net *net, uint64_t first, size_t padding)
{
    const struct har_layer *layer = net->layer[0];
    uint64_t row[rows];
    struct har_mix mix;
    for (size_t r = 0; r < rows; r++)
        row[r] = first + r;
    const struct har_pass pass = {
        .rows = rows, .padding = padding, .training = true, .seed = 3, .epoch = 1, .row = row};
    layer->kind->mix(layer, &pass, &mix);
    return mix;
}

/* Shares of the numbers below 0.01, 0.1, 0.3 and 0.5 in Beta(a, a): scipy.stats.beta.cdf. */
static const struct {
    const char *text;
    double alpha, below[4];
} betas[] = {
    {"input 1\nmixup 0.2\n", 0.2, {0.209778, 0.33669, 0.433204, 0.5}},
    {"input 1\nmixup 1\n", 1, {0.01, 0.1, 0.3, 0.5}},
    {"input 1\nmixup 4\n", 4, {0.0, 0.002728, 0.126036, 0.5}},
};

static void test_mixup_shares(void **state)
{
    (void)state;
    static const double limit[] = {0.01, 0.1, 0.3, 0.5};
    for (size_t i = 0; i < sizeof betas / sizeof *betas; i++) {
        struct har_net *net = net_of(betas[i].text);
        struct moments shares = {0};
        double below[4] = {0};
        for (uint64_t first = 0; first < many; first += rows) {
            const struct har_mix mix = mix_of(net, first, 0);
            for (size_t r = 0; r < rows; r++) {
                assert_true(mix.share[r] >= 0 && mix.share[r] <= 1);
                assert_true(mix.partner[r] < rows && mix.partner[r] != r);
                add(&shares, (double)mix.share[r]);
                for (size_t k = 0; k < 4; k++)
                    below[k] += (double)mix.share[r] < limit[k];
            }
        }
        check_moments(&shares, 0.5, 0.5 / sqrt(2 * betas[i].alpha + 1));
        for (size_t k = 0; k < 4; k++) {
            const double expected = betas[i].below[k];
            const double error = sqrt(expected * (1 - expected) / many);
            assert_true(fabs(below[k] / many - expected) < 4 * error + 1e-9);
        }
        har_net_free(net);
    }
}

/* Padding neither mixes nor is mixed with; a row alone stays what it is. */
static void test_mixup_leaves_padding_out(void **state)
{
    (void)state;
    struct har_net *net = net_of("input 1\nmixup 1\n");
    for (size_t padding = 0; padding < rows; padding++) {
        const struct har_mix mix = mix_of(net, 7, padding);
        const size_t real = rows - padding;
        for (size_t r = 0; r < rows; r++)
            if (r >= real || real == 1)
                assert_true(mix.partner[r] == r && mix.share[r] == 1);
            else
                assert_true(mix.partner[r] < real && mix.partner[r] != r);
    }
    har_net_free(net);
}

enum { classes = 3 };

static const float one_hot[rows * classes] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0,
                                              0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1,
                                              0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0};

static struct har_slice slice_of(const size_t *order, size_t padding)
{
    struct har_slice slice = {.training = true, .seed = 3, .epoch = 1, .padding = padding};
    for (size_t r = 0; r < rows; r++)
        slice.row[r] = order[r];
    return slice;
}

/* The targets are mixed as a layer of the same place mixes rows that are the targets. */
static void test_mixup_of_targets(void **state)
{
    (void)state;
    size_t order[rows];
    float mixed[rows * (2 * classes + 1)];
    har_real x[rows * classes], y[rows * classes];
    struct har_net *net = net_of("input 3\nmixup 1\n");
    struct har_aims aims;
    for (size_t r = 0; r < rows; r++)
        order[r] = r;
    for (size_t i = 0; i < rows * classes; i++)
        x[i] = one_hot[i];
    const struct har_samples samples = {.rows = rows, .y = one_hot};
    const struct har_slice slice = slice_of(order, 0);
    run(net, y, x, 0, 1, true);
    har_aims_fill(&aims, mixed, net, &slice, &samples, order, rows, classes);
    for (size_t r = 0; r < rows; r++) {
        double sum = 0;
        for (size_t c = 0; c < classes; c++) {
            assert_true(fabs((double)aims.y[r][c] - (double)y[r * classes + c]) < 1e-6);
            sum += (double)aims.y[r][c];
        }
        assert_true(fabs(sum - 1) < 1e-6 && fabs(aims.weight[r] - 1) < 1e-6);
    }
    har_net_free(net);
}

/* weight x target is the mixture of the rows' weights x targets; targets sum to 1 all the same,
 * through two layers that mix, and in a slice that isn't full. */
static void test_mixup_of_weighted_targets(void **state)
{
    (void)state;
    enum { real = 11 };
    static const double weight[classes] = {0.5, 2, 1};
    double by_row[rows];
    size_t order[rows];
    float mixed[rows * (2 * classes + 1)], expected[rows * classes];
    struct har_net *net = net_of("input 3\nmixup 1\ndense 2\nmixup 0.5\n");
    struct har_aims aims;
    for (size_t r = 0; r < rows; r++) {
        order[r] = rows - 1 - r;
        by_row[r] = weight[r % classes];
    }
    const struct har_samples samples = {.rows = rows, .y = one_hot, .weight = by_row};
    const struct har_slice slice = slice_of(order, rows - real);
    for (size_t i = 0; i < rows * classes; i++) {
        const size_t row = order[i / classes];
        expected[i] = (float)by_row[row] * one_hot[row * classes + i % classes];
    }
    har_net_mix(net, &slice, expected, classes);
    har_aims_fill(&aims, mixed, net, &slice, &samples, order, real, classes);
    for (size_t r = 0; r < real; r++) {
        double sum = 0;
        for (size_t c = 0; c < classes; c++) {
            const double part = aims.weight[r] * (double)aims.y[r][c];
            assert_true(fabs(part - (double)expected[r * classes + c]) < 1e-6);
            sum += (double)aims.y[r][c];
        }
        assert_true(fabs(sum - 1) < 1e-6);
    }
    har_net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity_outside_training),
        cmocka_unit_test(test_rows_draw_for_themselves),
        cmocka_unit_test(test_jitter_is_gaussian_noise),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_rotation_turns_all_triples_alike),
        cmocka_unit_test(test_time_warp),
        cmocka_unit_test(test_steady_warp),
        cmocka_unit_test(test_mixup_shares),
        cmocka_unit_test(test_mixup_leaves_padding_out),
        cmocka_unit_test(test_mixup_of_targets),
        cmocka_unit_test(test_mixup_of_weighted_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
