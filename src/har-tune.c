/* har-tune: a search for hyperparameters, a command at a time. */
#include "stream/program.h"
#include "tune/serve.h"

#include <math.h>
#include <string.h>

static struct {
    struct har_plan plan;
    struct har_plan_texts texts;
    const char *test_subjects;
    struct har_texts templates;
} begun = {.plan = {.sampler.startup = 10, .trials = 100, .generation = 10, .reduction = 3}};

static const struct har_option new_options[] = {
    {"trials", 0, HAR_OPTION_COUNT, &begun.plan.trials, 1, HAR_TRIALS_MAX, "N",
     "trials of the study (default: 100)", false},
    {"generation", 0, HAR_OPTION_COUNT, &begun.plan.generation, 1, HAR_TRIALS_MAX, "N",
     "trials that are proposed together (default: 10)", false},
    {"sampler", 0, HAR_OPTION_TEXT, &begun.texts.sampler, 0, 0, "NAME",
     "random, tpe or tpe-univariate (default: tpe)", false},
    {"startup", 0, HAR_OPTION_COUNT, &begun.plan.sampler.startup, 0, HAR_TRIALS_MAX, "N",
     "trials before TPE is used (default: 10)", false},
    {"objective", 0, HAR_OPTION_TEXT, &begun.texts.objective, 0, 0, "NAME",
     "accuracy, macro_f1, log_loss, maximize or minimize (default: accuracy)", false},
    {"pruner", 0, HAR_OPTION_TEXT, &begun.texts.pruner, 0, 0, "NAME",
     "none, halving or median (default: none)", false},
    {"budget", 0, HAR_OPTION_TEXT, &begun.texts.budget, 0, 0, "LOW:HIGH",
     "of each training, from the first rung to the last, or N (default: 1)", false},
    {"repeats", 0, HAR_OPTION_TEXT, &begun.texts.repeats, 0, 0, "LOW:HIGH",
     "trainings a trial, from the first rung to the last, or N (default: 1)", false},
    {"reduction", 0, HAR_OPTION_COUNT, &begun.plan.reduction, 2, 100, "N",
     "times the last rung's budget or repeats are a rung's (default: 3)", false},
    {"test-subjects", 0, HAR_OPTION_TEXT, &begun.test_subjects, 0, 0, "LIST",
     "people of whom no result is taken: 2,4,9", false},
    {"template", 0, HAR_OPTION_FILES, &begun.templates, 0, 0, "FILE",
     "to be filled later: all its {NAME} have to be in SPACE; may be given again", false},
    {0}};

static enum har_status run_new(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    begun.plan.sampler.seed = run->seed;
    if (har_plan_read(&begun.plan, &begun.texts, err) != HAR_OK)
        return err->status;
    return har_tune_new(run->operand[0], run->operand[1], &begun.plan, begun.test_subjects,
                        &begun.templates, err);
}

static struct {
    const char *format;
    bool no_wait;
    size_t worker, timeout;
} asked = {.format = "line"};

static const struct har_option ask_options[] = {
    {"format", 0, HAR_OPTION_TEXT, &asked.format, 0, 0, "NAME",
     "line, shell or json (default: line)", false},
    {"no-wait", 0, HAR_OPTION_FLAG, &asked.no_wait, 0, 0, NULL,
     "say \"wait\" rather than wait for other workers", false},
    {"worker", 0, HAR_OPTION_COUNT, &asked.worker, 1, 1e9, "PID",
     "the process that will tell (default: the shell that asks)", false},
    {"timeout", 0, HAR_OPTION_COUNT, &asked.timeout, 1, 1e9, "SECONDS",
     "also give out what was given out so long ago (default: never)", false},
    {0}};

static void say_waiting(void *arg, const char *held, bool own)
{
    if (own)
        har_say(arg, "waiting for run %s, which was given to this shell", held);
    else
        har_say_more(arg, "waiting for others, who have run %s", held);
}

static enum har_status run_ask(void *state, struct har_run *run, struct har_error *err)
{
    static const char *const wait[] = {"wait", "run=wait", "{\"run\":\"wait\"}"};
    (void)state;
    const struct har_tune_ask ask = {.worker = (int64_t)asked.worker,
                                     .timeout = (int64_t)asked.timeout,
                                     .wait = !asked.no_wait,
                                     .waiting = say_waiting,
                                     .arg = run};
    enum har_report_format format;
    enum har_tune_answer answer;
    if (har_report_format_read(&format, asked.format, HAR_REPORT_ONE, err) != HAR_OK ||
        har_tune_next(&answer, run->text, format, run->operand[0], &ask, err) != HAR_OK)
        return err->status;
    if (answer == HAR_TUNE_WAIT)
        fprintf(run->text, "%s\n", wait[format]);
    if (answer == HAR_TUNE_COMPLETE)
        har_say_more(run, "%s is complete", run->operand[0]);
    return HAR_OK;
}

static enum har_status run_tell(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    struct har_told told;
    const enum har_status status =
        har_tune_tell(&told, run->operand[0], run->operand[1], run->in, err);
    if (told.broken >= HAR_BROKEN_MAX)
        har_say(run, "run %s has failed: it broke off %u times", run->operand[1], told.broken);
    else if (told.broken > 0)
        har_say(run, "run %s broke off, and is given out again", run->operand[1]);
    if (status != HAR_OK)
        return status;
    if (told.kind == HAR_TOLD_FAILED)
        har_say(run, "run %s has failed", run->operand[1]);
    else
        har_say(run, "run %s: %.6f, %zu rows", run->operand[1], told.score, told.rows);
    for (int i = 0; i < HAR_DOUBTS; i++)
        if (told.doubt[i][0] != '\0')
            har_say(run, "run %s: %s", run->operand[1], told.doubt[i]);
    return HAR_OK;
}

static enum har_status run_score(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    double score = NAN;
    if (strcmp(run->operand[2], "nan") != 0 &&
        har_read_number(&score, run->operand[2], -1e300, 1e300, "NUMBER", err) != HAR_OK)
        return err->status;
    return har_tune_score(run->operand[0], run->operand[1], score, err);
}

static enum har_status run_fill(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    return har_tune_fill(run->text, run->operand[0], run->operand[1], run->operand[2], err);
}

/* What is printed of a study, and how. */
struct view {
    har_tune_report *report;
    unsigned formats;
    const char *format;
};

static struct view best = {har_report_best, HAR_REPORT_ONE, "line"};
static struct view trials = {har_report_trials, HAR_REPORT_MANY, "table"};
static struct view importance = {har_report_importance, HAR_REPORT_MANY, "table"};

static struct {
    const char *format;
    bool complete;
} viewed;

static const struct har_option view_options[] = {
    {"format", 0, HAR_OPTION_TEXT, &viewed.format, 0, 0, "NAME",
     "of best: line, shell or json (default: line); else table, csv or json (default: table)",
     false},
    {"complete", 0, HAR_OPTION_FLAG, &viewed.complete, 0, 0, NULL,
     "demand that all trials are over", false},
    {0}};

static enum har_status run_view(void *state, struct har_run *run, struct har_error *err)
{
    const struct view *view = state;
    const char *wanted = viewed.format == NULL ? view->format : viewed.format;
    enum har_report_format format;
    if (har_report_format_read(&format, wanted, view->formats, err) != HAR_OK)
        return err->status;
    return har_tune_print(run->text, format, run->operand[0], viewed.complete, view->report, err);
}

/* The first word of a synopsis is the command. */
static const struct command {
    const char *synopsis, *summary;
    const struct har_option *options;
    unsigned manners;
    size_t operands;
    enum har_status (*run)(void *state, struct har_run *run, struct har_error *err);
    void *state;
} commands[] = {
    {"new [--trials N] [--pruner NAME] ... STUDY SPACE", "Begin a study.", new_options,
     HAR_TAKES_SEED, 2, run_new, NULL},
    {"ask STUDY", "Print a run that is to be trained, or nothing where the study is complete.",
     ask_options, HAR_WRITES_TEXT, 1, run_ask, NULL},
    {"tell STUDY RUN [FILE...]", "Take results as those of a run.", NULL, HAR_READS_STREAM, 2,
     run_tell, NULL},
    {"score STUDY RUN NUMBER", "Take a number as the score of a run; nan: it failed.", NULL, 0, 3,
     run_score, NULL},
    {"fill STUDY RUN|TRIAL|best TEMPLATE", "Fill a template with a trial's parameters.", NULL,
     HAR_WRITES_TEXT, 3, run_fill, NULL},
    {"best STUDY", "Print the best trial.", view_options, HAR_WRITES_TEXT, 1, run_view, &best},
    {"trials STUDY", "Print all trials.", view_options, HAR_WRITES_TEXT, 1, run_view, &trials},
    {"importance STUDY", "Print how much each parameter matters.", view_options, HAR_WRITES_TEXT, 1,
     run_view, &importance},
};

static enum har_status run_none(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    char what[64] = "a command is missing";
    if (run->operands > 0)
        snprintf(what, sizeof what, "command '%.40s'", run->operand[0]);
    return har_fail(err, HAR_USAGE,
                    "%s, expected new, ask, tell, score, fill, best, trials or importance first",
                    what);
}

int main(int argc, char **argv)
{
    struct har_program program = {
        .name = "har-tune",
        .synopsis = "new|ask|tell|score|fill|best|trials|importance STUDY ...",
        .summary = "Search for hyperparameters; --help after a command tells more of it.",
        .operands = 4,
        .optional = true,
        .run = run_none};
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++) {
        const struct command *command = &commands[i];
        const size_t length = strcspn(command->synopsis, " ");
        if (strlen(argv[1]) != length || memcmp(argv[1], command->synopsis, length) != 0)
            continue;
        program = (struct har_program){.name = program.name,
                                       .synopsis = command->synopsis,
                                       .summary = command->summary,
                                       .options = command->options,
                                       .manners = command->manners,
                                       .operands = command->operands,
                                       .run = command->run,
                                       .state = command->state};
        return har_program_main(&program, argc - 1, argv + 1);
    }
    return har_program_main(&program, argc, argv);
}
