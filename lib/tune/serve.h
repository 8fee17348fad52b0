/* What har-tune's commands do to a study in a file, each under the file's lock. */
#ifndef HAR_TUNE_SERVE_H
#define HAR_TUNE_SERVE_H

#include "stream/reader.h"
#include "tune/report.h"
#include "tune/told.h"

/* Begins the study FILE with the space in the file SPACE ("-": stdin). TEST_SUBJECTS: numbers with
 * commas between, or NULL. TEMPLATES: files that are to be filled later, which are looked through
 * first. Where FILE is that same study already, nothing is done. */
HAR_RESULT enum har_status har_tune_new(const char *file, const char *space,
                                        const struct har_plan *plan, const char *test_subjects,
                                        const struct har_texts *templates, struct har_error *err);

enum har_tune_answer {
    HAR_TUNE_RUN,
    HAR_TUNE_WAIT, /* nothing to do before others have told; only where WAIT is false */
    HAR_TUNE_COMPLETE
};

struct har_tune_ask {
    int64_t worker;  /* a process; 0: the shell that asks */
    int64_t timeout; /* seconds after which a run is given out again; 0: never */
    bool wait;
    /* Called once when there is something to wait for: the run HELD, which the worker has itself
     * (OWN) or, where it has none, others have. */
    void (*waiting)(void *arg, const char *held, bool own);
    void *arg;
};

/* Gives a run out, and writes it to TO by FORMAT. HAR_SYSTEM where TO is a pipe without a reader;
 * HAR_USAGE where the worker would wait for a run that it has itself, for ever. */
HAR_RESULT enum har_status har_tune_next(enum har_tune_answer *answer, FILE *to,
                                         enum har_report_format format, const char *file,
                                         const struct har_tune_ask *ask, struct har_error *err);

/* Takes the results in IN as those of RUN ("7.1.0"): TOLD. HAR_USAGE: there is no such run, or no
 * results are wanted; HAR_INPUT: another score was told before (the same one is no fault); and as
 * har_told_read. */
HAR_RESULT enum har_status har_tune_tell(struct har_told *told, const char *file, const char *run,
                                         struct har_reader *in, struct har_error *err);

/* Takes SCORE as that of RUN, NaN as its failure; for studies whose objective is a number of the
 * user's own, and failure for all. */
HAR_RESULT enum har_status har_tune_score(const char *file, const char *run, double score,
                                          struct har_error *err);

/* Fills the template in the file TEMPLATE ("-": stdin) for RUN: "7.1.0", "7" (a trial) or "best".
 */
HAR_RESULT enum har_status har_tune_fill(FILE *to, const char *file, const char *run,
                                         const char *template, struct har_error *err);

/* Calls REPORT on the study in FILE. COMPLETE demands that all its trials are over: HAR_INPUT. */
typedef enum har_status har_tune_report(FILE *to, enum har_report_format format,
                                        const struct har_study *study, struct har_error *err);
HAR_RESULT enum har_status har_tune_print(FILE *to, enum har_report_format format, const char *file,
                                          bool complete, har_tune_report *report,
                                          struct har_error *err);

#endif
