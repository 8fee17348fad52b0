/* What a study is to do: decided when it is made, and never changed. */
#ifndef HAR_TUNE_PLAN_H
#define HAR_TUNE_PLAN_H

#include "base/options.h"
#include "tune/sampler.h"

enum { HAR_RUNGS_MAX = 16, HAR_RUN_TEXT = 64, HAR_TRIALS_MAX = 100000, HAR_REPEATS_MAX = 1000 };

enum har_objective {
    HAR_ACCURACY,
    HAR_MACRO_F1,
    HAR_LOG_LOSS,
    HAR_MAXIMIZE, /* a number of the user's own */
    HAR_MINIMIZE
};

enum har_pruner { HAR_PRUNER_NONE, HAR_PRUNER_HALVING, HAR_PRUNER_MEDIAN };

struct har_rung {
    size_t budget; /* of each training: epochs, or what the user takes it for */
    size_t first;  /* its first training is the trial's FIRSTth of all rungs */
    size_t count;  /* trainings it adds */
    size_t scored; /* trainings that its score is the mean of: the last ones up to here */
};

struct har_plan {
    struct har_sampler sampler; /* with the study's seed */
    enum har_objective objective;
    enum har_pruner pruner;
    size_t trials;
    size_t generation; /* trials that are proposed together */
    size_t budget_low, budget_high;
    size_t repeats_low, repeats_high; /* trainings a trial */
    size_t reduction;                 /* a rung's budget or trainings are so many times the last
                                         one's, and one of so many trials gets there */
    size_t rungs;
    struct har_rung rung[HAR_RUNGS_MAX];
    size_t trainings; /* of a trial that gets through all rungs */
};

/* The texts of `har-tune new`'s options; NULL where one wasn't given. */
struct har_plan_texts {
    const char *sampler, *objective, *pruner;
    const char *budget, *repeats; /* "N" or "LOW:HIGH" */
};

/* Reads TEXTS into PLAN, whose numbers are there, and makes its rungs. HAR_USAGE. */
HAR_RESULT enum har_status har_plan_read(struct har_plan *plan, const struct har_plan_texts *texts,
                                         struct har_error *err);

/* The plan as JSON, without its rungs; NULL without memory. And back: HAR_INPUT. */
json_t *har_plan_json(const struct har_plan *plan);
HAR_RESULT enum har_status har_plan_parse(struct har_plan *plan, const json_t *json,
                                          struct har_error *err);

const char *har_objective_name(enum har_objective objective);

/* A score as a loss (less is better), and back: the sign is changed where more is better. */
double har_plan_loss(const struct har_plan *plan, double score);

/* One training: which trial's, of which rung, and the number of its repeat. */
struct har_run_id {
    size_t trial, rung, repeat;
};

/* "7.1.0": trial, rung, repeat; and back. False where TEXT isn't that or the plan has no such run.
 */
void har_run_text(char text[HAR_RUN_TEXT], const struct har_run_id *run);
HAR_RESULT bool har_run_read(struct har_run_id *run, const struct har_plan *plan, const char *text);

/* Which of its trial's trainings RUN is; and back. */
size_t har_run_number(const struct har_plan *plan, const struct har_run_id *run);
struct har_run_id har_plan_run(const struct har_plan *plan, size_t trial, size_t rung,
                               size_t number);

/* The seed of a training: the same in all rungs, below 2^31. */
uint64_t har_run_seed(const struct har_plan *plan, const struct har_run_id *run);

#endif
