#include "data/labels.h"

#include "base/memory.h"
#include "base/options.h"
#include "stream/header.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void har_label_map_free(struct har_label_map *map)
{
    free(map->to);
    *map = (struct har_label_map){0};
}

int64_t har_label_map_apply(const struct har_label_map *map, int64_t label)
{
    if (map->count == 0 || label < 0 || (uint64_t)label >= map->count)
        return label;
    return map->to[label];
}

/* The place of the label called TEXT, or else of number TEXT counted from 1. */
static enum har_status find_label(size_t *place, const json_t *header, const char *text,
                                  struct har_error *err)
{
    const size_t count = har_header_count(header, "labels");
    for (*place = 0; *place < count; (*place)++) {
        const char *name = har_header_item(header, "labels", *place);
        if (name != NULL && strcmp(name, text) == 0)
            return HAR_OK;
    }
    if (!isdigit((unsigned char)text[0])) {
        har_fail(err, HAR_INPUT, "--drop-labels: there is no label '%.100s'", text);
        return har_error_hint(err, "har-show lists the header's %zu labels", count);
    }
    size_t number;
    if (har_read_count(&number, text, 1.0, 1e6, "--drop-labels", err) != HAR_OK)
        return err->status;
    if (number > count)
        return har_fail(err, HAR_INPUT, "--drop-labels %s: the header has %zu labels", text, count);
    *place = number - 1;
    return HAR_OK;
}

/* One item of the list: a label, or a range of them. */
static enum har_status drop_item(struct har_label_map *map, const json_t *header, char *item,
                                 struct har_error *err)
{
    size_t first, last;
    struct har_error as_label = {0};
    if (find_label(&first, header, item, &as_label) == HAR_OK) {
        map->to[first] = HAR_LABEL_DROPPED;
        return HAR_OK;
    }
    char *dash = strchr(item, '-');
    if (dash == NULL || dash == item) {
        *err = as_label;
        return err->status;
    }
    *dash = '\0';
    if (find_label(&first, header, item, err) != HAR_OK ||
        find_label(&last, header, dash + 1, err) != HAR_OK)
        return err->status;
    if (first > last)
        return har_fail(err, HAR_USAGE, "--drop-labels %s-%s: the range runs backwards", item,
                        dash + 1);
    for (size_t i = first; i <= last; i++)
        map->to[i] = HAR_LABEL_DROPPED;
    return HAR_OK;
}

static enum har_status drop_items(struct har_label_map *map, const json_t *header, char *list,
                                  struct har_error *err)
{
    char *rest = list;
    for (char *item = strsep(&rest, ","); item != NULL; item = strsep(&rest, ","))
        if (drop_item(map, header, item, err) != HAR_OK)
            return err->status;
    return HAR_OK;
}

/* Numbers those that stay, and takes the others out of the header. */
static enum har_status renumber(struct har_label_map *map, json_t *header, struct har_error *err)
{
    json_t *labels = json_object_get(header, "labels");
    int64_t kept = 0;
    for (size_t i = 0; i < map->count; i++) {
        if (map->to[i] == HAR_LABEL_DROPPED)
            json_array_remove(labels, (size_t)kept);
        else
            map->to[i] = kept++;
    }
    if (kept == 0)
        return har_fail(err, HAR_USAGE, "--drop-labels leaves no label");
    return HAR_OK;
}

enum har_status har_labels_drop(struct har_label_map *map, json_t *header, const char *list,
                                struct har_error *err)
{
    *map = (struct har_label_map){.count = har_header_count(header, "labels")};
    if (map->count == 0)
        return har_fail(err, HAR_INPUT, "--drop-labels: the header names no labels");
    char *copy = strdup(list);
    map->to = har_allocate(map->count, sizeof *map->to);
    enum har_status status = HAR_OK;
    if (copy == NULL || map->to == NULL)
        status = har_fail_memory(err);
    if (status == HAR_OK)
        status = drop_items(map, header, copy, err);
    if (status == HAR_OK)
        status = renumber(map, header, err);
    free(copy);
    if (status != HAR_OK)
        har_label_map_free(map);
    return status;
}
