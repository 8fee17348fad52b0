#include "stream/help.h"
#include "base/build.h"
#include "stream/header.h"

#include <string.h>

/* Widest "-x, --name ARGUMENT" that still has its help on the same line. */
enum { left_width = 24 };

static void print_option(FILE *to, const struct har_option *option)
{
    char left[160];
    const char *argument = option->argument == NULL ? "" : option->argument;
    const char *space = option->argument == NULL ? "" : " ";
    if (option->letter != 0)
        snprintf(left, sizeof left, "-%c, --%s%s%s", option->letter, option->name, space, argument);
    else
        snprintf(left, sizeof left, "    --%s%s%s", option->name, space, argument);
    if (strlen(left) > left_width)
        fprintf(to, "  %s\n  %*s  %s\n", left, left_width, "", option->help);
    else
        fprintf(to, "  %-*s  %s\n", left_width, left, option->help);
}

static void print_table(FILE *to, const char *title, const struct har_option *table)
{
    if (table == NULL || table->name == NULL)
        return;
    fprintf(to, "\n%s:\n", title);
    for (const struct har_option *option = table; option->name != NULL; option++)
        print_option(to, option);
}

static const char exit_statuses[] =
    "\n"
    "Exit status: 0 done, 1 the system failed, 2 wrong use, 3 bad input,\n"
    "4 numbers failed (NaN or infinity), 5 refused because it would leak.\n";

void har_help(FILE *to, const struct har_program *program, const struct har_option *shared)
{
    fprintf(to, "Usage: %s [OPTION...]%s%s\n%s\n", program->name,
            program->synopsis[0] == '\0' ? "" : " ", program->synopsis, program->summary);
    print_table(to, "Options", program->options);
    print_table(to, "Shared options", shared);
    fputs(exit_statuses, to);
    fprintf(to, "The manual: man %s\n", program->name);
}

void har_version(FILE *to, const struct har_program *program)
{
    fprintf(to, "%s (har) %s\nstream format %d.%d\ncompiler %s\n", program->name, HAR_VERSION,
            HAR_MAJOR, HAR_MINOR, har_build_compiler());
}
