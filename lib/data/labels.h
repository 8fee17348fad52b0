/* Dropping classes: the header's labels shrink, and y is numbered anew. */
#ifndef HAR_DATA_LABELS_H
#define HAR_DATA_LABELS_H

#include "base/status.h"
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { HAR_LABEL_DROPPED = -2 };

/* What class a class becomes. Start it as {0}: all stay as they are. */
struct har_label_map {
    size_t count; /* 0: nothing is dropped */
    int64_t *to;  /* new number or HAR_LABEL_DROPPED; owned */
};

/* The map that drops the labels in LIST ("7-12,SITTING": names, or places counted from 1, as in
 * activity_labels.txt), and HEADER without them. HAR_USAGE where the list isn't one, HAR_INPUT
 * where the header has no such label. */
HAR_RESULT enum har_status har_labels_drop(struct har_label_map *map, json_t *header,
                                           const char *list, struct har_error *err);
void har_label_map_free(struct har_label_map *map); /* the contents; leaves it {0} */

/* The new number of LABEL (-1 stays). */
int64_t har_label_map_apply(const struct har_label_map *map, int64_t label);

#endif
