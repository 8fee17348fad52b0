/* MiniRocket's features, as many steps side by side as a vector holds; compiled once per
 * instruction set. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include <math.h>
#include <string.h>

#if defined __AVX512F__
enum { LANES = HAR_ROCKET_LANES };
#elif defined __AVX2__
enum { LANES = HAR_ROCKET_LANES / 2 };
#else
enum { LANES = HAR_ROCKET_LANES / 4 };
#endif
typedef float lanes __attribute__((vector_size(LANES * 4)));
typedef int32_t counts __attribute__((vector_size(LANES * 4)));
typedef int32_t quarter __attribute__((vector_size(16)));

static inline lanes load(const float *x)
{
    lanes v;
    memcpy(&v, x, sizeof v);
    return v;
}

static inline void store(float *x, lanes v)
{
    memcpy(x, &v, sizeof v);
}

static inline int32_t sum_of(counts n)
{
    quarter part[LANES / 4], sum;
    memcpy(part, &n, sizeof n);
    sum = part[0];
    for (size_t i = 1; i < LANES / 4; i++)
        sum += part[i];
    return sum[0] + sum[1] + sum[2] + sum[3];
}

/* What is computed once a window, a dilation or a combination. All lie in the scratch and go on to
 * a vector's end; planes have margins of zeros on both sides. */
struct places {
    const struct har_rocket *shape;
    size_t plane, steps; /* from one plane, or one of the others, to the next */
    float *x, *s;        /* planes: each channel, and S */
    float *a, *sum;      /* A of each channel, and of S */
    float *c;            /* outputs that are counted */
};

static struct places places_of(const struct har_rocket *shape, float *scratch)
{
    const size_t margin = har_rocket_margin(shape), channels = shape->channels;
    const size_t steps = (shape->steps + LANES - 1) / LANES * LANES;
    struct places p = {.shape = shape, .plane = steps + 2 * margin, .steps = steps};
    memset(scratch, 0, (channels + 1) * p.plane * sizeof *scratch);
    p.x = scratch + margin;
    p.s = p.x + channels * p.plane;
    p.a = scratch + (channels + 1) * p.plane;
    p.sum = p.a + channels * steps;
    p.c = p.sum + steps + LANES;
    return p;
}

static void turn(const struct places *p, const float *x)
{
    const size_t channels = p->shape->channels;
    for (size_t c = 0; c < channels; c++)
        for (size_t t = 0; t < p->shape->steps; t++)
            p->x[c * p->plane + t] = x[t * channels + c];
}

/* A of each channel */
static void sum_places(const struct places *p, size_t dilation)
{
    for (size_t c = 0; c < p->shape->channels; c++) {
        const float *x = p->x + c * p->plane - HAR_ROCKET_LENGTH / 2 * dilation;
        for (size_t t = 0; t < p->steps; t += LANES) {
            lanes sum = {0};
            for (size_t j = 0; j < HAR_ROCKET_LENGTH; j++)
                sum -= load(x + t + j * dilation);
            store(p->a + c * p->steps + t, sum);
        }
    }
}

/* S, and A of it, of the COUNT channels TAKEN; added to what is there, if there is something. */
static void mix_some(const struct places *p, const float *weights, const size_t *taken,
                     size_t count, bool more)
{
    for (size_t t = 0; t < p->steps; t += LANES) {
        lanes s = {0}, a = {0};
        if (more) {
            s = load(p->s + t);
            a = load(p->sum + t);
        }
        for (size_t k = 0; k < count; k++) {
            const size_t c = taken[k];
            s += weights[c] * load(p->x + c * p->plane + t);
            a += weights[c] * load(p->a + c * p->steps + t);
        }
        store(p->s + t, s);
        store(p->sum + t, a);
    }
}

static void mix(const struct places *p, const float *weights)
{
    enum { together = 32 };
    size_t taken[together], count = 0;
    bool more = false;
    for (size_t c = 0; c < p->shape->channels; c++) {
        taken[count] = c;
        count += weights[c] != 0;
        if (count == together) {
            mix_some(p, weights, taken, count, more);
            more = true;
            count = 0;
        }
    }
    if (count > 0 || !more)
        mix_some(p, weights, taken, count, more);
}

/* The COUNT outputs of combination NUMBER from step FIRST on, to a vector's end with -infinity. */
static void combine(const struct places *p, size_t number, size_t first, size_t count)
{
    const unsigned char *place = har_rocket_places[number % HAR_ROCKET_KERNELS];
    const size_t dilation = p->shape->dilation[number / HAR_ROCKET_KERNELS];
    const float *s = p->s + first - HAR_ROCKET_LENGTH / 2 * dilation, *a = p->sum + first;
    const float *i = s + place[0] * dilation, *j = s + place[1] * dilation;
    const float *l = s + place[2] * dilation;
    for (size_t t = 0; t < count; t += LANES)
        store(p->c + t, 3 * (load(i + t) + load(j + t) + load(l + t)) + load(a + t));
    for (size_t t = count; t % LANES != 0; t++)
        p->c[t] = -INFINITY;
}

/* Of four biases at a time, so that their counts are added up side by side. */
enum { BIASES = 4 };

static void count_above(int32_t above[BIASES], const float *c, size_t count, const float *bias)
{
    counts n[BIASES] = {{0}};
    for (size_t t = 0; t < count; t += LANES) {
        const lanes v = load(c + t);
        for (size_t i = 0; i < BIASES; i++)
            n[i] -= v > bias[i];
    }
    for (size_t i = 0; i < BIASES; i++)
        above[i] = sum_of(n[i]);
}

static void shares(float *y, const float *c, size_t count, const float *biases, size_t some,
                   float share)
{
    float bias[BIASES] = {0};
    int32_t above[BIASES];
    memcpy(bias, biases, some * sizeof *bias);
    count_above(above, c, count, bias);
    for (size_t i = 0; i < some; i++)
        y[i] = (float)above[i] * share;
}

void ISA_NAME(har_rocket_features)(float *y, const float *x, const float *weights,
                                   const float *biases, const struct har_rocket *shape,
                                   float *scratch)
{
    const struct places p = places_of(shape, scratch);
    turn(&p, x);
    for (size_t n = 0; n < shape->dilations * HAR_ROCKET_KERNELS; n++) {
        const size_t dilation = n / HAR_ROCKET_KERNELS, some = shape->biases[dilation];
        const size_t first = har_rocket_uncounted(shape, n), count = shape->steps - 2 * first;
        const float share = 1 / (float)count;
        if (n % HAR_ROCKET_KERNELS == 0)
            sum_places(&p, shape->dilation[dilation]);
        mix(&p, weights + n * shape->channels);
        combine(&p, n, first, count);
        for (size_t i = 0; i < some; i += BIASES)
            shares(y + i, p.c, count, biases + i, some - i < BIASES ? some - i : BIASES, share);
        y += some;
        biases += some;
    }
}

#endif
