#include "fit/adam.h"

#include <math.h>

struct har_adam_state har_adam_start(void)
{
    return (struct har_adam_state){1.0, 1.0};
}

struct har_rates har_adam_begin(struct har_adam_state *state, const struct har_adam *adam)
{
    state->beta_1_power *= adam->beta_1;
    state->beta_2_power *= adam->beta_2;
    const double rate =
        adam->learning_rate * sqrt(1.0 - state->beta_2_power) / (1.0 - state->beta_1_power);
    return (struct har_rates){.new_1 = (har_real)(1.0 - adam->beta_1),
                              .new_2 = (har_real)(1.0 - adam->beta_2),
                              .rate = (har_real)rate,
                              .epsilon = (har_real)adam->epsilon};
}
