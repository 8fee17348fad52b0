#include "data/npy.h"

#include "base/memory.h"
#include "data/number.h"

#include <stdio.h>
#include <string.h>

static const char magic[] = "\x93NUMPY";

enum { magic_size = 6, alignment = 64, descr_max = 40 };

static const struct {
    const char *descr;
    enum har_npy_type type;
    size_t item;
} types[] = {{"<f4", HAR_NPY_F4, 4}, {"<f8", HAR_NPY_F8, 8}, {"|u1", HAR_NPY_U1, 1},
             {"|i1", HAR_NPY_I1, 1}, {"<i2", HAR_NPY_I2, 2}, {"<i4", HAR_NPY_I4, 4},
             {"<i8", HAR_NPY_I8, 8}};

/* The header's text, a Python dictionary, as far as it's read. */
struct text {
    const char *at, *end;
};

static void skip_spaces(struct text *text)
{
    while (text->at < text->end && (*text->at == ' ' || *text->at == '\n'))
        text->at++;
}

/* The next byte, after spaces, is BYTE: it's taken. */
static bool take(struct text *text, char byte)
{
    skip_spaces(text);
    if (text->at == text->end || *text->at != byte)
        return false;
    text->at++;
    return true;
}

static bool take_word(struct text *text, const char *word)
{
    skip_spaces(text);
    const size_t size = strlen(word);
    if ((size_t)(text->end - text->at) < size || memcmp(text->at, word, size) != 0)
        return false;
    text->at += size;
    return true;
}

/* 'descr' or "descr" into VALUE, ended. */
static bool take_quoted(char value[descr_max], struct text *text)
{
    const char quote = take(text, '\'') ? '\'' : take(text, '"') ? '"' : '\0';
    if (quote == '\0')
        return false;
    size_t size = 0;
    while (text->at < text->end && *text->at != quote && size + 1 < descr_max)
        value[size++] = *text->at++;
    value[size] = '\0';
    return take(text, quote);
}

static enum har_status read_descr(struct har_npy *npy, struct text *text, struct har_error *err)
{
    char descr[descr_max];
    if (!take_quoted(descr, text))
        return har_fail(err, HAR_INPUT,
                        "structured type, expected one of <f4 <f8 |u1 |i1 <i2 <i4 <i8");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(descr, types[i].descr) == 0) {
            npy->type = types[i].type;
            npy->item = types[i].item;
            return HAR_OK;
        }
    }
    return har_fail(err, HAR_INPUT, "type '%s', expected one of <f4 <f8 |u1 |i1 <i2 <i4 <i8",
                    descr);
}

static enum har_status read_order(struct har_npy *npy, struct text *text, struct har_error *err)
{
    npy->fortran = take_word(text, "True");
    if (npy->fortran || take_word(text, "False"))
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "header: fortran_order is neither True nor False");
}

/* "(7352, 128, 9)", "(5,)" or "()". */
static enum har_status read_shape(struct har_npy *npy, struct text *text, struct har_error *err)
{
    if (!take(text, '('))
        return har_fail(err, HAR_INPUT, "header: the shape isn't a tuple");
    while (!take(text, ')')) {
        int64_t size;
        skip_spaces(text);
        const char *after = har_integer_parse(&size, text->at, text->end);
        if (after == NULL || size < 0)
            return har_fail(err, HAR_INPUT, "header: the shape isn't of whole numbers");
        if (npy->rank == HAR_NPY_RANK_MAX)
            return har_fail(err, HAR_INPUT, "more than %d dimensions", HAR_NPY_RANK_MAX);
        npy->shape[npy->rank++] = (size_t)size;
        text->at = after;
        if (!take(text, ',')) {
            if (!take(text, ')'))
                return har_fail(err, HAR_INPUT, "header: the shape doesn't end");
            break;
        }
    }
    return HAR_OK;
}

static enum har_status read_entry(struct har_npy *npy, unsigned *seen, struct text *text,
                                  struct har_error *err)
{
    static const struct {
        const char *key;
        enum har_status (*read)(struct har_npy *npy, struct text *text, struct har_error *err);
    } entries[] = {{"descr", read_descr}, {"fortran_order", read_order}, {"shape", read_shape}};
    char key[descr_max];
    if (!take_quoted(key, text) || !take(text, ':'))
        return har_fail(err, HAR_INPUT, "header: not a dictionary");
    for (unsigned i = 0; i < sizeof entries / sizeof *entries; i++) {
        if (strcmp(key, entries[i].key) == 0 && (*seen >> i & 1) == 0) {
            *seen |= 1u << i;
            return entries[i].read(npy, text, err);
        }
    }
    return har_fail(err, HAR_INPUT, "header: unknown or repeated key '%s'", key);
}

static enum har_status read_dictionary(struct har_npy *npy, struct text *text,
                                       struct har_error *err)
{
    unsigned seen = 0;
    if (!take(text, '{'))
        return har_fail(err, HAR_INPUT, "header: not a dictionary");
    while (!take(text, '}')) {
        const enum har_status status = read_entry(npy, &seen, text, err);
        if (status != HAR_OK)
            return status;
        if (!take(text, ',')) {
            if (!take(text, '}'))
                return har_fail(err, HAR_INPUT, "header: the dictionary doesn't end");
            break;
        }
    }
    skip_spaces(text);
    if (seen != 7 || text->at != text->end)
        return har_fail(err, HAR_INPUT, "header: expected descr, fortran_order and shape");
    return HAR_OK;
}

/* Finds the dictionary: after magic, two bytes of version, its size in two or four bytes. */
static enum har_status find_header(struct text *text, const char *bytes, size_t size,
                                   struct har_error *err)
{
    if (size < magic_size + 4 || memcmp(bytes, magic, magic_size) != 0)
        return har_fail(err, HAR_INPUT, "not a .npy file");
    const unsigned char *raw = (const unsigned char *)bytes;
    if (raw[6] < 1 || raw[6] > 3 || raw[7] != 0)
        return har_fail(err, HAR_INPUT, ".npy format %d.%d, expected 1.0 to 3.0", raw[6], raw[7]);
    const size_t before = raw[6] == 1 ? 10 : 12;
    if (size < before)
        return har_fail(err, HAR_INPUT, "truncated in its header");
    size_t length = (size_t)raw[8] | (size_t)raw[9] << 8;
    if (raw[6] > 1)
        length |= (size_t)raw[10] << 16 | (size_t)raw[11] << 24;
    if (length > size - before)
        return har_fail(err, HAR_INPUT, "truncated: a header of %zu bytes, %zu are there", length,
                        size - before);
    *text = (struct text){bytes + before, bytes + before + length};
    return HAR_OK;
}

static enum har_status check_size(struct har_npy *npy, size_t there, struct har_error *err)
{
    npy->count = 1;
    size_t bytes = 0;
    bool fits = true;
    for (size_t i = 0; i < npy->rank; i++)
        fits = fits && har_multiply(&npy->count, npy->count, npy->shape[i]);
    fits = fits && har_multiply(&bytes, npy->count, npy->item);
    if (!fits)
        return har_fail(err, HAR_INPUT, "the shape's size overflows");
    if (there != bytes)
        return har_fail(err, HAR_INPUT, "%s: the shape needs %zu bytes, %zu are there",
                        there < bytes ? "truncated" : "too long", bytes, there);
    return HAR_OK;
}

enum har_status har_npy_parse(struct har_npy *npy, const char *bytes, size_t size,
                              struct har_error *err)
{
    *npy = (struct har_npy){0};
    struct text text;
    enum har_status status = find_header(&text, bytes, size, err);
    if (status != HAR_OK)
        return status;
    npy->data = text.end;
    status = read_dictionary(npy, &text, err);
    return status == HAR_OK ? check_size(npy, (size_t)(bytes + size - npy->data), err) : status;
}

bool har_npy_is_float(const struct har_npy *npy)
{
    return npy->type == HAR_NPY_F4 || npy->type == HAR_NPY_F8;
}

/* Where the element with number INDEX in C order lies. */
static const char *element(const struct har_npy *npy, size_t index)
{
    if (!npy->fortran)
        return npy->data + index * npy->item;
    size_t place = 0, left = npy->count;
    for (size_t i = npy->rank; i-- > 0; index /= npy->shape[i]) {
        left /= npy->shape[i]; /* what one step of dimension i is, in Fortran order */
        place += index % npy->shape[i] * left;
    }
    return npy->data + place * npy->item;
}

static double float_at(const struct har_npy *npy, size_t index)
{
    const char *at = element(npy, index);
    if (npy->type == HAR_NPY_F8) {
        double wide;
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
    float narrow;
    memcpy(&narrow, at, sizeof narrow);
    return (double)narrow;
}

enum har_status har_npy_floats(float *out, const struct har_npy *npy, size_t first, size_t count,
                               struct har_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const double value = float_at(npy, first + i);
        if (!har_fits_float(value)) {
            const size_t row = npy->rank == 0 ? 0 : (first + i) / (npy->count / npy->shape[0]);
            return har_fail(err, HAR_INPUT, "row %zu: %g isn't a finite float", row, value);
        }
        out[i] = (float)value;
    }
    return HAR_OK;
}

static int64_t integer_at(const struct har_npy *npy, size_t index)
{
    const char *at = element(npy, index);
    int64_t value = 0;
    memcpy(&value, at, npy->item);
    switch (npy->type) {
    case HAR_NPY_I1:
        return (int8_t)value;
    case HAR_NPY_I2:
        return (int16_t)value;
    case HAR_NPY_I4:
        return (int32_t)value;
    default:
        return value;
    }
}

void har_npy_integers(int64_t *out, const struct har_npy *npy, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = integer_at(npy, first + i);
}

/* "(7352, 128, 9)", "(5,)", "()". */
static void write_shape(char text[256], size_t rank, const size_t *shape)
{
    size_t used = (size_t)snprintf(text, 256, "(");
    for (size_t i = 0; i < rank && i < HAR_NPY_RANK_MAX; i++)
        used += (size_t)snprintf(text + used, 256 - used, i == 0 ? "%zu" : ", %zu", shape[i]);
    snprintf(text + used, 256 - used, rank == 1 ? ",)" : ")");
}

size_t har_npy_header(char header[HAR_NPY_HEADER_MAX], const char *descr, size_t rank,
                      const size_t *shape)
{
    enum { before = magic_size + 4 };
    char tuple[256];
    write_shape(tuple, rank, shape);
    const int written =
        snprintf(header + before, HAR_NPY_HEADER_MAX - before - alignment,
                 "{'descr': '%.8s', 'fortran_order': False, 'shape': %s, }", descr, tuple);
    const size_t used = before + (size_t)written;
    const size_t size = (used + 1 + alignment - 1) / alignment * alignment;
    memset(header + used, ' ', size - used - 1);
    header[size - 1] = '\n';
    memcpy(header, magic, magic_size);
    header[6] = 1;
    header[7] = 0;
    header[8] = (char)((size - before) & 255);
    header[9] = (char)((size - before) >> 8);
    return size;
}
