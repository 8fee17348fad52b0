#include "fit/adam.h"

#include <math.h>

#ifdef HAR_DOUBLE
#define ROOT sqrt
#else
#define ROOT sqrtf
#endif

struct har_adam_state har_adam_start(void)
{
    return (struct har_adam_state){1.0, 1.0};
}

double har_adam_begin(struct har_adam_state *state, const struct har_adam *adam)
{
    state->beta_1_power *= adam->beta_1;
    state->beta_2_power *= adam->beta_2;
    return adam->learning_rate * sqrt(1.0 - state->beta_2_power) / (1.0 - state->beta_1_power);
}

void har_adam_step(har_real *restrict w, har_real *restrict m, har_real *restrict v,
                   const har_real *restrict g, size_t count, const struct har_adam *adam,
                   double alpha)
{
    const har_real rate = (har_real)alpha;
    const har_real new_1 = (har_real)(1.0 - adam->beta_1);
    const har_real new_2 = (har_real)(1.0 - adam->beta_2);
    const har_real epsilon = (har_real)adam->epsilon;
    for (size_t i = 0; i < count; i++) {
        /* m += (g - m)(1 - beta_1); v += (g^2 - v)(1 - beta_2); w -= m alpha / (sqrt(v) + eps) */
        m[i] += (g[i] - m[i]) * new_1;
        v[i] += (g[i] * g[i] - v[i]) * new_2;
        w[i] -= m[i] * rate / (ROOT(v[i]) + epsilon);
    }
}
