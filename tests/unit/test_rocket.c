/* Features: MiniRocket's by hand, against aeon's (tests/golden/make_rocket.py), and every
 * instruction set against the naive twin, bit by bit; statistics against NumPy's
 * (make_statistics.py). */
#include "base/memory.h"
#include "fit/adapt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(enum har_status status, const struct har_error *err)
{
    if (status != HAR_OK)
        fail_msg("%s", err->text);
}

static struct har_net *net_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net = NULL;
    must(har_net_new(&net, text, strlen(text), "test.net", &err), &err);
    return net;
}

/* ---- by hand ---- */

/* One impulse: the output is the kernel itself, turned round. */
static void test_impulse(void **state)
{
    (void)state;
    const struct har_rocket shape = {
        .steps = 20, .channels = 2, .dilations = 2, .dilation = {1, 2}, .biases = {1, 1}};
    float x[40] = {0}, c[20], scratch[400];
    const float weights[] = {1, 0}, both[] = {1, 1};
    x[2 * 10] = 1;     /* channel 0 at step 10 */
    x[2 * 10 + 1] = 5; /* channel 1, which only BOTH sees */
    assert_true(har_rocket_scratch(&shape) <= 400);
    for (size_t kernel = 0; kernel < HAR_ROCKET_KERNELS; kernel += 7)
        for (size_t dilation = 0; dilation < 2; dilation++) {
            const unsigned char *place = har_rocket_places[kernel];
            const size_t number = dilation * HAR_ROCKET_KERNELS + kernel;
            for (int channels = 1; channels <= 2; channels++) {
                har_rocket_output(c, x, channels == 1 ? weights : both, &shape, number, scratch);
                for (int t = 0; t < 20; t++) {
                    const int away = 10 - t, d = (int)shape.dilation[dilation];
                    const bool touched = away % d == 0 && abs(away / d) <= 4;
                    const int at = away / d + 4;
                    const bool two = at == place[0] || at == place[1] || at == place[2];
                    const float want =
                        (touched ? (two ? 2.0f : -1.0f) : 0) * (channels == 1 ? 1.0f : 6.0f);
                    assert_true(c[t] == want);
                }
            }
        }
}

/* Of 12 steps, kernel 0 (2 2 2 -1 ...) counts all, kernel 1 only the four with all inputs inside.
 */
static void test_share(void **state)
{
    (void)state;
    const struct har_rocket shape = {.steps = 12,
                                     .channels = 1,
                                     .dilations = 1,
                                     .dilation = {1},
                                     .biases = {1},
                                     .features = HAR_ROCKET_KERNELS};
    float x[12], y[HAR_ROCKET_KERNELS], scratch[400];
    float weights[HAR_ROCKET_KERNELS], biases[HAR_ROCKET_KERNELS] = {0};
    for (size_t i = 0; i < HAR_ROCKET_KERNELS; i++)
        weights[i] = 1;
    for (size_t t = 0; t < 12; t++)
        x[t] = 1; /* inside, 3 * 2 - 6 = 0, which isn't above 0 */
    biases[1] = -0.5f;
    har_kernels_best()->rocket(y, x, weights, biases, &shape, scratch);
    /* kernel 0, zeros before the start: its sum there is a 2 or more less than 0; at the end, where
     * -1s are missing, it's above 0 in the last four steps */
    assert_true(y[0] == 4 / 12.0f);
    assert_true(y[1] == 1);
}

/* Dilations of 128 steps as aeon has them: 1 to 15, more biases for the short ones. */
static void test_dilations(void **state)
{
    (void)state;
    struct har_net *net = net_of("input 128 9\nmini_rocket\n");
    assert_int_equal(net->layer[0]->out.dim[0], 9996);
    assert_int_equal(net->layer[0]->samples, 84 * 15);
    har_net_free(net);
    net = net_of("input 9 1\nmini_rocket 100\n");
    assert_int_equal(net->layer[0]->out.dim[0], 84);
    assert_int_equal(net->layer[0]->samples, 84);
    har_net_free(net);
}

/* 1 to 9 of the channels, few more often than many, each channel as often as any other. */
static void test_channel_sets(void **state)
{
    (void)state;
    enum { channels = 12 };
    struct har_net *net = net_of("input 128 12\nmini_rocket\n");
    struct har_error err = {0};
    float *weights = har_allocate(net->weights, sizeof *weights);
    size_t sets = net->layer[0]->samples, of_size[channels + 1] = {0}, times[channels] = {0};
    must(har_net_initialize(net, weights, 1, &err), &err);
    const float *set = weights + net->layer[0]->weight[0].offset;
    for (size_t i = 0; i < sets; i++) {
        size_t size = 0;
        for (size_t c = 0; c < channels; c++) {
            assert_true(set[i * channels + c] == 0 || set[i * channels + c] == 1);
            size += set[i * channels + c] == 1;
            times[c] += set[i * channels + c] == 1;
        }
        of_size[size]++;
    }
    assert_int_equal(of_size[0] + of_size[10] + of_size[11] + of_size[12], 0);
    for (size_t size = 1; size <= 9; size++) {
        const double share = log((double)(size + 1) / (double)size) / log(10);
        assert_true(fabs((double)of_size[size] / (double)sets - share) < 0.04);
    }
    const double each = 9 / log(10) - 0.5; /* about what a set has */
    for (size_t c = 0; c < channels; c++)
        assert_true(fabs((double)times[c] / (double)sets - each / channels) < 0.05);
    free(weights);
    har_net_free(net);
}

/* ---- aeon ---- */

struct golden {
    struct har_model *model;
    size_t rows, input;
    float *x, *features;
};

static float *floats(const struct har_frame *frame, const char *name)
{
    const struct har_tensor *tensor = har_frame_find(frame, name);
    assert_non_null(tensor);
    const size_t count = har_tensor_count(tensor);
    float *values = har_allocate(count, sizeof *values);
    har_tensor_floats(values, tensor, 0, count);
    return values;
}

static struct golden load(const char *folder)
{
    struct golden golden = {0};
    struct har_error err = {0};
    char path[256];
    uint32_t crc;
    snprintf(path, sizeof path, "tests/golden/%s/model.har", folder);
    must(har_model_load(&golden.model, &crc, path, &err), &err);
    snprintf(path, sizeof path, "tests/golden/%s/windows.har", folder);
    char *const files[] = {path};
    struct har_reader *reader = NULL;
    must(har_reader_new(&reader, files, 1, &err), &err);
    enum har_item item;
    do {
        must(har_reader_next(&item, reader, &err), &err);
        if (item != HAR_ITEM_DATA)
            continue;
        golden.rows = har_reader_frame(reader)->rows;
        golden.x = floats(har_reader_frame(reader), "x");
        golden.features = floats(har_reader_frame(reader), "features");
    } while (item != HAR_ITEM_EOF);
    har_reader_free(reader);
    return golden;
}

static void release(struct golden *golden)
{
    har_model_free(golden->model);
    free(golden->x);
    free(golden->features);
}

/* From one row, which every combination draws, come aeon's biases. */
static void check_biases(struct golden *golden)
{
    struct har_error err = {0};
    const struct har_weight *biases = &golden->model->net->layer[0]->weight[1];
    float *want = har_allocate(biases->size, sizeof *want), *got = golden->model->weights;
    got += biases->offset;
    memcpy(want, got, biases->size * sizeof *want);
    memset(got, 0, biases->size * sizeof *want);
    const struct har_samples samples = {.rows = 1, .x = golden->x};
    must(har_adapt(golden->model, &samples, har_kernels_best(), 1, &err), &err);
    for (size_t i = 0; i < biases->size; i++)
        assert_true(fabsf(got[i] - want[i]) <= 1e-4f * (1 + fabsf(want[i])));
    memcpy(got, want, biases->size * sizeof *want);
    free(want);
}

/* Sums that differ in their last bit may come out on the other side of a bias, now and then. */
static void check_features(const struct golden *golden)
{
    struct har_error err = {0};
    struct har_threads *threads = NULL;
    const size_t width = golden->model->net->output.dim[0], count = golden->rows * width;
    float *y = har_allocate(count, sizeof *y);
    must(har_threads_new(&threads, 2, &err), &err);
    must(har_predict(y, golden->model, golden->x, golden->rows, har_kernels_best(), threads, &err),
         &err);
    size_t other = 0;
    const float step = 1 / (float)golden->model->net->input.dim[0];
    for (size_t i = 0; i < count; i++) {
        const float off = fabsf(y[i] - golden->features[i]);
        assert_true(off < 10 * step);
        other += off > 1e-6f;
    }
    if (other > count / 200)
        fail_msg("%zu of %zu features differ", other, count);
    har_threads_free(threads);
    free(y);
}

static void test_aeon(void **state)
{
    struct golden golden = load(*state);
    check_biases(&golden);
    check_features(&golden);
    release(&golden);
}

/* Quotients of values near 0, of a channel that doesn't change, aren't compared: they are 0 here.
 */
static void test_statistics(void **state)
{
    struct golden golden = load(*state);
    struct har_error err = {0};
    struct har_threads *threads = NULL;
    const size_t width = golden.model->net->output.dim[0], count = golden.rows * width;
    float *y = har_allocate(count, sizeof *y);
    must(har_threads_new(&threads, 1, &err), &err);
    must(har_predict(y, golden.model, golden.x, golden.rows, har_kernels_best(), threads, &err),
         &err);
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(y[i] - golden.features[i]) <= 2e-5f * (1 + fabsf(golden.features[i]))))
            fail_msg("feature %zu of %zu is %g, expected %g", i, width, (double)y[i],
                     (double)golden.features[i]);
    har_threads_free(threads);
    free(y);
    release(&golden);
}

/* ---- instruction sets ---- */

static void compare(const char *text, const struct har_kernels *kernels)
{
    enum { rows = 3 };
    struct har_error err = {0};
    struct har_net *net = net_of(text);
    const struct har_layer *layer = net->layer[0];
    const size_t width = layer->out.dim[0], size = layer->in[0].dim[0] * layer->in[0].dim[1];
    const struct har_random random = {3, HAR_RANDOM_NOISE, 1, 0};
    float *weights = har_allocate(net->weights, sizeof *weights);
    float *x = har_allocate(rows * size, sizeof *x);
    float *scratch = har_allocate(layer->scratch, sizeof *scratch);
    float *fast = har_allocate(rows * width, sizeof *fast);
    float *naive = har_allocate(rows * width, sizeof *naive);
    must(har_net_initialize(net, weights, 5, &err), &err);
    for (size_t i = 0; i < rows * size; i++)
        x[i] = (float)har_random_normal(&random, i);
    for (size_t i = 0; i < layer->weight[1].size; i++)
        weights[layer->weight[1].offset + i] = (float)har_random_normal(&random, rows * size + i);
    struct har_pass pass = {.rows = rows, .weights = weights, .scratch = scratch};
    pass.kernels = kernels;
    layer->kind->forward(layer, &pass, fast, x);
    pass.kernels = har_kernels_naive();
    layer->kind->forward(layer, &pass, naive, x);
    assert_memory_equal(fast, naive, rows * width * sizeof *fast);
    free(weights);
    free(x);
    free(scratch);
    free(fast);
    free(naive);
    har_net_free(net);
}

static void test_instruction_sets(void **state)
{
    (void)state;
    static const char *const isas[] = {"plain", "avx2", "avx512"};
    static const char *const nets[] = {
        "input 128 9\nmini_rocket 1260\n", "input 9 1\nmini_rocket 84\n",
        "input 31 2\nmini_rocket 420\n",   "input 50 20\nmini_rocket 840 max_dilations=3\n",
        "input 200 3\nmini_rocket 168\n",
    };
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
        setenv("HAR_ISA", isas[i], 1);
        const struct har_kernels *kernels = har_kernels_best();
        unsetenv("HAR_ISA");
        for (size_t n = 0; kernels != NULL && n < sizeof nets / sizeof *nets; n++)
            compare(nets[n], kernels);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_impulse),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_dilations),
        cmocka_unit_test(test_channel_sets),
        cmocka_unit_test_prestate(test_aeon, "rocket"),
        cmocka_unit_test_prestate(test_aeon, "rocket_one"),
        cmocka_unit_test_prestate(test_aeon, "rocket_short"),
        cmocka_unit_test_prestate(test_statistics, "statistics"),
        cmocka_unit_test(test_instruction_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
