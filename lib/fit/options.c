#include "fit/options.h"

#include <string.h>

struct har_fit_settings har_fit_defaults(void)
{
    return (struct har_fit_settings){
        .fit = {.epochs = 15, .batch = 64, .adam = {0.001, 0.9, 0.999, 1e-7}},
    };
}

void har_fit_options_table(struct har_option *table, struct har_fit_settings *settings)
{
    const double below_1 = 0.999999999, above_0 = 1e-30;
    struct har_fit_options *fit = &settings->fit;
    struct har_adam *adam = &fit->adam;
    const struct har_option options[HAR_FIT_OPTIONS] = {
        {"epochs", 'e', HAR_OPTION_COUNT, &fit->epochs, 0, 1e6, "N",
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
    };
    memcpy(table, options, sizeof options);
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
    return har_targets_check(&settings->targets, classes, err);
}
