/* Images cut into the patches that a convolution sees: with one patch a row, it is a product of
 * matrices. Any kernel, stride and padding is the same loop over runs of adjoining pixels. */
#ifndef HAR_NN_PATCHES_H
#define HAR_NN_PATCHES_H

#include "kernel/real.h"
#include <stdbool.h>
#include <stddef.h>

/* Of each pair the first is for rows, the second for columns. */
struct har_patches {
    size_t size[2], channels; /* of the image (rows, columns, channels) */
    size_t kernel[2], stride[2];
    size_t before[2]; /* zeros in front of the image; there are as many behind it as are needed */
    size_t out[2];    /* how many patches */
};

/* Sets before and out from the other fields. Padding "same": as many patches as pixels, divided by
 * the stride and rounded up, an odd number of zeros having one more behind; else "valid": no
 * padding. False where the kernel is wider than the image. */
bool har_patches_plan(struct har_patches *p, bool same);

size_t har_patches_count(const struct har_patches *p); /* patches of an image */
size_t har_patches_width(const struct har_patches *p); /* values of a patch */

/* patches (count, width) of one image */
void har_patches_gather(har_real *patches, const har_real *image, const struct har_patches *p);

/* The transposed: each value of a patch is added to the pixel that it was taken from. */
void har_patches_scatter(har_real *image, const har_real *patches, const struct har_patches *p);

#endif
