#include "fit/solver_options.h"

#include <stdio.h>
#include <string.h>

void har_solver_options_table(struct har_option *table, struct har_solver_settings *settings)
{
    const struct har_option options[HAR_SOLVER_OPTIONS] = {
        {"solver", 0, HAR_OPTION_TEXT, &settings->name, 0, 0, "NAME",
         "adam, or ridge: the last layer in closed form (default: adam)", true},
        {"alphas", 0, HAR_OPTION_TEXT, &settings->alphas, 0, 0, "A1,A2,...",
         "ridge: penalties to choose from (default: a search)", true},
        {"copies", 0, HAR_OPTION_COUNT, &settings->options.copies, 0, 100, "N",
         "ridge: of each row, as layers change it in training, beside it (default: 0)", true},
        {"pairs", 0, HAR_OPTION_FLAG, &settings->options.pairs, 0, 0, NULL,
         "ridge: two classes that are taken for each other get a regression of their own", true},
        {"leave-out", 0, HAR_OPTION_TEXT, &settings->leave_out, 0, 0, "WHAT",
         "ridge: choose by leaving out each person, or each row (default: person)", true},
    };
    memcpy(table, options, sizeof options);
}

/* Numbers with commas between. */
static enum har_status read_alphas(struct har_solver_settings *settings, struct har_error *err)
{
    struct har_ridge_options *ridge = &settings->options.ridge;
    ridge->alpha = settings->alpha;
    for (const char *text = settings->alphas; text != NULL;) {
        char number[64];
        const size_t length = strcspn(text, ",");
        if (ridge->alphas == HAR_ALPHAS_MAX || length >= sizeof number)
            return har_fail(err, HAR_USAGE, "--alphas: expected at most %d numbers",
                            HAR_ALPHAS_MAX);
        snprintf(number, sizeof number, "%.*s", (int)length, text);
        if (har_read_number(&settings->alpha[ridge->alphas++], number, 1e-30, 1e30, "--alphas",
                            err) != HAR_OK)
            return err->status;
        text = text[length] == ',' ? text + length + 1 : NULL;
    }
    return HAR_OK;
}

/* The first option given that the other solver has. No epochs are what ridge regression has too. */
static const char *foreign(bool ridge, const struct har_fit_settings *fit,
                           const struct har_operands *given)
{
    static const char *const ridges[] = {"alphas", "leave-out", "pairs", "copies", NULL};
    static const char *const adams[] = {"epochs",
                                        "batch",
                                        "learning-rate",
                                        "learning-rate-schedule",
                                        "beta-1",
                                        "beta-2",
                                        "epsilon",
                                        "clip-norm",
                                        "clip-value",
                                        "weight-decay",
                                        "l2",
                                        "class-weights",
                                        "label-smoothing",
                                        "no-shuffle",
                                        "patience",
                                        "restore-best",
                                        "checkpoint",
                                        NULL};
    for (const char *const *name = ridge ? adams : ridges; *name != NULL; name++)
        if (har_options_given(given, *name) && (name != adams || fit->fit.epochs > 0))
            return *name;
    return NULL;
}

enum har_status har_solver_settings_read(struct har_solver_settings *settings,
                                         const struct har_fit_settings *fit,
                                         const struct har_operands *given,
                                         const struct har_net *net, struct har_error *err)
{
    const char *name = settings->name, *left_out = settings->leave_out;
    struct har_solver_options *options = &settings->options;
    settings->ridge = name != NULL && strcmp(name, "ridge") == 0;
    options->by_row = left_out != NULL && strcmp(left_out, "row") == 0;
    options->by_person = left_out != NULL && strcmp(left_out, "person") == 0;
    if (name != NULL && !settings->ridge && strcmp(name, "adam") != 0)
        return har_fail(err, HAR_USAGE, "--solver '%s': adam or ridge", name);
    if (left_out != NULL && !options->by_row && !options->by_person)
        return har_fail(err, HAR_USAGE, "--leave-out '%s': person or row", left_out);
    const char *other = foreign(settings->ridge, fit, given);
    if (other != NULL)
        return har_fail(err, HAR_USAGE, "--%s is for --solver %s", other,
                        settings->ridge ? "adam" : "ridge");
    if (read_alphas(settings, err) != HAR_OK || !settings->ridge)
        return err->status;
    return har_solver_suits(net, options->copies, err);
}
