#include "data/pace.h"

#include <math.h>

enum har_status har_pace_step(struct har_pace *pace, double time, int32_t recording,
                              int32_t subject, size_t line, struct har_error *err)
{
    const double step = time - pace->time, before = pace->time;
    const bool follows = pace->begun && recording == pace->recording && subject == pace->subject;
    pace->begun = true;
    pace->recording = recording;
    pace->subject = subject;
    pace->time = time;
    if (!follows)
        return HAR_OK;
    if (step < 0)
        return har_fail(err, HAR_INPUT, "time runs backwards, %.15g after %.15g", time, before);
    pace->steps++;
    pace->span += step;
    if (step * pace->rate <= 1.5) {
        pace->near++;
        pace->near_span += step;
    } else if (pace->holes++ == 0) {
        pace->first = line;
    }
    return HAR_OK;
}

/* Where most steps are holes it's the rate that is wrong. */
static double measured(const struct har_pace *pace)
{
    const bool holes = pace->near < (pace->steps + 1) / 2;
    return holes ? (double)pace->steps / pace->span : (double)pace->near / pace->near_span;
}

enum har_status har_pace_check(const struct har_pace *pace, struct har_error *err)
{
    if (pace->rate == 0 || pace->steps == 0 || fabs(measured(pace) / pace->rate - 1) <= 0.05)
        return HAR_OK;
    har_fail(err, HAR_INPUT, "by its times there are %.4g samples a second, --rate says %.15g",
             measured(pace), pace->rate);
    return har_error_hint(err, "times are in seconds");
}
