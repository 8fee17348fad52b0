#include "stats/metrics.h"
#include <stdbool.h>

void har_accuracy_add(struct har_accuracy *accuracy, const int64_t *y, const int64_t *predicted,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool labelled = y[i] >= 0;
        accuracy->judged += labelled;
        accuracy->right += labelled && y[i] == predicted[i];
        accuracy->skipped += !labelled;
    }
}

double har_accuracy_score(const struct har_accuracy *accuracy)
{
    /* Rounding a double quotient to float is the float quotient wherever both counts are floats. */
    float fraction = (float)((double)accuracy->right / (double)accuracy->judged);
    return (double)fraction * 100.0;
}
