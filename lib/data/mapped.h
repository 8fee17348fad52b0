/* A regular file as memory. */
#ifndef HAR_DATA_MAPPED_H
#define HAR_DATA_MAPPED_H

#include "base/status.h"
#include <stddef.h>

struct har_mapped {
    const char *data; /* never NULL once it is open */
    size_t size;
};

/* Maps the file NAME of the folder open as FOLDER (AT_FDCWD: the current one). HAR_SYSTEM names the
 * file. */
HAR_RESULT enum har_status har_mapped_open(struct har_mapped *mapped, int folder, const char *name,
                                           struct har_error *err);

/* Unmaps and leaves {0}; one that was never open is left alone. */
void har_mapped_close(struct har_mapped *mapped);

#endif
