#include "data/chain.h"

#include "data/butterworth.h"
#include "data/median.h"
#include <string.h>

/* How the published UCI HAR windows were made of the raw recordings: the windows of its files come
 * out to 1e-7. (Its own README says that the 20 Hz filter is of order 3: it isn't.) */
static const struct har_filter_options presets[] = {
    {.preset = "uci-har",
     .median = 3,
     .lowpass = 20.0,
     .order = 10,
     .gravity = 0.3,
     .gravity_order = 3,
     .drift = 0.1,
     .drift_order = 2},
};

static bool any_number(const struct har_filter_options *options)
{
    return options->median > 0 || options->lowpass > 0.0 || options->highpass > 0.0 ||
           options->order > 0 || options->gravity > 0.0 || options->gravity_order > 0 ||
           options->drift > 0.0 || options->drift_order > 0;
}

enum har_status har_filter_preset(struct har_filter_options *options, struct har_error *err)
{
    const char *name = options->preset;
    if (any_number(options))
        return har_fail(err, HAR_USAGE, "--preset %s says it all, no other filter goes with it",
                        name);
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (strcmp(name, presets[i].preset) == 0) {
            *options = presets[i];
            return HAR_OK;
        }
    return har_fail(err, HAR_USAGE, "--preset '%s': there is only 'uci-har'", name);
}

enum har_status har_filter_check(const struct har_filter_options *options, struct har_error *err)
{
    const bool band = options->lowpass > 0.0 || options->highpass > 0.0;
    if (options->median == 0 && !band && options->gravity <= 0.0 && options->drift <= 0.0)
        return har_fail(err, HAR_USAGE,
                        "nothing to do, expected --preset, --median, --lowpass, --highpass, "
                        "--gravity or --drift");
    if (options->median > 0 && options->median % 2 == 0)
        return har_fail(err, HAR_USAGE, "--median %zu: expected an odd number", options->median);
    if (options->order > 0 && !band)
        return har_fail(err, HAR_USAGE,
                        "--order is that of --lowpass and --highpass, "
                        "expected one of them");
    if (options->gravity_order > 0 && options->gravity <= 0.0)
        return har_fail(err, HAR_USAGE, "--gravity-order goes with --gravity");
    if (options->drift_order > 0 && options->drift <= 0.0)
        return har_fail(err, HAR_USAGE, "--drift-order goes with --drift");
    if (options->lowpass > 0.0 && options->highpass >= options->lowpass)
        return har_fail(err, HAR_USAGE, "--highpass %g and --lowpass %g leave nothing between them",
                        options->highpass, options->lowpass);
    return HAR_OK;
}
