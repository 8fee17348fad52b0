#include "base/arena.h"

#include "base/memory.h"
#include <stdlib.h>

enum { line = 64 };

void *har_arena_take(struct har_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (!har_multiply(&bytes, count, size) ||
        __builtin_add_overflow(bytes, (line - bytes % line) % line, &bytes)) {
        arena->overflow = true;
        return NULL;
    }
    void *place = arena->block == NULL ? NULL : arena->block + arena->used;
    arena->overflow |= __builtin_add_overflow(arena->used, bytes, &arena->used);
    return place;
}

bool har_arena_open(struct har_arena *arena, har_arena_user *user, void *state)
{
    *arena = (struct har_arena){0};
    user(state, arena);
    if (arena->overflow)
        return false;
    arena->block = har_allocate_aligned(arena->used, 1);
    if (arena->block == NULL)
        return false;
    arena->used = 0;
    user(state, arena);
    return true;
}

void har_arena_close(struct har_arena *arena)
{
    free(arena->block);
    *arena = (struct har_arena){0};
}
