#include "tune/fill.h"

#include <math.h>
#include <string.h>

struct filler {
    FILE *to; /* NULL: only looks */
    const char *file;
    size_t line;
    const struct har_space *space;
    const double *values; /* NULL: of no trial, only looks */
};

/* The parameter in braces at OPEN, on a line from START to END; *CLOSE is its closing brace. NULL
 * where ERR says why not. */
static const struct har_parameter *find(const char **close, const struct filler *filler,
                                        const char *start, const char *open, const char *end,
                                        struct har_error *err)
{
    const size_t column = (size_t)(open - start) + 1;
    *close = memchr(open, '}', (size_t)(end - open));
    if (*close == NULL) {
        har_fail(err, HAR_USAGE, "%s:%zu:%zu: no } for this {", filler->file, filler->line, column);
        return NULL;
    }
    const size_t length = (size_t)(*close - open) - 1;
    const struct har_parameter *parameter = har_space_find(filler->space, open + 1, length);
    if (parameter == NULL)
        har_fail(err, HAR_USAGE, "%s:%zu:%zu: '%.*s' isn't a parameter of the space", filler->file,
                 filler->line, column + 1,
                 (int)(length < HAR_PARAMETER_NAME_MAX ? length : HAR_PARAMETER_NAME_MAX),
                 open + 1);
    return parameter;
}

/* Writes the line, or with a filler that only looks sets *ABSENT where a parameter isn't part of
 * the trial. */
static enum har_status fill_line(bool *absent, const struct filler *filler, const char *start,
                                 const char *end, struct har_error *err)
{
    const char *comment = memchr(start, '#', (size_t)(end - start));
    const char *stop = comment == NULL ? end : comment, *at = start, *open;
    *absent = false;
    while ((open = memchr(at, '{', (size_t)(stop - at))) != NULL) {
        char text[HAR_VALUE_TEXT];
        const char *close;
        const struct har_parameter *parameter = find(&close, filler, start, open, stop, err);
        if (parameter == NULL)
            return err->status;
        const size_t number = (size_t)(parameter - filler->space->parameter);
        if (filler->values != NULL && isnan(filler->values[number])) {
            *absent = true;
        } else if (filler->to != NULL) {
            har_value_text(text, parameter, filler->values[number]);
            fwrite(at, 1, (size_t)(open - at), filler->to);
            fputs(text, filler->to);
        }
        at = close + 1;
    }
    if (filler->to != NULL)
        fwrite(at, 1, (size_t)(end - at), filler->to);
    return HAR_OK;
}

/* Writes the lines to TO, or only looks where it is NULL. */
static enum har_status fill_lines(FILE *to, const struct filler *look, const char *text,
                                  const char *end, struct har_error *err)
{
    struct filler looks = *look, writes = *look;
    writes.to = to;
    for (const char *at = text; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline == NULL ? end : newline + 1;
        bool absent, ignored;
        looks.line = ++writes.line;
        if (fill_line(&absent, &looks, at, next, err) != HAR_OK ||
            (to != NULL && !absent && fill_line(&ignored, &writes, at, next, err) != HAR_OK))
            return err->status;
        at = next;
    }
    return HAR_OK;
}

enum har_status har_fill(FILE *to, const char *text, size_t length, const char *file,
                         const struct har_space *space, const double *values, struct har_error *err)
{
    const struct filler look = {NULL, file, 0, space, values};
    const enum har_status status = fill_lines(NULL, &look, text, text + length, err);
    return status == HAR_OK ? fill_lines(to, &look, text, text + length, err) : status;
}

enum har_status har_fill_check(const char *text, size_t length, const char *file,
                               const struct har_space *space, struct har_error *err)
{
    const struct filler look = {NULL, file, 0, space, NULL};
    return fill_lines(NULL, &look, text, text + length, err);
}
