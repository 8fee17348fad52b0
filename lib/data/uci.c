#include "data/uci.h"

#include "base/checksum.h"
#include "base/memory.h"
#include "data/activities.h"
#include "data/lines.h"
#include "data/mapped.h"
#include "stream/header.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    signals = 9,
    splits = 2,
    name_max = 96,
    subject_max = 1000000,
    length_max = 1000000 /* so that a row stays well below a frame's limit */
};

static const char *const channels[signals] = {"total_acc_x", "total_acc_y", "total_acc_z",
                                              "body_acc_x",  "body_acc_y",  "body_acc_z",
                                              "body_gyro_x", "body_gyro_y", "body_gyro_z"};
static const char *const units[signals] = {"g", "g", "g", "g", "g", "g", "rad/s", "rad/s", "rad/s"};

struct uci_split {
    const char *name;
    unsigned char mark;
    size_t rows;
    int32_t *y, *subject;
    struct har_mapped file[signals];
    struct har_lines lines[signals];
};

struct uci {
    int folder;
    uint32_t crc;   /* of all files, one after the other */
    int32_t labels; /* how many */
    size_t length;  /* of a window */
    size_t splits;
    struct uci_split split[splits];
};

/* A frame's rows. */
struct uci_block {
    size_t rows;
    float *x;
    unsigned char *mark;
};

static void signal_name(char name[name_max], const struct uci_split *split, size_t signal)
{
    snprintf(name, name_max, "%s/Inertial Signals/%s_%s.txt", split->name, channels[signal],
             split->name);
}

static enum har_status open_file(struct har_mapped *file, struct uci *uci, const char *name,
                                 struct har_error *err)
{
    const enum har_status status = har_mapped_open(file, uci->folder, name, err);
    if (status == HAR_OK)
        uci->crc = har_crc32(uci->crc, file->data, file->size);
    return status;
}

static enum har_status read_labels(struct uci *uci, json_t *header, struct har_error *err)
{
    static const char name[] = "activity_labels.txt";
    struct har_mapped file = {0};
    enum har_status status = open_file(&file, uci, name, err);
    if (status != HAR_OK)
        return status;
    status = har_activities_read(header, &file, err);
    har_mapped_close(&file);
    uci->labels = (int32_t)har_header_count(header, "labels");
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", name);
}

/* One whole number, 1 to HIGH, on each line. */
static enum har_status read_numbers(int32_t **value, size_t *rows, const struct har_mapped *file,
                                    int32_t high, struct har_error *err)
{
    struct har_lines lines = {file->data, file->data + file->size, 0};
    size_t capacity = 0;
    for (*rows = 0; !har_lines_done(&lines); (*rows)++) {
        if (!har_grow(value, &capacity, *rows + 1, sizeof **value))
            return har_fail_memory(err);
        const enum har_status status = har_lines_integers(&lines, *value + *rows, 1, 1, high, err);
        if (status != HAR_OK)
            return status;
    }
    return HAR_OK;
}

static enum har_status read_column(int32_t **value, size_t *rows, struct uci *uci, const char *kind,
                                   const char *split, int32_t high, struct har_error *err)
{
    char name[name_max];
    snprintf(name, sizeof name, "%s/%s_%s.txt", split, kind, split);
    struct har_mapped file = {0};
    enum har_status status = open_file(&file, uci, name, err);
    if (status != HAR_OK)
        return status;
    status = read_numbers(value, rows, &file, high, err);
    har_mapped_close(&file);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", name);
}

static enum har_status open_signals(struct uci *uci, struct uci_split *split, struct har_error *err)
{
    for (size_t i = 0; i < signals; i++) {
        char name[name_max];
        signal_name(name, split, i);
        const enum har_status status = open_file(&split->file[i], uci, name, err);
        if (status != HAR_OK)
            return status;
        const char *text = split->file[i].data;
        split->lines[i] = (struct har_lines){text, text + split->file[i].size, 0};
    }
    return HAR_OK;
}

static enum har_status open_split(struct uci *uci, struct uci_split *split, struct har_error *err)
{
    const char *name = split->name;
    size_t subjects = 0;
    enum har_status status = read_column(&split->y, &split->rows, uci, "y", name, uci->labels, err);
    if (status == HAR_OK)
        status = read_column(&split->subject, &subjects, uci, "subject", name, subject_max, err);
    if (status != HAR_OK)
        return status;
    for (size_t i = 0; i < split->rows; i++)
        split->y[i]--;
    if (split->rows == 0)
        return har_fail(err, HAR_INPUT, "%s/y_%s.txt: no rows", name, name);
    if (subjects != split->rows)
        return har_fail(err, HAR_INPUT,
                        "%s/subject_%s.txt: %zu rows, expected the %zu of %s/y_%s.txt", name, name,
                        subjects, split->rows, name, name);
    return open_signals(uci, split, err);
}

/* All windows are as long as the first. */
static enum har_status find_length(struct uci *uci, struct har_error *err)
{
    uci->length = har_lines_count(&uci->split[0].lines[0]);
    if (uci->length >= 1 && uci->length <= length_max)
        return HAR_OK;
    char name[name_max];
    signal_name(name, &uci->split[0], 0);
    return har_fail(err, HAR_INPUT, "%s: line 1: %zu values, expected 1 to %d", name, uci->length,
                    length_max);
}

static enum har_status read_signal(float *x, size_t length, struct uci_split *split, size_t signal,
                                   struct har_error *err)
{
    struct har_lines *lines = &split->lines[signal];
    if (har_lines_done(lines))
        return har_fail(err, HAR_INPUT, "%zu rows, expected the %zu of %s/y_%s.txt", lines->line,
                        split->rows, split->name, split->name);
    return har_lines_floats(lines, x, length, signals, err);
}

static enum har_status read_window(float *x, size_t length, struct uci_split *split,
                                   struct har_error *err)
{
    for (size_t i = 0; i < signals; i++) {
        if (read_signal(x + i, length, split, i, err) != HAR_OK) {
            char name[name_max];
            signal_name(name, split, i);
            return har_error_at(err, "%s", name);
        }
    }
    return HAR_OK;
}

static enum har_status check_ends(const struct uci_split *split, struct har_error *err)
{
    for (size_t i = 0; i < signals; i++) {
        if (har_lines_done(&split->lines[i]))
            continue;
        char name[name_max];
        signal_name(name, split, i);
        return har_fail(err, HAR_INPUT, "%s: line %zu: more rows than the %zu of %s/y_%s.txt", name,
                        split->rows + 1, split->rows, split->name, split->name);
    }
    return HAR_OK;
}

static enum har_status write_block(struct har_writer *out, const struct uci_block *block,
                                   const struct uci_split *split, size_t first, size_t length,
                                   struct har_error *err)
{
    const size_t shape[] = {block->rows, length, signals};
    struct har_tensor tensor[4];
    enum har_status status = har_tensor_view(&tensor[0], "x", HAR_F4, 3, shape, block->x, err);
    if (status == HAR_OK)
        status = har_tensor_view(&tensor[1], "y", HAR_I4, 1, shape, split->y + first, err);
    if (status == HAR_OK)
        status =
            har_tensor_view(&tensor[2], "subject", HAR_I4, 1, shape, split->subject + first, err);
    if (status == HAR_OK)
        status = har_tensor_view(&tensor[3], "split", HAR_U1, 1, shape, block->mark, err);
    return status == HAR_OK ? har_writer_rows(out, tensor, 4, err) : status;
}

static enum har_status write_split(struct uci_split *split, size_t length, struct uci_block *block,
                                   size_t rows_max, const struct har_request *request,
                                   struct har_writer *out, struct har_error *err)
{
    memset(block->mark, split->mark, rows_max);
    for (size_t first = 0; first < split->rows; first += block->rows) {
        if (request->stopped != NULL && request->stopped())
            return har_fail(err, HAR_SYSTEM, "interrupted");
        const size_t left = split->rows - first;
        block->rows = left < rows_max ? left : rows_max;
        enum har_status status = HAR_OK;
        for (size_t i = 0; status == HAR_OK && i < block->rows; i++)
            status = read_window(block->x + i * length * signals, length, split, err);
        if (status == HAR_OK)
            status = write_block(out, block, split, first, length, err);
        if (status != HAR_OK)
            return status;
    }
    return check_ends(split, err);
}

static enum har_status write_splits(struct uci *uci, const struct har_request *request,
                                    struct har_writer *out, struct har_error *err)
{
    const size_t row_bytes = uci->length * signals * sizeof(float);
    const size_t rows_max = row_bytes < HAR_FRAME_AIM ? HAR_FRAME_AIM / row_bytes : 1;
    struct uci_block block = {0, har_allocate(rows_max, row_bytes), har_allocate(rows_max, 1)};
    enum har_status status = block.x != NULL && block.mark != NULL ? HAR_OK : har_fail_memory(err);
    for (size_t i = 0; status == HAR_OK && i < uci->splits; i++)
        status = write_split(&uci->split[i], uci->length, &block, rows_max, request, out, err);
    free(block.x);
    free(block.mark);
    return status;
}

/* The windows were cut half overlapping from recordings filtered by the preset. */
static enum har_status describe(json_t *header, size_t length, struct har_error *err)
{
    json_t *axes = json_pack("[sss]", "window", "time", "channel");
    if (json_object_set_new(header, "axes", axes) != 0 ||
        json_object_set_new(header, "rate", json_integer(50)) != 0)
        return har_fail_memory(err);
    const json_int_t samples = (json_int_t)length, step = samples > 1 ? samples / 2 : 1;
    json_t *window = json_pack("{sIsI}", "length", samples, "step", step);
    enum har_status status = har_header_set_list(header, "channels", channels, signals, err);
    if (status == HAR_OK)
        status = har_header_set_list(header, "units", units, signals, err);
    if (status == HAR_OK)
        status = har_header_set_recipe(header, "filter", json_string("uci-har"), err);
    if (status != HAR_OK) {
        json_decref(window);
        return status;
    }
    return har_header_set_recipe(header, "window", window, err);
}

static enum har_status choose_splits(struct uci *uci, const char *wanted, struct har_error *err)
{
    static const struct uci_split known[splits] = {{.name = "train", .mark = 1},
                                                   {.name = "test", .mark = 3}};
    for (size_t i = 0; i < splits; i++)
        if (wanted == NULL || strcmp(wanted, known[i].name) == 0)
            uci->split[uci->splits++] = known[i];
    if (uci->splits == 0)
        return har_fail(err, HAR_USAGE, "--split %.40s: expected train or test", wanted);
    return HAR_OK;
}

static enum har_status open_folder(struct uci *uci, json_t *header, const char *path,
                                   struct har_error *err)
{
    uci->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum har_status status =
        uci->folder < 0 ? har_fail_errno(err, "%s", path) : read_labels(uci, header, err);
    for (size_t i = 0; status == HAR_OK && i < uci->splits; i++)
        status = open_split(uci, &uci->split[i], err);
    if (status == HAR_SYSTEM && uci->folder >= 0)
        har_error_at(err, "%s", path);
    if (status == HAR_SYSTEM)
        har_error_hint(err, "`make data` fetches the data set; or give the folder that holds "
                            "train/ and test/");
    return status;
}

static enum har_status load_segment(struct uci *uci, json_t *header,
                                    const struct har_request *request, struct har_writer *out,
                                    struct har_error *err)
{
    enum har_status status = choose_splits(uci, request->split, err);
    if (status == HAR_OK)
        status = open_folder(uci, header, request->path, err);
    if (status == HAR_OK)
        status = find_length(uci, err);
    if (status == HAR_OK)
        status = describe(header, uci->length, err);
    if (status == HAR_OK)
        status = har_format_note(request, "split", request->split, err);
    if (status == HAR_OK)
        status = har_format_checksum(request, "data", uci->crc, err);
    if (status == HAR_OK)
        status = har_writer_header(out, header, err);
    if (status == HAR_OK)
        status = write_splits(uci, request, out, err);
    return status == HAR_OK ? har_writer_end(out, false, err) : status;
}

static void close_all(struct uci *uci)
{
    for (size_t i = 0; i < uci->splits; i++) {
        free(uci->split[i].y);
        free(uci->split[i].subject);
        for (size_t j = 0; j < signals; j++)
            har_mapped_close(&uci->split[i].file[j]);
    }
    if (uci->folder >= 0)
        close(uci->folder);
}

static enum har_status load(const struct har_request *request, struct har_writer *out,
                            struct har_error *err)
{
    struct uci uci = {.folder = -1};
    json_t *header = har_header_new("windows", "UCI HAR");
    enum har_status status =
        header != NULL ? load_segment(&uci, header, request, out, err) : har_fail_memory(err);
    close_all(&uci);
    json_decref(header);
    return status;
}

static const char *const options[] = {"split", NULL};

const struct har_format har_format_uci = {
    .name = "uci", .operand = "DIR", .needs_path = true, .options = options, .load = load};
