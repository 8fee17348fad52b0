#include "tune/study.h"

#include "base/memory.h"
#include "tune/settle.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 2 };

/* ---- beginning ---- */

/* The version whose events mean what they mean here: the median was one of all trials in 1. */
static int version_of(const struct har_plan *plan)
{
    return plan->pruner == HAR_PRUNER_MEDIAN ? 2 : 1;
}

static json_t *begin_event(const struct har_plan *plan, const struct har_space *space,
                           const json_t *test_subjects)
{
    char *text = har_space_text(space);
    json_t *event = json_pack("{s:s, s:i}", "event", "study", "version", version_of(plan));
    json_t *settings = har_plan_json(plan);
    const bool failed =
        text == NULL || event == NULL || settings == NULL || json_object_update(event, settings) ||
        json_object_set_new(event, "test_subjects", json_deep_copy(test_subjects)) ||
        json_object_set_new(event, "space", json_string(text));
    json_decref(settings);
    free(text);
    if (!failed)
        return event;
    json_decref(event);
    return NULL;
}

/* Names the first thing in which the study that is there differs from the one wanted. */
static enum har_status compare(const struct har_journal *journal, const json_t *there,
                               json_t *wanted, struct har_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach(wanted, key, value)
    {
        const json_t *other = json_object_get(there, key);
        if (json_equal(value, other))
            continue;
        char *is = json_dumps(other, JSON_ENCODE_ANY), *asked = json_dumps(value, JSON_ENCODE_ANY);
        har_fail(err, HAR_USAGE, "%s: is a study of another %s: %.200s, not %.200s",
                 har_journal_file(journal), key, is == NULL ? "none" : is,
                 asked == NULL ? "?" : asked);
        free(is);
        free(asked);
        return har_error_hint(err, "a study isn't changed: give the new one another name");
    }
    return HAR_OK;
}

enum har_status har_study_begin(struct har_journal *journal, const struct har_plan *plan,
                                const struct har_space *space, const json_t *test_subjects,
                                struct har_error *err)
{
    json_t *event = begin_event(plan, space, test_subjects);
    if (event == NULL)
        return har_fail_memory(err);
    if (har_journal_count(journal) == 0)
        return har_journal_append(journal, event, err);
    const enum har_status status = compare(journal, har_journal_event(journal, 0), event, err);
    json_decref(event);
    return status;
}

static bool are_integers(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!json_is_integer(json_array_get(array, i)))
            return false;
    return json_is_array(array);
}

static enum har_status read_begin(struct har_study *study, const json_t *event,
                                  struct har_error *err)
{
    const char *space = json_string_value(json_object_get(event, "space"));
    const char *name = json_string_value(json_object_get(event, "event"));
    const json_t *version = json_object_get(event, "version");
    study->test_subjects = json_object_get(event, "test_subjects");
    if (json_integer_value(version) > VERSION)
        return har_fail(err, HAR_INPUT, "a study of version %lld, this har-tune reads %d",
                        (long long)json_integer_value(version), VERSION);
    if (name == NULL || strcmp(name, "study") != 0 || space == NULL ||
        json_integer_value(version) < 1 || !are_integers(study->test_subjects))
        return har_fail(err, HAR_INPUT, "isn't the beginning of a study");
    if (har_plan_parse(&study->plan, event, err) != HAR_OK)
        return err->status;
    if (json_integer_value(version) < version_of(&study->plan))
        return har_fail(err, HAR_INPUT,
                        "a study of version %lld, whose median was one of pruned trials too: "
                        "begin another one",
                        (long long)json_integer_value(version));
    if (har_space_new(&study->space, space, strlen(space), "space", err) == HAR_OK)
        return HAR_OK;
    return err->status = HAR_INPUT;
}

/* ---- trials ---- */

static bool grow(struct har_study *study)
{
    const size_t count = study->trials + 1;
    struct har_trial *trial = realloc(study->trial, count * sizeof *trial);
    if (trial != NULL)
        study->trial = trial;
    struct har_outcome *outcome = realloc(study->outcome, count * sizeof *outcome);
    if (outcome != NULL)
        study->outcome = outcome;
    double *values = realloc(study->values, count * study->space->count * sizeof *values);
    if (values != NULL)
        study->values = values;
    return trial != NULL && outcome != NULL && values != NULL;
}

/* A new trial, whose values its caller fills in. */
static enum har_status add_trial(struct har_study *study, struct har_error *err)
{
    if (!grow(study))
        return har_fail_memory(err);
    struct har_trial *trial = &study->trial[study->trials];
    *trial = (struct har_trial){.training =
                                    har_allocate(study->plan.trainings, sizeof *trial->training)};
    if (trial->training == NULL)
        return har_fail_memory(err);
    for (size_t i = 0; i < HAR_RUNGS_MAX; i++)
        trial->score[i] = NAN;
    study->outcome[study->trials++] = (struct har_outcome){.state = HAR_TRIAL_RUNNING};
    return HAR_OK;
}

static double *values_of(const struct har_study *study, size_t trial)
{
    return study->values + trial * study->space->count;
}

const double *har_study_values(const struct har_study *study, size_t trial)
{
    return values_of(study, trial);
}

/* Trials up to here may be proposed. */
static size_t planned(const struct har_study *study)
{
    const size_t end = study->over + study->plan.generation;
    return end < study->plan.trials ? end : study->plan.trials;
}

static enum har_status read_trial(struct har_study *study, const json_t *event,
                                  struct har_error *err)
{
    const json_t *number = json_object_get(event, "trial");
    if (study->trials == planned(study) || !json_is_integer(number) ||
        json_integer_value(number) != (json_int_t)study->trials)
        return har_fail(err, HAR_INPUT, "a trial that isn't the next one, %zu", study->trials);
    const size_t trial = study->trials;
    const enum har_status status = add_trial(study, err);
    if (status != HAR_OK)
        return status;
    return har_values_read(values_of(study, trial), study->space,
                           json_object_get(event, "parameters"), err);
}

static enum har_status write_trial(const struct har_study *study, size_t trial,
                                   struct har_journal *journal, struct har_error *err)
{
    json_t *values = har_values_json(study->space, values_of(study, trial));
    return har_journal_append(
        journal,
        json_pack("{s:s, s:I, s:I, s:o}", "event", "trial", "trial", (json_int_t)trial,
                  "generation", (json_int_t)(trial / study->plan.generation), "parameters", values),
        err);
}

enum har_status har_study_propose(struct har_study *study, struct har_journal *journal,
                                  struct har_error *err)
{
    enum har_status status = HAR_OK;
    while (status == HAR_OK && study->trials < planned(study)) {
        const size_t trial = study->trials;
        status = add_trial(study, err);
        if (status == HAR_OK)
            status = har_propose(values_of(study, trial), study->space, &study->plan.sampler,
                                 study->outcome, study->values, trial, err);
        if (status == HAR_OK)
            status = write_trial(study, trial, journal, err);
    }
    return status;
}

bool har_study_complete(const struct har_study *study)
{
    return study->over == study->plan.trials;
}

/* ---- trainings ---- */

struct har_training *har_study_training(const struct har_study *study, const struct har_run_id *run)
{
    if (run->trial >= study->trials || run->rung > study->trial[run->trial].rung)
        return NULL;
    return &study->trial[run->trial].training[har_run_number(&study->plan, run)];
}

static enum har_status read_run(struct har_training **training, const struct har_study *study,
                                const json_t *event, struct har_error *err)
{
    const char *text = json_string_value(json_object_get(event, "run"));
    struct har_run_id run;
    if (text == NULL || !har_run_read(&run, &study->plan, text))
        return har_fail(err, HAR_INPUT, "no run that the study has");
    *training = har_study_training(study, &run);
    if (*training == NULL)
        return har_fail(err, HAR_INPUT, "run %s before its time", text);
    return HAR_OK;
}

static enum har_status read_ask(struct har_study *study, const json_t *event, struct har_error *err)
{
    struct har_training *training;
    if (read_run(&training, study, event, err) != HAR_OK)
        return err->status;
    const char *host = json_string_value(json_object_get(event, "host"));
    training->holder =
        (struct har_worker){.pid = json_integer_value(json_object_get(event, "pid")),
                            .start = json_integer_value(json_object_get(event, "start"))};
    strncpy(training->holder.host, host == NULL ? "" : host, HAR_HOST_MAX);
    training->since = json_integer_value(json_object_get(event, "time"));
    if (training->since < 0)
        return har_fail(err, HAR_INPUT, "a time before 1970");
    if (training->state == HAR_TRAINING_OPEN)
        training->state = HAR_TRAINING_GIVEN;
    return HAR_OK;
}

static enum har_status read_tell(struct har_study *study, const json_t *event,
                                 struct har_error *err)
{
    struct har_training *training;
    const json_t *score = json_object_get(event, "score");
    if (read_run(&training, study, event, err) != HAR_OK)
        return err->status;
    if (training->state == HAR_TRAINING_TOLD)
        return har_fail(err, HAR_INPUT, "the run has been told already");
    if (score != NULL && !json_is_number(score))
        return har_fail(err, HAR_INPUT, "a score that isn't a number");
    training->state = HAR_TRAINING_TOLD;
    training->failed = score == NULL;
    training->score = json_number_value(score);
    return har_settle(study, err);
}

static enum har_status read_broken(struct har_study *study, const json_t *event,
                                   struct har_error *err)
{
    struct har_training *training;
    if (read_run(&training, study, event, err) != HAR_OK)
        return err->status;
    if (training->state == HAR_TRAINING_TOLD)
        return HAR_OK;
    training->state = HAR_TRAINING_OPEN;
    if (++training->broken < HAR_BROKEN_MAX)
        return HAR_OK;
    training->state = HAR_TRAINING_TOLD;
    training->failed = true;
    return har_settle(study, err);
}

struct wanted {
    bool (*suits)(const struct wanted *wanted, const struct har_training *training);
    int64_t now, timeout;
    const struct har_worker *worker;
};

/* The first training that isn't told and suits. */
static bool find(struct har_run_id *run, const struct har_study *study, const struct wanted *wanted)
{
    for (size_t i = study->over; i < study->trials; i++) {
        const struct har_trial *trial = &study->trial[i];
        const struct har_rung *rung = &study->plan.rung[trial->rung];
        if (study->outcome[i].state != HAR_TRIAL_RUNNING)
            continue;
        for (size_t j = rung->first; j < rung->first + rung->count; j++) {
            const struct har_training *training = &trial->training[j];
            if (training->state == HAR_TRAINING_TOLD || !wanted->suits(wanted, training))
                continue;
            *run = har_plan_run(&study->plan, i, trial->rung, j);
            return true;
        }
    }
    return false;
}

static bool is_free(const struct wanted *wanted, const struct har_training *training)
{
    return training->state == HAR_TRAINING_OPEN || har_worker_gone(&training->holder) ||
           (wanted->timeout > 0 && wanted->now - training->since > wanted->timeout);
}

bool har_study_next(struct har_run_id *run, const struct har_study *study, int64_t now,
                    int64_t timeout)
{
    const struct wanted wanted = {.suits = is_free, .now = now, .timeout = timeout};
    return find(run, study, &wanted);
}

static bool is_held(const struct wanted *wanted, const struct har_training *training)
{
    return training->state == HAR_TRAINING_GIVEN &&
           (wanted->worker == NULL || har_worker_same(wanted->worker, &training->holder));
}

bool har_study_held(struct har_run_id *run, const struct har_study *study,
                    const struct har_worker *worker)
{
    const struct wanted wanted = {.suits = is_held, .worker = worker};
    return find(run, study, &wanted);
}

/* ---- events ---- */

static enum har_status read_event(struct har_study *study, const json_t *event,
                                  struct har_error *err)
{
    static const struct {
        const char *name;
        enum har_status (*read)(struct har_study *study, const json_t *event,
                                struct har_error *err);
    } readers[] = {
        {"trial", read_trial}, {"ask", read_ask}, {"tell", read_tell}, {"broken", read_broken}};
    const char *name = json_string_value(json_object_get(event, "event"));
    for (size_t i = 0; name != NULL && i < sizeof readers / sizeof *readers; i++)
        if (strcmp(name, readers[i].name) == 0)
            return readers[i].read(study, event, err);
    return har_fail(err, HAR_INPUT, "an event '%.40s' that this har-tune doesn't know",
                    name == NULL ? "" : name);
}

enum har_status har_study_read(struct har_study **study, const struct har_journal *journal,
                               struct har_error *err)
{
    struct har_study *new = har_allocate(1, sizeof *new);
    const size_t count = har_journal_count(journal);
    *study = NULL;
    if (new == NULL)
        return har_fail_memory(err);
    enum har_status status = HAR_OK;
    if (count == 0)
        status = har_fail(err, HAR_INPUT, "%s: no study in it", har_journal_file(journal));
    for (size_t i = 0; i < count && status == HAR_OK; i++) {
        const json_t *event = har_journal_event(journal, i);
        status = i == 0 ? read_begin(new, event, err) : read_event(new, event, err);
        if (status == HAR_INPUT)
            har_journal_at(journal, i, err);
    }
    if (status == HAR_OK)
        *study = new;
    else
        har_study_free(new);
    return status;
}

void har_study_free(struct har_study *study)
{
    if (study == NULL)
        return;
    for (size_t i = 0; i < study->trials; i++)
        free(study->trial[i].training);
    free(study->trial);
    free(study->outcome);
    free(study->values);
    har_space_free(study->space);
    free(study);
}

json_t *har_event_ask(const struct har_run_id *run, const struct har_worker *worker, int64_t now)
{
    char text[HAR_RUN_TEXT];
    har_run_text(text, run);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}", "event", "ask", "run", text, "host",
                     worker->host, "pid", (json_int_t)worker->pid, "start",
                     (json_int_t)worker->start, "time", (json_int_t)now);
}

json_t *har_event_tell(const struct har_run_id *run, double score, size_t rows)
{
    char text[HAR_RUN_TEXT];
    har_run_text(text, run);
    json_t *event = json_pack("{s:s, s:s, s:f}", "event", "tell", "run", text, "score", score);
    if (event != NULL && rows > 0)
        json_object_set_new(event, "rows", json_integer((json_int_t)rows));
    return event;
}

json_t *har_event_fail(const struct har_run_id *run, const char *why)
{
    char text[HAR_RUN_TEXT];
    har_run_text(text, run);
    return json_pack("{s:s, s:s, s:s}", "event", "tell", "run", text, "failed", why);
}

json_t *har_event_broken(const struct har_run_id *run, const char *why)
{
    char text[HAR_RUN_TEXT];
    har_run_text(text, run);
    return json_pack("{s:s, s:s, s:s}", "event", "broken", "run", text, "why", why);
}
