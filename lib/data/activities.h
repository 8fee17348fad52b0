/* activity_labels.txt of UCI HAR and HAPT: "1 WALKING", and so on. */
#ifndef HAR_DATA_ACTIVITIES_H
#define HAR_DATA_ACTIVITIES_H

#include "data/mapped.h"
#include <jansson.h>

/* HEADER's labels out of FILE's lines, which count from 1. HAR_INPUT names the line. */
HAR_RESULT enum har_status har_activities_read(json_t *header, const struct har_mapped *file,
                                               struct har_error *err);

#endif
