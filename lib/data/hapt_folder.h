/* The folder of HAPT: which recordings it has, their files, the segments of their labels. */
#ifndef HAR_DATA_HAPT_FOLDER_H
#define HAR_DATA_HAPT_FOLDER_H

#include "data/segments.h"
#include <jansson.h>

enum { HAR_HAPT_NAME_MAX = 64 };
#define HAR_HAPT_LABELS "RawData/labels.txt"

struct har_hapt_recording {
    int32_t number, subject;
    struct har_mapped acc, gyro;
};

/* Start it as {.folder = -1}. */
struct har_hapt {
    int folder;
    uint32_t crc;                         /* of all files, one after the other */
    struct har_hapt_recording *recording; /* by number; owned */
    size_t count, capacity;
    struct har_segments segments;
};

/* Opens all files under PATH, reads the labels' names into HEADER and the segments. HAR_SYSTEM: a
 * file is missing. HAR_INPUT: what doesn't fit together, by file and line. */
HAR_RESULT enum har_status har_hapt_open(struct har_hapt *hapt, json_t *header, const char *path,
                                         struct har_error *err);
void har_hapt_close(struct har_hapt *hapt); /* also where it isn't open, or half */

/* "RawData/acc_exp01_user01.txt" */
void har_hapt_file(char name[HAR_HAPT_NAME_MAX], const char *sensor,
                   const struct har_hapt_recording *recording);

#endif
