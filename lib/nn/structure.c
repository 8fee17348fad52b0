/* The lines that shape the graph: branch … concatenate, shortcut … add. Open groups are a stack;
 * their layers are those of any other line, with other inputs. */
#include "nn/assembly.h"
#include "nn/kinds.h"

#include <string.h>

static struct har_group *top_of(struct har_assembly *a)
{
    return a->groups == 0 ? NULL : &a->group[a->groups - 1];
}

static enum har_status open_group(struct har_assembly *a, const struct har_group *group,
                                  struct har_error *err)
{
    if (a->groups == HAR_GROUPS_MAX)
        return har_line_fail(&a->line, &a->line.word[0], err,
                             "more than %d branches and shortcuts inside each other",
                             HAR_GROUPS_MAX);
    struct har_group *top = &a->group[a->groups++];
    *top = *group;
    top->line = a->line.number;
    top->column = a->line.word[0].column;
    top->start = a->present;
    return HAR_OK;
}

static void write_word(const struct har_assembly *a, const char *word)
{
    if (!har_assembly_copying(a))
        fprintf(a->text, "%s\n", word);
}

/* ---- branches ---- */

/* What is here is the end of the open branch. */
static enum har_status end_branch(struct har_assembly *a, struct har_group *group,
                                  struct har_error *err)
{
    if (group->ends.count == HAR_INPUTS_MAX)
        return har_line_fail(&a->line, &a->line.word[0], err, "more than %d branches",
                             HAR_INPUTS_MAX);
    group->ends.source[group->ends.count++] = a->present;
    return HAR_OK;
}

/* The layer that gives this copy of the branch its channel. */
static enum har_status start_copy(struct har_assembly *a, const struct har_group *group,
                                  struct har_error *err)
{
    struct har_channel config = {.channel = group->copy};
    const struct har_statement statement = {
        .kind = &har_kind_channel, .config = &config, .word = a->line.word[0]};
    const struct har_sources from = {1, {group->start}};
    return har_assembly_add(a, &statement, &from, err);
}

static enum har_status open_each(struct har_assembly *a, struct har_error *err)
{
    const struct har_shape shape = har_assembly_shape(a, a->present);
    const size_t copies = shape.rank == 0 ? 1 : shape.dim[shape.rank - 1];
    const struct har_group group = {.each = true, .copies = copies, .body = a->at};
    if (copies > HAR_INPUTS_MAX)
        return har_line_fail(&a->line, &a->line.word[0], err, "%zu channels are more than %d",
                             copies, HAR_INPUTS_MAX);
    write_word(a, "branch each=channel");
    if (open_group(a, &group, err) != HAR_OK)
        return err->status;
    return start_copy(a, top_of(a), err);
}

/* Is the line `branch each=channel`? Not: false, or an error where it isn't `branch` either. */
static enum har_status read_each(bool *each, const struct har_line *line, struct har_error *err)
{
    *each = false;
    if (line->words == 1)
        return HAR_OK;
    *each = har_word_is(&line->word[1], "each=channel");
    if (!*each || line->words > 2)
        return har_line_fail(line, &line->word[*each ? 2 : 1], err,
                             "unexpected '%.*s', expected branch or branch each=channel",
                             (int)line->word[*each ? 2 : 1].length, line->word[*each ? 2 : 1].text);
    return HAR_OK;
}

static enum har_status read_branch(struct har_assembly *a, struct har_error *err)
{
    struct har_group *top = top_of(a);
    bool each;
    if (read_each(&each, &a->line, err) != HAR_OK)
        return err->status;
    const bool next = top != NULL && !top->shortcut;
    if (next && (each || top->each))
        return har_line_fail(&a->line, &a->line.word[0], err,
                             "branch each=channel can't stand beside another branch");
    if (each)
        return open_each(a, err);
    write_word(a, "branch");
    if (!next)
        return open_group(a, &(struct har_group){0}, err);
    if (end_branch(a, top, err) != HAR_OK)
        return err->status;
    a->present = top->start;
    return HAR_OK;
}

/* Back to the lines after `branch each=channel`, for the next channel. */
static enum har_status next_copy(struct har_assembly *a, struct har_group *group,
                                 struct har_error *err)
{
    group->copy++;
    a->at = group->body;
    a->line.number = group->line;
    a->line.word[0].column = group->column;
    return start_copy(a, group, err);
}

/* "concatenate without branch"; where another group is open, that one is in the way. */
static enum har_status unmatched(const struct har_assembly *a, const char *word, const char *opener,
                                 struct har_error *err)
{
    if (a->groups == 0)
        return har_line_fail(&a->line, &a->line.word[0], err, "%s without %s", word, opener);
    const struct har_group *top = &a->group[a->groups - 1];
    return har_line_fail(&a->line, &a->line.word[0], err,
                         "%s comes before %s closes the %s of "
                         "line %zu",
                         word, top->shortcut ? "add" : "concatenate",
                         top->shortcut ? "shortcut" : "branch", top->line);
}

static enum har_status read_concatenate(struct har_assembly *a, struct har_error *err)
{
    struct har_group *top = top_of(a);
    if (top == NULL || top->shortcut)
        return unmatched(a, "concatenate", "branch", err);
    if (end_branch(a, top, err) != HAR_OK)
        return err->status;
    if (top->each && top->copy + 1 < top->copies)
        return next_copy(a, top, err);
    a->groups--;
    return har_assembly_read(a, &top->ends, "", err);
}

/* ---- shortcuts ---- */

/* Takes the first word off the line. */
static void drop_word(struct har_line *line)
{
    line->words--;
    memmove(&line->word[0], &line->word[1], line->words * sizeof line->word[0]);
}

static enum har_status read_shortcut(struct har_assembly *a, struct har_error *err)
{
    const size_t start = a->present;
    const struct har_sources from = {1, {start}};
    if (open_group(a, &(struct har_group){.shortcut = true}, err) != HAR_OK)
        return err->status;
    if (a->line.words == 1) {
        write_word(a, "shortcut");
    } else {
        drop_word(&a->line);
        if (har_structure_find(&a->line.word[0]) != NULL)
            return har_line_fail(&a->line, &a->line.word[0], err,
                                 "shortcut wants a layer, not "
                                 "'%.*s'",
                                 (int)a->line.word[0].length, a->line.word[0].text);
        if (har_assembly_read(a, &from, "shortcut ", err) != HAR_OK)
            return err->status;
    }
    top_of(a)->ends = (struct har_sources){1, {a->present}};
    a->present = start;
    return HAR_OK;
}

static enum har_status read_add(struct har_assembly *a, struct har_error *err)
{
    struct har_group *top = top_of(a);
    if (top == NULL || !top->shortcut)
        return unmatched(a, "add", "shortcut", err);
    const struct har_sources both = {2, {top->ends.source[0], a->present}};
    a->groups--;
    return har_assembly_read(a, &both, "", err);
}

har_structure_reader *har_structure_find(const struct har_word *word)
{
    static const struct {
        const char *word;
        har_structure_reader *read;
    } words[] = {{"branch", read_branch},
                 {"concatenate", read_concatenate},
                 {"shortcut", read_shortcut},
                 {"add", read_add}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (har_word_is(word, words[i].word))
            return words[i].read;
    return NULL;
}

enum har_status har_structure_end(struct har_assembly *a, struct har_error *err)
{
    const struct har_group *top = top_of(a);
    if (top == NULL)
        return HAR_OK;
    const struct har_word word = {.column = top->column};
    a->line.number = top->line;
    return har_line_fail(&a->line, &word, err,
                         top->shortcut ? "shortcut without add after it"
                                       : "branch without concatenate after it");
}
