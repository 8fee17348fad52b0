/* Where a convolution's kernel meets its input: tables for products (kernel/product.h), whose rows
 * are the kernel's places and whose taps are the kernel's points. */
#ifndef HAR_NN_TAPS_H
#define HAR_NN_TAPS_H

#include "nn/layer.h"

/* One axis of a convolution: output o and kernel point j meet at input o stride + j dilation -
 * before. */
struct har_axis {
    size_t in, out, kernel, stride, dilation;
    size_t before; /* zeros in front of the input; there are as many behind it as are needed */
};

enum har_convolution_padding { HAR_VALID, HAR_SAME, HAR_CAUSAL };

/* Sets AXIS's out and before from the rest, as Keras does: "same" gives as many outputs as inputs,
 * divided by the stride and rounded up, an odd number of zeros having one more behind; "causal" has
 * all of them in front. False: without padding the kernel is wider than the input. */
HAR_RESULT bool har_axis_plan(struct har_axis *axis, enum har_convolution_padding padding);
size_t har_axis_span(const struct har_axis *axis); /* inputs that the kernel spans */

/* Images (axis 0, axis 1, channels), STRIDE apart; a 1-d convolution has a first axis of 1s. */
struct har_image {
    struct har_axis axis[2];
    size_t channels, filters;
};

/* Rows of the forward product: for each output its inputs; and of the backward one: for each input
 * the outputs that it went to. Offsets are allocated, for the layer to own. HAR_USAGE: too large.
 */
HAR_RESULT enum har_status har_taps_forward(struct har_rows *rows, const struct har_image *image,
                                            size_t stride, struct har_error *err);
HAR_RESULT enum har_status har_taps_backward(struct har_rows *rows, const struct har_image *image,
                                             struct har_error *err);

size_t har_image_places(const struct har_image *image); /* outputs */

#endif
