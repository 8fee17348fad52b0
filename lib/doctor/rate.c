#include "doctor/rate.h"

#include "base/memory.h"
#include "base/order.h"

#include <cblas.h>
#include <stdlib.h>
#include <time.h>

enum { size = 400, turns = 21 };

/* C (size, size) = A B, by KERNELS or, where they are NULL, by OpenBLAS. */
struct product {
    const struct har_kernels *kernels;
    float *a, *b, *c, *packed;
};

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void multiply(const struct product *p)
{
    const struct har_product shape = {
        .m = size, .n = size, .k = size, .rows = har_rows_of(size), .ldc = size};
    if (p->kernels != NULL)
        p->kernels->product(p->c, p->a, p->packed, &shape);
    else
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size, size, size, 1, p->a, size,
                    p->b, size, 0, p->c, size);
}

static double measure(const struct product *p)
{
    double seconds[turns];
    multiply(p);
    for (size_t i = 0; i < turns; i++) {
        const double start = processor_seconds();
        multiply(p);
        seconds[i] = processor_seconds() - start;
    }
    har_sort(seconds, turns);
    return 2e-9 * size * size * size / seconds[turns / 2];
}

static enum har_status rate_of(double *rate, const struct har_kernels *kernels,
                               struct har_error *err)
{
    const struct har_packing packing = {
        .taps = 1, .k = size, .n = size, .k_step = size, .n_step = 1};
    struct product p = {.kernels = kernels};
    size_t packed = 0;
    float *all = har_packed_size(&packed, 1, size, size)
                     ? har_allocate_aligned(3 * size * size + packed, sizeof *all)
                     : NULL;
    if (all == NULL)
        return har_fail_memory(err);
    p.a = all;
    p.b = p.a + size * size;
    p.c = p.b + size * size;
    p.packed = p.c + size * size;
    for (size_t i = 0; i < 2 * size * size; i++)
        all[i] = (float)(i % 7) - 3;
    if (kernels != NULL)
        kernels->pack(p.packed, p.b, &packing, &(struct har_block){0, 0, packing.k, 0, packing.n});
    *rate = measure(&p);
    free(all);
    return HAR_OK;
}

enum har_status har_rate_own(double *rate, const struct har_kernels *kernels, struct har_error *err)
{
    return rate_of(rate, kernels, err);
}

enum har_status har_rate_openblas(double *rate, struct har_error *err)
{
    openblas_set_num_threads(1);
    return rate_of(rate, NULL, err);
}
