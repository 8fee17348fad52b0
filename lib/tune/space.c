#include "tune/space.h"

#include "base/memory.h"
#include "nn/words.h"
#include "stats/summary.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers whose neighbours 1 away are doubles, with room for a product. */
static const double largest = 1e15;

static const char *const kinds[] = {"float", "int", "categorical"};

/* What `har-tune ask` calls other things. */
static const char *const reserved[] = {"run", "trial", "rung", "repeat", "budget", "seed", "if"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static enum har_status read_name(struct har_parameter *parameter, const struct har_space *space,
                                 const struct har_line *line, struct har_error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
    const struct har_word *word = &line->word[1];
    if (word->length > HAR_PARAMETER_NAME_MAX)
        return har_line_fail(line, word, err, "a name has at most %d characters",
                             HAR_PARAMETER_NAME_MAX);
    for (size_t i = 0; i < word->length; i++)
        if (strchr(letters, word->text[i]) == NULL || strchr("0123456789", word->text[0]) != NULL)
            return har_line_fail(line, word, err,
                                 "'%.*s': a name consists of small letters, digits and _",
                                 (int)word->length, word->text);
    for (size_t i = 0; i < COUNT(reserved); i++)
        if (har_word_is(word, reserved[i]))
            return har_line_fail(line, word, err, "'%s' is what har-tune calls something else",
                                 reserved[i]);
    if (har_space_find(space, word->text, word->length) != NULL)
        return har_line_fail(line, word, err, "'%.*s' is there already", (int)word->length,
                             word->text);
    memcpy(parameter->name, word->text, word->length);
    return HAR_OK;
}

/* A number of the parameter's kind. */
static enum har_status read_number(double *number, const struct har_parameter *parameter,
                                   const char *what, double low, const struct har_line *line,
                                   const struct har_word *word, struct har_error *err)
{
    const bool whole = parameter->kind == HAR_PARAMETER_INT;
    if (!har_word_number(number, word, low, largest) || (whole && *number != rint(*number)))
        return har_line_fail(line, word, err,
                             "%s is '%.*s', expected a %snumber from %.15g to 1e15", what,
                             (int)word->length, word->text, whole ? "whole " : "", low);
    return HAR_OK;
}

static enum har_status check_range(const struct har_parameter *parameter,
                                   const struct har_line *line, struct har_error *err)
{
    const struct har_word *high = &line->word[3];
    if (parameter->low >= parameter->high)
        return har_line_fail(line, high, err, "%s: from %.15g to %.15g, expected a range",
                             parameter->name, parameter->low, parameter->high);
    if (parameter->log && parameter->step > (parameter->kind == HAR_PARAMETER_INT))
        return har_line_fail(line, &line->word[0], err, "%s: log and step exclude each other",
                             parameter->name);
    if (parameter->log && parameter->low <= 0)
        return har_line_fail(line, &line->word[2], err, "%s: log wants a range above 0",
                             parameter->name);
    const double steps = (parameter->high - parameter->low) / parameter->step;
    if (parameter->step > 0 && fabs(steps - rint(steps)) > 1e-9 * steps)
        return har_line_fail(line, high, err, "%s: %.15g isn't %.15g and whole steps of %.15g",
                             parameter->name, parameter->high, parameter->low, parameter->step);
    return HAR_OK;
}

/* WORD is log or step=S; which of them the line has had, *STEPPED and parameter->log tell. */
static enum har_status read_scale(struct har_parameter *parameter, bool *stepped,
                                  const struct har_line *line, const struct har_word *word,
                                  struct har_error *err)
{
    const double least = parameter->kind == HAR_PARAMETER_INT ? 1 : 1e-15;
    struct har_word key, value;
    const bool log = har_word_is(word, "log");
    if (!log && (!har_word_split(word, &key, &value) || !har_word_is(&key, "step")))
        return har_line_fail(line, word, err, "'%.*s', expected log, step=NUMBER or if",
                             (int)word->length, word->text);
    bool *given = log ? &parameter->log : stepped;
    if (*given)
        return har_line_fail(line, word, err, "'%.*s': %s is there already", (int)word->length,
                             word->text, log ? "log" : "step");
    *given = true;
    return log ? HAR_OK
               : read_number(&parameter->step, parameter, "step", least, line, &value, err);
}

/* LOW HIGH [log] [step=S], up to *NEXT. */
static enum har_status read_range(struct har_parameter *parameter, size_t *next,
                                  const struct har_line *line, struct har_error *err)
{
    if (line->words < 4)
        return har_line_fail(line, &line->word[0], err,
                             "%s wants a name, the least and the "
                             "greatest value",
                             kinds[parameter->kind]);
    if (read_number(&parameter->low, parameter, "the least value", -largest, line, &line->word[2],
                    err) != HAR_OK ||
        read_number(&parameter->high, parameter, "the greatest value", -largest, line,
                    &line->word[3], err) != HAR_OK)
        return err->status;
    bool stepped = false;
    parameter->step = parameter->kind == HAR_PARAMETER_INT;
    for (*next = 4; *next < line->words && !har_word_is(&line->word[*next], "if"); ++*next)
        if (read_scale(parameter, &stepped, line, &line->word[*next], err) != HAR_OK)
            return err->status;
    return check_range(parameter, line, err);
}

static enum har_status add_choice(struct har_parameter *parameter, const struct har_line *line,
                                  const struct har_word *word, struct har_error *err)
{
    if (word->length >= HAR_VALUE_TEXT)
        return har_line_fail(line, word, err, "a choice has at most %d characters",
                             HAR_VALUE_TEXT - 1);
    for (size_t i = 0; i < word->length; i++)
        if (strchr(",=\"'", word->text[i]) != NULL)
            return har_line_fail(line, word, err, "'%.*s': a choice has no , = \" or '",
                                 (int)word->length, word->text);
    for (size_t i = 0; i < parameter->choices; i++)
        if (har_word_is(word, parameter->choice[i]))
            return har_line_fail(line, word, err, "'%s' is there already", parameter->choice[i]);
    memcpy(parameter->choice[parameter->choices++], word->text, word->length);
    return HAR_OK;
}

static enum har_status read_choices(struct har_parameter *parameter, size_t *next,
                                    const struct har_line *line, struct har_error *err)
{
    for (*next = 2; *next < line->words && !har_word_is(&line->word[*next], "if"); ++*next)
        if (add_choice(parameter, line, &line->word[*next], err) != HAR_OK)
            return err->status;
    if (parameter->choices < 2)
        return har_line_fail(line, &line->word[0], err,
                             "categorical wants a name and two choices or more");
    parameter->high = (double)parameter->choices - 1;
    parameter->step = 1;
    return HAR_OK;
}

/* One value that the parent may have. */
static enum har_status add_when(struct har_parameter *parameter, const struct har_parameter *parent,
                                const struct har_line *line, const struct har_word *word,
                                struct har_error *err)
{
    double *when = &parameter->when[parameter->whens++];
    if (parent->kind == HAR_PARAMETER_INT) {
        if (har_word_number(when, word, parent->low, parent->high) &&
            fmod(*when - parent->low, parent->step) == 0)
            return HAR_OK;
    } else {
        for (*when = 0; *when < (double)parent->choices; ++*when)
            if (har_word_is(word, parent->choice[(size_t)*when]))
                return HAR_OK;
    }
    return har_line_fail(line, word, err, "%s is never '%.*s'", parent->name, (int)word->length,
                         word->text);
}

static enum har_status read_whens(struct har_parameter *parameter,
                                  const struct har_parameter *parent, const struct har_line *line,
                                  const struct har_word *value, struct har_error *err)
{
    struct har_word word, rest = *value;
    while (har_word_part(&word, &rest)) {
        if (parameter->whens == HAR_CHOICES_MAX)
            return har_line_fail(line, &word, err, "more than %d values", HAR_CHOICES_MAX);
        if (add_when(parameter, parent, line, &word, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

/* if NAME=VALUE,… as the last words from NEXT on. */
static enum har_status read_condition(struct har_parameter *parameter, size_t next,
                                      const struct har_space *space, const struct har_line *line,
                                      struct har_error *err)
{
    struct har_word key, value;
    if (next == line->words)
        return HAR_OK;
    if (line->words != next + 2 || !har_word_split(&line->word[next + 1], &key, &value))
        return har_line_fail(line, &line->word[next], err, "if wants NAME=VALUE, and nothing more");
    const struct har_parameter *parent = har_space_find(space, key.text, key.length);
    if (parent == NULL || parent->kind == HAR_PARAMETER_FLOAT)
        return har_line_fail(line, &key, err,
                             "'%.*s' isn't an int or categorical parameter of a line above",
                             (int)key.length, key.text);
    parameter->conditional = true;
    parameter->parent = (size_t)(parent - space->parameter);
    return read_whens(parameter, parent, line, &value, err);
}

static enum har_status read_parameter(struct har_space *space, const struct har_line *line,
                                      struct har_error *err)
{
    if (space->count == HAR_PARAMETERS_MAX)
        return har_line_fail(line, &line->word[0], err, "more than %d parameters",
                             HAR_PARAMETERS_MAX);
    struct har_parameter *parameter = &space->parameter[space->count];
    const struct har_word *word = &line->word[0];
    size_t kind = 0, next = 0;
    while (kind < COUNT(kinds) && !har_word_is(word, kinds[kind]))
        kind++;
    if (kind == COUNT(kinds))
        return har_line_fail(line, word, err, "'%.*s', expected float, int or categorical",
                             (int)word->length, word->text);
    if (line->words < 2)
        return har_line_fail(line, word, err, "%s wants a name", kinds[kind]);
    parameter->kind = (enum har_parameter_kind)kind;
    if (read_name(parameter, space, line, err) != HAR_OK)
        return err->status;
    const enum har_status status = parameter->kind == HAR_PARAMETER_CATEGORICAL
                                       ? read_choices(parameter, &next, line, err)
                                       : read_range(parameter, &next, line, err);
    if (status != HAR_OK || read_condition(parameter, next, space, line, err) != HAR_OK)
        return err->status;
    space->count++;
    return HAR_OK;
}

enum har_status har_space_new(struct har_space **space, const char *text, size_t length,
                              const char *file, struct har_error *err)
{
    struct har_line line = {.file = file};
    const char *at = text, *const end = text + length;
    *space = har_allocate(1, sizeof **space);
    if (*space == NULL)
        return har_fail_memory(err);
    enum har_status status = HAR_OK;
    while (status == HAR_OK && at < end) {
        status = har_line_next(&line, &at, end, err);
        if (status == HAR_OK && line.words > 0)
            status = read_parameter(*space, &line, err);
    }
    if (status == HAR_OK && (*space)->count == 0)
        status = har_fail(err, HAR_USAGE, "%s: no parameter, expected some", file);
    if (status != HAR_OK) {
        har_space_free(*space);
        *space = NULL;
        return har_error_hint(err, "the text of a space: man har-tune");
    }
    return HAR_OK;
}

void har_space_free(struct har_space *space)
{
    free(space);
}

static void write_parameter(FILE *to, const struct har_space *space,
                            const struct har_parameter *parameter)
{
    char value[HAR_VALUE_TEXT];
    fprintf(to, "%s %s", kinds[parameter->kind], parameter->name);
    for (size_t i = 0; i < parameter->choices; i++)
        fprintf(to, " %s", parameter->choice[i]);
    if (parameter->choices == 0) {
        har_value_text(value, parameter, parameter->low);
        fprintf(to, " %s", value);
        har_value_text(value, parameter, parameter->high);
        fprintf(to, " %s%s", value, parameter->log ? " log" : "");
        har_value_text(value, parameter, parameter->step);
        if (parameter->step > (parameter->kind == HAR_PARAMETER_INT))
            fprintf(to, " step=%s", value);
    }
    for (size_t i = 0; i < parameter->whens; i++) {
        const struct har_parameter *parent = &space->parameter[parameter->parent];
        har_value_text(value, parent, parameter->when[i]);
        fprintf(to, "%s%s%s%s", i == 0 ? " if " : ",", i == 0 ? parent->name : "",
                i == 0 ? "=" : "", value);
    }
    fputc('\n', to);
}

char *har_space_text(const struct har_space *space)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL)
        return NULL;
    for (size_t i = 0; i < space->count; i++)
        write_parameter(to, space, &space->parameter[i]);
    const bool failed = ferror(to) != 0;
    if (fclose(to) == 0 && !failed)
        return text;
    free(text);
    return NULL;
}

const struct har_parameter *har_space_find(const struct har_space *space, const char *name,
                                           size_t size)
{
    for (size_t i = 0; i < space->count; i++)
        if (strlen(space->parameter[i].name) == size &&
            memcmp(space->parameter[i].name, name, size) == 0)
            return &space->parameter[i];
    return NULL;
}

bool har_space_active(const struct har_space *space, size_t number, const double *values)
{
    const struct har_parameter *parameter = &space->parameter[number];
    if (!parameter->conditional)
        return true;
    for (size_t i = 0; i < parameter->whens; i++)
        if (values[parameter->parent] == parameter->when[i])
            return true;
    return false;
}

bool har_parameter_beside(const struct har_parameter *a, const struct har_parameter *b)
{
    if (!a->conditional || !b->conditional)
        return a->conditional == b->conditional;
    return a->parent == b->parent && a->whens == b->whens &&
           memcmp(a->when, b->when, a->whens * sizeof *a->when) == 0;
}

void har_value_text(char text[HAR_VALUE_TEXT], const struct har_parameter *parameter, double value)
{
    if (parameter->kind == HAR_PARAMETER_CATEGORICAL)
        memcpy(text, parameter->choice[(size_t)value], HAR_VALUE_TEXT);
    else if (parameter->kind == HAR_PARAMETER_INT)
        snprintf(text, HAR_VALUE_TEXT, "%.0f", value);
    else
        har_float_text(text, value);
}
