#include "base/memory.h"
#include "stats/metrics.h"
#include "stats/summary.h"
#include "stream/header.h"
#include "stream/program.h"
#include <stdio.h>
#include <stdlib.h>

struct summarize {
    size_t runs; /* --runs; 0: any number */
    struct har_run *run;
    json_t *labels; /* a header with the first segment's labels */
    struct har_accuracy accuracy;
    double *score;
    size_t scores, capacity;
    size_t skipped;
};

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    (void)out;
    struct summarize *s = state;
    s->accuracy = (struct har_accuracy){0};
    if (s->labels != NULL)
        return har_header_same_list(s->labels, header, "labels", err);
    s->labels = json_deep_copy(header);
    return s->labels == NULL ? har_fail_memory(err) : HAR_OK;
}

/* The frame's tensor NAME, one integer a row. */
static enum har_status find_classes(const struct har_tensor **tensor, const struct har_frame *frame,
                                    const char *name, struct har_error *err)
{
    *tensor = har_frame_find(frame, name);
    if (*tensor == NULL)
        return har_fail(err, HAR_INPUT, "no tensor %s, results have y and predicted", name);
    if ((*tensor)->type == HAR_F4 || (*tensor)->type == HAR_F8)
        return har_fail(err, HAR_INPUT, "%s is %s, expected whole numbers", name,
                        har_dtype_name((*tensor)->type));
    if ((*tensor)->rank == 1)
        return HAR_OK;
    char shape[128];
    har_shape_text(shape, (*tensor)->rank, (*tensor)->shape);
    return har_fail(err, HAR_INPUT, "%s has shape %s, expected one class a row", name, shape);
}

/* COUNT classes from row FIRST on, LEAST up to the last one that the header names. */
static enum har_status read_classes(int64_t *class, const struct har_tensor *tensor, size_t first,
                                    size_t count, int64_t least, int64_t last,
                                    struct har_error *err)
{
    const enum har_status status = har_tensor_integers(class, tensor, first, count, err);
    if (status != HAR_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (class[i] < least || class[i] > last)
            return har_fail(err, HAR_INPUT, "row %zu: %s is %lld, expected %lld to %lld", first + i,
                            tensor->name, (long long)class[i], (long long)least, (long long)last);
    return HAR_OK;
}

/* The greatest label the header has a name for; any where it names none. */
static int64_t last_label(const json_t *header)
{
    const size_t labels = json_array_size(json_object_get(header, "labels"));
    return labels == 0 ? INT32_MAX : (int64_t)labels - 1;
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    (void)out;
    struct summarize *s = state;
    enum { CHUNK = 512 };
    int64_t y[CHUNK], predicted[CHUNK];
    const struct har_tensor *labels, *classes;
    enum har_status status = find_classes(&labels, frame, "y", err);
    if (status == HAR_OK)
        status = find_classes(&classes, frame, "predicted", err);
    for (size_t first = 0; status == HAR_OK && first < frame->rows; first += CHUNK) {
        size_t count = frame->rows - first < CHUNK ? frame->rows - first : CHUNK;
        status = read_classes(y, labels, first, count, -1, last_label(s->labels), err);
        if (status == HAR_OK)
            status = read_classes(predicted, classes, first, count, 0, INT32_MAX, err);
        if (status == HAR_OK)
            har_accuracy_add(&s->accuracy, y, predicted, count);
    }
    return status;
}

static enum har_status end(void *state, bool more, struct har_writer *out, struct har_error *err)
{
    (void)more, (void)out;
    struct summarize *s = state;
    if (s->accuracy.judged == 0)
        return har_fail(err, HAR_INPUT, "repeat %zu has no labelled row, expected some",
                        s->scores + 1);
    if (!har_grow(&s->score, &s->capacity, s->scores + 1, sizeof *s->score))
        return har_fail_memory(err);
    s->score[s->scores++] = har_accuracy_score(&s->accuracy);
    s->skipped += s->accuracy.skipped;
    return HAR_OK;
}

static void print_summary(FILE *text, const double *score, size_t count)
{
    char number[HAR_FLOAT_TEXT];
    for (size_t i = 0; i < count; i++)
        fprintf(text, ">%zu: %.3f\n", i + 1, score[i]);
    for (size_t i = 0; i < count; i++) {
        har_float_text(number, score[i]);
        fprintf(text, "%s%s", i == 0 ? "[" : ", ", number);
    }
    fprintf(text, "]\nAccuracy: %.3f%% (+/-%.3f)\n", har_mean(score, count),
            har_deviation(score, count));
}

static enum har_status finish(void *state, struct har_writer *out, struct har_error *err)
{
    (void)out;
    struct summarize *s = state;
    if (s->runs != 0 && s->runs != s->scores)
        return har_fail(err, HAR_INPUT, "%zu results segments, expected %zu (--runs)", s->scores,
                        s->runs);
    if (s->skipped > 0)
        har_say(s->run, "skipped %zu rows without a label", s->skipped);
    print_summary(s->run->text, s->score, s->scores);
    return HAR_OK;
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    static const char *const types[] = {"results", NULL};
    static const struct har_stage stage = {
        .types = types, .begin = begin, .rows = rows, .end = end, .finish = finish};
    struct summarize *s = state;
    s->run = run;
    enum har_status status = har_stage_run(&stage, s, run->in, NULL, err);
    json_decref(s->labels);
    free(s->score);
    return status;
}

int main(int argc, char **argv)
{
    struct summarize s = {0};
    const struct har_option options[] = {
        {.name = "runs",
         .letter = 'n',
         .type = HAR_OPTION_COUNT,
         .value = &s.runs,
         .low = 1,
         .high = 1e6,
         .argument = "N",
         .help = "demand N repeats (default: any number)"},
        {0},
    };
    const struct har_program program = {
        .name = "har-summarize",
        .synopsis = "[--runs N] [FILE...]",
        .summary = "Print the accuracy of each repeat, their mean and their spread.",
        .options = options,
        .manners = HAR_READS_STREAM | HAR_WRITES_TEXT,
        .run = run,
        .state = &s,
    };
    return har_program_main(&program, argc, argv);
}
