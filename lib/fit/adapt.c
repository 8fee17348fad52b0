#include "fit/adapt.h"

#include "base/memory.h"
#include "fit/batch.h"
#include <stdlib.h>
#include <string.h>

/* Takes the slice of rows from FIRST on as far as LAYER and adds what it collects to SUMS. */
static void collect_slice(double *sums, struct har_workspace *space, const struct har_model *model,
                          const struct har_samples *samples, const struct har_kernels *kernels,
                          size_t layer, size_t first)
{
    const struct har_net *net = model->net;
    const size_t left = samples->rows - first;
    const size_t rows = left < HAR_SLICE ? left : HAR_SLICE;
    const struct har_slice slice = {
        .kernels = kernels, .weights = model->weights, .padding = HAR_SLICE - rows};
    size_t size;
    har_real *input = har_workspace_input(space);
    if (!har_shape_size(&size, &net->input))
        return;
    memset(input, 0, HAR_SLICE * size * sizeof *input);
    for (size_t r = 0; r < rows; r++)
        har_input_row(input + r * size, samples->x, first + r, size);
    har_net_forward_part(net, space, &slice, 0, layer);
    har_net_collect(net, space, &slice, layer);
    for (size_t i = 0; i < net->layer[layer]->sums; i++)
        sums[i] += har_workspace_sums(space, layer)[i];
}

/* Twice: the first time for a mean, about which the second finds the variance. */
static enum har_status adapt_layer(struct har_model *model, struct har_workspace *space,
                                   const struct har_samples *samples,
                                   const struct har_kernels *kernels, size_t number,
                                   struct har_error *err)
{
    const struct har_layer *layer = model->net->layer[number];
    for (int time = 0; time < 2; time++) {
        double *sums = har_allocate(layer->sums, sizeof *sums);
        if (sums == NULL)
            return har_fail_memory(err);
        for (size_t first = 0; first < samples->rows; first += HAR_SLICE)
            collect_slice(sums, space, model, samples, kernels, number, first);
        layer->kind->settle(layer, model->weights, sums, samples->rows * layer->fold);
        free(sums);
    }
    return HAR_OK;
}

enum har_status har_adapt(struct har_model *model, const struct har_samples *samples,
                          const struct har_kernels *kernels, struct har_error *err)
{
    struct har_workspace *space = NULL;
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < model->net->layers; i++) {
        if (!model->net->layer[i]->kind->adapted)
            continue;
        if (space == NULL)
            status = har_workspace_new(&space, model->net, false, err);
        if (status == HAR_OK)
            status = adapt_layer(model, space, samples, kernels, i, err);
    }
    har_workspace_free(space);
    return status;
}
