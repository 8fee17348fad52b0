#include "nn/net.h"

#include "base/memory.h"
#include "nn/assembly.h"
#include "nn/kinds.h"
#include "nn/packed.h"

#include <stdlib.h>
#include <string.h>

void har_net_free(struct har_net *net)
{
    if (net == NULL)
        return;
    for (size_t i = 0; i < net->layers; i++)
        har_layer_free(net->layer[i]);
    free(net->layer);
    free(net->text);
    free(net);
}

static enum har_status read_profile(struct har_assembly *a, struct har_error *err)
{
    const struct har_word *word = &a->line.word[0];
    if (a->profile || a->input)
        return har_line_fail(&a->line, word, err, "profile comes once, first");
    a->profile = true;
    if (a->line.words != 2)
        return har_line_fail(&a->line, word, err, "expected profile keras2 or profile keras3");
    word = &a->line.word[1];
    if (har_word_is(word, "keras3"))
        a->net->profile = HAR_KERAS3;
    else if (!har_word_is(word, "keras2"))
        return har_line_fail(&a->line, word, err,
                             "unknown profile '%.*s', expected keras2 or keras3", (int)word->length,
                             word->text);
    return HAR_OK;
}

static void write_input(const struct har_assembly *a)
{
    fprintf(a->text, "profile %s\ninput", a->net->profile == HAR_KERAS3 ? "keras3" : "keras2");
    for (size_t i = 0; i < a->net->input.rank; i++)
        fprintf(a->text, " %zu", a->net->input.dim[i]);
    fputc('\n', a->text);
}

static enum har_status read_input(struct har_assembly *a, struct har_error *err)
{
    const struct har_word *word = &a->line.word[0];
    if (a->input)
        return har_line_fail(&a->line, word, err, "input comes once, before the layers");
    a->input = true;
    if (har_shape_read(&a->net->input, &a->line, 1, 1, 1e9, err) != HAR_OK)
        return err->status;
    if (!har_shape_size(&a->row, &a->net->input) || a->row > HAR_ROW_LIMIT / 2)
        return har_line_fail(&a->line, word, err, "the input is too large: at most %d values",
                             HAR_ROW_LIMIT / 2);
    write_input(a);
    return HAR_OK;
}

static enum har_status read_layer(struct har_assembly *a, struct har_error *err)
{
    const struct har_word *word = &a->line.word[0];
    const struct har_sources from = {1, {a->present}};
    har_structure_reader *const structure = har_structure_find(word);
    if (structure == NULL)
        return har_assembly_read(a, &from, "", err);
    return a->input ? structure(a, err) : har_assembly_no_input(a, word, err);
}

static enum har_status read_line(struct har_assembly *a, struct har_error *err)
{
    if (a->line.words == 0)
        return HAR_OK;
    if (har_word_is(&a->line.word[0], "profile"))
        return read_profile(a, err);
    if (har_word_is(&a->line.word[0], "input"))
        return read_input(a, err);
    return read_layer(a, err);
}

/* Offsets in the flat block: the trained weights, then the fixed ones; and in the packed ones. */
static bool lay_out(struct har_net *net)
{
    size_t offset = 0;
    for (int fixed = 0; fixed <= 1; fixed++) {
        for (size_t i = 0; i < net->layers; i++)
            for (size_t w = 0; w < net->layer[i]->weights; w++) {
                struct har_weight *weight = &net->layer[i]->weight[w];
                if (weight->fixed != (bool)fixed)
                    continue;
                weight->offset = offset;
                offset += weight->size;
                if (weight->multiplied && !har_packed_place(weight, net->packed))
                    return false;
            }
        if (!fixed)
            net->trained = offset;
    }
    return true;
}

static enum har_status assemble(struct har_assembly *a, struct har_error *err)
{
    while (a->at < a->end) {
        if (har_line_next(&a->line, &a->at, a->end, err) != HAR_OK || read_line(a, err) != HAR_OK)
            return err->status;
    }
    if (har_structure_end(a, err) != HAR_OK)
        return err->status;
    struct har_net *net = a->net;
    if (net->layers == 0)
        return har_fail(err, HAR_USAGE, "%.200s: a net without layers", a->line.file);
    net->output = har_layer_output(net->layer[net->layers - 1]);
    if (!lay_out(net))
        return har_fail(err, HAR_USAGE, "%.200s: the weights are too large", a->line.file);
    return HAR_OK;
}

enum har_status har_net_new(struct har_net **net, const char *text, size_t length, const char *name,
                            struct har_error *err)
{
    struct har_assembly a = {.net = har_allocate(1, sizeof **net),
                             .at = text,
                             .end = text + length,
                             .line.file = name,
                             .present = HAR_NET_INPUT};
    size_t size;
    *net = NULL;
    if (a.net == NULL)
        return har_fail_memory(err);
    a.text = open_memstream(&a.net->text, &size);
    enum har_status status = a.text == NULL ? har_fail_memory(err) : assemble(&a, err);
    if (a.text != NULL && fclose(a.text) != 0 && status == HAR_OK)
        status = har_fail_memory(err);
    if (status == HAR_OK)
        *net = a.net;
    else
        har_net_free(a.net);
    return status;
}

void har_net_needs(bool *needed, const struct har_net *net, size_t layer)
{
    memset(needed, 0, net->layers * sizeof *needed);
    for (size_t at = layer + 1; at-- > 0;)
        for (size_t k = 0; (needed[at] || at == layer) && k < net->layer[at]->inputs; k++)
            if (net->layer[at]->input[k] != HAR_NET_INPUT)
                needed[net->layer[at]->input[k]] = true;
}

/* The first of the NEEDED layers with trained weights, or NULL. */
static const struct har_layer *first_trained(const struct har_net *net, const bool *needed)
{
    for (size_t i = 0; i < net->layers; i++)
        if (needed[i] && har_layer_trains(net->layer[i]))
            return net->layer[i];
    return NULL;
}

/* Layers that hand no gradient back stand before all that are trained. */
static enum har_status check_gradients(const struct har_net *net, struct har_error *err)
{
    bool *needed = har_allocate(net->layers, sizeof *needed);
    enum har_status status = needed == NULL ? har_fail_memory(err) : HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < net->layers; i++) {
        if (!net->layer[i]->kind->without_gradient)
            continue;
        har_net_needs(needed, net, i);
        const struct har_layer *trained = first_trained(net, needed);
        if (trained != NULL)
            status = har_fail(err, HAR_USAGE,
                              "'%s' can't be trained: '%s', which comes after it, has no gradient",
                              trained->name, net->layer[i]->name);
    }
    free(needed);
    return status;
}

enum har_status har_net_classifies(const struct har_net *net, struct har_error *err)
{
    const bool softmax = har_layer_is_softmax(net->layer[net->layers - 1]);
    if (softmax && net->output.rank == 1)
        return check_gradients(net, err);
    har_fail(err, HAR_USAGE, "the net must end in a dense layer with activation=softmax%s",
             softmax ? ", a number a class; it has these for each time step" : "");
    return har_error_hint(err, "%s",
                          softmax ? "flatten or global_average_pooling1d before it"
                                  : "dense CLASSES activation=softmax");
}

size_t har_net_weight_count(const struct har_net *net)
{
    size_t count = 0;
    for (size_t i = 0; i < net->layers; i++)
        count += net->layer[i]->weights;
    return count;
}

const struct har_weight *har_net_weight(const struct har_net *net, size_t i, char name[128])
{
    size_t layer = 0;
    while (i >= net->layer[layer]->weights)
        i -= net->layer[layer++]->weights;
    const struct har_weight *weight = &net->layer[layer]->weight[i];
    snprintf(name, 128, "%s/%s", net->layer[layer]->name, weight->name);
    return weight;
}
