/* How many processors the control group of this process grants: the container's limit. */
#ifndef HAR_BASE_QUOTA_H
#define HAR_BASE_QUOTA_H

#include <stddef.h>

/* The smallest quota of the group and its parents, rounded up to whole processors; 0 where there is
 * none. MEMBERSHIP is "/proc/self/cgroup", ROOT "/sys/fs/cgroup"; versions 1 and 2 are read. */
size_t har_cpu_quota(const char *membership, const char *root);

#endif
