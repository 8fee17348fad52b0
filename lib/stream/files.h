/* The files of a command line. */
#ifndef HAR_STREAM_FILES_H
#define HAR_STREAM_FILES_H

#include "base/options.h"

/* A file that an option of TABLES (COUNT of them) writes is none of those that the operands and
 * other options name: HAR_USAGE, as that file would be lost. */
HAR_RESULT enum har_status har_files_apart(const struct har_option *const tables[], size_t count,
                                           const struct har_operands *operands,
                                           struct har_error *err);

#endif
