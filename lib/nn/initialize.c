/* The values that weights start with, as Keras's initializers give them. */
#include "base/elementary.h"
#include "base/memory.h"
#include "nn/net.h"

#include <math.h>
#include <stdlib.h>

/* Keras: uniform in +-sqrt(6 / (fan_in + fan_out)). */
static void glorot_uniform(har_real *value, const struct har_weight *weight,
                           const struct har_random *random)
{
    const double limit = sqrt(6.0 / ((double)weight->fan_in + (double)weight->fan_out));
    for (size_t i = 0; i < weight->size; i++)
        value[i] = (har_real)((2 * har_random_uniform(random, i) - 1) * limit);
}

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum = fma(a[i], b[i], sum);
    return sum;
}

/* column -= factor v (v . column), a reflection where factor = 2 / (v . v) */
static void reflect(double *column, const double *v, size_t count, double factor)
{
    const double along = factor * dot(v, column, count);
    for (size_t i = 0; i < count; i++)
        column[i] = fma(-along, v[i], column[i]);
}

/* Householder: overwrites the columns of A (n columns of m values) by the reflectors, whose first
 * k values are unused; DIAGONAL becomes that of R. */
static void factorize(double *a, double *factor, double *diagonal, size_t m, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        double *v = a + k * m + k;
        const double norm = sqrt(dot(v, v, m - k));
        diagonal[k] = v[0] > 0 ? -norm : norm;
        v[0] -= diagonal[k];
        const double square = dot(v, v, m - k);
        factor[k] = square > 0 ? 2 / square : 0;
        for (size_t j = k + 1; j < n; j++)
            reflect(a + j * m + k, v, m - k, factor[k]);
    }
}

/* Column J of Q, times the sign of R's diagonal. */
static void orthogonal_column(double *q, const double *a, const double *factor,
                              const double *diagonal, size_t m, size_t j)
{
    for (size_t i = 0; i < m; i++)
        q[i] = 0;
    q[j] = diagonal[j] < 0 ? -1 : 1;
    for (size_t k = j + 1; k-- > 0;)
        reflect(q + k, a + k * m + k, m - k, factor[k]);
}

/* Keras: Q of a normal matrix (max(r,c), min(r,c)), transposed where r < c. */
static enum har_status orthogonal(har_real *value, const struct har_weight *weight,
                                  const struct har_random *random, struct har_error *err)
{
    const size_t cols = weight->shape.dim[weight->shape.rank - 1], rows = weight->size / cols;
    const size_t m = rows > cols ? rows : cols, n = rows > cols ? cols : rows;
    double *a = har_allocate(m * n, sizeof *a), *more = har_allocate(m + 2 * n, sizeof *more);
    if (a == NULL || more == NULL) {
        free(a);
        free(more);
        return har_fail_memory(err);
    }
    double *q = more, *factor = more + m, *diagonal = factor + n;
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < m; i++)
            a[j * m + i] = har_random_normal(random, i * n + j);
    factorize(a, factor, diagonal, m, n);
    for (size_t j = 0; j < n; j++) {
        orthogonal_column(q, a, factor, diagonal, m, j);
        for (size_t i = 0; i < m; i++)
            value[rows < cols ? j * m + i : i * n + j] = (har_real)q[i];
    }
    free(a);
    free(more);
    return HAR_OK;
}

/* The authors of MiniRocket: 2^u of the channels, rounded down, where 2^u is less than 1 + the
 * number of channels, but 10 at most. A row's first number is for u; then each channel is taken as
 * often as those that are wanted still are of those that are left. */
static void channel_sets(har_real *value, const struct har_weight *weight,
                         const struct har_random *random)
{
    const size_t channels = weight->shape.dim[1], most = channels < 9 ? channels : 9;
    for (size_t first = 0; first < weight->size; first += channels) {
        const uint64_t at = first / channels * (channels + 1);
        const double u = har_random_uniform(random, at) * har_log((double)most + 1);
        size_t wanted = (size_t)har_exp(u);
        wanted = wanted > most ? most : wanted;
        for (size_t c = 0; c < channels; c++) {
            const bool taken = har_random_below(random, at + 1 + c, channels - c) < wanted;
            value[first + c] = taken;
            wanted -= taken;
        }
    }
}

static void fill(har_real *value, size_t count, har_real with)
{
    for (size_t i = 0; i < count; i++)
        value[i] = with;
}

static enum har_status initialize(har_real *value, const struct har_weight *weight,
                                  const struct har_random *random, struct har_error *err)
{
    const size_t quarter = weight->size / 4;
    switch (weight->initializer) {
    case HAR_ZEROS:
        fill(value, weight->size, 0);
        break;
    case HAR_ONES:
        fill(value, weight->size, 1);
        break;
    case HAR_UNIT_FORGET: /* i f c o */
        fill(value, weight->size, 0);
        fill(value + quarter, quarter, 1);
        break;
    case HAR_GLOROT_UNIFORM:
        glorot_uniform(value, weight, random);
        break;
    case HAR_CHANNEL_SETS:
        channel_sets(value, weight, random);
        break;
    case HAR_ORTHOGONAL:
        return orthogonal(value, weight, random, err);
    }
    return HAR_OK;
}

enum har_status har_net_initialize(const struct har_net *net, har_real *weights, uint64_t seed,
                                   struct har_error *err)
{
    const size_t count = har_net_weight_count(net);
    for (size_t i = 0; i < count; i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(net, i, name);
        const struct har_random random = {
            .seed = seed, .purpose = HAR_RANDOM_INITIALIZER, .place = (uint16_t)i};
        if (initialize(weights + weight->offset, weight, &random, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}
