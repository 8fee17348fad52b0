#include "fit/known.h"

#include "base/memory.h"
#include "stream/header.h"
#include <stdlib.h>

void har_known_free(struct har_known *known)
{
    har_roster_free(&known->people);
    free(known->trained);
    free(known->judged);
    *known = (struct har_known){0};
}

/* The person's place, with room for what is known of him. */
static enum har_status meet(size_t *place, struct har_known *known, size_t source, int64_t subject,
                            struct har_error *err)
{
    const size_t before = known->people.count;
    if (har_roster_add(place, &known->people, source, subject, err) != HAR_OK)
        return err->status;
    if (!har_grow(&known->trained, &known->trained_capacity, before + 1, sizeof *known->trained) ||
        !har_grow(&known->judged, &known->judged_capacity, before + 1, sizeof *known->judged))
        return har_fail_memory(err);
    if (known->people.count > before)
        known->trained[*place] = known->judged[*place] = false;
    return HAR_OK;
}

static enum har_status take_list(struct har_known *known, const char *source, const json_t *list,
                                 struct har_error *err)
{
    size_t of = 0, place = 0;
    if (har_roster_source(&of, &known->people, source, err) != HAR_OK)
        return err->status;
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (meet(&place, known, of, json_integer_value(json_array_get(list, i)), err) != HAR_OK)
            return err->status;
        known->trained[place] = true;
    }
    return HAR_OK;
}

enum har_status har_known_model(struct har_known *known, const json_t *header,
                                struct har_error *err)
{
    const json_t *subjects = json_object_get(header, "subjects");
    const char *source;
    json_t *people = json_object_get(header, "people"), *list;
    known->within_person |= json_is_true(json_object_get(header, "within_person"));
    known->told |= subjects != NULL;
    known->silent |= subjects != NULL && json_array_size(subjects) == 0;
    if (people == NULL)
        return take_list(known, har_header_text(header, "source", ""), subjects, err);
    json_object_foreach(people, source, list)
    {
        if (take_list(known, source, list, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

enum har_status har_known_segment(struct har_known *known, const json_t *header,
                                  struct har_error *err)
{
    return har_roster_source(&known->source, &known->people, har_header_text(header, "source", ""),
                             err);
}

enum har_status har_known_rows(struct har_known *known, const struct har_frame *frame,
                               const bool *keep, const enum har_split *split, struct har_error *err)
{
    int64_t *subject;
    size_t place = 0;
    enum har_status status = har_frame_integers(&subject, frame, "subject", err);
    for (size_t r = 0; status == HAR_OK && r < frame->rows; r++) {
        if (!keep[r] || split[r] == HAR_TRAIN)
            continue;
        known->nameless |= subject == NULL;
        if (subject == NULL)
            break;
        status = meet(&place, known, known->source, subject[r], err);
        if (status != HAR_OK)
            break;
        known->judged[place] = true;
        known->any |= known->trained[place];
    }
    free(subject);
    return status;
}

enum har_status har_known_check(const struct har_known *known, struct har_error *err)
{
    const size_t count = known->people.count;
    char who[HAR_ROSTER_TEXT];
    if (!known->any || known->within_person)
        return HAR_OK;
    bool *both = har_allocate(count, sizeof *both);
    if (both == NULL)
        return har_fail_memory(err);
    for (size_t p = 0; p < count; p++)
        both[p] = known->trained[p] && known->judged[p];
    har_roster_text(who, &known->people, both);
    free(both);
    har_fail(err, HAR_LEAK, "the model was trained on %s, whose rows are to be judged", who);
    return har_error_hint(err, "har-split marks people before training; --split train judges rows "
                               "marked train; --within-person allows it, and the results say so");
}

const char *har_known_unseen(const struct har_known *known)
{
    if (known->within_person || !known->told)
        return NULL;
    if (known->nameless)
        return "windows without subject: whether the model was trained on these people can't be "
               "checked";
    if (known->silent)
        return "the model doesn't say whom it was trained on: whether it was on these people can't "
               "be checked";
    return NULL;
}
