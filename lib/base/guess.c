#include "base/guess.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { longest = 100 };

static bool separates(char c)
{
    return c == '-' || c == '_';
}

/* WORD is made of beginnings of each of NAME's parts, with what separates them or without. */
static bool abbreviates(const char *word, size_t length, const char *name)
{
    if (*name == '\0')
        return length == 0;
    const char *rest = name + strcspn(name, "-_");
    const char *next = *rest == '\0' ? rest : rest + 1;
    for (size_t i = 0; i < length && name + i < rest && word[i] == name[i]; i++) {
        const char *left = word + i + 1;
        const size_t count = length - i - 1;
        if (abbreviates(left, count, next) ||
            (count > 0 && separates(*left) && abbreviates(left + 1, count - 1, next)))
            return true;
    }
    return false;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Letters to insert, remove, change or swap until A is B, but for case (optimal string alignment).
 */
static size_t distance(const char *a, size_t m, const char *b, size_t n)
{
    size_t before[longest + 1], last[longest + 1], row[longest + 1];
    for (size_t j = 0; j <= n; j++)
        before[j] = last[j] = j;
    for (size_t i = 1; i <= m; i++) {
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            row[j] = least(last[j - 1] + !same(a[i - 1], b[j - 1]), least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        memcpy(before, last, sizeof last);
        memcpy(last, row, sizeof row);
    }
    return last[n];
}

void har_guess_try(struct har_guess *guess, const char *name)
{
    const size_t length = strlen(name), few = guess->length / 3 + 2;
    if (guess->length > longest || length > longest)
        return;
    const bool short_form = guess->length > 1 && abbreviates(guess->word, guess->length, name);
    const size_t far = short_form ? 0 : distance(guess->word, guess->length, name, length);
    if (far < (guess->name == NULL ? few : guess->far) && far < length) {
        guess->name = name;
        guess->far = far;
    }
}
