#include "fit/options.h"

#include <string.h>

struct har_fit_settings har_fit_defaults(void)
{
    return (struct har_fit_settings){
        .fit = {.epochs = 15,
                .batch = 64,
                .adam = {0.001, 0.9, 0.999, 1e-7},
                .stopping = {.min_delta = -1}},
        .patience = HAR_NEVER,
    };
}

void har_fit_options_table(struct har_option *table, struct har_fit_settings *settings)
{
    /* An epoch's history is up to 12 objects of the model's header, which is one frame of 2^18. */
    enum { epochs_max = 20000 };
    const double below_1 = 0.999999999, above_0 = 1e-30;
    struct har_fit_options *fit = &settings->fit;
    struct har_adam *adam = &fit->adam;
    const struct har_option options[HAR_FIT_OPTIONS] = {
        {"epochs", 'e', HAR_OPTION_COUNT, &fit->epochs, 0, epochs_max, "N",
         "passes over the rows (default: 15)", true},
        {"batch", 'b', HAR_OPTION_COUNT, &fit->batch, 1, 1e6, "N", "rows a step (default: 64)",
         true},
        {"learning-rate", 0, HAR_OPTION_NUMBER, &adam->learning_rate, 0, 1e30, "X",
         "of Adam (default: 0.001)", true},
        {"learning-rate-schedule", 0, HAR_OPTION_TEXT, &settings->schedule, 0, 0, "SCHEDULE",
         "exponential:RATE,STEPS, step:RATE,STEPS, cosine:STEPS or cosine", true},
        {"beta-1", 0, HAR_OPTION_NUMBER, &adam->beta_1, 0, below_1, "X",
         "decay of the gradients' mean (default: 0.9)", true},
        {"beta-2", 0, HAR_OPTION_NUMBER, &adam->beta_2, 0, below_1, "X",
         "decay of their squares' mean (default: 0.999)", true},
        {"epsilon", 0, HAR_OPTION_NUMBER, &adam->epsilon, 0, 1, "X",
         "what is added to the root of that (default: 1e-7)", true},
        {"clip-norm", 0, HAR_OPTION_NUMBER, &fit->clip_norm, above_0, 1e30, "X",
         "scale gradients whose norm over all weights is larger", true},
        {"clip-value", 0, HAR_OPTION_NUMBER, &fit->clip_value, above_0, 1e30, "X",
         "cut each gradient to -X .. X", true},
        {"weight-decay", 0, HAR_OPTION_NUMBER, &fit->weight_decay, 0, 1, "X",
         "shrink weights by X times the learning rate a step (default: 0)", true},
        {"l2", 0, HAR_OPTION_NUMBER, &fit->l2, 0, 1e6, "X",
         "add X times the squares of the kernels to the loss (default: 0)", true},
        {"class-weights", 0, HAR_OPTION_TEXT, &settings->targets.class_weights, 0, 0, "WEIGHTS",
         "balanced, or a number for each class: W1,W2,...", true},
        {"label-smoothing", 0, HAR_OPTION_NUMBER, &settings->targets.label_smoothing, 0, 1, "X",
         "share of each target that goes to all classes (default: 0)", true},
        {"no-shuffle", 0, HAR_OPTION_FLAG, &settings->no_shuffle, 0, 0, NULL,
         "take the rows in their order", true},
        {"validation-split", 0, HAR_OPTION_NUMBER, &settings->validation_split, above_0, below_1,
         "X", "validate on the last people, at most this share of the rows", true},
        {"within-person", 0, HAR_OPTION_FLAG, &settings->within_person, 0, 0, NULL,
         "people may be in training and in validation or testing; results will say so", true},
        {"patience", 0, HAR_OPTION_COUNT, &settings->patience, 0, 1e6, "N",
         "stop after N epochs without improvement", true},
        {"min-delta", 0, HAR_OPTION_NUMBER, &fit->stopping.min_delta, 0, 1e30, "X",
         "less is no improvement (default: 0)", true},
        {"monitor", 0, HAR_OPTION_TEXT, &settings->monitor, 0, 0, "WHAT",
         "is to improve: val_loss, val_accuracy, loss, accuracy (default: val_loss)", true},
        {"restore-best", 0, HAR_OPTION_FLAG, &fit->stopping.restore_best, 0, 0, NULL,
         "keep the weights of the best epoch, not the last one's", true},
        {"calibrate", 0, HAR_OPTION_FLAG, &settings->calibrate, 0, 0, NULL,
         "fit a temperature to the validation rows", true},
    };
    memcpy(table, options, sizeof options);
}

static enum har_status read_stopping(struct har_fit_settings *settings, struct har_error *err)
{
    struct har_stopping_rule *rule = &settings->fit.stopping;
    rule->stops = settings->patience != HAR_NEVER;
    rule->patience = settings->patience;
    const bool refines = settings->monitor != NULL || rule->min_delta >= 0;
    if (refines && !rule->stops && !rule->restore_best)
        return har_fail(err, HAR_USAGE, "%s needs --patience or --restore-best",
                        settings->monitor != NULL ? "--monitor" : "--min-delta");
    if (rule->min_delta < 0)
        rule->min_delta = 0;
    return settings->monitor == NULL
               ? HAR_OK
               : har_monitor_read(&rule->monitor, settings->monitor, "--monitor", err);
}

enum har_status har_fit_settings_read(struct har_fit_settings *settings, size_t classes,
                                      struct har_error *err)
{
    settings->fit.shuffle = !settings->no_shuffle;
    if (settings->fit.clip_norm > 0 && settings->fit.clip_value > 0)
        return har_fail(err, HAR_USAGE, "--clip-norm and --clip-value exclude each other");
    if (settings->schedule != NULL && har_schedule_read(&settings->fit.schedule, settings->schedule,
                                                        "--learning-rate-schedule", err) != HAR_OK)
        return err->status;
    if (read_stopping(settings, err) != HAR_OK)
        return err->status;
    return har_targets_check(&settings->targets, classes, err);
}
