#include "base/options.h"
#include "base/guess.h"
#include "base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

static const double count_max = 0x1p53; /* beyond it a double doesn't name a count exactly */
static const uint64_t seed_max = INT64_MAX;

static void range_text(char text[80], double low, double high, double unlimited)
{
    if (high >= unlimited)
        snprintf(text, 80, "at least %.15g", low);
    else
        snprintf(text, 80, "%.15g to %.15g", low, high);
}

/* Decimal digits alone; false also where they exceed 64 bits. */
static bool digits(uint64_t *value, const char *text)
{
    if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
        return false;
    errno = 0;
    *value = strtoull(text, NULL, 10);
    return errno == 0;
}

enum har_status har_read_count(size_t *value, const char *text, double low, double high,
                               const char *name, struct har_error *err)
{
    char range[80];
    range_text(range, low, high, count_max);
    uint64_t read;
    if (!digits(&read, text))
        return har_fail(err, HAR_USAGE, "%s: '%s' isn't a whole number, expected %s", name, text,
                        range);
    if ((double)read < low || (double)read > high || (double)read > count_max)
        return har_fail(err, HAR_USAGE, "%s: %s is out of range, expected %s", name, text, range);
    *value = (size_t)read;
    return HAR_OK;
}

enum har_status har_read_number(double *value, const char *text, double low, double high,
                                const char *name, struct har_error *err)
{
    char range[80], *end;
    range_text(range, low, high, HUGE_VAL);
    const double read = strtod(text, &end);
    const bool decimal = *text != '\0' && text[strspn(text, "+-.0123456789eE")] == '\0';
    if (!decimal || *end != '\0' || !isfinite(read))
        return har_fail(err, HAR_USAGE, "%s: '%s' isn't a number, expected %s", name, text, range);
    if (read < low || read > high)
        return har_fail(err, HAR_USAGE, "%s: %s is out of range, expected %s", name, text, range);
    *value = read;
    return HAR_OK;
}

static enum har_status read_seed(struct har_seed *seed, const char *text, const char *name,
                                 struct har_error *err)
{
    uint64_t read;
    if (!digits(&read, text) || read > seed_max)
        return har_fail(err, HAR_USAGE, "%s: '%s' isn't a whole number, expected 0 to %llu", name,
                        text, (unsigned long long)seed_max);
    *seed = (struct har_seed){.given = true, .value = read};
    return HAR_OK;
}

/* ---- the tables ---- */

struct tables {
    const struct har_option *const *table;
    size_t count;
};

static size_t tables_size(const struct tables *tables)
{
    size_t size = 0;
    for (size_t i = 0; i < tables->count; i++)
        for (const struct har_option *option = tables->table[i]; option->name != NULL; option++)
            size++;
    return size;
}

static const struct har_option *tables_get(const struct tables *tables, size_t index)
{
    for (size_t i = 0; i < tables->count; i++)
        for (const struct har_option *option = tables->table[i]; option->name != NULL; option++)
            if (index-- == 0)
                return option;
    return NULL;
}

static const struct har_option *find_letter(const struct tables *tables, int letter)
{
    const struct har_option *option;
    for (size_t i = 0; (option = tables_get(tables, i)) != NULL; i++)
        if (option->letter == letter)
            return option;
    return NULL;
}

/* What getopt_long returns for an operand, and for long options: these lie above all letters. */
enum { operand = 1, long_value = 256 };

static const struct har_option *find_value(const struct tables *tables, int value)
{
    return value >= long_value ? tables_get(tables, (size_t)(value - long_value))
                               : find_letter(tables, value);
}

/* ---- faults ---- */

static const char *nearest(const struct tables *tables, const char *name)
{
    struct har_guess guess = {.word = name, .length = strlen(name)};
    const struct har_option *option;
    for (size_t i = 0; (option = tables_get(tables, i)) != NULL; i++)
        har_guess_try(&guess, option->name);
    return guess.name;
}

/* NAME is the beginning of two options or more, but none of them. */
static bool ambiguous(const struct tables *tables, const char *name, const char *meant[2])
{
    size_t found = 0;
    const struct har_option *option;
    for (size_t i = 0; (option = tables_get(tables, i)) != NULL && found < 2; i++)
        if (strncmp(option->name, name, strlen(name)) == 0)
            meant[found++] = option->name;
    return found == 2;
}

static enum har_status unknown_long(const struct tables *tables, const char *argument,
                                    struct har_error *err)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
    const char *meant[2];
    if (ambiguous(tables, name, meant))
        return har_fail(err, HAR_USAGE, "option '--%s' is ambiguous: '--%s' or '--%s'?", name,
                        meant[0], meant[1]);
    const char *near = nearest(tables, name);
    if (near == NULL)
        return har_fail(err, HAR_USAGE, "unknown option '--%s'", name);
    return har_fail(err, HAR_USAGE, "unknown option '--%s'; did you mean '--%s'?", name, near);
}

/* getopt_long returned '?' or ':'. */
static enum har_status fault(const struct tables *tables, int code, char **argv,
                             struct har_error *err)
{
    const struct har_option *option = optopt == 0 ? NULL : find_value(tables, optopt);
    if (option == NULL && optopt == 0)
        return unknown_long(tables, argv[optind - 1], err);
    if (option == NULL)
        return har_fail(err, HAR_USAGE, "unknown option '-%c'", isprint(optopt) ? optopt : '?');
    if (code == ':')
        return har_fail(err, HAR_USAGE, "--%s: its argument is missing, expected --%s %s",
                        option->name, option->name, option->argument);
    return har_fail(err, HAR_USAGE, "--%s takes no argument", option->name);
}

/* ---- parsing ---- */

static enum har_status add_text(struct har_texts *texts, const char *text, const char *name,
                                struct har_error *err)
{
    if (texts->count == HAR_TEXTS_MAX)
        return har_fail(err, HAR_USAGE, "%s: given more than %d times", name, HAR_TEXTS_MAX);
    texts->text[texts->count++] = text;
    return HAR_OK;
}

static enum har_status set(const struct har_option *option, const char *text, struct har_error *err)
{
    char name[80];
    snprintf(name, sizeof name, "--%s", option->name);
    switch (option->type) {
    case HAR_OPTION_FLAG:
        *(bool *)option->value = true;
        return HAR_OK;
    case HAR_OPTION_COUNT:
        return har_read_count(option->value, text, option->low, option->high, name, err);
    case HAR_OPTION_NUMBER:
        return har_read_number(option->value, text, option->low, option->high, name, err);
    case HAR_OPTION_SEED:
        return read_seed(option->value, text, name, err);
    case HAR_OPTION_FILES:
        return add_text(option->value, text, name, err);
    default:
        *(const char **)option->value = text;
        return HAR_OK;
    }
}

/* What getopt_long wants: all long options, and the letters behind a '-' that has operands returned
 * in their turn, and a ':' that tells a missing argument from an unknown option. */
static void describe(struct option *longs, char *letters, const struct tables *tables)
{
    *letters++ = '-';
    *letters++ = ':';
    const struct har_option *option;
    for (size_t i = 0; (option = tables_get(tables, i)) != NULL; i++) {
        const bool flag = option->type == HAR_OPTION_FLAG;
        longs[i] = (struct option){.name = option->name,
                                   .has_arg = flag ? no_argument : required_argument,
                                   .val = long_value + (int)i};
        if (option->letter != 0)
            *letters++ = option->letter;
        if (option->letter != 0 && !flag)
            *letters++ = ':';
    }
    *letters = '\0';
}

bool har_options_given(const struct har_operands *left, const char *name)
{
    for (size_t i = 0; i < left->givens; i++)
        if (strcmp(left->given[i], name) == 0)
            return true;
    return false;
}

static enum har_status take(struct har_operands *left, const struct har_option *option,
                            const char *text, struct har_error *err)
{
    if (!har_options_given(left, option->name)) {
        if (left->givens == HAR_OPTIONS_MAX)
            return har_fail(err, HAR_USAGE, "more than %d options are given", HAR_OPTIONS_MAX);
        left->given[left->givens++] = option->name;
    }
    return set(option, text, err);
}

/* "-1" and "-.5" are numbers, where no option is named by a digit. */
static bool is_number(const struct tables *tables, const char *argument)
{
    if (argument == NULL || argument[0] != '-' ||
        !isdigit((unsigned char)argument[argument[1] == '.' ? 2 : 1]))
        return false;
    const struct har_option *option;
    for (size_t i = 0; (option = tables_get(tables, i)) != NULL; i++)
        if (isdigit((unsigned char)option->letter))
            return false;
    return true;
}

/* As getopt_long, which takes a negative number for options. */
static int next(const struct tables *tables, int argc, char **argv, const struct option *longs,
                const char *letters)
{
    if (!is_number(tables, argv[optind]))
        return getopt_long(argc, argv, letters, longs, NULL);
    optarg = argv[optind++];
    return operand;
}

/* What CODE stands for; operands are gathered at the beginning of argv, where there is room for
 * each that was read. */
static enum har_status parse_one(struct har_operands *left, const struct tables *tables, int code,
                                 char **argv, struct har_error *err)
{
    if (code == '?' || code == ':')
        return fault(tables, code, argv, err);
    if (code != operand)
        return take(left, find_value(tables, code), optarg, err);
    left->operand[left->count++] = optarg;
    return HAR_OK;
}

static enum har_status parse(struct har_operands *left, const struct tables *tables, int argc,
                             char **argv, const struct option *longs, const char *letters,
                             struct har_error *err)
{
    enum har_status first = HAR_OK;
    struct har_error later;
    opterr = 0;
    optind = 0;                                        /* GNU: start anew, */
    (void)!getopt_long(1, argv, letters, longs, NULL); /* before the first argument */
    left->operand = argv + 1;
    int code;
    while ((code = next(tables, argc, argv, longs, letters)) != -1) {
        struct har_error *told = first == HAR_OK ? err : &later;
        const enum har_status status = parse_one(left, tables, code, argv, told);
        if (first == HAR_OK)
            first = status;
    }
    while (optind < argc)
        left->operand[left->count++] = argv[optind++];
    left->operand[left->count] = NULL;
    return first;
}

enum har_status har_options_parse(struct har_operands *left, int argc, char **argv,
                                  const struct har_option *const table[], size_t count,
                                  struct har_error *err)
{
    const struct tables tables = {table, count};
    *left = (struct har_operands){0};
    const size_t size = tables_size(&tables);
    struct option *longs = har_allocate(size + 1, sizeof *longs);
    char *letters = har_allocate(2 * size + 3, 1);
    enum har_status status = HAR_OK;
    if (longs == NULL || letters == NULL) {
        status = har_fail_memory(err);
    } else {
        describe(longs, letters, &tables);
        status = parse(left, &tables, argc, argv, longs, letters, err);
    }
    free(longs);
    free(letters);
    return status;
}

/* ---- the record ---- */

static bool within(const struct har_option *option, double value)
{
    return value >= option->low && value <= option->high;
}

/* Has a value worth recording: what was left out isn't, nor a default that could not be given. */
static bool is_set(const struct har_option *option)
{
    switch (option->type) {
    case HAR_OPTION_FLAG:
        return *(const bool *)option->value;
    case HAR_OPTION_SEED:
        return ((const struct har_seed *)option->value)->given;
    case HAR_OPTION_TEXT:
    case HAR_OPTION_FILE:
    case HAR_OPTION_WRITTEN:
        return *(const char *const *)option->value != NULL;
    case HAR_OPTION_FILES:
        return ((const struct har_texts *)option->value)->count > 0;
    case HAR_OPTION_COUNT:
        return within(option, (double)*(const size_t *)option->value);
    case HAR_OPTION_NUMBER:
        return within(option, *(const double *)option->value);
    default:
        return true;
    }
}

static json_t *list_texts(const struct har_texts *texts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < texts->count; i++)
        if (json_array_append_new(list, json_string(texts->text[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *to_json(const struct har_option *option)
{
    switch (option->type) {
    case HAR_OPTION_FLAG:
        return json_true();
    case HAR_OPTION_COUNT:
        return json_integer((json_int_t)(*(const size_t *)option->value));
    case HAR_OPTION_NUMBER:
        return json_real(*(const double *)option->value);
    case HAR_OPTION_SEED:
        return json_integer((json_int_t)((const struct har_seed *)option->value)->value);
    case HAR_OPTION_FILES:
        return list_texts(option->value);
    default:
        return json_string(*(const char *const *)option->value);
    }
}

enum har_status har_options_record(json_t *arguments, const struct har_option *table,
                                   struct har_error *err)
{
    for (const struct har_option *option = table; option->name != NULL; option++) {
        if (!option->recorded || !is_set(option))
            continue;
        if (json_object_set_new(arguments, option->name, to_json(option)) != 0)
            return har_fail(err, HAR_USAGE, "--%s: can't be recorded, expected UTF-8",
                            option->name);
    }
    return HAR_OK;
}
