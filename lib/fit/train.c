#include "fit/train.h"

#include "base/memory.h"
#include "base/text.h"
#include "fit/examples.h"
#include "fit/holdout.h"
#include "fit/leak.h"
#include "fit/rows.h"
#include "stream/header.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows that aren't learned from, of one source. */
struct held {
    json_t *header;
    struct har_table rows;
};

struct har_train {
    const struct har_net *net;
    bool within_person;
    bool began_within;     /* the model begun from was trained so */
    size_t input, classes; /* of a row */
    json_t *header;        /* of the first segment */

    struct har_examples learn, validate;
    float *y[2];    /* made at the end, of those to learn from and to validate on; */
    double *weight; /* a row's share in the loss, or NULL */

    struct held *held;
    size_t helds, held_capacity;
    bool may_be_cut;       /* rows to learn from are held too, as they may have to be passed on */
    struct har_leak *leak; /* all rows met, */
    struct har_rows_checksum sum; /* and their checksum */

    /* One a row of the frame in hand. */
    enum har_split *frame_split;
    int32_t *frame_class;
    unsigned char *frame_mark;
    bool *keep;
    size_t frame_capacity[4];
};

enum har_status har_train_new(struct har_train **result, const struct har_net *net,
                              bool within_person, bool may_be_cut, struct har_error *err)
{
    if (har_net_classifies(net, err) != HAR_OK)
        return err->status;
    struct har_train *train = har_allocate(1, sizeof *train);
    if (train == NULL)
        return har_fail_memory(err);
    train->net = net;
    train->within_person = within_person;
    train->may_be_cut = may_be_cut;
    if (!har_shape_size(&train->input, &net->input) ||
        !har_shape_size(&train->classes, &net->output) ||
        har_leak_new(&train->leak, err) != HAR_OK) {
        free(train);
        return har_fail_memory(err);
    }
    *result = train;
    return HAR_OK;
}

void har_train_free(struct har_train *train)
{
    if (train == NULL)
        return;
    for (size_t i = 0; i < train->helds; i++) {
        json_decref(train->held[i].header);
        har_table_free(&train->held[i].rows);
    }
    free(train->held);
    har_leak_free(train->leak);
    json_decref(train->header);
    har_examples_free(&train->learn);
    har_examples_free(&train->validate);
    free(train->y[0]);
    free(train->y[1]);
    free(train->weight);
    free(train->frame_split);
    free(train->frame_class);
    free(train->frame_mark);
    free(train->keep);
    free(train);
}

/* ---- gathering ---- */

/* Rows held from here on are of HEADER's source. */
static enum har_status begin_held(struct har_train *train, const json_t *header,
                                  struct har_error *err)
{
    if (train->helds > 0 &&
        strcmp(har_header_text(train->held[train->helds - 1].header, "source", ""),
               har_header_text(header, "source", "")) == 0)
        return HAR_OK;
    if (!har_grow(&train->held, &train->held_capacity, train->helds + 1, sizeof *train->held))
        return har_fail_memory(err);
    json_t *copy = json_deep_copy(header);
    if (copy == NULL)
        return har_fail_memory(err);
    train->held[train->helds++] = (struct held){.header = copy};
    return HAR_OK;
}

static enum har_status match(struct har_train *train, const json_t *header, struct har_error *err)
{
    if (train->header == NULL) {
        train->header = json_deep_copy(header);
        return train->header == NULL ? har_fail_memory(err) : HAR_OK;
    }
    const enum har_status status = har_header_match(train->header, header, err);
    return status != HAR_OK ? status : har_header_same_list(train->header, header, "labels", err);
}

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    (void)out;
    struct har_train *train = state;
    if (strcmp(har_header_text(header, "type", ""), "model") == 0) {
        har_fail(err, HAR_INPUT, "a model comes in, and training makes its own");
        return har_error_hint(err, "to start from a model's weights: --init FILE");
    }
    if (har_rows_labels(header, train->classes, err) != HAR_OK)
        return har_error_hint(err, "the last line of the net: dense %zu activation=softmax",
                              har_header_count(header, "labels"));
    if (match(train, header, err) != HAR_OK || har_leak_segment(train->leak, header, err) != HAR_OK)
        return err->status;
    return begin_held(train, header, err);
}

static enum har_status reserve(struct har_train *train, size_t rows, struct har_error *err)
{
    const bool room =
        har_grow(&train->frame_split, &train->frame_capacity[0], rows,
                 sizeof *train->frame_split) &&
        har_grow(&train->frame_class, &train->frame_capacity[1], rows,
                 sizeof *train->frame_class) &&
        har_grow(&train->frame_mark, &train->frame_capacity[2], rows, sizeof *train->frame_mark) &&
        har_grow(&train->keep, &train->frame_capacity[3], rows, sizeof *train->keep);
    enum har_status status = room ? HAR_OK : har_fail_memory(err);
    if (status == HAR_OK)
        status = har_examples_reserve(&train->learn, rows, train->input, err);
    if (status == HAR_OK)
        status = har_examples_reserve(&train->validate, rows, train->input, err);
    return status;
}

/* Row ROW to those that it belongs to; rows that aren't learned from are held. */
static enum har_status take_row(struct har_train *train, const struct har_tensor *x, size_t row,
                                struct har_error *err)
{
    const enum har_split split = train->frame_split[row];
    const bool learned = split < HAR_VALIDATION, labelled = train->frame_class[row] != -1;
    struct har_examples *examples = learned ? &train->learn : &train->validate;
    float *floats = examples->x + examples->rows * train->input;
    if (har_rows_floats(floats, x, row, train->input, err) != HAR_OK)
        return err->status;
    const size_t person =
        har_leak_row(train->leak, floats, train->input, split, learned && !labelled);
    train->frame_mark[row] = (unsigned char)split;
    train->keep[row] = !learned || (labelled && train->may_be_cut);
    if (split != HAR_TEST)
        har_examples_add(examples, train->frame_class[row], person);
    return HAR_OK;
}

/* Rows that may be cut get a split of their own making, where it can be changed. */
static enum har_status mark_rows(struct har_frame *marked, const struct har_frame *frame,
                                 struct har_train *train, struct har_error *err)
{
    *marked = *frame;
    size_t place = 0;
    while (place < marked->tensors && strcmp(marked->tensor[place].name, "split") != 0)
        place++;
    if (place == HAR_TENSORS_MAX)
        return har_fail(err, HAR_INPUT, "%zu tensors leave no room for split", frame->tensors);
    if (place == marked->tensors)
        marked->tensors++;
    return har_tensor_view(&marked->tensor[place], "split", HAR_U1, 1, &frame->rows,
                           train->frame_mark, err);
}

/* Those of the frame's rows that are to be kept. */
static enum har_status hold(struct har_train *train, const struct har_frame *frame,
                            struct har_error *err)
{
    struct har_frame marked;
    if (frame->rows == 0 || memchr(train->keep, true, frame->rows) == NULL)
        return HAR_OK;
    struct har_table *table = &train->held[train->helds - 1].rows;
    if (!train->may_be_cut)
        return har_table_append(table, frame, train->keep, err);
    const enum har_status status = mark_rows(&marked, frame, train, err);
    return status != HAR_OK ? status : har_table_append(table, &marked, train->keep, err);
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    (void)out;
    struct har_train *train = state;
    const struct har_tensor *x;
    har_rows_checksum_add(&train->sum, frame);
    enum har_status status = har_rows_x(&x, train->net, frame, err);
    if (status == HAR_OK)
        status = reserve(train, frame->rows, err);
    if (status == HAR_OK)
        status = har_rows_splits(train->frame_split, frame, err);
    if (status == HAR_OK)
        status = har_rows_classes(train->frame_class, frame, train->classes, err);
    if (status == HAR_OK)
        status = har_leak_frame(train->leak, frame, err);
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++)
        status = take_row(train, x, r, err);
    return status == HAR_OK ? hold(train, frame, err) : status;
}

static const char *const types[] = {"windows", "model", NULL};

const struct har_stage har_train_stage = {.types = types, .begin = begin, .rows = rows};

/* ---- cutting ---- */

/* The rows cut are marked in the table, and those that are learned from leave it. CUT is of the
 * table's first row to learn from; how many of these it had. */
static enum har_status settle_held(size_t *count, struct har_table *held, const bool *cut,
                                   struct har_error *err)
{
    struct har_column *split = har_table_find(held, "split");
    bool *keep = har_allocate(held->rows, sizeof *keep);
    if (keep == NULL)
        return har_fail_memory(err);
    *count = 0;
    for (size_t r = 0; r < held->rows; r++) {
        const bool learned = split->data[r] < HAR_VALIDATION;
        keep[r] = !learned || cut[*count];
        if (keep[r] && learned)
            split->data[r] = HAR_VALIDATION;
        *count += learned;
    }
    har_table_select(held, keep);
    free(keep);
    return HAR_OK;
}

static enum har_status cut_marked(struct har_train *train, bool *cut, double share,
                                  struct har_error *err)
{
    const struct har_examples *learn = &train->learn;
    const size_t *person =
        train->within_person || har_examples_known(learn) == 0 ? NULL : learn->person;
    enum har_status status = har_holdout(cut, person, learn->rows, share, err);
    const bool *next = cut;
    for (size_t i = 0; status == HAR_OK && i < train->helds; i++) {
        size_t count = 0;
        status = settle_held(&count, &train->held[i].rows, next, err);
        next += count;
    }
    if (status != HAR_OK)
        return status;
    har_leak_validate(train->leak, cut);
    return har_examples_move(&train->validate, &train->learn, cut, train->input, err);
}

enum har_status har_train_cut(struct har_train *train, double share, struct har_error *err)
{
    if (train->validate.rows > 0)
        return har_fail(err, HAR_USAGE,
                        "--validation-split: %zu rows are marked for validation already",
                        train->validate.rows);
    if (train->learn.rows == 0)
        return HAR_OK;
    bool *cut = har_allocate(train->learn.rows, sizeof *cut);
    const enum har_status status =
        cut == NULL ? har_fail_memory(err) : cut_marked(train, cut, share, err);
    free(cut);
    return status;
}

enum har_status har_train_from(struct har_train *train, const struct har_model *first,
                               struct har_error *err)
{
    train->began_within = json_is_true(json_object_get(first->header, "within_person"));
    enum har_status status = match(train, first->header, err);
    return status != HAR_OK ? status : har_leak_model(train->leak, first->header, err);
}

/* ---- what came of it ---- */

size_t har_train_skipped(const struct har_train *train)
{
    return train->learn.skipped + train->validate.skipped;
}

static bool is_taught(const struct har_examples *learn, size_t class)
{
    for (size_t r = 0; r < learn->rows; r++)
        if ((size_t)learn->class[r] == class)
            return true;
    return false;
}

bool har_train_untaught(char text[HAR_UNTAUGHT], const struct har_train *train)
{
    bool any = false;
    text[0] = '\0';
    for (size_t c = 0; c < train->classes; c++) {
        char number[32];
        const char *label = har_header_item(train->header, "labels", c);
        snprintf(number, sizeof number, "%zu", c);
        if (is_taught(&train->learn, c))
            continue;
        har_text_list(text, HAR_UNTAUGHT, label == NULL ? number : label);
        any = true;
    }
    return any;
}

uint32_t har_train_checksum(const struct har_train *train)
{
    return har_rows_checksum_value(&train->sum);
}

enum har_status har_train_check(const char **unseen, const struct har_train *train,
                                struct har_error *err)
{
    *unseen = har_leak_unseen(train->leak, train->within_person);
    return har_leak_check(train->leak, train->within_person, err);
}

static enum har_status nothing_to_learn(const struct har_train *train, struct har_error *err)
{
    size_t held = 0;
    for (size_t i = 0; i < train->helds; i++)
        held += train->held[i].rows.rows;
    har_fail(err, HAR_INPUT,
             "there is no row to learn from: %zu unlabelled, %zu held for "
             "validation and test",
             train->learn.skipped, held);
    if (train->learn.skipped > 0)
        return har_error_hint(err, "training needs y: har-load csv takes it with --label");
    return har_error_hint(err, "har-split marks rows for training");
}

/* The targets of EXAMPLES, owned by the caller. */
static enum har_status make_targets(float **y, const struct har_train *train,
                                    const struct har_targets *targets,
                                    const struct har_examples *examples, struct har_error *err)
{
    size_t size;
    *y =
        har_multiply(&size, examples->rows, train->classes) ? har_allocate(size, sizeof **y) : NULL;
    if (*y == NULL)
        return har_fail_memory(err);
    har_targets_fill(*y, targets, examples->class, examples->rows, train->classes);
    return HAR_OK;
}

enum har_status har_train_samples(struct har_samples *samples, struct har_train *train,
                                  const struct har_targets *targets, struct har_error *err)
{
    const struct har_examples *learn = &train->learn;
    if (learn->rows == 0)
        return nothing_to_learn(train, err);
    enum har_status status = make_targets(&train->y[0], train, targets, learn, err);
    if (status == HAR_OK)
        status = har_targets_weights(&train->weight, targets, learn->class, learn->rows,
                                     train->classes, err);
    *samples = (struct har_samples){
        .rows = learn->rows,
        .x = learn->x,
        .y = train->y[0],
        .class = learn->class,
        .weight = train->weight,
        .person = har_examples_known(learn) < learn->rows ? NULL : learn->person};
    return status;
}

enum har_status har_train_validation(struct har_samples *samples, struct har_train *train,
                                     const struct har_targets *targets, struct har_error *err)
{
    const struct har_examples *validate = &train->validate;
    const enum har_status status = make_targets(&train->y[1], train, targets, validate, err);
    *samples = (struct har_samples){
        .rows = validate->rows, .x = validate->x, .y = train->y[1], .class = validate->class};
    return status;
}

enum har_status har_train_header(json_t **result, const struct har_train *train, uint64_t seed,
                                 struct har_error *err)
{
    json_t *header = json_deep_copy(train->header);
    if (header == NULL || har_leak_describe(header, train->leak, err) != HAR_OK ||
        ((train->within_person || train->began_within) &&
         json_object_set_new(header, "within_person", json_true()) != 0) ||
        json_object_set_new(header, "seed", json_integer((json_int_t)seed)) != 0) {
        json_decref(header);
        return har_fail_memory(err);
    }
    json_object_del(header, "axes");
    *result = header;
    return HAR_OK;
}

enum har_status har_train_write_held(struct har_writer *writer, const struct har_train *train,
                                     struct har_error *err)
{
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < train->helds; i++) {
        const struct held *held = &train->held[i];
        status = har_writer_header(writer, held->header, err);
        if (status == HAR_OK)
            status = har_table_write(writer, &held->rows, 0, held->rows.rows, err);
        if (status == HAR_OK)
            status = har_writer_end(writer, i + 1 < train->helds, err);
    }
    return status;
}
