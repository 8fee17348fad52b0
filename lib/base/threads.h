/* One small pool of threads that share out numbered pieces of work. */
#ifndef HAR_BASE_THREADS_H
#define HAR_BASE_THREADS_H

#include "base/status.h"
#include <stddef.h>

struct har_threads; /* the pool; the caller's own thread is one of it */

/* A pool of COUNT >= 1 threads: COUNT - 1 are started. Owned by the caller. */
HAR_RESULT enum har_status har_threads_new(struct har_threads **pool, size_t count,
                                           struct har_error *err);
void har_threads_free(struct har_threads *pool); /* NULL is allowed */
size_t har_threads_count(const struct har_threads *pool);

/* Calls WORK(state, piece, thread) for each piece 0 .. pieces-1 once, on any thread (0 ..
 * count-1, 0 the caller's), and returns when all are done. Which thread gets a piece is not
 * determined: results must not depend on it. */
void har_threads_run(struct har_threads *pool, size_t pieces,
                     void (*work)(void *state, size_t piece, size_t thread), void *state);

/* The processors this process may use: affinity and cgroup quota counted; 1 under GNU parallel
 * (PARALLEL_SEQ set). At least 1. */
size_t har_threads_default(void);

#endif
