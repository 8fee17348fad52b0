#include "nn/summary.h"

#include <ctype.h>
#include <string.h>

/* Keras's columns. */
enum { shape_column = 29, parameters_column = 55, line_width = 65 };

static void print_line(FILE *to, char character)
{
    for (int i = 0; i < line_width; i++)
        fputc(character, to);
    fputc('\n', to);
}

/* A text that is too long for its column runs on, but for a space, into the next. */
static void print_row(FILE *to, const char *layer, const char *shape, const char *parameters)
{
    int used = fprintf(to, " %-*s", shape_column - 2, layer);
    used += fprintf(to, " %-*s", parameters_column - 1 - used - 1, shape);
    used += fprintf(to, " %s", parameters);
    fprintf(to, "%*s\n", used < line_width ? line_width - used : 0, "");
}

/* "max_pooling1d" -> "MaxPooling1D", "lstm" -> "LSTM". */
static void class_name(char text[64], const char *kind)
{
    static const char *const shouted[] = {"lstm", "gru"};
    bool start = true;
    size_t used = 0;
    for (const char *at = kind; *at != '\0' && used < 63; at++) {
        bool upper = start || (*at == 'd' && isdigit((unsigned char)at[-1]));
        for (size_t i = 0; i < 2; i++) {
            const size_t length = strlen(shouted[i]);
            for (size_t back = 0; back < length && back <= (size_t)(at - kind); back++)
                upper = upper || strncmp(at - back, shouted[i], length) == 0;
        }
        start = *at == '_';
        if (*at != '_')
            text[used++] = (char)(upper ? toupper((unsigned char)*at) : *at);
    }
    text[used] = '\0';
}

static void layer_text(char text[160], const struct har_layer *layer)
{
    char class[64];
    class_name(class, layer->kind->name);
    snprintf(text, 160, "%s (%s)", layer->name,
             layer->distributed ? "TimeDistributed"
             : layer->parts > 0 ? "Bidirectional"
                                : class);
}

static void shape_text(char text[160], const struct har_shape *shape)
{
    size_t used = (size_t)snprintf(text, 160, "(None");
    for (size_t i = 0; i < shape->rank; i++)
        used += (size_t)snprintf(text + used, 160 - used, ", %zu", shape->dim[i]);
    snprintf(text + used, 160 - used, ")");
}

/* Of layer I, and its parts. */
static size_t parameters(const struct har_net *net, size_t i)
{
    size_t count = 0;
    for (size_t part = i - net->layer[i]->parts; part <= i; part++)
        for (size_t w = 0; w < net->layer[part]->weights; w++)
            count += net->layer[part]->weight[w].size;
    return count;
}

static void print_layer(FILE *to, const struct har_net *net, size_t i)
{
    const struct har_layer *layer = net->layer[i];
    char name[160], shape[160], count[32];
    const struct har_shape out = har_layer_output(layer);
    layer_text(name, layer);
    shape_text(shape, &out);
    snprintf(count, sizeof count, "%zu", parameters(net, i));
    print_row(to, name, shape, count);
    print_row(to, "", "", "");
}

/* "54,706". */
static void print_total(FILE *to, const char *what, size_t count)
{
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%zu", count);
    fprintf(to, "%s: ", what);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            fputc(',', to);
        fputc(digits[i], to);
    }
    fputc('\n', to);
}

/* One layer after the other? Keras calls others functional. */
static bool is_sequential(const struct har_net *net)
{
    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i]->kind->joins && net->layer[i]->parts == 0)
            return false;
    return true;
}

void har_net_summary(FILE *to, const struct har_net *net)
{
    fprintf(to, "Model: \"%s\"\n", is_sequential(net) ? "sequential" : "model");
    print_line(to, '_');
    print_row(to, "Layer (type)", "Output Shape", "Param #");
    print_line(to, '=');
    for (size_t i = 0; i < net->layers; i++)
        if (!net->layer[i]->appended)
            print_layer(to, net, i);
    print_line(to, '=');
    print_total(to, "Total params", net->weights);
    print_total(to, "Trainable params", net->trained);
    print_total(to, "Non-trainable params", net->weights - net->trained);
    print_line(to, '_');
}
