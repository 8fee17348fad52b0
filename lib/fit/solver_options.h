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

/* Reads the texts among them, for NET, and holds them against those for Adam, of which CHECKPOINT
 * (NULL: none) is one. HAR_USAGE. */
HAR_RESULT enum har_status har_solver_settings_read(struct har_solver_settings *settings,
                                                    const struct har_fit_settings *fit,
                                                    const char *checkpoint,
                                                    const struct har_net *net,
                                                    struct har_error *err);

#endif
