/* C = A B on packed B, in float. Panels of B as wide as a tile lie one after the other, each
 * (taps k, columns); a tile of C stays in registers while a chunk of its panel goes by. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include "kernel/tile.h"

#include <string.h>

/* What a panel has of a block that meets it: COLUMNS from FIRST on, PADDING after them. */
struct band {
    size_t first, columns, padding;
};

static struct band band_of(const struct panel *panel, const struct har_block *block, size_t n)
{
    const size_t start = panel->first * LANES, end = start + panel->vectors * LANES;
    const size_t block_end = block->n + block->n_count;
    const size_t first = start < block->n ? block->n : start;
    const size_t last = end < block_end ? end : block_end;
    return (struct band){
        .first = first, .columns = last - first, .padding = last == n ? end - n : 0};
}

/* Where a row lies in one piece. */
static void pack_rows(float *packed, size_t width, const float *b, size_t step, size_t columns,
                      size_t rows)
{
    for (size_t l = 0; l < rows; l++, packed += width, b += step)
        for (size_t j = 0; j < columns; j++)
            packed[j] = b[j];
}

/* Where it doesn't: B transposed. */
static void pack_apart(float *packed, size_t width, const float *b, const struct har_packing *p,
                       size_t columns, size_t rows)
{
    for (size_t l = 0; l < rows; l++, packed += width, b += p->k_step)
        for (size_t j = 0; j < columns; j++)
            packed[j] = b[j * p->n_step];
}

static void pack_band(float *packed, size_t width, const float *b, const struct har_packing *p,
                      const struct band *band, size_t rows)
{
    if (p->n_step == 1)
        pack_rows(packed, width, b, p->k_step, band->columns, rows);
    else
        pack_apart(packed, width, b, p, band->columns, rows);
    for (size_t l = 0; l < rows && band->padding > 0; l++)
        memset(packed + l * width + band->columns, 0, band->padding * sizeof *packed);
}

void ISA_NAME(har_pack)(float *packed, const float *b, const struct har_packing *p,
                        const struct har_block *block)
{
    const struct cut panels = panels_of(p->n);
    const size_t row = block->tap * p->k + block->k, end = block->n + block->n_count;
    b += block->tap * p->tap_step + block->k * p->k_step;
    for (size_t next = block->n; next < end;) {
        const struct panel panel = panel_at(&panels, p->n, cut_find(&panels, next / LANES));
        const size_t start = panel.first * LANES, width = panel.vectors * LANES;
        const struct band band = band_of(&panel, block, p->n);
        pack_band(packed + start * p->taps * p->k + row * width + band.first - start, width,
                  b + band.first * p->n_step, p, &band, block->k_count);
        next = start + width;
    }
}

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

INLINE void add_part(struct tile *t, const struct part *part, size_t last, size_t rows,
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
        add_part(&t, &job->part[p], job->last, rows, vectors);
    tile_store(&t, job->c, job->ldc, rows, vectors, job->last);
}

#define RUN(rows, vectors)                                    \
    static void run_##rows##_##vectors(const struct job *job) \
    {                                                         \
        run_tile(job, rows, vectors);                         \
    }
TILES(RUN)
#define NAME(rows, vectors) [rows - 1][vectors - 1] = run_##rows##_##vectors,
static void (*const run[TILE_ROWS][TILE_VECTORS])(const struct job *) = {TILES(NAME)};

/* The chunk after THIS; one with no taps after the last. */
static struct chunk next_chunk(struct chunk this, const struct har_product *p)
{
    const size_t left = p->k - this.first - this.count, whole = CHUNK / (p->k == 0 ? 1 : p->k);
    if (left > 0)
        return (struct chunk){this.tap, 1, this.first + this.count, left < CHUNK ? left : CHUNK};
    const size_t tap = this.tap + this.taps, taps = p->rows.taps - tap;
    if (whole > 0)
        return (struct chunk){tap, taps < whole ? taps : whole, 0, p->k};
    return (struct chunk){tap, taps > 0, 0, CHUNK};
}

static struct chunk first_chunk(const struct har_product *p)
{
    return next_chunk((struct chunk){0, 0, 0, p->k}, p);
}

static bool is_last(const struct chunk *chunk, const struct har_product *p)
{
    return chunk->tap + chunk->taps == p->rows.taps && chunk->first + chunk->count == p->k;
}

/* Rows of C that all panels go by before the next ones: their places are found once. */
enum { ROWS = 128 };

/* A product's chunk, for all tiles of COUNT rows. */
struct factor {
    const float *packed;
    const struct har_product *product;
    struct chunk chunk;
    size_t count;
    struct row_place row[ROWS];
};

/* The first chunk of COUNT rows from FIRST on. */
static void set_factor(struct factor *factor, const float *a, const float *packed,
                       const struct har_product *p, size_t first, size_t count)
{
    struct row_walk walk = walk_from(a, &p->rows, first);
    factor->packed = packed;
    factor->product = p;
    factor->chunk = first_chunk(p);
    factor->count = count;
    for (size_t i = 0; i < count; i++)
        factor->row[i] = walk_on(&walk);
}

static struct part part_of(const struct factor *factor, const struct panel *panel)
{
    const struct har_product *p = factor->product;
    const struct chunk chunk = factor->chunk;
    const size_t column = panel->first * LANES, before = chunk.tap * p->k + chunk.first;
    return (struct part){.chunk = chunk,
                         .bias = p->bias != NULL && is_last(&chunk, p) ? p->bias + column : NULL,
                         .b = factor->packed + column * p->rows.taps * p->k +
                              before * panel->vectors * LANES,
                         .row = factor->row};
}

/* All rows by one panel. */
static void run_panel(float *c, const struct factor *factor, size_t factors, bool carried,
                      const struct panel *panel)
{
    const size_t ldc = factor->product->ldc;
    const struct cut tiles = cut_of(factor->count, TILE_ROWS);
    struct job job;
    job.c = c + panel->first * LANES;
    job.ldc = ldc;
    job.last = panel->last;
    job.carried = carried;
    job.parts = factors;
    for (size_t f = 0; f < factors; f++)
        job.part[f] = part_of(&factor[f], panel);
    for (size_t tile = 0; tile < tiles.pieces; tile++) {
        const size_t rows = cut_size(&tiles, tile);
        run[rows - 1][panel->vectors - 1](&job);
        job.c += rows * ldc;
        for (size_t f = 0; f < factors; f++)
            job.part[f].row += rows;
    }
}

/* Of FACTORS, one of them or a start that is one chunk and the chunk that follows. */
static void run_panels(float *c, const struct factor *factor, size_t factors, bool carried)
{
    const size_t n = factor->product->n;
    const struct cut panels = panels_of(n);
    for (size_t number = 0; number < panels.pieces; number++) {
        const struct panel panel = panel_at(&panels, n, number);
        run_panel(c, factor, factors, carried, &panel);
    }
}

/* The chunks of FACTOR's product from its own on. */
static void run_chunks(float *c, struct factor *factor, bool carried)
{
    for (; factor->chunk.taps > 0; factor->chunk = next_chunk(factor->chunk, factor->product)) {
        run_panels(c, factor, 1, carried);
        carried = true;
    }
}

/* COUNT rows from FIRST on, where C begins, of a product that has no start, or one that has. */
static void run_alone(float *c, const float *a, const float *packed, const struct har_product *p,
                      size_t first, size_t count)
{
    struct factor factor;
    set_factor(&factor, a, packed, p, first, count);
    run_chunks(c, &factor, p->accumulate);
}

static void run_started(float *c, const float *a, const float *packed, const struct har_product *p,
                        size_t first, size_t count)
{
    const struct har_start *start = p->start;
    struct factor factor[2];
    set_factor(&factor[0], start->a, start->packed, start->product, first, count);
    set_factor(&factor[1], a, packed, p, first, count);
    if (is_last(&factor[0].chunk, start->product) && factor[1].chunk.taps > 0) {
        run_panels(c, factor, 2, false);
        factor[1].chunk = next_chunk(factor[1].chunk, p);
    } else
        run_chunks(c, &factor[0], false);
    run_chunks(c, &factor[1], true);
}

void ISA_NAME(har_product)(float *c, const float *a, const float *packed,
                           const struct har_product *p)
{
    const struct cut blocks = cut_of(p->m, ROWS);
    for (size_t number = 0; number < blocks.pieces; number++) {
        const size_t first = cut_first(&blocks, number), count = cut_size(&blocks, number);
        if (p->start == NULL)
            run_alone(c + first * p->ldc, a, packed, p, first, count);
        else
            run_started(c + first * p->ldc, a, packed, p, first, count);
    }
}

#endif
