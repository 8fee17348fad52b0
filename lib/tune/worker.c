#include "tune/worker.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

struct process {
    int64_t parent, start;
    char command[4096];
    size_t length; /* of the command; its words end with 0 */
};

static size_t read_file(char *text, size_t size, int64_t pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%lld/%s", (long long)pid, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    const size_t got = fread(text, 1, size, file);
    fclose(file);
    return got;
}

/* Fields 4 (ppid) and 22 (starttime) of proc(5)'s stat; field 2 is a name in brackets. False where
 * there is no such process, or only what is left of it. */
static bool read_process(struct process *process, int64_t pid)
{
    char stat[1024] = "", state;
    long long parent, start;
    stat[read_file(stat, sizeof stat - 1, pid, "stat")] = '\0';
    const char *rest = strrchr(stat, ')');
    if (rest == NULL || sscanf(rest + 1,
                               " %c %lld %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d "
                               "%*d %*d %*d %lld",
                               &state, &parent, &start) != 3)
        return false;
    process->parent = parent;
    process->start = start;
    process->length = read_file(process->command, sizeof process->command, pid, "cmdline");
    return state != 'Z' && state != 'X';
}

static bool same_command(const struct process *a, const struct process *b)
{
    return a->length > 0 && a->length == b->length &&
           memcmp(a->command, b->command, a->length) == 0;
}

static int64_t starter(void)
{
    struct process process, parent;
    int64_t pid = getppid();
    if (!read_process(&process, pid))
        return pid;
    while (process.parent > 1 && read_process(&parent, process.parent) &&
           same_command(&process, &parent)) {
        pid = process.parent;
        process = parent;
    }
    return pid;
}

enum har_status har_worker_find(struct har_worker *worker, int64_t pid, struct har_error *err)
{
    struct utsname system;
    struct process process;
    *worker = (struct har_worker){.pid = pid > 0 ? pid : starter()};
    if (uname(&system) != 0)
        return har_fail_errno(err, "no host name");
    snprintf(worker->host, sizeof worker->host, "%.*s", HAR_HOST_MAX, system.nodename);
    if (read_process(&process, worker->pid))
        worker->start = process.start;
    else if (pid > 0)
        return har_fail(err, HAR_USAGE, "--worker: there is no process %lld", (long long)pid);
    else
        worker->pid = 0;
    return HAR_OK;
}

bool har_worker_gone(const struct har_worker *worker)
{
    struct utsname system;
    struct process process;
    if (worker->pid == 0 || uname(&system) != 0 ||
        strncmp(worker->host, system.nodename, HAR_HOST_MAX) != 0)
        return false;
    return !read_process(&process, worker->pid) || process.start != worker->start;
}

bool har_worker_same(const struct har_worker *a, const struct har_worker *b)
{
    return a->pid != 0 && a->pid == b->pid && a->start == b->start && strcmp(a->host, b->host) == 0;
}

/* The child of PID that this process is, or comes from; 0 where it doesn't come from PID. */
static int64_t way_to(int64_t pid)
{
    struct process process;
    int64_t child = getpid();
    while (read_process(&process, child) && process.parent != pid)
        child = process.parent;
    return process.parent == pid ? child : 0;
}

bool har_worker_waits(const struct har_worker *worker)
{
    struct process process;
    const int64_t child = way_to(worker->pid);
    DIR *all = child == 0 ? NULL : opendir("/proc");
    const struct dirent *entry;
    bool alone = all != NULL;
    while (alone && (entry = readdir(all)) != NULL) {
        const int64_t pid = atoll(entry->d_name);
        alone = pid <= 0 || pid == child || !read_process(&process, pid) ||
                process.parent != worker->pid;
    }
    if (all != NULL)
        closedir(all);
    return alone;
}
