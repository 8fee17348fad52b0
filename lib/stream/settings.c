#include "stream/settings.h"
#include "stream/program.h"

#include <stdlib.h>
#include <string.h>

enum {
    always = 1 << 30,
    writes = HAR_WRITES_STREAM | HAR_WRITES_TEXT | HAR_WRITES_BYTES,
    threads_max = 1024
};

/* In the order of --help; `value` is the offset in struct har_settings until a table is made. */
static const struct {
    int manners; /* any of them */
    size_t field;
    struct har_option option;
} shared_options[] = {
    {writes,
     offsetof(struct har_settings, output),
     {"output", 'o', HAR_OPTION_WRITTEN, NULL, 0, 0, "FILE",
      "write to FILE, which appears at success (default: stdout)", false}},
    {HAR_TAKES_SEED,
     offsetof(struct har_settings, seed),
     {"seed", 0, HAR_OPTION_SEED, NULL, 0, 0, "N",
      "seed of all random numbers (default: drawn, and recorded)", true}},
    {HAR_TAKES_THREADS,
     offsetof(struct har_settings, threads),
     {"threads", 0, HAR_OPTION_COUNT, NULL, 1, threads_max, "N",
      "threads to use; no result depends on it (default: the cores it may use)", false}},
    {HAR_WRITES_STREAM,
     offsetof(struct har_settings, no_provenance),
     {"no-provenance", 0, HAR_OPTION_FLAG, NULL, 0, 0, NULL,
      "leave out how the rows were made, as HAR_NO_PROVENANCE=1 does", false}},
    {always,
     offsetof(struct har_settings, quiet),
     {"quiet", 'q', HAR_OPTION_FLAG, NULL, 0, 0, NULL, "say nothing but errors", false}},
    {always,
     offsetof(struct har_settings, verbose),
     {"verbose", 'v', HAR_OPTION_FLAG, NULL, 0, 0, NULL, "say more, and at the end time and memory",
      false}},
    {always,
     offsetof(struct har_settings, help),
     {"help", 'h', HAR_OPTION_FLAG, NULL, 0, 0, NULL, "print this and exit", false}},
    {always,
     offsetof(struct har_settings, version),
     {"version", 'V', HAR_OPTION_FLAG, NULL, 0, 0, NULL, "print the version and exit", false}},
};

void har_settings_table(struct har_option table[HAR_SETTINGS_MAX], struct har_settings *settings,
                        unsigned manners)
{
    size_t used = 0;
    for (size_t i = 0; i < sizeof shared_options / sizeof *shared_options; i++) {
        if ((shared_options[i].manners & ((int)manners | always)) == 0)
            continue;
        table[used] = shared_options[i].option;
        table[used++].value = (char *)settings + shared_options[i].field;
    }
    table[used] = (struct har_option){0};
}

bool har_settings_no_provenance(const struct har_settings *settings)
{
    const char *without = getenv("HAR_NO_PROVENANCE");
    return settings->no_provenance || (without != NULL && strcmp(without, "1") == 0);
}
