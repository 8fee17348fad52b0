#include "tune/serve.h"

#include "base/memory.h"
#include "tune/fill.h"
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A study and its journal, locked. */
struct session {
    struct har_journal *journal;
    struct har_study *study;
};

static void end(struct session *session)
{
    har_study_free(session->study);
    har_journal_close(session->journal);
    *session = (struct session){0};
}

static enum har_status begin(struct session *session, const char *file, enum har_journal_use use,
                             struct har_error *err)
{
    *session = (struct session){0};
    enum har_status status = har_journal_open(&session->journal, file, use, err);
    if (status == HAR_OK)
        status = har_study_read(&session->study, session->journal, err);
    if (status != HAR_OK)
        end(session);
    return status;
}

/* The text of the file NAME, owned by the caller. */
static enum har_status read_text(char **text, size_t *length, const char *name,
                                 struct har_error *err)
{
    enum { TEXT_MAX = 1 << 20 };
    const bool is_stdin = strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "re");
    if (file == NULL)
        return har_fail_errno(err, "%s", name);
    enum har_status status = HAR_OK;
    *text = har_allocate(TEXT_MAX + 1, 1);
    *length = *text == NULL ? 0 : fread(*text, 1, TEXT_MAX + 1, file);
    if (*text == NULL)
        status = har_fail_memory(err);
    else if (ferror(file) != 0)
        status = har_fail_errno(err, "%s", name);
    else if (*length > TEXT_MAX)
        status = har_fail(err, HAR_USAGE, "%s: more than 1 MiB, expected a small text", name);
    if (!is_stdin)
        fclose(file);
    return status;
}

static const char *shown(const char *name)
{
    return strcmp(name, "-") == 0 ? "<stdin>" : name;
}

/* ---- new ---- */

static enum har_status read_subjects(json_t *subjects, const char *text, struct har_error *err)
{
    while (text != NULL && *text != '\0') {
        char *stop;
        errno = 0;
        const long subject = strtol(text, &stop, 10);
        if (stop == text || errno != 0 || (*stop != ',' && *stop != '\0') ||
            (*stop == ',' && stop[1] == '\0'))
            return har_fail(err, HAR_USAGE,
                            "--test-subjects: '%.40s', expected numbers with commas between", text);
        if (json_array_append_new(subjects, json_integer(subject)) != 0)
            return har_fail_memory(err);
        text = *stop == ',' ? stop + 1 : stop;
    }
    return HAR_OK;
}

static enum har_status begin_study(const char *file, const struct har_space *space,
                                   const struct har_plan *plan, const char *test_subjects,
                                   struct har_error *err)
{
    struct har_journal *journal = NULL;
    json_t *subjects = json_array();
    enum har_status status = subjects == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK)
        status = read_subjects(subjects, test_subjects, err);
    if (status == HAR_OK)
        status = har_journal_open(&journal, file, HAR_JOURNAL_CREATE, err);
    if (status == HAR_OK)
        status = har_study_begin(journal, plan, space, subjects, err);
    har_journal_close(journal);
    json_decref(subjects);
    return status;
}

static enum har_status check_template(const char *name, const struct har_space *space,
                                      struct har_error *err)
{
    char *text = NULL;
    size_t length;
    enum har_status status = read_text(&text, &length, name, err);
    if (status == HAR_OK)
        status = har_fill_check(text, length, shown(name), space, err);
    free(text);
    return status;
}

enum har_status har_tune_new(const char *file, const char *space_file, const struct har_plan *plan,
                             const char *test_subjects, const struct har_texts *templates,
                             struct har_error *err)
{
    char *text = NULL;
    size_t length;
    struct har_space *space = NULL;
    enum har_status status = read_text(&text, &length, space_file, err);
    if (status == HAR_OK)
        status = har_space_new(&space, text, length, shown(space_file), err);
    free(text);
    for (size_t i = 0; i < templates->count && status == HAR_OK; i++)
        status = check_template(templates->text[i], space, err);
    if (status == HAR_OK)
        status = begin_study(file, space, plan, test_subjects, err);
    har_space_free(space);
    return status;
}

/* ---- ask ---- */

/* TO is a pipe that nobody reads any more: the worker was killed. */
static bool unread(FILE *to)
{
    struct pollfd pipe = {.fd = fileno(to)};
    return poll(&pipe, 1, 0) == 1 && (pipe.revents & POLLERR) != 0;
}

/* What a look at the study came to. */
struct found {
    enum har_tune_answer answer;
    struct har_run_id run; /* that is given out, or waited for */
    bool own;              /* the one waited for is the worker's */
};

/* One look, under the lock. */
static enum har_status look(struct found *found, struct session *session,
                            const struct har_tune_ask *ask, const struct har_worker *worker,
                            struct har_error *err)
{
    const int64_t now = time(NULL);
    struct har_run_id *run = &found->run;
    if (har_study_propose(session->study, session->journal, err) != HAR_OK)
        return err->status;
    found->answer = HAR_TUNE_RUN;
    if (har_study_next(run, session->study, now, ask->timeout))
        return har_journal_append(session->journal, har_event_ask(run, worker, now), err);
    found->answer = har_study_complete(session->study) ? HAR_TUNE_COMPLETE : HAR_TUNE_WAIT;
    found->own = har_study_held(run, session->study, worker);
    if (!found->own)
        (void)har_study_held(run, session->study, NULL);
    return HAR_OK;
}

static enum har_status look_and_print(struct found *found, FILE *to, enum har_report_format format,
                                      const char *file, const struct har_tune_ask *ask,
                                      const struct har_worker *worker, struct har_error *err)
{
    struct session session;
    if (begin(&session, file, HAR_JOURNAL_WRITE, err) != HAR_OK)
        return err->status;
    enum har_status status = look(found, &session, ask, worker, err);
    if (status == HAR_OK && found->answer == HAR_TUNE_RUN)
        status = har_report_run(to, format, session.study, &found->run, err);
    end(&session);
    return status;
}

/* Others may tell the run that is waited for, or other processes of the worker; but not a worker
 * that does nothing but wait. */
static enum har_status check_wait(const struct found *found, const char *run,
                                  const struct har_tune_ask *ask, const struct har_worker *worker,
                                  struct har_error *err)
{
    if (!found->own || ask->timeout > 0 || !har_worker_waits(worker))
        return HAR_OK;
    har_fail(err, HAR_USAGE, "nothing to do before run %s is told, which was given to this shell",
             run);
    return har_error_hint(err, "har-tune tell takes its results; has it failed: score STUDY %s nan",
                          run);
}

/* From a twentieth of a second to a whole one. */
static void doze(size_t times)
{
    const long milliseconds = times < 20 ? 50 * ((long)times + 1) : 1000;
    const struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

enum har_status har_tune_next(enum har_tune_answer *answer, FILE *to, enum har_report_format format,
                              const char *file, const struct har_tune_ask *ask,
                              struct har_error *err)
{
    struct har_worker worker;
    struct found found = {0};
    char run[HAR_RUN_TEXT];
    enum har_status status = har_worker_find(&worker, ask->worker, err);
    for (size_t times = 0; status == HAR_OK; times++) {
        /* An orphan takes its new parent, which lives on, for the worker: its run would be lost. */
        if (unread(to))
            return har_fail(err, HAR_SYSTEM, "who asked has gone: no run is given out");
        status = look_and_print(&found, to, format, file, ask, &worker, err);
        if (status != HAR_OK || found.answer != HAR_TUNE_WAIT || !ask->wait)
            break;
        har_run_text(run, &found.run);
        status = check_wait(&found, run, ask, &worker, err);
        if (status == HAR_OK && times == 0)
            ask->waiting(ask->arg, run, found.own);
        if (status == HAR_OK)
            doze(times);
    }
    *answer = found.answer;
    return status;
}

/* ---- tell ---- */

/* RUN, whose trial is in its rung or beyond it. */
static enum har_status find_run(struct har_run_id *id, const struct session *session,
                                const char *run, struct har_error *err)
{
    if (har_run_read(id, &session->study->plan, run) &&
        har_study_training(session->study, id) != NULL)
        return HAR_OK;
    return har_fail(err, HAR_USAGE, "'%.40s' isn't a run that %s has given out", run,
                    har_journal_file(session->journal));
}

/* Begins, and finds RUN. */
static enum har_status begin_run(struct session *session, struct har_run_id *id, const char *file,
                                 enum har_journal_use use, const char *run, struct har_error *err)
{
    enum har_status status = begin(session, file, use, err);
    if (status != HAR_OK)
        return status;
    status = find_run(id, session, run, err);
    if (status != HAR_OK)
        end(session);
    return status;
}

/* What was told before must be the same. */
static enum har_status compare(const struct har_training *before, const struct har_run_id *id,
                               double score, struct har_error *err)
{
    char run[HAR_RUN_TEXT];
    har_run_text(run, id);
    const bool same = before->failed ? isnan(score) : before->score == score;
    if (same)
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "run %s was told before, with score %.17g, and is %.17g now",
                    run, before->failed ? (double)NAN : before->score, score);
}

/* Appends EVENT (stolen), which says that RUN has SCORE. */
static enum har_status append(struct session *session, const struct har_run_id *id, double score,
                              json_t *event, struct har_error *err)
{
    const struct har_training *training = har_study_training(session->study, id);
    if (training->state != HAR_TRAINING_TOLD)
        return har_journal_append(session->journal, event, err);
    json_decref(event);
    return compare(training, id, score, err);
}

static json_t *told_event(const struct har_run_id *id, const struct har_told *told)
{
    if (told->kind == HAR_TOLD_SCORE)
        return har_event_tell(id, told->score, told->rows);
    return told->kind == HAR_TOLD_FAILED ? har_event_fail(id, told->why)
                                         : har_event_broken(id, told->why);
}

static enum har_status keep(const char *file, const char *run, struct har_told *told,
                            struct har_error *err)
{
    struct session session;
    struct har_run_id id;
    if (begin_run(&session, &id, file, HAR_JOURNAL_WRITE, run, err) != HAR_OK)
        return err->status;
    const double score = told->kind == HAR_TOLD_SCORE ? told->score : (double)NAN;
    const struct har_training *training = har_study_training(session.study, &id);
    enum har_status status = HAR_OK;
    const bool broken = told->kind == HAR_TOLD_BROKEN;
    /* What broke off says nothing of a run that has been told. */
    if (!broken || training->state != HAR_TRAINING_TOLD)
        status = append(&session, &id, score, told_event(&id, told), err);
    if (broken && training->state != HAR_TRAINING_TOLD && status == HAR_OK)
        told->broken = training->broken + 1;
    end(&session);
    return status;
}

/* The study isn't locked while the results come in. */
static enum har_status read_told(struct har_told *told, const char *file, const char *run,
                                 struct har_reader *in, struct har_error *err)
{
    struct session session;
    struct har_run_id id;
    if (begin_run(&session, &id, file, HAR_JOURNAL_READ, run, err) != HAR_OK)
        return err->status;
    enum har_status status = HAR_OK;
    const struct har_plan plan = session.study->plan;
    json_t *subjects = json_deep_copy(session.study->test_subjects);
    if (plan.objective >= HAR_MAXIMIZE)
        status = har_fail(err, HAR_USAGE, "%s: to %s a number, which har-tune score takes", file,
                          har_objective_name(plan.objective));
    else if (subjects == NULL)
        status = har_fail_memory(err);
    end(&session);
    if (status == HAR_OK)
        status = har_told_read(told, in, &plan, subjects, err);
    json_decref(subjects);
    return status;
}

enum har_status har_tune_tell(struct har_told *told, const char *file, const char *run,
                              struct har_reader *in, struct har_error *err)
{
    struct har_error later = {0};
    *told = (struct har_told){.kind = HAR_TOLD_SCORE};
    const enum har_status status = read_told(told, file, run, in, err);
    if (status == HAR_OK)
        return keep(file, run, told, err);
    if (told->kind == HAR_TOLD_BROKEN)
        (void)!keep(file, run, told, &later); /* what went wrong first is what is said */
    return status;
}

enum har_status har_tune_score(const char *file, const char *run, double score,
                               struct har_error *err)
{
    struct session session;
    struct har_run_id id;
    if (begin_run(&session, &id, file, HAR_JOURNAL_WRITE, run, err) != HAR_OK)
        return err->status;
    const enum har_objective objective = session.study->plan.objective;
    enum har_status status;
    if (isnan(score))
        status = append(&session, &id, score, har_event_fail(&id, "as told"), err);
    else if (objective >= HAR_MAXIMIZE)
        status = append(&session, &id, score, har_event_tell(&id, score, 0), err);
    else
        status = har_fail(err, HAR_USAGE, "%s: judged by %s, which har-tune tell reads off results",
                          file, har_objective_name(objective));
    end(&session);
    return status;
}

/* ---- looking ---- */

/* "7.1.0", "7" or "best" as a trial. */
static enum har_status find_trial(size_t *trial, const struct session *session, const char *run,
                                  struct har_error *err)
{
    struct har_run_id id;
    char *end_of_number;
    if (strcmp(run, "best") == 0)
        return har_report_best_trial(trial, session->study, err);
    if (har_run_read(&id, &session->study->plan, run)) {
        *trial = id.trial;
    } else {
        *trial = strtoul(run, &end_of_number, 10);
        if (run[0] < '0' || run[0] > '9' || *end_of_number != '\0')
            *trial = SIZE_MAX;
    }
    if (*trial < session->study->trials)
        return HAR_OK;
    return har_fail(err, HAR_USAGE, "'%.40s', expected a run or a trial of %s, or best", run,
                    har_journal_file(session->journal));
}

enum har_status har_tune_fill(FILE *to, const char *file, const char *run, const char *template,
                              struct har_error *err)
{
    struct session session;
    char *text = NULL;
    size_t length, trial = 0;
    if (begin(&session, file, HAR_JOURNAL_READ, err) != HAR_OK)
        return err->status;
    enum har_status status = find_trial(&trial, &session, run, err);
    if (status == HAR_OK)
        status = read_text(&text, &length, template, err);
    if (status == HAR_OK)
        status = har_fill(to, text, length, shown(template), session.study->space,
                          har_study_values(session.study, trial), err);
    free(text);
    end(&session);
    return status;
}

static enum har_status check_complete(const struct har_study *study, const char *file,
                                      struct har_error *err)
{
    size_t over = 0;
    for (size_t i = 0; i < study->trials; i++)
        over += study->outcome[i].state != HAR_TRIAL_RUNNING;
    return har_study_complete(study) ? HAR_OK
                                     : har_fail(err, HAR_INPUT, "%s: %zu of %zu trials are over",
                                                file, over, study->plan.trials);
}

enum har_status har_tune_print(FILE *to, enum har_report_format format, const char *file,
                               bool complete, har_tune_report *report, struct har_error *err)
{
    struct session session;
    if (begin(&session, file, HAR_JOURNAL_READ, err) != HAR_OK)
        return err->status;
    enum har_status status = complete ? check_complete(session.study, file, err) : HAR_OK;
    if (status == HAR_OK)
        status = report(to, format, session.study, err);
    end(&session);
    return status;
}
