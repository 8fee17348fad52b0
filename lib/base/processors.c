#include "base/processors.h"

#include "base/quota.h"
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <unistd.h>

/* Processors in the affinity mask, which is grown until the kernel's fits. */
static size_t affine_processors(void)
{
    for (size_t processors = 1024; processors <= 1 << 20; processors *= 2) {
        cpu_set_t *set = CPU_ALLOC(processors);
        if (set == NULL)
            return 1;
        const size_t size = CPU_ALLOC_SIZE(processors);
        const int fault = sched_getaffinity(0, size, set) == 0 ? 0 : errno;
        const int count = fault == 0 ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (fault != EINVAL)
            return count > 0 ? (size_t)count : 1;
    }
    return 1;
}

struct har_processors har_processors(void)
{
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return (struct har_processors){.online = online > 0 ? (size_t)online : 1,
                                   .affinity = affine_processors(),
                                   .quota = har_cpu_quota("/proc/self/cgroup", "/sys/fs/cgroup")};
}

size_t har_processors_usable(const struct har_processors *processors)
{
    const bool limited = processors->quota > 0 && processors->quota < processors->affinity;
    return limited ? processors->quota : processors->affinity;
}
