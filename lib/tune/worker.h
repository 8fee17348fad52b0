/* Who was given a run, and whether it is still at it. */
#ifndef HAR_TUNE_WORKER_H
#define HAR_TUNE_WORKER_H

#include "base/status.h"
#include <jansson.h>
#include <stdint.h>

enum { HAR_HOST_MAX = 64 };

struct har_worker {
    char host[HAR_HOST_MAX + 1];
    int64_t pid;   /* 0: nobody to look for */
    int64_t start; /* of that process, in clock ticks since the host's: a pid may come again */
};

/* Process PID of this host; with PID 0 the one that started this one. A shell starts programs from
 * copies of itself, whose life is short: what is taken is the first shell of these. HAR_USAGE
 * where there is no process PID. */
HAR_RESULT enum har_status har_worker_find(struct har_worker *worker, int64_t pid,
                                           struct har_error *err);

/* It was of this host, and its process has ended. */
bool har_worker_gone(const struct har_worker *worker);

/* Both are the same process. */
bool har_worker_same(const struct har_worker *a, const struct har_worker *b);

/* WORKER, of this host, has started this process (or what started it) and no other one that is
 * alive: while it waits for this one, nothing is done for it. */
bool har_worker_waits(const struct har_worker *worker);

#endif
