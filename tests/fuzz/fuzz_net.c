/* The net language: any text is read or refused; what is read has a canonical text that reads the
 * same, and if it is small, goes forward and back. */
#include "base/memory.h"
#include "nn/packed.h"
#include "nn/workspace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { small = 1 << 14 };

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void run(const struct har_net *net)
{
    struct har_error err = {0};
    struct har_workspace *space = NULL;
    struct har_packed *packed = NULL;
    har_real *weights = har_allocate_aligned(2 * net->weights, sizeof *weights);
    if (weights != NULL && har_packed_new(&packed, net, true, &err) == HAR_OK &&
        har_workspace_new(&space, net, true, &err) == HAR_OK &&
        space->own.used < small * HAR_SLICE) {
        const struct har_slice slice = {.kernels = har_kernels_best(),
                                        .weights = weights,
                                        .packed = packed,
                                        .gradients = weights + net->weights,
                                        .training = true};
        require(har_net_initialize(net, weights, 1, &err) == HAR_OK, err.text);
        har_packed_fill(packed, slice.kernels, weights);
        har_net_forward(net, space, &slice);
        har_net_backward(net, space, &slice);
        require(har_net_not_finite(net, space) == NULL, "not finite");
    }
    har_workspace_free(space);
    har_packed_free(packed);
    free(weights);
}

static bool is_small(const struct har_net *net)
{
    size_t most = 0;
    for (size_t i = 0; i < net->layers; i++) {
        const struct har_layer *layer = net->layer[i];
        size_t out;
        require(har_shape_size(&out, &layer->out), "a shape overflows");
        out = (out + layer->cache + layer->scratch) * layer->fold;
        most = out > most ? out : most;
    }
    return net->weights < small && most < small;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct har_error err = {0};
    struct har_net *net, *again;
    if (har_net_new(&net, (const char *)data, size, "fuzz.net", &err) != HAR_OK) {
        require(err.status == HAR_USAGE && err.text[0] != '\0', "a failure without a message");
        return 0;
    }
    require(har_net_new(&again, net->text, strlen(net->text), "again.net", &err) == HAR_OK,
            err.text);
    require(strcmp(net->text, again->text) == 0, "the canonical text isn't canonical");
    if (is_small(net))
        run(net);
    har_net_free(net);
    har_net_free(again);
    return 0;
}
