#include "nn/patches.h"

#include <string.h>

bool har_patches_plan(struct har_patches *p, bool same)
{
    for (int axis = 0; axis < 2; axis++) {
        const size_t size = p->size[axis], kernel = p->kernel[axis], stride = p->stride[axis];
        if (!same && kernel > size)
            return false;
        p->out[axis] = same ? (size - 1) / stride + 1 : (size - kernel) / stride + 1;
        const size_t needed = (p->out[axis] - 1) * stride + kernel;
        p->before[axis] = same && needed > size ? (needed - size) / 2 : 0;
    }
    return true;
}

size_t har_patches_count(const struct har_patches *p)
{
    return p->out[0] * p->out[1];
}

size_t har_patches_width(const struct har_patches *p)
{
    return p->kernel[0] * p->kernel[1] * p->channels;
}

/* What of a kernel's extent lies on the image: COUNT pixels from FIRST on, after SKIP of padding.
 */
struct span {
    size_t skip, first, count;
};

static struct span span_of(const struct har_patches *p, int axis, size_t out)
{
    const size_t start = out * p->stride[axis], before = p->before[axis];
    struct span span = {.skip = start < before ? before - start : 0};
    span.first = start + span.skip - before;
    const size_t wanted = p->kernel[axis] - span.skip;
    const size_t there = span.first < p->size[axis] ? p->size[axis] - span.first : 0;
    span.count = wanted < there ? wanted : there;
    return span;
}

static void gather_one(har_real *patch, const har_real *image, const struct har_patches *p,
                       const struct span *rows, const struct span *cols)
{
    const size_t line = p->kernel[1] * p->channels, run = cols->count * p->channels;
    if (rows->count * cols->count < p->kernel[0] * p->kernel[1])
        memset(patch, 0, p->kernel[0] * line * sizeof *patch);
    for (size_t i = 0; i < rows->count; i++)
        memcpy(patch + (rows->skip + i) * line + cols->skip * p->channels,
               image + ((rows->first + i) * p->size[1] + cols->first) * p->channels,
               run * sizeof *patch);
}

void har_patches_gather(har_real *patches, const har_real *image, const struct har_patches *p)
{
    const size_t width = har_patches_width(p);
    for (size_t row = 0; row < p->out[0]; row++) {
        const struct span rows = span_of(p, 0, row);
        for (size_t col = 0; col < p->out[1]; col++, patches += width) {
            const struct span cols = span_of(p, 1, col);
            gather_one(patches, image, p, &rows, &cols);
        }
    }
}

static void add(har_real *restrict sum, const har_real *restrict value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum[i] += value[i];
}

static void scatter_one(har_real *image, const har_real *patch, const struct har_patches *p,
                        const struct span *rows, const struct span *cols)
{
    const size_t line = p->kernel[1] * p->channels, run = cols->count * p->channels;
    for (size_t i = 0; i < rows->count; i++)
        add(image + ((rows->first + i) * p->size[1] + cols->first) * p->channels,
            patch + (rows->skip + i) * line + cols->skip * p->channels, run);
}

void har_patches_scatter(har_real *image, const har_real *patches, const struct har_patches *p)
{
    const size_t width = har_patches_width(p);
    for (size_t row = 0; row < p->out[0]; row++) {
        const struct span rows = span_of(p, 0, row);
        for (size_t col = 0; col < p->out[1]; col++, patches += width) {
            const struct span cols = span_of(p, 1, col);
            scatter_one(image, patches, p, &rows, &cols);
        }
    }
}
