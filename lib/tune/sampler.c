#include "tune/sampler.h"

#include "base/memory.h"
#include "tune/parzen.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 24, BELOW_MAX = 25 };

/* ---- the order of trials ---- */

struct rank {
    struct har_outcome outcome;
    size_t number;
};

static int class_of(enum har_trial_state state)
{
    static const int class[] = {[HAR_TRIAL_COMPLETE] = 0,
                                [HAR_TRIAL_PRUNED] = 1,
                                [HAR_TRIAL_FAILED] = 2,
                                [HAR_TRIAL_RUNNING] = 3};
    return class[state];
}

static int by_rank(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;
    const int class = class_of(x->outcome.state);
    if (x->outcome.state != y->outcome.state)
        return class - class_of(y->outcome.state);
    if (class == 1 && x->outcome.rung != y->outcome.rung)
        return x->outcome.rung > y->outcome.rung ? -1 : 1;
    if (class <= 1 && x->outcome.loss != y->outcome.loss)
        return x->outcome.loss < y->outcome.loss ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

bool har_outcome_order(size_t *order, const struct har_outcome *outcome, size_t count)
{
    struct rank *rank = har_allocate(count, sizeof *rank);
    if (rank == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        rank[i] = (struct rank){outcome[i], i};
    qsort(rank, count, sizeof *rank, by_rank);
    for (size_t i = 0; i < count; i++)
        order[i] = rank[i].number;
    free(rank);
    return true;
}

/* ---- proposals ---- */

struct proposal {
    const struct har_space *space;
    const double *past;
    size_t trials;
    bool *below; /* a trial is one of the best */
    struct har_random random;

    /* The parameters that are proposed together. */
    const struct har_parameter *member[HAR_PARAMETERS_MAX];
    size_t members;
};

static size_t number_of(const struct proposal *proposal, size_t member)
{
    return (size_t)(proposal->member[member] - proposal->space->parameter);
}

static double draw_evenly(const struct har_parameter *parameter, double u)
{
    double low, high;
    if (parameter->log) {
        har_parameter_range(&low, &high, parameter);
        return har_parameter_value(parameter, low + u * (high - low));
    }
    if (parameter->step <= 0)
        return parameter->low + u * (parameter->high - parameter->low);
    const double steps = rint((parameter->high - parameter->low) / parameter->step) + 1;
    return har_parameter_value(parameter, parameter->low + floor(u * steps) * parameter->step);
}

/* The values of the members in those trials that are below, or aren't, one after the other; *COUNT
 * trials. A trial that lacks one member lacks all. */
static double *observations(size_t *count, const struct proposal *proposal, bool below)
{
    double *values = har_allocate((proposal->trials + 1) * proposal->members, sizeof *values),
           *to = values;
    *count = 0;
    if (values == NULL)
        return NULL;
    for (size_t i = 0; i < proposal->trials; i++) {
        const double *trial = proposal->past + i * proposal->space->count;
        if (proposal->below[i] != below || isnan(trial[number_of(proposal, 0)]))
            continue;
        for (size_t j = 0; j < proposal->members; j++)
            *to++ = trial[number_of(proposal, j)];
        ++*count;
    }
    return values;
}

static enum har_status estimate(struct har_parzen **parzen, const struct proposal *proposal,
                                bool below, struct har_error *err)
{
    size_t count;
    double *values = observations(&count, proposal, below);
    if (values == NULL)
        return har_fail_memory(err);
    const enum har_status status =
        har_parzen_new(parzen, proposal->member, proposal->members, values, count, err);
    free(values);
    return status;
}

/* The candidate with the greatest ratio of good density to bad, the first of equals. */
static void choose(double *values, const struct proposal *proposal, const struct har_parzen *good,
                   const struct har_parzen *bad, double *term)
{
    double best = -INFINITY, candidate[HAR_PARAMETERS_MAX];
    for (size_t i = 0; i < CANDIDATES; i++) {
        har_parzen_draw(candidate, good, &proposal->random, i);
        const double ratio = har_parzen_log_density(good, candidate, term) -
                             har_parzen_log_density(bad, candidate, term);
        if (i > 0 && !(ratio > best))
            continue;
        best = ratio;
        for (size_t j = 0; j < proposal->members; j++)
            values[number_of(proposal, j)] = candidate[j];
    }
}

static enum har_status propose_members(double *values, const struct proposal *proposal,
                                       struct har_error *err)
{
    struct har_parzen *good = NULL, *bad = NULL;
    double *term = har_allocate(proposal->trials + 1, sizeof *term);
    enum har_status status = term == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK)
        status = estimate(&good, proposal, true, err);
    if (status == HAR_OK)
        status = estimate(&bad, proposal, false, err);
    if (status == HAR_OK)
        choose(values, proposal, good, bad, term);
    har_parzen_free(good);
    har_parzen_free(bad);
    free(term);
    return status;
}

/* Parameter FIRST and, unless it is to be by itself, those after it with its condition. */
static void gather(struct proposal *proposal, size_t first, bool alone)
{
    const struct har_space *space = proposal->space;
    const size_t end = alone ? first + 1 : space->count;
    proposal->members = 0;
    for (size_t i = first; i < end; i++)
        if (har_parameter_beside(&space->parameter[first], &space->parameter[i]))
            proposal->member[proposal->members++] = &space->parameter[i];
    proposal->random.place = (uint16_t)(1 + first);
}

static enum har_status propose_all(double *values, struct proposal *proposal, bool evenly,
                                   bool alone, struct har_error *err)
{
    const struct har_space *space = proposal->space;
    enum har_status status = HAR_OK;
    for (size_t i = 0; i < space->count; i++)
        values[i] = NAN;
    for (size_t i = 0; i < space->count && status == HAR_OK; i++) {
        if (!isnan(values[i]) || !har_space_active(space, i, values))
            continue;
        if (evenly) {
            values[i] = draw_evenly(&space->parameter[i], har_random_uniform(&proposal->random, i));
        } else {
            gather(proposal, i, alone);
            status = propose_members(values, proposal, err);
        }
    }
    return status;
}

/* Marks the best tenth of those with a score, 25 at most. Gives how many have one; SIZE_MAX
 * without memory. */
static size_t mark_below(bool *below, const struct har_outcome *outcome, size_t count)
{
    size_t scored = 0, *order = har_allocate(count, sizeof *order);
    if (order == NULL || !har_outcome_order(order, outcome, count)) {
        free(order);
        return SIZE_MAX;
    }
    for (size_t i = 0; i < count; i++)
        scored += outcome[i].state == HAR_TRIAL_COMPLETE || outcome[i].state == HAR_TRIAL_PRUNED;
    for (size_t i = 0; i < (scored + 9) / 10 && i < BELOW_MAX; i++)
        below[order[i]] = true;
    free(order);
    return scored;
}

enum har_status har_propose(double *values, const struct har_space *space,
                            const struct har_sampler *sampler, const struct har_outcome *outcome,
                            const double *past, size_t trial, struct har_error *err)
{
    struct proposal proposal = {
        .space = space,
        .past = past,
        .trials = trial,
        .below = har_allocate(trial, sizeof(bool)),
        .random = {.seed = sampler->seed, .purpose = HAR_RANDOM_TUNE, .epoch = (uint32_t)trial}};
    const size_t scored =
        proposal.below == NULL ? SIZE_MAX : mark_below(proposal.below, outcome, trial);
    const bool evenly = sampler->kind == HAR_SAMPLER_RANDOM || scored < sampler->startup;
    const bool alone = sampler->kind == HAR_SAMPLER_TPE_UNIVARIATE;
    const enum har_status status = scored == SIZE_MAX
                                       ? har_fail_memory(err)
                                       : propose_all(values, &proposal, evenly, alone, err);
    free(proposal.below);
    return status;
}
