/* What product.c and gradient.c share: a tile of C in registers, how columns and rows are cut into
 * tiles, and where rows of A are. Included once per instruction set; see isa.mk. */
#ifndef HAR_KERNEL_TILE_H
#define HAR_KERNEL_TILE_H

#include "kernel/product.h"
#include "kernel/vector.h"

/* FORM(rows, vectors) for every size of a tile. */
#define TILES(FORM) \
    FORM(1, 1)      \
    FORM(1, 2)      \
    FORM(1, 3)      \
    FORM(2, 1)      \
    FORM(2, 2)      \
    FORM(2, 3) FORM(3, 1) FORM(3, 2) FORM(3, 3) FORM(4, 1) FORM(4, 2) FORM(4, 3) TILES_ABOVE_4(FORM)
#if TILE_ROWS > 4
#define TILES_ABOVE_4(FORM) \
    FORM(5, 1)              \
    FORM(5, 2)              \
    FORM(5, 3)              \
    FORM(6, 1)              \
    FORM(6, 2) FORM(6, 3) FORM(7, 1) FORM(7, 2) FORM(7, 3) FORM(8, 1) FORM(8, 2) FORM(8, 3)
#else
#define TILES_ABOVE_4(FORM)
#endif

/* RUN_TILE and TILE_ENTRY for TILES: of a file's run_tile (job, rows, vectors), and their table. */
#define RUN_TILE(rows, vectors)                               \
    static void run_##rows##_##vectors(const struct job *job) \
    {                                                         \
        run_tile(job, rows, vectors);                         \
    }
#define TILE_ENTRY(rows, vectors) [rows - 1][vectors - 1] = run_##rows##_##vectors,

/* Sums over k (and over rows, in gradients) are carried on from chunk to chunk of this many: a
 * panel of B then stays in the second-level cache, which gives it as fast as it is multiplied, and
 * tiles of C are seldom put away and fetched again. */
enum { CHUNK = 512 };

/* The first COUNT <= LANES lanes, where all of them are the rule. */
INLINE vector load_lanes(const float *x, size_t count)
{
    return count == LANES ? load(x) : load_part(x, count);
}

INLINE void store_lanes(float *x, vector v, size_t count)
{
    if (count == LANES)
        store(x, v);
    else
        store_part(x, v, count);
}

struct tile {
    vector sum[TILE_ROWS][TILE_VECTORS];
};

INLINE void tile_zero(struct tile *t, size_t rows, size_t vectors)
{
    UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++)
        t->sum[r][v] = spread(0);
}

/* From C, rows LDC apart; of the last vector only LAST lanes are there. */
INLINE void tile_load(struct tile *t, const float *c, size_t ldc, size_t rows, size_t vectors,
                      size_t last)
{
    UNROLL for (size_t r = 0; r < rows; r++, c += ldc)
    {
        UNROLL for (size_t v = 0; v + 1 < vectors; v++) t->sum[r][v] = load(c + v * LANES);
        t->sum[r][vectors - 1] = load_lanes(c + (vectors - 1) * LANES, last);
    }
}

/* Adds a row to all rows of the tile. */
INLINE void tile_add(struct tile *t, const float *row, size_t rows, size_t vectors, size_t last)
{
    struct tile other;
    tile_load(&other, row, 0, 1, vectors, last);
    UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t v = 0; v < vectors; v++)
        t->sum[r][v] = add(t->sum[r][v], other.sum[0][v]);
}

INLINE void tile_store(const struct tile *t, float *c, size_t ldc, size_t rows, size_t vectors,
                       size_t last)
{
    UNROLL for (size_t r = 0; r < rows; r++, c += ldc)
    {
        UNROLL for (size_t v = 0; v + 1 < vectors; v++) store(c + v * LANES, t->sum[r][v]);
        store_lanes(c + (vectors - 1) * LANES, t->sum[r][vectors - 1], last);
    }
}

/* Items cut into as few parts as there can be of at most so many, equal but for 1: the first LONGER
 * ones have one more than LEAST. */
struct cut {
    size_t pieces, least, longer;
};

static inline struct cut cut_of(size_t items, size_t most)
{
    const size_t pieces = (items + most - 1) / most;
    if (pieces == 0)
        return (struct cut){0, 0, 0};
    return (struct cut){pieces, items / pieces, items % pieces};
}

static inline size_t cut_size(const struct cut *cut, size_t number)
{
    return cut->least + (number < cut->longer);
}

static inline size_t cut_first(const struct cut *cut, size_t number)
{
    return number * cut->least + (number < cut->longer ? number : cut->longer);
}

/* The part that ITEM is in. */
static inline size_t cut_find(const struct cut *cut, size_t item)
{
    const size_t in_longer = cut->longer * (cut->least + 1);
    return item < in_longer ? item / (cut->least + 1)
                            : cut->longer + (item - in_longer) / cut->least;
}

/* A panel: columns of B that are one tile wide, of whose last vector LAST lanes are there. */
struct panel {
    size_t column, vectors, last;
};

static inline struct cut vector_panels(size_t n)
{
    return cut_of((n + LANES - 1) / LANES, TILE_VECTORS);
}

static inline struct panel vector_panel(const struct cut *panels, size_t n, size_t number)
{
    const size_t first = cut_first(panels, number), vectors = cut_size(panels, number);
    const size_t end = (first + vectors) * LANES;
    return (struct panel){first * LANES, vectors, end <= n ? LANES : n + LANES - end};
}

/* Where the pieces of row I of A are. */
struct row_place {
    const float *start;
    const size_t *offset;
};

/* Rows of A one after the other, which takes no division. */
struct row_walk {
    struct row_place next;
    const size_t *first;         /* offsets of a period's first row */
    size_t period, stride, taps; /* as in har_rows */
    size_t left;                 /* rows from the next one to its period's end */
};

static inline struct row_walk walk_from(const float *a, const struct har_rows *rows, size_t i)
{
    static const size_t none[1] = {0};
    const bool plain = rows->offset == NULL;
    const size_t period = plain ? 1 : rows->period;
    const size_t *first = plain ? none : rows->offset;
    const size_t within = i % period;
    return (struct row_walk){.next = {a + i / period * rows->stride, first + within * rows->taps},
                             .first = first,
                             .period = period,
                             .stride = rows->stride,
                             .taps = rows->taps,
                             .left = period - within};
}

static inline struct row_place walk_on(struct row_walk *walk)
{
    const struct row_place here = walk->next;
    walk->next.offset += walk->taps;
    if (--walk->left == 0) {
        walk->next = (struct row_place){here.start + walk->stride, walk->first};
        walk->left = walk->period;
    }
    return here;
}

/* Values FIRST and on of piece TAP. */
static inline const float *piece_at(const struct row_place *row, size_t tap, size_t first)
{
    static const float zeros[CHUNK] = {0};
    const size_t offset = row->offset[tap];
    return offset == HAR_PADDING ? zeros : row->start + offset + first;
}

#endif
