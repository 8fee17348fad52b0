#include "fit/log.h"

#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct har_log {
    const char *name;
    FILE *file;   /* NULL: nowhere */
    bool made;    /* the file wasn't there before */
    bool begun;   /* a line was written */
    json_t *last; /* line of an epoch */
    double seconds;
};

static enum har_status open_file(struct har_log *log, struct har_error *err)
{
    log->file = fopen(log->name, "wxe");
    log->made = log->file != NULL;
    if (log->file == NULL)
        log->file = fopen(log->name, "ae");
    return log->file == NULL ? har_fail_errno(err, "%s", log->name) : HAR_OK;
}

enum har_status har_log_open(struct har_log **result, const char *file, struct har_error *err)
{
    if (file != NULL && strcmp(file, "-") == 0)
        return har_fail(err, HAR_USAGE, "--log: stdout is for the stream, expected a file");
    struct har_log *log = har_allocate(1, sizeof *log);
    if (log == NULL)
        return har_fail_memory(err);
    log->name = file;
    if (file != NULL && open_file(log, err) != HAR_OK) {
        free(log);
        return err->status;
    }
    *result = log;
    return HAR_OK;
}

/* What an earlier training left there goes. */
static bool clear(struct har_log *log)
{
    struct stat found;
    const bool first = !log->begun;
    log->begun = true;
    return !first || (fstat(fileno(log->file), &found) == 0 &&
                      (!S_ISREG(found.st_mode) || ftruncate(fileno(log->file), 0) == 0));
}

/* Writes LINE (stolen in any case). */
static enum har_status write_line(struct har_log *log, json_t *line, struct har_error *err)
{
    enum har_status status = HAR_OK;
    if (line == NULL)
        status = har_fail_memory(err);
    else if (log->file != NULL &&
             (!clear(log) || json_dumpf(line, log->file, JSON_COMPACT | JSON_ENSURE_ASCII) != 0 ||
              fputc('\n', log->file) == EOF || fflush(log->file) != 0))
        status = har_fail_errno(err, "%s", log->name);
    json_decref(line);
    return status;
}

enum har_status har_log_close(struct har_log *log, enum har_status status, struct har_error *err)
{
    if (log == NULL)
        return status;
    if (log->file != NULL && fclose(log->file) != 0 && status == HAR_OK)
        status = har_fail_errno(err, "%s", log->name);
    if (log->made && !log->begun)
        unlink(log->name);
    json_decref(log->last);
    free(log);
    return status;
}

json_t *har_epoch_json(const struct har_epoch *epoch)
{
    json_t *line = json_pack("{s:I, s:f, s:f}", "epoch", (json_int_t)epoch->number, "loss",
                             epoch->loss, "accuracy", epoch->accuracy);
    if (line == NULL || !epoch->validated)
        return line;
    if (json_object_set_new(line, "val_loss", json_real(epoch->val_loss)) == 0 &&
        json_object_set_new(line, "val_accuracy", json_real(epoch->val_accuracy)) == 0)
        return line;
    json_decref(line);
    return NULL;
}

void har_epoch_text(char text[HAR_EPOCH_TEXT], const struct har_epoch *epoch, size_t epochs)
{
    const int size = snprintf(text, HAR_EPOCH_TEXT, "epoch %zu of %zu, loss %.4f, accuracy %.2f %%",
                              epoch->number, epochs, epoch->loss, 100 * epoch->accuracy);
    if (epoch->validated && size < HAR_EPOCH_TEXT)
        snprintf(text + size, HAR_EPOCH_TEXT - (size_t)size,
                 ", val_loss %.4f, val_accuracy %.2f %%", epoch->val_loss,
                 100 * epoch->val_accuracy);
}

/* LINE gets the numbers of OPTIONS, by names of their own. */
static bool add_options(json_t *line, const struct har_fit_options *options)
{
    const struct har_adam *adam = &options->adam;
    json_t *more =
        json_pack("{s:I, s:I, s:b, s:f, s:f, s:f, s:f, s:s}", "epochs", (json_int_t)options->epochs,
                  "batch", (json_int_t)options->batch, "shuffle", (int)options->shuffle,
                  "learning_rate", adam->learning_rate, "beta_1", adam->beta_1, "beta_2",
                  adam->beta_2, "epsilon", adam->epsilon, "kernels", options->kernels->name);
    const bool added = json_object_update(line, more) == 0;
    json_decref(more);
    return added;
}

enum har_status har_log_begin(struct har_log *log, const struct har_log_start *start,
                              struct har_error *err)
{
    const struct har_net *net = start->model->net;
    json_t *line =
        json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "version", HAR_VERSION, "net",
                  net->text, "parameters", (json_int_t)net->weights, "rows",
                  (json_int_t)start->rows, "validation_rows", (json_int_t)start->validation_rows,
                  "input", (json_int_t)start->input, "seed", (json_int_t)start->seed, "threads",
                  (json_int_t)start->threads, "options", json_deep_copy(start->arguments));
    if (line == NULL || (start->options != NULL && !add_options(line, start->options))) {
        json_decref(line);
        return har_fail_memory(err);
    }
    return write_line(log, line, err);
}

/* LINE (stolen in any case) is the last one so far. */
static enum har_status epoch_line(struct har_log *log, json_t *line, double seconds,
                                  struct har_error *err)
{
    json_decref(log->last);
    log->last = json_copy(line);
    log->seconds += seconds;
    if (line != NULL)
        json_object_set_new(line, "seconds", json_real(seconds));
    return write_line(log, line, err);
}

enum har_status har_log_epoch(struct har_log *log, const struct har_epoch *epoch,
                              struct har_error *err)
{
    return epoch_line(log, har_epoch_json(epoch), epoch->seconds, err);
}

enum har_status har_log_resume(struct har_log *log, const json_t *epoch, const json_t *seconds,
                               struct har_error *err)
{
    return epoch_line(log, json_copy((json_t *)(uintptr_t)epoch), json_number_value(seconds), err);
}

enum har_status har_log_end(struct har_log *log, struct har_error *err)
{
    json_t *line = json_pack("{s:b, s:n, s:n}", "end", 1, "loss", "accuracy");
    if (line != NULL && log->last != NULL)
        json_object_update(line, log->last);
    if (line != NULL)
        json_object_set_new(line, "seconds", json_real(log->seconds));
    return write_line(log, line, err);
}

enum har_status har_log_solution(struct har_log *log, const struct har_solution *solution,
                                 double seconds, struct har_error *err)
{
    json_t *line = har_solution_json(solution);
    if (line != NULL) {
        json_object_set_new(line, "end", json_true());
        json_object_set_new(line, "seconds", json_real(seconds));
    }
    return write_line(log, line, err);
}
