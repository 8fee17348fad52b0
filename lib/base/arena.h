/* One block for all that a computation takes, planned before: whoever wants memory is asked twice,
 * first for how much, then to take its places. */
#ifndef HAR_BASE_ARENA_H
#define HAR_BASE_ARENA_H

#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>

struct har_arena {
    char *block; /* NULL while only counted */
    size_t used; /* bytes */
    bool overflow;
};

/* COUNT zeroed elements of SIZE bytes, on a cache line of their own; NULL while only counted. */
void *har_arena_take(struct har_arena *arena, size_t count, size_t size);

/* Takes from ARENA all that STATE wants: the same in the same order each time. */
typedef void har_arena_user(void *state, struct har_arena *arena);

/* Asks USER twice, as said above. False: overflow, or no memory. */
HAR_RESULT bool har_arena_open(struct har_arena *arena, har_arena_user *user, void *state);
void har_arena_close(struct har_arena *arena);

#endif
