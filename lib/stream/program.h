/* What all programs do alike, around what each does itself: options, streams, messages, ends. */
#ifndef HAR_STREAM_PROGRAM_H
#define HAR_STREAM_PROGRAM_H

#include "base/options.h"
#include "stream/stage.h"
#include <stdio.h>

enum {
    HAR_READS_STREAM = 1 << 0,  /* its remaining operands are streams: run->in */
    HAR_WRITES_STREAM = 1 << 1, /* run->out; -o and --no-provenance */
    HAR_WRITES_TEXT = 1 << 2,   /* run->text, buffered; -o */
    HAR_WRITES_BYTES = 1 << 3,  /* run->text too, refused on a terminal; -o */
    HAR_TAKES_SEED = 1 << 4,    /* --seed, drawn when absent and recorded */
    HAR_TAKES_THREADS = 1 << 5, /* --threads */
    HAR_LIVE = 1 << 6           /* a source: SIGINT and SIGTERM set har_interrupted() */
};

struct har_run;

/* A program's description; the parts of --help, and what it runs. */
struct har_program {
    const char *name;                 /* "har-window" */
    const char *synopsis;             /* "--length N --step N [FILE...]" */
    const char *summary;              /* one sentence */
    const struct har_option *options; /* its own; the shared ones are added by MANNERS */
    unsigned manners;
    size_t operands; /* required ones of its own, before [FILE...] */
    bool optional;   /* the operands of its own may be fewer (they are then run's to judge) */
    const bool *text_instead; /* NULL, or an option: where it is set, HAR_WRITES_TEXT takes the
                                 place of HAR_WRITES_STREAM */
    enum har_status (*run)(void *state, struct har_run *run, struct har_error *err);
    void *state;
};

/* What a program is given when it runs. */
struct har_run {
    const struct har_program *program;
    char *const *operand; /* its own operands */
    size_t operands;
    const struct har_operands *given; /* see har_options_given */
    struct har_reader *in;            /* HAR_READS_STREAM */
    struct har_writer *out;           /* HAR_WRITES_STREAM */
    FILE *text;                       /* HAR_WRITES_TEXT or BYTES */
    const char *output;               /* -o FILE; NULL for stdout */
    json_t *arguments; /* of the provenance entry: add checksums of files that were read */
    bool quiet, verbose;
    size_t threads;
    uint64_t seed;
    enum har_status verdict; /* exit status of a run that went well: what it found */
    bool seed_drawn;         /* it wasn't given */
    const char *finished; /* set by run: a file that is removed when all output is safe; borrowed */
};

/* Parses the command line, opens what MANNERS say, runs, closes, and says what went wrong: once, on
 * stderr, as "har-window: place: what, expected", with a "hint:" line where there is one, and in
 * the output stream's end frame. An upstream failure is passed on without a word. Returns the exit
 * status. All programs' main ends with it. */
int har_program_main(const struct har_program *program, int argc, char **argv);

/* One line on stderr, "har-train: …": not with --quiet / only with --verbose. */
HAR_PRINTF(2, 3) void har_say(const struct har_run *run, const char *format, ...);
HAR_PRINTF(2, 3) void har_say_more(const struct har_run *run, const char *format, ...);

/* A HAR_LIVE program was asked to stop: end the segment and return HAR_OK. */
bool har_interrupted(void);

#endif
