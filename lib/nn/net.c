#include "nn/net.h"

#include "base/memory.h"
#include "nn/kinds.h"
#include "nn/language.h"

#include <stdlib.h>
#include <string.h>

/* Beyond these a net is refused. */
enum { LAYERS_MAX = 1000, WEIGHTS_LIMIT = 1 << 28, ROW_LIMIT = 1 << 26 };

/* A net being read. */
struct assembly {
    struct har_net *net;
    struct har_line line;
    size_t capacity;     /* of net->layer */
    size_t row;          /* reals that the workspace holds for a row */
    bool profile, input; /* were given */
};

static void layer_free(struct har_layer *layer)
{
    if (layer != NULL)
        free(layer->config);
    free(layer);
}

void har_net_free(struct har_net *net)
{
    if (net == NULL)
        return;
    for (size_t i = 0; i < net->layers; i++)
        layer_free(net->layer[i]);
    free(net->layer);
    free(net->text);
    free(net);
}

static bool name_taken(const struct har_net *net, const char *name)
{
    for (size_t i = 0; i < net->layers; i++)
        if (strcmp(net->layer[i]->name, name) == 0)
            return true;
    return false;
}

/* "dense", "dense_1", … as Keras counts: layers that have a name of their own don't. */
static void automatic_name(struct har_layer *layer, const struct har_net *net)
{
    size_t before = 0;
    for (size_t i = 0; i < net->layers; i++) {
        const struct har_layer *other = net->layer[i];
        before += other->kind == layer->kind && !other->named && !other->appended;
    }
    if (before == 0)
        snprintf(layer->name, sizeof layer->name, "%.40s", layer->kind->name);
    else
        snprintf(layer->name, sizeof layer->name, "%.40s_%zu", layer->kind->name, before);
}

/* The shape that a layer's input K has, before anything is folded. */
static struct har_shape source_shape(const struct har_net *net, size_t source)
{
    return source == HAR_NET_INPUT ? net->input : har_layer_output(net->layer[source]);
}

/* time_distributed: the first dimension becomes rows. */
static bool fold(struct har_layer *layer)
{
    struct har_shape *in = &layer->in[0];
    layer->fold = 1;
    if (!layer->distributed)
        return true;
    if (in->rank < 2)
        return false;
    layer->fold = in->dim[0];
    in->rank--;
    memmove(&in->dim[0], &in->dim[1], in->rank * sizeof in->dim[0]);
    return true;
}

/* Sizes of weights and of what a row needs, within the limits. */
static bool measure(struct assembly *a, struct har_layer *layer)
{
    size_t out, row;
    if (!har_shape_size(&out, &layer->out) || __builtin_add_overflow(out, out, &row) ||
        __builtin_add_overflow(row, layer->cache, &row) ||
        __builtin_add_overflow(row, layer->scratch, &row) ||
        !har_multiply(&row, row, layer->fold) || __builtin_add_overflow(a->row, row, &a->row))
        return false;
    for (size_t w = 0; w < layer->weights; w++) {
        struct har_weight *weight = &layer->weight[w];
        if (!har_shape_size(&weight->size, &weight->shape) || weight->size > WEIGHTS_LIMIT)
            return false;
        a->net->weights += weight->size;
    }
    return a->row <= ROW_LIMIT && a->net->weights <= WEIGHTS_LIMIT;
}

static enum har_status place(struct assembly *a, struct har_layer *layer,
                             const struct har_word *word, struct har_error *err)
{
    const char *kind = layer->kind->name;
    for (size_t k = 0; k < layer->inputs; k++)
        layer->in[k] = source_shape(a->net, layer->input[k]);
    if (!fold(layer))
        return har_line_fail(&a->line, word, err,
                             "time_distributed wants an input of two dimensions or more");
    if (layer->kind->shape(layer, err) != HAR_OK) {
        struct har_error why = *err;
        return har_line_fail(&a->line, word, err, "%s: %s", kind, why.text);
    }
    if (layer->out.rank + layer->distributed > HAR_DIMS_MAX)
        return har_line_fail(&a->line, word, err, "%s: more than %d dimensions", kind,
                             HAR_DIMS_MAX);
    if (!measure(a, layer))
        return har_line_fail(&a->line, word, err,
                             "%s: the net is too large: at most %d weights and %d values a row",
                             kind, WEIGHTS_LIMIT, ROW_LIMIT);
    if (name_taken(a->net, layer->name))
        return har_line_fail(&a->line, word, err, "the name '%s' is taken", layer->name);
    return HAR_OK;
}

/* Adds LAYER (stolen in any case) after the last one. */
static enum har_status add(struct assembly *a, struct har_layer *layer, const struct har_word *word,
                           struct har_error *err)
{
    struct har_net *net = a->net;
    layer->profile = net->profile;
    layer->place = net->layers;
    layer->inputs = 1;
    layer->input[0] = net->layers == 0 ? HAR_NET_INPUT : net->layers - 1;
    enum har_status status = place(a, layer, word, err);
    if (status == HAR_OK && net->layers == LAYERS_MAX)
        status = har_line_fail(&a->line, word, err, "more than %d layers", LAYERS_MAX);
    else if (status == HAR_OK &&
             !har_grow(&net->layer, &a->capacity, net->layers + 1, sizeof(struct har_layer *)))
        status = har_fail_memory(err);
    if (status == HAR_OK)
        net->layer[net->layers++] = layer;
    else
        layer_free(layer);
    return status;
}

/* activation=… as a layer of its own. */
static enum har_status append_activation(struct assembly *a, const struct har_statement *statement,
                                         struct har_error *err)
{
    struct har_layer *layer = har_allocate(1, sizeof *layer);
    struct har_activation *config = har_allocate(1, sizeof *config);
    if (layer == NULL || config == NULL) {
        free(layer);
        free(config);
        return har_fail_memory(err);
    }
    config->function = statement->activation;
    layer->kind = &har_kind_activation;
    layer->config = config;
    layer->appended = true;
    layer->distributed = statement->distributed;
    snprintf(layer->name, sizeof layer->name, "%.50s/activation",
             a->net->layer[a->net->layers - 1]->name);
    return add(a, layer, &statement->word, err);
}

static enum har_status read_layer(struct assembly *a, struct har_error *err)
{
    struct har_statement statement;
    if (har_statement_read(&statement, &a->line, err) != HAR_OK)
        return err->status;
    struct har_layer *layer = har_allocate(1, sizeof *layer);
    if (layer == NULL || !a->input) {
        free(layer);
        free(statement.config);
        return a->input ? har_fail_memory(err)
                        : har_line_fail(&a->line, &a->line.word[0], err,
                                        "the line 'input DIMENSIONS' comes before the layers");
    }
    layer->kind = statement.kind;
    layer->config = statement.config;
    layer->distributed = statement.distributed;
    layer->named = statement.name[0] != '\0';
    if (layer->named)
        memcpy(layer->name, statement.name, sizeof layer->name);
    else
        automatic_name(layer, a->net);
    const enum har_status status = add(a, layer, &statement.word, err);
    if (status != HAR_OK || statement.activation == 0)
        return status;
    return append_activation(a, &statement, err);
}

static enum har_status read_profile(struct assembly *a, struct har_error *err)
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

static enum har_status read_input(struct assembly *a, struct har_error *err)
{
    const struct har_word *word = &a->line.word[0];
    if (a->input)
        return har_line_fail(&a->line, word, err, "input comes once, before the layers");
    a->input = true;
    if (har_shape_read(&a->net->input, &a->line, 1, 1, 1e9, err) != HAR_OK)
        return err->status;
    if (!har_shape_size(&a->row, &a->net->input) || a->row > ROW_LIMIT / 2)
        return har_line_fail(&a->line, word, err, "the input is too large: at most %d values",
                             ROW_LIMIT / 2);
    return HAR_OK;
}

static enum har_status read_line(struct assembly *a, struct har_error *err)
{
    if (a->line.words == 0)
        return HAR_OK;
    if (har_word_is(&a->line.word[0], "profile"))
        return read_profile(a, err);
    if (har_word_is(&a->line.word[0], "input"))
        return read_input(a, err);
    return read_layer(a, err);
}

/* Offsets in the flat block: the trained weights, then the fixed ones. */
static void lay_out(struct har_net *net)
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
            }
        if (!fixed)
            net->trained = offset;
    }
}

static enum har_status write_text(struct har_net *net, struct har_error *err)
{
    size_t size;
    FILE *text = open_memstream(&net->text, &size);
    if (text == NULL)
        return har_fail_memory(err);
    fprintf(text, "profile %s\ninput", net->profile == HAR_KERAS3 ? "keras3" : "keras2");
    for (size_t i = 0; i < net->input.rank; i++)
        fprintf(text, " %zu", net->input.dim[i]);
    fputc('\n', text);
    for (size_t i = 0; i < net->layers; i++) {
        const struct har_layer *next = i + 1 < net->layers ? net->layer[i + 1] : NULL;
        const struct har_activation *config = next != NULL && next->appended ? next->config : NULL;
        if (!net->layer[i]->appended)
            har_statement_write(text, net->layer[i], config == NULL ? 0 : config->function);
    }
    return fclose(text) == 0 ? HAR_OK : har_fail_memory(err);
}

static enum har_status assemble(struct assembly *a, const char *text, size_t length,
                                struct har_error *err)
{
    const char *at = text, *const end = text + length;
    while (at < end) {
        if (har_line_next(&a->line, &at, end, err) != HAR_OK || read_line(a, err) != HAR_OK)
            return err->status;
    }
    struct har_net *net = a->net;
    if (net->layers == 0)
        return har_fail(err, HAR_USAGE, "%.200s: a net without layers", a->line.file);
    net->output = har_layer_output(net->layer[net->layers - 1]);
    lay_out(net);
    return write_text(net, err);
}

enum har_status har_net_new(struct har_net **net, const char *text, size_t length, const char *name,
                            struct har_error *err)
{
    struct assembly a = {.net = har_allocate(1, sizeof **net), .line.file = name};
    *net = NULL;
    if (a.net == NULL)
        return har_fail_memory(err);
    const enum har_status status = assemble(&a, text, length, err);
    if (status == HAR_OK)
        *net = a.net;
    else
        har_net_free(a.net);
    return status;
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
