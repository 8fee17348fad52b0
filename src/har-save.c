/* har-save: streams become files of other formats. */
#include "data/save.h"
#include "stream/program.h"

#include <string.h>
#include <unistd.h>

static const struct format {
    const char *name;
    bool binary;
    enum har_status (*write)(FILE *file, const struct har_save *save, struct har_error *err);
} formats[] = {
    {"npy", true, har_save_npy}, {"npz", true, har_save_npz}, {"csv", false, har_save_csv}};

static const char *array;
static bool numbers;

static const struct har_option options[] = {
    {"array", 'a', HAR_OPTION_TEXT, &array, 0, 0, "NAME,...",
     "write these arrays alone (default: all)", true},
    {"numbers", 'n', HAR_OPTION_FLAG, &numbers, 0, 0, NULL,
     "csv: classes as numbers (default: their names)", true},
    {NULL, 0, HAR_OPTION_FLAG, NULL, 0, 0, NULL, NULL, false}};

static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(name, formats[i].name) == 0)
            return &formats[i];
    return NULL;
}

static enum har_status write_all(const struct har_run *run, const struct format *format,
                                 const struct har_save *save, struct har_error *err)
{
    const enum har_status status = format->write(run->text, save, err);
    if (status == HAR_SYSTEM)
        return har_error_at(err, "%s", run->output == NULL ? "<stdout>" : run->output);
    return status;
}

static enum har_status run_save(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    const struct format *format = find_format(run->operand[0]);
    if (format == NULL)
        return har_fail(err, HAR_USAGE, "unknown format '%.100s', expected one of npy, npz, csv",
                        run->operand[0]);
    if (format->binary && isatty(fileno(run->text)))
        return har_fail(err, HAR_USAGE, "%s isn't for a terminal: use -o FILE or a pipe",
                        format->name);
    if (numbers && format->binary)
        return har_fail(err, HAR_USAGE, "--numbers goes with csv, not with %s", format->name);
    struct har_save save = {.numbers = numbers};
    enum har_status status = har_list_split(&save.wanted, array, "array", false, err);
    if (status == HAR_OK)
        status = har_save_gather(&save, run->in, err);
    if (status == HAR_OK)
        status = write_all(run, format, &save, err);
    har_save_free(&save);
    return status;
}

int main(int argc, char **argv)
{
    static const struct har_program program = {
        .name = "har-save",
        .synopsis = "npy|npz|csv [FILE...]",
        .summary = "Write the tensors of streams as NumPy arrays or as comma-separated values.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_TEXT,
        .operands = 1,
        .run = run_save};
    return har_program_main(&program, argc, argv);
}
