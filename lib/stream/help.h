/* What --help and --version print: made from a program's description and its option tables. */
#ifndef HAR_STREAM_HELP_H
#define HAR_STREAM_HELP_H

#include "stream/program.h"

/* Usage, summary, the program's options, the SHARED ones, exit statuses. */
void har_help(FILE *to, const struct har_program *program, const struct har_option *shared);

/* "har-window (har) 0.1.0", the stream's format, the compiler. */
void har_version(FILE *to, const struct har_program *program);

#endif
