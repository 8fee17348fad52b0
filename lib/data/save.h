/* The way out: the tensors of streams, gathered in memory, written as npy, npz or csv. */
#ifndef HAR_DATA_SAVE_H
#define HAR_DATA_SAVE_H

#include "data/format.h"
#include "stream/stage.h"
#include <stdio.h>

/* A tensor whole: all rows of a segment, or a model's weight. */
struct har_array {
    char name[HAR_NAME_MAX + 1];
    enum har_dtype type;
    size_t rank;
    size_t shape[HAR_RANK_MAX];
    unsigned char *data; /* owned */
    size_t bytes, capacity;
};

struct har_saved_segment {
    json_t *header; /* owned */
    struct har_array *array;
    size_t count, capacity;
    size_t rows;
};

/* What is to be written. Start it as {0}, with the wishes set. */
struct har_save {
    struct har_list wanted; /* names of arrays; none: all */
    bool numbers;           /* csv: classes as numbers, not by their names */
    struct har_saved_segment *segment;
    size_t count, capacity;
};

/* Reads all of IN; HAR_INPUT where a wanted array isn't there. */
HAR_RESULT enum har_status har_save_gather(struct har_save *save, struct har_reader *in,
                                           struct har_error *err);
void har_save_free(struct har_save *save); /* WANTED too */

/* Calls TAKE for each array that is wanted, with its name: that of the tensor, "1/x" where there
 * are several segments; until one fails. */
typedef enum har_status har_save_take(void *state, const char *name, const struct har_array *array,
                                      struct har_error *err);
HAR_RESULT enum har_status har_save_each(const struct har_save *save, har_save_take *take,
                                         void *state, struct har_error *err);

/* Whether --array asks for array NAME of segment INDEX. */
bool har_save_wants(const struct har_save *save, size_t index, const char *name);

/* Writers. npy: one array; npz: each as NAME.npy, uncompressed, the same bytes for the same arrays;
 * csv: rows of arrays with one or two dimensions. */
HAR_RESULT enum har_status har_save_npy(FILE *file, const struct har_save *save,
                                        struct har_error *err);
HAR_RESULT enum har_status har_save_npz(FILE *file, const struct har_save *save,
                                        struct har_error *err);
HAR_RESULT enum har_status har_save_csv(FILE *file, const struct har_save *save,
                                        struct har_error *err);

#endif
