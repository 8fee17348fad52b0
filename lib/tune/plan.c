#include "tune/plan.h"

#include "base/random.h"
#include <stdio.h>
#include <string.h>

enum { BUDGET_MAX = 1000000 };

static const char *const samplers[] = {"random", "tpe", "tpe-univariate", NULL};
static const char *const objectives[] = {"accuracy", "macro_f1", "log_loss",
                                         "maximize", "minimize", NULL};
static const char *const pruners[] = {"none", "halving", "median", NULL};

const char *har_objective_name(enum har_objective objective)
{
    return objectives[objective];
}

double har_plan_loss(const struct har_plan *plan, double score)
{
    return plan->objective == HAR_LOG_LOSS || plan->objective == HAR_MINIMIZE ? score : -score;
}

/* ---- rungs ---- */

/* LOW, LOW reduction, … and HIGH at last. Gives their number; those beyond the array are left out.
 */
static size_t ladder(size_t value[HAR_RUNGS_MAX], size_t low, size_t high, size_t reduction)
{
    size_t count = 0;
    for (size_t next = low; next < high; next *= reduction, count++)
        if (count < HAR_RUNGS_MAX)
            value[count] = next;
    if (count < HAR_RUNGS_MAX)
        value[count] = high;
    return count + 1;
}

/* Growing budgets train anew in each rung; growing repeats add to those that there are. */
static enum har_status make_rungs(struct har_plan *plan, struct har_error *err)
{
    size_t value[HAR_RUNGS_MAX];
    const bool more = plan->repeats_low < plan->repeats_high;
    plan->rungs = more ? ladder(value, plan->repeats_low, plan->repeats_high, plan->reduction)
                       : ladder(value, plan->budget_low, plan->budget_high, plan->reduction);
    if (plan->rungs > HAR_RUNGS_MAX)
        return har_fail(
            err, HAR_USAGE, "--budget %zu:%zu with --reduction %zu: %zu rungs, expected %d at most",
            plan->budget_low, plan->budget_high, plan->reduction, plan->rungs, HAR_RUNGS_MAX);
    size_t all = 0;
    for (size_t i = 0; i < plan->rungs; i++) {
        struct har_rung *rung = &plan->rung[i];
        rung->budget = more ? plan->budget_high : value[i];
        rung->first = all;
        rung->count = more ? value[i] - all : plan->repeats_low;
        all += rung->count;
        rung->scored = more ? all : rung->count;
    }
    plan->trainings = all;
    return HAR_OK;
}

static enum har_status check(struct har_plan *plan, struct har_error *err)
{
    const bool budgets = plan->budget_low < plan->budget_high;
    const bool repeats = plan->repeats_low < plan->repeats_high;
    const char *pruner = pruners[plan->pruner];
    if (budgets && repeats)
        return har_fail(err, HAR_USAGE, "--budget and --repeats are both a range, expected one");
    if (plan->pruner != HAR_PRUNER_NONE && !budgets && !repeats)
        return har_fail(err, HAR_USAGE,
                        "--pruner %s wants a range LOW:HIGH for --budget or for --repeats", pruner);
    if (plan->pruner == HAR_PRUNER_NONE && (budgets || repeats))
        return har_fail(err, HAR_USAGE, "--pruner none has no rungs for a range LOW:HIGH");
    if (plan->generation > plan->trials)
        plan->generation = plan->trials;
    return make_rungs(plan, err);
}

/* ---- from options ---- */

static enum har_status read_choice(int *number, const char *text, const char *const *known,
                                   const char *option, struct har_error *err)
{
    char list[128] = "";
    if (text == NULL)
        return HAR_OK;
    for (int i = 0; known[i] != NULL; i++) {
        if (strcmp(text, known[i]) == 0) {
            *number = i;
            return HAR_OK;
        }
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", known[i]);
    }
    return har_fail(err, HAR_USAGE, "%s: '%.40s', expected one of %s", option, text, list);
}

static enum har_status read_range(size_t *low, size_t *high, const char *text, size_t most,
                                  const char *option, struct har_error *err)
{
    char first[32];
    if (text == NULL)
        return HAR_OK;
    const char *colon = strchr(text, ':');
    const size_t length = colon == NULL ? strlen(text) : (size_t)(colon - text);
    snprintf(first, sizeof first, "%.*s", (int)(length < 31 ? length : 31), text);
    if (har_read_count(low, first, 1, (double)most, option, err) != HAR_OK)
        return err->status;
    *high = *low;
    if (colon == NULL)
        return HAR_OK;
    return har_read_count(high, colon + 1, (double)*low + 1, (double)most, option, err);
}

enum har_status har_plan_read(struct har_plan *plan, const struct har_plan_texts *texts,
                              struct har_error *err)
{
    int sampler = HAR_SAMPLER_TPE, objective = HAR_ACCURACY, pruner = HAR_PRUNER_NONE;
    plan->budget_low = plan->budget_high = plan->repeats_low = plan->repeats_high = 1;
    if (read_choice(&sampler, texts->sampler, samplers, "--sampler", err) != HAR_OK ||
        read_choice(&objective, texts->objective, objectives, "--objective", err) != HAR_OK ||
        read_choice(&pruner, texts->pruner, pruners, "--pruner", err) != HAR_OK ||
        read_range(&plan->budget_low, &plan->budget_high, texts->budget, BUDGET_MAX, "--budget",
                   err) != HAR_OK ||
        read_range(&plan->repeats_low, &plan->repeats_high, texts->repeats, HAR_REPEATS_MAX,
                   "--repeats", err) != HAR_OK)
        return err->status;
    plan->sampler.kind = (enum har_sampler_kind)sampler;
    plan->objective = (enum har_objective)objective;
    plan->pruner = (enum har_pruner)pruner;
    return check(plan, err);
}

/* ---- as JSON ---- */

json_t *har_plan_json(const struct har_plan *plan)
{
    return json_pack("{s:I, s:I, s:I, s:s, s:I, s:s, s:s, s:[I, I], s:[I, I], s:I}", "seed",
                     (json_int_t)plan->sampler.seed, "trials", (json_int_t)plan->trials,
                     "generation", (json_int_t)plan->generation, "sampler",
                     samplers[plan->sampler.kind], "startup", (json_int_t)plan->sampler.startup,
                     "objective", objectives[plan->objective], "pruner", pruners[plan->pruner],
                     "budget", (json_int_t)plan->budget_low, (json_int_t)plan->budget_high,
                     "repeats", (json_int_t)plan->repeats_low, (json_int_t)plan->repeats_high,
                     "reduction", (json_int_t)plan->reduction);
}

/* A whole number from LOW to HIGH, into a size. */
static bool take(size_t *size, json_int_t value, json_int_t low, json_int_t high)
{
    *size = (size_t)value;
    return value >= low && value <= high;
}

enum har_status har_plan_parse(struct har_plan *plan, const json_t *json, struct har_error *err)
{
    json_error_t fault;
    json_int_t seed, trials, generation, startup, budget[2], repeats[2], reduction;
    const char *sampler, *objective, *pruner;
    int kinds[3];
    if (json_unpack_ex((json_t *)json, &fault, 0,
                       "{s:I, s:I, s:I, s:s, s:I, s:s, s:s, s:[I, I], s:[I, I], s:I}", "seed",
                       &seed, "trials", &trials, "generation", &generation, "sampler", &sampler,
                       "startup", &startup, "objective", &objective, "pruner", &pruner, "budget",
                       &budget[0], &budget[1], "repeats", &repeats[0], &repeats[1], "reduction",
                       &reduction) != 0)
        return har_fail(err, HAR_INPUT, "not a study's plan: %s", fault.text);
    if (read_choice(&kinds[0], sampler, samplers, "sampler", err) != HAR_OK ||
        read_choice(&kinds[1], objective, objectives, "objective", err) != HAR_OK ||
        read_choice(&kinds[2], pruner, pruners, "pruner", err) != HAR_OK)
        return err->status = HAR_INPUT;
    plan->sampler =
        (struct har_sampler){.kind = (enum har_sampler_kind)kinds[0], .seed = (uint64_t)seed};
    plan->objective = (enum har_objective)kinds[1];
    plan->pruner = (enum har_pruner)kinds[2];
    if (!take(&plan->trials, trials, 1, HAR_TRIALS_MAX) ||
        !take(&plan->generation, generation, 1, HAR_TRIALS_MAX) ||
        !take(&plan->sampler.startup, startup, 0, HAR_TRIALS_MAX) ||
        !take(&plan->reduction, reduction, 2, 100) ||
        !take(&plan->budget_low, budget[0], 1, BUDGET_MAX) ||
        !take(&plan->budget_high, budget[1], budget[0], BUDGET_MAX) ||
        !take(&plan->repeats_low, repeats[0], 1, HAR_REPEATS_MAX) ||
        !take(&plan->repeats_high, repeats[1], repeats[0], HAR_REPEATS_MAX) || seed < 0)
        return har_fail(err, HAR_INPUT, "a number of the study's plan is out of its range");
    return check(plan, err) == HAR_OK ? HAR_OK : (err->status = HAR_INPUT);
}

/* ---- runs ---- */

void har_run_text(char text[HAR_RUN_TEXT], const struct har_run_id *run)
{
    snprintf(text, HAR_RUN_TEXT, "%zu.%zu.%zu", run->trial, run->rung, run->repeat);
}

/* Repeats are numbered through where they add up. */
static size_t first_repeat(const struct har_plan *plan, size_t rung)
{
    return plan->repeats_low < plan->repeats_high ? plan->rung[rung].first : 0;
}

bool har_run_read(struct har_run_id *run, const struct har_plan *plan, const char *text)
{
    char again[HAR_RUN_TEXT];
    if (sscanf(text, "%7zu.%7zu.%7zu", &run->trial, &run->rung, &run->repeat) != 3)
        return false;
    har_run_text(again, run);
    if (strcmp(text, again) != 0 || run->trial >= plan->trials || run->rung >= plan->rungs)
        return false;
    const size_t first = first_repeat(plan, run->rung);
    return run->repeat >= first && run->repeat < first + plan->rung[run->rung].count;
}

size_t har_run_number(const struct har_plan *plan, const struct har_run_id *run)
{
    return plan->rung[run->rung].first + run->repeat - first_repeat(plan, run->rung);
}

struct har_run_id har_plan_run(const struct har_plan *plan, size_t trial, size_t rung,
                               size_t number)
{
    return (struct har_run_id){trial, rung,
                               number - plan->rung[rung].first + first_repeat(plan, rung)};
}

uint64_t har_run_seed(const struct har_plan *plan, const struct har_run_id *run)
{
    const struct har_random random = {.seed = plan->sampler.seed,
                                      .purpose = HAR_RANDOM_TUNE,
                                      .place = UINT16_MAX,
                                      .epoch = (uint32_t)run->trial};
    return har_random_word(&random, run->repeat) >> 1;
}
