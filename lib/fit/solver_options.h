/* The options of training in closed form: their table, and what they must agree with. */
#ifndef HAR_FIT_SOLVER_OPTIONS_H
#define HAR_FIT_SOLVER_OPTIONS_H

#include "fit/options.h"
#include "fit/solver.h"

enum { HAR_SOLVER_OPTIONS = 5, HAR_ALPHAS_MAX = 64 };

struct har_solver_settings {
    const char *name, *alphas, *leave_out; /* as given, or NULL */
    bool ridge;                            /* not Adam */
    double alpha[HAR_ALPHAS_MAX];
    struct har_solver_options options;
};

/* Writes the HAR_SOLVER_OPTIONS rows of the table, whose values go to SETTINGS (borrowed). */
void har_solver_options_table(struct har_option *table, struct har_solver_settings *settings);

/* Reads the texts among them, for NET. HAR_USAGE, also where one is GIVEN that the other solver
 * has: none that does nothing. */
HAR_RESULT enum har_status har_solver_settings_read(struct har_solver_settings *settings,
                                                    const struct har_fit_settings *fit,
                                                    const struct har_operands *given,
                                                    const struct har_net *net,
                                                    struct har_error *err);

#endif
