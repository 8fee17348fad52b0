#include "fit/people.h"

#include "stream/header.h"

/* Keys of a header. */
struct keys {
    const char *subjects, *by_source, *incomplete;
};

static const struct keys *keys_of(enum har_split split)
{
    static const struct keys train = {"subjects", "people", "subjects_incomplete"};
    static const struct keys validation = {"validation_subjects", "validation_people",
                                           "validation_subjects_incomplete"};
    return split == HAR_VALIDATION ? &validation : &train;
}

/* ---- reading ---- */

static enum har_status bad_list(const char *key, const char *expected, struct har_error *err)
{
    return har_fail(err, HAR_INPUT, "the model's '%s' isn't %s", key, expected);
}

static enum har_status read_list(struct har_roster *people, const char *source, const json_t *list,
                                 const struct keys *keys, unsigned char mark, struct har_error *err)
{
    size_t of = 0, place = 0;
    enum har_status status = har_roster_source(&of, people, source, err);
    if (list != NULL && !json_is_array(list))
        return bad_list(keys->subjects, "a list", err);
    for (size_t i = 0; status == HAR_OK && i < json_array_size(list); i++) {
        const json_t *subject = json_array_get(list, i);
        if (!json_is_integer(subject))
            return bad_list(keys->subjects, "a list of integers", err);
        status = har_roster_add(&place, people, of, json_integer_value(subject), err);
        if (status == HAR_OK)
            people->person[place].mark |= mark;
    }
    return status;
}

enum har_status har_people_read(struct har_roster *people, const json_t *header,
                                enum har_split split, unsigned char mark, struct har_error *err)
{
    const struct keys *keys = keys_of(split);
    json_t *by_source = json_object_get(header, keys->by_source);
    const char *source;
    json_t *list;
    if (by_source == NULL)
        return read_list(people, har_header_text(header, "source", ""),
                         json_object_get(header, keys->subjects), keys, mark, err);
    if (!json_is_object(by_source))
        return bad_list(keys->by_source, "a map of source to list", err);
    json_object_foreach(by_source, source, list)
    {
        if (read_list(people, source, list, keys, mark, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

bool har_people_told(const json_t *header, enum har_split split)
{
    return json_object_get(header, keys_of(split)->subjects) != NULL;
}

/* The people of all sources; of one who is in several, once for each. */
static size_t count_listed(const json_t *header, const struct keys *keys)
{
    json_t *by_source = json_object_get(header, keys->by_source), *list;
    const char *source;
    size_t count = 0;
    if (by_source == NULL)
        return json_array_size(json_object_get(header, keys->subjects));
    json_object_foreach(by_source, source, list)
    {
        count += json_array_size(list);
    }
    return count;
}

bool har_people_incomplete(const json_t *header, enum har_split split)
{
    const struct keys *keys = keys_of(split);
    const size_t subjects = json_array_size(json_object_get(header, keys->subjects));
    return subjects == 0 || count_listed(header, keys) < subjects ||
           json_is_true(json_object_get(header, keys->incomplete));
}

size_t har_people_count(const json_t *header, enum har_split split)
{
    return har_people_incomplete(header, split) ? 0 : count_listed(header, keys_of(split));
}

/* ---- writing ---- */

static enum har_status add_subject(json_t *list, int64_t subject, struct har_error *err)
{
    const size_t count = json_array_size(list);
    size_t place = count;
    while (place > 0 && json_integer_value(json_array_get(list, place - 1)) > subject)
        place--;
    if (place > 0 && json_integer_value(json_array_get(list, place - 1)) == subject)
        return HAR_OK;
    return json_array_insert_new(list, place, json_integer(subject)) == 0 ? HAR_OK
                                                                          : har_fail_memory(err);
}

/* The list under NAME, made where there is none; borrowed. */
static json_t *list_of(json_t *object, const char *name)
{
    json_t *list = json_object_get(object, name);
    if (list == NULL && json_object_set_new(object, name, json_array()) == 0)
        list = json_object_get(object, name);
    return list;
}

static enum har_status list_people(json_t *all, json_t *by_source, const struct har_roster *people,
                                   const bool *chosen, struct har_error *err)
{
    for (size_t i = 0; i < people->count; i++) {
        const struct har_person *person = &people->person[people->sorted[i]];
        if (!chosen[people->sorted[i]])
            continue;
        json_t *list = list_of(by_source, people->source[person->source]);
        if (list == NULL)
            return har_fail_memory(err);
        if (add_subject(all, person->subject, err) != HAR_OK ||
            add_subject(list, person->subject, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

/* The header's source says whose a list is, unless the list is of another source, or of several. */
static bool needs_sources(const json_t *by_source, const json_t *header)
{
    const char *own = har_header_text(header, "source", "");
    return json_object_size(by_source) > (json_object_get(by_source, own) != NULL);
}

enum har_status har_people_write(json_t *header, enum har_split split,
                                 const struct har_roster *people, const bool *chosen,
                                 bool incomplete, struct har_error *err)
{
    const struct keys *keys = keys_of(split);
    json_t *all = json_array(), *by_source = json_object();
    enum har_status status = all == NULL || by_source == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK)
        status = list_people(all, by_source, people, chosen, err);
    if (status == HAR_OK &&
        (json_object_set(header, keys->subjects, all) != 0 ||
         (needs_sources(by_source, header) &&
          json_object_set(header, keys->by_source, by_source) != 0) ||
         (incomplete && json_object_set_new(header, keys->incomplete, json_true()) != 0)))
        status = har_fail_memory(err);
    json_decref(all);
    json_decref(by_source);
    return status;
}
