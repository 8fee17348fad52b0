/* One line of the net language as a layer to be, and as its canonical text. */
#ifndef HAR_NN_LANGUAGE_H
#define HAR_NN_LANGUAGE_H

#include "nn/layer.h"
#include "nn/words.h"
#include <stdio.h>

struct har_statement {
    const struct har_layer_kind *kind;
    void *config; /* owned by whoever asked */
    bool distributed, bidirectional;
    int activation;                    /* activation=…; 0 (linear): none */
    char name[HAR_LAYER_NAME_MAX + 1]; /* name=…, or "" */
    struct har_word word;              /* the kind's own, for messages */
};

/* Reads LINE, whose first word is neither profile nor input. */
HAR_RESULT enum har_status har_statement_read(struct har_statement *statement,
                                              const struct har_line *line, struct har_error *err);

/* Writes its line. */
void har_statement_write(FILE *text, const struct har_statement *statement);

/* The words from FIRST on, one count each, as a shape; `input 128 9`. */
HAR_RESULT enum har_status har_shape_read(struct har_shape *shape, const struct har_line *line,
                                          size_t first, double low, double high,
                                          struct har_error *err);

#endif
