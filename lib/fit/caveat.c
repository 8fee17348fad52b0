#include "fit/caveat.h"

#include <stdio.h>

const struct har_caveat_name har_caveat_names[HAR_CAVEATS] = {
    [HAR_WITHIN_PERSON] = {"within_person", "within person", "people"},
    [HAR_TRAINING_ROWS] = {"training_rows", "on training rows", "rows"},
};

bool har_caveat_holds(enum har_caveat caveat, const struct har_results *run)
{
    return caveat == HAR_WITHIN_PERSON ? json_is_true(json_object_get(run->header, "within_person"))
                                       : (har_results_splits(run) >> HAR_TRAIN & 1U) != 0;
}

size_t har_caveat_count(enum har_caveat caveat, const struct har_results_list *list)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += har_caveat_holds(caveat, &list->run[i]);
    return count;
}

bool har_caveat_text(char text[HAR_CAVEAT_TEXT], enum har_caveat caveat,
                     const struct har_results_list *list)
{
    const struct har_caveat_name *name = &har_caveat_names[caveat];
    const size_t count = har_caveat_count(caveat, list);
    snprintf(text, HAR_CAVEAT_TEXT, "%s: %zu of %zu results may be of %s trained on", name->name,
             count, list->count, name->whom);
    return count > 0;
}
