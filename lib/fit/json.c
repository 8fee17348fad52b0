#include "fit/json.h"

#include "base/text.h"

#include <math.h>

json_t *har_number_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *har_text_json(const char *text)
{
    json_t *json = json_string(text);
    char plain[4096];
    if (json != NULL)
        return json;
    har_plain_text(plain, sizeof plain, text);
    return json_string(plain);
}

json_t *har_interval_json(const struct har_interval *interval)
{
    return isfinite(interval->low) ? json_pack("[f, f]", interval->low, interval->high)
                                   : json_null();
}

enum har_status har_print_json(FILE *to, json_t *object, struct har_error *err)
{
    if (object == NULL)
        return har_fail_memory(err);
    json_dumpf(object, to, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    fputc('\n', to);
    json_decref(object);
    return HAR_OK;
}
