#include "fit/known.h"

#include "base/memory.h"
#include "fit/people.h"
#include "stream/header.h"
#include <stdlib.h>

/* What a model did with a person, and what rows of the person are to be judged: not marked train;
 * and of these, not marked validation. */
enum { TRAINED = 1, VALIDATED = 2, JUDGED = 4, JUDGED_ANEW = 8 };
enum { MET = TRAINED | VALIDATED };
enum { TRAINED_TOO = TRAINED | JUDGED, VALIDATED_TOO = VALIDATED | JUDGED_ANEW };

void har_known_free(struct har_known *known)
{
    har_roster_free(&known->people);
    *known = (struct har_known){0};
}

enum har_status har_known_model(struct har_known *known, const json_t *header,
                                struct har_error *err)
{
    known->within_person |= json_is_true(json_object_get(header, "within_person"));
    known->told |= har_people_told(header, HAR_TRAIN);
    known->silent |= har_people_incomplete(header, HAR_TRAIN);
    known->unchecked |=
        har_people_told(header, HAR_VALIDATION) && har_people_incomplete(header, HAR_VALIDATION);
    const enum har_status status = har_people_read(&known->people, header, HAR_TRAIN, TRAINED, err);
    return status != HAR_OK
               ? status
               : har_people_read(&known->people, header, HAR_VALIDATION, VALIDATED, err);
}

enum har_status har_known_segment(struct har_known *known, const json_t *header,
                                  struct har_error *err)
{
    const char *source = har_header_text(header, "source", "");
    if (har_roster_source(&known->source, &known->people, source, err) != HAR_OK)
        return err->status;
    known->stranger = har_source_named(source) && !known->silent;
    for (size_t p = 0; p < known->people.count; p++) {
        const struct har_person *person = &known->people.person[p];
        const bool named = har_source_named(known->people.source[person->source]);
        if ((person->mark & MET) && (!named || person->source == known->people.same[known->source]))
            known->stranger = false;
    }
    return HAR_OK;
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
        known->nameless |= subject == NULL && !known->stranger;
        if (subject == NULL)
            break;
        status = har_roster_add(&place, &known->people, known->source, subject[r], err);
        if (status != HAR_OK)
            break;
        unsigned char *mark = &known->people.person[place].mark;
        *mark |= split[r] == HAR_VALIDATION ? JUDGED : JUDGED | JUDGED_ANEW;
        known->any |= is_refused(*mark, TRAINED_TOO) || is_refused(*mark, VALIDATED_TOO);
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
        refused[p] = is_refused(known->people.person[p].mark, why);
        any |= refused[p];
    }
    har_roster_text(who, &known->people, refused);
    free(refused);
    if (!any)
        return HAR_OK;
    har_fail(err, HAR_LEAK, "the model was %s on %s, whose rows are to be judged", verb, who);
    return har_error_hint(
        err,
        "har-split marks people before training; others of the same numbers "
        "need a har-load --source of their own; --split %s judges rows marked %s; "
        "--within-person allows it, and the results say so",
        split, split);
}

enum har_status har_known_check(const struct har_known *known, struct har_error *err)
{
    if (!known->any || known->within_person)
        return HAR_OK;
    const enum har_status status = refuse(known, TRAINED_TOO, "trained", "train", err);
    return status != HAR_OK ? status : refuse(known, VALIDATED_TOO, "validated", "validation", err);
}

/* Some people that a model met are of a data set with a name and some to be judged of one without,
 * or the other way round. */
static bool is_half_named(const struct har_roster *people)
{
    bool met[2] = {false}, judged[2] = {false};
    for (size_t p = 0; p < people->count; p++) {
        const struct har_person *person = &people->person[p];
        const bool named = har_source_named(people->source[person->source]);
        met[named] |= (person->mark & MET) != 0;
        judged[named] |= (person->mark & JUDGED) != 0;
    }
    return (met[true] && judged[false]) || (met[false] && judged[true]);
}

const char *har_known_unseen(const struct har_known *known)
{
    if (known->within_person || !known->told)
        return NULL;
    if (known->nameless)
        return "windows without subject: whether the model was trained on these people can't be "
               "checked";
    if (is_half_named(&known->people))
        return "the model's people or these are of a data set without a name (har-load --source): "
               "whether they are the same can't be checked";
    if (known->silent)
        return "the model doesn't say whom it was trained on: whether it was on these people can't "
               "be checked";
    if (known->unchecked)
        return "the model doesn't say whom it was validated on: whether it was on these people "
               "can't be checked";
    return NULL;
}
