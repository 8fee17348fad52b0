/* What a search may choose: a small text, one parameter a line, in the manner of the net language.
 *
 *     # comments
 *     float learning_rate 1e-5 1e-1 log
 *     int filters 32 128 step=8
 *     categorical optimizer adam sgd
 *     float momentum 0 0.99 if optimizer=sgd
 *
 * A parameter with `if` is part of a trial only where an earlier one, which is part of it, has one
 * of the values given with commas between. */
#ifndef HAR_TUNE_SPACE_H
#define HAR_TUNE_SPACE_H

#include "base/status.h"
#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

enum {
    HAR_PARAMETERS_MAX = 64,
    HAR_CHOICES_MAX = 36,
    HAR_PARAMETER_NAME_MAX = 40,
    HAR_VALUE_TEXT = 48 /* a value as text, its end counted */
};

enum har_parameter_kind { HAR_PARAMETER_FLOAT, HAR_PARAMETER_INT, HAR_PARAMETER_CATEGORICAL };

struct har_parameter {
    char name[HAR_PARAMETER_NAME_MAX + 1]; /* small letters, digits and _ */
    enum har_parameter_kind kind;
    bool log;
    double low, high; /* both inclusive; of a categorical one 0 and choices - 1 */
    double step;      /* 0: any value between; an int's is at least 1 */
    size_t choices;
    char choice[HAR_CHOICES_MAX][HAR_VALUE_TEXT];

    /* `if`: it is there where parameter PARENT has one of these values. */
    bool conditional;
    size_t parent, whens;
    double when[HAR_CHOICES_MAX];
};

/* The values of a trial: an array of doubles, one a parameter; a categorical one's is the number of
 * its choice, and NAN stands for a parameter that isn't part of the trial. */
struct har_space {
    size_t count;
    struct har_parameter parameter[HAR_PARAMETERS_MAX];
};

/* Reads LENGTH bytes of TEXT, called FILE in messages. HAR_USAGE with file, line and column. */
HAR_RESULT enum har_status har_space_new(struct har_space **space, const char *text, size_t length,
                                         const char *file, struct har_error *err);
void har_space_free(struct har_space *space); /* NULL is allowed */

/* The space as canonical text: two texts that mean the same give the same. Owned by the caller;
 * NULL without memory. */
char *har_space_text(const struct har_space *space);

/* The parameter of SIZE bytes at NAME, or NULL. */
const struct har_parameter *har_space_find(const struct har_space *space, const char *name,
                                           size_t size);

/* Parameter NUMBER is part of the trial whose earlier parameters have these VALUES. */
bool har_space_active(const struct har_space *space, size_t number, const double *values);

/* Both depend on the same condition, or on none. */
bool har_parameter_beside(const struct har_parameter *a, const struct har_parameter *b);

/* A value as it is written: a choice, a whole number, or a float as Python writes it. */
void har_value_text(char text[HAR_VALUE_TEXT], const struct har_parameter *parameter, double value);

/* The values as a JSON object, those that aren't part of the trial left out; NULL without memory.
 * And back: HAR_INPUT where a parameter lacks or has a value that the space doesn't. */
json_t *har_values_json(const struct har_space *space, const double *values);
HAR_RESULT enum har_status har_values_read(double *values, const struct har_space *space,
                                           const json_t *object, struct har_error *err);

#endif
