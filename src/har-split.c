#include "data/split.h"
#include "stream/program.h"
#include <stdio.h>

struct cli {
    struct har_split_options options;
    struct har_seed seed;
};

static void say_counts(const struct har_run *run, const struct har_splitter *splitter)
{
    static const enum har_split order[] = {HAR_TRAIN, HAR_VALIDATION, HAR_TEST};
    size_t people[HAR_SPLITS], rows[HAR_SPLITS];
    har_splitter_count(people, rows, splitter);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        har_say_more(run, "%s: %zu %s, %zu row%s", har_split_name(order[i]), people[order[i]],
                     people[order[i]] == 1 ? "person" : "people", rows[order[i]],
                     rows[order[i]] == 1 ? "" : "s");
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    struct cli *cli = state;
    struct har_split_options *options = &cli->options;
    struct har_splitter *splitter = NULL;
    options->seed = cli->seed.value;
    enum har_status status = har_split_check(options, err);
    if (status == HAR_OK)
        status = har_splitter_new(&splitter, options, err);
    if (status == HAR_OK)
        status = har_stage_run(&har_split_stage, splitter, run->in, run->out, err);
    if (status == HAR_OK && options->folds)
        fprintf(run->text, "%zu\n", har_splitter_folds(splitter));
    else if (status == HAR_OK)
        say_counts(run, splitter);
    har_splitter_free(splitter);
    return status;
}

int main(int argc, char **argv)
{
    const double below_1 = 0.999999, above_0 = 1e-6;
    struct cli cli = {.seed = {.given = true, .value = 0}};
    struct har_split_options *own = &cli.options;
    const struct har_option options[] = {
        {"test-subjects", 0, HAR_OPTION_TEXT, &own->test_subjects, 0, 0, "LIST",
         "people for testing, as 2,4,9-12", true},
        {"test", 0, HAR_OPTION_NUMBER, &own->test, above_0, below_1, "SHARE",
         "this share of the people for testing", true},
        {"fold", 0, HAR_OPTION_TEXT, &own->fold, 0, 0, "I/N",
         "the people of fold I of N for testing", true},
        {"leave-one-out", 0, HAR_OPTION_FLAG, &own->leave_one_out, 0, 0, NULL,
         "each person is a fold, in the order of their numbers", true},
        {"folds", 0, HAR_OPTION_FLAG, &own->folds, 0, 0, NULL,
         "print how many folds there are, and nothing else", false},
        {"validation-subjects", 0, HAR_OPTION_TEXT, &own->validation_subjects, 0, 0, "LIST",
         "people for validation", true},
        {"validation", 0, HAR_OPTION_NUMBER, &own->validation, above_0, below_1, "SHARE",
         "this share of the people that aren't for testing", true},
        {"validation-fold", 0, HAR_OPTION_TEXT, &own->validation_fold, 0, 0, "I/N",
         "fold I of N of the people that aren't for testing", true},
        {"pool", 0, HAR_OPTION_FLAG, &own->pool, 0, 0, NULL,
         "forget how rows are marked: people marked test may be trained on", true},
        {"seed", 0, HAR_OPTION_SEED, &cli.seed, 0, 0, "N",
         "which people shares and folds get (default: 0, so that folds fit together)", true},
        {0},
    };
    const struct har_program program = {
        .name = "har-split",
        .synopsis = "{--test-subjects LIST | --test SHARE | --fold I/N | ...} [FILE...]",
        .summary = "Mark windows for training, validation and testing, by whole people.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_STREAM,
        .text_instead = &own->folds,
        .run = run,
        .state = &cli,
    };
    return har_program_main(&program, argc, argv);
}
