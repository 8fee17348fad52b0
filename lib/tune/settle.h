/* What the scores told so far come to: rungs, prunings, ends. */
#ifndef HAR_TUNE_SETTLE_H
#define HAR_TUNE_SETTLE_H

#include "tune/study.h"

/* Moves the trials of the study's last generation on as far as their trainings allow, and counts
 * it as over where all have ended.
 *
 * Halving: when all trials of a rung are scored or have failed, the best of them go on: in rung r
 * one of reduction^r of the generation, rounded down each time, and at least one. Median (Optuna's
 * MedianPruner with its 5 startup trials and no warm-up): a trial whose best score so far is worse
 * than the median of what the complete trials of earlier generations, if there are 5, had in this
 * rung, is given up. */
HAR_RESULT enum har_status har_settle(struct har_study *study, struct har_error *err);

#endif
