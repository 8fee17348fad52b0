#include "tune/report.h"

#include "base/memory.h"
#include "stats/summary.h"
#include "tune/importance.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const formats[] = {"line", "shell", "json", "table", "csv"};
static const char *const states[] = {"running", "complete", "pruned", "failed"};

enum { FORMATS = sizeof formats / sizeof *formats };

enum har_status har_report_format_read(enum har_report_format *format, const char *name,
                                       unsigned allowed, struct har_error *err)
{
    char list[64] = "";
    for (size_t i = 0; i < FORMATS; i++) {
        const size_t used = strlen(list);
        if ((allowed >> i & 1u) == 0)
            continue;
        snprintf(list + used, sizeof list - used, "%s%s", used == 0 ? "" : ", ", formats[i]);
        if (strcmp(name, formats[i]) == 0) {
            *format = (enum har_report_format)i;
            return HAR_OK;
        }
    }
    return har_fail(err, HAR_USAGE, "--format: '%.40s', expected one of %s", name, list);
}

static enum har_status print_json(FILE *to, json_t *value, struct har_error *err)
{
    if (value == NULL)
        return har_fail_memory(err);
    json_dumpf(value, to, JSON_COMPACT);
    fputc('\n', to);
    json_decref(value);
    return HAR_OK;
}

/* " filters=64 …", each value within QUOTES. */
static void print_parameters(FILE *to, const struct har_study *study, const double *values,
                             const char *quotes)
{
    char text[HAR_VALUE_TEXT];
    for (size_t i = 0; i < study->space->count; i++) {
        const struct har_parameter *parameter = &study->space->parameter[i];
        if (isnan(values[i]))
            continue;
        har_value_text(text, parameter, values[i]);
        fprintf(to, " %s=%s%s%s", parameter->name, quotes, text, quotes);
    }
}

/* ---- runs ---- */

static json_t *run_json(const struct har_study *study, const struct har_run_id *run,
                        const char *text)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:o}", "run", text, "trial",
                     (json_int_t)run->trial, "rung", (json_int_t)run->rung, "repeat",
                     (json_int_t)run->repeat, "budget",
                     (json_int_t)study->plan.rung[run->rung].budget, "seed",
                     (json_int_t)har_run_seed(&study->plan, run), "parameters",
                     har_values_json(study->space, har_study_values(study, run->trial)));
}

enum har_status har_report_run(FILE *to, enum har_report_format format,
                               const struct har_study *study, const struct har_run_id *run,
                               struct har_error *err)
{
    char text[HAR_RUN_TEXT];
    const size_t budget = study->plan.rung[run->rung].budget;
    const unsigned long long seed = har_run_seed(&study->plan, run);
    const double *values = har_study_values(study, run->trial);
    har_run_text(text, run);
    if (format == HAR_REPORT_JSON)
        return print_json(to, run_json(study, run, text), err);
    if (format == HAR_REPORT_SHELL)
        fprintf(to, "run=%s trial=%zu rung=%zu repeat=%zu budget=%zu seed=%llu", text, run->trial,
                run->rung, run->repeat, budget, seed);
    else
        fprintf(to, "%s %zu %llu", text, budget, seed);
    print_parameters(to, study, values, format == HAR_REPORT_SHELL ? "'" : "");
    fputc('\n', to);
    return HAR_OK;
}

/* ---- trials ---- */

/* The budget of the last rung it was scored in. */
static size_t last_budget(const struct har_study *study, size_t trial)
{
    return study->plan.rung[study->outcome[trial].rung].budget;
}

/* The score of that rung; NAN where it has none. */
static double last_score(const struct har_study *study, size_t trial)
{
    return study->trial[trial].score[study->outcome[trial].rung];
}

static json_t *trial_json(const struct har_study *study, size_t number)
{
    const struct har_trial *trial = &study->trial[number];
    json_t *scores = json_array();
    for (size_t i = 0; i <= trial->rung && !isnan(trial->score[i]); i++)
        json_array_append_new(scores, json_real(trial->score[i]));
    return json_pack("{s:I, s:I, s:s, s:I, s:I, s:o, s:o}", "trial", (json_int_t)number,
                     "generation", (json_int_t)(number / study->plan.generation), "state",
                     states[study->outcome[number].state], "rung",
                     (json_int_t)study->outcome[number].rung, "budget",
                     (json_int_t)last_budget(study, number), "scores", scores, "parameters",
                     har_values_json(study->space, har_study_values(study, number)));
}

static enum har_status trials_json(FILE *to, const struct har_study *study, struct har_error *err)
{
    json_t *all = json_array();
    for (size_t i = 0; i < study->trials; i++)
        if (json_array_append_new(all, trial_json(study, i)) != 0) {
            json_decref(all);
            return har_fail_memory(err);
        }
    return print_json(to, all, err);
}

static void print_csv_trial(FILE *to, const struct har_study *study, size_t number)
{
    char text[HAR_VALUE_TEXT] = "";
    const double score = last_score(study, number), *values = har_study_values(study, number);
    if (!isnan(score))
        har_float_text(text, score);
    fprintf(to, "%zu,%zu,%s,%zu,%zu,%s", number, number / study->plan.generation,
            states[study->outcome[number].state], study->outcome[number].rung,
            last_budget(study, number), text);
    for (size_t i = 0; i < study->space->count; i++) {
        text[0] = '\0';
        if (!isnan(values[i]))
            har_value_text(text, &study->space->parameter[i], values[i]);
        fprintf(to, ",%s", text);
    }
    fputc('\n', to);
}

static void trials_csv(FILE *to, const struct har_study *study)
{
    fprintf(to, "trial,generation,state,rung,budget,%s", har_objective_name(study->plan.objective));
    for (size_t i = 0; i < study->space->count; i++)
        fprintf(to, ",%s", study->space->parameter[i].name);
    fputc('\n', to);
    for (size_t i = 0; i < study->trials; i++)
        print_csv_trial(to, study, i);
}

/* A value in a column: floats to six digits. */
static void short_text(char text[HAR_VALUE_TEXT], const struct har_parameter *parameter,
                       double value)
{
    if (isnan(value))
        strcpy(text, "-");
    else if (parameter->kind == HAR_PARAMETER_FLOAT)
        snprintf(text, HAR_VALUE_TEXT, "%.6g", value);
    else
        har_value_text(text, parameter, value);
}

/* As wide as its name and its values. */
static int column_width(const struct har_study *study, size_t number)
{
    const struct har_parameter *parameter = &study->space->parameter[number];
    size_t width = strlen(parameter->name);
    char text[HAR_VALUE_TEXT];
    for (size_t i = 0; i < study->trials; i++) {
        short_text(text, parameter, har_study_values(study, i)[number]);
        width = strlen(text) > width ? strlen(text) : width;
    }
    return (int)width;
}

static void print_row(FILE *to, const struct har_study *study, size_t number,
                      const int width[HAR_PARAMETERS_MAX])
{
    char text[HAR_VALUE_TEXT] = "-";
    const double score = last_score(study, number), *values = har_study_values(study, number);
    if (!isnan(score))
        snprintf(text, sizeof text, "%.6g", score);
    fprintf(to, "%5zu %-8s %6zu %10s", number, states[study->outcome[number].state],
            last_budget(study, number), text);
    for (size_t i = 0; i < study->space->count; i++) {
        short_text(text, &study->space->parameter[i], values[i]);
        fprintf(to, " %*s", width[i], text);
    }
    fputc('\n', to);
}

static void trials_table(FILE *to, const struct har_study *study)
{
    int width[HAR_PARAMETERS_MAX];
    fprintf(to, "%5s %-8s %6s %10s", "trial", "state", "budget",
            har_objective_name(study->plan.objective));
    for (size_t i = 0; i < study->space->count; i++) {
        width[i] = column_width(study, i);
        fprintf(to, " %*s", width[i], study->space->parameter[i].name);
    }
    fputc('\n', to);
    for (size_t i = 0; i < study->trials; i++)
        print_row(to, study, i, width);
}

enum har_status har_report_trials(FILE *to, enum har_report_format format,
                                  const struct har_study *study, struct har_error *err)
{
    if (format == HAR_REPORT_JSON)
        return trials_json(to, study, err);
    if (format == HAR_REPORT_CSV)
        trials_csv(to, study);
    else
        trials_table(to, study);
    return HAR_OK;
}

/* ---- the best ---- */

enum har_status har_report_best_trial(size_t *trial, const struct har_study *study,
                                      struct har_error *err)
{
    struct har_outcome *outcome = har_allocate(study->trials, sizeof *outcome);
    size_t *order = har_allocate(study->trials, sizeof *order), scored = 0;
    bool done = outcome != NULL && order != NULL;
    for (size_t i = 0; i < study->trials && done; i++) {
        outcome[i] = study->outcome[i];
        /* One that goes on counts by the rung that it has a score of, as if it had ended there. */
        if (outcome[i].state == HAR_TRIAL_RUNNING && !isnan(last_score(study, i)))
            outcome[i].state = HAR_TRIAL_PRUNED;
        scored += outcome[i].state == HAR_TRIAL_COMPLETE || outcome[i].state == HAR_TRIAL_PRUNED;
    }
    done = done && har_outcome_order(order, outcome, study->trials);
    if (scored > 0 && done)
        *trial = order[0];
    free(outcome);
    free(order);
    if (!done)
        return har_fail_memory(err);
    return scored > 0 ? HAR_OK : har_fail(err, HAR_INPUT, "no trial has a score");
}

enum har_status har_report_best(FILE *to, enum har_report_format format,
                                const struct har_study *study, struct har_error *err)
{
    size_t number;
    char score[HAR_FLOAT_TEXT], text[HAR_VALUE_TEXT];
    if (har_report_best_trial(&number, study, err) != HAR_OK)
        return err->status;
    if (format == HAR_REPORT_JSON)
        return print_json(to, trial_json(study, number), err);
    const char *objective = har_objective_name(study->plan.objective);
    const size_t budget = last_budget(study, number);
    const double *values = har_study_values(study, number);
    har_float_text(score, last_score(study, number));
    if (format == HAR_REPORT_SHELL) {
        fprintf(to, "trial=%zu budget=%zu score=%s", number, budget, score);
        print_parameters(to, study, values, "'");
        fputc('\n', to);
        return HAR_OK;
    }
    fprintf(to, "trial %zu: %s %s, budget %zu\n", number, objective, score, budget);
    for (size_t i = 0; i < study->space->count; i++) {
        if (isnan(values[i]))
            continue;
        har_value_text(text, &study->space->parameter[i], values[i]);
        fprintf(to, "  %s %s\n", study->space->parameter[i].name, text);
    }
    return HAR_OK;
}

/* ---- importance ---- */

struct important {
    size_t number;
    double importance;
};

static int by_importance(const void *a, const void *b)
{
    const struct important *x = a, *y = b;
    if (x->importance != y->importance)
        return x->importance > y->importance ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Of all trials that have a score in the first rung, which alone all trials share. */
static enum har_status compute(struct important *important, const struct har_study *study,
                               struct har_error *err)
{
    const size_t parameters = study->space->count;
    double *values = har_allocate(study->trials * parameters, sizeof *values);
    double *loss = har_allocate(study->trials, sizeof *loss), each[HAR_PARAMETERS_MAX];
    size_t count = 0;
    bool done = values != NULL && loss != NULL;
    for (size_t i = 0; i < study->trials && done; i++) {
        if (isnan(study->trial[i].score[0]))
            continue;
        memcpy(values + count * parameters, har_study_values(study, i),
               parameters * sizeof *values);
        loss[count++] = har_plan_loss(&study->plan, study->trial[i].score[0]);
    }
    done = done && har_importance(each, study->space, values, loss, count);
    for (size_t i = 0; i < parameters && done; i++)
        important[i] = (struct important){i, each[i]};
    free(values);
    free(loss);
    if (!done)
        return har_fail_memory(err);
    if (count < 2)
        return har_fail(err, HAR_INPUT, "%zu trials have a score, expected two or more", count);
    qsort(important, parameters, sizeof *important, by_importance);
    return HAR_OK;
}

static json_t *importance_json(const struct important *important, const struct har_study *study)
{
    json_t *object = json_object();
    for (size_t i = 0; i < study->space->count; i++)
        json_object_set_new(object, study->space->parameter[important[i].number].name,
                            json_real(important[i].importance));
    return object;
}

enum har_status har_report_importance(FILE *to, enum har_report_format format,
                                      const struct har_study *study, struct har_error *err)
{
    struct important important[HAR_PARAMETERS_MAX];
    char text[HAR_FLOAT_TEXT];
    if (compute(important, study, err) != HAR_OK)
        return err->status;
    if (format == HAR_REPORT_JSON)
        return print_json(to, importance_json(important, study), err);
    fputs(format == HAR_REPORT_CSV ? "parameter,importance\n" : "", to);
    for (size_t i = 0; i < study->space->count; i++) {
        const char *name = study->space->parameter[important[i].number].name;
        har_float_text(text, important[i].importance);
        if (format == HAR_REPORT_CSV)
            fprintf(to, "%s,%s\n", name, text);
        else
            fprintf(to, "%6.1f %%  %s\n", 100 * important[i].importance, name);
    }
    return HAR_OK;
}
