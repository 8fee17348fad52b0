/* libFuzzer: safetensors; of what it takes, every tensor's bytes are read, and a model is filled.
 */
#include "fit/safetensors.h"

#include <stdlib.h>
#include <string.h>

static void fill_model(const struct har_safetensors *file)
{
    static const char text[] = "input 1\ndense 2 activation=softmax\n";
    struct har_error err = {0};
    struct har_net *net = NULL;
    struct har_model *model = NULL;
    json_t *header = json_object();
    if (har_net_new(&net, text, strlen(text), "net", &err) != HAR_OK)
        abort();
    if (har_safetensors_describe(header, file, &err) != HAR_OK && err.text[0] == '\0')
        abort();
    if (har_model_new(&model, net, header, 0, &err) != HAR_OK)
        abort();
    if (har_safetensors_fill(model, file, &err) != HAR_OK && err.text[0] == '\0')
        abort();
    har_model_free(model);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct har_error err = {0};
    struct har_safetensors file;
    if (har_safetensors_parse(&file, data, size, &err) != HAR_OK) {
        if (err.text[0] == '\0')
            abort();
        return 0;
    }
    unsigned sum = 0;
    for (size_t i = 0; i < file.count; i++)
        for (size_t j = file.tensor[i].first; j < file.tensor[i].last; j++)
            sum += file.tensor[i].data[j - file.tensor[i].first];
    if (sum == UINT32_MAX)
        abort();
    fill_model(&file);
    har_safetensors_free(&file);
    return 0;
}
