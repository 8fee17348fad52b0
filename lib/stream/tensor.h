/* Named tensors: what a data frame carries. Little endian, C order, any alignment. */
#ifndef HAR_STREAM_TENSOR_H
#define HAR_STREAM_TENSOR_H

#include "base/decimal.h"
#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

enum { HAR_RANK_MAX = 8, HAR_NAME_MAX = 127 };

/* The element types of a stream, by NumPy's names. */
enum har_dtype { HAR_F4, HAR_F8, HAR_U1, HAR_I1, HAR_I4, HAR_I8, HAR_B1 };

size_t har_dtype_size(enum har_dtype type);
const char *har_dtype_name(enum har_dtype type); /* "<f4", "|u1", … */

/* A view of a tensor: DATA is borrowed, and need not be aligned for its type (a payload lies where
 * it came to lie in its frame), so elements are reached by memcpy, har_tensor_floats or
 * har_tensor_integers. */
struct har_tensor {
    char name[HAR_NAME_MAX + 1];
    enum har_dtype type;
    size_t rank; /* 0 only for a model's value */
    size_t shape[HAR_RANK_MAX];
    const unsigned char *data;
    size_t bytes; /* product of shape times the type's size */
};

/* A view with the given parts; bytes follow. HAR_INPUT where the name is too long or the size
 * overflows. */
HAR_RESULT enum har_status har_tensor_view(struct har_tensor *view, const char *name,
                                           enum har_dtype type, size_t rank, const size_t *shape,
                                           const void *data, struct har_error *err);

size_t har_tensor_rows(const struct har_tensor *tensor);      /* shape[0]; 1 at rank 0 */
size_t har_tensor_row_bytes(const struct har_tensor *tensor); /* bytes of one row */
size_t har_tensor_count(const struct har_tensor *tensor);     /* elements */

/* Its rows are of TYPE and, behind the first dimension, of RANK and SHAPE. */
bool har_tensor_rows_are(const struct har_tensor *tensor, enum har_dtype type, size_t rank,
                         const size_t *shape);

/* Rows FIRST .. FIRST + COUNT - 1 of TENSOR: a view into it. The caller checks the bounds. */
struct har_tensor har_tensor_part(const struct har_tensor *tensor, size_t first, size_t count);

/* COUNT elements from element FIRST on, converted to float / int64 (from any integer type; a float
 * that isn't whole: HAR_INPUT) into OUT. The caller checks the bounds. */
void har_tensor_floats(float *out, const struct har_tensor *tensor, size_t first, size_t count);
HAR_RESULT enum har_status har_tensor_integers(int64_t *out, const struct har_tensor *tensor,
                                               size_t first, size_t count, struct har_error *err);

/* Element INDEX as a double (an <i8 beyond 2^53 is rounded). The caller checks the bounds. */
double har_tensor_number(const struct har_tensor *tensor, size_t index);

/* One element as decimals that read back the same: a float in the fewest digits. */
void har_tensor_text(char text[HAR_DECIMAL], const struct har_tensor *tensor, size_t index);

/* "(64,128,9)" into TEXT (always terminated). */
void har_shape_text(char text[128], size_t rank, const size_t *shape);

#endif
