#include "stream/header.h"

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

enum har_status har_header_same_list(const json_t *a, const json_t *b, const char *key,
                                     struct har_error *err)
{
    const json_t *first = json_object_get(a, key), *second = json_object_get(b, key);
    if (first == NULL || second == NULL || json_equal(first, second))
        return HAR_OK;
    const size_t count = json_array_size(first);
    if (count != json_array_size(second))
        return har_fail(err, HAR_INPUT, "%s differ: %zu and %zu of them", key, count,
                        json_array_size(second));
    for (size_t i = 0; i < count; i++) {
        const char *one = har_header_item(a, key, i), *other = har_header_item(b, key, i);
        if (one != NULL && other != NULL && strcmp(one, other) != 0)
            return har_fail(err, HAR_INPUT, "%s differ: number %zu is '%s' and '%s'", key, i + 1,
                            one, other);
    }
    return har_fail(err, HAR_INPUT, "%s differ", key);
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
    har_fail(err, HAR_INPUT, "%s differs: %.400s and %.400s", what, one == NULL ? "?" : one,
             other == NULL ? "?" : other);
    free(one);
    free(other);
    return HAR_INPUT;
}

enum har_status har_header_match(const json_t *a, const json_t *b, struct har_error *err)
{
    enum har_status status = har_header_same_list(a, b, "channels", err);
    if (status == HAR_OK)
        status = har_header_same_list(a, b, "units", err);
    if (status == HAR_OK)
        status = match_value(json_object_get(a, "rate"), json_object_get(b, "rate"), "rate", err);
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

const char *har_header_unsaid(const json_t *model, const json_t *rows)
{
    static const char *const text[] = {
        NULL, "windows without units: whether they are the model's can't be checked",
        "windows without a rate: whether it is the model's can't be checked",
        "windows without units and rate: whether they are the model's can't be checked"};
    size_t unsaid = 0;
    unsaid |= json_object_get(model, "units") != NULL && json_object_get(rows, "units") == NULL;
    if (json_object_get(model, "rate") != NULL && json_object_get(rows, "rate") == NULL)
        unsaid |= 2;
    return text[unsaid];
}
