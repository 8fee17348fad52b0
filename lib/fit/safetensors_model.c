/* What a model says of itself, as metadata of safetensors; and writing the file. */
#include "fit/people.h"
#include "fit/safetensors.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { alignment = 8 };

/* The keys of a model's header that metadata keep: text as it is, all else as JSON. */
static const struct fact {
    const char *key;
    json_type type;
    json_type items; /* of an array */
} facts[] = {{"source", JSON_STRING, JSON_NULL},
             {"labels", JSON_ARRAY, JSON_STRING},
             {"channels", JSON_ARRAY, JSON_STRING},
             {"units", JSON_ARRAY, JSON_STRING},
             {"rate", JSON_REAL, JSON_NULL},
             {"recipe", JSON_OBJECT, JSON_NULL},
             {"subjects", JSON_ARRAY, JSON_INTEGER},
             {"people", JSON_OBJECT, JSON_NULL},
             {"validation_subjects", JSON_ARRAY, JSON_INTEGER},
             {"validation_people", JSON_OBJECT, JSON_NULL},
             {"subjects_incomplete", JSON_TRUE, JSON_NULL},
             {"validation_subjects_incomplete", JSON_TRUE, JSON_NULL},
             {"within_person", JSON_TRUE, JSON_NULL},
             {"seed", JSON_INTEGER, JSON_NULL},
             {"history", JSON_ARRAY, JSON_OBJECT},
             {"best_epoch", JSON_INTEGER, JSON_NULL},
             {"temperature", JSON_REAL, JSON_NULL}};

enum { fact_count = sizeof facts / sizeof *facts };

static const json_t *metadata_of(const struct har_safetensors *file)
{
    return json_object_get(file->header, "__metadata__");
}

const char *har_safetensors_net(const struct har_safetensors *file)
{
    return json_string_value(json_object_get(metadata_of(file), "net"));
}

static bool is_of(const json_t *value, const struct fact *fact)
{
    if (fact->type == JSON_REAL ? !json_is_number(value) : json_typeof(value) != fact->type)
        return false;
    for (size_t i = 0; i < json_array_size(value); i++)
        if (json_typeof(json_array_get(value, i)) != fact->items)
            return false;
    return true;
}

static enum har_status take_fact(json_t *header, const json_t *metadata, const struct fact *fact,
                                 struct har_error *err)
{
    const json_t *text = json_object_get(metadata, fact->key);
    if (text == NULL)
        return HAR_OK;
    json_t *value =
        fact->type == JSON_STRING
            ? json_string(json_string_value(text))
            : json_loadb(json_string_value(text), json_string_length(text), JSON_DECODE_ANY, NULL);
    if (value == NULL || !is_of(value, fact)) {
        json_decref(value);
        return har_fail(err, HAR_INPUT, "__metadata__: '%s' isn't what a model says of it",
                        fact->key);
    }
    return json_object_set_new(header, fact->key, value) == 0 ? HAR_OK : har_fail_memory(err);
}

/* Those who judge with the model will read them. */
static enum har_status check_people(const json_t *header, struct har_error *err)
{
    struct har_roster people = {0};
    enum har_status status = har_people_read(&people, header, HAR_TRAIN, 0, err);
    if (status == HAR_OK)
        status = har_people_read(&people, header, HAR_VALIDATION, 0, err);
    har_roster_free(&people);
    return status;
}

enum har_status har_safetensors_describe(json_t *header, const struct har_safetensors *file,
                                         struct har_error *err)
{
    for (size_t i = 0; i < fact_count; i++)
        if (take_fact(header, metadata_of(file), &facts[i], err) != HAR_OK)
            return err->status;
    return check_people(header, err);
}

/* ---- writing ---- */

static json_t *metadata_value(const json_t *value)
{
    if (json_is_string(value))
        return json_string(json_string_value(value));
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    json_t *made = text == NULL ? NULL : json_string(text);
    free(text);
    return made;
}

static json_t *make_metadata(const struct har_model *model)
{
    json_t *metadata = json_pack("{ss}", "net", model->net->text);
    for (size_t i = 0; metadata != NULL && i < fact_count; i++) {
        const json_t *value = json_object_get(model->header, facts[i].key);
        if (value != NULL &&
            json_object_set_new(metadata, facts[i].key, metadata_value(value)) != 0) {
            json_decref(metadata);
            return NULL;
        }
    }
    return metadata;
}

/* The entry of WEIGHT, whose data begin at byte FIRST. */
static json_t *make_entry(const struct har_weight *weight, size_t first)
{
    json_t *shape = json_array();
    for (size_t i = 0; i < weight->shape.rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)weight->shape.dim[i]));
    const size_t last = first + weight->size * sizeof(float);
    return json_pack("{ss,so,s[II]}", "dtype", "F32", "shape", shape, "data_offsets",
                     (json_int_t)first, (json_int_t)last);
}

static enum har_status make_header(json_t **header, const struct har_model *model,
                                   struct har_error *err)
{
    json_t *made = json_object();
    bool good = json_object_set_new(made, "__metadata__", make_metadata(model)) == 0;
    size_t first = 0;
    for (size_t i = 0; good && i < har_net_weight_count(model->net); i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(model->net, i, name);
        good = json_object_set_new(made, name, make_entry(weight, first)) == 0;
        first += weight->size * sizeof(float);
    }
    if (!good) {
        json_decref(made);
        return har_fail_memory(err);
    }
    *header = made;
    return HAR_OK;
}

/* The header's length, the header, and spaces so that the data are aligned. */
static enum har_status write_header(FILE *to, const json_t *header, struct har_error *err)
{
    char *text = json_dumps(header, JSON_COMPACT);
    if (text == NULL)
        return har_fail_memory(err);
    const size_t size = strlen(text);
    const size_t padding = (alignment - size % alignment) % alignment;
    const uint64_t length = htole64((uint64_t)(size + padding));
    const bool good = size + padding <= HAR_SAFETENSORS_HEADER_MAX &&
                      fwrite(&length, sizeof length, 1, to) == 1 &&
                      fprintf(to, "%s%*s", text, (int)padding, "") >= 0;
    free(text);
    return good ? HAR_OK : har_fail_errno(err, "the header can't be written");
}

static enum har_status write_weights(FILE *to, const struct har_model *model, struct har_error *err)
{
    for (size_t i = 0; i < har_net_weight_count(model->net); i++) {
        char name[128];
        const struct har_weight *weight = har_net_weight(model->net, i, name);
        for (size_t j = 0; j < weight->size; j++) {
            const float value = (float)model->weights[weight->offset + j];
            if (fwrite(&value, sizeof value, 1, to) != 1)
                return har_fail_errno(err, "weight '%s' can't be written", name);
        }
    }
    return HAR_OK;
}

enum har_status har_safetensors_write(FILE *to, const struct har_model *model,
                                      struct har_error *err)
{
    json_t *header = NULL;
    enum har_status status = make_header(&header, model, err);
    if (status == HAR_OK)
        status = write_header(to, header, err);
    json_decref(header);
    return status == HAR_OK ? write_weights(to, model, err) : status;
}
