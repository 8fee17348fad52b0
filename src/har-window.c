#include "data/window.h"
#include "stream/program.h"

struct cli {
    struct har_window_options options;
    const char *at; /* the file of starts */
};

/* The starts are known by their file's checksum. */
static enum har_status read_starts(struct cli *cli, struct har_run *run, struct har_error *err)
{
    uint32_t crc;
    if (har_starts_read(&cli->options.starts, &crc, cli->at, err) != HAR_OK)
        return err->status;
    if (json_object_set_new(run->arguments, "at", json_integer(crc)) != 0)
        return har_fail_memory(err);
    return HAR_OK;
}

static enum har_status cut(const struct har_window_options *options, struct har_run *run,
                           struct har_error *err)
{
    struct har_window *window;
    if (har_window_check(options, err) != HAR_OK || har_window_new(&window, options, err) != HAR_OK)
        return err->status;
    const enum har_status status = har_stage_run(&har_window_stage, window, run->in, run->out, err);
    size_t longest;
    if (status == HAR_OK && har_window_none(&longest, window))
        har_say(run, "warning: no window: the longest stretch has %zu samples, --length is %zu",
                longest, options->length);
    har_window_free(window);
    return status;
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    struct cli *cli = state;
    enum har_status status = HAR_OK;
    if (cli->at != NULL)
        status = read_starts(cli, run, err);
    if (status == HAR_OK)
        status = cut(&cli->options, run, err);
    har_starts_free(cli->options.starts);
    return status;
}

int main(int argc, char **argv)
{
    struct cli cli = {0};
    const struct har_option options[] = {
        {.name = "length",
         .letter = 'l',
         .type = HAR_OPTION_COUNT,
         .value = &cli.options.length,
         .low = 1,
         .high = 1e6,
         .argument = "N",
         .help = "samples in a window; required",
         .recorded = true},
        {.name = "step",
         .letter = 's',
         .type = HAR_OPTION_COUNT,
         .value = &cli.options.step,
         .low = 1,
         .high = 1e9,
         .argument = "N",
         .help = "samples from one window's start to the next; required without --at",
         .recorded = true},
        {.name = "within-labels",
         .letter = 'w',
         .type = HAR_OPTION_FLAG,
         .value = &cli.options.within_labels,
         .help = "cut each labelled segment by itself, and nothing without a label",
         .recorded = true},
        {.name = "at",
         .letter = 'a',
         .type = HAR_OPTION_FILE,
         .value = &cli.at,
         .argument = "FILE",
         .help = "cut at the starts in FILE: csv with the columns recording and start"},
        {.name = "drop-labels",
         .letter = 'd',
         .type = HAR_OPTION_TEXT,
         .value = &cli.options.dropped_labels,
         .argument = "LIST",
         .help = "drop windows of these labels: names or numbers from 1, as in 7-12",
         .recorded = true},
        {0},
    };
    const struct har_program program = {
        .name = "har-window",
        .synopsis = "--length N {--step N | --at FILE} [FILE...]",
        .summary = "Cut recordings into windows of fixed length.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_STREAM,
        .run = run,
        .state = &cli,
    };
    return har_program_main(&program, argc, argv);
}
