/* The file a program writes: stdout, or -o FILE by way of a temporary name. */
#ifndef HAR_BASE_OUTPUT_H
#define HAR_BASE_OUTPUT_H

#include "base/status.h"
#include <stddef.h>

struct har_output;

/* Opens stdout (PATH NULL or "-") or a temporary file beside PATH; PATH must be new or a regular
 * file, or else (a device, a fifo) it is written directly. A name that can't be written is refused
 * now: HAR_SYSTEM; an empty one, and BINARY output on a terminal: HAR_USAGE. The temporary file has
 * no name until it is closed, so that a process that is killed leaves nothing; where the file
 * system can't do that it is PATH.XXXXXX (six letters or digits). Owned by the caller, ended by
 * har_output_close. */
HAR_RESULT enum har_status har_output_open(struct har_output **output, const char *path,
                                           bool binary, struct har_error *err);

int har_output_fd(const struct har_output *output);
const char *har_output_name(const struct har_output *output); /* the path or "<stdout>" */

/* Closes and checks; with KEEP the temporary file is renamed to PATH, without it is removed. Frees
 * OUTPUT in any case. */
HAR_RESULT enum har_status har_output_close(struct har_output *output, bool keep,
                                            struct har_error *err);

#endif
