#include "fit/number_json.h"

#include <math.h>

json_t *har_number_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *har_interval_json(const struct har_interval *interval)
{
    return isfinite(interval->low) ? json_pack("[f, f]", interval->low, interval->high)
                                   : json_null();
}
