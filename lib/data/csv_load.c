#include "base/checksum.h"
#include "data/csv.h"
#include "stream/bytes.h"
#include "stream/header.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { chunk = 64 << 10, patience = 500 /* ms between looks at request->stopped */ };

/* A csv file on its way into a stream. */
struct passage {
    const struct har_request *request;
    struct har_csv *csv;
    struct har_writer *out;
    int file;
    const char *name;
    bool regular;
    bool stopped; /* before the source's end */
    bool met;     /* some of the text has come */
    bool begun;   /* the header is written */
};

static bool is_ready(int file, int milliseconds)
{
    struct pollfd wait = {.fd = file, .events = POLLIN};
    return poll(&wait, 1, milliseconds) > 0;
}

/* Tells the user a line about the file. */
HAR_PRINTF(2, 3) static void say(const struct passage *passage, const char *format, ...)
{
    char text[1200];
    if (passage->request->say == NULL)
        return;
    const int name = snprintf(text, sizeof text, "%.100s: ", passage->name);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + name, sizeof text - (size_t)name, format, arguments);
    va_end(arguments);
    passage->request->say(passage->request->arg, text);
}

/* What no option names may be no channel at all. */
static void say_channels(const struct passage *passage, const json_t *header)
{
    enum { names_max = 8 };
    char names[900] = "", more[64] = "";
    const size_t count = har_header_count(header, "channels");
    if (passage->request->channels != NULL)
        return;
    for (size_t i = 0, used = 0; i < count && i < names_max; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%.100s", i > 0 ? ", " : "",
                                 har_header_item(header, "channels", i));
    if (count > names_max)
        snprintf(more, sizeof more, " and %zu more", count - names_max);
    say(passage, "channels: %s%s (all columns that no option names; --channels chooses)", names,
        more);
}

/* Hands on the rows that are there, once the header is known. */
static enum har_status emit(struct passage *passage, bool flush, struct har_error *err)
{
    const json_t *header = har_csv_header(passage->csv);
    struct har_table *rows = har_csv_rows(passage->csv);
    enum har_status status = HAR_OK;
    if (header == NULL)
        return HAR_OK;
    if (!passage->begun) {
        say_channels(passage, header);
        status = har_writer_header(passage->out, header, err);
    }
    passage->begun = true;
    if (status == HAR_OK && rows->rows > 0)
        status = har_table_write(passage->out, rows, 0, rows->rows, err);
    har_table_clear(rows);
    return status == HAR_OK && flush ? har_writer_flush(passage->out, err) : status;
}

static size_t held_bytes(struct har_csv *csv)
{
    const struct har_table *rows = har_csv_rows(csv);
    size_t row_bytes = 0;
    for (size_t i = 0; i < rows->columns; i++)
        row_bytes += rows->column[i].row_bytes;
    return rows->rows * row_bytes;
}

/* *SIZE is 0 at the end of the text; a live source that is asked to stop ends there too. */
static enum har_status read_chunk(struct passage *passage, char *text, ssize_t *size,
                                  struct har_error *err)
{
    bool (*const stopped)(void) = passage->request->stopped;
    do {
        while (!is_ready(passage->file, patience) && (stopped == NULL || !stopped()))
            continue;
        *size = 0;
        passage->stopped = stopped != NULL && stopped();
        if (passage->stopped)
            return passage->regular ? har_fail(err, HAR_SYSTEM, "interrupted") : HAR_OK;
        *size = read(passage->file, text, chunk);
    } while (*size < 0 && (errno == EINTR || errno == EAGAIN));
    return *size < 0 ? har_fail_errno(err, "%s", passage->name) : HAR_OK;
}

/* The first bytes tell what isn't text. */
static enum har_status take_text(struct passage *passage, const char *text, size_t size,
                                 struct har_error *err)
{
    const char *format = passage->met ? NULL : har_bytes_format(text, size);
    passage->met = true;
    if (format == NULL)
        return har_csv_feed(passage->csv, text, size, err);
    har_fail(err, HAR_INPUT, "not UTF-8 text, expected csv");
    return har_error_hint(err, "%s", format);
}

static enum har_status pass_rows(struct passage *passage, struct har_error *err)
{
    char text[chunk];
    for (;;) {
        ssize_t size;
        enum har_status status = read_chunk(passage, text, &size, err);
        if (status == HAR_OK && size > 0)
            status = take_text(passage, text, (size_t)size, err);
        if (status != HAR_OK || size == 0)
            return status;
        const bool idle = !is_ready(passage->file, 0);
        if (idle || held_bytes(passage->csv) >= HAR_FRAME_AIM)
            status = emit(passage, idle, err);
        if (status != HAR_OK)
            return status;
    }
}

/* Rows at both sides of a hole are neighbours to all that follow. */
static void say_holes(const struct passage *passage)
{
    size_t line;
    const size_t holes = har_csv_holes(&line, passage->csv);
    if (holes > 0)
        say(passage,
            "%zu hole%s of more than 1.5 samples in time, the first before line %zu; "
            "windows reach across",
            holes, holes == 1 ? "" : "s", line);
}

/* The rate that the header lacks; a sensor's own is a whole number, which its clock is a little
 * from. */
static void say_rate(const struct passage *passage)
{
    const double rate = har_csv_rate(passage->csv), whole = round(rate);
    if (rate == 0 || passage->request->rate > 0)
        return;
    if (rate < 1)
        say(passage,
            "by its times %.4g samples a second, %.4g if these are milliseconds; --time "
            "wants seconds",
            rate, 1000 * rate);
    else
        say(passage, "by its times %.4g samples a second; --rate %.4g says so to what follows",
            rate, fabs(rate / whole - 1) <= 0.005 ? whole : rate);
}

static enum har_status pass_all(struct passage *passage, struct har_error *err)
{
    enum har_status status = pass_rows(passage, err);
    if (status == HAR_OK)
        status = har_csv_finish(passage->csv, !passage->stopped, err);
    if (status == HAR_OK)
        status = emit(passage, false, err);
    if (status != HAR_OK)
        return status;
    say_holes(passage);
    say_rate(passage);
    return har_writer_end(passage->out, false, err);
}

/* A regular file can be read before it is read; a pipe can't. */
static enum har_status note_checksum(const struct passage *passage, struct har_error *err)
{
    char text[chunk];
    uint32_t crc = 0;
    off_t at = lseek(passage->file, 0, SEEK_CUR);
    ssize_t size;
    while ((size = pread(passage->file, text, sizeof text, at)) > 0) {
        crc = har_crc32(crc, text, (size_t)size);
        at += size;
    }
    return size < 0 ? har_fail_errno(err, "%s", passage->name)
                    : har_format_checksum(passage->request, "data", crc, err);
}

static enum har_status note_columns(const struct har_request *request, struct har_error *err)
{
    enum har_status status = har_format_note(request, "subject", request->subject, err);
    return status == HAR_OK ? har_format_note(request, "recording", request->recording, err)
                            : status;
}

static enum har_status load_file(struct passage *passage, struct har_error *err)
{
    struct stat about;
    if (fstat(passage->file, &about) != 0)
        return har_fail_errno(err, "%s", passage->name);
    passage->regular = S_ISREG(about.st_mode);
    enum har_status status = note_columns(passage->request, err);
    if (status == HAR_OK && passage->regular)
        status = note_checksum(passage, err);
    if (status == HAR_OK)
        status = har_csv_new(&passage->csv, passage->request, err);
    if (status == HAR_OK)
        status = pass_all(passage, err);
    har_csv_free(passage->csv);
    return status;
}

static enum har_status load(const struct har_request *request, struct har_writer *out,
                            struct har_error *err)
{
    const bool standard = request->path == NULL || strcmp(request->path, "-") == 0;
    const char *name = standard ? "<stdin>" : request->path;
    if (standard && isatty(STDIN_FILENO))
        return har_fail(err, HAR_USAGE, "<stdin>: a terminal, expected a FILE or a pipe");
    const int file = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return har_fail_errno(err, "%s", name);
    struct passage passage = {.request = request, .out = out, .file = file, .name = name};
    const enum har_status status = load_file(&passage, err);
    if (!standard)
        close(file);
    return status == HAR_INPUT ? har_error_at(err, "%s", name) : status;
}

static const char *const options[] = {"source", "channels", "units",   "labels",    "rate",
                                      "time",   "label",    "subject", "recording", NULL};

const struct har_format har_format_csv = {
    .name = "csv", .operand = "FILE", .options = options, .load = load};
