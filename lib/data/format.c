#include "data/format.h"

#include "base/memory.h"
#include "stream/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In quotes there may be more commas. */
static size_t most_items(const char *text)
{
    size_t count = 1;
    for (; *text != '\0'; text++)
        count += *text == ',';
    return count;
}

/* Takes TEXT out of its quotes, in place; returns what follows them, NULL: they don't end. */
static char *unquote(char *text)
{
    char *to = text;
    for (char *from = text + 1; *from != '\0'; from++) {
        if (*from == '"' && *++from != '"') {
            *to = '\0';
            return from;
        }
        *to++ = *from;
    }
    return NULL;
}

/* Ends TEXT before END and the spaces there. */
static void end_text(char *text, char *end)
{
    while (end > text && end[-1] == ' ')
        end--;
    *end = '\0';
}

/* Takes the item that *TEXT begins with out of it, in place; *TEXT is then what follows its comma,
 * NULL after the last one. False: quotes don't end, more than a comma follows them, or one is
 * inside. */
static bool take_item(char **item, char **text)
{
    *item = *text + strspn(*text, " ");
    const bool quoted = **item == '"';
    char *end = quoted ? unquote(*item) : *item + strcspn(*item, ",");
    if (end == NULL || (!quoted && memchr(*item, '"', (size_t)(end - *item)) != NULL))
        return false;
    end += strspn(end, " ");
    const char after = *end;
    if (!quoted)
        end_text(*item, end);
    *text = after == ',' ? end + 1 : NULL;
    return after == ',' || after == '\0';
}

static enum har_status check_items(const struct har_list *list, const char *option, bool repeats,
                                   struct har_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->item[i][0] == '\0')
            return har_fail(err, HAR_USAGE, "--%s: item %zu is empty", option, i + 1);
        if (!repeats && har_list_find(list, list->item[i], strlen(list->item[i])) < i)
            return har_fail(err, HAR_USAGE, "--%s: '%.100s' comes twice", option, list->item[i]);
    }
    return HAR_OK;
}

enum har_status har_list_split(struct har_list *list, const char *text, const char *option,
                               bool repeats, struct har_error *err)
{
    *list = (struct har_list){0};
    if (text == NULL)
        return HAR_OK;
    const size_t pointers = most_items(text) * sizeof *list->item;
    list->item = har_allocate(pointers + strlen(text) + 1, 1);
    if (list->item == NULL)
        return har_fail_memory(err);
    char *copy = strcpy((char *)list->item + pointers, text);
    while (copy != NULL)
        if (!take_item(&list->item[list->count++], &copy))
            return har_fail(err, HAR_USAGE, "--%s: item %zu: a quote where none may stand", option,
                            list->count);
    return check_items(list, option, repeats, err);
}

void har_list_free(struct har_list *list)
{
    free(list->item);
    *list = (struct har_list){0};
}

size_t har_list_find(const struct har_list *list, const char *text, size_t size)
{
    for (size_t i = 0; i < list->count; i++)
        if (strlen(list->item[i]) == size && memcmp(list->item[i], text, size) == 0)
            return i;
    return list->count;
}

static enum har_status set_units(json_t *header, const struct har_list *units, size_t channels,
                                 struct har_error *err)
{
    if (units->count != 1 && units->count != channels)
        return har_fail(err, HAR_USAGE, "--units names %zu units, expected 1 or %zu, one a channel",
                        units->count, channels);
    const char **each = har_allocate(channels, sizeof *each);
    if (each == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < channels; i++)
        each[i] = units->item[units->count == 1 ? 0 : i];
    const enum har_status status = har_header_set_list(header, "units", each, channels, err);
    free(each);
    return status;
}

static int by_value(const void *a, const void *b)
{
    int32_t left, right;
    memcpy(&left, a, sizeof left);
    memcpy(&right, b, sizeof right);
    return (left > right) - (left < right);
}

/* The distinct values of those labelled, sorted, into VALUE; returns how many. */
static size_t distinct(int32_t *value, const int32_t *label, const bool *unlabelled, size_t count)
{
    size_t labelled = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        if (unlabelled == NULL || !unlabelled[i])
            value[labelled++] = label[i];
    qsort(value, labelled, sizeof *value, by_value);
    for (size_t i = 0; i < labelled; i++)
        if (kept == 0 || value[kept - 1] != value[i])
            value[kept++] = value[i];
    return kept;
}

static enum har_status set_labels(json_t *header, const int32_t *value, size_t count,
                                  struct har_error *err)
{
    json_t *labels = json_array();
    for (size_t i = 0; i < count; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", value[i]);
        json_array_append_new(labels, json_string(text));
    }
    if (json_array_size(labels) != count || json_object_set_new(header, "labels", labels) != 0)
        return har_fail_memory(err);
    return HAR_OK;
}

/* More classes than any frame of probabilities could hold are no classes. */
enum { classes_max = 10000 };

static enum har_status name_classes(json_t *header, int32_t *value, int32_t *label,
                                    const bool *unlabelled, size_t count, struct har_error *err)
{
    const size_t classes = distinct(value, label, unlabelled, count);
    if (classes > classes_max)
        return har_fail(err, HAR_INPUT, "%zu different labels, expected at most %d", classes,
                        classes_max);
    for (size_t i = 0; i < count; i++) {
        if (unlabelled != NULL && unlabelled[i]) {
            label[i] = -1;
            continue;
        }
        const int32_t *at = bsearch(&label[i], value, classes, sizeof *value, by_value);
        label[i] = (int32_t)(at - value);
    }
    return classes > 0 ? set_labels(header, value, classes, err) : HAR_OK;
}

enum har_status har_format_classes(json_t *header, int32_t *label, const bool *unlabelled,
                                   size_t count, struct har_error *err)
{
    int32_t *value = har_allocate(count, sizeof *value);
    if (value == NULL)
        return har_fail_memory(err);
    const enum har_status status = name_classes(header, value, label, unlabelled, count, err);
    free(value);
    return status;
}

static enum har_status note(json_t *arguments, const char *key, json_t *value,
                            struct har_error *err)
{
    if (arguments == NULL) {
        json_decref(value);
        return HAR_OK;
    }
    return json_object_set_new(arguments, key, value) == 0 ? HAR_OK : har_fail_memory(err);
}

enum har_status har_format_note(const struct har_request *request, const char *key,
                                const char *text, struct har_error *err)
{
    if (text == NULL)
        return HAR_OK;
    json_t *value = json_string(text);
    if (value == NULL)
        return har_fail(err, HAR_USAGE, "--%s: can't be recorded, expected UTF-8", key);
    return note(request->arguments, key, value, err);
}

enum har_status har_format_checksum(const struct har_request *request, const char *key,
                                    uint32_t crc, struct har_error *err)
{
    return note(request->arguments, key, json_integer((json_int_t)crc), err);
}

static enum har_status set_rate(json_t *header, const struct har_request *request,
                                struct har_error *err)
{
    if (json_object_set_new(header, "rate", json_real(request->rate)) != 0)
        return har_fail_memory(err);
    return note(request->arguments, "rate", json_real(request->rate), err);
}

enum har_status har_format_describe(json_t *header, const struct har_request *request,
                                    size_t channels, struct har_error *err)
{
    struct har_list units;
    enum har_status status = har_list_split(&units, request->units, "units", true, err);
    if (status == HAR_OK && request->rate > 0)
        status = set_rate(header, request, err);
    if (status == HAR_OK && units.count > 0)
        status = set_units(header, &units, channels, err);
    har_list_free(&units);
    return status;
}
