/* NumPy's .npy files, formats 1 to 3. */
#ifndef HAR_DATA_NPY_H
#define HAR_DATA_NPY_H

#include "data/format.h"

enum { HAR_NPY_RANK_MAX = 8, HAR_NPY_HEADER_MAX = 1024 };

/* The element types that can be read. */
enum har_npy_type {
    HAR_NPY_F4,
    HAR_NPY_F8,
    HAR_NPY_U1,
    HAR_NPY_I1,
    HAR_NPY_I2,
    HAR_NPY_I4,
    HAR_NPY_I8
};

/* An array as it lies in the file. */
struct har_npy {
    enum har_npy_type type;
    bool fortran; /* the first index runs fastest */
    size_t rank;
    size_t shape[HAR_NPY_RANK_MAX];
    size_t count;     /* elements */
    size_t item;      /* bytes of one */
    const char *data; /* borrowed, of any alignment */
};

/* Reads the file that SIZE bytes at BYTES are. HAR_INPUT: no .npy file, a type or header that isn't
 * understood, more or fewer bytes than the shape needs. */
HAR_RESULT enum har_status har_npy_parse(struct har_npy *npy, const char *bytes, size_t size,
                                         struct har_error *err);

bool har_npy_is_float(const struct har_npy *npy);

/* Elements FIRST .. FIRST + COUNT - 1, counted in C order, as floats (from a float type; finite,
 * else HAR_INPUT with the row) or as integers (from an integer type). */
HAR_RESULT enum har_status har_npy_floats(float *out, const struct har_npy *npy, size_t first,
                                          size_t count, struct har_error *err);
void har_npy_integers(int64_t *out, const struct har_npy *npy, size_t first, size_t count);

/* Writes magic, version and header for an array of DESCR ("<f4") in C order, padded to a multiple
 * of 64 bytes as NumPy does; returns its size. */
size_t har_npy_header(char header[HAR_NPY_HEADER_MAX], const char *descr, size_t rank,
                      const size_t *shape);

extern const struct har_format har_format_npy;

#endif
