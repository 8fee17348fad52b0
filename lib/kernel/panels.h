/* Packed B: panels of columns as wide as a tile of C, each (taps k, columns), one after the other.
 * Columns behind the last whole vector that would fill less of another one are a panel of their
 * own, whose tiles are turned (product_tile.h); else zeros fill it. */
#ifndef HAR_KERNEL_PANELS_H
#define HAR_KERNEL_PANELS_H

#include "kernel/tile.h"

/* B's panels, of which those of whole vectors come first. */
struct panels {
    size_t n, turned; /* columns, and those of them in a turned panel: the last ones */
    struct cut upright;
};

static inline struct panels panels_of_packed(size_t n)
{
    const size_t rest = n % LANES, turned = rest <= TURNED_COLUMNS ? rest : 0;
    return (struct panels){n, turned, panels_of(n - turned)};
}

static inline size_t panels_count(const struct panels *panels)
{
    return panels->upright.pieces + (panels->turned > 0);
}

static inline struct panel packed_panel(const struct panels *panels, size_t number)
{
    const size_t upright = panels->n - panels->turned;
    return number < panels->upright.pieces ? panel_at(&panels->upright, upright, number)
                                           : (struct panel){upright, 0, panels->turned};
}

static inline bool is_turned(const struct panel *panel)
{
    return panel->vectors == 0;
}

/* The panel that COLUMN is in. */
static inline struct panel find_panel(const struct panels *panels, size_t column)
{
    const bool upright = column < panels->n - panels->turned;
    return packed_panel(panels, upright ? cut_find(&panels->upright, column / LANES)
                                        : panels->upright.pieces);
}

/* From one l to the next. */
static inline size_t panel_width(const struct panel *panel)
{
    return is_turned(panel) ? panel->last : panel->vectors * LANES;
}

/* Where in packed B row L of all taps' rows begins, of which there are ROWS. */
static inline size_t panel_row(const struct panel *panel, size_t l, size_t rows)
{
    return panel->column * rows + l * panel_width(panel);
}

#endif
