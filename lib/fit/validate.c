#include "fit/validate.h"

#include "base/memory.h"
#include "fit/aims.h"
#include <stdlib.h>

static size_t classes_of(const struct har_model *model)
{
    return model->net->output.dim[0];
}

enum har_status har_logits(har_real **result, const struct har_model *model,
                           const struct har_samples *samples, const struct har_kernels *kernels,
                           struct har_threads *threads, struct har_error *err)
{
    struct har_predictor *predictor = NULL;
    size_t count;
    har_real *logits = har_multiply(&count, samples->rows, classes_of(model))
                           ? har_allocate(count, sizeof *logits)
                           : NULL;
    enum har_status status = logits == NULL ? har_fail_memory(err) : HAR_OK;
    if (status == HAR_OK)
        status = har_predictor_new(&predictor, model, kernels, threads, err);
    if (status == HAR_OK)
        status = har_predictor_logits(predictor, logits, samples->x, samples->rows, err);
    har_predictor_free(predictor);
    if (status == HAR_OK)
        *result = logits;
    else
        free(logits);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "validation");
}

enum har_status har_validate(struct har_loss *sum, const struct har_model *model,
                             const struct har_samples *samples, const struct har_kernels *kernels,
                             struct har_threads *threads, struct har_error *err)
{
    const size_t classes = classes_of(model);
    har_real *logits = NULL;
    const enum har_status status = har_logits(&logits, model, samples, kernels, threads, err);
    if (status != HAR_OK)
        return status;
    *sum = (struct har_loss){0};
    for (size_t r = 0; r < samples->rows; r++) /* the gradient takes the place of the logits */
        har_loss_add(sum, logits + r * classes, logits + r * classes, samples->y + r * classes,
                     har_class_of(samples, r, classes), classes, 0);
    free(logits);
    return HAR_OK;
}
