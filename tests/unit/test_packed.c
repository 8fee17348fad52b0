/* What is packed piece by piece is each weight whole, in both directions. */
#include "kernels.h"

#include "nn/packed.h"

#include <string.h>

/* Weights of one piece and of several, whose last ones are short; taps. */
static const char *const nets[] = {
    "input 6 37\nlstm 33 return_sequences=true\nlstm 65\ndense 4 activation=softmax\n",
    "input 40 7\nconv1d 70 kernel_size=3\nflatten\ndense 300\ndense 2 activation=softmax\n",
};

static void pack_whole(float *packed, const float *values, const struct har_weight *weight,
                       enum har_direction way, const struct har_kernels *kernels)
{
    const size_t *dim = weight->shape.dim + weight->shape.rank - 2, k = dim[0], n = dim[1];
    const size_t taps = weight->size / (k * n);
    const struct har_packing p = way == HAR_FORWARD ? (struct har_packing){taps, k, n, k * n, n, 1}
                                                    : (struct har_packing){taps, n, k, k * n, 1, n};
    for (size_t tap = 0; tap < taps; tap++)
        kernels->pack(packed + weight->packed[way], values + weight->offset, &p,
                      &(struct har_block){tap, 0, p.k, 0, p.n});
}

static void compare(const struct har_packed *packed, const float *values, enum har_direction way,
                    const struct har_kernels *kernels)
{
    const struct har_net *net = packed->net;
    float *whole = calloc(net->packed[way], sizeof *whole);
    assert_non_null(whole);
    for (size_t i = 0; i < net->layers; i++)
        for (size_t w = 0; w < net->layer[i]->weights; w++)
            if (net->layer[i]->weight[w].multiplied)
                pack_whole(whole, values, &net->layer[i]->weight[w], way, kernels);
    assert_memory_equal(packed->block[way], whole, net->packed[way] * sizeof *whole);
    free(whole);
}

static void check(const struct har_net *net, const float *values, const struct har_kernels *kernels)
{
    struct har_error err = {0};
    struct har_packed *packed = NULL;
    assert_int_equal(har_packed_new(&packed, net, true, &err), HAR_OK);
    assert_in_range(packed->pieces, 10, 1000);
    har_packed_fill(packed, kernels, values);
    compare(packed, values, HAR_FORWARD, kernels);
    compare(packed, values, HAR_BACKWARD, kernels);
    har_packed_free(packed);
}

static void test_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        struct har_error err = {0};
        struct har_net *net = NULL;
        assert_int_equal(har_net_new(&net, nets[i], strlen(nets[i]), "test.net", &err), HAR_OK);
        float *values = calloc(net->weights, sizeof *values);
        assert_non_null(values);
        for (size_t w = 0; w < net->weights; w++)
            values[w] = (float)(w + 1);
        check(net, values, har_kernels_naive());
        check(net, values, har_kernels_openblas());
        for (size_t isa = 0; isa < isa_count; isa++)
            if (kernels_of(isas[isa]) != NULL)
                check(net, values, kernels_of(isas[isa]));
        free(values);
        har_net_free(net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pieces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
