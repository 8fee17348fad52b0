#include "stream/header.h"

#include <stdbool.h>

enum key_type { key_text, key_texts, key_rate, key_map, key_list };

static bool is_text_list(const json_t *value)
{
    size_t i;
    json_t *item;
    if (!json_is_array(value))
        return false;
    json_array_foreach(value, i, item) if (!json_is_string(item)) return false;
    return true;
}

static bool has_type(const json_t *value, enum key_type type)
{
    switch (type) {
    case key_text:
        return json_is_string(value);
    case key_texts:
        return is_text_list(value);
    case key_rate:
        return json_is_number(value) && json_number_value(value) > 0;
    case key_map:
        return json_is_object(value);
    default:
        return json_is_array(value);
    }
}

static enum har_status check_types(const json_t *header, struct har_error *err)
{
    static const struct {
        const char *name;
        enum key_type type;
    } keys[] = {{"type", key_text},       {"source", key_text}, {"axes", key_texts},
                {"channels", key_texts},  {"units", key_texts}, {"labels", key_texts},
                {"rate", key_rate},       {"recipe", key_map},  {"net", key_text},
                {"provenance", key_list}, {"profile", key_text}};
    static const char *const expected[] = {"text", "a list of texts", "a number above 0", "a map",
                                           "a list"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(header, keys[i].name);
        if (value != NULL && !has_type(value, keys[i].type))
            return har_fail(err, HAR_INPUT, "header: %s has the wrong type, expected %s",
                            keys[i].name, expected[keys[i].type]);
    }
    return HAR_OK;
}

/* What a list's items are found by is of one. */
static enum har_status check_distinct(const json_t *header, const char *key, struct har_error *err)
{
    json_t *met = json_object();
    enum har_status status = met == NULL ? har_fail_memory(err) : HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < har_header_count(header, key); i++) {
        const char *item = har_header_item(header, key, i);
        if (json_object_get(met, item) != NULL)
            status = har_fail(err, HAR_INPUT, "header: %s: '%.100s' comes twice", key, item);
        else if (json_object_set_new(met, item, json_true()) != 0)
            status = har_fail_memory(err);
    }
    json_decref(met);
    return status;
}

enum har_status har_header_check(const json_t *header, struct har_error *err)
{
    enum har_status status = check_types(header, err);
    if (status == HAR_OK)
        status = check_distinct(header, "channels", err);
    return status == HAR_OK ? check_distinct(header, "labels", err) : status;
}
