#include "base/memory.h"
#include "fit/model.h"
#include "stream/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char net_text[] = "input 4 3\nlstm 5\ndense 2 activation=softmax\n";

static void must(enum har_status status, const struct har_error *err)
{
    if (status != HAR_OK)
        fail_msg("%s", err->text);
}

static struct har_net *make_net(const char *text)
{
    struct har_error err = {0};
    struct har_net *net = NULL;
    must(har_net_new(&net, text, strlen(text), "test.net", &err), &err);
    return net;
}

static struct har_model *make_model(const char *text, uint64_t seed)
{
    struct har_error err = {0};
    struct har_model *model = NULL;
    json_t *header = har_header_new("model", "test");
    static const char *const labels[] = {"still", "moving"};
    must(har_header_set_list(header, "labels", labels, 2, &err), &err);
    must(har_model_new(&model, make_net(text), header, seed, &err), &err);
    return model;
}

/* A temporary file, its name in PATH, and a writer to it. */
static struct har_writer *open_file(char path[32], int *fd)
{
    struct har_error err = {0};
    struct har_writer *writer = NULL;
    strcpy(path, "/tmp/har-model-XXXXXX");
    *fd = mkstemp(path);
    assert_true(*fd >= 0);
    must(har_writer_new(&writer, *fd, path, NULL, &err), &err);
    return writer;
}

static void close_file(struct har_writer *writer, int fd)
{
    struct har_error err = {0};
    must(har_writer_flush(writer, &err), &err);
    har_writer_free(writer);
    close(fd);
}

static void test_seed_decides(void **state)
{
    (void)state;
    struct har_model *a = make_model(net_text, 1), *b = make_model(net_text, 1),
                     *c = make_model(net_text, 2);
    const size_t bytes = a->net->weights * sizeof *a->weights;
    assert_memory_equal(a->weights, b->weights, bytes);
    assert_true(memcmp(a->weights, c->weights, bytes) != 0);
    assert_string_equal(har_header_text(a->header, "type", ""), "model");
    assert_string_equal(har_header_text(a->header, "net", ""), a->net->text);
    har_model_free(a);
    har_model_free(b);
    har_model_free(c);
}

static void test_round_trip(void **state)
{
    (void)state;
    char path[32];
    int fd;
    struct har_error err = {0};
    struct har_model *model = make_model(net_text, 7), *read = NULL;
    struct har_writer *writer = open_file(path, &fd);
    must(har_model_write(writer, model, false, &err), &err);
    close_file(writer, fd);
    uint32_t crc[2];
    must(har_model_load(&read, &crc[0], path, &err), &err);
    assert_int_equal(read->net->weights, model->net->weights);
    assert_memory_equal(read->weights, model->weights,
                        model->net->weights * sizeof *model->weights);
    assert_string_equal(har_header_item(read->header, "labels", 1), "moving");
    har_model_free(read);
    must(har_model_load(&read, &crc[1], path, &err), &err);
    assert_int_equal(crc[0], crc[1]);
    har_model_free(read);
    har_model_free(model);
    unlink(path);
}

/* One frame of a model that isn't as it should be. */
struct broken {
    const char *name;
    size_t rank, shape[2];
    float first;
    const char *message;
};

static enum har_status load_broken(const struct broken *broken, struct har_error *err)
{
    char path[32];
    int fd;
    static float values[64];
    struct har_error ours = {0};
    struct har_model *model = make_model("input 3\ndense 2 activation=softmax\n", 1), *read = NULL;
    struct har_writer *writer = open_file(path, &fd);
    must(har_writer_header(writer, model->header, &ours), &ours);
    struct har_tensor value;
    values[0] = broken->first;
    must(har_tensor_view(&value, "value", HAR_F4, broken->rank, broken->shape, values, &ours),
         &ours);
    must(har_writer_weight(writer, broken->name, &value, &ours), &ours);
    if (strcmp(broken->message, "once") == 0)
        must(har_writer_weight(writer, broken->name, &value, &ours), &ours);
    must(har_writer_end(writer, false, &ours), &ours);
    close_file(writer, fd);
    uint32_t crc;
    const enum har_status status = har_model_load(&read, &crc, path, err);
    har_model_free(read);
    har_model_free(model);
    unlink(path);
    return status;
}

static void test_broken_models(void **state)
{
    (void)state;
    static const struct broken row[] = {
        {"dense/kernel", 2, {3, 2}, 0, "'dense/bias' is missing"},
        {"dense/bias", 1, {2}, 0, "'dense/kernel' is missing"},
        {"dense/kernel", 2, {2, 2}, 0, "'dense/kernel' isn't whole"},
        {"dense/kernel", 2, {3, 3}, 0, "has shape (3,3), the net wants (3,2)"},
        {"dense/kernel", 2, {4, 2}, 0, "has shape (4,2), the net wants (3,2)"},
        {"dense/kernel", 1, {6}, 0, "has shape (6,), the net wants (3,2)"},
        {"dense/kernel", 2, {3, 2}, (float)NAN, "isn't finite"},
        {"dense/kernel", 2, {3, 2}, 0, "once"},
        {"dense_9/kernel", 2, {3, 2}, 0, "no weight 'dense_9/kernel'"},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct har_error err = {0};
        assert_int_equal(load_broken(&row[i], &err), HAR_INPUT);
        if (strstr(err.text, row[i].message) == NULL)
            fail_msg("'%s' lacks '%s'", err.text, row[i].message);
    }
}

static void test_bad_net_is_bad_input(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_model_reader *reader = NULL;
    json_t *header = har_header_new("model", "test");
    assert_int_equal(har_model_reader_new(&reader, header, &err), HAR_INPUT);
    json_object_set_new(header, "net", json_string("input 3\nlsmt 4\n"));
    assert_int_equal(har_model_reader_new(&reader, header, &err), HAR_INPUT);
    assert_non_null(strstr(err.text, "lstm"));
    json_decref(header);
}

static void test_no_model_in_file(void **state)
{
    (void)state;
    char path[32];
    int fd;
    uint32_t crc;
    struct har_error err = {0};
    struct har_model *model = NULL;
    struct har_writer *writer = open_file(path, &fd);
    json_t *header = har_header_new("windows", "test");
    must(har_writer_header(writer, header, &err), &err);
    must(har_writer_end(writer, false, &err), &err);
    close_file(writer, fd);
    assert_int_equal(har_model_load(&model, &crc, path, &err), HAR_INPUT);
    assert_non_null(strstr(err.text, "no model"));
    unlink(path);
    assert_int_equal(har_model_load(&model, &crc, path, &err), HAR_SYSTEM);
    json_decref(header);
}

static void test_take_weights(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_model *to = make_model(net_text, 1), *from = make_model(net_text, 2),
                     *other = make_model("input 4 3\nlstm 6\ndense 2 activation=softmax\n", 2);
    must(har_model_take_weights(to, from, &err), &err);
    assert_memory_equal(to->weights, from->weights, to->net->weights * sizeof *to->weights);
    assert_int_equal(har_model_take_weights(to, other, &err), HAR_INPUT);
    assert_non_null(strstr(err.text, "'lstm/kernel' of shape (3,20)"));
    har_model_free(to);
    har_model_free(from);
    har_model_free(other);
}

static void test_match(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_model *model = make_model(net_text, 1);
    json_object_set_new(model->header, "rate", json_real(50));
    json_t *rows = json_pack("{s:[s,s], s:f}", "labels", "still", "moving", "rate", 50.0);
    must(har_model_match(model, rows, &err), &err);
    json_object_set_new(rows, "rate", json_real(100));
    assert_int_equal(har_model_match(model, rows, &err), HAR_INPUT);
    assert_non_null(strstr(err.text, "rate"));
    json_object_set_new(rows, "rate", json_integer(50));
    json_object_set_new(rows, "labels", json_pack("[s,s]", "still", "running"));
    assert_int_equal(har_model_match(model, rows, &err), HAR_INPUT);
    assert_non_null(strstr(err.text, "running"));
    json_decref(rows);
    har_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seed_decides),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_broken_models),
        cmocka_unit_test(test_bad_net_is_bad_input),
        cmocka_unit_test(test_no_model_in_file),
        cmocka_unit_test(test_take_weights),
        cmocka_unit_test(test_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
