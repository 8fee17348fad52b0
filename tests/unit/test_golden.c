/* Values that Keras gave, for every folder of tests/golden (tests/golden/make_golden.py):
 * predictions, loss, gradients, and weights after ten Adam steps. */
#include "base/memory.h"
#include "fit/batch.h"
#include "fit/targets.h"
#include "stream/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct har_threads *threads;

struct golden {
    struct har_model *initial, *gradients, *trained;
    size_t rows, input, classes;
    float *x, *y, *before, *after;
};

static void must(enum har_status status, const struct har_error *err)
{
    if (status != HAR_OK)
        fail_msg("%s", err->text);
}

static struct har_model *load_model(const char *folder, const char *file)
{
    char path[256];
    struct har_error err = {0};
    struct har_model *model = NULL;
    uint32_t crc;
    snprintf(path, sizeof path, "tests/golden/%s/%s.har", folder, file);
    must(har_model_load(&model, &crc, path, &err), &err);
    return model;
}

static float *floats(const struct har_frame *frame, const char *name, size_t count)
{
    const struct har_tensor *tensor = har_frame_find(frame, name);
    float *values = har_allocate(count, sizeof *values);
    assert_non_null(tensor);
    assert_int_equal(har_tensor_count(tensor), count);
    har_tensor_floats(values, tensor, 0, count);
    return values;
}

static void take_rows(struct golden *golden, const struct har_frame *frame)
{
    struct har_error err = {0};
    const struct har_tensor *y = har_frame_find(frame, "y");
    golden->rows = frame->rows;
    assert_true(har_shape_size(&golden->input, &golden->initial->net->input));
    golden->classes = golden->initial->net->output.dim[0];
    golden->x = floats(frame, "x", golden->rows * golden->input);
    golden->before = floats(frame, "before", golden->rows * golden->classes);
    golden->after = floats(frame, "after", golden->rows * golden->classes);
    golden->y = har_allocate(golden->rows * golden->classes, sizeof *golden->y);
    for (size_t r = 0; r < golden->rows; r++) {
        int64_t class;
        must(har_tensor_integers(&class, y, r, 1, &err), &err);
        golden->y[r * golden->classes + (size_t) class] = 1;
    }
}

static struct golden load(const char *folder)
{
    struct golden golden = {.initial = load_model(folder, "initial"),
                            .gradients = load_model(folder, "gradients"),
                            .trained = load_model(folder, "trained")};
    char path[256];
    struct har_error err = {0};
    struct har_reader *reader = NULL;
    snprintf(path, sizeof path, "tests/golden/%s/windows.har", folder);
    char *const files[] = {path};
    must(har_reader_new(&reader, files, 1, &err), &err);
    enum har_item item;
    do {
        must(har_reader_next(&item, reader, &err), &err);
        if (item == HAR_ITEM_DATA)
            take_rows(&golden, har_reader_frame(reader));
    } while (item != HAR_ITEM_EOF);
    har_reader_free(reader);
    return golden;
}

static void release(struct golden *golden)
{
    har_model_free(golden->initial);
    har_model_free(golden->gradients);
    har_model_free(golden->trained);
    free(golden->x);
    free(golden->y);
    free(golden->before);
    free(golden->after);
}

/* max|a - b| <= tolerance max|b| */
static void check_close(const float *a, const float *b, size_t count, double tolerance,
                        const char *what)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        difference = fmax(difference, fabs((double)a[i] - (double)b[i]));
        size = fmax(size, fabs((double)b[i]));
        assert_true(isfinite(a[i]));
    }
    if (difference > tolerance * size)
        fail_msg("%s: differ by %g of %g", what, difference, size);
}

static void check_weights(const struct har_net *net, const float *a, const float *b)
{
    for (size_t i = 0; i < har_net_weight_count(net); i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(net, i, name);
        check_close(a + weight->offset, b + weight->offset, weight->size, 1e-4, name);
    }
}

static void check_predictions(const struct har_model *model, const struct golden *golden,
                              const float *expected, double tolerance)
{
    struct har_error err = {0};
    const size_t count = golden->rows * golden->classes;
    float *probabilities = har_allocate(count, sizeof *probabilities);
    must(har_predict(probabilities, model, golden->x, golden->rows, har_kernels_best(), threads,
                     &err),
         &err);
    check_close(probabilities, expected, count, tolerance, "probabilities");
    free(probabilities);
}

static void test_predictions(void **state)
{
    struct golden golden = load(*state);
    check_predictions(golden.initial, &golden, golden.before, 1e-5);
    check_predictions(golden.trained, &golden, golden.after, 1e-5);
    release(&golden);
}

static void take_batch(void *state, struct har_arena *arena)
{
    har_batch_take(state, arena);
}

static void test_loss_and_gradients(void **state)
{
    struct golden golden = load(*state);
    struct har_error err = {0};
    struct har_loss loss = {0};
    struct har_batch *batch = NULL;
    const struct har_net *net = golden.initial->net;
    const struct har_samples samples = {.rows = golden.rows, .x = golden.x, .y = golden.y};
    size_t *order = har_allocate(golden.rows, sizeof *order);
    for (size_t r = 0; r < golden.rows; r++)
        order[r] = r;
    const struct har_batch_rows rows = {.samples = &samples,
                                        .order = order,
                                        .rows = golden.rows,
                                        .weights = golden.initial->weights};
    har_real *gradient = har_allocate(net->weights, sizeof *gradient);
    struct har_arena arena;
    must(har_batch_plan(&batch, net, golden.rows, har_kernels_best(), threads, &err), &err);
    assert_true(har_arena_open(&arena, take_batch, batch));
    must(har_batch_run(batch, gradient, &loss, &rows, &err), &err);
    check_weights(net, gradient, golden.gradients->weights);
    const double expected = har_header_number(golden.gradients->header, "loss", NAN);
    assert_true(fabs(loss.loss / (double)loss.rows - expected) <= 1e-5 * expected);
    har_batch_free(batch);
    har_arena_close(&arena);
    free(gradient);
    free(order);
    release(&golden);
}

static enum har_status check_epoch(void *arg, const struct har_epoch *epoch, struct har_error *err)
{
    (void)err;
    const json_t *expected = arg;
    const double loss = json_real_value(json_array_get(expected, epoch->number - 1));
    assert_true(fabs(epoch->loss - loss) <= 1e-5 * loss);
    return HAR_OK;
}

/* The targets and weights that HEADER's options make of the rows'; the weights are the caller's. */
static double *make_targets(struct golden *golden, const json_t *header)
{
    struct har_error err = {0};
    const struct har_targets targets = {
        .class_weights = har_header_text(header, "class_weights", NULL),
        .label_smoothing = har_header_number(header, "label_smoothing", 0)};
    int32_t *class = har_allocate(golden->rows, sizeof *class);
    double *weight;
    for (size_t r = 0; r < golden->rows; r++)
        class[r] = (int32_t)har_argmax(golden->y + r * golden->classes, golden->classes);
    har_targets_fill(golden->y, &targets, class, golden->rows, golden->classes);
    must(har_targets_weights(&weight, &targets, class, golden->rows, golden->classes, &err), &err);
    free(class);
    return weight;
}

static struct har_schedule schedule_of(const json_t *header)
{
    struct har_error err = {0};
    struct har_schedule schedule = {0};
    const char *text = har_header_text(header, "schedule", NULL);
    if (text != NULL)
        must(har_schedule_read(&schedule, text, "schedule", &err), &err);
    return schedule;
}

static void test_ten_steps(void **state)
{
    struct golden golden = load(*state);
    struct har_error err = {0};
    const json_t *header = golden.trained->header;
    double *weight = make_targets(&golden, header);
    const struct har_samples samples = {
        .rows = golden.rows, .x = golden.x, .y = golden.y, .weight = weight};
    const struct har_fit_options options = {
        .epochs = (size_t)har_header_number(header, "epochs", 0),
        .batch = (size_t)har_header_number(header, "batch", 0),
        .adam = {0.001, 0.9, 0.999, 1e-7},
        .schedule = schedule_of(header),
        .clip_norm = har_header_number(header, "clip_norm", 0),
        .clip_value = har_header_number(header, "clip_value", 0),
        .weight_decay = har_header_number(header, "weight_decay", 0),
        .l2 = har_header_number(header, "l2", 0),
        .kernels = har_kernels_best(),
        .on_epoch = check_epoch,
        .arg = json_object_get(header, "losses"),
    };
    must(har_fit(golden.initial, &samples, &options, threads, &err), &err);
    check_weights(golden.initial->net, golden.initial->weights, golden.trained->weights);
    check_predictions(golden.initial, &golden, golden.after, 1e-4);
    free(weight);
    release(&golden);
}

static const struct CMUnitTest checks[] = {
    cmocka_unit_test(test_predictions),
    cmocka_unit_test(test_loss_and_gradients),
    cmocka_unit_test(test_ten_steps),
};
enum { check_count = sizeof checks / sizeof *checks };

/* CHECK of the folder that holds the file at PATH. */
static struct CMUnitTest test_of(struct CMUnitTest check, const char *path)
{
    const char *folder = path + strlen("tests/golden/");
    const int length = (int)(strchr(folder, '/') - folder);
    char *name, *state;
    assert_true(asprintf(&state, "%.*s", length, folder) > 0);
    assert_true(asprintf(&name, "%s: %s", check.name, state) > 0);
    return (struct CMUnitTest){name, check.test_func, NULL, NULL, state};
}

int main(void)
{
    glob_t found;
    if (glob("tests/golden/*/net", 0, NULL, &found) != 0)
        return 1;
    struct har_error err = {0};
    const size_t count = found.gl_pathc * check_count;
    struct CMUnitTest *tests = har_allocate(count, sizeof *tests);
    must(har_threads_new(&threads, 2, &err), &err);
    for (size_t i = 0; i < count; i++)
        tests[i] = test_of(checks[i % check_count], found.gl_pathv[i / check_count]);
    const int failed = _cmocka_run_group_tests("golden", tests, count, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        free((void *)tests[i].name);
        free(tests[i].initial_state);
    }
    har_threads_free(threads);
    free(tests);
    globfree(&found);
    return failed;
}
