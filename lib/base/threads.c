#include "base/threads.h"

#include "base/memory.h"
#include "base/processors.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* What a started thread is told. */
struct member {
    struct har_threads *pool;
    size_t number;
};

/* The pieces that a thread takes first, before it helps others: in every round of as many pieces
 * the same ones, as far as it gets, whose data may still be in its processor's cache. */
struct share {
    atomic_size_t next;
    size_t end;
    char apart[64 - 2 * sizeof(size_t)]; /* from the next one's cache line */
};

struct har_threads {
    size_t count;   /* with the caller's */
    size_t started; /* without it */
    pthread_t *thread;
    struct member *member;

    pthread_mutex_t lock; /* held by those who change round or quit, or the last of busy */
    pthread_cond_t begun, done;
    atomic_uint_fast64_t round; /* calls of har_threads_run */
    atomic_size_t busy;         /* started threads not yet done with the round */
    atomic_bool quit;

    /* Of the round: */

    struct share *share; /* of each thread */
    void (*work)(void *state, size_t piece, size_t thread);
    void *state;
};

/* Who waits looks this often before going to sleep: rounds follow each other within microseconds,
 * and waking takes longer than that. */
enum { LOOKS = 2000 };

static void pause_processor(void)
{
#if defined __x86_64__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

static bool has_begun(struct har_threads *pool, uint64_t seen)
{
    return atomic_load(&pool->round) != seen || atomic_load(&pool->quit);
}

static void await_round(struct har_threads *pool, uint64_t seen)
{
    for (int look = 0; look < LOOKS; look++) {
        if (has_begun(pool, seen))
            return;
        pause_processor();
    }
    pthread_mutex_lock(&pool->lock);
    while (!has_begun(pool, seen))
        pthread_cond_wait(&pool->begun, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static void await_done(struct har_threads *pool)
{
    for (int look = 0; look < LOOKS; look++) {
        if (atomic_load(&pool->busy) == 0)
            return;
        pause_processor();
    }
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->busy) > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static void leave_round(struct har_threads *pool)
{
    if (atomic_fetch_sub(&pool->busy, 1) > 1)
        return;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_signal(&pool->done);
    pthread_mutex_unlock(&pool->lock);
}

static void take_share(struct har_threads *pool, struct share *share, size_t number)
{
    while (atomic_load(&share->next) < share->end) {
        const size_t piece = atomic_fetch_add(&share->next, 1);
        if (piece < share->end)
            pool->work(pool->state, piece, number);
    }
}

/* Its own share, then what is left of those of the threads after it. */
static void take_pieces(struct har_threads *pool, size_t number)
{
    for (size_t i = 0; i < pool->count; i++)
        take_share(pool, &pool->share[(number + i) % pool->count], number);
}

static void *thread_main(void *argument)
{
    const struct member *member = argument;
    struct har_threads *pool = member->pool;
    for (uint64_t seen = 0;; seen++) {
        await_round(pool, seen);
        if (atomic_load(&pool->quit))
            return NULL;
        take_pieces(pool, member->number);
        leave_round(pool);
    }
}

/* Signals are for the program's own thread. */
static enum har_status start(struct har_threads *pool, struct har_error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int fault = 0;
    while (fault == 0 && pool->started + 1 < pool->count) {
        struct member *member = &pool->member[pool->started];
        *member = (struct member){pool, pool->started + 1};
        fault = pthread_create(&pool->thread[pool->started], NULL, thread_main, member);
        pool->started += fault == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (fault == 0)
        return HAR_OK;
    errno = fault;
    return har_fail_errno(err, "can't start thread %zu of %zu", pool->started + 2, pool->count);
}

enum har_status har_threads_new(struct har_threads **result, size_t count, struct har_error *err)
{
    struct har_threads *pool = har_allocate(1, sizeof *pool);
    if (pool == NULL)
        return har_fail_memory(err);
    pool->count = count;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->begun, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->thread = har_allocate(count - 1, sizeof *pool->thread);
    pool->member = har_allocate(count - 1, sizeof *pool->member);
    pool->share = har_allocate(count, sizeof *pool->share);
    const bool room = pool->thread != NULL && pool->member != NULL && pool->share != NULL;
    const enum har_status status = room ? start(pool, err) : har_fail_memory(err);
    if (status != HAR_OK) {
        har_threads_free(pool);
        return status;
    }
    *result = pool;
    return HAR_OK;
}

void har_threads_free(struct har_threads *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->quit, true);
    pthread_cond_broadcast(&pool->begun);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->started; i++)
        pthread_join(pool->thread[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->begun);
    pthread_mutex_destroy(&pool->lock);
    free(pool->share);
    free(pool->member);
    free(pool->thread);
    free(pool);
}

size_t har_threads_count(const struct har_threads *pool)
{
    return pool->count;
}

/* Equal shares but for 1; the caller, who is awake, has one of the longer ones. */
static void share_out(struct har_threads *pool, size_t pieces)
{
    const size_t least = pieces / pool->count, longer = pieces % pool->count;
    for (size_t i = 0, first = 0; i < pool->count; i++) {
        atomic_store(&pool->share[i].next, first);
        first += least + (i < longer);
        pool->share[i].end = first;
    }
}

void har_threads_run(struct har_threads *pool, size_t pieces,
                     void (*work)(void *state, size_t piece, size_t thread), void *state)
{
    if (pool->count == 1 || pieces <= 1) {
        for (size_t piece = 0; piece < pieces; piece++)
            work(state, piece, 0);
        return;
    }
    pool->work = work;
    pool->state = state;
    share_out(pool, pieces);
    atomic_store(&pool->busy, pool->started);
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->round, 1);
    pthread_cond_broadcast(&pool->begun);
    pthread_mutex_unlock(&pool->lock);
    take_pieces(pool, 0);
    await_done(pool);
}

size_t har_threads_default(void)
{
    if (getenv("PARALLEL_SEQ") != NULL)
        return 1;
    const struct har_processors processors = har_processors();
    return har_processors_usable(&processors);
}
