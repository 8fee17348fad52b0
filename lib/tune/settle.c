#include "tune/settle.h"

#include "base/memory.h"
#include "base/order.h"
#include <math.h>
#include <stdlib.h>

/* The trials of the last generation, by number. */
struct range {
    size_t first, end;
};

/* Scores the trial in its rung; false where trainings are missing. */
static bool score(struct har_study *study, size_t number)
{
    struct har_trial *trial = &study->trial[number];
    struct har_outcome *outcome = &study->outcome[number];
    const struct har_rung *rung = &study->plan.rung[trial->rung];
    const size_t end = rung->first + rung->count;
    bool whole = true;
    double sum = 0;
    for (size_t i = end - rung->scored; i < end; i++) {
        const struct har_training *training = &trial->training[i];
        if (training->failed) {
            outcome->state = HAR_TRIAL_FAILED;
            return true;
        }
        whole = whole && training->state == HAR_TRAINING_TOLD;
        sum += training->score;
    }
    if (!whole)
        return false;
    trial->score[trial->rung] = sum / (double)rung->scored;
    outcome->rung = trial->rung;
    outcome->loss = har_plan_loss(&study->plan, trial->score[trial->rung]);
    if (trial->rung + 1 == study->plan.rungs)
        outcome->state = HAR_TRIAL_COMPLETE;
    return true;
}

/* ---- halving ---- */

/* Those of RUNG, whose trainings are all told: the best KEEP go on. */
static enum har_status halve(struct har_study *study, struct range range, size_t rung, size_t keep,
                             struct har_error *err)
{
    const size_t count = range.end - range.first;
    struct har_outcome *outcome = har_allocate(count, sizeof *outcome);
    size_t *order = har_allocate(count, sizeof *order);
    bool done = outcome != NULL && order != NULL;
    for (size_t i = 0; i < count && done; i++) {
        outcome[i] = study->outcome[range.first + i];
        /* In the order of outcomes, those to be compared come first. */
        if (outcome[i].state == HAR_TRIAL_RUNNING)
            outcome[i].state = HAR_TRIAL_COMPLETE;
        else
            outcome[i].state = HAR_TRIAL_FAILED;
    }
    done = done && har_outcome_order(order, outcome, count);
    for (size_t i = 0; i < count && done; i++) {
        const size_t number = range.first + order[i];
        if (study->outcome[number].state != HAR_TRIAL_RUNNING)
            break;
        if (i < keep)
            study->trial[number].rung = rung + 1;
        else
            study->outcome[number].state = HAR_TRIAL_PRUNED;
    }
    free(outcome);
    free(order);
    return done ? HAR_OK : har_fail_memory(err);
}

/* Rung by rung, until one lacks a training. */
static enum har_status settle_halving(struct har_study *study, struct range range,
                                      struct har_error *err)
{
    size_t keep = range.end - range.first;
    for (size_t rung = 0; rung < study->plan.rungs; rung++) {
        bool whole = true;
        for (size_t i = range.first; i < range.end; i++)
            if (study->outcome[i].state == HAR_TRIAL_RUNNING)
                whole = score(study, i) && whole;
        keep = keep > study->plan.reduction ? keep / study->plan.reduction : 1;
        if (!whole || rung + 1 == study->plan.rungs)
            break;
        if (halve(study, range, rung, keep, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

/* ---- median ---- */

/* The median loss that earlier generations' complete trials had in RUNG; infinity where there are
 * fewer than 5. */
static enum har_status median(double *value, const struct har_study *study, size_t rung,
                              struct har_error *err)
{
    enum { STARTUP = 5 };
    double *loss = har_allocate(study->over, sizeof *loss);
    size_t count = 0;
    if (loss == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < study->over; i++)
        if (study->outcome[i].state == HAR_TRIAL_COMPLETE)
            loss[count++] = har_plan_loss(&study->plan, study->trial[i].score[rung]);
    har_sort(loss, count);
    *value = INFINITY;
    if (count >= STARTUP)
        *value = (loss[(count - 1) / 2] + loss[count / 2]) / 2;
    free(loss);
    return HAR_OK;
}

static double best_loss(const struct har_study *study, size_t number)
{
    double best = INFINITY;
    for (size_t i = 0; i <= study->trial[number].rung; i++)
        best = fmin(best, har_plan_loss(&study->plan, study->trial[number].score[i]));
    return best;
}

static enum har_status settle_median(struct har_study *study, struct range range,
                                     struct har_error *err)
{
    for (size_t i = range.first; i < range.end; i++)
        while (study->outcome[i].state == HAR_TRIAL_RUNNING && score(study, i)) {
            double bar = INFINITY;
            if (study->outcome[i].state != HAR_TRIAL_RUNNING)
                break;
            if (median(&bar, study, study->trial[i].rung, err) != HAR_OK)
                return err->status;
            if (best_loss(study, i) > bar)
                study->outcome[i].state = HAR_TRIAL_PRUNED;
            else
                study->trial[i].rung++;
        }
    return HAR_OK;
}

enum har_status har_settle(struct har_study *study, struct har_error *err)
{
    const struct range range = {study->over, study->trials};
    const enum har_status status = study->plan.pruner == HAR_PRUNER_MEDIAN
                                       ? settle_median(study, range, err)
                                       : settle_halving(study, range, err);
    size_t planned = study->over + study->plan.generation;
    if (planned > study->plan.trials)
        planned = study->plan.trials;
    if (status != HAR_OK || study->trials < planned)
        return status;
    for (size_t i = range.first; i < range.end; i++)
        if (study->outcome[i].state == HAR_TRIAL_RUNNING)
            return HAR_OK;
    study->over = study->trials;
    return HAR_OK;
}
