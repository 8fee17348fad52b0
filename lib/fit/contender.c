#include "fit/contender.h"

#include "base/memory.h"
#include "stream/header.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- places ---- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_known(const struct har_place *a, const struct har_place *b)
{
    int order = strcmp(a->source, b->source);
    if (order == 0)
        order = compare_numbers(a->subject, b->subject);
    if (order == 0)
        order = compare_numbers(a->recording, b->recording);
    return order != 0 ? order : compare_numbers(a->start, b->start);
}

static int compare_keys(const struct har_place *a, const struct har_place *b)
{
    const int order = compare_known(a, b);
    return order != 0 ? order : (a->nth > b->nth) - (a->nth < b->nth);
}

static int compare_in_run(const void *a, const void *b)
{
    const struct har_place *x = a, *y = b;
    const int order = compare_known(x, y);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static int compare_places(const void *a, const void *b)
{
    const struct har_place *x = a, *y = b;
    const int order = compare_keys(x, y);
    return order != 0 ? order : (x->run > y->run) - (x->run < y->run);
}

/* Writes the labelled rows of run RUN to PLACE, gives how many. */
static size_t place_run(struct har_place *place, const struct har_results *results, size_t run)
{
    size_t count = 0;
    for (size_t r = 0; r < results->rows; r++)
        if (results->y[r] >= 0)
            place[count++] = (struct har_place){
                .source = har_results_source(results, r),
                .subject = results->subject == NULL ? 0 : results->subject[r],
                .recording = results->recording == NULL ? 0 : results->recording[r],
                .start = results->start == NULL ? 0 : results->start[r],
                .run = run,
                .row = r,
            };
    qsort(place, count, sizeof *place, compare_in_run);
    for (size_t i = 1; i < count; i++)
        if (compare_known(&place[i - 1], &place[i]) == 0)
            place[i].nth = place[i - 1].nth + 1;
    return count;
}

/* LIST has rows of SOURCE, or, where SAME is false, of another one. */
static bool has_source(const struct har_results_list *list, const char *source, bool same)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t p = 0; p < list->run[i].parts; p++)
            if ((strcmp(list->run[i].part[p].source, source) == 0) == same)
                return true;
    return false;
}

enum { PLACE_TEXT = 192 };

/* What is known of a place: "subject 3, recording 5, start 64", "subject 3, number 17"; of several
 * sources which. */
static const char *place_text(char text[PLACE_TEXT], const struct har_contender *contender,
                              const struct har_place *place)
{
    const struct har_results *results = contender->list.run;
    size_t used = 0;
    text[0] = '\0';
    if (has_source(&contender->list, place->source, false))
        used += (size_t)snprintf(text, PLACE_TEXT, "source %.40s, ", place->source);
    if (results->subject != NULL)
        used += (size_t)snprintf(text + used, PLACE_TEXT - used, "subject %" PRId64 ", ",
                                 place->subject);
    if (results->recording != NULL)
        used += (size_t)snprintf(text + used, PLACE_TEXT - used, "recording %" PRId64 ", ",
                                 place->recording);
    if (results->start != NULL)
        used +=
            (size_t)snprintf(text + used, PLACE_TEXT - used, "start %" PRId64 ", ", place->start);
    if (results->start == NULL || place->nth > 0)
        used += (size_t)snprintf(text + used, PLACE_TEXT - used, "number %zu, ", place->nth + 1);
    text[used - 2] = '\0';
    return text;
}

static const struct har_results *results_of(const struct har_contender *contender, size_t at)
{
    return &contender->list.run[contender->place[at].run];
}

static int64_t label_of(const struct har_contender *contender, size_t at)
{
    return results_of(contender, at)->y[contender->place[at].row];
}

/* ---- repeats ---- */

/* OTHER's rows are as well known as FIRST's, which are called NAME. */
static enum har_status match_headers(const struct har_results *first, const char *name,
                                     const struct har_results *other, struct har_error *err)
{
    const struct {
        const char *name;
        bool ours, theirs;
    } told[] = {
        {"subject", first->subject != NULL, other->subject != NULL},
        {"recording", first->recording != NULL, other->recording != NULL},
        {"start", first->start != NULL, other->start != NULL},
    };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (told[i].ours != told[i].theirs)
            return har_fail(err, HAR_INPUT, "rows have %s %s, those of %s have %s",
                            told[i].theirs ? "a" : "no", told[i].name, name,
                            told[i].ours ? "one" : "none");
    return har_header_same_list(first->header, other->header, "labels", err);
}

static enum har_status check_runs(const struct har_contender *contender, struct har_error *err)
{
    const struct har_results_list *list = &contender->list;
    enum har_status status = HAR_OK;
    for (size_t i = 1; status == HAR_OK && i < list->count; i++)
        status = match_headers(&list->run[0], "the first run", &list->run[i], err);
    return status;
}

/* Predictions FIRST .. LAST - 1 are of one row. */
static enum har_status check_row(const struct har_contender *contender, size_t first, size_t last,
                                 struct har_error *err)
{
    char text[PLACE_TEXT];
    place_text(text, contender, &contender->place[first]);
    if (last - first != contender->repeats)
        return har_fail(err, HAR_INPUT,
                        "the row of %s was predicted %zu times, the first row %zu times", text,
                        last - first, contender->repeats);
    for (size_t i = first + 1; i < last; i++)
        if (label_of(contender, i) != label_of(contender, first))
            return har_fail(err, HAR_INPUT, "the row of %s has y %lld, and in a repeat %lld", text,
                            (long long)label_of(contender, first),
                            (long long)label_of(contender, i));
    return HAR_OK;
}

static enum har_status check_repeats(struct har_contender *contender, size_t count,
                                     struct har_error *err)
{
    const struct har_place *place = contender->place;
    for (size_t first = 0, last; first < count; first = last) {
        for (last = first + 1; last < count; last++)
            if (compare_keys(&place[first], &place[last]) != 0)
                break;
        if (first == 0)
            contender->repeats = last;
        const enum har_status status = check_row(contender, first, last, err);
        if (status != HAR_OK)
            return status;
    }
    contender->rows = count / contender->repeats;
    return HAR_OK;
}

static enum har_status find_places(struct har_contender *contender, struct har_error *err)
{
    const struct har_results_list *list = &contender->list;
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->run[i].labelled;
    contender->place = har_allocate(count, sizeof *contender->place);
    if (contender->place == NULL)
        return har_fail_memory(err);
    count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += place_run(contender->place + count, &list->run[i], i);
    qsort(contender->place, count, sizeof *contender->place, compare_places);
    return check_repeats(contender, count, err);
}

/* ---- a contender ---- */

static enum har_status read_file(struct har_contender *contender, struct har_error *err)
{
    char *files[] = {(char *)(uintptr_t)contender->name};
    struct har_reader *reader = NULL;
    enum har_status status = har_reader_new(&reader, files, 1, err);
    if (status == HAR_OK)
        status = har_results_read(&contender->list, reader, err);
    har_reader_free(reader);
    if (status == HAR_OK)
        return HAR_OK;
    const bool upstream = err->upstream;
    const size_t length = strlen(contender->name);
    const bool named = strncmp(err->text, contender->name, length) == 0 && err->text[length] == ':';
    err->upstream = false; /* whoever made the file isn't here to say it */
    return (upstream || status == HAR_INPUT) && !named ? har_error_at(err, "%s", contender->name)
                                                       : status;
}

enum har_status har_contender_new(struct har_contender **result, const char *file,
                                  struct har_error *err)
{
    struct har_contender *contender = har_allocate(1, sizeof *contender);
    if (contender == NULL)
        return har_fail_memory(err);
    contender->name = file;
    enum har_status status = read_file(contender, err);
    if (status == HAR_OK) {
        for (int c = 0; c < HAR_CAVEATS; c++)
            contender->caveat[c] = har_caveat_count((enum har_caveat)c, &contender->list) > 0;
        status = check_runs(contender, err);
        if (status == HAR_OK)
            status = find_places(contender, err);
        if (status == HAR_OK)
            status = har_summary_new(&contender->summary, &contender->list, NULL, err);
        if (status != HAR_OK)
            har_error_at(err, "%s", file);
    }
    if (status == HAR_OK)
        *result = contender;
    else
        har_contender_free(contender);
    return status;
}

void har_contender_free(struct har_contender *contender)
{
    if (contender == NULL)
        return;
    har_summary_free(contender->summary);
    har_results_free(&contender->list);
    free(contender->place);
    free(contender);
}

bool har_contender_right(const struct har_contender *contender, size_t at)
{
    const struct har_results *results = results_of(contender, at);
    const size_t row = contender->place[at].row;
    return results->y[row] == results->predicted[row];
}

/* ---- two of them ---- */

/* A source of LIST that OTHER doesn't have, or NULL. */
static const char *find_foreign(const struct har_results_list *list,
                                const struct har_results_list *other)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t p = 0; p < list->run[i].parts; p++)
            if (!has_source(other, list->run[i].part[p].source, true))
                return list->run[i].part[p].source;
    return NULL;
}

/* OTHER's rows are of the same sources as FIRST's. */
static enum har_status match_sources(const struct har_contender *first,
                                     const struct har_contender *other, struct har_error *err)
{
    const char *ours = find_foreign(&first->list, &other->list);
    const char *theirs = find_foreign(&other->list, &first->list);
    if (ours == NULL && theirs == NULL)
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "rows are of '%s', those of %s of '%s'",
                    theirs != NULL ? theirs : other->list.run->part->source, first->name,
                    ours != NULL ? ours : first->list.run->part->source);
}

static enum har_status match_row(const struct har_contender *first,
                                 const struct har_contender *other, size_t row,
                                 struct har_error *err)
{
    const size_t at = row * first->repeats, theirs = row * other->repeats;
    const bool ours_left = row < first->rows, theirs_left = row < other->rows;
    char text[PLACE_TEXT];
    const int order = !ours_left     ? 1
                      : !theirs_left ? -1
                                     : compare_keys(&first->place[at], &other->place[theirs]);
    if (order < 0)
        return har_fail(err, HAR_INPUT, "has no row of %s, which %s has",
                        place_text(text, first, &first->place[at]), first->name);
    if (order > 0)
        return har_fail(err, HAR_INPUT, "has a row of %s, which %s hasn't",
                        place_text(text, other, &other->place[theirs]), first->name);
    const int64_t ours = label_of(first, at), label = label_of(other, theirs);
    if (ours != label)
        return har_fail(err, HAR_INPUT, "the row of %s has y %lld, in %s %lld",
                        place_text(text, first, &first->place[at]), (long long)label, first->name,
                        (long long)ours);
    return HAR_OK;
}

enum har_status har_contender_match(const struct har_contender *first,
                                    const struct har_contender *other, struct har_error *err)
{
    enum har_status status = match_sources(first, other, err);
    if (status == HAR_OK)
        status = match_headers(first->list.run, first->name, other->list.run, err);
    const size_t rows = first->rows > other->rows ? first->rows : other->rows;
    for (size_t i = 0; status == HAR_OK && i < rows; i++)
        status = match_row(first, other, i, err);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", other->name);
}
