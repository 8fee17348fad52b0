/* The promise: the same rows, net, options and seed give the same bytes, whatever the threads. */
#include "base/memory.h"
#include "fit/adapt.h"
#include "fit/batch.h"
#include "stream/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { input = 6 * 3, classes = 4, rows_max = 300 };

static const char net_text[] =
    "input 6 3\nlstm 7\ndropout 0.5\ndense 5 activation=relu\ndense 4 activation=softmax\n";

static float x[rows_max * input], y[rows_max * classes];

static void must(enum har_status status, const struct har_error *err)
{
    if (status != HAR_OK)
        fail_msg("%s", err->text);
}

/* Rows whose class shows in their mean. */
static int fill_rows(void **state)
{
    (void)state;
    const struct har_random random = {5, HAR_RANDOM_NOISE, 0, 0};
    for (size_t r = 0; r < rows_max; r++) {
        const size_t class = har_random_below(&random, r, classes);
        y[r * classes + class] = 1;
        for (size_t i = 0; i < input; i++)
            x[r * input + i] =
                (float)(har_random_normal(&random, rows_max + r * input + i) + (double)class - 1.5);
    }
    return 0;
}

static struct har_model *make_model_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net = NULL;
    struct har_model *model = NULL;
    must(har_net_new(&net, text, strlen(text), "test.net", &err), &err);
    must(har_model_new(&model, net, har_header_new("model", "test"), 3, &err), &err);
    return model;
}

static struct har_model *make_model(void)
{
    return make_model_of(net_text);
}

static struct har_threads *make_threads(size_t count)
{
    struct har_error err = {0};
    struct har_threads *threads = NULL;
    must(har_threads_new(&threads, count, &err), &err);
    return threads;
}

static struct har_fit_options make_options(size_t batch)
{
    return (struct har_fit_options){.epochs = 2,
                                    .batch = batch,
                                    .shuffle = true,
                                    .seed = 9,
                                    .adam = {0.01, 0.9, 0.999, 1e-7},
                                    .kernels = har_kernels_best()};
}

static enum har_status fit(struct har_model *model, size_t rows,
                           const struct har_fit_options *options, size_t count,
                           struct har_error *err)
{
    struct har_threads *threads = make_threads(count);
    const struct har_samples samples = {.rows = rows, .x = x, .y = y};
    const enum har_status status = har_fit(model, &samples, options, threads, err);
    har_threads_free(threads);
    return status;
}

static void test_threads_agree(void **state)
{
    (void)state;
    static const struct {
        size_t rows, batch;
    } row[] = {{150, 64}, {100, 1}, {37, 16}, {300, 290}, {5, 64}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct har_model *first = make_model();
        struct har_fit_options options = make_options(row[i].batch);
        struct har_error err = {0};
        must(fit(first, row[i].rows, &options, 1, &err), &err);
        for (size_t threads = 2; threads <= 5; threads++) {
            struct har_model *model = make_model();
            must(fit(model, row[i].rows, &options, threads, &err), &err);
            assert_memory_equal(model->weights, first->weights,
                                model->net->weights * sizeof *model->weights);
            har_model_free(model);
        }
        har_model_free(first);
    }
}

static const char whole_text[] =
    "input 6 3\nbatch_normalization\nlstm 7 return_sequences=true\nbatch_normalization\n"
    "gaussian_noise 0.1\nflatten\ndense 5\nbatch_normalization\ndropout 0.5\n"
    "dense 4 activation=softmax\n";

/* Layers that need the whole batch, and all that is done to gradients, in batches of one to more
 * slices than are otherwise in work. */
static void test_threads_agree_on_whole_batches(void **state)
{
    (void)state;
    static const size_t batch[] = {64, 16, 290, 7};
    for (size_t i = 0; i < sizeof batch / sizeof *batch; i++) {
        struct har_model *first = make_model_of(whole_text);
        struct har_fit_options options = make_options(batch[i]);
        struct har_error err = {0};
        options.clip_norm = 0.5;
        options.l2 = 0.01;
        options.weight_decay = 0.1;
        must(fit(first, 300, &options, 1, &err), &err);
        for (size_t threads = 2; threads <= 5; threads++) {
            struct har_model *model = make_model_of(whole_text);
            must(fit(model, 300, &options, threads, &err), &err);
            assert_memory_equal(model->weights, first->weights,
                                model->net->weights * sizeof *model->weights);
            har_model_free(model);
        }
        har_model_free(first);
    }
}

/* Mean and variance of the rows' channels; a layer further on sees what comes to it. */
static void test_adapt(void **state)
{
    (void)state;
    struct har_error err = {0};
    enum { rows = 100, channels = 3, count = rows * input / channels };
    struct har_model *model = make_model_of("input 6 3\nnormalization\nreshape 6 3\n"
                                            "normalization\nflatten\ndense 4 activation=softmax\n");
    const struct har_samples samples = {.rows = rows, .x = x, .y = y};
    must(har_adapt(model, &samples, har_kernels_best(), 1, &err), &err);
    const float *mean = model->weights + model->net->trained, *variance = mean + channels;
    for (size_t j = 0; j < channels; j++) {
        double sum = 0, squares = 0;
        for (size_t i = j; i < rows * input; i += channels)
            sum += (double)x[i] / count;
        for (size_t i = j; i < rows * input; i += channels)
            squares += pow((double)x[i] - sum, 2) / count;
        assert_true(fabs((double)mean[j] - sum) < 1e-7);
        assert_true(fabs((double)variance[j] - squares) < 1e-6 * squares);
        assert_true(fabs((double)mean[2 * channels + j]) < 1e-6);
        assert_true(fabs((double)variance[2 * channels + j] - 1) < 1e-5);
    }
    har_model_free(model);
}

static void test_seed_and_shuffle_matter(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_model *model[3];
    for (size_t i = 0; i < 3; i++) {
        struct har_fit_options options = make_options(32);
        options.seed += i == 1;
        options.shuffle = i != 2;
        model[i] = make_model();
        must(fit(model[i], 100, &options, 1, &err), &err);
    }
    const size_t bytes = model[0]->net->weights * sizeof *model[0]->weights;
    assert_true(memcmp(model[0]->weights, model[1]->weights, bytes) != 0);
    assert_true(memcmp(model[0]->weights, model[2]->weights, bytes) != 0);
    for (size_t i = 0; i < 3; i++)
        har_model_free(model[i]);
}

struct course {
    size_t epochs;
    double first, last, accuracy;
};

static enum har_status follow(void *arg, const struct har_epoch *epoch, struct har_error *err)
{
    (void)err;
    struct course *course = arg;
    assert_int_equal(epoch->number, ++course->epochs);
    if (epoch->number == 1)
        course->first = epoch->loss;
    course->last = epoch->loss;
    course->accuracy = epoch->accuracy;
    return HAR_OK;
}

static void test_it_learns(void **state)
{
    (void)state;
    struct course course = {0};
    struct har_error err = {0};
    struct har_model *model = make_model();
    struct har_fit_options options = make_options(32);
    options.epochs = 30;
    options.on_epoch = follow;
    options.arg = &course;
    must(fit(model, rows_max, &options, 2, &err), &err);
    assert_int_equal(course.epochs, 30);
    assert_true(course.last < 0.6 * course.first);
    assert_true(course.accuracy > 0.7);
    har_model_free(model);
}

static enum har_status stop(void *arg, const struct har_epoch *epoch, struct har_error *err)
{
    *(size_t *)arg = epoch->number;
    return epoch->number == 2 ? har_fail(err, HAR_SYSTEM, "stop") : HAR_OK;
}

static void test_the_callback_can_stop(void **state)
{
    (void)state;
    size_t last = 0;
    struct har_error err = {0};
    struct har_model *model = make_model();
    struct har_fit_options options = make_options(32);
    options.epochs = 9;
    options.on_epoch = stop;
    options.arg = &last;
    assert_int_equal(fit(model, 64, &options, 1, &err), HAR_SYSTEM);
    assert_int_equal(last, 2);
    har_model_free(model);
}

/* The fault is named alike whatever the threads, with epoch and batch. */
static void test_not_finite_is_named(void **state)
{
    (void)state;
    char text[2][1024];
    for (size_t i = 0; i < 2; i++) {
        struct har_error err = {0};
        struct har_model *model = make_model();
        struct har_fit_options options = make_options(64);
        options.shuffle = false;
        const float before = x[70 * input];
        x[70 * input] = (float)NAN;
        assert_int_equal(fit(model, 200, &options, 1 + i, &err), HAR_NUMBERS);
        x[70 * input] = before;
        memcpy(text[i], err.text, sizeof text[i]);
        har_model_free(model);
    }
    assert_string_equal(text[0], "lstm: not finite in epoch 1, batch 2");
    assert_string_equal(text[0], text[1]);
}

static void test_exploding_step(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_model *model = make_model();
    struct har_fit_options options = make_options(64);
    options.adam.learning_rate = 1e30;
    assert_int_equal(fit(model, 200, &options, 2, &err), HAR_NUMBERS);
    assert_non_null(strstr(err.text, "not finite"));
    har_model_free(model);
}

static void test_needs_a_softmax(void **state)
{
    (void)state;
    static const char text[] = "input 6 3\nlstm 4\n";
    struct har_error err = {0};
    struct har_net *net = NULL;
    struct har_batch *batch = NULL;
    struct har_threads *threads = make_threads(1);
    must(har_net_new(&net, text, strlen(text), "test.net", &err), &err);
    assert_int_equal(har_batch_plan(&batch, net, 64, har_kernels_best(), threads, &err), HAR_USAGE);
    har_threads_free(threads);
    har_net_free(net);
}

/* A row's probabilities are the same bits alone, in any company, and at any place in a slice. */
static void check_neighbours(const char *text)
{
    enum { company = 40 };
    static float together[company * classes], shifted[company * classes];
    struct har_error err = {0};
    struct har_model *model = make_model_of(text);
    struct har_threads *threads = make_threads(2);
    must(har_predict(together, model, x, company, har_kernels_best(), threads, &err), &err);
    for (size_t r = 0; r < company; r++) {
        float alone[classes];
        must(har_predict(alone, model, x + r * input, 1, har_kernels_best(), threads, &err), &err);
        assert_memory_equal(alone, together + r * classes, sizeof alone);
    }
    for (size_t shift = 1; shift <= HAR_SLICE; shift++) {
        const size_t count = company - shift;
        must(har_predict(shifted, model, x + shift * input, count, har_kernels_best(), threads,
                         &err),
             &err);
        assert_memory_equal(shifted, together + shift * classes, count * classes * sizeof *shifted);
    }
    har_threads_free(threads);
    har_model_free(model);
}

/* Wide nets too: there a matrix product is cut into tiles, and its tiles differ. */
static void test_prediction_ignores_neighbours(void **state)
{
    (void)state;
    check_neighbours(net_text);
    check_neighbours("input 6 3\nlstm 100\ndense 100 activation=relu\ndense 4 "
                     "activation=softmax\n");
    check_neighbours("input 6 3\nlstm 33 return_sequences=true\nlstm 65\ndense 4 "
                     "activation=softmax\n");
}

static void test_prediction_of_nothing_and_of_nan(void **state)
{
    (void)state;
    float probabilities[classes];
    struct har_error err = {0};
    struct har_model *model = make_model();
    struct har_threads *threads = make_threads(1);
    must(har_predict(NULL, model, NULL, 0, har_kernels_best(), threads, &err), &err);
    float bad[input] = {(float)NAN};
    assert_int_equal(har_predict(probabilities, model, bad, 1, har_kernels_best(), threads, &err),
                     HAR_NUMBERS);
    har_threads_free(threads);
    har_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_agree),
        cmocka_unit_test(test_threads_agree_on_whole_batches),
        cmocka_unit_test(test_adapt),
        cmocka_unit_test(test_seed_and_shuffle_matter),
        cmocka_unit_test(test_it_learns),
        cmocka_unit_test(test_the_callback_can_stop),
        cmocka_unit_test(test_not_finite_is_named),
        cmocka_unit_test(test_exploding_step),
        cmocka_unit_test(test_needs_a_softmax),
        cmocka_unit_test(test_prediction_ignores_neighbours),
        cmocka_unit_test(test_prediction_of_nothing_and_of_nan),
    };
    return cmocka_run_group_tests(tests, fill_rows, NULL);
}
