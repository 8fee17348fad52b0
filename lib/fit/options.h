/* The options of training: their table, and what they must agree with. */
#ifndef HAR_FIT_OPTIONS_H
#define HAR_FIT_OPTIONS_H

#include "base/options.h"
#include "fit/fit.h"
#include "fit/targets.h"
#include <stdint.h>

struct har_fit_settings {
    struct har_fit_options fit;
    struct har_targets targets;
    bool no_shuffle;
    const char *schedule;
    double validation_split; /* of the rows to learn from; 0: none */
    bool within_person;      /* people may be in training and in validation or testing */
    bool calibrate;
    size_t patience; /* HAR_NEVER, and a min_delta below 0: not given */
    const char *monitor;
};

#define HAR_NEVER SIZE_MAX

enum { HAR_FIT_OPTIONS = 21 };

/* What there is where no option is given. */
struct har_fit_settings har_fit_defaults(void);

/* Writes the HAR_FIT_OPTIONS rows of the table, whose values go to SETTINGS (borrowed). */
void har_fit_options_table(struct har_option *table, struct har_fit_settings *settings);

/* Reads the texts among them, for a net of CLASSES classes. HAR_USAGE. */
HAR_RESULT enum har_status har_fit_settings_read(struct har_fit_settings *settings, size_t classes,
                                                 struct har_error *err);

#endif
