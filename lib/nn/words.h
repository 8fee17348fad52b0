/* The net language's lines and words, with their places for messages. */
#ifndef HAR_NN_WORDS_H
#define HAR_NN_WORDS_H

#include "base/status.h"
#include <stddef.h>

enum { HAR_WORDS_MAX = 40, HAR_WORD_MAX = 100 };

/* Not terminated: a view into the net's text. */
struct har_word {
    const char *text;
    size_t length;
    size_t column; /* from 1 */
};

struct har_line {
    const char *file;
    size_t number; /* from 1 */
    size_t words;  /* without comments: 0 for an empty line */
    struct har_word word[HAR_WORDS_MAX];
};

/* Reads the line at *TEXT, which ends before END, into LINE (its number counted on) and moves *TEXT
 * behind it. */
HAR_RESULT enum har_status har_line_next(struct har_line *line, const char **text, const char *end,
                                         struct har_error *err);

/* HAR_USAGE: "FILE:LINE:COLUMN: " and the formatted text. */
HAR_PRINTF(4, 5)
enum har_status har_line_fail(const struct har_line *line, const struct har_word *word,
                              struct har_error *err, const char *format, ...);

bool har_word_is(const struct har_word *word, const char *text);

/* Splits key=value; false (and untouched) where there is no '='. */
bool har_word_split(const struct har_word *word, struct har_word *key, struct har_word *value);

/* Takes PART, up to the next comma, off REST, a word at first; false where nothing is left. */
bool har_word_part(struct har_word *part, struct har_word *rest);

/* What of KNOWN (COUNT names) WORD may mean (base/guess.h), or NULL. */
const char *har_word_nearest(const struct har_word *word, const char *const *known, size_t count);

/* A decimal number in LOW .. HIGH; false where it isn't one. */
HAR_RESULT bool har_word_count(size_t *count, const struct har_word *word, double low, double high);
HAR_RESULT bool har_word_number(double *number, const struct har_word *word, double low,
                                double high);

#endif
