#include "fit/adapt.h"

#include "base/memory.h"
#include "fit/batch.h"
#include "nn/packed.h"
#include <stdlib.h>
#include <string.h>

/* With what slices go as far as the layer. */
struct way {
    struct har_model *model;
    const struct har_samples *samples;
    const struct har_kernels *kernels;
    uint64_t seed;
    struct har_workspace *space;
    struct har_packed *packed;
    bool *needed; /* layers that come before the one in work, for its sake */
};

/* Takes ROWS rows from FIRST on, one slice, as far as LAYER. */
static struct har_slice go_to(const struct way *way, size_t layer, size_t first, size_t rows)
{
    const struct har_net *net = way->model->net;
    const struct har_slice slice = {.kernels = way->kernels,
                                    .weights = way->model->weights,
                                    .packed = way->packed,
                                    .padding = HAR_SLICE - rows};
    size_t size;
    har_real *input = har_workspace_input(way->space);
    if (!har_shape_size(&size, &net->input))
        return slice;
    memset(input, 0, HAR_SLICE * size * sizeof *input);
    for (size_t r = 0; r < rows; r++)
        har_input_row(input + r * size, way->samples->x, first + r, size);
    for (size_t i = 0; i < layer; i++)
        if (way->needed[i])
            har_net_forward_part(net, way->space, &slice, i, i + 1);
    return slice;
}

/* Adds what LAYER collects of the slice of rows from FIRST on to SUMS. */
static void collect_slice(double *sums, const struct way *way, size_t layer, size_t first)
{
    const struct har_net *net = way->model->net;
    const size_t left = way->samples->rows - first;
    const struct har_slice slice = go_to(way, layer, first, left < HAR_SLICE ? left : HAR_SLICE);
    har_net_collect(net, way->space, &slice, layer);
    for (size_t i = 0; i < net->layer[layer]->sums; i++)
        sums[i] += har_workspace_sums(way->space, layer)[i];
}

static enum har_status collect_rows(const struct way *way, size_t number, size_t rows,
                                    struct har_error *err)
{
    const struct har_layer *layer = way->model->net->layer[number];
    double *sums = har_allocate(layer->sums, sizeof *sums);
    if (sums == NULL)
        return har_fail_memory(err);
    for (size_t first = 0; first < rows; first += HAR_SLICE)
        collect_slice(sums, way, number, first);
    layer->kind->settle(layer, way->model->weights, sums, rows * layer->fold);
    free(sums);
    return HAR_OK;
}

/* About the mean of the first slice, the sums of all n rows hardly cancel: it's off by at most
 * sqrt(n / HAR_SLICE) standard deviations. */
static enum har_status collect_all(const struct way *way, size_t number, struct har_error *err)
{
    const size_t rows = way->samples->rows;
    const enum har_status status =
        collect_rows(way, number, rows < HAR_SLICE ? rows : HAR_SLICE, err);
    return status == HAR_OK ? collect_rows(way, number, rows, err) : status;
}

/* Row i of the sample is drawn for it alone. */
static void show_sample(const struct way *way, size_t number)
{
    const struct har_net *net = way->model->net;
    const struct har_layer *layer = net->layer[number];
    const struct har_random random = {way->seed, HAR_RANDOM_SAMPLE, (uint16_t)layer->place, 0};
    for (size_t i = 0; i < layer->samples; i++) {
        const size_t row = har_random_below(&random, i, way->samples->rows * layer->fold);
        const struct har_slice slice = go_to(way, number, row / layer->fold, 1);
        har_net_sample(net, way->space, &slice, number, way->model->weights, i, row % layer->fold);
    }
}

static enum har_status adapt_layer(const struct way *way, size_t number, struct har_error *err)
{
    har_net_needs(way->needed, way->model->net, number);
    if (way->model->net->layer[number]->kind->collect != NULL)
        return collect_all(way, number, err);
    show_sample(way, number);
    return HAR_OK;
}

static enum har_status prepare(struct way *way, struct har_error *err)
{
    if (way->space != NULL)
        return HAR_OK;
    if (har_workspace_new(&way->space, way->model->net, false, err) != HAR_OK ||
        har_packed_new(&way->packed, way->model->net, false, err) != HAR_OK)
        return err->status;
    har_packed_fill(way->packed, way->kernels, way->model->weights);
    way->needed = har_allocate(way->model->net->layers, sizeof *way->needed);
    return way->needed == NULL ? har_fail_memory(err) : HAR_OK;
}

enum har_status har_adapt(struct har_model *model, const struct har_samples *samples,
                          const struct har_kernels *kernels, uint64_t seed, struct har_error *err)
{
    struct way way = {.model = model, .samples = samples, .kernels = kernels, .seed = seed};
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < model->net->layers; i++) {
        if (!model->net->layer[i]->kind->adapted)
            continue;
        status = prepare(&way, err);
        if (status == HAR_OK)
            status = adapt_layer(&way, i, err);
    }
    har_workspace_free(way.space);
    har_packed_free(way.packed);
    free(way.needed);
    return status;
}
