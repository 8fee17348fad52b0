/* What har-load reads: a format is one file with one descriptor, and one row in the program's
 * table. */
#ifndef HAR_DATA_FORMAT_H
#define HAR_DATA_FORMAT_H

#include "stream/writer.h"
#include <jansson.h>

/* What was asked for. Texts are NULL where they weren't given; which of them a format understands
 * is in its descriptor. */
struct har_request {
    const char *path;                         /* the operand after the format's name */
    json_t *arguments;                        /* of the provenance entry, or NULL */
    bool (*stopped)(void);                    /* the user wants an end; or NULL */
    void (*say)(void *arg, const char *text); /* tells the user a line; or NULL */
    void *arg;
    const char *source;   /* the header's source */
    const char *channels; /* lists: "a,b,c" */
    const char *units;
    const char *labels;
    double rate;         /* Hz; 0: not given */
    const char *split;   /* uci: train or test; npy: a file */
    const char *subject; /* csv: a column; npy: a file; and so the next */
    const char *recording;
    const char *time, *label;  /* csv: columns */
    const char *x, *y, *start; /* npy: files */
};

struct har_format {
    const char *name;           /* "csv" */
    const char *const *options; /* names of the options that go with it; ends with NULL */
    const char *operand;        /* what may follow the name: "DIR", "FILE"; NULL: nothing */
    bool needs_path;            /* it must */

    /* Writes one whole segment. */
    enum har_status (*load)(const struct har_request *request, struct har_writer *out,
                            struct har_error *err);
};

/* A list out of an option's text. */
struct har_list {
    size_t count;
    char **item; /* into one block of memory */
};

/* Splits TEXT at its commas, without the spaces around; NULL gives none. An item may stand in
 * quotes, as in csv: "stairs, up". HAR_USAGE, naming OPTION, where an item is empty or comes twice
 * (allowed with REPEATS), or a quote stands elsewhere. */
HAR_RESULT enum har_status har_list_split(struct har_list *list, const char *text,
                                          const char *option, bool repeats, struct har_error *err);
void har_list_free(struct har_list *list);

/* The index of SIZE bytes at TEXT in LIST, or list->count. */
size_t har_list_find(const struct har_list *list, const char *text, size_t size);

/* Sets HEADER's units for CHANNELS channels out of "g" (for all) or "g,g,rad/s", and its rate;
 * neither where it wasn't asked for. */
HAR_RESULT enum har_status har_format_describe(json_t *header, const struct har_request *request,
                                               size_t channels, struct har_error *err);

/* Turns COUNT integer labels into classes: their distinct values, sorted, become HEADER's labels by
 * their decimals, each value its index. Where UNLABELLED[row] (NULL: nowhere) it becomes -1. */
HAR_RESULT enum har_status har_format_classes(json_t *header, int32_t *label,
                                              const bool *unlabelled, size_t count,
                                              struct har_error *err);

/* Notes in the provenance: a text of the request (nothing where it is NULL), a checksum. */
HAR_RESULT enum har_status har_format_note(const struct har_request *request, const char *key,
                                           const char *text, struct har_error *err);
HAR_RESULT enum har_status har_format_checksum(const struct har_request *request, const char *key,
                                               uint32_t crc, struct har_error *err);

#endif
