/* har-load: files of other formats become a stream. */
#include "data/csv.h"
#include "data/hapt.h"
#include "data/npy.h"
#include "data/uci.h"
#include "stream/program.h"

#include <stdio.h>
#include <string.h>

static const struct har_format *const formats[] = {&har_format_uci, &har_format_hapt,
                                                   &har_format_csv, &har_format_npy};

enum { format_count = sizeof formats / sizeof *formats };

static struct har_request request;

/* Options that may be column names or files are noted by the formats themselves. */
static const struct har_option options[] = {
    {"split", 0, HAR_OPTION_FILE, &request.split, 0, 0, "SPLIT|FILE",
     "uci: train or test alone; npy: each row's split", false},
    {"source", 0, HAR_OPTION_TEXT, &request.source, 0, 0, "NAME",
     "csv, npy: the data set's name (default: the format's)", true},
    {"channels", 0, HAR_OPTION_TEXT, &request.channels, 0, 0, "A,B,...",
     "csv: columns to read (default: all others); npy: their names", true},
    {"units", 0, HAR_OPTION_TEXT, &request.units, 0, 0, "U,...",
     "csv, npy: one for all channels or one for each", true},
    {"labels", 0, HAR_OPTION_TEXT, &request.labels, 0, 0, "A,B,...",
     "csv, npy: class names in order (default: the integers found)", true},
    {"rate", 0, HAR_OPTION_NUMBER, &request.rate, 1e-3, 1e6, "HZ",
     "csv, npy: samples a second (default: unknown)", false},
    {"time", 0, HAR_OPTION_TEXT, &request.time, 0, 0, "NAME", "csv: the column of seconds", true},
    {"label", 0, HAR_OPTION_TEXT, &request.label, 0, 0, "NAME", "csv: the column of classes", true},
    {"subject", 0, HAR_OPTION_FILE, &request.subject, 0, 0, "NAME|FILE",
     "csv: a column, npy: a file of person numbers", false},
    {"recording", 0, HAR_OPTION_FILE, &request.recording, 0, 0, "NAME|FILE",
     "csv: a column, npy: a file of recording numbers", false},
    {"x", 0, HAR_OPTION_FILE, &request.x, 0, 0, "FILE", "npy: the rows, required", false},
    {"y", 0, HAR_OPTION_FILE, &request.y, 0, 0, "FILE", "npy: integer classes", false},
    {"start", 0, HAR_OPTION_FILE, &request.start, 0, 0, "FILE", "npy: windows' first samples",
     false},
    {NULL, 0, HAR_OPTION_FLAG, NULL, 0, 0, NULL, NULL, false}};

static const struct har_format *find_format(const char *name)
{
    for (size_t i = 0; i < format_count; i++)
        if (strcmp(name, formats[i]->name) == 0)
            return formats[i];
    return NULL;
}

static bool goes_with(const struct har_format *format, const char *option)
{
    for (const char *const *name = format->options; *name != NULL; name++)
        if (strcmp(*name, option) == 0)
            return true;
    return false;
}

/* " uci csv npy": the formats that an option goes with, or all where it's NULL. */
static void list_formats(char list[256], const char *option)
{
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < format_count; i++)
        if (used < 200 && (option == NULL || goes_with(formats[i], option)))
            used += (size_t)snprintf(list + used, 256 - used, "%s%s", used == 0 ? "" : ", ",
                                     formats[i]->name);
}

static bool was_given(const struct har_option *option)
{
    if (option->type == HAR_OPTION_NUMBER)
        return *(const double *)option->value > 0;
    return *(const char *const *)option->value != NULL;
}

static enum har_status check_options(const struct har_format *format, struct har_error *err)
{
    for (const struct har_option *option = options; option->name != NULL; option++) {
        if (!was_given(option) || goes_with(format, option->name))
            continue;
        char list[256];
        list_formats(list, option->name);
        return har_fail(err, HAR_USAGE, "--%s goes with %s, not with %s", option->name, list,
                        format->name);
    }
    return HAR_OK;
}

static enum har_status check_operands(const struct har_format *format, const struct har_run *run,
                                      struct har_error *err)
{
    if (format->needs_path && run->operands < 2)
        return har_fail(err, HAR_USAGE, "%s: %s is missing", format->name, format->operand);
    const size_t most = format->operand == NULL ? 1 : 2;
    if (run->operands > most)
        return har_fail(err, HAR_USAGE, "%s: '%.100s' is one operand too many", format->name,
                        run->operand[most]);
    return check_options(format, err);
}

static void say(void *arg, const char *text)
{
    har_say(arg, "%s", text);
}

static enum har_status run_load(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    char list[256];
    list_formats(list, NULL);
    if (run->operands == 0)
        return har_fail(err, HAR_USAGE, "no FORMAT, expected one of %s", list);
    const struct har_format *format = find_format(run->operand[0]);
    if (format == NULL)
        return har_fail(err, HAR_USAGE, "unknown format '%.100s', expected one of %s",
                        run->operand[0], list);
    const enum har_status status = check_operands(format, run, err);
    if (status != HAR_OK)
        return status;
    request.path = run->operands > 1 ? run->operand[1] : NULL;
    request.arguments = run->arguments;
    request.stopped = har_interrupted;
    request.say = say;
    request.arg = run;
    return har_format_note(&request, "format", format->name, err) == HAR_OK
               ? format->load(&request, run->out, err)
               : err->status;
}

int main(int argc, char **argv)
{
    static const struct har_program program = {
        .name = "har-load",
        .synopsis =
            "uci DIR [--split train|test] | hapt DIR | csv [FILE] | npy --x FILE [--y FILE]",
        .summary = "Read data of other formats and write recordings or windows.",
        .options = options,
        .manners = HAR_WRITES_STREAM | HAR_LIVE,
        .operands = 2,
        .optional = true,
        .run = run_load};
    return har_program_main(&program, argc, argv);
}
