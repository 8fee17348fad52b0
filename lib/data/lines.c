#include "data/lines.h"

#include "data/number.h"

static inline bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static inline const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && is_space(*at))
        at++;
    return at;
}

static inline bool ends_word(const char *at, const char *end)
{
    return at == end || is_space(*at) || *at == '\n';
}

static inline bool ends_line(const char *at, const char *end)
{
    return at == end || *at == '\n';
}

static int word_size(const char *at, const char *end)
{
    int size = 0;
    while (size < 40 && !ends_word(at + size, end))
        size++;
    return size;
}

bool har_lines_done(const struct har_lines *lines)
{
    const char *at = lines->at;
    while (at < lines->end && (is_space(*at) || *at == '\n'))
        at++;
    return at == lines->end;
}

size_t har_lines_count(const struct har_lines *lines)
{
    size_t count = 0;
    const char *at = skip_spaces(lines->at, lines->end);
    for (; !ends_line(at, lines->end); at = skip_spaces(at, lines->end), count++)
        while (!ends_word(at, lines->end))
            at++;
    return count;
}

static enum har_status refuse_count(const struct har_lines *lines, size_t count,
                                    struct har_error *err)
{
    return har_fail(err, HAR_INPUT, "line %zu: %zu values, expected %zu", lines->line + 1,
                    har_lines_count(lines), count);
}

/* After the last value at AT: the line must end. */
static enum har_status end_line(struct har_lines *lines, const char *at, size_t count,
                                struct har_error *err)
{
    at = skip_spaces(at, lines->end);
    if (!ends_line(at, lines->end))
        return refuse_count(lines, count, err);
    lines->at = at + (at < lines->end);
    lines->line++;
    return HAR_OK;
}

enum har_status har_lines_floats(struct har_lines *lines, float *x, size_t count, size_t stride,
                                 struct har_error *err)
{
    const char *const end = lines->end;
    const char *at = lines->at;
    for (size_t i = 0; i < count; i++) {
        const char *word = skip_spaces(at, end);
        if (ends_line(word, end))
            return refuse_count(lines, count, err);
        double value;
        at = har_number_parse(&value, word, end);
        if (at == NULL || !ends_word(at, end) || !har_fits_float(value))
            return har_fail(err, HAR_INPUT, "line %zu: value %zu: '%.*s' isn't a finite number",
                            lines->line + 1, i + 1, word_size(word, end), word);
        x[i * stride] = (float)value;
    }
    return end_line(lines, at, count, err);
}

enum har_status har_lines_integers(struct har_lines *lines, int32_t *value, size_t count,
                                   int32_t low, int32_t high, struct har_error *err)
{
    const char *const end = lines->end;
    const char *at = lines->at;
    for (size_t i = 0; i < count; i++) {
        const char *word = skip_spaces(at, end);
        if (ends_line(word, end))
            return refuse_count(lines, count, err);
        int64_t number;
        at = har_integer_parse(&number, word, end);
        if (at == NULL || !ends_word(at, end) || number < low || number > high)
            return har_fail(err, HAR_INPUT,
                            "line %zu: value %zu: '%.*s', expected a whole number %d to %d",
                            lines->line + 1, i + 1, word_size(word, end), word, low, high);
        value[i] = (int32_t)number;
    }
    return end_line(lines, at, count, err);
}

const char *har_lines_text(struct har_lines *lines, size_t *size)
{
    const char *first = skip_spaces(lines->at, lines->end);
    const char *last = first;
    while (!ends_line(last, lines->end))
        last++;
    lines->at = last + (last < lines->end);
    lines->line++;
    while (last > first && is_space(last[-1]))
        last--;
    *size = (size_t)(last - first);
    return first;
}
