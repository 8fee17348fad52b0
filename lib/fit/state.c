#include "fit/state.h"

#include "base/memory.h"
#include <stdlib.h>

enum har_status har_fit_state_new(struct har_fit_state **result, const struct har_net *net,
                                  const struct har_fit_options *options, struct har_error *err)
{
    struct har_fit_state *state = har_allocate(1, sizeof *state);
    if (state == NULL)
        return har_fail_memory(err);
    const bool keeps_best = options->stopping.restore_best;
    state->adam = har_adam_start();
    state->m = har_allocate_aligned(net->trained, sizeof *state->m);
    state->v = har_allocate_aligned(net->trained, sizeof *state->v);
    state->best = keeps_best ? har_allocate_aligned(net->weights, sizeof *state->best) : NULL;
    if (state->m == NULL || state->v == NULL || (keeps_best && state->best == NULL)) {
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
    free(state->best);
    free(state->v);
    free(state->m);
    free(state);
}
