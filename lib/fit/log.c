#include "fit/log.h"

#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct har_log {
    const char *name;
    FILE *file; /* NULL: nowhere */
    struct har_epoch last;
    double seconds;
};

enum har_status har_log_open(struct har_log **result, const char *file, struct har_error *err)
{
    if (file != NULL && strcmp(file, "-") == 0)
        return har_fail(err, HAR_USAGE, "--log: stdout is for the stream, expected a file");
    struct har_log *log = har_allocate(1, sizeof *log);
    if (log == NULL)
        return har_fail_memory(err);
    log->name = file;
    log->file = file == NULL ? NULL : fopen(file, "we");
    if (file != NULL && log->file == NULL) {
        free(log);
        return har_fail_errno(err, "%s", file);
    }
    *result = log;
    return HAR_OK;
}

/* Writes LINE (stolen in any case). */
static enum har_status write_line(struct har_log *log, json_t *line, struct har_error *err)
{
    enum har_status status = HAR_OK;
    if (line == NULL)
        status = har_fail_memory(err);
    else if (log->file != NULL &&
             (json_dumpf(line, log->file, JSON_COMPACT | JSON_ENSURE_ASCII) != 0 ||
              fputc('\n', log->file) == EOF || fflush(log->file) != 0))
        status = har_fail_errno(err, "%s", log->name);
    json_decref(line);
    return status;
}

enum har_status har_log_close(struct har_log *log, struct har_error *err)
{
    if (log == NULL)
        return HAR_OK;
    enum har_status status = HAR_OK;
    if (log->file != NULL && fclose(log->file) != 0)
        status = har_fail_errno(err, "%s", log->name);
    free(log);
    return status;
}

json_t *har_epoch_json(const struct har_epoch *epoch)
{
    return json_pack("{s:I, s:f, s:f}", "epoch", (json_int_t)epoch->number, "loss", epoch->loss,
                     "accuracy", epoch->accuracy);
}

enum har_status har_log_start(struct har_log *log, const struct har_model *model, size_t rows,
                              const struct har_fit_options *options, size_t threads,
                              struct har_error *err)
{
    const struct har_adam *adam = &options->adam;
    json_t *line = json_pack(
        "{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:f, s:f, s:f, s:f, s:s}", "version",
        HAR_VERSION, "net", model->net->text, "parameters", (json_int_t)model->net->weights, "rows",
        (json_int_t)rows, "epochs", (json_int_t)options->epochs, "batch",
        (json_int_t)options->batch, "seed", (json_int_t)options->seed, "threads",
        (json_int_t)threads, "shuffle", (int)options->shuffle, "learning_rate", adam->learning_rate,
        "beta_1", adam->beta_1, "beta_2", adam->beta_2, "epsilon", adam->epsilon, "kernels",
        options->kernels->name);
    return write_line(log, line, err);
}

enum har_status har_log_epoch(struct har_log *log, const struct har_epoch *epoch,
                              struct har_error *err)
{
    log->last = *epoch;
    log->seconds += epoch->seconds;
    json_t *line = har_epoch_json(epoch);
    if (line != NULL)
        json_object_set_new(line, "seconds", json_real(epoch->seconds));
    return write_line(log, line, err);
}

enum har_status har_log_end(struct har_log *log, struct har_error *err)
{
    return write_line(log,
                      json_pack("{s:b, s:f, s:f, s:f}", "end", 1, "loss", log->last.loss,
                                "accuracy", log->last.accuracy, "seconds", log->seconds),
                      err);
}
