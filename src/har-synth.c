#include "data/synth.h"
#include "stream/program.h"

struct synth {
    size_t people, seconds;
    size_t train; /* `unset` while --train isn't given */
};

enum { unset = 1 << 30, most_people = 100000 };

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    const struct synth *synth = state;
    const struct har_synth_options options = {
        .people = synth->people,
        .train = synth->train == unset ? har_synth_train(synth->people) : synth->train,
        .seconds = synth->seconds,
        .seed = run->seed,
        .interrupted = har_interrupted,
    };
    if (json_object_set_new(run->arguments, "train", json_integer((json_int_t)options.train)) != 0)
        return har_fail_memory(err);
    return har_synth_write(run->out, &options, err);
}

int main(int argc, char **argv)
{
    struct synth synth = {.people = 30, .seconds = 60, .train = unset};
    const struct har_option options[] = {
        {.name = "people",
         .letter = 'p',
         .type = HAR_OPTION_COUNT,
         .value = &synth.people,
         .low = 1,
         .high = most_people,
         .argument = "N",
         .help = "simulate N people (default: 30)",
         .recorded = true},
        {.name = "train",
         .letter = 't',
         .type = HAR_OPTION_COUNT,
         .value = &synth.train,
         .low = 0,
         .high = most_people,
         .argument = "N",
         .help = "mark the first N people train, the others test (default: 7 in 10)"},
        {.name = "seconds",
         .letter = 's',
         .type = HAR_OPTION_COUNT,
         .value = &synth.seconds,
         .low = 1,
         .high = 86400,
         .argument = "N",
         .help = "seconds of each activity, in two bouts (default: 60)",
         .recorded = true},
        {0},
    };
    const struct har_program program = {
        .name = "har-synth",
        .synopsis = "[--people N] [--train N] [--seconds N] [--seed N]",
        .summary = "Write recordings of simulated people doing six activities.",
        .options = options,
        .manners = HAR_WRITES_STREAM | HAR_TAKES_SEED | HAR_LIVE,
        .run = run,
        .state = &synth,
    };
    return har_program_main(&program, argc, argv);
}
