#include "nn/summary.h"
#include "stream/header.h"
#include "stream/program.h"
#include "stream/show.h"

#include <string.h>

/* A model as Keras's summary table; a net that this version can't read is only shown as text. */
static enum har_status describe_model(FILE *to, const json_t *header, struct har_error *err)
{
    const char *text = har_header_text(header, "net", NULL);
    struct har_net *net;
    if (text == NULL)
        return HAR_OK;
    const enum har_status status = har_net_new(&net, text, strlen(text), "net", err);
    if (status == HAR_USAGE) {
        fprintf(to, "  no summary: %s\n", err->text);
        return HAR_OK;
    }
    if (status != HAR_OK)
        return status;
    har_net_summary(to, net);
    har_net_free(net);
    return HAR_OK;
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    return har_show(run->text, run->in, state, err);
}

int main(int argc, char **argv)
{
    struct har_show show = {.type = "model", .describe = describe_model};
    const struct har_option options[] = {
        {.name = "json",
         .letter = 'j',
         .type = HAR_OPTION_FLAG,
         .value = &show.json,
         .help = "one JSON document a segment, each on a line"},
        {.name = "rows",
         .letter = 'n',
         .type = HAR_OPTION_COUNT,
         .value = &show.rows,
         .low = 0,
         .high = 1e9,
         .argument = "N",
         .help = "show the values of the first N rows of each tensor (default: 0)"},
        {0},
    };
    const struct har_program program = {
        .name = "har-show",
        .synopsis = "[FILE...]",
        .summary = "Show any stream as text fit for diff(1), or as JSON.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_TEXT,
        .run = run,
        .state = &show,
    };
    return har_program_main(&program, argc, argv);
}
