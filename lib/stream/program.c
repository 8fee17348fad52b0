#include "stream/program.h"
#include "base/output.h"
#include "base/random.h"
#include "base/text.h"
#include "base/threads.h"
#include "stream/files.h"
#include "stream/help.h"
#include "stream/interrupt.h"
#include "stream/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { writes = HAR_WRITES_STREAM | HAR_WRITES_TEXT | HAR_WRITES_BYTES };

/* ---- a program's life ---- */

struct session {
    const struct har_program *program;
    struct har_settings settings;
    struct har_option shared[HAR_SETTINGS_MAX];
    struct har_operands operands; /* all; the program's own come first */
    struct har_run run;
    json_t *provenance;
    struct har_output *output;
    struct timespec start;
};

static bool has(const struct session *session, unsigned manner)
{
    const struct har_program *program = session->program;
    unsigned manners = program->manners;
    if (program->text_instead != NULL && *program->text_instead)
        manners = (manners & ~(unsigned)HAR_WRITES_STREAM) | HAR_WRITES_TEXT;
    return (manners & manner) != 0;
}

/* A message stays one line, written at once, and no file's text commands the terminal. */
static void print_message(const char *from, const char *text)
{
    char line[2176];
    snprintf(line, sizeof line, "%.100s: %s", from, text);
    for (char *c = line; *c != '\0'; c++)
        *c = har_tame(*c);
    fprintf(stderr, "%s\n", line);
}

static void say(const char *program, const char *format, va_list arguments)
{
    char line[2048];
    vsnprintf(line, sizeof line, format, arguments);
    print_message(program, line);
}

void har_say(const struct har_run *run, const char *format, ...)
{
    if (run->quiet)
        return;
    va_list arguments;
    va_start(arguments, format);
    say(run->program->name, format, arguments);
    va_end(arguments);
}

void har_say_more(const struct har_run *run, const char *format, ...)
{
    if (!run->verbose)
        return;
    va_list arguments;
    va_start(arguments, format);
    say(run->program->name, format, arguments);
    va_end(arguments);
}

/* Closed standard descriptors are filled such that no file that is opened later gets their number,
 * and using them fails. */
static void fill_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static bool to_stdout(const struct har_settings *settings)
{
    return settings->output == NULL || strcmp(settings->output, "-") == 0;
}

/* ---- beginning ---- */

static enum har_status check_operands(const struct session *session, struct har_error *err)
{
    const struct har_program *program = session->program;
    const size_t count = session->operands.count;
    if (count < program->operands && !program->optional)
        return har_fail(err, HAR_USAGE, "%zu operand%s missing, expected %s",
                        program->operands - count, program->operands - count == 1 ? " is" : "s are",
                        program->synopsis);
    if (count > program->operands && !has(session, HAR_READS_STREAM))
        return har_fail(err, HAR_USAGE, "unexpected operand '%s'",
                        session->operands.operand[program->operands]);
    return HAR_OK;
}

static enum har_status parse(struct session *session, int argc, char **argv, struct har_error *err)
{
    static const struct har_option none[] = {{0}};
    const struct har_program *program = session->program;
    har_settings_table(session->shared, &session->settings, program->manners);
    const struct har_option *const tables[] = {program->options == NULL ? none : program->options,
                                               session->shared};
    enum har_status status = har_options_parse(&session->operands, argc, argv, tables, 2, err);
    if (status != HAR_OK || session->settings.help || session->settings.version)
        return status;
    status = check_operands(session, err);
    return status == HAR_OK ? har_files_apart(tables, 2, &session->operands, err) : status;
}

static enum har_status settle_seed(struct session *session, struct har_error *err)
{
    struct har_seed *seed = &session->settings.seed;
    if (has(session, HAR_TAKES_SEED) && !seed->given) {
        const enum har_status status = har_random_seed(&seed->value, err);
        if (status != HAR_OK)
            return status;
        seed->given = true;
        session->run.seed_drawn = true;
    }
    session->run.seed = seed->value;
    return HAR_OK;
}

/* This program's entry for the headers it writes: {program, version, arguments}. */
static enum har_status make_provenance(struct session *session, struct har_error *err)
{
    struct har_run *run = &session->run;
    run->arguments = json_object();
    session->provenance = json_pack("{s:s, s:s, s:O}", "program", session->program->name, "version",
                                    HAR_VERSION, "arguments", run->arguments);
    if (session->provenance == NULL)
        return har_fail_memory(err);
    enum har_status status = HAR_OK;
    if (session->program->options != NULL)
        status = har_options_record(run->arguments, session->program->options, err);
    if (status == HAR_OK)
        status = har_options_record(run->arguments, session->shared, err);
    return status;
}

static enum har_status settle(struct session *session, struct har_error *err)
{
    const struct har_settings *settings = &session->settings;
    struct har_run *run = &session->run;
    const size_t own = session->operands.count < session->program->operands
                           ? session->operands.count
                           : session->program->operands;
    run->operand = session->operands.operand;
    run->operands = own;
    run->given = &session->operands;
    run->output = to_stdout(settings) ? NULL : settings->output;
    run->quiet = settings->quiet;
    run->verbose = settings->verbose;
    run->threads = settings->threads > 0 ? settings->threads : har_threads_default();
    const enum har_status status = settle_seed(session, err);
    return status == HAR_OK ? make_provenance(session, err) : status;
}

static void settle_signals(const struct session *session)
{
    if (has(session, HAR_LIVE))
        har_signals_live();
    else if (has(session, HAR_READS_STREAM))
        har_signals_reading();
}

/* Files after the program's own operands. */
static struct har_operands files(const struct session *session)
{
    const size_t own = session->run.operands;
    return (struct har_operands){.operand = session->operands.operand + own,
                                 .count = session->operands.count - own};
}

static enum har_status refuse_terminal(const struct session *session, struct har_error *err)
{
    const struct har_operands file = files(session);
    bool reads_stdin = file.count == 0;
    for (size_t i = 0; i < file.count; i++)
        reads_stdin = reads_stdin || strcmp(file.operand[i], "-") == 0;
    if (reads_stdin && isatty(STDIN_FILENO))
        return har_fail(err, HAR_USAGE, "<stdin>: is a terminal, expected a stream");
    return HAR_OK;
}

static void flush_while_waiting(void *arg)
{
    struct har_run *run = arg;
    struct har_error ignored = {0}; /* the next write fails alike */
    if (run->out != NULL)
        (void)!har_writer_flush(run->out, &ignored);
    if (run->text != NULL)
        fflush(run->text);
}

static enum har_status open_input(struct session *session, struct har_error *err)
{
    if (!has(session, HAR_READS_STREAM))
        return HAR_OK;
    enum har_status status = refuse_terminal(session, err);
    const struct har_operands file = files(session);
    if (status == HAR_OK)
        status = har_reader_new(&session->run.in, file.operand, file.count, err);
    if (status == HAR_OK)
        har_reader_on_wait(session->run.in, flush_while_waiting, &session->run);
    return status;
}

static enum har_status open_writer(struct session *session, struct har_error *err)
{
    return har_writer_new(
        &session->run.out, har_output_fd(session->output), har_output_name(session->output),
        har_settings_no_provenance(&session->settings) ? NULL : session->provenance, err);
}

/* Its own descriptor, so that the output can be closed and checked by itself. */
static enum har_status open_text(struct session *session, struct har_error *err)
{
    const int fd = fcntl(har_output_fd(session->output), F_DUPFD_CLOEXEC, 0);
    if (fd >= 0)
        session->run.text = fdopen(fd, "w");
    if (session->run.text != NULL)
        return HAR_OK;
    har_fail_errno(err, "%s", har_output_name(session->output));
    if (fd >= 0)
        close(fd);
    return HAR_SYSTEM;
}

static enum har_status open_output(struct session *session, struct har_error *err)
{
    if (!has(session, writes))
        return HAR_OK;
    const bool binary = has(session, HAR_WRITES_STREAM | HAR_WRITES_BYTES);
    enum har_status status =
        har_output_open(&session->output, session->settings.output, binary, err);
    if (status == HAR_OK && has(session, HAR_WRITES_STREAM))
        status = open_writer(session, err);
    if (status == HAR_OK && has(session, HAR_WRITES_TEXT | HAR_WRITES_BYTES))
        status = open_text(session, err);
    return status;
}

/* ---- ending ---- */

/* In the stream the message says which program it is from; upstream's does already. */
static void write_failure(struct session *session, const struct har_error *err)
{
    char message[1024];
    struct har_error ignored = {0}; /* what went wrong first is what is told */
    if (err->upstream)
        snprintf(message, sizeof message, "%s", err->text);
    else
        snprintf(message, sizeof message, "%s: %.900s", session->program->name, err->text);
    (void)!har_writer_fail(session->run.out, err->status, message, &ignored);
}

static enum har_status close_text(struct session *session, struct har_error *err)
{
    FILE *text = session->run.text;
    session->run.text = NULL;
    errno = 0;
    const bool failed = fflush(text) != 0 || ferror(text) != 0;
    if (failed && errno == 0)
        errno = EIO;
    if (failed)
        har_fail_errno(err, "%s", har_output_name(session->output));
    fclose(text);
    return failed ? HAR_SYSTEM : HAR_OK;
}

/* Of two faults the first is told. */
static void close_output(struct session *session, enum har_status *status, struct har_error *err)
{
    struct har_error later = {0};
    if (session->run.out != NULL && *status == HAR_OK)
        *status = har_writer_flush(session->run.out, err);
    else if (session->run.out != NULL)
        write_failure(session, err);
    if (session->run.text != NULL && close_text(session, &later) != HAR_OK && *status == HAR_OK) {
        *err = later;
        *status = later.status;
    }
    if (session->output == NULL)
        return;
    const bool keep = *status == HAR_OK;
    if (har_output_close(session->output, keep, &later) != HAR_OK && keep) {
        *err = later;
        *status = later.status;
    }
    session->output = NULL;
}

static void print_failure(const struct session *session, const struct har_error *err)
{
    const char *name = session->program->name;
    if (err->upstream)
        return;
    print_message(name, err->text);
    if (err->hint[0] != '\0')
        print_message("hint", err->hint);
    else if (err->status == HAR_USAGE)
        fprintf(stderr, "Try '%s --help'\n", name);
}

static double seconds(struct timespec time)
{
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void say_costs(const struct session *session)
{
    struct timespec now, processor;
    struct rusage usage;
    clock_gettime(CLOCK_MONOTONIC, &now);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &processor);
    getrusage(RUSAGE_SELF, &usage);
    har_say_more(&session->run, "har %s, %.3f s, %.3f s of processor time, %.1f MiB at most",
                 HAR_VERSION, seconds(now) - seconds(session->start), seconds(processor),
                 (double)usage.ru_maxrss / 1024);
}

static void session_free(struct session *session)
{
    har_reader_free(session->run.in);
    har_writer_free(session->run.out);
    json_decref(session->provenance);
    json_decref(session->run.arguments);
}

/* ---- the whole ---- */

static int print_and_close(struct session *session)
{
    if (session->settings.help)
        har_help(stdout, session->program, session->shared);
    else
        har_version(stdout, session->program);
    const bool failed = ferror(stdout) != 0;
    if (fclose(stdout) == 0 && !failed)
        return HAR_OK;
    fprintf(stderr, "%s: <stdout>: %s\n", session->program->name, strerror(errno));
    return HAR_SYSTEM;
}

/* A wrong command line before anything was opened: the next stage of the pipe is told, but a file
 * or a terminal isn't touched. */
static void tell_next_stage(struct session *session, enum har_status *status, struct har_error *err)
{
    struct har_error ignored = {0};
    if (!has(session, HAR_WRITES_STREAM) || !to_stdout(&session->settings) || isatty(STDOUT_FILENO))
        return;
    if (har_output_open(&session->output, NULL, true, &ignored) == HAR_OK)
        (void)!open_writer(session, &ignored);
    close_output(session, status, err);
}

static enum har_status run(struct session *session, struct har_error *err)
{
    enum har_status status = settle(session, err);
    if (status == HAR_OK)
        status = open_output(session, err);
    if (status == HAR_OK)
        status = open_input(session, err);
    if (status == HAR_OK) {
        settle_signals(session);
        status = session->program->run(session->program->state, &session->run, err);
    }
    close_output(session, &status, err);
    const char *finished = session->run.finished;
    if (status == HAR_OK && finished != NULL && unlink(finished) != 0 && errno != ENOENT)
        status = har_fail_errno(err, "%s", finished);
    return status;
}

int har_program_main(const struct har_program *program, int argc, char **argv)
{
    struct session session = {.program = program, .run = {.program = program}};
    struct har_error err = {0};
    clock_gettime(CLOCK_MONOTONIC, &session.start);
    har_signals_default();
    fill_standard_descriptors();
    enum har_status status = parse(&session, argc, argv, &err);
    if (status == HAR_OK && (session.settings.help || session.settings.version))
        return print_and_close(&session);
    if (status == HAR_OK)
        status = run(&session, &err);
    else
        tell_next_stage(&session, &status, &err);
    if (status != HAR_OK)
        print_failure(&session, &err);
    say_costs(&session);
    session_free(&session);
    return (int)(status == HAR_OK ? session.run.verdict : status);
}
