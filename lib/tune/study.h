/* A study: what its journal says of plan, trials and their trainings, and what is to be done next.
 *
 * Trials are proposed a generation at a time, from earlier generations alone, once all trials of
 * these are over; a generation's rung begins (with halving) once the last one's trainings are all
 * told. So it doesn't matter how many workers there are and in what order they tell. */
#ifndef HAR_TUNE_STUDY_H
#define HAR_TUNE_STUDY_H

#include "tune/journal.h"
#include "tune/plan.h"
#include "tune/worker.h"

enum { HAR_BROKEN_MAX = 3 }; /* a run whose results so often didn't come whole has failed */

enum har_training_state { HAR_TRAINING_OPEN, HAR_TRAINING_GIVEN, HAR_TRAINING_TOLD };

struct har_training {
    enum har_training_state state;
    bool failed;  /* told, without a score */
    double score; /* told */
    struct har_worker holder;
    int64_t since;   /* given: when, in seconds since 1970 */
    unsigned broken; /* how often its results didn't come whole */
};

struct har_trial {
    size_t rung;                 /* where it is, or was when it ended */
    double score[HAR_RUNGS_MAX]; /* means of its trainings; NAN where it has none */
    struct har_training *training;
};

struct har_study {
    struct har_plan plan;
    struct har_space *space;
    json_t *test_subjects; /* an array, perhaps empty; borrowed from the journal */
    size_t trials;         /* proposed so far */
    struct har_trial *trial;
    struct har_outcome *outcome; /* of each trial, those that run included */
    double *values;              /* (trials, space->count) */
    size_t over;                 /* trials of the generations that are over */
};

/* Begins a study in JOURNAL, or finds that the same one has been begun there. TEST_SUBJECTS is an
 * array of whole numbers. HAR_USAGE: it is another one; what differs. */
HAR_RESULT enum har_status har_study_begin(struct har_journal *journal, const struct har_plan *plan,
                                           const struct har_space *space,
                                           const json_t *test_subjects, struct har_error *err);

/* The study that JOURNAL (borrowed for the study's life) tells of. HAR_INPUT, with the line. */
HAR_RESULT enum har_status har_study_read(struct har_study **study,
                                          const struct har_journal *journal, struct har_error *err);
void har_study_free(struct har_study *study); /* NULL is allowed */

const double *har_study_values(const struct har_study *study, size_t trial);

/* All trials of the plan are over. */
bool har_study_complete(const struct har_study *study);

/* Where a generation is over and another is to come: proposes its trials, into STUDY and JOURNAL.
 */
HAR_RESULT enum har_status har_study_propose(struct har_study *study, struct har_journal *journal,
                                             struct har_error *err);

/* The first training that is to be done and isn't in somebody's hands: whose worker is gone, or
 * was given it more than TIMEOUT seconds (0: forever) before NOW, has lost it. False: there is none
 * now. */
bool har_study_next(struct har_run_id *run, const struct har_study *study, int64_t now,
                    int64_t timeout);

/* The first training that was given to WORKER (NULL: to anybody) and isn't told. False: none. */
bool har_study_held(struct har_run_id *run, const struct har_study *study,
                    const struct har_worker *worker);

/* The training RUN stands for; NULL where its trial hasn't been proposed or isn't in that rung. */
struct har_training *har_study_training(const struct har_study *study,
                                        const struct har_run_id *run);

/* The events. WORKER is given RUN at NOW; RUN's SCORE, from ROWS rows (0: not known); it has failed
 * for the reason WHY; its results broke off, WHY. NULL without memory. */
json_t *har_event_ask(const struct har_run_id *run, const struct har_worker *worker, int64_t now);
json_t *har_event_tell(const struct har_run_id *run, double score, size_t rows);
json_t *har_event_fail(const struct har_run_id *run, const char *why);
json_t *har_event_broken(const struct har_run_id *run, const char *why);

#endif
