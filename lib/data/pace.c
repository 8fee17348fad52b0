#include "data/pace.h"

#include "data/median.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

enum { samples_min = 100 };

static const double tolerance = 0.05;

/* Adds a step of at most LIMIT samples, where one takes PERIOD seconds; false where it's longer. */
static bool add_step(struct har_pace_span *span, const struct har_pace_step *step, double period,
                     double limit)
{
    if (step->seconds > limit * period * (double)step->most)
        return false;
    span->samples += step->samples;
    span->seconds += step->seconds;
    return true;
}

static void keep_step(struct har_pace_sum *sum, const struct har_pace_step *step)
{
    if (sum->steps < HAR_PACE_STEPS)
        sum->first_steps[sum->steps++] = *step;
}

static double rate_of(const struct har_pace_span *span)
{
    return (double)span->samples / span->seconds;
}

/* The moment before, with the step that ends it. A recording may begin within a moment whose other
 * samples it lacks. */
static void count_moment(struct har_pace *pace)
{
    const struct har_pace_moment *before = &pace->before, *now = &pace->now;
    const size_t most = before->samples > now->samples ? before->samples : now->samples;
    if (before->samples == 0 || (pace->opening && most > 1))
        return;
    const struct har_pace_step step = {now->time - before->time, before->samples, most};
    keep_step(&pace->part, &step);
    pace->part.samples += step.samples;
    add_step(&pace->part.wide, &step, 1 / pace->rate, 3);
    if (!add_step(&pace->part.near, &step, 1 / pace->rate, 1.5) && pace->holes++ == 0)
        pace->first = now->line;
}

/* By the first steps alone. */
static double typical_rate(const struct har_pace_sum *sum)
{
    static const double none_lost = 1.9; /* below 2, where one is lost */
    double period[HAR_PACE_STEPS], median;
    struct har_pace_span near = {0};
    if (sum->steps == 0)
        return 0;
    for (size_t i = 0; i < sum->steps; i++)
        period[i] = sum->first_steps[i].seconds / (double)sum->first_steps[i].samples;
    har_median(&median, period, 1, (sum->steps - 1) | 1);
    for (size_t i = 0; i < sum->steps; i++)
        add_step(&near, &sum->first_steps[i], median, none_lost);
    return rate_of(&near);
}

static enum har_status hint_at_unit(const struct har_pace *pace, double measured,
                                    struct har_error *err)
{
    const double ratio = pace->rate / measured;
    const bool thousand = fabs(ratio / 1000 - 1) <= tolerance;
    if (thousand && pace->column == 0)
        return har_error_hint(err, "these are milliseconds: seconds are wanted");
    if (thousand)
        return har_error_hint(err,
                              "these are milliseconds: awk -F, -v OFS=, -v CONVFMT=%%.13g "
                              "'NR > 1 { $%zu /= 1000 } 1' FILE makes seconds of them",
                              pace->column);
    return ratio > 10 || ratio < 0.1 ? har_error_hint(err, "times are in seconds") : err->status;
}

static enum har_status check(const struct har_pace *pace, const struct har_pace_sum *sum,
                             struct har_error *err)
{
    if (pace->rate == 0 || sum->steps == 0)
        return HAR_OK;
    const bool holes = sum->near.samples < (sum->samples + 1) / 2; /* then the rate is wrong */
    const double slow = holes ? typical_rate(sum) : rate_of(&sum->wide);
    const double fast = holes ? slow : rate_of(&sum->near);
    if (pace->rate >= slow * (1 - tolerance) && pace->rate <= fast * (1 + tolerance))
        return HAR_OK;
    har_fail(err, HAR_INPUT, "by its times %.4g samples a second, --rate says %.15g", slow,
             pace->rate);
    return hint_at_unit(pace, slow, err);
}

/* More than two seconds' samples, all of one time. */
static bool stands_still(const struct har_pace *pace)
{
    const size_t samples = pace->now.samples;
    return pace->before.samples == 0 && pace->rate > 0 && samples >= samples_min &&
           (double)samples > 2 * pace->rate;
}

static enum har_status name_part(const struct har_pace *pace, struct har_error *err)
{
    char name[64] = "";
    if (pace->recordings && pace->subjects)
        snprintf(name, sizeof name, "recording %" PRId32 " of person %" PRId32, pace->recording,
                 pace->subject);
    else if (pace->recordings)
        snprintf(name, sizeof name, "recording %" PRId32, pace->recording);
    else if (pace->subjects)
        snprintf(name, sizeof name, "person %" PRId32, pace->subject);
    else
        return err->status;
    return har_error_at(err, "%s, from line %zu", name, pace->line);
}

/* Enough for a rate of its own. */
static bool is_long(const struct har_pace_sum *part)
{
    return part->taken >= samples_min && part->steps > 0;
}

static void add_span(struct har_pace_span *sum, const struct har_pace_span *span)
{
    sum->samples += span->samples;
    sum->seconds += span->seconds;
}

static void add_part(struct har_pace *pace)
{
    struct har_pace_sum *all = &pace->all;
    const struct har_pace_sum *part = &pace->part;
    const bool checked = pace->rate > 0 && is_long(part);
    all->samples += part->samples;
    add_span(&all->near, &part->near);
    add_span(&all->wide, &part->wide);
    for (size_t i = 0; i < part->steps && !checked; i++)
        keep_step(all, &part->first_steps[i]);
}

/* The samples of one recording and person have ended. */
static enum har_status end_part(struct har_pace *pace, struct har_error *err)
{
    const struct har_pace_sum *part = &pace->part;
    if (stands_still(pace)) {
        har_fail(err, HAR_INPUT, "all %zu samples have the time %.15g", pace->now.samples,
                 pace->now.time);
        return name_part(pace, err);
    }
    count_moment(pace);
    if (is_long(part) && check(pace, part, err) != HAR_OK)
        return name_part(pace, err);
    add_part(pace);
    return HAR_OK;
}

static void begin_part(struct har_pace *pace, const struct har_pace_moment *moment,
                       int32_t recording, int32_t subject)
{
    pace->recording = recording;
    pace->subject = subject;
    pace->line = moment->line;
    pace->opening = false;
    pace->before = (struct har_pace_moment){0};
    pace->now = *moment;
    pace->part = (struct har_pace_sum){.taken = 1};
}

static void next_moment(struct har_pace *pace, const struct har_pace_moment *moment)
{
    count_moment(pace);
    pace->opening = pace->before.samples == 0;
    pace->before = pace->now;
    pace->now = *moment;
}

enum har_status har_pace_take(struct har_pace *pace, double time, int32_t recording,
                              int32_t subject, size_t line, struct har_error *err)
{
    const struct har_pace_moment moment = {time, 1, line};
    const bool begun = pace->now.samples > 0;
    if (!begun || recording != pace->recording || subject != pace->subject) {
        if (begun && end_part(pace, err) != HAR_OK)
            return err->status;
        begin_part(pace, &moment, recording, subject);
        return HAR_OK;
    }
    if (time < pace->now.time) {
        har_fail(err, HAR_INPUT, "line %zu: time runs backwards, %.15g after %.15g", line, time,
                 pace->now.time);
        return pace->recordings
                   ? err->status
                   : har_error_hint(err, "--recording NAME: in each one time runs for itself");
    }
    pace->part.taken++;
    if (time == pace->now.time)
        pace->now.samples++;
    else
        next_moment(pace, &moment);
    return HAR_OK;
}

enum har_status har_pace_finish(struct har_pace *pace, struct har_error *err)
{
    return end_part(pace, err) == HAR_OK ? check(pace, &pace->all, err) : err->status;
}

double har_pace_rate(const struct har_pace *pace)
{
    return typical_rate(&pace->all);
}
