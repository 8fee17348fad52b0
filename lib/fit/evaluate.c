#include "fit/evaluate.h"

#include "base/memory.h"
#include "fit/judge.h"
#include "stream/header.h"
#include <stdlib.h>
#include <string.h>

struct har_evaluate {
    struct har_judge judge;
    struct har_model_reader *reader; /* while a model comes in */
    size_t capacity;                 /* models there is memory for */
    bool within_person;              /* in all groups */
    bool streamed;                   /* a model came in the stream */
    const char *unseen;              /* of the groups that ended, or NULL */
    char unsaid[HAR_UNSAID];         /* of any group, or "" */
};

/* ---- making and freeing ---- */

static bool choose_split(struct har_evaluate *evaluate, const char *name, size_t length)
{
    bool known = false;
    for (size_t i = 0; i <= HAR_TEST; i++) {
        const char *split = har_split_name((enum har_split)i);
        const bool all = length == 3 && memcmp(name, "all", 3) == 0;
        if (all || (strlen(split) == length && memcmp(name, split, length) == 0))
            known = evaluate->judge.judged[i] = true;
    }
    return known;
}

static enum har_status choose_splits(struct har_evaluate *evaluate, const char *list,
                                     struct har_error *err)
{
    for (const char *word = list;; word++) {
        const size_t length = strcspn(word, ",");
        if (!choose_split(evaluate, word, length))
            return har_fail(err, HAR_USAGE,
                            "--split: '%.*s' isn't a split, expected train, validation, test, "
                            "unmarked or all, with commas between",
                            (int)length, word);
        word += length;
        if (*word == '\0')
            return HAR_OK;
    }
}

enum har_status har_evaluate_new(struct har_evaluate **result, const char *splits,
                                 bool within_person, const struct har_kernels *kernels,
                                 struct har_threads *threads, struct har_error *err)
{
    struct har_evaluate *evaluate = har_allocate(1, sizeof *evaluate);
    if (evaluate == NULL)
        return har_fail_memory(err);
    evaluate->judge.kernels = kernels;
    evaluate->judge.threads = threads;
    evaluate->within_person = within_person;
    const enum har_status status = choose_splits(evaluate, splits, err);
    if (status != HAR_OK) {
        free(evaluate);
        return status;
    }
    *result = evaluate;
    return HAR_OK;
}

/* Forgets the group: its models, rows and results. */
static void clear_group(struct har_evaluate *evaluate)
{
    har_judge_clear(&evaluate->judge);
    for (size_t i = 0; i < evaluate->judge.models; i++)
        har_model_free(evaluate->judge.model[i]);
    evaluate->judge.models = 0;
    har_known_free(&evaluate->judge.known);
}

void har_evaluate_free(struct har_evaluate *evaluate)
{
    if (evaluate == NULL)
        return;
    clear_group(evaluate);
    har_model_reader_free(evaluate->reader);
    free(evaluate->judge.model);
    free(evaluate);
}

/* ---- models ---- */

static enum har_status match_models(const struct har_model *first, const struct har_model *next,
                                    struct har_error *err)
{
    const struct har_shape *a = &first->net->input, *b = &next->net->input;
    if (a->rank != b->rank || memcmp(a->dim, b->dim, a->rank * sizeof *a->dim) != 0 ||
        first->net->output.dim[0] != next->net->output.dim[0])
        return har_fail(err, HAR_INPUT,
                        "the models before the rows have inputs or classes of different shapes");
    return har_model_match(first, next->header, err);
}

static enum har_status take_model(struct har_evaluate *evaluate, struct har_model *model,
                                  struct har_error *err)
{
    if (model->net->output.rank != 1)
        return har_fail(err, HAR_INPUT, "the model's net gives more than one row of classes");
    if (!har_shape_size(&evaluate->judge.input, &model->net->input))
        return har_fail_memory(err);
    evaluate->judge.classes = model->net->output.dim[0];
    if (evaluate->judge.models > 0 && match_models(evaluate->judge.model[0], model, err) != HAR_OK)
        return err->status;
    evaluate->judge.known.within_person |= evaluate->within_person;
    return har_known_model(&evaluate->judge.known, model->header, err);
}

enum har_status har_evaluate_model(struct har_evaluate *evaluate, struct har_model *model,
                                   struct har_error *err)
{
    enum har_status status = take_model(evaluate, model, err);
    if (status == HAR_OK && !har_grow(&evaluate->judge.model, &evaluate->capacity,
                                      evaluate->judge.models + 1, sizeof(struct har_model *)))
        status = har_fail_memory(err);
    if (status == HAR_OK)
        evaluate->judge.model[evaluate->judge.models++] = model;
    else
        har_model_free(model);
    return status;
}

/* ---- results ---- */

static json_t *list_splits(const struct har_evaluate *evaluate)
{
    json_t *list = json_array();
    for (size_t i = 0; i <= HAR_TEST; i++)
        if (evaluate->judge.judged[i])
            json_array_append_new(list, json_string(har_split_name((enum har_split)i)));
    return list;
}

/* What is worth knowing of the models that judged. */
static json_t *list_models(const struct har_evaluate *evaluate)
{
    static const char *const kept[] = {
        "net", "profile", "seed", "subjects", "people", "subjects_incomplete", "temperature"};
    json_t *list = json_array();
    for (size_t i = 0; i < evaluate->judge.models; i++) {
        json_t *facts = json_object();
        for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
            json_t *value = json_object_get(evaluate->judge.model[i]->header, kept[k]);
            if (value != NULL)
                json_object_set(facts, kept[k], value);
        }
        json_array_append_new(list, facts);
    }
    return list;
}

/* The names of the classes, as the first model has them that names them all; or NULL. */
static json_t *find_labels(const struct har_judge *judge)
{
    for (size_t i = 0; i < judge->models; i++) {
        json_t *labels = json_object_get(judge->model[i]->header, "labels");
        if (json_array_size(labels) == judge->classes)
            return labels;
    }
    return NULL;
}

/* PART: which of the group's segments of results this is, from 1 on. */
static enum har_status write_header(const struct har_evaluate *evaluate, const json_t *of_source,
                                    size_t part, struct har_writer *out, struct har_error *err)
{
    static const char *const of_rows[] = {"axes", "channels", "units", "rate"};
    json_t *header = json_deep_copy(of_source);
    for (size_t i = 0; i < sizeof of_rows / sizeof *of_rows; i++)
        json_object_del(header, of_rows[i]);
    json_t *labels =
        json_object_get(header, "labels") == NULL ? find_labels(&evaluate->judge) : NULL;
    enum har_status status;
    if ((labels != NULL && json_object_set(header, "labels", labels) != 0) ||
        (evaluate->judge.known.within_person &&
         json_object_set_new(header, "within_person", json_true()) != 0) ||
        json_object_set_new(header, "type", json_string("results")) != 0 ||
        json_object_set_new(header, "splits", list_splits(evaluate)) != 0 ||
        json_object_set_new(header, "models", list_models(evaluate)) != 0 ||
        (part > 1 && json_object_set_new(header, "part", json_integer((json_int_t)part)) != 0))
        status = har_fail_memory(err);
    else
        status = har_writer_header(out, header, err);
    json_decref(header);
    return status;
}

static enum har_status nothing_to_judge(const struct har_evaluate *evaluate, struct har_error *err)
{
    if (evaluate->judge.sources == 0) {
        har_fail(err, HAR_INPUT, "there is no row to judge: no windows follow the model");
        return har_error_hint(err, "cat model.har windows.har | har-eval, or "
                                   "har-eval -m model.har windows.har");
    }
    if (evaluate->judge.met == 0) {
        har_fail(err, HAR_INPUT, "there is no row to judge: none came");
        if (!evaluate->streamed)
            return har_error_hint(err, "har-window makes no window of a recording that is "
                                       "shorter than one");
        return har_error_hint(err, "har-train passes on the rows marked validation and test: "
                                   "har-split --test 0.3 before it marks some");
    }
    har_fail(err, HAR_INPUT,
             "there is no row to judge: %zu rows came, none of the splits asked for",
             evaluate->judge.met);
    return har_error_hint(err, "har-train passes on the rows marked validation and test; --split "
                               "names those to judge");
}

static enum har_status write_part(const struct har_evaluate *evaluate,
                                  const struct har_judged *source, size_t part, bool more,
                                  struct har_writer *out, struct har_error *err)
{
    enum har_status status = write_header(evaluate, source->header, part, out, err);
    if (status == HAR_OK)
        status = har_table_write(out, &source->results, 0, source->results.rows, err);
    if (status != HAR_OK)
        return status;
    har_writer_input(out, har_rows_checksum_value(&source->sum));
    return har_writer_end(out, more, err);
}

/* A segment for each source with judged rows. */
static enum har_status write_parts(const struct har_evaluate *evaluate, size_t parts, bool more,
                                   struct har_writer *out, struct har_error *err)
{
    const struct har_judge *judge = &evaluate->judge;
    enum har_status status = HAR_OK;
    size_t part = 0;
    for (size_t i = 0; status == HAR_OK && i < judge->sources; i++) {
        if (judge->source[i].results.rows == 0)
            continue;
        part++;
        status = write_part(evaluate, &judge->source[i], part, more || part < parts, out, err);
    }
    return status;
}

static enum har_status end_group(struct har_evaluate *evaluate, bool more, struct har_writer *out,
                                 struct har_error *err)
{
    if (har_known_check(&evaluate->judge.known, err) != HAR_OK)
        return err->status;
    size_t parts = 0;
    for (size_t i = 0; i < evaluate->judge.sources; i++)
        parts += evaluate->judge.source[i].results.rows > 0;
    if (parts == 0)
        return nothing_to_judge(evaluate, err);
    if (evaluate->unseen == NULL)
        evaluate->unseen = har_known_unseen(&evaluate->judge.known);
    return write_parts(evaluate, parts, more, out, err);
}

const char *har_evaluate_unseen(const struct har_evaluate *evaluate)
{
    return evaluate->unseen;
}

const char *har_evaluate_unsaid(const struct har_evaluate *evaluate)
{
    return evaluate->unsaid[0] == '\0' ? NULL : evaluate->unsaid;
}

/* ---- the stage ---- */

/* Where the model says nothing of its rows, its group's segments still must agree. */
static enum har_status match_segments(const json_t *first, const json_t *next,
                                      struct har_error *err)
{
    const enum har_status status = har_header_match(first, next, err);
    return status != HAR_OK ? status : har_header_same_list(first, next, "labels", err);
}

static enum har_status begin_rows(struct har_evaluate *evaluate, const json_t *header,
                                  struct har_error *err)
{
    if (evaluate->judge.models == 0) {
        har_fail(err, HAR_INPUT, "windows come before any model");
        return har_error_hint(err, "cat model.har windows.har | har-eval, or "
                                   "har-eval -m model.har windows.har");
    }
    enum har_status status = har_model_match(evaluate->judge.model[0], header, err);
    if (status == HAR_OK && evaluate->judge.sources > 0)
        status = match_segments(evaluate->judge.source[0].header, header, err);
    for (size_t i = 0; i < evaluate->judge.models && evaluate->unsaid[0] == '\0'; i++)
        har_header_unsaid(evaluate->unsaid, evaluate->judge.model[i]->header, header);
    if (status == HAR_OK)
        status = har_known_segment(&evaluate->judge.known, header, err);
    return status == HAR_OK ? har_judge_segment(&evaluate->judge, header, err) : status;
}

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    struct har_evaluate *evaluate = state;
    if (strcmp(har_header_text(header, "type", ""), "windows") == 0)
        return begin_rows(evaluate, header, err);
    if (evaluate->judge.sources > 0) {
        const enum har_status status = end_group(evaluate, true, out, err);
        if (status != HAR_OK)
            return status;
        clear_group(evaluate);
    }
    evaluate->streamed = true;
    return har_model_reader_new(&evaluate->reader, header, err);
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    (void)out;
    struct har_evaluate *evaluate = state;
    if (evaluate->reader != NULL)
        return har_model_reader_add(evaluate->reader, frame, err);
    return har_judge_frame(&evaluate->judge, frame, err);
}

static enum har_status end(void *state, bool more, struct har_writer *out, struct har_error *err)
{
    (void)more;
    (void)out;
    struct har_evaluate *evaluate = state;
    if (evaluate->reader == NULL)
        return HAR_OK;
    struct har_model_reader *reader = evaluate->reader;
    struct har_model *model = NULL;
    evaluate->reader = NULL;
    const enum har_status status = har_model_reader_end(&model, reader, err);
    return status != HAR_OK ? status : har_evaluate_model(evaluate, model, err);
}

static enum har_status finish(void *state, struct har_writer *out, struct har_error *err)
{
    return end_group(state, false, out, err);
}

static const char *const types[] = {"windows", "model", NULL};

const struct har_stage har_evaluate_stage = {
    .types = types, .begin = begin, .rows = rows, .end = end, .finish = finish};
