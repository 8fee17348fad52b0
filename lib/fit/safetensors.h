/* safetensors: the length of a header in 8 bytes, the header as JSON, and the weights' bytes. What
 * a model's header says is kept as metadata, so that a file of ours needs nothing beside it. */
#ifndef HAR_FIT_SAFETENSORS_H
#define HAR_FIT_SAFETENSORS_H

#include "fit/model.h"
#include <stdio.h>

enum { HAR_SAFETENSORS_HEADER_MAX = 100000000, HAR_SAFETENSORS_RANK_MAX = 8 };

struct har_safetensor {
    const char *name; /* borrowed from the header */
    bool wide;        /* F64, else F32 */
    size_t rank, shape[HAR_SAFETENSORS_RANK_MAX];
    size_t count;              /* elements */
    size_t first, last;        /* bytes of the data; last isn't of it */
    const unsigned char *data; /* borrowed, of any alignment */
};

struct har_safetensors {
    json_t *header;                /* owned */
    struct har_safetensor *tensor; /* in the order of their data; owned */
    size_t count;
};

/* Reads the file that SIZE bytes at BYTES are; they must outlive FILE. HAR_INPUT: shorter than it
 * says, a header of more than 100 MB or that isn't such JSON, an element type but F32 and F64,
 * data that overlap, leave gaps or don't fit their shape. */
HAR_RESULT enum har_status har_safetensors_parse(struct har_safetensors *file, const void *bytes,
                                                 size_t size, struct har_error *err);
void har_safetensors_free(struct har_safetensors *file); /* the contents */

/* The net text in the metadata, or NULL. */
const char *har_safetensors_net(const struct har_safetensors *file);

/* What the metadata say of the rows (labels, channels, …) into HEADER. HAR_INPUT where one isn't of
 * the type it should be. */
HAR_RESULT enum har_status har_safetensors_describe(json_t *header,
                                                    const struct har_safetensors *file,
                                                    struct har_error *err);

/* All weights of MODEL by name, F64 rounded to float. HAR_INPUT: one is missing, one too many, of
 * another shape, or not finite. */
HAR_RESULT enum har_status har_safetensors_fill(struct har_model *model,
                                                const struct har_safetensors *file,
                                                struct har_error *err);

/* Writes MODEL: weights as F32 in the net's order. */
HAR_RESULT enum har_status har_safetensors_write(FILE *to, const struct har_model *model,
                                                 struct har_error *err);

#endif
