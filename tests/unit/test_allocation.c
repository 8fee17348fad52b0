/* No memory is taken from the system while batches are in work: all is planned before. The linker
 * leads this program's calls of malloc and its kin here (--wrap, tests.mk). */
#include "base/memory.h"
#include "fit/batch.h"
#include "nn/net_file.h"
#include "stream/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static atomic_size_t calls, bytes, large;

static void note(size_t size)
{
    atomic_fetch_add(&calls, 1);
    atomic_fetch_add(&bytes, size);
    atomic_fetch_add(&large, size >= 4096);
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
int __real_posix_memalign(void **block, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
int __wrap_posix_memalign(void **block, size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    note(size);
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    note(count * size);
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    note(size);
    return __real_realloc(block, size);
}

int __wrap_posix_memalign(void **block, size_t alignment, size_t size)
{
    note(size);
    return __real_posix_memalign(block, alignment, size);
}

/* The published nets, and the text of one that needs the whole batch. */
static const char *const nets[] = {
    "pipelines/nets/lstm.net",
    "pipelines/nets/cnn-lstm.net",
    "pipelines/nets/conv-lstm.net",
    ("input 128 9\nconv1d 8 kernel_size=3\nbatch_normalization\nactivation relu\n"
     "global_average_pooling1d\ndense 6 activation=softmax\n"),
};
enum { net_count = sizeof nets / sizeof *nets, rows = 70, input = 128 * 9, classes = 6 };

static float x[rows * input], y[rows * classes];
static double weight[rows];
static const struct har_samples samples = {.rows = rows, .x = x, .y = y, .weight = weight};

static int fill_rows(void **state)
{
    (void)state;
    const struct har_random random = {5, HAR_RANDOM_NOISE, 0, 0};
    for (size_t i = 0; i < rows * input; i++)
        x[i] = (float)har_random_normal(&random, i);
    for (size_t r = 0; r < rows; r++) {
        y[r * classes + r % classes] = 1;
        weight[r] = 1;
    }
    return 0;
}

static void must(enum har_status status, const struct har_error *err)
{
    if (status != HAR_OK)
        fail_msg("%s", err->text);
}

struct setting {
    struct har_model *model;
    struct har_threads *threads;
};

static struct setting begin(const char *name)
{
    const bool is_text = strchr(name, '\n') != NULL;
    struct har_error err = {0};
    struct har_net *net = NULL;
    struct setting s = {0};
    must(is_text ? har_net_new(&net, name, strlen(name), "test.net", &err)
                 : har_net_read(&net, name, &err),
         &err);
    must(har_model_new(&s.model, net, har_header_new("model", "test"), 3, &err), &err);
    must(har_threads_new(&s.threads, 3, &err), &err);
    return s;
}

static void end(struct setting *s)
{
    har_model_free(s->model);
    har_threads_free(s->threads);
}

/* Calls so far at the end of an epoch. */
static enum har_status note_calls(void *arg, const struct har_epoch *epoch, struct har_error *err)
{
    (void)err;
    size_t *seen = arg;
    seen[epoch->number] = atomic_load(&calls);
    return HAR_OK;
}

static void note_plan(void *arg, size_t planned)
{
    size_t *seen = arg;
    seen[0] = planned;
    seen[4] = atomic_load(&calls);
    seen[5] = atomic_load(&bytes);
    seen[6] = atomic_load(&large);
}

/* From the plan to the last epoch's end; with all that a step can have. */
static void test_training(void **state)
{
    (void)state;
    for (size_t n = 0; n < net_count; n++) {
        struct setting s = begin(nets[n]);
        struct har_error err = {0};
        size_t seen[7] = {0};
        const struct har_fit_options options = {.epochs = 3,
                                                .batch = 32,
                                                .shuffle = true,
                                                .seed = 9,
                                                .adam = {0.001, 0.9, 0.999, 1e-7},
                                                .clip_norm = 1,
                                                .clip_value = 1,
                                                .weight_decay = 0.01,
                                                .l2 = 0.01,
                                                .kernels = har_kernels_best(),
                                                .on_plan = note_plan,
                                                .on_epoch = note_calls,
                                                .arg = seen};
        const size_t before = atomic_load(&bytes), large_before = atomic_load(&large);
        must(har_fit(s.model, &samples, &options, s.threads, &err), &err);
        for (size_t epoch = 1; epoch <= 3; epoch++)
            assert_int_equal(seen[epoch], seen[4]);
        /* The arena, and the moments that a checkpoint keeps. */
        assert_in_range(seen[6] - large_before, 1, 2);
        /* The plan is what was taken, but for what is small: lists of layers, roundings. */
        assert_in_range(seen[0], (seen[5] - before) / 100 * 98, seen[5] - before);
        end(&s);
    }
}

static void test_prediction(void **state)
{
    (void)state;
    static float probabilities[rows * classes];
    for (size_t n = 0; n < net_count; n++) {
        struct setting s = begin(nets[n]);
        struct har_error err = {0};
        struct har_predictor *predictor = NULL;
        must(har_predictor_new(&predictor, s.model, har_kernels_best(), s.threads, &err), &err);
        const size_t before = atomic_load(&calls);
        must(har_predictor_run(predictor, probabilities, x, rows, &err), &err);
        must(har_predictor_run(predictor, probabilities, x, 1, &err), &err);
        assert_int_equal(atomic_load(&calls), before);
        har_predictor_free(predictor);
        end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_training),
        cmocka_unit_test(test_prediction),
    };
    return cmocka_run_group_tests(tests, fill_rows, NULL);
}
