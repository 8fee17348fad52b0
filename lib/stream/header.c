#include "stream/header.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *har_header_new(const char *type, const char *source)
{
    return json_pack("{s:s, s:s}", "type", type, "source", source);
}

const char *har_header_text(const json_t *header, const char *key, const char *otherwise)
{
    const json_t *value = json_object_get(header, key);
    return json_is_string(value) ? json_string_value(value) : otherwise;
}

double har_header_number(const json_t *header, const char *key, double otherwise)
{
    const json_t *value = json_object_get(header, key);
    return json_is_number(value) ? json_number_value(value) : otherwise;
}

size_t har_header_count(const json_t *header, const char *key)
{
    return json_array_size(json_object_get(header, key));
}

const char *har_header_item(const json_t *header, const char *key, size_t index)
{
    return json_string_value(json_array_get(json_object_get(header, key), index));
}

static json_t *text_list(const char *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        if (json_array_append_new(list, json_string(items[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

enum har_status har_header_set_list(json_t *header, const char *key, const char *const *items,
                                    size_t count, struct har_error *err)
{
    if (json_object_set_new(header, key, text_list(items, count)) != 0)
        return har_fail(err, HAR_INPUT, "%s: can't be written as a list of UTF-8 texts", key);
    return HAR_OK;
}

/* The recipe may be shared with another header (json_copy is shallow), so it is replaced. */
enum har_status har_header_set_recipe(json_t *header, const char *step, json_t *value,
                                      struct har_error *err)
{
    json_t *old = json_object_get(header, "recipe");
    json_t *recipe = json_is_object(old) ? json_copy(old) : json_object();
    const int set = json_object_set_new(recipe, step, value);
    if (json_object_set_new(header, "recipe", recipe) != 0 || set != 0)
        return har_fail_memory(err);
    return HAR_OK;
}

/* The first of them, as far as they are told apart in a line. */
static void list_items(char *text, size_t size, const json_t *header, const char *key)
{
    enum { most = 20 };
    const size_t count = har_header_count(header, key);
    for (size_t i = 0; i < count && i < most; i++)
        har_text_list(text, size, har_header_item(header, key, i));
    if (count > most)
        har_text_list(text, size, "...");
}

static enum har_status fail_count(const json_t *a, const json_t *b, const char *key,
                                  struct har_error *err)
{
    char items[400] = "";
    list_items(items, sizeof items, a, key);
    har_fail(err, HAR_INPUT, "%s: %zu of them, expected %zu: %s", key, har_header_count(b, key),
             har_header_count(a, key), items);
    return strcmp(key, "labels") == 0
               ? har_error_hint(err, "all data have all labels, even where a file lacks some: "
                                     "har-load csv --labels A,B,... names them")
               : err->status;
}

enum har_status har_header_same_list(const json_t *a, const json_t *b, const char *key,
                                     struct har_error *err)
{
    const json_t *first = json_object_get(a, key), *second = json_object_get(b, key);
    if (first == NULL || second == NULL || json_equal(first, second))
        return HAR_OK;
    const size_t count = json_array_size(first);
    if (count != json_array_size(second))
        return fail_count(a, b, key, err);
    for (size_t i = 0; i < count; i++) {
        const char *one = har_header_item(a, key, i), *other = har_header_item(b, key, i);
        if (one != NULL && other != NULL && strcmp(one, other) != 0)
            return har_fail(err, HAR_INPUT, "%s: number %zu is '%s', expected '%s'", key, i + 1,
                            other, one);
    }
    return har_fail(err, HAR_INPUT, "%s aren't those expected", key);
}

static bool same_value(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b))
        return json_number_value(a) == json_number_value(b);
    return json_equal(a, b);
}

static enum har_status match_value(const json_t *a, const json_t *b, const char *what,
                                   struct har_error *err)
{
    if (a == NULL || b == NULL || same_value(a, b))
        return HAR_OK;
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
    char *one = json_dumps(a, flags), *other = json_dumps(b, flags);
    har_fail(err, HAR_INPUT, "%s is %.400s, expected %.400s", what, other == NULL ? "?" : other,
             one == NULL ? "?" : one);
    free(one);
    free(other);
    return HAR_INPUT;
}

static enum har_status hint_at_rate(const json_t *a, const json_t *b, struct har_error *err)
{
    const bool down = har_header_number(b, "rate", 0) > har_header_number(a, "rate", 0);
    return har_error_hint(err, "samples are brought to that rate before they are loaded%s",
                          down ? ": har-filter --lowpass below its half, then every nth row" : "");
}

enum har_status har_header_match(const json_t *a, const json_t *b, struct har_error *err)
{
    enum har_status status = har_header_same_list(a, b, "channels", err);
    if (status == HAR_OK && har_header_same_list(a, b, "units", err) != HAR_OK)
        status = har_error_hint(err, "samples are converted before they are loaded");
    if (status == HAR_OK &&
        match_value(json_object_get(a, "rate"), json_object_get(b, "rate"), "rate", err) != HAR_OK)
        status = hint_at_rate(a, b, err);
    const json_t *one = json_object_get(a, "recipe"), *other = json_object_get(b, "recipe");
    if (status == HAR_OK)
        status = match_value(json_object_get(one, "filter"), json_object_get(other, "filter"),
                             "filter", err);
    if (status == HAR_OK)
        status = match_value(json_object_get(json_object_get(one, "window"), "length"),
                             json_object_get(json_object_get(other, "window"), "length"),
                             "window length", err);
    return status;
}

/* Of units, rate and filter those that A has and B hasn't. */
static void list_unsaid(char *text, size_t size, const json_t *a, const json_t *b)
{
    static const char *const keys[] = {"units", "rate"};
    text[0] = '\0';
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_object_get(a, keys[i]) != NULL && json_object_get(b, keys[i]) == NULL)
            har_text_list(text, size, keys[i]);
    if (json_object_get(json_object_get(a, "recipe"), "filter") != NULL &&
        json_object_get(json_object_get(b, "recipe"), "filter") == NULL)
        har_text_list(text, size, "filter");
}

void har_header_unsaid(char text[HAR_UNSAID], const json_t *model, const json_t *rows)
{
    char of_model[HAR_UNSAID / 4], of_rows[HAR_UNSAID / 4] = "";
    list_unsaid(of_model, sizeof of_model, model, rows);
    if (json_object_get(model, "subjects") != NULL)
        list_unsaid(of_rows, sizeof of_rows, rows, model);
    const bool first = of_model[0] != '\0', second = of_rows[0] != '\0';
    text[0] = '\0';
    if (first || second)
        snprintf(text, HAR_UNSAID, "%s%s%s%s%s: whether they are the same can't be checked",
                 first ? "only the model says " : "", of_model, first && second ? ", " : "",
                 second ? "only the windows say " : "", of_rows);
}
