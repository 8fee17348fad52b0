#include "fit/known.h"

#include "base/memory.h"
#include "stream/header.h"
#include <stdlib.h>

/* What a model did with a person, and what rows of the person are to be judged: not marked train;
 * and of these, not marked validation. */
enum { TRAINED = 1, VALIDATED = 2, JUDGED = 4, JUDGED_ANEW = 8 };
enum { TRAINED_TOO = TRAINED | JUDGED, VALIDATED_TOO = VALIDATED | JUDGED_ANEW };

void har_known_free(struct har_known *known)
{
    har_roster_free(&known->people);
    free(known->met);
    *known = (struct har_known){0};
}

/* The person's place, with room for what is known of him. */
static enum har_status meet(size_t *place, struct har_known *known, size_t source, int64_t subject,
                            struct har_error *err)
{
    const size_t before = known->people.count;
    if (har_roster_add(place, &known->people, source, subject, err) != HAR_OK)
        return err->status;
    if (!har_grow(&known->met, &known->met_capacity, before + 1, sizeof *known->met))
        return har_fail_memory(err);
    if (known->people.count > before)
        known->met[*place] = 0;
    return HAR_OK;
}

static enum har_status take_list(struct har_known *known, const char *source, const json_t *list,
                                 unsigned char how, struct har_error *err)
{
    size_t of = 0, place = 0;
    if (har_roster_source(&of, &known->people, source, err) != HAR_OK)
        return err->status;
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (meet(&place, known, of, json_integer_value(json_array_get(list, i)), err) != HAR_OK)
            return err->status;
        known->met[place] |= how;
    }
    return HAR_OK;
}

/* Those of PEOPLE, a map of source to list; without it those of LIST, of the header's source. */
static enum har_status take_people(struct har_known *known, const json_t *header,
                                   const json_t *list, json_t *people, unsigned char how,
                                   struct har_error *err)
{
    const char *source;
    json_t *of_source;
    if (people == NULL)
        return take_list(known, har_header_text(header, "source", ""), list, how, err);
    json_object_foreach(people, source, of_source)
    {
        if (take_list(known, source, of_source, how, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

enum har_status har_known_model(struct har_known *known, const json_t *header,
                                struct har_error *err)
{
    const json_t *trained = json_object_get(header, "subjects");
    const json_t *validated = json_object_get(header, "validation_subjects");
    known->within_person |= json_is_true(json_object_get(header, "within_person"));
    known->told |= trained != NULL;
    known->silent |= trained != NULL && json_array_size(trained) == 0;
    known->unchecked |= validated != NULL && json_array_size(validated) == 0;
    if (take_people(known, header, trained, json_object_get(header, "people"), TRAINED, err) !=
        HAR_OK)
        return err->status;
    return take_people(known, header, validated, json_object_get(header, "validation_people"),
                       VALIDATED, err);
}

enum har_status har_known_segment(struct har_known *known, const json_t *header,
                                  struct har_error *err)
{
    return har_roster_source(&known->source, &known->people, har_header_text(header, "source", ""),
                             err);
}

static bool is_refused(unsigned char met, unsigned char why)
{
    return (met & why) == why;
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
        known->met[place] |= split[r] == HAR_VALIDATION ? JUDGED : JUDGED | JUDGED_ANEW;
        known->any |= is_refused(known->met[place], TRAINED_TOO) ||
                      is_refused(known->met[place], VALIDATED_TOO);
    }
    free(subject);
    return status;
}

/* HAR_LEAK where people are refused who were VERB on. */
static enum har_status refuse(const struct har_known *known, unsigned char why, const char *verb,
                              const char *split, struct har_error *err)
{
    const size_t count = known->people.count;
    char who[HAR_ROSTER_TEXT];
    bool *refused = har_allocate(count, sizeof *refused), any = false;
    if (refused == NULL)
        return har_fail_memory(err);
    for (size_t p = 0; p < count; p++) {
        refused[p] = is_refused(known->met[p], why);
        any |= refused[p];
    }
    har_roster_text(who, &known->people, refused);
    free(refused);
    if (!any)
        return HAR_OK;
    har_fail(err, HAR_LEAK, "the model was %s on %s, whose rows are to be judged", verb, who);
    return har_error_hint(err,
                          "har-split marks people before training; --split %s judges rows marked "
                          "%s; --within-person allows it, and the results say so",
                          split, split);
}

enum har_status har_known_check(const struct har_known *known, struct har_error *err)
{
    if (!known->any || known->within_person)
        return HAR_OK;
    const enum har_status status = refuse(known, TRAINED_TOO, "trained", "train", err);
    return status != HAR_OK ? status : refuse(known, VALIDATED_TOO, "validated", "validation", err);
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
    if (known->unchecked)
        return "the model doesn't say whom it was validated on: whether it was on these people "
               "can't be checked";
    return NULL;
}
