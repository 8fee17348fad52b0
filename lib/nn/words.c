#include "nn/words.h"

#include "base/guess.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

enum har_status har_line_fail(const struct har_line *line, const struct har_word *word,
                              struct har_error *err, const char *format, ...)
{
    char what[sizeof err->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return har_fail(err, HAR_USAGE, "%.200s:%zu:%zu: %.700s", line->file, line->number,
                    word->column, what);
}

static enum har_status add_word(struct har_line *line, struct har_word word, struct har_error *err)
{
    if (line->words == HAR_WORDS_MAX)
        return har_line_fail(line, &word, err, "more than %d words in a line", HAR_WORDS_MAX);
    if (word.length > HAR_WORD_MAX)
        return har_line_fail(line, &word, err, "a word of more than %d characters", HAR_WORD_MAX);
    for (size_t i = 0; i < word.length; i++) {
        const struct har_word at = {.column = word.column + i};
        const unsigned char c = (unsigned char)word.text[i];
        if (c <= ' ' || c >= 0x7f)
            return har_line_fail(line, &at, err, "unexpected character 0x%02x", c);
    }
    line->word[line->words++] = word;
    return HAR_OK;
}

enum har_status har_line_next(struct har_line *line, const char **text, const char *end,
                              struct har_error *err)
{
    const char *start = *text;
    const char *stop = memchr(start, '\n', (size_t)(end - start));
    *text = stop == NULL ? end : stop + 1;
    if (stop == NULL)
        stop = end;
    const char *comment = memchr(start, '#', (size_t)(stop - start));
    if (comment != NULL)
        stop = comment;

    line->number++;
    line->words = 0;
    for (const char *at = start; at < stop;) {
        const char *first = at;
        while (at < stop && !blank(*at))
            at++;
        const struct har_word word = {first, (size_t)(at - first), (size_t)(first - start) + 1};
        if (word.length > 0 && add_word(line, word, err) != HAR_OK)
            return err->status;
        while (at < stop && blank(*at))
            at++;
    }
    return HAR_OK;
}

bool har_word_is(const struct har_word *word, const char *text)
{
    return strlen(text) == word->length && memcmp(word->text, text, word->length) == 0;
}

bool har_word_split(const struct har_word *word, struct har_word *key, struct har_word *value)
{
    const char *sign = memchr(word->text, '=', word->length);
    if (sign == NULL)
        return false;
    const size_t length = (size_t)(sign - word->text);
    *key = (struct har_word){word->text, length, word->column};
    *value = (struct har_word){sign + 1, word->length - length - 1, word->column + length + 1};
    return true;
}

bool har_word_part(struct har_word *part, struct har_word *rest)
{
    if (rest->text == NULL)
        return false;
    const char *comma = memchr(rest->text, ',', rest->length);
    *part = *rest;
    rest->text = NULL;
    if (comma == NULL)
        return true;
    part->length = (size_t)(comma - part->text);
    rest->text = comma + 1;
    rest->length -= part->length + 1;
    rest->column += part->length + 1;
    return true;
}

const char *har_word_nearest(const struct har_word *word, const char *const *known, size_t count)
{
    struct har_guess guess = {.word = word->text, .length = word->length};
    for (size_t i = 0; i < count; i++)
        har_guess_try(&guess, known[i]);
    return guess.name;
}

bool har_word_count(size_t *count, const struct har_word *word, double low, double high)
{
    uint64_t value = 0;
    if (word->length == 0 || word->length > 18)
        return false;
    for (size_t i = 0; i < word->length; i++) {
        if (word->text[i] < '0' || word->text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(word->text[i] - '0');
    }
    *count = (size_t)value;
    return (double)value >= low && (double)value <= high;
}

bool har_word_number(double *number, const struct har_word *word, double low, double high)
{
    char text[HAR_WORD_MAX + 1];
    if (word->length == 0 || word->length > HAR_WORD_MAX)
        return false;
    memcpy(text, word->text, word->length);
    text[word->length] = '\0';
    if (strspn(text, "0123456789.eE+-") != word->length)
        return false;
    char *end;
    *number = strtod(text, &end);
    return *end == '\0' && *number >= low && *number <= high;
}
