/* The processors of this machine, and how many of them this process may use. */
#ifndef HAR_BASE_PROCESSORS_H
#define HAR_BASE_PROCESSORS_H

#include <stddef.h>

struct har_processors {
    size_t online;   /* of the machine */
    size_t affinity; /* in the process's mask */
    size_t quota;    /* of its control group (quota.h); 0: no limit */
};

struct har_processors har_processors(void);

/* The smaller of mask and quota, at least 1. */
size_t har_processors_usable(const struct har_processors *processors);

#endif
