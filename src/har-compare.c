#include "base/memory.h"
#include "fit/compare.h"
#include "fit/json.h"
#include "stream/program.h"
#include <stdlib.h>
#include <string.h>

struct program {
    const char *measure;
    struct har_compare_options options;
    struct har_seed seed;
    bool json;
};

enum { MODELS_MAX = 256 };

static enum har_status check_files(const struct har_run *run, struct har_error *err)
{
    size_t streams = 0;
    for (size_t i = 0; i < run->operands; i++)
        streams += strcmp(run->operand[i], "-") == 0;
    if (run->operands < 2)
        return har_fail(err, HAR_USAGE, "%zu file%s, expected two or more", run->operands,
                        run->operands == 1 ? "" : "s");
    if (streams > 1)
        return har_fail(err, HAR_USAGE, "stdin can be read once, '-' stands there %zu times",
                        streams);
    return HAR_OK;
}

/* One line, of the first two that aren't judged alike. */
static void say_caveat(enum har_caveat caveat, struct har_contender *const *contender,
                       const struct har_run *run)
{
    for (size_t i = 1; i < run->operands; i++) {
        const struct har_contender *odd = har_comparison_odd(contender[0], contender[i], caveat);
        if (odd == NULL)
            continue;
        const struct har_contender *other = odd == contender[0] ? contender[i] : contender[0];
        har_say(run, "%s: %s may be judged on %s it was trained on, %s isn't",
                har_caveat_names[caveat].name, odd->name, har_caveat_names[caveat].whom,
                other->name);
        return;
    }
}

static enum har_status compare(const struct program *program, struct har_contender **contender,
                               const struct har_run *run, struct har_error *err)
{
    struct har_comparison *comparison = NULL;
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < run->operands; i++)
        status = har_contender_new(&contender[i], run->operand[i], err);
    if (status == HAR_OK)
        status = har_comparison_new(&comparison, contender, run->operands, &program->options, err);
    for (int c = 0; status == HAR_OK && c < HAR_CAVEATS; c++)
        say_caveat((enum har_caveat)c, contender, run);
    if (status == HAR_OK && program->json)
        status = har_print_json(run->text, har_comparison_json(comparison), err);
    else if (status == HAR_OK)
        har_comparison_text(run->text, comparison);
    har_comparison_free(comparison);
    return status;
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    struct program *program = state;
    program->options.seed = program->seed.value;
    enum har_status status = check_files(run, err);
    if (status == HAR_OK)
        status = har_measure_find(&program->options.measure, program->measure, "metric", err);
    if (status != HAR_OK)
        return status;
    struct har_contender **contender = har_allocate(run->operands, sizeof(struct har_contender *));
    if (contender == NULL)
        return har_fail_memory(err);
    status = compare(program, contender, run, err);
    for (size_t i = 0; i < run->operands; i++)
        har_contender_free(contender[i]);
    free(contender);
    return status;
}

int main(int argc, char **argv)
{
    struct program state = {
        .measure = "accuracy",
        .options = {.alpha = 0.05, .ratio = -1, .resamples = 10000},
        .seed.value = 1,
    };
    struct har_compare_options *options = &state.options;
    const struct har_option table[] = {
        {"metric", 'm', HAR_OPTION_TEXT, &state.measure, 0, 0, "NAME",
         "what to compare, by its name in har-summarize --json (default: accuracy)", false},
        {"test", 't', HAR_OPTION_TEXT, &options->test, 0, 0, "NAME",
         "that decides: people, runs, t, mcnemar (default: people, mcnemar where they aren't told)",
         false},
        {"alpha", 'a', HAR_OPTION_NUMBER, &options->alpha, 1e-6, 0.5, "X",
         "differences with a smaller p are shown (default: 0.05)", false},
        {"ratio", 0, HAR_OPTION_NUMBER, &options->ratio, 0, 1e6, "X",
         "test rows to training rows, for t (default: people judged to people trained on)", false},
        {"resamples", 0, HAR_OPTION_COUNT, &options->resamples, 1, 1e7, "N",
         "draws of people for the intervals (default: 10000)", false},
        {"seed", 0, HAR_OPTION_SEED, &state.seed, 0, 0, "N", "of these draws (default: 1)", false},
        {"json", 0, HAR_OPTION_FLAG, &state.json, 0, 0, NULL, "print JSON", false},
        {0},
    };
    const struct har_program program = {
        .name = "har-compare",
        .synopsis = "RESULTS RESULTS...",
        .summary = "Compare models by their results on the same rows: which is better, and is that "
                   "more than chance?",
        .options = table,
        .manners = HAR_WRITES_TEXT,
        .operands = MODELS_MAX,
        .optional = true,
        .run = run,
        .state = &state,
    };
    return har_program_main(&program, argc, argv);
}
