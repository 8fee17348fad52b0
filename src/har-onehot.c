#include "data/onehot.h"
#include "stream/program.h"

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    return har_stage_run(&har_onehot_stage, state, run->in, run->out, err);
}

int main(int argc, char **argv)
{
    struct har_onehot onehot = {0};
    const struct har_option options[] = {
        {.name = "classes",
         .letter = 'c',
         .type = HAR_OPTION_COUNT,
         .value = &onehot.classes,
         .low = 1,
         .high = 1e6,
         .argument = "N",
         .help = "make y N wide (default: as many as the header has labels)",
         .recorded = true},
        {0},
    };
    const struct har_program program = {
        .name = "har-onehot",
        .synopsis = "[--classes N] [FILE...]",
        .summary = "Turn the integer labels of windows into one-hot rows.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_STREAM,
        .run = run,
        .state = &onehot,
    };
    return har_program_main(&program, argc, argv);
}
