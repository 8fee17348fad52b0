/* When training ends early, and which epoch was the best: Keras's EarlyStopping. */
#ifndef HAR_FIT_STOPPING_H
#define HAR_FIT_STOPPING_H

#include "base/status.h"
#include <stddef.h>

/* What is watched: losses are to fall, accuracies to rise. */
enum har_monitor { HAR_VAL_LOSS, HAR_VAL_ACCURACY, HAR_LOSS, HAR_ACCURACY };

struct har_stopping_rule {
    enum har_monitor monitor;
    bool stops;        /* after this many */
    size_t patience;   /* epochs in a row without improvement */
    double min_delta;  /* an improvement is larger than this */
    bool restore_best; /* the weights of the best epoch are kept at the end */
};

/* Where it stands after some epochs; start it as {0}. */
struct har_stopping {
    size_t best_epoch; /* 0: none yet */
    double best;       /* what was watched, in it */
    size_t wait;       /* epochs since */
    bool stopped;
};

/* VAL_LOSS, VAL_ACCURACY, LOSS or ACCURACY in small letters; NAME is for the message. HAR_USAGE. */
HAR_RESULT enum har_status har_monitor_read(enum har_monitor *monitor, const char *text,
                                            const char *name, struct har_error *err);
const char *har_monitor_name(enum har_monitor monitor);
bool har_monitor_validates(enum har_monitor monitor); /* it needs rows to validate on */

/* Epoch EPOCH (from 1) came to VALUE: wait += 1, unless value is better than best by more than
 * min_delta, where it is the new best; stopped where wait >= patience.
 * True: the best so far. */
bool har_stopping_epoch(struct har_stopping *stopping, const struct har_stopping_rule *rule,
                        size_t epoch, double value);

#endif
