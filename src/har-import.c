/* har-import: weights of another format become a model. */
#include "base/checksum.h"
#include "data/format.h"
#include "data/mapped.h"
#include "fit/rows.h"
#include "fit/safetensors.h"
#include "nn/net_file.h"
#include "stream/header.h"
#include "stream/program.h"

#include <fcntl.h>
#include <string.h>

static const char *net_file, *like, *label_list;

static const struct har_option options[] = {
    {"net", 'n', HAR_OPTION_FILE, &net_file, 0, 0, "NET",
     "the net that the weights are of (default: the one in the metadata)", false},
    {"like", 0, HAR_OPTION_FILE, &like, 0, 0, "STREAM",
     "labels, channels, units, rate, recipe and source as this file's", false},
    {"labels", 0, HAR_OPTION_TEXT, &label_list, 0, 0, "A,B,...", "class names in order", true},
    {NULL, 0, HAR_OPTION_FLAG, NULL, 0, 0, NULL, NULL, false}};

static enum har_status make_net(struct har_net **net, const struct har_safetensors *file,
                                struct har_error *err)
{
    if (net_file != NULL)
        return har_net_read(net, net_file, err);
    const char *text = har_safetensors_net(file);
    if (text == NULL) {
        har_fail(err, HAR_USAGE, "no net in the metadata");
        return har_error_hint(err, "--net NET says which net the weights are of");
    }
    const enum har_status status = har_net_new(net, text, strlen(text), "net of the metadata", err);
    if (status == HAR_USAGE)
        err->status = HAR_INPUT;
    return status == HAR_USAGE ? HAR_INPUT : status;
}

static enum har_status check_like(const json_t *header, struct har_error *err)
{
    const char *type = har_header_text(header, "type", "");
    if (strcmp(type, "model") == 0 || strcmp(type, "windows") == 0)
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "--like %s: type '%.100s', expected a model or windows", like,
                    type);
}

/* What the first header of STREAM says of rows. */
static enum har_status describe_like(json_t *header, struct har_error *err)
{
    static const char *const keys[] = {"source", "labels", "channels", "units", "rate", "recipe"};
    char *const files[] = {(char *)like};
    struct har_reader *in = NULL;
    enum har_item item;
    enum har_status status = har_reader_new(&in, files, 1, err);
    if (status == HAR_OK)
        status = har_reader_next(&item, in, err);
    if (status == HAR_OK)
        status = check_like(har_reader_header(in), err);
    /* The people's numbers are of the source that the metadata say. */
    const size_t first = json_object_get(header, "subjects") != NULL;
    for (size_t i = first; status == HAR_OK && i < sizeof keys / sizeof *keys; i++) {
        json_t *value = json_object_get(har_reader_header(in), keys[i]);
        if (value != NULL && json_object_set_new(header, keys[i], json_deep_copy(value)) != 0)
            status = har_fail_memory(err);
    }
    har_reader_free(in);
    return status;
}

static enum har_status set_labels(json_t *header, struct har_error *err)
{
    struct har_list list;
    enum har_status status = har_list_split(&list, label_list, "labels", false, err);
    if (status == HAR_OK && list.count > 0)
        status =
            har_header_set_list(header, "labels", (const char *const *)list.item, list.count, err);
    har_list_free(&list);
    return status;
}

/* From weak to strong: the metadata, --like, --labels. */
static enum har_status describe(json_t *header, const struct har_safetensors *file,
                                const struct har_net *net, struct har_error *err)
{
    enum har_status status = har_safetensors_describe(header, file, err);
    if (status == HAR_OK && like != NULL)
        status = describe_like(header, err);
    if (status == HAR_OK)
        status = set_labels(header, err);
    const size_t classes = net->output.dim[net->output.rank - 1];
    return status == HAR_OK ? har_rows_labels(header, classes, err) : status;
}

/* Initial weights are made and overwritten: the model is then as any other. */
static enum har_status make_model(struct har_model **model, const struct har_safetensors *file,
                                  struct har_error *err)
{
    struct har_net *net = NULL;
    enum har_status status = make_net(&net, file, err);
    if (status != HAR_OK)
        return status;
    json_t *header = json_object();
    status = header == NULL ? har_fail_memory(err) : describe(header, file, net, err);
    if (status != HAR_OK) {
        json_decref(header);
        har_net_free(net);
        return status;
    }
    return har_model_new(model, net, header, 0, err);
}

static enum har_status import(struct har_run *run, const struct har_mapped *mapped,
                              struct har_error *err)
{
    const char *name = run->operand[0];
    struct har_safetensors file;
    struct har_model *model = NULL;
    const uint32_t crc = har_crc32(0, mapped->data, mapped->size);
    if (json_object_set_new(run->arguments, "weights", json_integer((json_int_t)crc)) != 0)
        return har_fail_memory(err);
    enum har_status status = har_safetensors_parse(&file, mapped->data, mapped->size, err);
    if (status != HAR_OK)
        return har_error_at(err, "%s", name);
    status = make_model(&model, &file, err);
    if (status == HAR_OK && har_safetensors_fill(model, &file, err) != HAR_OK)
        status = har_error_at(err, "%s", name);
    har_safetensors_free(&file);
    if (status == HAR_OK)
        status = har_model_write(run->out, model, false, err);
    har_model_free(model);
    return status;
}

static enum har_status run_import(void *state, struct har_run *run, struct har_error *err)
{
    (void)state;
    struct har_mapped mapped = {0};
    enum har_status status = har_mapped_open(&mapped, AT_FDCWD, run->operand[0], err);
    if (status != HAR_OK)
        return status;
    status = import(run, &mapped, err);
    har_mapped_close(&mapped);
    return status;
}

int main(int argc, char **argv)
{
    static const struct har_program program = {
        .name = "har-import",
        .synopsis = "[--net NET] [--like STREAM] [--labels A,B,...] FILE.safetensors",
        .summary = "Make a model of the weights in a file of another format.",
        .options = options,
        .manners = HAR_WRITES_STREAM,
        .operands = 1,
        .run = run_import};
    return har_program_main(&program, argc, argv);
}
