#include "stream/cat.h"
#include "stream/program.h"

#include <inttypes.h>

static void say_loss(const struct har_run *run, const struct har_cat_result *result)
{
    har_say(run, "warning: %s", result->fault.text);
    har_say(run,
            "warning: what follows is lost; kept of this segment: %" PRIu64 " frames, %" PRIu64
            " rows, which no checksum vouches for",
            result->frames, result->rows);
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    struct har_cat_result result;
    const enum har_status status = har_cat(&result, state, run->in, run->out, err);
    if (result.damaged)
        say_loss(run, &result);
    return status;
}

int main(int argc, char **argv)
{
    struct har_cat cat = {0};
    const struct har_option options[] = {
        {.name = "type",
         .letter = 't',
         .type = HAR_OPTION_TEXT,
         .value = &cat.types,
         .argument = "TYPE[,TYPE...]",
         .help = "only segments of these types: recordings, windows, model, results",
         .recorded = true},
        {.name = "select",
         .letter = 's',
         .type = HAR_OPTION_TEXT,
         .value = &cat.select,
         .argument = "FIRST:LAST",
         .help = "only rows FIRST up to, without, LAST of each segment; from 0",
         .recorded = true},
        {.name = "rows",
         .letter = 'r',
         .type = HAR_OPTION_COUNT,
         .value = &cat.rows,
         .low = 1,
         .high = 1e9,
         .argument = "N",
         .help = "N rows in each frame (default: as they come)"},
        {.name = "salvage",
         .type = HAR_OPTION_FLAG,
         .value = &cat.salvage,
         .help = "of a damaged or truncated stream keep the whole frames before the fault"},
        {0},
    };
    const struct har_program program = {
        .name = "har-cat",
        .synopsis =
            "[--type TYPE[,TYPE...]] [--select FIRST:LAST] [--rows N] [--salvage] [FILE...]",
        .summary = "Check streams and make one of them.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_STREAM,
        .run = run,
        .state = &cat,
    };
    return har_program_main(&program, argc, argv);
}
