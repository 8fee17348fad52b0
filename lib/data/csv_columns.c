#include "data/csv_columns.h"

#include "base/memory.h"
#include "base/text.h"
#include "data/number.h"
#include "stream/header.h"

#include <stdlib.h>
#include <string.h>

enum { columns_max = 4096 };

static size_t find(const struct har_csv_columns *columns, const char *name)
{
    size_t i = 0;
    while (i < columns->count && strcmp(columns->column[i].name, name) != 0)
        i++;
    return i;
}

enum har_status har_csv_columns_add(struct har_csv_columns *columns, const char *name, size_t size,
                                    struct har_error *err)
{
    if (columns->count == columns_max)
        return har_fail(err, HAR_INPUT, "more than %d columns", columns_max);
    if (!har_grow(&columns->column, &columns->capacity, columns->count + 1,
                  sizeof *columns->column))
        return har_fail_memory(err);
    if (memchr(name, '\0', size) != NULL)
        return har_fail(err, HAR_INPUT, "the name of column %zu has a NUL byte",
                        columns->count + 1);
    char *copy = strndup(name, size);
    if (copy == NULL)
        return har_fail_memory(err);
    const size_t same = find(columns, copy);
    columns->column[columns->count++] = (struct har_csv_column){copy, HAR_CSV_IGNORED, 0};
    if (same + 1 < columns->count && copy[0] != '\0')
        return har_fail(err, HAR_INPUT, "columns %zu and %zu are both called '%.100s'", same + 1,
                        columns->count, copy);
    return HAR_OK;
}

static enum har_status fail_unknown(const struct har_csv_columns *columns, const char *name,
                                    const char *option, struct har_error *err)
{
    char names[300] = "";
    for (size_t i = 0; i < columns->count; i++)
        har_text_list(names, sizeof names, columns->column[i].name);
    har_fail(err, HAR_INPUT, "there is no column '%.100s' (--%s)", name, option);
    return har_error_hint(err, "there are %s", names);
}

static enum har_status assign(struct har_csv_columns *columns, const char *name, const char *option,
                              enum har_csv_use use, size_t channel, struct har_error *err)
{
    if (name == NULL)
        return HAR_OK;
    const size_t at = find(columns, name);
    if (at == columns->count)
        return fail_unknown(columns, name, option, err);
    if (columns->column[at].use != HAR_CSV_IGNORED)
        return har_fail(err, HAR_USAGE, "--%s: column '%.100s' has another use already", option,
                        name);
    columns->column[at].use = use;
    columns->column[at].channel = channel;
    return HAR_OK;
}

static enum har_status choose_channels(struct har_csv_columns *columns,
                                       const struct har_list *channels, struct har_error *err)
{
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < channels->count; i++)
        status = assign(columns, channels->item[i], "channels", HAR_CSV_CHANNEL, i, err);
    columns->channels = channels->count;
    return status;
}

static enum har_status take_channels(struct har_csv_columns *columns, struct har_error *err)
{
    bool numbers = true;
    for (size_t i = 0; i < columns->count; i++) {
        struct har_csv_column *column = &columns->column[i];
        if (column->use != HAR_CSV_IGNORED)
            continue;
        if (column->name[0] == '\0') {
            har_fail(err, HAR_INPUT, "column %zu has no name", i + 1);
            return har_error_hint(err, "--channels a,b,c names those to be read");
        }
        double number;
        numbers = numbers && har_number_whole(&number, column->name, strlen(column->name));
        column->use = HAR_CSV_CHANNEL;
        column->channel = columns->channels++;
    }
    if (columns->channels == 0)
        return har_fail(err, HAR_INPUT, "no column is left for a channel");
    return numbers ? har_fail(err, HAR_INPUT, "numbers, expected the names of the columns")
                   : HAR_OK;
}

enum har_status har_csv_columns_use(struct har_csv_columns *columns,
                                    const struct har_request *request,
                                    const struct har_list *channels, struct har_error *err)
{
    enum har_status status = assign(columns, request->time, "time", HAR_CSV_TIME, 0, err);
    if (status == HAR_OK)
        status = assign(columns, request->label, "label", HAR_CSV_LABEL, 0, err);
    if (status == HAR_OK)
        status = assign(columns, request->subject, "subject", HAR_CSV_SUBJECT, 0, err);
    if (status == HAR_OK)
        status = assign(columns, request->recording, "recording", HAR_CSV_RECORDING, 0, err);
    if (status != HAR_OK)
        return status;
    return channels->count > 0 ? choose_channels(columns, channels, err)
                               : take_channels(columns, err);
}

size_t har_csv_columns_find(const struct har_csv_columns *columns, enum har_csv_use use)
{
    size_t i = 0;
    while (i < columns->count && columns->column[i].use != use)
        i++;
    return i;
}

enum har_status har_csv_columns_describe(json_t *header, const struct har_csv_columns *columns,
                                         struct har_error *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < columns->channels; i++)
        json_array_append_new(list, json_null());
    if (json_object_set_new(header, "channels", list) != 0)
        return har_fail_memory(err);
    for (size_t i = 0; i < columns->count; i++) {
        const struct har_csv_column *column = &columns->column[i];
        if (column->use == HAR_CSV_CHANNEL &&
            json_array_set_new(list, column->channel, json_string(column->name)) != 0)
            return har_fail(err, HAR_INPUT, "the name of column %zu isn't UTF-8", i + 1);
    }
    return HAR_OK;
}

void har_csv_columns_free(struct har_csv_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        free(columns->column[i].name);
    free(columns->column);
    *columns = (struct har_csv_columns){0};
}
