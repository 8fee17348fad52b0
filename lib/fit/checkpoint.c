#include "fit/checkpoint.h"

#include "base/memory.h"
#include "base/output.h"
#include "stream/header.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { M, V, BEST, BLOCKS };

/* The header's key for what a training knows beyond its model. */
static const char training_key[] = "training";

struct har_checkpoint {
    const char *file;
    struct har_model *model; /* the one found, or NULL; and its blocks' values */
    struct har_model_block block[BLOCKS];
    json_t *training; /* borrowed from its header, and so are */
    json_t *arguments, *seconds;
    json_int_t rows;
    struct har_fit_state state; /* but for what it points to */
};

void har_checkpoint_free(struct har_checkpoint *checkpoint)
{
    if (checkpoint == NULL)
        return;
    for (size_t i = 0; i < BLOCKS; i++)
        free(checkpoint->block[i].values);
    har_model_free(checkpoint->model);
    free(checkpoint);
}

bool har_checkpoint_found(const struct har_checkpoint *checkpoint)
{
    return checkpoint->model != NULL;
}

uint64_t har_checkpoint_seed(const struct har_checkpoint *checkpoint)
{
    return (uint64_t)json_integer_value(json_object_get(checkpoint->model->header, "seed"));
}

/* ---- reading ---- */

/* Numbers that some training comes to after EPOCH epochs. */
static bool is_possible(const struct har_checkpoint *checkpoint, json_int_t epoch, json_int_t steps,
                        json_int_t best_epoch, json_int_t wait)
{
    const struct har_adam_state *adam = &checkpoint->state.adam;
    const json_t *epochs = json_object_get(checkpoint->arguments, "epochs");
    return epoch >= 0 && epoch <= json_integer_value(epochs) && steps >= epoch && best_epoch >= 0 &&
           best_epoch <= epoch && wait >= 0 && wait <= epoch && adam->beta_1_power >= 0 &&
           adam->beta_1_power <= 1 && adam->beta_2_power >= 0 && adam->beta_2_power <= 1;
}

static enum har_status unpack(struct har_checkpoint *checkpoint, struct har_error *err)
{
    json_int_t epoch, steps, best_epoch, wait;
    int stopped;
    json_error_t fault;
    struct har_fit_state *state = &checkpoint->state;
    if (json_unpack_ex(checkpoint->training, &fault, 0,
                       "{s:o, s:I, s:I, s:I, s:F, s:F, s:I, s:F, s:I, s:b, s:o}", "arguments",
                       &checkpoint->arguments, "rows", &checkpoint->rows, "epoch", &epoch, "steps",
                       &steps, "beta_1_power", &state->adam.beta_1_power, "beta_2_power",
                       &state->adam.beta_2_power, "best_epoch", &best_epoch, "best",
                       &state->stopping.best, "wait", &wait, "stopped", &stopped, "seconds",
                       &checkpoint->seconds) != 0)
        return har_fail(err, HAR_INPUT, "%s: its state of training: %s", checkpoint->file,
                        fault.text);
    if (!is_possible(checkpoint, epoch, steps, best_epoch, wait))
        return har_fail(err, HAR_INPUT, "%s: a number of its state of training is out of its range",
                        checkpoint->file);
    state->epoch = (size_t)epoch;
    state->steps = (size_t)steps;
    state->stopping.best_epoch = (size_t)best_epoch;
    state->stopping.wait = (size_t)wait;
    state->stopping.stopped = stopped != 0;
    const json_t *history = json_object_get(checkpoint->model->header, "history");
    const bool whole = checkpoint->block[M].values != NULL && checkpoint->block[V].values != NULL &&
                       (best_epoch == 0 || checkpoint->block[BEST].values != NULL ||
                        json_object_get(checkpoint->arguments, "restore-best") == NULL);
    if (!whole || json_array_size(history) != state->epoch ||
        json_array_size(checkpoint->seconds) != state->epoch)
        return har_fail(err, HAR_INPUT, "%s: its state of training isn't whole", checkpoint->file);
    return HAR_OK;
}

static enum har_status check_version(const struct har_checkpoint *checkpoint, struct har_error *err)
{
    const char *version = har_header_text(checkpoint->training, "version", "?");
    if (strcmp(version, HAR_VERSION) == 0)
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "%s: a training that har %s began, this is %s",
                    checkpoint->file, version, HAR_VERSION);
}

static enum har_status load(struct har_checkpoint *checkpoint, struct har_error *err)
{
    enum har_status status =
        har_model_load_blocks(&checkpoint->model, checkpoint->block, BLOCKS, checkpoint->file, err);
    if (status != HAR_OK)
        return status;
    checkpoint->training = json_object_get(checkpoint->model->header, training_key);
    if (checkpoint->training == NULL)
        return har_fail(err, HAR_INPUT, "%s: a model, but not a checkpoint", checkpoint->file);
    status = check_version(checkpoint, err);
    return status == HAR_OK ? unpack(checkpoint, err) : status;
}

/* Fails now where writing would fail after the first epoch. */
static enum har_status try_writing(const char *file, struct har_error *err)
{
    struct har_output *output;
    const enum har_status status = har_output_open(&output, file, true, err);
    return status == HAR_OK ? har_output_close(output, false, err) : status;
}

enum har_status har_checkpoint_new(struct har_checkpoint **result, const char *file,
                                   struct har_error *err)
{
    struct stat found;
    const bool exists = stat(file, &found) == 0;
    if (strcmp(file, "-") == 0 || (exists && !S_ISREG(found.st_mode)))
        return har_fail(err, HAR_USAGE, "--checkpoint: %s isn't a regular file", file);
    if (try_writing(file, err) != HAR_OK)
        return err->status;
    struct har_checkpoint *checkpoint = har_allocate(1, sizeof *checkpoint);
    if (checkpoint == NULL)
        return har_fail_memory(err);
    *checkpoint = (struct har_checkpoint){
        .file = file,
        .block = {{"adam.m", true, NULL}, {"adam.v", true, NULL}, {"best.epoch", false, NULL}}};
    const enum har_status status = exists ? load(checkpoint, err) : HAR_OK;
    if (status == HAR_INPUT)
        har_error_hint(err, "if this was a checkpoint, training begins anew without it");
    if (status == HAR_OK)
        *result = checkpoint;
    else
        har_checkpoint_free(checkpoint);
    return status;
}

/* ---- is it the same training? ---- */

static enum har_status option_differs(const char *name, const json_t *then, const json_t *now,
                                      struct har_error *err)
{
    if (strcmp(name, "init") == 0)
        return har_fail(err, HAR_USAGE, "--init was another model when it was begun");
    char *was = then == NULL ? NULL : json_dumps(then, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    char *is = now == NULL ? NULL : json_dumps(now, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    har_fail(err, HAR_USAGE, "--%s was %.99s when it was begun, and is %.99s", name,
             was == NULL ? "not given" : was, is == NULL ? "not given" : is);
    free(was);
    free(is);
    return HAR_USAGE;
}

/* The first key of A that B lacks or has another value for; NULL: none. */
static const char *first_difference(const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)a, key, value)
    {
        if (!json_equal(value, json_object_get(b, key)))
            return key;
    }
    return NULL;
}

static enum har_status same_arguments(const json_t *then, const json_t *now, struct har_error *err)
{
    const char *key = first_difference(now, then);
    if (key == NULL)
        key = first_difference(then, now);
    return key == NULL
               ? HAR_OK
               : option_differs(key, json_object_get(then, key), json_object_get(now, key), err);
}

/* What the headers say of the rows, and nothing else; the caller's. */
static json_t *facts_of(const json_t *header)
{
    static const char *const others[] = {"provenance", "history", training_key};
    json_t *facts = json_copy((json_t *)(uintptr_t)header);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        json_object_del(facts, others[i]);
    return facts;
}

static enum har_status same_facts(const json_t *then, const json_t *now, struct har_error *err)
{
    json_t *was = facts_of(then), *is = facts_of(now);
    const char *key = first_difference(is, was);
    if (key == NULL)
        key = first_difference(was, is);
    if (key != NULL)
        har_fail(err, HAR_INPUT, "the rows' %s aren't those that it was begun with", key);
    json_decref(was);
    json_decref(is);
    return key == NULL ? HAR_OK : err->status;
}

static enum har_status same_training(const struct har_checkpoint *checkpoint,
                                     const struct har_model *model,
                                     const struct har_checkpoint_of *of, struct har_error *err)
{
    const struct har_model *then = checkpoint->model;
    if (strcmp(then->net->text, model->net->text) != 0)
        return har_fail(err, HAR_USAGE, "the net isn't the one that it was begun with");
    enum har_status status = same_arguments(checkpoint->arguments, of->arguments, err);
    if (status == HAR_OK)
        status = same_facts(then->header, model->header, err);
    if (status == HAR_OK && checkpoint->rows != (json_int_t)of->rows)
        status = har_fail(err, HAR_INPUT, "the rows aren't those that it was begun with");
    return status;
}

/* ---- resuming ---- */

static void copy_block(har_real *to, const har_real *from, size_t count)
{
    if (to != NULL && from != NULL)
        memcpy(to, from, count * sizeof *to);
}

enum har_status har_checkpoint_resume(const struct har_checkpoint *checkpoint,
                                      struct har_model *model, struct har_fit_state *state,
                                      json_t *seconds, const struct har_checkpoint_of *of,
                                      struct har_error *err)
{
    if (same_training(checkpoint, model, of, err) != HAR_OK) {
        har_error_at(err, "%s", checkpoint->file);
        return har_error_hint(err, "training begins anew without this checkpoint, or with another "
                                   "name for it");
    }
    const struct har_net *net = model->net;
    const json_t *history = json_object_get(checkpoint->model->header, "history");
    copy_block(model->weights, checkpoint->model->weights, net->weights);
    copy_block(state->m, checkpoint->block[M].values, net->trained);
    copy_block(state->v, checkpoint->block[V].values, net->trained);
    copy_block(state->best, checkpoint->block[BEST].values, net->weights);
    state->epoch = checkpoint->state.epoch;
    state->steps = checkpoint->state.steps;
    state->adam = checkpoint->state.adam;
    state->stopping = checkpoint->state.stopping;
    if (json_array_extend(json_object_get(model->header, "history"),
                          (json_t *)(uintptr_t)history) != 0 ||
        json_array_extend(seconds, checkpoint->seconds) != 0)
        return har_fail_memory(err);
    return HAR_OK;
}

/* ---- writing ---- */

static json_t *pack(const struct har_fit_state *state, const json_t *seconds,
                    const struct har_checkpoint_of *of)
{
    const struct har_stopping *stopping = &state->stopping;
    return json_pack("{s:s, s:O, s:I, s:I, s:I, s:f, s:f, s:I, s:f, s:I, s:b, s:O}", "version",
                     HAR_VERSION, "arguments", of->arguments, "rows", (json_int_t)of->rows, "epoch",
                     (json_int_t)state->epoch, "steps", (json_int_t)state->steps, "beta_1_power",
                     state->adam.beta_1_power, "beta_2_power", state->adam.beta_2_power,
                     "best_epoch", (json_int_t)stopping->best_epoch, "best", stopping->best, "wait",
                     (json_int_t)stopping->wait, "stopped", (int)stopping->stopped, "seconds",
                     seconds);
}

/* All of it to OUTPUT, and onto the disk. */
static enum har_status write_to(struct har_output *output, const struct har_model *model,
                                const struct har_model_block block[BLOCKS], struct har_error *err)
{
    struct har_writer *writer = NULL;
    const int fd = har_output_fd(output);
    enum har_status status = har_writer_new(&writer, fd, har_output_name(output), NULL, err);
    if (status == HAR_OK)
        status = har_model_write_blocks(writer, model, block, BLOCKS, false, err);
    if (status == HAR_OK)
        status = har_writer_flush(writer, err);
    har_writer_free(writer);
    if (status == HAR_OK && fsync(fd) != 0)
        status = har_fail_errno(err, "%s", har_output_name(output));
    return status;
}

/* MODEL is a copy of the one in training but for its header. */
static enum har_status save(const struct har_checkpoint *checkpoint, const struct har_model *model,
                            const struct har_fit_state *state, struct har_error *err)
{
    struct har_model_block block[BLOCKS];
    memcpy(block, checkpoint->block, sizeof block);
    block[M].values = state->m;
    block[V].values = state->v;
    block[BEST].values = state->stopping.best_epoch > 0 ? state->best : NULL;
    struct har_output *output;
    struct har_error later = {0};
    if (har_output_open(&output, checkpoint->file, true, err) != HAR_OK)
        return err->status;
    const enum har_status status = write_to(output, model, block, err);
    if (har_output_close(output, status == HAR_OK, &later) != HAR_OK && status == HAR_OK)
        *err = later;
    return status == HAR_OK ? later.status : status;
}

enum har_status har_checkpoint_save(const struct har_checkpoint *checkpoint,
                                    const struct har_model *model,
                                    const struct har_fit_state *state, const json_t *seconds,
                                    const struct har_checkpoint_of *of, struct har_error *err)
{
    struct har_model copy = *model;
    copy.header = json_copy(model->header);
    enum har_status status = HAR_OK;
    if (json_object_set_new(copy.header, training_key, pack(state, seconds, of)) != 0)
        status = har_fail_memory(err);
    if (status == HAR_OK)
        status = save(checkpoint, &copy, state, err);
    json_decref(copy.header);
    return status;
}
