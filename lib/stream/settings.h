/* The options that programs share, by what they say they do (program.h's manners). */
#ifndef HAR_STREAM_SETTINGS_H
#define HAR_STREAM_SETTINGS_H

#include "base/options.h"

struct har_settings {
    bool help, version, quiet, verbose, no_provenance;
    const char *output;
    struct har_seed seed;
    size_t threads; /* 0: not given */
};

enum { HAR_SETTINGS_MAX = 9 };

/* Fills TABLE with the shared options for MANNERS, their values going to SETTINGS. */
void har_settings_table(struct har_option table[HAR_SETTINGS_MAX], struct har_settings *settings,
                        unsigned manners);

/* --no-provenance or HAR_NO_PROVENANCE=1. */
bool har_settings_no_provenance(const struct har_settings *settings);

#endif
