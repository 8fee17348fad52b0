#include "data/mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static enum har_status map(struct har_mapped *mapped, int file, const char *name,
                           struct har_error *err)
{
    struct stat about;
    if (fstat(file, &about) != 0)
        return har_fail_errno(err, "%s", name);
    if (!S_ISREG(about.st_mode))
        return har_fail(err, HAR_SYSTEM, "%s: not a regular file", name);
    *mapped = (struct har_mapped){"", (size_t)about.st_size};
    if (mapped->size == 0)
        return HAR_OK;
    void *data = mmap(NULL, mapped->size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) {
        *mapped = (struct har_mapped){0};
        return har_fail_errno(err, "%s", name);
    }
    (void)madvise(data, mapped->size, MADV_SEQUENTIAL);
    mapped->data = data;
    return HAR_OK;
}

enum har_status har_mapped_open(struct har_mapped *mapped, int folder, const char *name,
                                struct har_error *err)
{
    const int file = openat(folder, name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return har_fail_errno(err, "%s", name);
    const enum har_status status = map(mapped, file, name, err);
    close(file);
    return status;
}

void har_mapped_close(struct har_mapped *mapped)
{
    if (mapped->size > 0)
        munmap((void *)(size_t)mapped->data, mapped->size);
    *mapped = (struct har_mapped){0};
}
