#include "base/quota.h"
#include "base/threads.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { pieces_max = 100 };

struct tally {
    int done[pieces_max]; /* each written by the one thread that has the piece */
    size_t threads;
    atomic_int wrong_thread;
};

static void count_piece(void *state, size_t piece, size_t thread)
{
    struct tally *tally = state;
    tally->done[piece]++;
    if (thread >= tally->threads)
        atomic_fetch_add(&tally->wrong_thread, 1);
}

static void test_each_piece_once(void **state)
{
    (void)state;
    struct har_error err = {0};
    for (size_t threads = 1; threads <= 5; threads++) {
        struct har_threads *pool = NULL;
        assert_int_equal(har_threads_new(&pool, threads, &err), HAR_OK);
        assert_int_equal(har_threads_count(pool), threads);
        for (size_t pieces = 0; pieces <= pieces_max; pieces++) {
            struct tally tally = {.threads = threads};
            har_threads_run(pool, pieces, count_piece, &tally);
            for (size_t i = 0; i < pieces_max; i++)
                assert_int_equal(tally.done[i], i < pieces);
            assert_int_equal(tally.wrong_thread, 0);
        }
        har_threads_free(pool);
    }
}

/* As many pieces as threads, each of which waits until all have begun: no one can help. */
struct meeting {
    size_t pieces;
    atomic_size_t begun;
    size_t thread[pieces_max];
};

static void meet(void *state, size_t piece, size_t thread)
{
    struct meeting *meeting = state;
    meeting->thread[piece] = thread;
    atomic_fetch_add(&meeting->begun, 1);
    while (atomic_load(&meeting->begun) < meeting->pieces)
        sched_yield();
}

static void test_same_pieces_in_each_round(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_threads *pool = NULL;
    assert_int_equal(har_threads_new(&pool, 4, &err), HAR_OK);
    for (size_t round = 0; round < 50; round++) {
        struct meeting meeting = {.pieces = 4};
        har_threads_run(pool, meeting.pieces, meet, &meeting);
        for (size_t i = 0; i < meeting.pieces; i++)
            assert_int_equal(meeting.thread[i], i);
    }
    har_threads_free(pool);
}

/* The first piece ends when the one that is next in its thread's share is done: by another one. */
static void await_next(void *state, size_t piece, size_t thread)
{
    atomic_bool *done = state;
    (void)thread;
    if (piece == 1)
        atomic_store(done, true);
    while (piece == 0 && !atomic_load(done))
        sched_yield();
}

static void test_threads_help(void **state)
{
    (void)state;
    struct har_error err = {0};
    for (size_t threads = 2; threads <= 4; threads++) {
        struct har_threads *pool = NULL;
        atomic_bool done = false;
        assert_int_equal(har_threads_new(&pool, threads, &err), HAR_OK);
        har_threads_run(pool, 2 * threads, await_next, &done);
        assert_true(done);
        har_threads_free(pool);
    }
}

static void test_free_nothing(void **state)
{
    (void)state;
    har_threads_free(NULL);
}

static void test_default(void **state)
{
    (void)state;
    unsetenv("PARALLEL_SEQ");
    assert_true(har_threads_default() >= 1);
    setenv("PARALLEL_SEQ", "3", 1);
    assert_int_equal(har_threads_default(), 1);
    unsetenv("PARALLEL_SEQ");
}

struct group_file {
    const char *path, *text;
};

static void write_file(const char *folder, struct group_file file)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, file.path);
    for (char *slash = path + 1; *slash != '\0'; slash++)
        if (*slash == '/') {
            *slash = '\0';
            mkdir(path, 0700);
            *slash = '/';
        }
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(file.text, stream);
    fclose(stream);
}

static void test_quota(void **state)
{
    (void)state;
    static const struct {
        struct group_file file[3];
        size_t expected;
    } row[] = {
        {{{"self", "0::/\n"}, {"root/cpu.max", "max 100000\n"}}, 0},
        {{{"self", "0::/\n"}, {"root/cpu.max", "150000 100000\n"}}, 2},
        {{{"self", "0::/\n"}, {"root/cpu.max", "100000 100000\n"}}, 1},
        {{{"self", "0::/a/b\n"}, {"root/a/cpu.max", "50000 100000\n"}, {"root/cpu.max", "max\n"}},
         1},
        {{{"self", "0::/a/b\n"},
          {"root/a/cpu.max", "max 100000\n"},
          {"root/a/b/cpu.max", "300001 100000\n"}},
         4},
        {{{"self", "5:memory:/\n4:cpu,cpuacct:/x\n"},
          {"root/cpu/x/cpu.cfs_quota_us", "200000\n"},
          {"root/cpu/x/cpu.cfs_period_us", "100000\n"}},
         2},
        {{{"self", "4:cpu,cpuacct:/x\n"},
          {"root/cpu/x/cpu.cfs_quota_us", "-1\n"},
          {"root/cpu/x/cpu.cfs_period_us", "100000\n"}},
         0},
        {{{"self", "nonsense\n"}}, 0},
        {{{"other", ""}}, 0},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char folder[] = "/tmp/har-quota-XXXXXX", self[64], root[64], remove[64];
        assert_non_null(mkdtemp(folder));
        snprintf(self, sizeof self, "%s/self", folder);
        snprintf(root, sizeof root, "%s/root", folder);
        snprintf(remove, sizeof remove, "rm -r %s", folder);
        for (size_t f = 0; f < 3 && row[i].file[f].path != NULL; f++)
            write_file(folder, row[i].file[f]);
        assert_int_equal(har_cpu_quota(self, root), row[i].expected);
        assert_int_equal(system(remove), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_piece_once), cmocka_unit_test(test_same_pieces_in_each_round),
        cmocka_unit_test(test_threads_help),    cmocka_unit_test(test_free_nothing),
        cmocka_unit_test(test_default),         cmocka_unit_test(test_quota),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
