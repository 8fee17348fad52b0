#include "data/hapt.h"

#include "base/memory.h"
#include "data/hapt_folder.h"
#include "data/lines.h"
#include "data/recordings.h"
#include "stream/header.h"

#include <stdlib.h>
#include <string.h>

enum { axes = 3, signals = 2 * axes, rate = 50 };

static const char *const channels[signals] = {"acc_x",  "acc_y",  "acc_z",
                                              "gyro_x", "gyro_y", "gyro_z"};
static const char *const units[signals] = {"g", "g", "g", "rad/s", "rad/s", "rad/s"};

/* The people whose rows are for the test, here as in UCI HAR. */
static const int32_t test_people[] = {2, 4, 9, 10, 12, 13, 18, 20, 24};

/* A recording's rows. */
struct samples {
    size_t rows;
    float *x;
    int32_t *y, *subject, *recording;
    unsigned char *split;
    double *time;
    size_t labelled; /* segments of the recordings so far */
};

/* At least as many as FILE has rows. */
static size_t count_lines(const struct har_mapped *file)
{
    const char *const end = file->data + file->size;
    size_t lines = 1;
    for (const char *at = file->data; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        lines++;
    return lines;
}

static enum har_status allocate(struct samples *samples, const struct har_hapt *hapt,
                                struct har_error *err)
{
    size_t most = 0;
    for (size_t i = 0; i < hapt->count; i++) {
        const size_t lines = count_lines(&hapt->recording[i].acc);
        most = lines > most ? lines : most;
    }
    samples->x = har_allocate(most, signals * sizeof *samples->x);
    samples->y = har_allocate(most, sizeof *samples->y);
    samples->subject = har_allocate(most, sizeof *samples->subject);
    samples->recording = har_allocate(most, sizeof *samples->recording);
    samples->split = har_allocate(most, sizeof *samples->split);
    samples->time = har_allocate(most, sizeof *samples->time);
    const bool all = samples->x != NULL && samples->y != NULL && samples->subject != NULL &&
                     samples->recording != NULL && samples->split != NULL && samples->time != NULL;
    return all ? HAR_OK : har_fail_memory(err);
}

static void free_samples(struct samples *samples)
{
    free(samples->x);
    free(samples->y);
    free(samples->subject);
    free(samples->recording);
    free(samples->split);
    free(samples->time);
}

/* A sensor's lines into every sixth number from X on; as many as there are. */
static enum har_status read_sensor(float *x, size_t *rows, const struct har_mapped *file,
                                   size_t rows_max, struct har_error *err)
{
    struct har_lines lines = {file->data, file->data + file->size, 0};
    for (*rows = 0; *rows < rows_max && !har_lines_done(&lines); (*rows)++)
        if (har_lines_floats(&lines, x + *rows * signals, axes, 1, err) != HAR_OK)
            return err->status;
    if (!har_lines_done(&lines))
        return har_fail(err, HAR_INPUT, "line %zu: more rows than the %zu of the accelerations",
                        lines.line + 1, *rows);
    return HAR_OK;
}

static enum har_status read_signals(struct samples *samples,
                                    const struct har_hapt_recording *recording,
                                    struct har_error *err)
{
    char acc[HAR_HAPT_NAME_MAX], gyro[HAR_HAPT_NAME_MAX];
    har_hapt_file(acc, "acc", recording);
    har_hapt_file(gyro, "gyro", recording);
    const size_t lines = count_lines(&recording->acc);
    if (read_sensor(samples->x, &samples->rows, &recording->acc, lines, err) != HAR_OK)
        return har_error_at(err, "%s", acc);
    if (samples->rows == 0)
        return har_fail(err, HAR_INPUT, "%s: no rows", acc);
    size_t rows;
    if (read_sensor(samples->x + axes, &rows, &recording->gyro, samples->rows, err) != HAR_OK)
        return har_error_at(err, "%s", gyro);
    if (rows < samples->rows)
        return har_fail(err, HAR_INPUT, "%s: %zu rows, expected the %zu of %s", gyro, rows,
                        samples->rows, acc);
    return HAR_OK;
}

/* Classes count from 0; what no segment holds is unlabelled. */
static enum har_status set_labels(struct samples *samples, const struct har_hapt *hapt,
                                  const struct har_hapt_recording *recording, struct har_error *err)
{
    for (size_t row = 0; row < samples->rows; row++)
        samples->y[row] = -1;
    for (; samples->labelled < hapt->segments.count; samples->labelled++) {
        const struct har_segment *segment = &hapt->segments.segment[samples->labelled];
        if (segment->recording != recording->number)
            break;
        if ((size_t)segment->last > samples->rows)
            return har_fail(err, HAR_INPUT,
                            "%s: line %zu: samples %d to %d, but experiment %d has %zu",
                            HAR_HAPT_LABELS, segment->line, segment->first, segment->last,
                            recording->number, samples->rows);
        for (size_t row = (size_t)segment->first - 1; row < (size_t)segment->last; row++)
            samples->y[row] = segment->activity - 1;
    }
    return HAR_OK;
}

static unsigned char split_of(int32_t subject)
{
    enum { train = 1, test = 3 };
    for (size_t i = 0; i < sizeof test_people / sizeof *test_people; i++)
        if (test_people[i] == subject)
            return test;
    return train;
}

static void set_ids(struct samples *samples, const struct har_hapt_recording *recording)
{
    memset(samples->split, split_of(recording->subject), samples->rows);
    for (size_t row = 0; row < samples->rows; row++) {
        samples->subject[row] = recording->subject;
        samples->recording[row] = recording->number;
        samples->time[row] = (double)row / rate;
    }
}

static enum har_status write_samples(struct har_writer *out, const struct samples *samples,
                                     struct har_error *err)
{
    const struct {
        const char *name;
        enum har_dtype type;
        size_t rank;
        const void *data;
    } column[] = {{"x", HAR_F4, 2, samples->x},
                  {"y", HAR_I4, 1, samples->y},
                  {"subject", HAR_I4, 1, samples->subject},
                  {"recording", HAR_I4, 1, samples->recording},
                  {"split", HAR_U1, 1, samples->split},
                  {"time", HAR_F8, 1, samples->time}};
    enum { columns = sizeof column / sizeof *column };
    const size_t shape[] = {samples->rows, signals};
    struct har_tensor tensor[columns];
    for (size_t i = 0; i < columns; i++)
        if (har_tensor_view(&tensor[i], column[i].name, column[i].type, column[i].rank, shape,
                            column[i].data, err) != HAR_OK)
            return err->status;
    return har_rows_write(out, tensor, columns, err);
}

static enum har_status write_recordings(const struct har_hapt *hapt, struct samples *samples,
                                        const struct har_request *request, struct har_writer *out,
                                        struct har_error *err)
{
    for (size_t i = 0; i < hapt->count; i++) {
        const struct har_hapt_recording *recording = &hapt->recording[i];
        if (request->stopped != NULL && request->stopped())
            return har_fail(err, HAR_SYSTEM, "interrupted");
        enum har_status status = read_signals(samples, recording, err);
        if (status == HAR_OK)
            status = set_labels(samples, hapt, recording, err);
        if (status != HAR_OK)
            return status;
        set_ids(samples, recording);
        status = write_samples(out, samples, err);
        if (status != HAR_OK)
            return status;
    }
    return HAR_OK;
}

static enum har_status describe(json_t *header, struct har_error *err)
{
    json_t *names = json_pack("[ss]", "sample", "channel");
    if (json_object_set_new(header, "axes", names) != 0 ||
        json_object_set_new(header, "rate", json_integer(rate)) != 0)
        return har_fail_memory(err);
    if (har_header_set_list(header, "channels", channels, signals, err) != HAR_OK)
        return err->status;
    return har_header_set_list(header, "units", units, signals, err);
}

static enum har_status load_segment(struct har_hapt *hapt, json_t *header,
                                    const struct har_request *request, struct har_writer *out,
                                    struct har_error *err)
{
    struct samples samples = {0};
    enum har_status status = har_hapt_open(hapt, header, request->path, err);
    if (status == HAR_OK)
        status = describe(header, err);
    if (status == HAR_OK)
        status = har_format_checksum(request, "data", hapt->crc, err);
    if (status == HAR_OK)
        status = allocate(&samples, hapt, err);
    if (status == HAR_OK)
        status = har_writer_header(out, header, err);
    if (status == HAR_OK)
        status = write_recordings(hapt, &samples, request, out, err);
    free_samples(&samples);
    return status == HAR_OK ? har_writer_end(out, false, err) : status;
}

static enum har_status load(const struct har_request *request, struct har_writer *out,
                            struct har_error *err)
{
    struct har_hapt hapt = {.folder = -1};
    json_t *header = har_header_new("recordings", "HAPT");
    const enum har_status status =
        header != NULL ? load_segment(&hapt, header, request, out, err) : har_fail_memory(err);
    har_hapt_close(&hapt);
    json_decref(header);
    return status;
}

static const char *const options[] = {NULL};

const struct har_format har_format_hapt = {
    .name = "hapt", .operand = "DIR", .needs_path = true, .options = options, .load = load};
