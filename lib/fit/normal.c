#include "fit/normal.h"

#include "base/memory.h"
#include <cblas.h>
#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* LAPACK's Cholesky factor, which OpenBLAS holds and its header doesn't declare. */
extern void spotrf_(const char *triangle, const int *order, float *a, const int *leading,
                    int *fault);
extern void dpotrf_(const char *triangle, const int *order, double *a, const int *leading,
                    int *fault);

/* Tiles are squares of TILE rows and columns, the last ones smaller. */
enum { TILE = 512, DEEP = 2048, TOGETHER = 256 };

static size_t side_at(size_t n, size_t number)
{
    const size_t left = n - number * TILE;
    return left < TILE ? left : TILE;
}

/* Of those on and below the diagonal, row by row. */
struct tile {
    size_t row, column;
};

static struct tile tile_at(size_t piece)
{
    struct tile tile = {0, piece};
    while (tile.column > tile.row)
        tile.column -= ++tile.row;
    return tile;
}

static size_t lower_tiles(size_t n)
{
    const size_t tiles = (n + TILE - 1) / TILE;
    return tiles * (tiles + 1) / 2;
}

/* What the threads share in each of the three tasks. */
struct gram {
    struct har_normal *normal;
    char *room; /* for each thread */
};

struct factor {
    struct har_normal *normal;
    double alpha;
    size_t step; /* the row of tiles in work */
};

struct hold_out {
    const struct har_normal *normal;
    double *e;
    const double *c;
    size_t columns;
    const double *u;
    double s;
    const struct har_runs *runs;
    size_t largest; /* rows of a run */
    size_t pieces;
    size_t *some; /* piece i is runs some[i] to some[i + 1] - 1 */
    atomic_bool no_memory, failed;
};

/* Runs of few rows go together, about TOGETHER rows a piece. */
static bool group_runs(struct hold_out *all)
{
    const struct har_runs *runs = all->runs;
    all->some = har_allocate(runs->count + 1, sizeof *all->some);
    if (all->some == NULL)
        return false;
    for (size_t run = 0; run < runs->count; run++) {
        const size_t rows = runs->start[run + 1] - runs->start[run];
        const size_t begun = runs->start[run] - runs->start[all->some[all->pieces]];
        all->largest = rows > all->largest ? rows : all->largest;
        if (begun > 0 && begun + rows > TOGETHER)
            all->some[++all->pieces] = run;
    }
    all->some[++all->pieces] = runs->count;
    return true;
}

#define REAL float
#define NAME(word) word##_single
#define BLAS(word) cblas_s##word
#define LAPACK(word) s##word##_
#include "fit/normal_tiles.h"
#undef REAL
#undef NAME
#undef BLAS
#undef LAPACK

#define REAL double
#define NAME(word) word##_double
#define BLAS(word) cblas_d##word
#define LAPACK(word) d##word##_
#include "fit/normal_tiles.h"

const struct har_precision har_single = {"single",      sizeof(float), gram_single,
                                         factor_single, solve_single,  hold_out_single};
const struct har_precision har_double = {"double",      sizeof(double), gram_double,
                                         factor_double, solve_double,   hold_out_double};

enum har_status har_normal_new(struct har_normal **result, const float *f, size_t rows,
                               size_t width, const struct har_precision *precision,
                               struct har_threads *threads, struct har_error *err)
{
    struct har_normal *g = har_allocate(1, sizeof *g);
    if (g == NULL)
        return har_fail_memory(err);
    *g = (struct har_normal){.f = f,
                             .rows = rows,
                             .width = width,
                             .threads = threads,
                             .precision = precision,
                             .dual = rows < width,
                             .n = rows < width ? rows : width};
    size_t values;
    if (har_multiply(&values, g->n, g->n)) {
        g->matrix = har_allocate_aligned(values, precision->size);
        g->diagonal = har_allocate(g->n, sizeof *g->diagonal);
    }
    openblas_set_num_threads(1);
    if (g->matrix == NULL || g->diagonal == NULL || !precision->gram(g)) {
        har_normal_free(g);
        return har_fail_memory(err);
    }
    *result = g;
    return HAR_OK;
}

void har_normal_free(struct har_normal *g)
{
    if (g == NULL)
        return;
    free(g->matrix);
    free(g->diagonal);
    free(g);
}

double har_normal_scale(const struct har_normal *g)
{
    double sum = 0;
    for (size_t i = 0; i < g->n; i++)
        sum += g->diagonal[i];
    return sum / (double)g->n;
}

/* ---- products with F, in double ---- */

enum { BLOCK = 256 };

struct times {
    const struct har_normal *normal;
    double *y;
    const double *x;
    size_t columns;
    double *room; /* (BLOCK, BLOCK) for each thread */
    bool turned;
};

/* BLOCK rows of Y: a sum over the blocks of X, in order. */
static void times_block(void *state, size_t piece, size_t thread)
{
    const struct times *t = state;
    const struct har_normal *g = t->normal;
    double *room = t->room + thread * BLOCK * BLOCK;
    const size_t all = t->turned ? g->width : g->rows, deep = t->turned ? g->rows : g->width;
    const size_t first = piece * BLOCK, high = all - first < BLOCK ? all - first : BLOCK;
    for (size_t from = 0; from < deep; from += BLOCK) {
        const size_t some = deep - from < BLOCK ? deep - from : BLOCK;
        const size_t rows = t->turned ? some : high, columns = t->turned ? high : some;
        const float *f = g->f + (t->turned ? from : first) * g->width + (t->turned ? first : from);
        for (size_t i = 0; i < rows; i++)
            for (size_t k = 0; k < columns; k++)
                room[i * columns + k] = (double)f[i * g->width + k];
        cblas_dgemm(CblasRowMajor, t->turned ? CblasTrans : CblasNoTrans, CblasNoTrans,
                    (blasint)high, (blasint)t->columns, (blasint)some, 1, room, (blasint)columns,
                    t->x + from * t->columns, (blasint)t->columns, from > 0,
                    t->y + first * t->columns, (blasint)t->columns);
    }
}

static bool times(const struct har_normal *g, double *y, const double *x, size_t columns,
                  bool turned)
{
    const size_t all = turned ? g->width : g->rows;
    struct times t = {g, y, x, columns, NULL, turned};
    t.room = har_allocate_aligned(har_threads_count(g->threads) * BLOCK * BLOCK, sizeof *t.room);
    if (t.room == NULL)
        return false;
    har_threads_run(g->threads, (all + BLOCK - 1) / BLOCK, times_block, &t);
    free(t.room);
    return true;
}

bool har_normal_times(const struct har_normal *g, double *y, const double *x, size_t columns)
{
    return times(g, y, x, columns, false);
}

bool har_normal_times_turned(const struct har_normal *g, double *y, const double *x, size_t columns)
{
    return times(g, y, x, columns, true);
}

/* ---- solutions in double ---- */

/* R = B - G X; BETWEEN holds as many values as the larger of rows and width has. */
static bool subtract_product(const struct har_normal *g, double *r, const double *b,
                             const double *x, size_t columns, double alpha, double *between)
{
    if (!times(g, between, x, columns, g->dual) || !times(g, r, between, columns, !g->dual))
        return false;
    for (size_t i = 0; i < g->n * columns; i++)
        r[i] = b[i] - (r[i] + alpha * x[i]);
    return true;
}

/* NaN where one of them is. */
static double largest_of(const double *values, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count && !isnan(largest); i++)
        if (!(fabs(values[i]) <= largest))
            largest = fabs(values[i]);
    return largest;
}

/* X += G^-1 (B - G X), again and again; *RESIDUAL is the largest of B - G X. */
static bool refine(const struct har_normal *g, double *x, const double *b, size_t columns,
                   double alpha, double *room, double *residual)
{
    enum { most = 30 };
    const size_t count = g->n * columns;
    const double enough = 1e-8 * largest_of(b, count);
    double *r = room, *between = room + count;
    *residual = INFINITY;
    for (int time = 0; time < most; time++) {
        if (!subtract_product(g, r, b, x, columns, alpha, between))
            return false;
        const double left = largest_of(r, count);
        if (!(left < *residual / 2))
            return true;
        *residual = left;
        if (left <= enough)
            return true;
        if (!g->precision->solve(g, r, columns))
            return false;
        for (size_t i = 0; i < count; i++)
            x[i] += r[i];
    }
    return true;
}

bool har_normal_solve(const struct har_normal *g, double *x, const double *b, size_t columns,
                      double alpha, double *residual)
{
    const size_t larger = g->rows < g->width ? g->width : g->rows;
    double *room = har_allocate(g->n * columns + larger * columns, sizeof *room);
    if (room == NULL)
        return false;
    memcpy(x, b, g->n * columns * sizeof *x);
    const bool well =
        g->precision->solve(g, x, columns) && refine(g, x, b, columns, alpha, room, residual);
    const double largest = largest_of(b, g->n * columns);
    if (well && largest > 0)
        *residual /= largest;
    free(room);
    return well;
}
