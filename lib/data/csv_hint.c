#include "data/csv_hint.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Letters, then digits: "P01". */
static bool is_lettered_number(const char *text)
{
    const size_t letters = strcspn(text, "0123456789,\"");
    return letters > 0 && text[letters] != '\0' &&
           strspn(text + letters, "0123456789") == strlen(text + letters);
}

enum har_status har_csv_hint_number(const char *text, size_t field, bool quotes,
                                    struct har_error *err)
{
    return is_lettered_number(text) && !quotes
               ? har_error_hint(err,
                                "number them alike in all files; where all begin alike, "
                                "sed -E '2,$s/^(([^,]*,){%zu})[^0-9,]+/\\1/' FILE strips letters",
                                field)
               : har_error_hint(err, "number them alike in all files");
}

/* A sample that wasn't measured, however it is written. */
static bool is_missing(const char *text)
{
    static const char *const names[] = {"", "nan", "na", "null", "none"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(text, names[i]) == 0)
            return true;
    return false;
}

/* Nothing that was to be a number. */
static bool is_word(const char *text)
{
    char *end;
    strtod(text, &end);
    return end == text && *text != '\0';
}

enum har_status har_csv_hint_sample(const char *text, bool first, struct har_error *err)
{
    if (is_missing(text))
        return har_error_hint(err, "fill it, or drop the row and keep --time, which reports holes");
    return first && is_word(text)
               ? har_error_hint(err, "what is no channel: --label NAME, with --labels A,B,... "
                                     "for texts, or --channels A,B,... names those that are")
               : err->status;
}

/* A first row of one name, with what elsewhere parts fields in it, is the usual cause of what then
 * is wrong. */
static enum har_status hint_at_separator(const struct har_csv_columns *columns,
                                         struct har_error *err)
{
    const char *name = columns->count == 1 ? columns->column[0].name : "";
    if (strchr(name, ';') != NULL)
        return har_error_hint(err, "commas part the fields, not semicolons: tr ',;' '.,' < FILE "
                                   "turns them, and decimal commas into points");
    return strchr(name, '\t') != NULL
               ? har_error_hint(err,
                                "commas part the fields, not tabs: tr '\\t' , < FILE turns them")
               : err->status;
}

enum har_status har_csv_hint_row(const struct har_csv_columns *columns, bool repeats, size_t line,
                                 struct har_error *err)
{
    if (repeats)
        return har_error_hint(err,
                              "line %zu repeats the header: har-load(1) has an example that makes "
                              "one file of many, a recording each",
                              line);
    return hint_at_separator(columns, err);
}
