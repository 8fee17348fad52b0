#include "data/butterworth.h"
#include "data/filter.h"
#include "data/median.h"
#include "stream/program.h"

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    struct har_filter_options *options = state;
    struct har_filter *filter;
    if (options->preset != NULL && har_filter_preset(options, err) != HAR_OK)
        return err->status;
    if (har_filter_check(options, err) != HAR_OK || har_filter_new(&filter, options, err) != HAR_OK)
        return err->status;
    const enum har_status status = har_stage_run(&har_filter_stage, filter, run->in, run->out, err);
    har_filter_free(filter);
    return status;
}

int main(int argc, char **argv)
{
    struct har_filter_options filter = {0};
    const struct har_option options[] = {
        {"preset", 'p', HAR_OPTION_TEXT, &filter.preset, 0, 0, "NAME",
         "filter as a published data set was: uci-har", true},
        {"median", 'm', HAR_OPTION_COUNT, &filter.median, 1, HAR_MEDIAN_MAX, "N",
         "running median of N samples, odd", true},
        {"lowpass", 'l', HAR_OPTION_NUMBER, &filter.lowpass, 1e-6, 1e6, "HZ",
         "Butterworth low-pass", true},
        {"highpass", 'H', HAR_OPTION_NUMBER, &filter.highpass, 1e-6, 1e6, "HZ",
         "Butterworth high-pass", true},
        {"order", 0, HAR_OPTION_COUNT, &filter.order, 1, HAR_ORDER_MAX, "N",
         "order of both (default: 3)", true},
        {"gravity", 'g', HAR_OPTION_NUMBER, &filter.gravity, 1e-6, 1e6, "HZ",
         "split acc_ into total_acc_ and body_acc_: without what is below HZ", true},
        {"gravity-order", 0, HAR_OPTION_COUNT, &filter.gravity_order, 1, HAR_ORDER_MAX, "N",
         "order of its low-pass (default: 3)", true},
        {"drift", 'd', HAR_OPTION_NUMBER, &filter.drift, 1e-6, 1e6, "HZ",
         "make gyro_ body_gyro_: without what is below HZ", true},
        {"drift-order", 0, HAR_OPTION_COUNT, &filter.drift_order, 1, HAR_ORDER_MAX, "N",
         "order of its low-pass (default: 2)", true},
        {0},
    };
    const struct har_program program = {
        .name = "har-filter",
        .synopsis = "{--preset NAME | FILTERS} [FILE...]",
        .summary = "Filter recordings, channel by channel.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_STREAM,
        .run = run,
        .state = &filter,
    };
    return har_program_main(&program, argc, argv);
}
