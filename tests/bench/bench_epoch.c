/* How fast is training? Epochs of the LSTM experiment's net on 7,352 windows of noise, on one
 * thread and on two, in turns with OpenBLAS's own sgemm of 2048 cubed on one core.
 *
 *   bench_epoch [TURNS]
 *
 * Times are the best of the turns. The share of sgemm's rate is by processor time, all threads'
 * together: it tells the truth on a machine that is shared. */
#include "base/memory.h"
#include "base/random.h"
#include "fit/fit.h"
#include "stream/header.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { rows = 7352, input = 128 * 9, classes = 6, size = 2048 };

static const double gflop_epoch = 240;
static const char net_text[] = "input 128 9\nlstm 100\ndropout 0.5\ndense 100 activation=relu\n"
                               "dense 6 activation=softmax\n";

struct timing {
    double wall, processor;
};

static double clock_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct timing now(void)
{
    return (struct timing){clock_seconds(CLOCK_MONOTONIC), clock_seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

/* The least of what was and what passed since START. */
static void keep_best(struct timing *best, struct timing start)
{
    const struct timing end = now();
    best->wall = fmin(best->wall, end.wall - start.wall);
    best->processor = fmin(best->processor, end.processor - start.processor);
}

static void must(enum har_status status, const struct har_error *err)
{
    if (status == HAR_OK)
        return;
    fprintf(stderr, "bench_epoch: %s\n", err->text);
    exit((int)status);
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

static void time_epoch(struct timing *best, const struct har_samples *samples, size_t threads)
{
    struct har_error err = {0};
    struct har_net *net = NULL;
    struct har_model *model = NULL;
    struct har_threads *pool = NULL;
    const struct har_fit_options options = {.epochs = 1,
                                            .batch = 64,
                                            .shuffle = true,
                                            .seed = 1,
                                            .adam = {0.001, 0.9, 0.999, 1e-7},
                                            .kernels = har_kernels_best()};
    must(har_net_new(&net, net_text, strlen(net_text), "net", &err), &err);
    must(har_model_new(&model, net, har_header_new("model", "noise"), 1, &err), &err);
    must(har_threads_new(&pool, threads, &err), &err);
    const struct timing start = now();
    must(har_fit(model, samples, &options, pool, &err), &err);
    keep_best(best, start);
    har_threads_free(pool);
    har_model_free(model);
}

static void time_sgemm(struct timing *best, const float *a, const float *b, float *c)
{
    openblas_set_num_threads(1);
    const struct timing start = now();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, a, size, b, size, 0,
                c, size);
    keep_best(best, start);
}

static void report(const char *what, double gflop, const struct timing *best, double sgemm)
{
    printf("%-22s %6.3f s, %6.3f s of processor time, %6.1f GFLOP/s", what, best->wall,
           best->processor, gflop / best->wall);
    if (sgemm > 0)
        printf(", %.0f %% of sgemm's rate on a core", 100 * gflop / best->processor / sgemm);
    printf("\n");
}

int main(int argc, char **argv)
{
    const size_t turns = argc > 1 ? strtoul(argv[1], NULL, 10) : 3;
    const struct timing never = {HUGE_VAL, HUGE_VAL};
    struct timing sgemm = never, one = never, two = never;
    float *x = noise((size_t)rows * input, 0), *y = har_allocate(rows * classes, sizeof *y);
    float *a = noise(size * size, 1), *b = noise(size * size, 2), *c = noise(size * size, 3);
    if (y == NULL)
        return HAR_SYSTEM;
    for (size_t r = 0; r < rows; r++)
        y[r * classes + r % classes] = 1;
    const struct har_samples samples = {.rows = rows, .x = x, .y = y};
    for (size_t turn = 0; turn < turns; turn++) {
        time_epoch(&one, &samples, 1);
        for (size_t i = 0; i < 5; i++)
            time_sgemm(&sgemm, a, b, c);
        time_epoch(&two, &samples, 2);
    }
    const double gflop_sgemm = 2.0 * size * size * size * 1e-9;
    const double rate = gflop_sgemm / sgemm.processor;
    printf("kernels: %s\n", har_kernels_best()->name);
    report("sgemm 2048^3", gflop_sgemm, &sgemm, 0);
    report("epoch on one thread", gflop_epoch, &one, rate);
    report("epoch on two threads", gflop_epoch, &two, rate);
    free(x);
    free(y);
    free(a);
    free(b);
    free(c);
    return HAR_OK;
}
