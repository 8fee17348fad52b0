#include "base/memory.h"
#include "nn/net.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct har_net *net_of(const char *text)
{
    struct har_error err = {0};
    struct har_net *net;
    if (har_net_new(&net, text, strlen(text), "test.net", &err) != HAR_OK)
        fail_msg("%s", err.text);
    return net;
}

static har_real *weights_of(const struct har_net *net, uint64_t seed)
{
    struct har_error err = {0};
    har_real *weights = har_allocate(net->weights, sizeof *weights);
    assert_non_null(weights);
    assert_int_equal(har_net_initialize(net, weights, seed, &err), HAR_OK);
    return weights;
}

/* keras-semantics: limits of the experiments' kernels. */
static const struct {
    const char *text;
    size_t weight;
    double limit;
} limits[] = {
    {"input 128 9\nlstm 100\n", 0, 0.12112}, {"input 14 896\nlstm 100\n", 0, 0.06804},
    {"input 100\ndense 100\n", 0, 0.17321},  {"input 1920\ndense 100\n", 0, 0.05450},
    {"input 100\ndense 6\n", 0, 0.23792},
};

static void test_glorot(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct har_net *net = net_of(limits[i].text);
        char name[128];
        const struct har_weight *weight = har_net_weight(net, limits[i].weight, name);
        har_real *values = weights_of(net, 9), *value = values + weight->offset;
        double largest = 0, sum = 0, square = 0;
        for (size_t j = 0; j < weight->size; j++) {
            largest = fmax(largest, fabs((double)value[j]));
            sum += (double)value[j];
            square += (double)value[j] * (double)value[j];
        }
        const double count = (double)weight->size, limit = limits[i].limit;
        assert_true(largest <= limit + 5e-6 && largest > 0.98 * limit);
        assert_true(fabs(sum / count) < 4 * limit / sqrt(3 * count));
        assert_true(fabs(square / count / (limit * limit / 3) - 1) < 5 / sqrt(count));
        free(values);
        har_net_free(net);
    }
}

/* R (u,4u): its rows are orthonormal. */
static void test_orthogonal(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 7, 100};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t u = sizes[s];
        char text[64], name[128];
        snprintf(text, sizeof text, "input 3 2\nlstm %zu\n", u);
        struct har_net *net = net_of(text);
        har_real *values = weights_of(net, 4);
        const har_real *r = values + har_net_weight(net, 1, name)->offset;
        assert_string_equal(name, "lstm/recurrent_kernel");
        for (size_t a = 0; a < u; a++)
            for (size_t b = 0; b < u; b++) {
                double dot = 0;
                for (size_t j = 0; j < 4 * u; j++)
                    dot += (double)r[a * 4 * u + j] * (double)r[b * 4 * u + j];
                assert_true(fabs(dot - (a == b)) < 1e-6);
            }
        free(values);
        har_net_free(net);
    }
}

static void test_bias(void **state)
{
    (void)state;
    struct har_net *net = net_of("input 3 2\nlstm 5\ndense 4\n");
    har_real *values = weights_of(net, 4);
    char name[128];
    const har_real *bias = values + har_net_weight(net, 2, name)->offset;
    for (size_t j = 0; j < 20; j++)
        assert_true(bias[j] == (har_real)(j >= 5 && j < 10)); /* i f c o */
    bias = values + har_net_weight(net, 4, name)->offset;
    assert_string_equal(name, "dense/bias");
    for (size_t j = 0; j < 4; j++)
        assert_true(bias[j] == 0);
    free(values);
    har_net_free(net);
}

static void test_seeds(void **state)
{
    (void)state;
    struct har_net *net = net_of("input 6\ndense 6\ndense 6\n");
    har_real *a = weights_of(net, 1), *b = weights_of(net, 1), *c = weights_of(net, 2);
    assert_memory_equal(a, b, net->weights * sizeof *a);
    assert_true(memcmp(a, c, 36 * sizeof *a) != 0);
    assert_true(memcmp(a, a + 42, 36 * sizeof *a) != 0);
    free(a);
    free(b);
    free(c);
    har_net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_glorot),
        cmocka_unit_test(test_orthogonal),
        cmocka_unit_test(test_bias),
        cmocka_unit_test(test_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
