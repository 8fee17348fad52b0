/* Journals, plans and studies: what is promoted, pruned, given out, and what many writers leave. */
#include "tune/study.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char file[256];

static int fresh_file(void **state)
{
    (void)state;
    const char *folder = getenv("TMP");
    snprintf(file, sizeof file, "%s/study", folder == NULL ? "/tmp" : folder);
    unlink(file);
    return 0;
}

/* The study begun with a plan of TRIALS trials, GENERATION at a time. */
static void begin(const struct har_plan_texts *texts, size_t trials, size_t generation)
{
    static const char text[] = "float x 0 1\n";
    struct har_plan plan = {.trials = trials,
                            .generation = generation,
                            .reduction = 2,
                            .sampler = {.seed = 1, .startup = 10}};
    struct har_error err = {0};
    struct har_space *space;
    struct har_journal *journal;
    json_t *people = json_array();
    assert_int_equal(har_plan_read(&plan, texts, &err), HAR_OK);
    assert_int_equal(har_space_new(&space, text, strlen(text), "space", &err), HAR_OK);
    assert_int_equal(har_journal_open(&journal, file, HAR_JOURNAL_CREATE, &err), HAR_OK);
    assert_int_equal(har_study_begin(journal, &plan, space, people, &err), HAR_OK);
    har_journal_close(journal);
    har_space_free(space);
    json_decref(people);
}

struct session {
    struct har_journal *journal;
    struct har_study *study;
};

static struct session look(void)
{
    struct session session;
    struct har_error err = {0};
    assert_int_equal(har_journal_open(&session.journal, file, HAR_JOURNAL_WRITE, &err), HAR_OK);
    assert_int_equal(har_study_read(&session.study, session.journal, &err), HAR_OK);
    assert_int_equal(har_study_propose(session.study, session.journal, &err), HAR_OK);
    return session;
}

static void leave(struct session session)
{
    har_study_free(session.study);
    har_journal_close(session.journal);
}

/* Tells SCORE (NAN: failed) of "trial.rung.repeat". */
static void tell(const char *text, double score)
{
    struct session session = look();
    struct har_run_id run;
    struct har_error err = {0};
    assert_true(har_run_read(&run, &session.study->plan, text));
    json_t *event = isnan(score) ? har_event_fail(&run, "why") : har_event_tell(&run, score, 1);
    assert_int_equal(har_journal_append(session.journal, event, &err), HAR_OK);
    leave(session);
}

/* The next run that nobody has, or "none". */
static const char *next(int64_t now, int64_t timeout)
{
    static char text[HAR_RUN_TEXT];
    struct session session = look();
    struct har_run_id run;
    if (har_study_next(&run, session.study, now, timeout))
        har_run_text(text, &run);
    else
        strcpy(text, har_study_complete(session.study) ? "complete" : "none");
    leave(session);
    return text;
}

/* A letter for each trial's state, and the rung. */
static const char *states(void)
{
    static char text[64];
    struct session session = look();
    for (size_t i = 0; i < session.study->trials; i++)
        snprintf(text + 2 * i, sizeof text - 2 * i, "%c%zu",
                 "rcpf"[session.study->outcome[i].state], session.study->trial[i].rung);
    leave(session);
    return text;
}

static void halving_keeps_the_best(void **state)
{
    (void)state;
    begin(&(struct har_plan_texts){.pruner = "halving", .budget = "1:4"}, 6, 5);
    const double score[] = {0.5, 0.9, 0.7, NAN, 0.7};
    char run[] = "0.0.0";
    for (int i = 0; i < 5; i++) {
        assert_string_equal(states(), i <= 3 ? "r0r0r0r0r0" : "r0r0r0f0r0");
        run[0] = (char)('0' + i);
        assert_string_equal(next(0, 0), run);
        tell(run, score[i]);
    }
    /* 5, 2, 1; the tie is the earlier trial's */
    assert_string_equal(states(), "p0r1r1f0p0");
    tell("2.1.0", 0.6);
    assert_string_equal(states(), "p0r1r1f0p0");
    tell("1.1.0", 0.5);
    assert_string_equal(states(), "p0p1r2f0p0");
    assert_string_equal(next(0, 0), "2.2.0");
    tell("2.2.0", 0.1);
    assert_string_equal(states(), "p0p1c2f0p0r0");
    tell("5.0.0", 0.1);
    tell("5.1.0", 0.1);
    tell("5.2.0", 0.1);
    assert_string_equal(next(0, 0), "complete");
}

static void losses_are_less_the_better(void **state)
{
    (void)state;
    begin(&(struct har_plan_texts){.pruner = "halving", .budget = "1:2", .objective = "log_loss"},
          2, 2);
    tell("0.0.0", 0.5);
    tell("1.0.0", 0.4);
    assert_string_equal(states(), "p0r1");
}

static void repeats_add_up(void **state)
{
    (void)state;
    begin(&(struct har_plan_texts){.pruner = "halving", .repeats = "1:3", .objective = "maximize"},
          2, 2);
    tell("0.0.0", 5);
    tell("1.0.0", 4);
    assert_string_equal(next(0, 0), "0.1.1");
    tell("0.1.1", 7);
    assert_string_equal(next(0, 0), "0.2.2");
    tell("0.2.2", 12);
    assert_string_equal(states(), "c2p0");
    struct session session = look();
    assert_true(session.study->trial[0].score[0] == 5);
    assert_true(session.study->trial[0].score[1] == 6);
    assert_true(session.study->trial[0].score[2] == 8);
    struct har_run_id run = {0, 2, 2};
    const uint64_t seed = har_run_seed(&session.study->plan, &run);
    run.repeat = 1;
    assert_int_not_equal(seed, har_run_seed(&session.study->plan, &run));
    assert_false(har_run_read(&run, &session.study->plan, "0.2.1"));
    assert_false(har_run_read(&run, &session.study->plan, "0.02.2"));
    assert_false(har_run_read(&run, &session.study->plan, "2.0.0"));
    leave(session);
}

static void median_prunes_by_earlier_generations(void **state)
{
    (void)state;
    char run[] = "0.0.0";
    begin(&(struct har_plan_texts){.pruner = "median", .budget = "1:2", .objective = "minimize"},
          13, 6);
    for (int i = 0; i < 6; i++)
        for (int rung = 0; rung < 2; rung++) {
            run[0] = (char)('0' + i), run[2] = (char)('0' + rung);
            tell(run, 10 * i + rung);
        }
    assert_string_equal(states(), "c1c1c1c1c1c1r0r0r0r0r0r0");
    /* the median of 0, 10, …, 50 is 25 */
    tell("7.0.0", 25.1);
    tell("6.0.0", 25);
    assert_string_equal(states(), "c1c1c1c1c1c1r1p0r0r0r0r0");
    /* trials that were given up or have failed don't count */
    tell("6.1.0", NAN);
    tell("8.0.0", 99);
    tell("9.0.0", 99);
    tell("10.0.0", 99);
    tell("11.0.0", 99);
    tell("12.0.0", 25.1);
    assert_string_equal(states(), "c1c1c1c1c1c1f1p0p0p0p0p0p0");
}

static void a_lost_run_is_given_out_again(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_worker self, child;
    begin(&(struct har_plan_texts){0}, 2, 2);
    const pid_t pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    assert_int_equal(har_worker_find(&self, getpid(), &err), HAR_OK);
    assert_int_equal(har_worker_find(&child, pid, &err), HAR_OK);
    struct session session = look();
    const struct har_run_id first = {0, 0, 0}, second = {1, 0, 0};
    assert_int_equal(har_journal_append(session.journal, har_event_ask(&first, &child, 1000), &err),
                     HAR_OK);
    assert_int_equal(har_journal_append(session.journal, har_event_ask(&second, &self, 2000), &err),
                     HAR_OK);
    leave(session);
    assert_string_equal(next(3000, 0), "none");
    assert_string_equal(next(3000, 2500), "none");
    assert_string_equal(next(3000, 1500), "0.0.0");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_string_equal(next(3000, 0), "0.0.0");
    /* another process of that number; another host, whose processes nobody here can look for */
    self.start++;
    assert_true(har_worker_gone(&self));
    strcpy(child.host, "elsewhere");
    assert_false(har_worker_gone(&child));
}

static void many_writers_lose_nothing(void **state)
{
    (void)state;
    enum { WRITERS = 8, EVENTS = 25 };
    struct har_error err = {0};
    struct har_journal *journal;
    for (int writer = 0; writer < WRITERS; writer++) {
        if (fork() > 0)
            continue;
        int done = 0;
        for (int i = 0; i < EVENTS; i++)
            if (har_journal_open(&journal, file, HAR_JOURNAL_CREATE, &err) == HAR_OK) {
                const size_t count = har_journal_count(journal);
                done += har_journal_append(journal, json_pack("{s:I}", "n", (json_int_t)count),
                                           &err) == HAR_OK;
                har_journal_close(journal);
            }
        _exit(done == EVENTS ? 0 : 1);
    }
    for (int writer = 0; writer < WRITERS; writer++) {
        int status;
        assert_true(wait(&status) > 0 && status == 0);
    }
    assert_int_equal(har_journal_open(&journal, file, HAR_JOURNAL_READ, &err), HAR_OK);
    assert_int_equal(har_journal_count(journal), WRITERS * EVENTS);
    for (size_t i = 0; i < WRITERS * EVENTS; i++)
        assert_int_equal(json_integer_value(json_object_get(har_journal_event(journal, i), "n")),
                         i);
    har_journal_close(journal);
}

static void a_torn_line_is_taken_away(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_journal *journal;
    struct stat info;
    FILE *text = fopen(file, "w");
    fputs("{\"a\":1}\n{\"event\":\"to", text);
    fclose(text);
    assert_int_equal(har_journal_open(&journal, file, HAR_JOURNAL_READ, &err), HAR_OK);
    assert_int_equal(har_journal_count(journal), 1);
    har_journal_close(journal);
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_size, 20); /* a reader changes nothing */
    assert_int_equal(har_journal_open(&journal, file, HAR_JOURNAL_WRITE, &err), HAR_OK);
    assert_int_equal(har_journal_append(journal, json_pack("{s:i}", "c", 2), &err), HAR_OK);
    har_journal_close(journal);
    assert_int_equal(har_journal_open(&journal, file, HAR_JOURNAL_READ, &err), HAR_OK);
    assert_int_equal(har_journal_count(journal), 2);
    assert_non_null(json_object_get(har_journal_event(journal, 1), "c"));
    har_journal_close(journal);
}

static void what_is_no_torn_event_stays(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_journal *journal;
    struct stat info;
    FILE *text = fopen(file, "w");
    fputs("{\"a\":1}\n{\"b\":", text);
    fclose(text);
    assert_int_equal(har_journal_open(&journal, file, HAR_JOURNAL_CREATE, &err), HAR_INPUT);
    assert_null(journal);
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_size, 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(halving_keeps_the_best, fresh_file),
        cmocka_unit_test_setup(losses_are_less_the_better, fresh_file),
        cmocka_unit_test_setup(repeats_add_up, fresh_file),
        cmocka_unit_test_setup(median_prunes_by_earlier_generations, fresh_file),
        cmocka_unit_test_setup(a_lost_run_is_given_out_again, fresh_file),
        cmocka_unit_test_setup(many_writers_lose_nothing, fresh_file),
        cmocka_unit_test_setup(a_torn_line_is_taken_away, fresh_file),
        cmocka_unit_test_setup(what_is_no_torn_event_stays, fresh_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
