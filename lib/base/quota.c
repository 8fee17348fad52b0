#include "base/quota.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { path_max = 4096, line_max = 4096 };

/* Reads the first line of ROOT/CONTROLLER/GROUP/FILE. */
static bool read_line(char line[line_max], const char *root, const char *controller,
                      const char *group, const char *file)
{
    char path[path_max];
    const int length = snprintf(path, sizeof path, "%s%s%s/%s", root, controller, group, file);
    if (length < 0 || (size_t)length >= sizeof path)
        return false;
    FILE *stream = fopen(path, "re");
    if (stream == NULL)
        return false;
    const bool read = fgets(line, line_max, stream) != NULL;
    fclose(stream);
    return read;
}

/* Whole processors of QUOTA microseconds in each PERIOD; 0: no limit. */
static size_t processors(long long quota, long long period)
{
    if (quota <= 0 || period <= 0)
        return 0;
    return (size_t)((quota - 1) / period + 1);
}

static size_t smaller(size_t a, size_t b)
{
    if (a == 0 || b == 0)
        return a + b;
    return a < b ? a : b;
}

/* Version 2: cpu.max is "150000 100000" or "max 100000". */
static size_t quota_2(const char *root, const char *group)
{
    char line[line_max];
    long long quota, period;
    if (!read_line(line, root, "", group, "cpu.max") ||
        sscanf(line, "%lld %lld", &quota, &period) != 2)
        return 0;
    return processors(quota, period);
}

/* Version 1: two files; a quota of -1 is none. */
static size_t quota_1(const char *root, const char *group)
{
    char quota[line_max], period[line_max];
    if (!read_line(quota, root, "/cpu", group, "cpu.cfs_quota_us") ||
        !read_line(period, root, "/cpu", group, "cpu.cfs_period_us"))
        return 0;
    return processors(atoll(quota), atoll(period));
}

/* The limit of GROUP ("/a/b", cut down on the way) and of each of its parents. */
static size_t quota_up(const char *root, char *group,
                       size_t (*quota)(const char *root, const char *group))
{
    size_t least = 0;
    for (;;) {
        least = smaller(least, quota(root, group));
        char *slash = strrchr(group, '/');
        if (slash == NULL)
            return least;
        *slash = '\0';
    }
}

/* Is "cpu" one of the comma-separated CONTROLLERS? */
static bool has_cpu(char *controllers)
{
    char *rest = NULL;
    for (char *word = strtok_r(controllers, ",", &rest); word != NULL;
         word = strtok_r(NULL, ",", &rest))
        if (strcmp(word, "cpu") == 0)
            return true;
    return false;
}

/* A line of MEMBERSHIP: "0::/group" in version 2, "4:cpu,cpuacct:/group" in version 1. */
static size_t quota_of_line(char *line, const char *root)
{
    line[strcspn(line, "\n")] = '\0';
    char *controllers = strchr(line, ':');
    char *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    if (group == NULL)
        return 0;
    *group++ = '\0';
    controllers++;
    if (strcmp(group, "/") == 0)
        *group = '\0';
    if (*controllers == '\0')
        return quota_up(root, group, quota_2);
    return has_cpu(controllers) ? quota_up(root, group, quota_1) : 0;
}

size_t har_cpu_quota(const char *membership, const char *root)
{
    FILE *stream = fopen(membership, "re");
    if (stream == NULL)
        return 0;
    size_t least = 0;
    char line[line_max];
    while (fgets(line, sizeof line, stream) != NULL)
        least = smaller(least, quota_of_line(line, root));
    fclose(stream);
    return least;
}
