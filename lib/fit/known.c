#include "fit/known.h"

#include "base/memory.h"
#include "fit/people.h"
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

/* Room for what is known of everybody in the roster. */
static enum har_status make_room(struct har_known *known, struct har_error *err)
{
    const size_t count = known->people.count;
    if (!har_grow(&known->met, &known->met_capacity, count, sizeof *known->met))
        return har_fail_memory(err);
    while (known->mets < count)
        known->met[known->mets++] = 0;
    return HAR_OK;
}

/* What is to be noted of those met. */
struct note {
    struct har_known *known;
    unsigned char how;
};

static enum har_status note(void *arg, size_t place, struct har_error *err)
{
    const struct note *of = arg;
    if (make_room(of->known, err) != HAR_OK)
        return err->status;
    of->known->met[place] |= of->how;
    return HAR_OK;
}

enum har_status har_known_model(struct har_known *known, const json_t *header,
                                struct har_error *err)
{
    const bool told = har_people_told(header, HAR_TRAIN);
    struct note trained = {known, TRAINED}, validated = {known, VALIDATED};
    known->within_person |= json_is_true(json_object_get(header, "within_person"));
    known->told |= told;
    known->silent |= told && har_people_incomplete(header, HAR_TRAIN);
    known->unchecked |=
        har_people_told(header, HAR_VALIDATION) && har_people_incomplete(header, HAR_VALIDATION);
    const enum har_status status =
        har_people_read(&known->people, header, HAR_TRAIN, note, &trained, err);
    return status != HAR_OK
               ? status
               : har_people_read(&known->people, header, HAR_VALIDATION, note, &validated, err);
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
        status = har_roster_add(&place, &known->people, known->source, subject[r], err);
        if (status == HAR_OK)
            status = make_room(known, err);
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
