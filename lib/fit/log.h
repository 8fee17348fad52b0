/* The training log: JSON lines, each written when it is known. The only place where times are. */
#ifndef HAR_FIT_LOG_H
#define HAR_FIT_LOG_H

#include "fit/fit.h"
#include "fit/solver.h"
#include <jansson.h>

struct har_log;

/* A log that goes to FILE, or with NULL nowhere. FILE is opened now, where HAR_SYSTEM says that it
 * can't be, but what it holds stays there until the first line is written. */
HAR_RESULT enum har_status har_log_open(struct har_log **log, const char *file,
                                        struct har_error *err);

/* What the first line tells, so that the training can be repeated. */
struct har_log_start {
    const struct har_model *model;
    size_t rows, validation_rows;
    uint32_t input;                        /* the checksum of all rows that came */
    const json_t *arguments;               /* the options, as the provenance has them */
    const struct har_fit_options *options; /* NULL: in closed form */
    uint64_t seed;
    size_t threads;
};

HAR_RESULT enum har_status har_log_begin(struct har_log *log, const struct har_log_start *start,
                                         struct har_error *err);
HAR_RESULT enum har_status har_log_epoch(struct har_log *log, const struct har_epoch *epoch,
                                         struct har_error *err);
/* The line of an epoch that ran before this process: EPOCH as har_epoch_json made it. */
HAR_RESULT enum har_status har_log_resume(struct har_log *log, const json_t *epoch,
                                          const json_t *seconds, struct har_error *err);
/* The last line: what the last epoch came to (null where there was none), and the seconds of
 * all. */
HAR_RESULT enum har_status har_log_end(struct har_log *log, struct har_error *err);

/* The last line of a training in closed form. */
HAR_RESULT enum har_status har_log_solution(struct har_log *log,
                                            const struct har_solution *solution, double seconds,
                                            struct har_error *err);

/* Closes and checks: returns STATUS, with which all ended that was logged, or where that is HAR_OK,
 * what went wrong here. A file that wasn't there before and has no line is removed. LOG is freed in
 * any case, NULL is allowed. */
HAR_RESULT enum har_status har_log_close(struct har_log *log, enum har_status status,
                                         struct har_error *err);

/* {"epoch", "loss", "accuracy"}, and where it was validated "val_loss", "val_accuracy"; NULL
 * without memory. */
json_t *har_epoch_json(const struct har_epoch *epoch);

/* "epoch 3 of 15, loss 0.1234, accuracy 95.12 %, val_loss 0.2345, val_accuracy 93.00 %". */
enum { HAR_EPOCH_TEXT = 192 };
void har_epoch_text(char text[HAR_EPOCH_TEXT], const struct har_epoch *epoch, size_t epochs);

#endif
