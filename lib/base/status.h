/* How every function of the library says that it failed.
 *
 * A function that can fail returns an enum har_status, HAR_OK or the exit status its program would
 * end with, and takes as its last parameter the struct har_error that it fills in; with HAR_OK this
 * is as it was. The library never prints and never exits. */
#ifndef HAR_BASE_STATUS_H
#define HAR_BASE_STATUS_H

#include <stdbool.h>

#define HAR_RESULT __attribute__((warn_unused_result))
#define HAR_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* The exit statuses of all programs. */
enum har_status {
    HAR_OK = 0,
    HAR_SYSTEM = 1, /* the system failed: file, disk, memory */
    HAR_USAGE = 2,  /* wrong use: options, net text */
    HAR_INPUT =
        3, /* bad input: not a stream, truncated, wrong checksum, wrong shape, nothing to do */
    HAR_NUMBERS = 4, /* NaN or infinity, with layer, epoch and batch */
    HAR_LEAK = 5     /* refused: test rows or people in training */
};

/* What went wrong, ready to be printed: "place: what, expected". Start it as {0}. */
struct har_error {
    enum har_status status;
    bool upstream;   /* an earlier stage of the pipe failed and has printed its own message */
    char text[1024]; /* one line, without the program's name */
    char hint[512];  /* a usual cause and its remedy, or "" */
};

/* Fills ERR with STATUS and the formatted line, forgets an older hint; returns STATUS. */
HAR_PRINTF(3, 4)
enum har_status har_fail(struct har_error *err, enum har_status status, const char *format, ...);

/* har_fail with HAR_SYSTEM and ": " strerror(errno) appended. */
HAR_PRINTF(2, 3) enum har_status har_fail_errno(struct har_error *err, const char *format, ...);

/* har_fail with HAR_SYSTEM, "out of memory". */
enum har_status har_fail_memory(struct har_error *err);

/* Puts a place ("data.har: frame 17") and ": " in front of ERR's text; returns ERR's status. */
HAR_PRINTF(2, 3) enum har_status har_error_at(struct har_error *err, const char *format, ...);

/* Adds the hint line; returns ERR's status. */
HAR_PRINTF(2, 3) enum har_status har_error_hint(struct har_error *err, const char *format, ...);

#endif
