#include "stream/stage.h"

#include <stdio.h>
#include <string.h>

/* One run of a stage. */
struct run {
    const struct har_stage *stage;
    void *state;
    struct har_reader *in;
    struct har_writer *out;
    bool own;     /* the current segment is of the stage's types */
    bool met_own; /* at least one was */
    char met[64]; /* the last foreign type met */
    struct har_rows_checksum sum;
    struct har_error flushed; /* what went wrong while waiting */
};

static void flush_while_waiting(void *arg)
{
    struct run *run = arg;
    if (run->flushed.status == HAR_OK)
        (void)!har_writer_flush(run->out, &run->flushed);
}

static bool is_own(const struct har_stage *stage, const char *type)
{
    for (const char *const *own = stage->types; *own != NULL; own++)
        if (strcmp(*own, type) == 0)
            return true;
    return false;
}

/* Whatever is wrong with the input is said with its place; other faults have places of their own.
 */
static enum har_status with_place(const struct run *run, enum har_status status,
                                  struct har_error *err)
{
    const bool of_input = status == HAR_INPUT || status == HAR_NUMBERS || status == HAR_LEAK;
    return of_input ? har_reader_at(run->in, err) : status;
}

static enum har_status begin(struct run *run, struct har_error *err)
{
    const json_t *header = har_reader_header(run->in);
    const char *type = har_reader_type(run->in);
    run->own = is_own(run->stage, type);
    if (run->own) {
        /* A stage without `end` takes all segments together, and so does its checksum. */
        if (run->stage->end != NULL)
            run->sum.count = 0;
        run->met_own = true;
        if (run->stage->begin == NULL)
            return HAR_OK;
        return with_place(run, run->stage->begin(run->state, header, run->out, err), err);
    }
    strncpy(run->met, type, sizeof run->met - 1);
    return run->out == NULL ? HAR_OK : har_writer_foreign_header(run->out, header, err);
}

static enum har_status rows(struct run *run, struct har_error *err)
{
    const struct har_frame *frame = har_reader_frame(run->in);
    if (run->own) {
        har_rows_checksum_add(&run->sum, frame);
        if (run->stage->rows == NULL)
            return HAR_OK;
        return with_place(run, run->stage->rows(run->state, frame, run->out, err), err);
    }
    return run->out == NULL ? HAR_OK : har_writer_pass(run->out, frame, err);
}

static void note_input(const struct run *run)
{
    if (run->out != NULL)
        har_writer_input(run->out, har_rows_checksum_value(&run->sum));
}

static enum har_status end(struct run *run, struct har_error *err)
{
    const struct har_end *foot = &har_reader_frame(run->in)->end;
    if (foot->status != HAR_OK)
        return har_end_failure(foot, err);
    if (run->own) {
        if (run->stage->end == NULL)
            return HAR_OK;
        note_input(run);
        return with_place(run, run->stage->end(run->state, foot->more, run->out, err), err);
    }
    if (run->out == NULL)
        return HAR_OK;
    if (foot->has_input)
        har_writer_input(run->out, foot->input);
    return har_writer_end(run->out, foot->more, err);
}

/* What makes WANTED of MET, where a usual stage does. */
static const struct {
    const char *wanted, *met, *hint;
} hints[] = {
    {"windows", "recordings", "har-window makes windows of recordings"},
    {"recordings", "windows", "windows are cut already; this stage goes before har-window"},
    {"results", "windows", "har-eval makes results of a model and windows"},
    {"results", "model", "har-eval makes results of a model and windows"},
    {"model", "windows", "har-train makes a model of windows"},
};

static enum har_status nothing_to_do(const struct run *run, struct har_error *err)
{
    char wanted[128] = "";
    for (const char *const *type = run->stage->types; *type != NULL; type++) {
        const size_t used = strlen(wanted);
        snprintf(wanted + used, sizeof wanted - used, used == 0 ? "%s" : " or %s", *type);
    }
    har_fail(err, HAR_INPUT, "met no %s, only %s", wanted, run->met);
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (is_own(run->stage, hints[i].wanted) && strcmp(run->met, hints[i].met) == 0)
            har_error_hint(err, "%s", hints[i].hint);
    return HAR_INPUT;
}

static enum har_status finish(struct run *run, struct har_error *err)
{
    if (!run->met_own)
        return nothing_to_do(run, err);
    if (run->stage->end == NULL)
        note_input(run);
    if (run->stage->finish == NULL)
        return HAR_OK;
    return run->stage->finish(run->state, run->out, err);
}

static enum har_status take(struct run *run, enum har_item item, struct har_error *err)
{
    switch (item) {
    case HAR_ITEM_HEADER:
        return begin(run, err);
    case HAR_ITEM_DATA:
        return rows(run, err);
    case HAR_ITEM_END:
        return end(run, err);
    default:
        return finish(run, err);
    }
}

static enum har_status run_all(struct run *run, struct har_error *err)
{
    enum har_item item = HAR_ITEM_HEADER;
    do {
        enum har_status status = har_reader_next(&item, run->in, err);
        if (run->flushed.status != HAR_OK) {
            *err = run->flushed;
            status = err->status;
        }
        if (status == HAR_OK)
            status = take(run, item, err);
        if (status != HAR_OK)
            return status;
    } while (item != HAR_ITEM_EOF);
    return HAR_OK;
}

enum har_status har_stage_run(const struct har_stage *stage, void *state, struct har_reader *in,
                              struct har_writer *out, struct har_error *err)
{
    struct run run = {.stage = stage, .state = state, .in = in, .out = out};
    if (out != NULL)
        har_reader_on_wait(in, flush_while_waiting, &run);
    const enum har_status status = run_all(&run, err);
    if (out != NULL)
        har_reader_on_wait(in, NULL, NULL);
    return status;
}
