/* The weights' gradient dB = start + A^T dC, in float: a tile of it stays in registers while a
 * chunk of rows goes by. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include "kernel/tile.h"

/* The rows of a chunk in which a tap isn't padding: its piece of A, and dC. */
struct pairs {
    size_t count;
    const float *x[CHUNK], *dc[CHUNK];
};

/* One tile of dB: values of the tap from FIRST on, by columns of dC from COLUMN on. */
struct job {
    float *db;
    size_t n, first, column, last;
    bool carried; /* the sum goes on from what is in dB */
    const struct pairs *pairs;
};

INLINE void run_tile(const struct job *job, size_t values, size_t vectors)
{
    struct tile t;
    if (job->carried)
        tile_load(&t, job->db, job->n, values, vectors, job->last);
    else
        tile_zero(&t, values, vectors);
    for (size_t i = 0; i < job->pairs->count; i++) {
        const float *x = job->pairs->x[i] + job->first, *dc = job->pairs->dc[i] + job->column;
        vector row[TILE_VECTORS];
        UNROLL for (size_t v = 0; v + 1 < vectors; v++) row[v] = load(dc + v * LANES);
        row[vectors - 1] = load_lanes(dc + (vectors - 1) * LANES, job->last);
        UNROLL for (size_t l = 0; l < values; l++)
        {
            const vector a = spread(x[l]);
            UNROLL for (size_t v = 0; v < vectors; v++) t.sum[l][v] =
                multiply_add(a, row[v], t.sum[l][v]);
        }
    }
    tile_store(&t, job->db, job->n, values, vectors, job->last);
}

TILES(RUN_TILE)
static void (*const run[TILE_ROWS][TILE_VECTORS])(const struct job *) = {TILES(TILE_ENTRY)};

static void find_pairs(struct pairs *pairs, const float *a, const float *dc,
                       const struct har_product *p, size_t first, size_t rows, size_t tap)
{
    struct row_walk walk = walk_from(a, &p->rows, first);
    pairs->count = 0;
    for (size_t i = first; i < first + rows; i++) {
        const struct row_place row = walk_on(&walk);
        if (row.offset[tap] == HAR_PADDING)
            continue;
        pairs->x[pairs->count] = row.start + row.offset[tap];
        pairs->dc[pairs->count++] = dc + i * p->ldc;
    }
}

/* All values of one tap, by one panel of columns. */
static void run_panel(float *db, const struct pairs *pairs, const struct har_product *p,
                      const struct panel *panel, bool carried)
{
    const struct cut values = cut_of(p->k, TILE_ROWS);
    struct job job = {.n = p->n,
                      .column = panel->column,
                      .last = panel->last,
                      .carried = carried,
                      .pairs = pairs};
    for (size_t tile = 0; tile < values.pieces; tile++) {
        job.first = cut_first(&values, tile);
        job.db = db + job.first * p->n + job.column;
        run[cut_size(&values, tile) - 1][panel->vectors - 1](&job);
    }
}

/* ROWS rows from FIRST on. */
static void run_chunk(float *db, const float *a, const float *dc, const struct har_product *p,
                      size_t first, size_t rows)
{
    const struct cut panels = vector_panels(p->n);
    for (size_t tap = 0; tap < p->rows.taps; tap++) {
        struct pairs pairs;
        find_pairs(&pairs, a, dc, p, first, rows, tap);
        for (size_t number = 0; number < panels.pieces; number++) {
            const struct panel panel = vector_panel(&panels, p->n, number);
            run_panel(db + tap * p->k * p->n, &pairs, p, &panel, p->accumulate || first > 0);
        }
    }
}

void ISA_NAME(har_gradient)(float *db, const float *a, const float *dc, const struct har_product *p)
{
    size_t first = 0;
    do {
        run_chunk(db, a, dc, p, first, p->m - first < CHUNK ? p->m - first : CHUNK);
        first += CHUNK;
    } while (first < p->m);
}

#endif
