/* Times the published nets on noise of UCI HAR's shape, one measurement for each line on stdin, so
 * that whoever asks can take turns (bench.py):
 *
 *   bench_nets [ROWS]       rows of an epoch, 7352 if not given
 *   about NET               floating-point operations of an epoch and of a prediction; the kernels
 *   sgemm THREADS           OpenBLAS's product of 2048 cubed
 *   epoch NET THREADS       an epoch of training, batches of 64: the second, as the first one meets
 *                           memory for the first time
 *   predict NET THREADS     2947 rows
 *   window NET              one row, on one thread: the median of many
 *
 * NET is a file. Each line is answered by one of JSON: seconds, and those of processor time of all
 * threads together. */
#include "flop.h"

#include "base/memory.h"
#include "base/random.h"
#include "fit/fit.h"
#include "nn/net_file.h"
#include "stream/header.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { predicted = 2947, windows = 300, warm = 20, size = 2048, products = 3 };

struct bench {
    size_t rows, inputs, classes;
    float *x, *y;     /* (rows, inputs), (rows, classes) */
    float *a, *b, *c; /* of sgemm */
};

static void must(enum har_status status, const struct har_error *err)
{
    if (status == HAR_OK)
        return;
    fprintf(stderr, "bench_nets: %s\n", err->text);
    exit((int)status);
}

struct timing {
    double wall, processor;
};

static double read_clock(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static struct timing now(void)
{
    return (struct timing){read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_PROCESS_CPUTIME_ID)};
}

static struct timing since(struct timing start)
{
    const struct timing end = now();
    return (struct timing){end.wall - start.wall, end.processor - start.processor};
}

static float *noise(size_t count, uint16_t place)
{
    const struct har_random random = {1, HAR_RANDOM_NOISE, place, 0};
    float *values = har_allocate_aligned(count, sizeof *values);
    if (values == NULL)
        exit(HAR_SYSTEM);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)(har_random_uniform(&random, i) - 0.5);
    return values;
}

static void answer(json_t *object)
{
    if (object == NULL || json_dumpf(object, stdout, JSON_COMPACT) != 0)
        exit(HAR_SYSTEM);
    json_decref(object);
    putchar('\n');
    fflush(stdout);
}

static void answer_time(struct timing passed, double times)
{
    answer(json_pack("{s:f, s:f}", "seconds", passed.wall / times, "processor",
                     passed.processor / times));
}

/* ---- a net and its rows ---- */

static struct har_model *model_of(const char *file)
{
    struct har_error err = {0};
    struct har_net *net = NULL;
    struct har_model *model = NULL;
    must(har_net_read(&net, file, &err), &err);
    must(har_model_new(&model, net, har_header_new("model", "noise"), 1, &err), &err);
    return model;
}

static size_t reals(const struct har_shape *shape)
{
    size_t count;
    return har_shape_size(&count, shape) ? count : 0;
}

/* Rows for NET; those of an earlier one stay where they fit. */
static void make_rows(struct bench *bench, const struct har_net *net)
{
    const size_t inputs = reals(&net->input), classes = reals(&net->output);
    const size_t rows = bench->rows > predicted ? bench->rows : predicted;
    if (inputs == bench->inputs && classes == bench->classes)
        return;
    free(bench->x);
    free(bench->y);
    bench->inputs = inputs;
    bench->classes = classes;
    bench->x = noise(rows * inputs, 0);
    bench->y = har_allocate(rows * classes, sizeof *bench->y);
    if (bench->y == NULL)
        exit(HAR_SYSTEM);
    for (size_t r = 0; r < rows; r++)
        bench->y[r * classes + r % classes] = 1;
}

static const struct har_kernels *kernels(void)
{
    struct har_error err = {0};
    const struct har_kernels *kernels = NULL;
    must(har_kernels_find(&kernels, NULL, &err), &err);
    return kernels;
}

/* ---- the measurements ---- */

static void about(struct bench *bench, const char *file)
{
    struct har_model *model = model_of(file);
    const struct flop flop = flop_of_row(model->net);
    const char *type = getenv("OPENBLAS_CORETYPE");
    answer(json_pack("{s:f, s:f, s:i, s:s, s:s, s:s, s:s?}", "epoch",
                     flop.train * (double)bench->rows, "predict", flop.predict * predicted,
                     "parameters", (int)model->net->weights, "kernels", kernels()->name, "openblas",
                     openblas_get_config(), "core", openblas_get_corename(), "OPENBLAS_CORETYPE",
                     type));
    har_model_free(model);
}

/* OpenBLAS's threads look for more work for 25 ms before they sleep, which isn't to slow down what
 * is timed next. */
static void let_sleep(void)
{
    const struct timespec pause = {0, 100 * 1000 * 1000};
    nanosleep(&pause, NULL);
}

static void time_sgemm(struct bench *bench, int threads)
{
    if (bench->a == NULL) {
        bench->a = noise(size * size, 1);
        bench->b = noise(size * size, 2);
        bench->c = noise(size * size, 3);
    }
    openblas_set_num_threads(threads);
    const struct timing start = now();
    for (int i = 0; i < products; i++)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, bench->a, size,
                    bench->b, size, 0, bench->c, size);
    const struct timing passed = since(start);
    let_sleep();
    answer_time(passed, products);
}

/* Starts the clock of the next epoch. */
static enum har_status on_epoch(void *arg, const struct har_epoch *epoch, struct har_error *err)
{
    (void)err;
    if (!epoch->last)
        *(struct timing *)arg = now();
    return HAR_OK;
}

static void time_epoch(struct bench *bench, const char *file, size_t threads)
{
    struct har_error err = {0};
    struct har_model *model = model_of(file);
    struct har_threads *pool = NULL;
    struct timing start = {0};
    make_rows(bench, model->net);
    const struct har_samples samples = {.rows = bench->rows, .x = bench->x, .y = bench->y};
    const struct har_fit_options options = {.epochs = 2,
                                            .batch = 64,
                                            .shuffle = true,
                                            .seed = 1,
                                            .adam = {0.001, 0.9, 0.999, 1e-7},
                                            .kernels = kernels(),
                                            .on_epoch = on_epoch,
                                            .arg = &start};
    must(har_threads_new(&pool, threads, &err), &err);
    must(har_fit(model, &samples, &options, pool, &err), &err);
    answer_time(since(start), 1);
    har_threads_free(pool);
    har_model_free(model);
}

struct prediction {
    struct har_model *model;
    struct har_threads *threads;
    struct har_predictor *predictor;
    float *probabilities;
};

static struct prediction begin_prediction(struct bench *bench, const char *file, size_t threads)
{
    struct har_error err = {0};
    struct prediction p = {.model = model_of(file)};
    make_rows(bench, p.model->net);
    must(har_threads_new(&p.threads, threads, &err), &err);
    must(har_predictor_new(&p.predictor, p.model, kernels(), p.threads, &err), &err);
    p.probabilities = har_allocate(predicted * bench->classes, sizeof *p.probabilities);
    if (p.probabilities == NULL)
        exit(HAR_SYSTEM);
    return p;
}

/* ROWS rows from X on. */
static struct timing predict(const struct prediction *p, const float *x, size_t rows)
{
    struct har_error err = {0};
    const struct timing start = now();
    must(har_predictor_run(p->predictor, p->probabilities, x, rows, &err), &err);
    return since(start);
}

static void end_prediction(struct prediction *p)
{
    free(p->probabilities);
    har_predictor_free(p->predictor);
    har_threads_free(p->threads);
    har_model_free(p->model);
}

static void time_predict(struct bench *bench, const char *file, size_t threads)
{
    struct prediction p = begin_prediction(bench, file, threads);
    (void)predict(&p, bench->x, predicted); /* memory is touched */
    answer_time(predict(&p, bench->x, predicted), 1);
    end_prediction(&p);
}

static int by_wall(const void *a, const void *b)
{
    const double x = ((const struct timing *)a)->wall, y = ((const struct timing *)b)->wall;
    return (x > y) - (x < y);
}

static void time_window(struct bench *bench, const char *file)
{
    struct prediction p = begin_prediction(bench, file, 1);
    struct timing passed[windows];
    for (size_t i = 0; i < warm; i++)
        (void)predict(&p, bench->x, 1);
    for (size_t i = 0; i < windows; i++)
        passed[i] = predict(&p, bench->x + i * bench->inputs, 1);
    qsort(passed, windows, sizeof *passed, by_wall);
    answer_time(passed[windows / 2], 1);
    end_prediction(&p);
}

static bool run(struct bench *bench, const char *line)
{
    char file[4096];
    int threads;
    if (sscanf(line, "about %4095s", file) == 1)
        about(bench, file);
    else if (sscanf(line, "sgemm %d", &threads) == 1)
        time_sgemm(bench, threads);
    else if (sscanf(line, "epoch %4095s %d", file, &threads) == 2)
        time_epoch(bench, file, (size_t)threads);
    else if (sscanf(line, "predict %4095s %d", file, &threads) == 2)
        time_predict(bench, file, (size_t)threads);
    else if (sscanf(line, "window %4095s", file) == 1)
        time_window(bench, file);
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    struct bench bench = {.rows = argc > 1 ? strtoul(argv[1], NULL, 10) : 7352};
    char line[8192];
    while (fgets(line, sizeof line, stdin) != NULL)
        if (!run(&bench, line)) {
            fprintf(stderr, "bench_nets: can't do: %s", line);
            return HAR_USAGE;
        }
    free(bench.x);
    free(bench.y);
    free(bench.a);
    free(bench.b);
    free(bench.c);
    return HAR_OK;
}
