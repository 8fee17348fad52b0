/* A net while its text is read: the graph so far, where in it the next layer goes, and the groups
 * (branches, shortcuts) that are open. Internal to net.c, assembly.c and structure.c. */
#ifndef HAR_NN_ASSEMBLY_H
#define HAR_NN_ASSEMBLY_H

#include "nn/language.h"
#include "nn/net.h"

enum { HAR_GROUPS_MAX = 16, HAR_ROW_LIMIT = 1 << 26 };

/* Which layers something comes from. */
struct har_sources {
    size_t count;
    size_t source[HAR_INPUTS_MAX];
};

struct har_group {
    bool shortcut;           /* else branches */
    bool each;               /* branch each=channel */
    size_t line, column;     /* of the word that opened it */
    size_t start;            /* what it sees */
    struct har_sources ends; /* of the branches before this one; or the shortcut's */
    size_t copy, copies;     /* each: number of the channel, and of all */
    const char *body;        /* each: the text to be read again for the next copy */
};

struct har_assembly {
    struct har_net *net;
    const char *at, *end; /* the text to be read */
    struct har_line line; /* the line being read */
    FILE *text;           /* the canonical text */
    size_t capacity;      /* of net->layer */
    size_t row;           /* reals that the workspace holds for a row */
    bool profile, input;  /* were given */
    size_t present;       /* the next layer's input: a layer, or HAR_NET_INPUT */
    size_t groups;
    struct har_group group[HAR_GROUPS_MAX];
};

/* Is this a second or later copy of a branch, whose lines have been written already? */
bool har_assembly_copying(const struct har_assembly *a);

/* A layer's output, or the net's input. */
struct har_shape har_assembly_shape(const struct har_assembly *a, size_t source);

/* Adds the layers that STATEMENT stands for, after FROM; the last one becomes the present. */
HAR_RESULT enum har_status har_assembly_add(struct har_assembly *a,
                                            const struct har_statement *statement,
                                            const struct har_sources *from, struct har_error *err);

/* Reads the line as one layer and adds it after FROM, written after PREFIX into the canonical
 * text. */
HAR_RESULT enum har_status har_assembly_read(struct har_assembly *a, const struct har_sources *from,
                                             const char *prefix, struct har_error *err);

/* HAR_USAGE: a layer before the input. */
enum har_status har_assembly_no_input(const struct har_assembly *a, const struct har_word *word,
                                      struct har_error *err);

/* ---- structure.c: the lines that shape the graph ---- */

/* The line's reader where its first word is branch, concatenate, shortcut or add; else NULL. */
typedef enum har_status har_structure_reader(struct har_assembly *a, struct har_error *err);
har_structure_reader *har_structure_find(const struct har_word *word);

/* At the end of the text: no group may be open. */
HAR_RESULT enum har_status har_structure_end(struct har_assembly *a, struct har_error *err);

#endif
