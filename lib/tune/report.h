/* Studies and their runs as text. */
#ifndef HAR_TUNE_REPORT_H
#define HAR_TUNE_REPORT_H

#include "tune/study.h"

/* Formats by name; a program's `--format`. */
enum har_report_format {
    HAR_REPORT_LINE,  /* "7.1.0 9 12345 filters=64 …": run, budget, seed, parameters */
    HAR_REPORT_SHELL, /* "run=7.1.0 trial=7 …", to be evaluated by a shell */
    HAR_REPORT_JSON,
    HAR_REPORT_TABLE,
    HAR_REPORT_CSV
};

/* Sets of them, a bit each: of one run, of many trials. */
enum {
    HAR_REPORT_ONE = 1 << HAR_REPORT_LINE | 1 << HAR_REPORT_SHELL | 1 << HAR_REPORT_JSON,
    HAR_REPORT_MANY = 1 << HAR_REPORT_TABLE | 1 << HAR_REPORT_CSV | 1 << HAR_REPORT_JSON
};

/* Finds NAME among those of the set ALLOWED. HAR_USAGE. */
HAR_RESULT enum har_status har_report_format_read(enum har_report_format *format, const char *name,
                                                  unsigned allowed, struct har_error *err);

/* One run: line, shell or JSON. */
HAR_RESULT enum har_status har_report_run(FILE *to, enum har_report_format format,
                                          const struct har_study *study,
                                          const struct har_run_id *run, struct har_error *err);

/* All trials in their order, each with the last rung that it has a score of: table, csv or JSON.
 * The same for the same trials and scores, whoever trained them. */
HAR_RESULT enum har_status har_report_trials(FILE *to, enum har_report_format format,
                                             const struct har_study *study, struct har_error *err);

/* The best trial so far, by the last rung that each has a score of. HAR_INPUT where none has one.
 */
HAR_RESULT enum har_status har_report_best_trial(size_t *trial, const struct har_study *study,
                                                 struct har_error *err);

/* It: line (a line of its own for each parameter), shell or JSON. */
HAR_RESULT enum har_status har_report_best(FILE *to, enum har_report_format format,
                                           const struct har_study *study, struct har_error *err);

/* How much each parameter matters: table, csv or JSON, the most important one first; by the
 * scores of the first rung, which alone all trials share. HAR_INPUT
 * where fewer than two have a score. */
HAR_RESULT enum har_status har_report_importance(FILE *to, enum har_report_format format,
                                                 const struct har_study *study,
                                                 struct har_error *err);

#endif
