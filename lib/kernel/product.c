/* C = A B on packed B, in float: which rows and panels make the tiles, and what each sums. Like
 * elementwise.c compiled once per instruction set. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include "kernel/product_tile.h"

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

/* Puts JOB, whose chunks stay, at a panel's first rows. */
static void begin_panel(struct job *job, float *c, const struct factor *factor,
                        const struct panel *panel)
{
    job->c = c + panel->column;
    job->last = panel->last;
    for (size_t f = 0; f < job->parts; f++) {
        const struct har_product *p = factor[f].product;
        struct part *part = &job->part[f];
        const size_t l = part->chunk.tap * p->k + part->chunk.first;
        const bool biased = p->bias != NULL && is_last(&part->chunk, p);
        part->bias = biased ? p->bias + panel->column : NULL;
        part->b = factor[f].packed + panel_row(panel, l, p->rows.taps * p->k);
        part->row = factor[f].row;
    }
}

/* All rows by one panel, of which JOB is at the first. */
static void run_panel(struct job *job, const struct panel *panel, const struct cut *tiles)
{
    for (size_t tile = 0; tile < tiles->pieces; tile++) {
        const size_t rows = cut_size(tiles, tile);
        run_job(job, panel, rows);
        job->c += rows * job->ldc;
        for (size_t f = 0; f < job->parts; f++)
            job->part[f].row += rows;
    }
}

/* Of FACTORS, one of them or a start that is one chunk and the chunk that follows. */
static void run_panels(float *c, const struct factor *factor, size_t factors, bool carried)
{
    const size_t n = factor->product->n, count = factor->count;
    const struct panels panels = packed_panels(n);
    const struct cut upright_tiles = cut_of(count, TILE_ROWS), turned_tiles = cut_of(count, LANES);
    struct job job = {.ldc = factor->product->ldc, .carried = carried, .parts = factors};
    for (size_t f = 0; f < factors; f++)
        job.part[f].chunk = factor[f].chunk;
    for (size_t number = 0; number < panels_count(&panels); number++) {
        const struct panel panel = packed_panel(&panels, number);
        begin_panel(&job, c, factor, &panel);
        run_panel(&job, &panel, is_turned(&panel) ? &turned_tiles : &upright_tiles);
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
