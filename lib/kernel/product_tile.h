/* One tile of a product: it stays in registers while a chunk of its panel of packed B goes by. An
 * upright tile's vectors lie along C's rows; in a turned one each is a column of it. */
#ifndef HAR_KERNEL_PRODUCT_TILE_H
#define HAR_KERNEL_PRODUCT_TILE_H

#include "kernel/panels.h"

/* What a tile's sum runs over: whole taps, or a part of one. */
struct chunk {
    size_t tap, taps; /* from which on, how many */
    size_t first, count;
};

/* A chunk of a product: its rows of A for one tile, its panel of B from the chunk on. */
struct part {
    struct chunk chunk;
    const float *bias; /* added at the end, if not NULL */
    const float *b;
    const struct row_place *row;
};

/* One tile of C: parts one after the other, a product's start and its own. */
struct job {
    float *c;
    size_t ldc, last;
    bool carried; /* the sum goes on from what is in C */
    size_t parts;
    struct part part[2];
};

/* ---- upright ---- */

INLINE void upright_add(struct tile *t, const struct part *part, size_t last, size_t rows,
                        size_t vectors)
{
    const struct chunk *chunk = &part->chunk;
    const float *b = part->b;
    for (size_t tap = chunk->tap; tap < chunk->tap + chunk->taps; tap++) {
        const float *x[TILE_ROWS];
        UNROLL for (size_t r = 0; r < rows; r++) x[r] = piece_at(&part->row[r], tap, chunk->first);
        for (size_t l = 0; l < chunk->count; l++, b += vectors * LANES) {
            vector column[TILE_VECTORS];
            UNROLL for (size_t v = 0; v < vectors; v++) column[v] = load(b + v * LANES);
            UNROLL for (size_t r = 0; r < rows; r++)
            {
                const vector a = spread(x[r][l]);
                UNROLL for (size_t v = 0; v < vectors; v++) t->sum[r][v] =
                    multiply_add(a, column[v], t->sum[r][v]);
            }
        }
    }
    if (part->bias != NULL)
        tile_add(t, part->bias, rows, vectors, last);
}

INLINE void run_tile(const struct job *job, size_t rows, size_t vectors)
{
    struct tile t;
    if (job->carried)
        tile_load(&t, job->c, job->ldc, rows, vectors, job->last);
    else
        tile_zero(&t, rows, vectors);
    for (size_t p = 0; p < job->parts; p++)
        upright_add(&t, &job->part[p], job->last, rows, vectors);
    tile_store(&t, job->c, job->ldc, rows, vectors, job->last);
}

TILES(RUN_TILE)
static void (*const upright_tile[TILE_ROWS][TILE_VECTORS])(const struct job *) = {
    TILES(TILE_ENTRY)};

/* ---- turned ---- */

#if TURNED_COLUMNS > 0

/* COLUMNS columns of LANES rows, of which C may have fewer. */
struct turned {
    vector sum[TURNED_COLUMNS];
};

INLINE void turned_zero(struct turned *t, size_t columns)
{
    for (size_t j = 0; j < columns; j++)
        t->sum[j] = spread(0);
}

INLINE void turned_load(struct turned *t, const struct job *job, size_t rows, size_t columns)
{
    for (size_t j = 0; j < columns; j++) {
        float column[LANES] = {0};
        for (size_t r = 0; r < rows; r++)
            column[r] = job->c[r * job->ldc + j];
        t->sum[j] = load(column);
    }
}

INLINE void turned_store(const struct turned *t, const struct job *job, size_t rows, size_t columns)
{
    for (size_t j = 0; j < columns; j++) {
        float column[LANES];
        store(column, t->sum[j]);
        for (size_t r = 0; r < rows; r++)
            job->c[r * job->ldc + j] = column[r];
    }
}

/* COUNT <= 4 values of each row from FIRST on. */
INLINE void turned_add_four(struct turned *t, const float *const x[LANES], size_t first,
                            size_t count, const float *b, size_t columns)
{
    vector value[4];
    load_turned(value, x, first, count);
    UNROLL for (size_t l = 0; l < 4; l++)
    {
        if (l < count) {
            UNROLL for (size_t j = 0; j < columns; j++) t->sum[j] =
                multiply_add(value[l], spread(b[l * columns + j]), t->sum[j]);
        }
    }
}

INLINE void turned_add(struct turned *t, const struct part *part, size_t rows, size_t columns)
{
    const struct chunk *chunk = &part->chunk;
    const float *b = part->b;
    for (size_t tap = chunk->tap; tap < chunk->tap + chunk->taps; tap++) {
        const float *x[LANES];
        for (size_t r = 0; r < LANES; r++)
            x[r] = piece_at(&part->row[r < rows ? r : 0], tap, chunk->first);
        const size_t rest = chunk->count % 4, whole = chunk->count - rest;
        for (size_t l = 0; l < whole; l += 4)
            turned_add_four(t, x, l, 4, b + l * columns, columns);
        if (rest > 0)
            turned_add_four(t, x, whole, rest, b + whole * columns, columns);
        b += chunk->count * columns;
    }
    if (part->bias != NULL) {
        for (size_t j = 0; j < columns; j++)
            t->sum[j] = add(t->sum[j], spread(part->bias[j]));
    }
}

INLINE void run_turned(const struct job *job, size_t rows, size_t columns)
{
    struct turned t;
    if (job->carried)
        turned_load(&t, job, rows, columns);
    else
        turned_zero(&t, columns);
    for (size_t p = 0; p < job->parts; p++)
        turned_add(&t, &job->part[p], rows, columns);
    turned_store(&t, job, rows, columns);
}

/* FORM(columns) for every width. */
#define WIDTHS(FORM) FORM(1) FORM(2) FORM(3) FORM(4) FORM(5) FORM(6) FORM(7) FORM(8)
_Static_assert(TURNED_COLUMNS == 8, "a form for each width");

#define RUN_TURNED(columns)                                              \
    static void run_turned_##columns(const struct job *job, size_t rows) \
    {                                                                    \
        run_turned(job, rows, columns);                                  \
    }
WIDTHS(RUN_TURNED)
#define TURNED_NAME(columns) [columns - 1] = run_turned_##columns,
static void (*const turned_tile[TURNED_COLUMNS])(const struct job *,
                                                 size_t) = {WIDTHS(TURNED_NAME)};

#endif

/* ---- any ---- */

/* Of ROWS rows. */
static inline void run_job(const struct job *job, const struct panel *panel, size_t rows)
{
#if TURNED_COLUMNS > 0
    if (is_turned(panel)) {
        turned_tile[panel->last - 1](job, rows);
        return;
    }
#endif
    upright_tile[rows - 1][panel->vectors - 1](job);
}

#endif
