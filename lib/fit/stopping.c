#include "fit/stopping.h"

#include <string.h>

static const char *const names[] = {"val_loss", "val_accuracy", "loss", "accuracy"};

enum har_status har_monitor_read(enum har_monitor *monitor, const char *text, const char *name,
                                 struct har_error *err)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            *monitor = (enum har_monitor)i;
            return HAR_OK;
        }
    return har_fail(err, HAR_USAGE, "%s: '%s', expected val_loss, val_accuracy, loss or accuracy",
                    name, text);
}

const char *har_monitor_name(enum har_monitor monitor)
{
    return names[monitor];
}

bool har_monitor_validates(enum har_monitor monitor)
{
    return monitor == HAR_VAL_LOSS || monitor == HAR_VAL_ACCURACY;
}

static bool is_better(const struct har_stopping *stopping, const struct har_stopping_rule *rule,
                      double value)
{
    const bool rises = rule->monitor == HAR_VAL_ACCURACY || rule->monitor == HAR_ACCURACY;
    if (stopping->best_epoch == 0)
        return true;
    return rises ? value - rule->min_delta > stopping->best
                 : value + rule->min_delta < stopping->best;
}

bool har_stopping_epoch(struct har_stopping *stopping, const struct har_stopping_rule *rule,
                        size_t epoch, double value)
{
    if (is_better(stopping, rule, value)) {
        *stopping = (struct har_stopping){.best_epoch = epoch, .best = value};
        return true;
    }
    stopping->wait++;
    stopping->stopped = rule->stops && stopping->wait >= rule->patience;
    return false;
}
