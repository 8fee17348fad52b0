/* A statement as its line of the canonical net text. */
#include "nn/kinds.h"
#include "nn/language.h"

#include <stdlib.h>

/* The shortest decimal that reads back the same. */
static void write_number(FILE *text, double number)
{
    char digits[40];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    fputs(digits, text);
}

static void write_shape(FILE *text, const struct har_shape *shape, char between)
{
    for (size_t i = 0; i < shape->rank; i++) {
        if (i > 0)
            fputc(between, text);
        fprintf(text, "%zu", shape->dim[i]);
    }
}

static bool is_default(const struct har_argument *argument, const void *field)
{
    if (argument->required)
        return false;
    switch (argument->type) {
    case HAR_ARG_COUNT:
        return (double)*(const size_t *)field == argument->otherwise;
    case HAR_ARG_NUMBER:
        return *(const double *)field == argument->otherwise;
    case HAR_ARG_BOOL:
        return *(const bool *)field == (argument->otherwise != 0);
    case HAR_ARG_CHOICE:
        return *(const int *)field == (int)argument->otherwise;
    case HAR_ARG_SHAPE:
        return ((const struct har_shape *)field)->rank == 0;
    }
    return true;
}

static void write_argument(FILE *text, const struct har_argument *argument, const void *field)
{
    fputc(' ', text);
    if (!argument->positional)
        fprintf(text, "%s=", argument->name);
    switch (argument->type) {
    case HAR_ARG_COUNT:
        fprintf(text, "%zu", *(const size_t *)field);
        break;
    case HAR_ARG_NUMBER:
        write_number(text, *(const double *)field);
        break;
    case HAR_ARG_BOOL:
        fputs(*(const bool *)field ? "true" : "false", text);
        break;
    case HAR_ARG_CHOICE:
        fputs(argument->choices[*(const int *)field], text);
        break;
    case HAR_ARG_SHAPE:
        write_shape(text, field, argument->positional ? ' ' : ',');
        break;
    }
}

void har_statement_write(FILE *text, const struct har_statement *statement)
{
    fprintf(text, "%s%s%s", statement->distributed ? "time_distributed " : "",
            statement->bidirectional ? "bidirectional " : "", statement->kind->name);
    for (const struct har_argument *a = statement->kind->arguments; a->name != NULL; a++) {
        const void *field = (const char *)statement->config + a->field;
        if (!is_default(a, field))
            write_argument(text, a, field);
    }
    if (statement->activation != 0)
        fprintf(text, " activation=%s", har_activation_names[statement->activation]);
    if (statement->name[0] != '\0')
        fprintf(text, " name=%s", statement->name);
    fputc('\n', text);
}
