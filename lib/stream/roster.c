#include "stream/roster.h"

#include "base/memory.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { named_max = 12 }; /* people a text names */

void har_roster_free(struct har_roster *people)
{
    for (size_t i = 0; i < people->sources; i++)
        free(people->source[i]);
    free(people->source);
    free(people->same);
    free(people->person);
    free(people->sorted);
    *people = (struct har_roster){0};
}

bool har_source_named(const char *name)
{
    return strcmp(name, "") != 0 && strcmp(name, "csv") != 0 && strcmp(name, "npy") != 0;
}

/* The name that people of a source go by. */
static const char *people_of(const char *source)
{
    return !har_source_named(source) ? "" : strcmp(source, "HAPT") == 0 ? "UCI HAR" : source;
}

static size_t first_with(const struct har_roster *people, const char *name)
{
    size_t source = 0;
    while (source < people->sources &&
           strcmp(people_of(people->source[source]), people_of(name)) != 0)
        source++;
    return source;
}

enum har_status har_roster_source(size_t *source, struct har_roster *people, const char *name,
                                  struct har_error *err)
{
    const size_t count = people->sources;
    for (*source = 0; *source < count; (*source)++)
        if (strcmp(people->source[*source], name) == 0)
            return HAR_OK;
    if (!har_grow(&people->source, &people->source_capacity, count + 1, sizeof(char *)) ||
        !har_grow(&people->same, &people->same_capacity, count + 1, sizeof *people->same))
        return har_fail_memory(err);
    people->same[count] = first_with(people, name);
    people->source[count] = strdup(name);
    if (people->source[count] == NULL)
        return har_fail_memory(err);
    people->sources++;
    return HAR_OK;
}

static int compare(const struct har_person *a, size_t source, int64_t subject)
{
    if (a->source != source)
        return a->source < source ? -1 : 1;
    return a->subject < subject ? -1 : a->subject > subject;
}

/* Where the person stands, or would stand, among the sorted ones. */
static size_t find_place(const struct har_roster *people, size_t source, int64_t subject)
{
    size_t low = 0, high = people->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare(&people->person[people->sorted[middle]], source, subject) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is(const struct har_roster *people, size_t place, size_t source, int64_t subject)
{
    return place < people->count && compare(&people->person[place], source, subject) == 0;
}

enum har_status har_roster_add(size_t *place, struct har_roster *people, size_t source,
                               int64_t subject, struct har_error *err)
{
    source = people->same[source];
    *place = people->last;
    if (is(people, *place, source, subject))
        return HAR_OK;
    const size_t at = find_place(people, source, subject);
    *place = people->last = at < people->count ? people->sorted[at] : people->count;
    if (is(people, *place, source, subject))
        return HAR_OK;
    const size_t count = people->count;
    if (!har_grow(&people->person, &people->capacity, count + 1, sizeof *people->person) ||
        !har_grow(&people->sorted, &people->sorted_capacity, count + 1, sizeof *people->sorted))
        return har_fail_memory(err);
    memmove(people->sorted + at + 1, people->sorted + at, (count - at) * sizeof *people->sorted);
    people->person[count] = (struct har_person){source, subject, 0};
    people->sorted[at] = *place = people->last = count;
    people->count++;
    return HAR_OK;
}

bool har_roster_mixed(const struct har_roster *people)
{
    for (size_t i = 1; i < people->count; i++)
        if (people->person[i].source != people->person[0].source)
            return true;
    return false;
}

/* ---- as text ---- */

static void add_person(char *text, const struct har_roster *people, size_t place, const char *join)
{
    const struct har_person *person = &people->person[place];
    const size_t used = strlen(text);
    snprintf(text + used, HAR_ROSTER_TEXT - used, "%s%" PRId64, join, person->subject);
    if (people->sources > 1) {
        const size_t now = strlen(text);
        snprintf(text + now, HAR_ROSTER_TEXT - now, " of %.40s", people->source[person->source]);
    }
}

void har_roster_text(char text[HAR_ROSTER_TEXT], const struct har_roster *people,
                     const bool *chosen)
{
    size_t count = 0, named = 0;
    for (size_t i = 0; i < people->count; i++)
        count += chosen[i];
    const size_t most = count > named_max || people->sources > 1 ? 4 : named_max;
    snprintf(text, HAR_ROSTER_TEXT, "%s", count == 1 ? "person " : "people ");
    for (size_t i = 0; i < people->count && named < most; i++) {
        const size_t place = people->sorted[i];
        if (!chosen[place])
            continue;
        const bool last = named + 1 == count;
        add_person(text, people, place, named == 0 ? "" : last ? " and " : ", ");
        named++;
    }
    const size_t used = strlen(text);
    if (named < count)
        snprintf(text + used, HAR_ROSTER_TEXT - used, " and %zu more", count - named);
}
