#include "fit/caveat.h"
#include "fit/json.h"
#include "fit/summary.h"
#include "stream/program.h"

struct program {
    size_t runs; /* --runs; 0: any number */
    bool report, json, csv;
    struct har_seed seed;
};

/* Draws of people, and --seed's default. */
enum { RESAMPLES = 10000, SEED = 1 };

static enum har_status print_scores(FILE *text, const struct har_results_list *list,
                                    struct har_error *err)
{
    return har_summary_scores(text, list) ? HAR_OK : har_fail_memory(err);
}

static enum har_status print_summary(const struct program *program,
                                     const struct har_results_list *list, struct har_run *run,
                                     struct har_error *err)
{
    const struct har_bootstrap bootstrap = {RESAMPLES, 0.95, program->seed.value};
    struct har_summary *summary = NULL;
    enum har_status status = har_summary_new(&summary, list, program->csv ? NULL : &bootstrap, err);
    if (status == HAR_OK && program->json)
        status = har_print_json(run->text, har_summary_json(summary), err);
    if (status == HAR_OK && program->report)
        status = print_scores(run->text, list, err);
    if (status == HAR_OK && program->report)
        har_summary_report(run->text, summary);
    if (status == HAR_OK && program->csv)
        har_summary_csv(run->text, summary);
    har_summary_free(summary);
    return status;
}

static enum har_status check_runs(const struct program *program,
                                  const struct har_results_list *list, struct har_run *run,
                                  struct har_error *err)
{
    if (program->runs != 0 && program->runs != list->count)
        return har_fail(err, HAR_INPUT, "%zu run%s of results, expected %zu (--runs)", list->count,
                        list->count == 1 ? "" : "s", program->runs);
    size_t skipped = 0;
    for (size_t i = 0; i < list->count; i++)
        skipped += list->run[i].rows - list->run[i].labelled;
    if (skipped > 0)
        har_say(run, "skipped %zu row%s without a label", skipped, skipped == 1 ? "" : "s");
    return HAR_OK;
}

static void say_caveats(const struct har_results_list *list, struct har_run *run)
{
    for (int c = 0; c < HAR_CAVEATS; c++) {
        char text[HAR_CAVEAT_TEXT];
        if (har_caveat_text(text, (enum har_caveat)c, list))
            har_say(run, "%s", text);
    }
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    const struct program *program = state;
    if (program->report + program->json + program->csv > 1)
        return har_fail(err, HAR_USAGE, "--report, --json and --csv exclude each other");
    struct har_results_list list = {0};
    enum har_status status = har_results_read(&list, run->in, err);
    if (status == HAR_OK)
        status = check_runs(program, &list, run, err);
    if (status == HAR_OK)
        say_caveats(&list, run);
    if (status == HAR_OK && (program->report || program->json || program->csv))
        status = print_summary(program, &list, run, err);
    else if (status == HAR_OK)
        status = print_scores(run->text, &list, err);
    har_results_free(&list);
    return status;
}

int main(int argc, char **argv)
{
    struct program state = {.seed.value = SEED};
    const struct har_option options[] = {
        {.name = "runs",
         .letter = 'n',
         .type = HAR_OPTION_COUNT,
         .value = &state.runs,
         .low = 1,
         .high = 1e6,
         .argument = "N",
         .help = "demand N repeats (default: any number)"},
        {.name = "report",
         .type = HAR_OPTION_FLAG,
         .value = &state.report,
         .help = "print all measures, classes, the confusion matrix and people too"},
        {.name = "json",
         .type = HAR_OPTION_FLAG,
         .value = &state.json,
         .help = "print the same, and each repeat's, as JSON"},
        {.name = "csv",
         .type = HAR_OPTION_FLAG,
         .value = &state.csv,
         .help = "print a line of measures for each repeat"},
        {.name = "seed",
         .type = HAR_OPTION_SEED,
         .value = &state.seed,
         .argument = "N",
         .help = "seed of the people drawn for the intervals (default: 1)"},
        {0},
    };
    const struct har_program program = {
        .name = "har-summarize",
        .synopsis = "[--runs N] [--report | --json | --csv] [FILE...]",
        .summary = "Print the accuracy of each repeat, their mean and their spread.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_TEXT,
        .run = run,
        .state = &state,
    };
    return har_program_main(&program, argc, argv);
}
