#include "fit/schedule.h"

#include "base/elementary.h"
#include "base/options.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    enum har_schedule_kind kind;
} kinds[] = {{"exponential:", HAR_EXPONENTIAL}, {"step:", HAR_STEP}, {"cosine:", HAR_COSINE}};

enum { kind_count = sizeof kinds / sizeof *kinds };

static enum har_status read_steps(struct har_schedule *schedule, const char *text, const char *name,
                                  struct har_error *err)
{
    size_t steps;
    if (har_read_count(&steps, text, 1, 1e12, name, err) != HAR_OK)
        return err->status;
    schedule->steps = (double)steps;
    return HAR_OK;
}

/* RATE,STEPS */
static enum har_status read_both(struct har_schedule *schedule, const char *text, const char *name,
                                 struct har_error *err)
{
    char rate[64];
    const size_t length = strcspn(text, ",");
    if (text[length] == '\0' || length >= sizeof rate)
        return har_fail(err, HAR_USAGE, "%s: '%s', expected RATE,STEPS", name, text);
    snprintf(rate, sizeof rate, "%.*s", (int)length, text);
    if (har_read_number(&schedule->rate, rate, 1e-9, 1e9, name, err) != HAR_OK)
        return err->status;
    return read_steps(schedule, text + length + 1, name, err);
}

enum har_status har_schedule_read(struct har_schedule *schedule, const char *text, const char *name,
                                  struct har_error *err)
{
    if (strcmp(text, "cosine") == 0) {
        *schedule = (struct har_schedule){.kind = HAR_COSINE};
        return HAR_OK;
    }
    for (size_t i = 0; i < kind_count; i++) {
        const size_t length = strlen(kinds[i].word);
        if (strncmp(text, kinds[i].word, length) != 0)
            continue;
        schedule->kind = kinds[i].kind;
        return schedule->kind == HAR_COSINE ? read_steps(schedule, text + length, name, err)
                                            : read_both(schedule, text + length, name, err);
    }
    return har_fail(err, HAR_USAGE,
                    "%s: '%s', expected exponential:RATE,STEPS, step:RATE,STEPS, cosine:STEPS "
                    "or cosine",
                    name, text);
}

double har_schedule_factor(const struct har_schedule *schedule, size_t t, size_t all)
{
    static const double pi = 3.14159265358979323846;
    const double part = (double)t / (schedule->steps > 0 ? schedule->steps : (double)all);
    switch (schedule->kind) {
    case HAR_EXPONENTIAL:
        return har_exp(part * har_log(schedule->rate));
    case HAR_STEP:
        return har_exp(floor(part) * har_log(schedule->rate));
    case HAR_COSINE:
        return 0.5 * (1 + har_cos(pi * (part < 1 ? part : 1)));
    default:
        return 1;
    }
}
