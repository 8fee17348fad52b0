#include "data/cut.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum har_status har_cutter_init(struct har_cutter *cutter, size_t length, struct har_error *err)
{
    *cutter = (struct har_cutter){.length = length};
    cutter->label = har_allocate(length, sizeof *cutter->label);
    return cutter->label == NULL ? har_fail_memory(err) : HAR_OK;
}

void har_cutter_clear(struct har_cutter *cutter)
{
    har_label_map_free(&cutter->map);
    har_table_free(&cutter->windows);
}

void har_cutter_free(struct har_cutter *cutter)
{
    har_cutter_clear(cutter);
    free(cutter->label);
    *cutter = (struct har_cutter){0};
}

static enum har_role role_of(const char *name)
{
    static const char *const first[] = {"subject", "recording", "split", "time"};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (strcmp(name, first[i]) == 0)
            return HAR_ROLE_FIRST;
    if (strcmp(name, "y") == 0)
        return HAR_ROLE_LABEL;
    return strcmp(name, "x") == 0 ? HAR_ROLE_FLOATS : HAR_ROLE_CUT;
}

static enum har_status add_column(struct har_cutter *cutter, const struct har_column *from,
                                  enum har_role role, struct har_error *err)
{
    size_t shape[HAR_RANK_MAX] = {cutter->length};
    if (role == HAR_ROLE_LABEL)
        return har_table_add(&cutter->windows, from->name, HAR_I4, 0, shape, err);
    if (role == HAR_ROLE_FIRST)
        return har_table_add(&cutter->windows, from->name, from->type, from->rank - 1,
                             from->shape + 1, err);
    if (from->rank == HAR_RANK_MAX)
        return har_fail(err, HAR_INPUT, "%s has %d dimensions, a window of it would have one more",
                        from->name, HAR_RANK_MAX);
    memcpy(shape + 1, from->shape + 1, (from->rank - 1) * sizeof *shape);
    return har_table_add(&cutter->windows, from->name,
                         role == HAR_ROLE_FLOATS ? HAR_F4 : from->type, from->rank, shape, err);
}

/* One column for each of the samples' columns, in their order, then `start`. */
static enum har_status add_columns(struct har_cutter *cutter, const struct har_table *samples,
                                   struct har_error *err)
{
    if (har_table_column(samples, "start") != NULL)
        return har_fail(err, HAR_INPUT, "the samples have a tensor 'start', the windows' own name");
    if (samples->columns == HAR_TENSORS_MAX)
        return har_fail(err, HAR_INPUT, "%d tensors leave no room for 'start'", HAR_TENSORS_MAX);
    for (size_t c = 0; c < samples->columns; c++) {
        cutter->role[c] = role_of(samples->column[c].name);
        if (add_column(cutter, &samples->column[c], cutter->role[c], err) != HAR_OK)
            return err->status;
    }
    if (har_table_add(&cutter->windows, "start", HAR_I8, 0, (const size_t[]){0}, err) != HAR_OK)
        return err->status;
    cutter->row_bytes = 0;
    for (size_t c = 0; c < cutter->windows.columns; c++)
        cutter->row_bytes += cutter->windows.column[c].row_bytes;
    return HAR_OK;
}

static int compare_labels(const void *a, const void *b)
{
    const int64_t p = *(const int64_t *)a, q = *(const int64_t *)b;
    return p < q ? -1 : p > q;
}

/* The most frequent of COUNT labels, which get sorted; -1 where two share the first place. */
static int64_t majority(int64_t *label, size_t count)
{
    int64_t best = -1;
    size_t most = 0;
    bool tie = false;
    qsort(label, count, sizeof *label, compare_labels);
    for (size_t first = 0, next; first < count; first = next) {
        next = first + 1;
        while (next < count && label[next] == label[first])
            next++;
        if (next - first < most)
            continue;
        tie = next - first == most;
        most = next - first;
        best = label[first];
    }
    return tie ? -1 : best;
}

/* The class of the window at FIRST; -1 where the samples have none. */
static enum har_status find_label(int64_t *label, struct har_cutter *cutter,
                                  const struct har_table *samples, size_t first,
                                  struct har_error *err)
{
    const struct har_column *y = har_table_column(samples, "y");
    *label = -1;
    if (y == NULL)
        return HAR_OK;
    const struct har_tensor view = har_column_view(y, first, cutter->length);
    if (har_tensor_integers(cutter->label, &view, 0, cutter->length, err) != HAR_OK)
        return err->status;
    *label = majority(cutter->label, cutter->length);
    return HAR_OK;
}

/* The last window's value in column C, from the samples that begin at row FIRST. */
static void fill_column(struct har_cutter *cutter, size_t c, const struct har_table *samples,
                        size_t first, int64_t label)
{
    const struct har_column *to = &cutter->windows.column[c];
    unsigned char *row = to->data + (cutter->windows.rows - 1) * to->row_bytes;
    const struct har_tensor view = har_column_view(&samples->column[c], first, cutter->length);
    const int32_t class = (int32_t)label;
    if (cutter->role[c] == HAR_ROLE_FLOATS)
        har_tensor_floats((float *)(void *)row, &view, 0, har_tensor_count(&view));
    else if (cutter->role[c] == HAR_ROLE_LABEL)
        memcpy(row, &class, sizeof class);
    else if (to->row_bytes > 0)
        memcpy(row, view.data, to->row_bytes);
}

static enum har_status add_window(struct har_cutter *cutter, const struct har_table *samples,
                                  size_t first, int64_t start, int64_t label, struct har_error *err)
{
    if (cutter->windows.columns == 0 && add_columns(cutter, samples, err) != HAR_OK)
        return err->status;
    if (har_table_extend(&cutter->windows, 1, err) != HAR_OK)
        return err->status;
    for (size_t c = 0; c < samples->columns; c++)
        fill_column(cutter, c, samples, first, label);
    const struct har_column *last = &cutter->windows.column[samples->columns];
    memcpy(last->data + (cutter->windows.rows - 1) * last->row_bytes, &start, sizeof start);
    return HAR_OK;
}

enum har_status har_cutter_cut(struct har_cutter *cutter, const struct har_table *samples,
                               size_t first, int64_t start, const int64_t *label,
                               struct har_writer *out, struct har_error *err)
{
    int64_t class = -1;
    if (label != NULL)
        class = *label;
    else if (find_label(&class, cutter, samples, first, err) != HAR_OK)
        return err->status;
    class = har_label_map_apply(&cutter->map, class);
    if (class == HAR_LABEL_DROPPED)
        return HAR_OK;
    if (add_window(cutter, samples, first, start, class, err) != HAR_OK)
        return err->status;
    if (cutter->windows.rows * cutter->row_bytes < HAR_FRAME_AIM)
        return HAR_OK;
    return har_cutter_write(cutter, out, err);
}

enum har_status har_cutter_write(struct har_cutter *cutter, struct har_writer *out,
                                 struct har_error *err)
{
    if (cutter->windows.rows == 0)
        return HAR_OK;
    const enum har_status status =
        har_table_write(out, &cutter->windows, 0, cutter->windows.rows, err);
    har_table_clear(&cutter->windows);
    return status;
}
