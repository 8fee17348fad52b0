/* The people whose rows came by. A number means one person only within its source; but those of UCI
 * HAR and of HAPT are the same thirty, by the same numbers: the second is the first, made anew. */
#ifndef HAR_STREAM_ROSTER_H
#define HAR_STREAM_ROSTER_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

struct har_person {
    size_t source; /* the first source met that he is in */
    int64_t subject;
    unsigned char mark; /* for the roster's owner; 0 at first */
};

/* Start it as {0}. */
struct har_roster {
    size_t count, capacity;
    struct har_person *person; /* in the order in which they came */
    size_t *sorted;            /* the same by source, then by number */
    size_t sorted_capacity;
    char **source; /* names of data sets */
    size_t *same;  /* the first of the sources with the same people */
    size_t sources, source_capacity, same_capacity;
    size_t last; /* found */
};

void har_roster_free(struct har_roster *people); /* the contents; leaves it {0} */

/* The place of the source called NAME ("" where a header has none), added if it is new. */
HAR_RESULT enum har_status har_roster_source(size_t *source, struct har_roster *people,
                                             const char *name, struct har_error *err);

/* NAME says whose people's numbers are: not "", nor the formats' names that har-load gives data
 * without one. All data without a name are taken to be of the same people. */
bool har_source_named(const char *name);

/* The place in `person` of SUBJECT of SOURCE, added if new. */
HAR_RESULT enum har_status har_roster_add(size_t *place, struct har_roster *people, size_t source,
                                          int64_t subject, struct har_error *err);

/* Numbers alone don't tell the people apart: they are of sources with other people. */
bool har_roster_mixed(const struct har_roster *people);

/* "person 3", "people 2, 4 and 9", "people 1, 2, … and 40 more": those with CHOSEN[place], by
 * source and number; the source is named where there are several. */
enum { HAR_ROSTER_TEXT = 256 };
void har_roster_text(char text[HAR_ROSTER_TEXT], const struct har_roster *people,
                     const bool *chosen);

#endif
