#include "nn/taps.h"

#include "base/memory.h"

/* Table entries: more than any sensible net has, few enough to be written at once. */
enum { MOST = 1 << 22 };

size_t har_axis_span(const struct har_axis *axis)
{
    return (axis->kernel - 1) * axis->dilation + 1;
}

bool har_axis_plan(struct har_axis *axis, enum har_convolution_padding padding)
{
    const size_t span = har_axis_span(axis);
    if (padding == HAR_VALID && span > axis->in)
        return false;
    axis->out = (padding == HAR_VALID ? axis->in - span : axis->in - 1) / axis->stride + 1;
    const size_t reach = (axis->out - 1) * axis->stride + span;
    axis->before = 0;
    if (padding == HAR_CAUSAL)
        axis->before = span - 1;
    else if (padding == HAR_SAME && reach > axis->in)
        axis->before = (reach - axis->in) / 2;
    return true;
}

size_t har_image_places(const struct har_image *image)
{
    return image->axis[0].out * image->axis[1].out;
}

/* The input of output O at kernel point J, or HAR_PADDING. */
static size_t input_of(const struct har_axis *axis, size_t o, size_t j)
{
    const size_t at = o * axis->stride + j * axis->dilation;
    return at >= axis->before && at - axis->before < axis->in ? at - axis->before : HAR_PADDING;
}

/* The output that input I goes to at kernel point J, or HAR_PADDING. */
static size_t output_of(const struct har_axis *axis, size_t i, size_t j)
{
    const size_t at = i + axis->before, first = j * axis->dilation;
    if (at < first || (at - first) % axis->stride != 0 || (at - first) / axis->stride >= axis->out)
        return HAR_PADDING;
    return (at - first) / axis->stride;
}

/* From places to what they meet, in steps of WIDTH reals. */
struct table {
    size_t places[2], width, columns; /* columns: of what they meet */
    size_t (*meets)(const struct har_axis *axis, size_t place, size_t point);
};

static void fill(size_t *offset, const struct table *table, const struct har_image *image)
{
    const struct har_axis *axis = image->axis;
    for (size_t p0 = 0; p0 < table->places[0]; p0++)
        for (size_t p1 = 0; p1 < table->places[1]; p1++)
            for (size_t j0 = 0; j0 < axis[0].kernel; j0++)
                for (size_t j1 = 0; j1 < axis[1].kernel; j1++) {
                    const size_t m0 = table->meets(&axis[0], p0, j0);
                    const size_t m1 = table->meets(&axis[1], p1, j1);
                    const bool padding = m0 == HAR_PADDING || m1 == HAR_PADDING;
                    *offset++ = padding ? HAR_PADDING : (m0 * table->columns + m1) * table->width;
                }
}

static enum har_status make(struct har_rows *rows, const struct table *table,
                            const struct har_image *image, struct har_error *err)
{
    size_t entries;
    if (!har_multiply(&rows->taps, image->axis[0].kernel, image->axis[1].kernel) ||
        !har_multiply(&rows->period, table->places[0], table->places[1]) ||
        !har_multiply(&entries, rows->period, rows->taps) || entries > MOST)
        return har_fail(err, HAR_USAGE, "a kernel of %zu points over %zu places is too large",
                        rows->taps, rows->period);
    size_t *offset = har_allocate(entries, sizeof *offset);
    if (offset == NULL)
        return har_fail_memory(err);
    fill(offset, table, image);
    rows->offset = offset;
    return HAR_OK;
}

/* Where all pieces of a row lie one behind the other, they are one piece. */
static void join(struct har_rows *rows, size_t width)
{
    size_t *offset = (size_t *)rows->offset;
    for (size_t i = 0; i < rows->period * rows->taps; i++)
        if (offset[i] == HAR_PADDING || (i % rows->taps > 0 && offset[i] != offset[i - 1] + width))
            return;
    for (size_t row = 0; row < rows->period; row++)
        offset[row] = offset[row * rows->taps];
    rows->taps = 1;
}

enum har_status har_taps_forward(struct har_rows *rows, const struct har_image *image,
                                 size_t stride, struct har_error *err)
{
    const struct har_axis *axis = image->axis;
    const struct table table = {{axis[0].out, axis[1].out}, image->channels, axis[1].in, input_of};
    rows->stride = stride;
    if (make(rows, &table, image, err) != HAR_OK)
        return err->status;
    join(rows, image->channels);
    return HAR_OK;
}

enum har_status har_taps_backward(struct har_rows *rows, const struct har_image *image,
                                  struct har_error *err)
{
    const struct har_axis *axis = image->axis;
    const struct table table = {{axis[0].in, axis[1].in}, image->filters, axis[1].out, output_of};
    rows->stride = har_image_places(image) * image->filters;
    return make(rows, &table, image, err);
}
