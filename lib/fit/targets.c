#include "fit/targets.h"

#include "base/memory.h"
#include "base/options.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char option[] = "--class-weights";

static bool balanced(const struct har_targets *targets)
{
    return strcmp(targets->class_weights, "balanced") == 0;
}

/* One number a class, with commas between. */
static enum har_status read_weights(double *weight, const char *text, size_t classes,
                                    struct har_error *err)
{
    for (size_t i = 0; i < classes; i++) {
        char number[64];
        const size_t length = strcspn(text, ",");
        const bool last = text[length] == '\0';
        if (last != (i + 1 == classes) || length >= sizeof number)
            return har_fail(err, HAR_USAGE,
                            "%s: expected balanced, or %zu numbers with commas between", option,
                            classes);
        snprintf(number, sizeof number, "%.*s", (int)length, text);
        if (har_read_number(&weight[i], number, 0, 1e9, option, err) != HAR_OK)
            return err->status;
        text += length + 1;
    }
    return HAR_OK;
}

enum har_status har_targets_check(const struct har_targets *targets, size_t classes,
                                  struct har_error *err)
{
    if (targets->class_weights == NULL || balanced(targets))
        return HAR_OK;
    double *weight = har_allocate(classes, sizeof *weight);
    const enum har_status status = weight == NULL
                                       ? har_fail_memory(err)
                                       : read_weights(weight, targets->class_weights, classes, err);
    free(weight);
    return status;
}

void har_targets_fill(float *y, const struct har_targets *targets, const int32_t *class,
                      size_t rows, size_t classes)
{
    const float smoothing = (float)targets->label_smoothing;
    for (size_t r = 0; r < rows; r++, y += classes)
        for (size_t c = 0; c < classes; c++) {
            const float one_hot = (size_t) class[r] == c ? 1.0F : 0.0F;
            y[c] = one_hot * (1.0F - smoothing) + smoothing / (float)classes;
        }
}

/* n / (k n_c); a class without rows counts for nothing anyway. */
static void balance(double *weight, const int32_t *class, size_t rows, size_t classes)
{
    for (size_t r = 0; r < rows; r++)
        weight[class[r]] += 1;
    for (size_t c = 0; c < classes; c++)
        weight[c] = weight[c] > 0 ? (double)rows / ((double)classes * weight[c]) : 1;
}

enum har_status har_targets_weights(double **result, const struct har_targets *targets,
                                    const int32_t *class, size_t rows, size_t classes,
                                    struct har_error *err)
{
    *result = NULL;
    if (targets->class_weights == NULL)
        return HAR_OK;
    double *by_class = har_allocate(classes, sizeof *by_class);
    double *weight = har_allocate(rows, sizeof *weight);
    enum har_status status = HAR_OK;
    if (by_class == NULL || weight == NULL)
        status = har_fail_memory(err);
    else if (balanced(targets))
        balance(by_class, class, rows, classes);
    else
        status = read_weights(by_class, targets->class_weights, classes, err);
    for (size_t r = 0; status == HAR_OK && r < rows; r++)
        weight[r] = by_class[class[r]];
    free(by_class);
    if (status == HAR_OK)
        *result = weight;
    else
        free(weight);
    return status;
}
