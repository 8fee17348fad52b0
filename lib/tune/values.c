#include "tune/space.h"

#include <math.h>
#include <string.h>

static json_t *value_json(const struct har_parameter *parameter, double value)
{
    if (parameter->kind == HAR_PARAMETER_CATEGORICAL)
        return json_string(parameter->choice[(size_t)value]);
    if (parameter->kind == HAR_PARAMETER_INT)
        return json_integer((json_int_t)value);
    return json_real(value);
}

json_t *har_values_json(const struct har_space *space, const double *values)
{
    json_t *object = json_object();
    bool failed = object == NULL;
    for (size_t i = 0; i < space->count && !failed; i++)
        if (!isnan(values[i]))
            failed = json_object_set_new(object, space->parameter[i].name,
                                         value_json(&space->parameter[i], values[i])) != 0;
    if (!failed)
        return object;
    json_decref(object);
    return NULL;
}

static bool is_on_step(const struct har_parameter *parameter, double value)
{
    const double low = parameter->low, step = parameter->step;
    const double nearest = fmin(low + rint((value - low) / step) * step, parameter->high);
    return step <= 0 || fabs(nearest - value) <= 1e-9 * step;
}

static enum har_status read_value(double *value, const struct har_parameter *parameter,
                                  const json_t *json, struct har_error *err)
{
    if (parameter->kind == HAR_PARAMETER_CATEGORICAL && json_is_string(json)) {
        for (size_t i = 0; i < parameter->choices; i++)
            if (strcmp(parameter->choice[i], json_string_value(json)) == 0) {
                *value = (double)i;
                return HAR_OK;
            }
    } else if (parameter->kind != HAR_PARAMETER_CATEGORICAL && json_is_number(json)) {
        *value = json_number_value(json);
        const bool whole = parameter->kind != HAR_PARAMETER_INT || *value == rint(*value);
        if (whole && *value >= parameter->low && *value <= parameter->high &&
            is_on_step(parameter, *value))
            return HAR_OK;
    }
    return har_fail(err, HAR_INPUT, "%s isn't a value that the space has for it", parameter->name);
}

enum har_status har_values_read(double *values, const struct har_space *space, const json_t *object,
                                struct har_error *err)
{
    for (size_t i = 0; i < space->count; i++) {
        const struct har_parameter *parameter = &space->parameter[i];
        const json_t *json = json_object_get(object, parameter->name);
        values[i] = NAN;
        if (har_space_active(space, i, values) != (json != NULL))
            return har_fail(err, HAR_INPUT, "%s is %s", parameter->name,
                            json == NULL ? "missing" : "there in spite of its condition");
        if (json != NULL && read_value(&values[i], parameter, json, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}
