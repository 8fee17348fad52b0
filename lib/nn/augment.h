/* What the layers that change rows at random in training share. Each changes a row by itself, by a
 * linear map that is drawn for it; outside training all are the identity. */
#ifndef HAR_NN_AUGMENT_H
#define HAR_NN_AUGMENT_H

#include "nn/layer.h"

/* TO = A FROM for folded row ROW, or TO = A^T FROM: both the size of a row, and not the same. */
typedef void har_augment_row(const struct har_layer *layer, const struct har_pass *pass, size_t row,
                             har_real *to, const har_real *from);

/* The output has the input's shape. HAR_USAGE: the input has no dimension, or is too large. */
HAR_RESULT enum har_status har_augment_shape(struct har_layer *layer, struct har_error *err);

/* Y = A X for each row with MAP; Y = X outside training. */
void har_augment_forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                         const har_real *x, har_augment_row *map);

/* DX = A^T DY for each row with TRANSPOSED; nothing where DX is NULL. */
void har_augment_backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                          const har_real *dy, har_augment_row *transposed);

#endif
