/* Statements as layers of the graph: names, folded rows, shapes, limits; bidirectional and
 * activation=… as several layers. */
#include "nn/assembly.h"

#include "base/memory.h"
#include "nn/kinds.h"

#include <stdlib.h>
#include <string.h>

/* Beyond these a net is refused. */
enum { LAYERS_MAX = 1000, WEIGHTS_LIMIT = 1 << 28 };

/* A layer of KIND with a copy of CONFIG, wrapped as STATEMENT is. */
static struct har_layer *layer_new(const struct har_layer_kind *kind, const void *config,
                                   const struct har_statement *statement)
{
    struct har_layer *layer = har_allocate(1, sizeof *layer);
    if (layer == NULL)
        return NULL;
    layer->kind = kind;
    layer->distributed = statement->distributed;
    layer->config = har_allocate(1, kind->config_size + 1);
    if (layer->config == NULL) {
        free(layer);
        return NULL;
    }
    if (kind->config_size > 0)
        memcpy(layer->config, config, kind->config_size);
    return layer;
}

static bool name_taken(const struct har_net *net, const char *name)
{
    for (size_t i = 0; i < net->layers; i++)
        if (strcmp(net->layer[i]->name, name) == 0)
            return true;
    return false;
}

static const char *word_of(const struct har_layer *layer)
{
    return layer->parts > 0 ? "bidirectional" : layer->kind->name;
}

/* "dense", "dense_1", … as Keras counts: layers that have a name of their own don't. */
static void automatic_name(struct har_layer *layer, const struct har_net *net)
{
    const char *word = word_of(layer);
    size_t before = 0;
    for (size_t i = 0; i < net->layers; i++) {
        const struct har_layer *other = net->layer[i];
        before += !other->named && !other->appended && strcmp(word_of(other), word) == 0;
    }
    if (before == 0)
        snprintf(layer->name, sizeof layer->name, "%.40s", word);
    else
        snprintf(layer->name, sizeof layer->name, "%.40s_%zu", word, before);
}

/* Copies of a branch number given names on as well. */
static void name_layer(struct har_layer *layer, const struct har_assembly *a,
                       const struct har_statement *statement)
{
    layer->named = statement->name[0] != '\0';
    if (!layer->named) {
        automatic_name(layer, a->net);
        return;
    }
    snprintf(layer->name, sizeof layer->name, "%s", statement->name);
    for (size_t i = 1; har_assembly_copying(a) && name_taken(a->net, layer->name); i++)
        snprintf(layer->name, sizeof layer->name, "%.40s_%zu", statement->name, i);
}

bool har_assembly_copying(const struct har_assembly *a)
{
    for (size_t i = 0; i < a->groups; i++)
        if (a->group[i].copy > 0)
            return true;
    return false;
}

struct har_shape har_assembly_shape(const struct har_assembly *a, size_t source)
{
    return source == HAR_NET_INPUT ? a->net->input : har_layer_output(a->net->layer[source]);
}

/* time_distributed: the first dimension of each input becomes rows. */
static bool fold(struct har_layer *layer)
{
    layer->fold = 1;
    if (!layer->distributed)
        return true;
    layer->fold = layer->in[0].dim[0];
    for (size_t k = 0; k < layer->inputs; k++) {
        struct har_shape *in = &layer->in[k];
        if (in->rank < 2)
            return false;
        in->rank--;
        memmove(&in->dim[0], &in->dim[1], in->rank * sizeof in->dim[0]);
    }
    return true;
}

/* Sizes of weights and of what a row needs, within the limits. */
static bool measure(struct har_assembly *a, struct har_layer *layer)
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
    return a->row <= HAR_ROW_LIMIT && a->net->weights <= WEIGHTS_LIMIT;
}

static enum har_status place(struct har_assembly *a, struct har_layer *layer,
                             const struct har_word *word, struct har_error *err)
{
    const char *kind = layer->kind->name;
    if (layer->kind->mix != NULL && a->groups > 0)
        return har_line_fail(&a->line, word, err,
                             "%s mixes whole rows and their labels, so it can't stand in a branch "
                             "or a shortcut",
                             kind);
    for (size_t k = 0; k < layer->inputs; k++)
        layer->in[k] = har_assembly_shape(a, layer->input[k]);
    if (!fold(layer))
        return har_line_fail(&a->line, word, err,
                             "time_distributed wants an input of two dimensions or more");
    if (layer->kind->shape(layer, err) != HAR_OK) {
        struct har_error why = *err;
        return har_line_fail(&a->line, word, err, "%s: %s", kind, why.text);
    }
    a->net->whole_batch |= layer->kind->whole_batch;
    if (layer->out.rank + layer->distributed > HAR_DIMS_MAX)
        return har_line_fail(&a->line, word, err, "%s: more than %d dimensions", kind,
                             HAR_DIMS_MAX);
    if (!measure(a, layer))
        return har_line_fail(&a->line, word, err,
                             "%s: the net is too large: at most %d weights and %d values a row",
                             kind, WEIGHTS_LIMIT, HAR_ROW_LIMIT);
    if (name_taken(a->net, layer->name))
        return har_line_fail(&a->line, word, err, "the name '%s' is taken", layer->name);
    return HAR_OK;
}

/* Adds LAYER (stolen in any case; NULL where there was no memory) after FROM. */
static enum har_status add(struct har_assembly *a, struct har_layer *layer,
                           const struct har_sources *from, const struct har_word *word,
                           struct har_error *err)
{
    struct har_net *net = a->net;
    if (layer == NULL)
        return har_fail_memory(err);
    layer->profile = net->profile;
    layer->place = net->layers;
    layer->inputs = from->count;
    memcpy(layer->input, from->source, from->count * sizeof from->source[0]);
    enum har_status status = place(a, layer, word, err);
    if (status == HAR_OK && net->layers == LAYERS_MAX)
        status = har_line_fail(&a->line, word, err, "more than %d layers", LAYERS_MAX);
    else if (status == HAR_OK &&
             !har_grow(&net->layer, &a->capacity, net->layers + 1, sizeof(struct har_layer *)))
        status = har_fail_memory(err);
    if (status != HAR_OK) {
        har_layer_free(layer);
        return status;
    }
    a->present = net->layers;
    net->layer[net->layers++] = layer;
    return HAR_OK;
}

/* One of bidirectional's copies: "bidirectional/forward". */
static enum har_status add_direction(struct har_assembly *a, const struct har_statement *statement,
                                     const char *name, const char *direction, bool reversed,
                                     const struct har_sources *from, struct har_error *err)
{
    struct har_layer *layer = layer_new(statement->kind, statement->config, statement);
    if (layer != NULL) {
        layer->appended = true;
        layer->reversed = reversed;
        snprintf(layer->name, sizeof layer->name, "%.50s/%s", name, direction);
    }
    return add(a, layer, from, &statement->word, err);
}

static enum har_status add_bidirectional(struct har_assembly *a,
                                         const struct har_statement *statement,
                                         const struct har_sources *from, struct har_error *err)
{
    static const struct har_concatenate config = {.axis = -1};
    const size_t first = a->net->layers;
    const struct har_sources both = {2, {first, first + 1}};
    struct har_layer *join = layer_new(&har_kind_concatenate, &config, statement);
    if (join == NULL)
        return har_fail_memory(err);
    join->parts = 2;
    name_layer(join, a, statement);
    if (add_direction(a, statement, join->name, "forward", false, from, err) != HAR_OK ||
        add_direction(a, statement, join->name, "backward", true, from, err) != HAR_OK) {
        har_layer_free(join);
        return err->status;
    }
    return add(a, join, &both, &statement->word, err);
}

/* activation=… as a layer of its own. */
static enum har_status add_activation(struct har_assembly *a, const struct har_statement *statement,
                                      struct har_error *err)
{
    const struct har_activation config = {.function = statement->activation};
    const struct har_sources from = {1, {a->present}};
    struct har_layer *layer = layer_new(&har_kind_activation, &config, statement);
    if (layer != NULL) {
        layer->appended = true;
        snprintf(layer->name, sizeof layer->name, "%.50s/activation",
                 a->net->layer[a->present]->name);
    }
    return add(a, layer, &from, &statement->word, err);
}

static enum har_status add_single(struct har_assembly *a, const struct har_statement *statement,
                                  const struct har_sources *from, struct har_error *err)
{
    struct har_layer *layer = layer_new(statement->kind, statement->config, statement);
    if (layer != NULL)
        name_layer(layer, a, statement);
    const enum har_status status = add(a, layer, from, &statement->word, err);
    if (status != HAR_OK || statement->activation == 0)
        return status;
    return add_activation(a, statement, err);
}

enum har_status har_assembly_add(struct har_assembly *a, const struct har_statement *statement,
                                 const struct har_sources *from, struct har_error *err)
{
    return statement->bidirectional ? add_bidirectional(a, statement, from, err)
                                    : add_single(a, statement, from, err);
}

enum har_status har_assembly_no_input(const struct har_assembly *a, const struct har_word *word,
                                      struct har_error *err)
{
    return har_line_fail(&a->line, word, err,
                         "the line 'input DIMENSIONS' comes before the layers");
}

enum har_status har_assembly_read(struct har_assembly *a, const struct har_sources *from,
                                  const char *prefix, struct har_error *err)
{
    struct har_statement statement;
    if (har_statement_read(&statement, &a->line, err) != HAR_OK)
        return err->status;
    const enum har_status status = a->input ? har_assembly_add(a, &statement, from, err)
                                            : har_assembly_no_input(a, &a->line.word[0], err);
    if (status == HAR_OK && !har_assembly_copying(a)) {
        fputs(prefix, a->text);
        har_statement_write(a->text, &statement);
    }
    free(statement.config);
    return status;
}
