/* B into panels, in float; like elementwise.c compiled once per instruction set. */
#include "kernel/fast.h"

#ifndef HAR_DOUBLE

#include "kernel/panels.h"

#include <string.h>

/* What a panel has of a block that meets it: COLUMNS from FIRST on, PADDING after them. */
struct band {
    size_t first, columns, padding;
};

static struct band band_of(const struct panel *panel, const struct har_block *block, size_t n)
{
    const size_t end = panel->column + panel_width(panel), block_end = block->n + block->n_count;
    const size_t first = panel->column < block->n ? block->n : panel->column;
    const size_t last = end < block_end ? end : block_end;
    return (struct band){
        .first = first, .columns = last - first, .padding = last == n ? end - n : 0};
}

/* n_step is 1: B as it lies. */
static void pack_rows(float *packed, size_t width, const float *b, size_t step, size_t columns,
                      size_t rows)
{
    for (size_t l = 0; l < rows; l++, packed += width, b += step)
        for (size_t j = 0; j < columns; j++)
            packed[j] = b[j];
}

/* COUNT <= 4 rows from L on of COLUMNS columns; those of COLUMN after them are only read. */
INLINE void pack_four(float *packed, size_t width, const float *const column[LANES], size_t columns,
                      size_t l, size_t count)
{
    vector row[4];
    load_turned(row, column, l, count);
    for (size_t i = 0; i < count; i++)
        store_lanes(packed + (l + i) * width, row[i], columns);
}

/* k_step is 1: B transposed. */
static void pack_columns(float *packed, size_t width, const float *b, size_t step, size_t columns,
                         size_t rows)
{
    const size_t rest = rows % 4, whole = rows - rest;
    for (size_t j = 0; j < columns; j += LANES) {
        const size_t there = columns - j < LANES ? columns - j : LANES;
        const float *column[LANES];
        for (size_t i = 0; i < LANES; i++)
            column[i] = b + (j + (i < there ? i : 0)) * step;
        for (size_t l = 0; l < whole; l += 4)
            pack_four(packed + j, width, column, there, l, 4);
        if (rest > 0)
            pack_four(packed + j, width, column, there, whole, rest);
    }
}

static void pack_band(float *packed, size_t width, const float *b, const struct har_packing *p,
                      const struct band *band, size_t rows)
{
    if (p->n_step == 1)
        pack_rows(packed, width, b, p->k_step, band->columns, rows);
    else
        pack_columns(packed, width, b, p->n_step, band->columns, rows);
    for (size_t l = 0; l < rows && band->padding > 0; l++)
        memset(packed + l * width + band->columns, 0, band->padding * sizeof *packed);
}

void ISA_NAME(har_pack)(float *packed, const float *b, const struct har_packing *p,
                        const struct har_block *block)
{
    const struct panels panels = packed_panels(p->n);
    const size_t row = block->tap * p->k + block->k, end = block->n + block->n_count;
    b += block->tap * p->tap_step + block->k * p->k_step;
    for (size_t next = block->n; next < end;) {
        const struct panel panel = find_panel(&panels, next);
        const struct band band = band_of(&panel, block, p->n);
        const size_t place = panel_row(&panel, row, p->taps * p->k) + band.first - panel.column;
        pack_band(packed + place, panel_width(&panel), b + band.first * p->n_step, p, &band,
                  block->k_count);
        next = panel.column + panel_width(&panel);
    }
}

#endif
