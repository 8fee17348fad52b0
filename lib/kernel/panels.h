/* Packed B: panels of columns as wide as a tile of C, each (taps k, columns), one after the other.
 * After the last whole vector, up to TURNED_COLUMNS columns are a panel of their own, of exactly
 * their width, whose tiles are turned (product_tile.h); more are filled up with zeros. */
#ifndef HAR_KERNEL_PANELS_H
#define HAR_KERNEL_PANELS_H

#include "kernel/tile.h"

/* Panels of whole vectors, and after them the columns of a turned one, if there are any. */
struct panels {
    size_t n, turned;
    struct cut whole;
};

static inline struct panels packed_panels(size_t n)
{
    const size_t rest = n % LANES, turned = rest <= TURNED_COLUMNS ? rest : 0;
    return (struct panels){n, turned, vector_panels(n - turned)};
}

static inline size_t panels_count(const struct panels *panels)
{
    return panels->whole.pieces + (panels->turned > 0);
}

/* A turned panel has no vectors, and LAST columns. */
static inline struct panel packed_panel(const struct panels *panels, size_t number)
{
    const size_t before = panels->n - panels->turned;
    if (number < panels->whole.pieces)
        return vector_panel(&panels->whole, before, number);
    return (struct panel){.column = before, .vectors = 0, .last = panels->turned};
}

static inline bool is_turned(const struct panel *panel)
{
    return panel->vectors == 0;
}

/* The panel that COLUMN is in. */
static inline struct panel find_panel(const struct panels *panels, size_t column)
{
    const bool in_turned = column >= panels->n - panels->turned;
    return packed_panel(panels, in_turned ? panels->whole.pieces
                                          : cut_find(&panels->whole, column / LANES));
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
