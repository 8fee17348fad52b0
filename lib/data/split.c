#include "data/split.h"

#include "base/memory.h"
#include "stream/header.h"
#include "stream/table.h"
#include <stdlib.h>
#include <string.h>

enum { class_max = 65535 };

struct segment {
    json_t *header;
    size_t source; /* of its people */
    struct har_table rows;
};

/* What a row says, beside its tensors. */
struct row {
    size_t person;
    int32_t class; /* -1: none */
    enum har_split mark;
};

struct har_splitter {
    const struct har_split_options *options;
    struct har_roster people;
    struct segment *segment;
    size_t segments, segment_capacity;
    struct row *row; /* of all segments */
    size_t rows, row_capacity;
    size_t classes; /* the largest class met, and 1 */
    struct har_rows_checksum sum;

    enum har_split *to; /* (people), once it is known */
    size_t folds;
};

enum har_status har_splitter_new(struct har_splitter **splitter,
                                 const struct har_split_options *options, struct har_error *err)
{
    struct har_splitter *made = har_allocate(1, sizeof *made);
    if (made == NULL)
        return har_fail_memory(err);
    made->options = options;
    *splitter = made;
    return HAR_OK;
}

void har_splitter_free(struct har_splitter *splitter)
{
    if (splitter == NULL)
        return;
    for (size_t i = 0; i < splitter->segments; i++) {
        json_decref(splitter->segment[i].header);
        har_table_free(&splitter->segment[i].rows);
    }
    free(splitter->segment);
    free(splitter->row);
    free(splitter->to);
    har_roster_free(&splitter->people);
    free(splitter);
}

/* ---- gathering ---- */

static enum har_status begin(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err)
{
    (void)out;
    struct har_splitter *splitter = state;
    if (splitter->segments > 0 &&
        har_header_same_list(splitter->segment[0].header, header, "labels", err) != HAR_OK)
        return err->status;
    if (!har_grow(&splitter->segment, &splitter->segment_capacity, splitter->segments + 1,
                  sizeof *splitter->segment))
        return har_fail_memory(err);
    struct segment *segment = &splitter->segment[splitter->segments];
    *segment = (struct segment){.header = json_deep_copy(header)};
    if (segment->header == NULL)
        return har_fail_memory(err);
    splitter->segments++;
    return har_roster_source(&segment->source, &splitter->people,
                             har_header_text(header, "source", ""), err);
}

/* The class of each row of the frame, -1 where it has none. */
static enum har_status read_classes(struct row *row, const struct har_frame *frame,
                                    struct har_error *err)
{
    const struct har_tensor *y = har_frame_find(frame, "y");
    const bool one_hot = y != NULL && y->rank == 2 && y->type == HAR_F4;
    int64_t *class = NULL;
    if (!one_hot && har_frame_integers(&class, frame, "y", err) != HAR_OK)
        return err->status;
    enum har_status status = HAR_OK;
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++) {
        const int64_t value = one_hot ? har_row_one_hot(y, r) : class == NULL ? -1 : class[r];
        if (value < -1 || value > class_max)
            status = har_fail(err, HAR_INPUT, "row %zu: y isn't a class from 0 to %d, or one-hot",
                              r, (int)class_max);
        row[r].class = (int32_t)value;
    }
    free(class);
    return status;
}

static enum har_status read_people(struct row *row, struct har_splitter *splitter,
                                   const struct har_frame *frame, struct har_error *err)
{
    const size_t source = splitter->segment[splitter->segments - 1].source;
    int64_t *subject;
    enum har_status status = har_frame_integers(&subject, frame, "subject", err);
    if (status == HAR_OK && subject == NULL) {
        har_fail(err, HAR_INPUT, "there is no subject, expected each row's person");
        return har_error_hint(err, "har-load csv takes it with --subject COLUMN, har-load npy with "
                                   "--subject FILE");
    }
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++)
        status = har_roster_add(&row[r].person, &splitter->people, source, subject[r], err);
    free(subject);
    return status;
}

static enum har_status read_marks(struct row *row, const struct har_frame *frame,
                                  struct har_error *err)
{
    enum har_split *mark = har_allocate(frame->rows, sizeof *mark);
    if (mark == NULL)
        return har_fail_memory(err);
    const enum har_status status = har_rows_splits(mark, frame, err);
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++)
        row[r].mark = mark[r];
    free(mark);
    return status;
}

/* Keeps the frame's rows with a split, which is set when all have come. */
static enum har_status keep_rows(struct har_table *table, const struct har_frame *frame,
                                 struct har_error *err)
{
    struct har_frame kept = *frame;
    unsigned char *split = har_allocate(frame->rows, sizeof *split);
    const struct har_tensor *old = har_frame_find(frame, "split");
    const size_t place = old == NULL ? kept.tensors : (size_t)(old - frame->tensor);
    if (split == NULL)
        return har_fail_memory(err);
    enum har_status status = HAR_OK;
    if (place == HAR_TENSORS_MAX)
        status = har_fail(err, HAR_INPUT, "%zu tensors leave no room for split", kept.tensors);
    if (status == HAR_OK)
        status = har_tensor_view(&kept.tensor[place], "split", HAR_U1, 1, &frame->rows, split, err);
    if (status == HAR_OK) {
        kept.tensors += old == NULL;
        status = har_table_append(table, &kept, NULL, err);
    }
    free(split);
    return status;
}

static enum har_status rows(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err)
{
    (void)out;
    struct har_splitter *splitter = state;
    har_rows_checksum_add(&splitter->sum, frame);
    if (!har_grow(&splitter->row, &splitter->row_capacity, splitter->rows + frame->rows,
                  sizeof *splitter->row))
        return har_fail_memory(err);
    struct row *row = splitter->row + splitter->rows;
    if (read_people(row, splitter, frame, err) != HAR_OK ||
        read_classes(row, frame, err) != HAR_OK || read_marks(row, frame, err) != HAR_OK)
        return err->status;
    splitter->rows += frame->rows;
    for (size_t r = 0; r < frame->rows; r++)
        if (row[r].class >= (int32_t)splitter->classes)
            splitter->classes = (size_t)row[r].class + 1;
    if (splitter->options->folds)
        return HAR_OK;
    return keep_rows(&splitter->segment[splitter->segments - 1].rows, frame, err);
}

/* ---- deciding ---- */

static enum har_status decide(struct har_splitter *splitter, const struct har_crowd *crowd,
                              struct har_error *err)
{
    if (splitter->options->folds)
        return har_split_folds(&splitter->folds, crowd, splitter->options, err);
    splitter->to = har_allocate(crowd->people->count, sizeof *splitter->to);
    if (splitter->to == NULL)
        return har_fail_memory(err);
    return har_split_assign(splitter->to, crowd, splitter->options, err);
}

/* Rows without a label are a class of their own, the last one. */
static enum har_status count_and_decide(struct har_splitter *splitter, struct har_error *err)
{
    const size_t people = splitter->people.count, classes = splitter->classes + 1;
    size_t cells;
    size_t *counts =
        har_multiply(&cells, people, classes) ? har_allocate(cells, sizeof *counts) : NULL;
    size_t(*marked)[HAR_SPLITS] = har_allocate(people, sizeof *marked);
    enum har_status status = HAR_OK;
    if (counts == NULL || marked == NULL)
        status = har_fail_memory(err);
    for (size_t r = 0; status == HAR_OK && r < splitter->rows; r++) {
        const struct row *row = &splitter->row[r];
        const size_t class = row->class < 0 ? classes - 1 : (size_t)row->class;
        counts[row->person * classes + class]++;
        marked[row->person][row->mark]++;
    }
    const struct har_crowd crowd = {&splitter->people, classes, counts,
                                    (const size_t(*)[HAR_SPLITS])marked};
    if (status == HAR_OK)
        status = decide(splitter, &crowd, err);
    free(counts);
    free(marked);
    return status;
}

static enum har_status write_all(struct har_splitter *splitter, struct har_writer *out,
                                 struct har_error *err)
{
    const struct row *row = splitter->row;
    for (size_t i = 0; i < splitter->segments; i++) {
        struct segment *segment = &splitter->segment[i];
        struct har_column *split = har_table_find(&segment->rows, "split");
        for (size_t r = 0; r < segment->rows.rows; r++)
            split->data[r] = (unsigned char)splitter->to[(row++)->person];
        if (har_writer_header(out, segment->header, err) != HAR_OK ||
            har_table_write(out, &segment->rows, 0, segment->rows.rows, err) != HAR_OK)
            return err->status;
        har_writer_input(out, har_rows_checksum_value(&splitter->sum));
        if (har_writer_end(out, i + 1 < splitter->segments, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

static enum har_status finish(void *state, struct har_writer *out, struct har_error *err)
{
    struct har_splitter *splitter = state;
    if (splitter->rows == 0)
        return har_fail(err, HAR_INPUT, "there is no row to split");
    if (count_and_decide(splitter, err) != HAR_OK || splitter->options->folds)
        return err->status;
    return write_all(splitter, out, err);
}

static const char *const types[] = {"windows", NULL};

const struct har_stage har_split_stage = {
    .types = types, .begin = begin, .rows = rows, .finish = finish};

/* ---- what came of it ---- */

size_t har_splitter_folds(const struct har_splitter *splitter)
{
    return splitter->folds;
}

void har_splitter_count(size_t people[HAR_SPLITS], size_t rows[HAR_SPLITS],
                        const struct har_splitter *splitter)
{
    memset(people, 0, HAR_SPLITS * sizeof *people);
    memset(rows, 0, HAR_SPLITS * sizeof *rows);
    for (size_t p = 0; p < splitter->people.count; p++)
        people[splitter->to[p]]++;
    for (size_t r = 0; r < splitter->rows; r++)
        rows[splitter->to[splitter->row[r].person]]++;
}
