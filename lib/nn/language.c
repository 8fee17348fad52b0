#include "nn/language.h"

#include "base/memory.h"
#include "nn/kinds.h"
#include "nn/net.h"

#include <stdlib.h>
#include <string.h>

enum { KNOWN_MAX = 80, NAME_MAX_GIVEN = 40 };

/* Keras arguments of every layer that aren't supported. */
static const char *const refused_everywhere[] = {
    "trainable",  "dtype",   "input_shape", "batch_input_shape", "input_dim",
    "batch_size", "weights", "dynamic",     "autocast",          NULL};

static bool listed(const char *const *list, const struct har_word *word)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        if (har_word_is(word, list[i]))
            return true;
    return false;
}

static enum har_status unknown(const struct har_line *line, const struct har_word *word,
                               const char *what, const char *const *known, size_t count,
                               struct har_error *err)
{
    const char *nearest = har_word_nearest(word, known, count);
    if (nearest == NULL)
        return har_line_fail(line, word, err, "unknown %s '%.*s'", what, (int)word->length,
                             word->text);
    return har_line_fail(line, word, err, "unknown %s '%.*s'; did you mean '%s'?", what,
                         (int)word->length, word->text, nearest);
}

static enum har_status find_kind(const struct har_layer_kind **kind, const struct har_line *line,
                                 const struct har_word *word, struct har_error *err)
{
    const char *known[KNOWN_MAX] = {"profile",       "input",  "time_distributed",
                                    "bidirectional", "branch", "shortcut"};
    size_t count = 6;
    if (listed(known, word))
        return har_line_fail(line, word, err, "expected a layer, not '%.*s'", (int)word->length,
                             word->text);
    for (const struct har_layer_kind *const *k = har_layer_kinds(); *k != NULL; k++) {
        if (har_word_is(word, (*k)->name)) {
            *kind = *k;
            return HAR_OK;
        }
        known[count++] = (*k)->name;
    }
    return unknown(line, word, "layer", known, count, err);
}

static enum har_status bad_value(const struct har_line *line, const struct har_word *value,
                                 const struct har_argument *argument, const char *expected,
                                 struct har_error *err)
{
    return har_line_fail(line, value, err, "%s is '%.*s', expected %s", argument->name,
                         (int)value->length, value->text, expected);
}

static enum har_status read_count(void *field, const struct har_argument *argument,
                                  const struct har_line *line, const struct har_word *value,
                                  struct har_error *err)
{
    char expected[80];
    snprintf(expected, sizeof expected, "a whole number from %.15g to %.15g", argument->low,
             argument->high);
    if (!har_word_count(field, value, argument->low, argument->high))
        return bad_value(line, value, argument, expected, err);
    return HAR_OK;
}

static enum har_status read_number(void *field, const struct har_argument *argument,
                                   const struct har_line *line, const struct har_word *value,
                                   struct har_error *err)
{
    char expected[80];
    snprintf(expected, sizeof expected, "a number from %.15g to %.15g", argument->low,
             argument->high);
    if (!har_word_number(field, value, argument->low, argument->high))
        return bad_value(line, value, argument, expected, err);
    return HAR_OK;
}

static enum har_status read_bool(void *field, const struct har_argument *argument,
                                 const struct har_line *line, const struct har_word *value,
                                 struct har_error *err)
{
    bool *flag = field;
    *flag = har_word_is(value, "true");
    if (!*flag && !har_word_is(value, "false"))
        return bad_value(line, value, argument, "true or false", err);
    return HAR_OK;
}

static enum har_status read_choice(void *field, const struct har_argument *argument,
                                   const struct har_line *line, const struct har_word *value,
                                   struct har_error *err)
{
    int *chosen = field;
    size_t count = 0;
    for (; argument->choices[count] != NULL; count++)
        if (har_word_is(value, argument->choices[count])) {
            *chosen = (int)count;
            return HAR_OK;
        }
    return unknown(line, value, argument->name, argument->choices, count, err);
}

static enum har_status add_dimension(struct har_shape *shape, const struct har_line *line,
                                     const struct har_word *word, double low, double high,
                                     struct har_error *err)
{
    if (shape->rank == HAR_DIMS_MAX)
        return har_line_fail(line, word, err, "more than %d dimensions", HAR_DIMS_MAX);
    if (!har_word_count(&shape->dim[shape->rank++], word, low, high))
        return har_line_fail(line, word, err, "dimension '%.*s', expected %.15g to %.15g",
                             (int)word->length, word->text, low, high);
    return HAR_OK;
}

enum har_status har_shape_read(struct har_shape *shape, const struct har_line *line, size_t first,
                               double low, double high, struct har_error *err)
{
    *shape = (struct har_shape){0};
    for (size_t i = first; i < line->words; i++)
        if (add_dimension(shape, line, &line->word[i], low, high, err) != HAR_OK)
            return err->status;
    if (shape->rank == 0)
        return har_line_fail(line, &line->word[first - 1], err, "%.*s wants dimensions",
                             (int)line->word[first - 1].length, line->word[first - 1].text);
    return HAR_OK;
}

/* Counts with commas between them. */
static enum har_status read_shape(void *field, const struct har_argument *argument,
                                  const struct har_line *line, const struct har_word *value,
                                  struct har_error *err)
{
    struct har_shape *shape = field;
    struct har_word word, rest = *value;
    *shape = (struct har_shape){0};
    while (har_word_part(&word, &rest))
        if (add_dimension(shape, line, &word, argument->low, argument->high, err) != HAR_OK)
            return err->status;
    return HAR_OK;
}

typedef enum har_status reader(void *field, const struct har_argument *argument,
                               const struct har_line *line, const struct har_word *value,
                               struct har_error *err);

static reader *const readers[] = {[HAR_ARG_COUNT] = read_count,
                                  [HAR_ARG_NUMBER] = read_number,
                                  [HAR_ARG_BOOL] = read_bool,
                                  [HAR_ARG_CHOICE] = read_choice,
                                  [HAR_ARG_SHAPE] = read_shape};

static const struct har_argument activation_argument = {
    .name = "activation", .type = HAR_ARG_CHOICE, .choices = har_activation_names};

static enum har_status read_name(struct har_statement *statement, const struct har_line *line,
                                 const struct har_word *value, struct har_error *err)
{
    if (value->length == 0 || value->length > NAME_MAX_GIVEN)
        return har_line_fail(line, value, err, "a name has 1 to %d characters", NAME_MAX_GIVEN);
    memcpy(statement->name, value->text, value->length);
    statement->name[value->length] = '\0';
    if (strspn(statement->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_") != value->length)
        return har_line_fail(line, value, err, "a name consists of letters, digits and _");
    return HAR_OK;
}

static enum har_status unknown_argument(const struct har_layer_kind *kind,
                                        const struct har_line *line, const struct har_word *key,
                                        struct har_error *err)
{
    if (listed(kind->refused, key) || listed(refused_everywhere, key))
        return har_line_fail(line, key, err, "%s: Keras's argument '%.*s' isn't supported",
                             kind->name, (int)key->length, key->text);
    const char *known[KNOWN_MAX] = {"name", "activation"};
    size_t count = kind->activation ? 2 : 1;
    for (const struct har_argument *a = kind->arguments; a->name != NULL; a++)
        known[count++] = a->name;
    return unknown(line, key, "argument", known, count, err);
}

/* What has been set in a statement, by number of argument and for the two that many kinds have. */
struct given {
    unsigned arguments;
    bool name, activation;
};

static enum har_status twice(const struct har_line *line, const struct har_word *word,
                             const char *name, struct har_error *err)
{
    return har_line_fail(line, word, err, "%s is given twice", name);
}

static enum har_status set_argument(struct har_statement *statement, size_t number,
                                    struct given *given, const struct har_line *line,
                                    const struct har_word *at, const struct har_word *value,
                                    struct har_error *err)
{
    const struct har_argument *argument = &statement->kind->arguments[number];
    if (given->arguments & 1u << number)
        return twice(line, at, argument->name, err);
    given->arguments |= 1u << number;
    return readers[argument->type]((char *)statement->config + argument->field, argument, line,
                                   value, err);
}

static enum har_status set_named(struct har_statement *statement, struct given *given,
                                 const struct har_line *line, const struct har_word *key,
                                 const struct har_word *value, struct har_error *err)
{
    const struct har_layer_kind *kind = statement->kind;
    for (size_t i = 0; kind->arguments[i].name != NULL; i++)
        if (har_word_is(key, kind->arguments[i].name))
            return set_argument(statement, i, given, line, key, value, err);
    if (har_word_is(key, "name")) {
        if (given->name)
            return twice(line, key, "name", err);
        given->name = true;
        return read_name(statement, line, value, err);
    }
    if (kind->activation && har_word_is(key, "activation")) {
        if (given->activation)
            return twice(line, key, "activation", err);
        given->activation = true;
        return read_choice(&statement->activation, &activation_argument, line, value, err);
    }
    return unknown_argument(kind, line, key, err);
}

/* The positional argument of a kind, or their number. */
static size_t positional(const struct har_layer_kind *kind)
{
    size_t i = 0;
    while (kind->arguments[i].name != NULL && !kind->arguments[i].positional)
        i++;
    return i;
}

/* The words from *NEXT on that have no key. */
static enum har_status read_positional(struct har_statement *statement, struct given *given,
                                       const struct har_line *line, size_t *next,
                                       struct har_error *err)
{
    const size_t number = positional(statement->kind);
    const struct har_argument *argument = &statement->kind->arguments[number];
    const struct har_word *word = &line->word[*next];
    if (argument->name == NULL || given->arguments & 1u << number)
        return har_line_fail(line, word, err, "%s: unexpected '%.*s'", statement->kind->name,
                             (int)word->length, word->text);
    ++*next;
    if (argument->type != HAR_ARG_SHAPE)
        return set_argument(statement, number, given, line, word, word, err);
    if (set_argument(statement, number, given, line, word, word, err) != HAR_OK)
        return err->status;
    struct har_shape *shape = (void *)((char *)statement->config + argument->field);
    while (*next < line->words &&
           memchr(line->word[*next].text, '=', line->word[*next].length) == NULL)
        if (add_dimension(shape, line, &line->word[(*next)++], argument->low, argument->high,
                          err) != HAR_OK)
            return err->status;
    return HAR_OK;
}

static void set_defaults(struct har_statement *statement)
{
    for (const struct har_argument *a = statement->kind->arguments; a->name != NULL; a++) {
        char *field = (char *)statement->config + a->field;
        const size_t count = a->otherwise > 0 ? (size_t)a->otherwise : 0; /* a choice's may be -1 */
        const bool flag = a->otherwise != 0;
        const int chosen = (int)a->otherwise;
        if (a->type == HAR_ARG_COUNT)
            memcpy(field, &count, sizeof count);
        else if (a->type == HAR_ARG_NUMBER)
            memcpy(field, &a->otherwise, sizeof a->otherwise);
        else if (a->type == HAR_ARG_BOOL)
            memcpy(field, &flag, sizeof flag);
        else if (a->type == HAR_ARG_CHOICE)
            memcpy(field, &chosen, sizeof chosen);
    }
}

static enum har_status read_arguments(struct har_statement *statement, const struct har_line *line,
                                      size_t next, struct har_error *err)
{
    struct given given = {0};
    set_defaults(statement);
    while (next < line->words) {
        struct har_word key, value;
        if (!har_word_split(&line->word[next], &key, &value)) {
            if (read_positional(statement, &given, line, &next, err) != HAR_OK)
                return err->status;
        } else {
            next++;
            if (set_named(statement, &given, line, &key, &value, err) != HAR_OK)
                return err->status;
        }
    }
    for (size_t i = 0; statement->kind->arguments[i].name != NULL; i++)
        if (statement->kind->arguments[i].required && !(given.arguments & 1u << i))
            return har_line_fail(line, &statement->word, err, "%s wants %s", statement->kind->name,
                                 statement->kind->arguments[i].name);
    return HAR_OK;
}

/* The word *NEXT, where it is WRAPPER: *WRAPPED, and another one follows. */
static enum har_status read_wrapper(bool *wrapped, size_t *next, const char *wrapper,
                                    const struct har_line *line, struct har_error *err)
{
    *wrapped = har_word_is(&line->word[*next], wrapper);
    if (*wrapped && line->words == ++*next)
        return har_line_fail(line, &line->word[*next - 1], err, "%s wants a layer", wrapper);
    return HAR_OK;
}

static enum har_status read_kind(struct har_statement *statement, const struct har_line *line,
                                 size_t *next, struct har_error *err)
{
    if (read_wrapper(&statement->distributed, next, "time_distributed", line, err) != HAR_OK ||
        read_wrapper(&statement->bidirectional, next, "bidirectional", line, err) != HAR_OK)
        return err->status;
    const struct har_word *word = &line->word[(*next)++];
    statement->word = *word;
    if (find_kind(&statement->kind, line, word, err) != HAR_OK)
        return err->status;
    if (statement->distributed && (statement->kind->joins || statement->kind->mix != NULL))
        return har_line_fail(line, word, err, "time_distributed can't wrap '%s'",
                             statement->kind->name);
    if (statement->bidirectional && !statement->kind->reverses)
        return har_line_fail(line, word, err, "bidirectional wants lstm or gru, not '%s'",
                             statement->kind->name);
    return HAR_OK;
}

enum har_status har_statement_read(struct har_statement *statement, const struct har_line *line,
                                   struct har_error *err)
{
    size_t next = 0;
    *statement = (struct har_statement){0};
    if (read_kind(statement, line, &next, err) != HAR_OK)
        return err->status;
    statement->config = har_allocate(1, statement->kind->config_size + 1);
    if (statement->config == NULL)
        return har_fail_memory(err);
    const enum har_status status = read_arguments(statement, line, next, err);
    if (status != HAR_OK) {
        free(statement->config);
        statement->config = NULL;
    }
    return status;
}
