/* The one option table: what a program declares here is parsed, checked, printed by --help and
 * recorded in the provenance by the same code. */
#ifndef HAR_BASE_OPTIONS_H
#define HAR_BASE_OPTIONS_H

#include "base/status.h"
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum har_option_type {
    HAR_OPTION_FLAG,   /* bool: no argument */
    HAR_OPTION_COUNT,  /* size_t in [low, high] */
    HAR_OPTION_NUMBER, /* double in [low, high] */
    HAR_OPTION_SEED,   /* struct har_seed: 0 to 2^63-1 */
    HAR_OPTION_TEXT,   /* const char *, borrowed from argv */
    HAR_OPTION_FILE,   /* the same: names a file that is read */
    HAR_OPTION_FILES,  /* struct har_texts: each use adds such a name */
    HAR_OPTION_WRITTEN /* const char *: names a file that is written */
};

struct har_seed {
    bool given;
    uint64_t value;
};

/* Texts of an option that may be given again and again, borrowed from argv. */
enum { HAR_TEXTS_MAX = 64 };

struct har_texts {
    size_t count;
    const char *text[HAR_TEXTS_MAX];
};

/* One row of a program's table; the table ends with a row whose name is NULL. */
struct har_option {
    const char *name; /* long name, without the dashes */
    char letter;      /* short name, or 0 */
    enum har_option_type type;
    void *value;          /* where it goes, of the type above; holds the default before */
    double low, high;     /* both inclusive, for COUNT and NUMBER */
    const char *argument; /* its name in the help: "N", "FILE"; NULL for a flag */
    const char *help;     /* one line; says the default */
    bool recorded;        /* bears on the result, isn't a path: goes into the provenance */
};

/* What is left of the command line after the options, and which these were. */
enum { HAR_OPTIONS_MAX = 64 };

struct har_operands {
    char **operand; /* in argv, whose order they change; NULL after the last one */
    size_t count;
    const char *given[HAR_OPTIONS_MAX]; /* names of the tables, each once; borrowed */
    size_t givens;
};

/* Parses argv by all TABLES (COUNT of them, searched in order) with getopt_long; options and
 * operands may be mixed, "--" ends the options, and -1 or -.5 is an operand where no option is
 * named by a digit. The first fault is HAR_USAGE and names option, value and range; the options
 * after it are taken all the same. */
HAR_RESULT enum har_status har_options_parse(struct har_operands *left, int argc, char **argv,
                                             const struct har_option *const tables[], size_t count,
                                             struct har_error *err);

/* The option called NAME was given, be it with the value that it has by default. */
bool har_options_given(const struct har_operands *left, const char *name);

/* Adds name: value to ARGUMENTS for each recorded option of TABLE, set or default (a text that is
 * NULL, a flag that is false, a seed not given and a number out of its range are left out). */
HAR_RESULT enum har_status har_options_record(json_t *arguments, const struct har_option *table,
                                              struct har_error *err);

/* Strict readers of one number: the whole text, decimal, in range, finite; NAME is for the message,
 * which ends with the range. HAR_USAGE. */
HAR_RESULT enum har_status har_read_count(size_t *value, const char *text, double low, double high,
                                          const char *name, struct har_error *err);
HAR_RESULT enum har_status har_read_number(double *value, const char *text, double low, double high,
                                           const char *name, struct har_error *err);

#endif
