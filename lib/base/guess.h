/* Which name is meant by a mistyped word: the names are tried one by one. */
#ifndef HAR_BASE_GUESS_H
#define HAR_BASE_GUESS_H

#include <stddef.h>

/* Begins as {.word, .length}; WORD need not be terminated. */
struct har_guess {
    const char *word;
    size_t length;
    const char *name; /* the best one so far, or NULL */
    size_t far;       /* how far that is */
};

/* NAME (borrowed) is the best one where WORD abbreviates it, part by part ("lr", "val-split"), or
 * else is nearer to it than to those before, and but for case and a few letters the same. */
void har_guess_try(struct har_guess *guess, const char *name);

#endif
