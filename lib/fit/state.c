#include "fit/state.h"

#include "base/memory.h"
#include <stdlib.h>

/* What the moments and the best weights are of. */
struct wanted {
    struct har_fit_state *state;
    const struct har_net *net;
    bool best;
};

static void take_all(void *arg, struct har_arena *arena)
{
    const struct wanted *wanted = arg;
    struct har_fit_state *state = wanted->state;
    state->m = har_arena_take(arena, wanted->net->trained, sizeof *state->m);
    state->v = har_arena_take(arena, wanted->net->trained, sizeof *state->v);
    if (wanted->best)
        state->best = har_arena_take(arena, wanted->net->weights, sizeof *state->best);
}

enum har_status har_fit_state_new(struct har_fit_state **result, const struct har_net *net,
                                  const struct har_fit_options *options, struct har_error *err)
{
    struct har_fit_state *state = har_allocate(1, sizeof *state);
    if (state == NULL)
        return har_fail_memory(err);
    struct wanted wanted = {state, net, options->stopping.restore_best};
    state->adam = har_adam_start();
    if (!har_arena_open(&state->arena, take_all, &wanted)) {
        har_fit_state_free(state);
        return har_fail_memory(err);
    }
    *result = state;
    return HAR_OK;
}

void har_fit_state_free(struct har_fit_state *state)
{
    if (state == NULL)
        return;
    har_arena_close(&state->arena);
    free(state);
}

size_t har_fit_state_bytes(const struct har_fit_state *state)
{
    return state->arena.used;
}
