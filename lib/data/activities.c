#include "data/activities.h"

#include "data/lines.h"
#include "data/number.h"
#include <string.h>

static bool has_label(const json_t *labels, const char *name, size_t length)
{
    for (size_t i = 0; i < json_array_size(labels); i++) {
        const json_t *label = json_array_get(labels, i);
        if (json_string_length(label) == length &&
            memcmp(json_string_value(label), name, length) == 0)
            return true;
    }
    return false;
}

/* "1 WALKING" on line 1, and so on. */
static enum har_status read_label(json_t *labels, struct har_lines *lines, struct har_error *err)
{
    size_t size;
    const char *text = har_lines_text(lines, &size);
    int64_t number;
    const char *name = har_integer_parse(&number, text, text + size);
    if (name == NULL || number != (int64_t)lines->line || name == text + size || *name != ' ')
        return har_fail(err, HAR_INPUT, "line %zu: '%.*s', expected '%zu NAME'", lines->line,
                        size < 40 ? (int)size : 40, text, lines->line);
    while (*name == ' ')
        name++;
    const size_t length = (size_t)(text + size - name);
    if (has_label(labels, name, length))
        return har_fail(err, HAR_INPUT, "line %zu: '%.*s' comes twice", lines->line,
                        length < 40 ? (int)length : 40, name);
    if (json_array_append_new(labels, json_stringn(name, length)) != 0)
        return har_fail(err, HAR_INPUT, "line %zu: the name isn't UTF-8", lines->line);
    return HAR_OK;
}

enum har_status har_activities_read(json_t *header, const struct har_mapped *file,
                                    struct har_error *err)
{
    json_t *labels = json_array();
    if (json_object_set_new(header, "labels", labels) != 0)
        return har_fail_memory(err);
    struct har_lines lines = {file->data, file->data + file->size, 0};
    enum har_status status = HAR_OK;
    while (status == HAR_OK && !har_lines_done(&lines))
        status = read_label(labels, &lines, err);
    if (status == HAR_OK && json_array_size(labels) == 0)
        status = har_fail(err, HAR_INPUT, "no labels");
    return status;
}
