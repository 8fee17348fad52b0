/* Each elementwise kernel against its naive twin, and all instruction sets of this processor
 * against each other, bit by bit: one table, in which no kernel may be missing. */
#include "kernels.h"

#include "base/memory.h"
#include "base/random.h"
#include "nn/functions.h"

#include <float.h>
#include <string.h>

/* What a kernel reads and writes, for ROWS rows of WIDTH: each twelve values for each, and some
 * more that nobody may touch. Nothing is aligned. */
enum { arrays = 4, per_value = 12, guard = 64 };
struct memory {
    size_t rows, width, size;
    int variant;
    float *in[arrays], *out[arrays];
};

/* From -4 to 4; every other a multiple of a half, so that some are equal, and some 0, -0, tiny. */
static float *filled(size_t size, uint16_t place)
{
    static const float special[] = {0, -0.0f, FLT_TRUE_MIN, -FLT_MIN, 1, -1};
    const struct har_random random = {31, HAR_RANDOM_NOISE, place, 0};
    float *values = har_allocate_aligned(size + 1, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i <= size; i++) {
        const float x = 8 * (float)har_random_uniform(&random, i) - 4;
        values[i] = i % 2 == 0 ? x : rintf(2 * x) / 2;
        if (i % 13 == 5)
            values[i] = special[i % (sizeof special / sizeof *special)];
    }
    return values;
}

static void begin(struct memory *m, size_t rows, size_t width)
{
    m->rows = rows;
    m->width = width;
    m->size = per_value * rows * width + 4 * width + guard;
    for (uint16_t i = 0; i < arrays; i++) {
        m->in[i] = filled(m->size, i) + 1;
        m->out[i] = filled(m->size, (uint16_t)(arrays + i)) + 1;
    }
}

static void end(struct memory *m)
{
    for (size_t i = 0; i < arrays; i++) {
        free(m->in[i] - 1);
        free(m->out[i] - 1);
    }
}

static size_t count_of(const struct memory *m)
{
    return m->rows * m->width;
}

/* ---- how kernels are called ---- */

typedef const struct har_kernels kernels;

static void run_drop(kernels *k, struct memory *m)
{
    uint8_t *kept = har_allocate(count_of(m) + 1, sizeof *kept);
    assert_non_null(kept);
    for (size_t i = 0; i < count_of(m); i++)
        kept[i] = m->in[1][i] > 0;
    k->drop(m->out[0], m->in[0], kept, 1.25f, count_of(m));
    k->drop(m->out[1], m->out[1], kept, 2, count_of(m));
    free(kept);
}

static void run_add_parts(kernels *k, struct memory *m)
{
    k->add_parts(m->out[0], m->in[0], m->width + 3, m->rows, m->width, m->rows % 2 == 0);
}

static void run_finite(kernels *k, struct memory *m)
{
    m->out[0][0] = k->finite(m->in[0], count_of(m));
    for (size_t i = 0; i < count_of(m) && i < 40; i++) {
        m->in[1][i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : -INFINITY;
        m->out[1][i] = k->finite(m->in[1] + i, count_of(m) - i);
        m->in[1][i] = FLT_MAX;
    }
}

static void run_adam(kernels *k, struct memory *m)
{
    const struct har_rates rates = {0.1f, 0.001f, 0.01f, 1e-7f};
    for (size_t i = 0; i < count_of(m); i++)
        m->out[2][i] = fabsf(m->out[2][i]);
    k->adam(m->out[0], m->out[1], m->out[2], m->in[0], count_of(m), &rates);
}

static void run_add_bias(kernels *k, struct memory *m)
{
    k->add_bias(m->out[0], m->in[0], m->rows, m->width);
}

static void run_sum_rows(kernels *k, struct memory *m)
{
    k->sum_rows(m->out[0], m->in[0], m->rows, m->width);
}

static void run_lstm_gates(kernels *k, struct memory *m)
{
    k->lstm_gates(m->out[0], m->out[1], m->out[2], m->out[3], m->in[0], m->rows, m->width);
}

static void run_lstm_gates_backward(kernels *k, struct memory *m)
{
    k->lstm_gates_backward(m->out[0], m->out[1], m->in[0], m->in[1], m->in[2], m->in[3], m->rows,
                           m->width);
}

static void run_gru_gates(kernels *k, struct memory *m)
{
    k->gru_gates(m->out[0], m->out[1], m->out[2], m->in[0], m->in[1], m->in[2], m->rows, m->width);
}

static void run_gru_gates_backward(kernels *k, struct memory *m)
{
    k->gru_gates_backward(m->out[0], m->out[1], m->out[2], m->in[0], m->in[1], m->in[2], m->rows,
                          m->width);
}

enum { cell_functions = 9 }; /* har_function_names */

/* The gates with one function, candidate and output with one. */
static struct har_cell cell_of(kernels *k, const struct memory *m)
{
    const int gate = m->variant / cell_functions, other = m->variant % cell_functions;
    return (struct har_cell){m->rows, m->width, har_function_of(k, gate, HAR_KERAS2),
                             har_function_of(k, other, HAR_KERAS3)};
}

static void run_cell(kernels *k, struct memory *m)
{
    const struct har_cell cell = cell_of(k, m);
    k->cell(m->out[0], m->out[1], m->in[0], m->in[1], &cell);
}

static void run_cell_backward(kernels *k, struct memory *m)
{
    const struct har_cell cell = cell_of(k, m);
    k->cell_backward(m->out[0], m->out[1], m->in[0], m->in[1], m->in[2], m->in[3], &cell);
}

static void run_softmax(kernels *k, struct memory *m)
{
    k->softmax(m->out[0], m->in[0], m->rows, m->width);
}

static void run_keep_larger(kernels *k, struct memory *m)
{
    k->keep_larger(m->out[0], m->in[0], count_of(m));
}

static void run_give_largest(kernels *k, struct memory *m)
{
    k->give_largest(m->out[0], m->out[1], m->in[0], m->in[1], count_of(m));
}

/* Across the border of 32 bits. */
static void run_random_words(kernels *k, struct memory *m)
{
    const struct har_random random = {UINT64_C(0x123456789abcdef0), HAR_RANDOM_DROPOUT, 3, 7};
    uint32_t *words = har_allocate(4 * count_of(m), sizeof *words);
    assert_non_null(words);
    k->random_words(words, &random, UINT32_MAX - count_of(m) / 2, count_of(m));
    for (size_t i = 0; i < 4 * count_of(m); i++)
        m->out[i % 2][i / 2] = (float)(words[i] >> 16) + (float)(words[i] & 0xffff) * 0x1p-8f;
    free(words);
}

#define AT(kernel) offsetof(struct har_kernels, kernel)

/* TOLERANCE is how far from the naive twin, 0: the same bits. */
static const struct {
    const char *name;
    size_t at;
    double tolerance;
    void (*run)(kernels *k, struct memory *m);
    int variants;
} twins[] = {
    {"drop", AT(drop), 0, run_drop, 1},
    {"add_parts", AT(add_parts), 0, run_add_parts, 1},
    {"finite", AT(finite), 0, run_finite, 1},
    {"adam", AT(adam), 0, run_adam, 1},
    {"add_bias", AT(add_bias), 0, run_add_bias, 1},
    {"sum_rows", AT(sum_rows), 0, run_sum_rows, 1},
    {"lstm_gates", AT(lstm_gates), 1e-6, run_lstm_gates, 1},
    {"lstm_gates_backward", AT(lstm_gates_backward), 1e-6, run_lstm_gates_backward, 1},
    {"gru_gates", AT(gru_gates), 1e-6, run_gru_gates, 1},
    {"gru_gates_backward", AT(gru_gates_backward), 1e-6, run_gru_gates_backward, 1},
    {"cell", AT(cell), 2e-6, run_cell, cell_functions *cell_functions},
    {"cell_backward", AT(cell_backward), 2e-6, run_cell_backward, cell_functions *cell_functions},
    {"softmax", AT(softmax), 1e-6, run_softmax, 1},
    {"keep_larger", AT(keep_larger), 0, run_keep_larger, 1},
    {"give_largest", AT(give_largest), 0, run_give_largest, 1},
    {"random_words", AT(random_words), 0, run_random_words, 1},
};

/* Of one value: into another place, and where the argument was. */
static const struct {
    const char *name;
    size_t value, backward;
    double tolerance;
} functions[] = {
    {"relu", AT(relu), AT(relu_backward), 0},
    {"sigmoid", AT(sigmoid), AT(sigmoid_backward), 1e-6},
    {"tanh", AT(tanh), AT(tanh_backward), 1e-6},
    {"hard_sigmoid_keras2", AT(hard_sigmoid_keras2), AT(hard_sigmoid_keras2_backward), 0},
    {"hard_sigmoid_keras3", AT(hard_sigmoid_keras3), AT(hard_sigmoid_keras3_backward), 0},
    {"elu", AT(elu), AT(elu_backward), 1e-6},
    {"gelu", AT(gelu), AT(gelu_backward), 1e-6},
    {"swish", AT(swish), AT(swish_backward), 1e-6},
};
enum {
    twin_count = sizeof twins / sizeof *twins,
    function_count = sizeof functions / sizeof *functions,
    elsewhere = 4 /* pack, product, gradient: test_kernels.c; rocket: test_rocket.c */
};

static void run_function(kernels *k, struct memory *m, size_t number)
{
    void (*value)(har_real *, const har_real *, size_t);
    void (*backward)(har_real *, const har_real *, const har_real *, size_t);
    memcpy(&value, (const char *)k + functions[number].value, sizeof value);
    memcpy(&backward, (const char *)k + functions[number].backward, sizeof backward);
    value(m->out[0], m->in[0], count_of(m));
    value(m->out[1], m->out[1], count_of(m));
    backward(m->out[2], m->in[0], m->in[1], count_of(m));
    backward(m->out[3], m->in[0], m->out[3], count_of(m));
}

/* ---- tests ---- */

static const size_t shapes[][2] = {{0, 3},    {1, 1},  {1, 2},  {3, 5},
                                   {16, 100}, {2, 17}, {5, 64}, {7, 33}};
enum { shape_count = sizeof shapes / sizeof *shapes };

static void assert_same(const char *name, const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) != 0)
            fail_msg("%s: [%zu] is %a, not %a", name, i, (double)a[i], (double)b[i]);
}

/* A twin, or after them a function. */
static void run(kernels *k, struct memory *m, size_t number)
{
    if (number < twin_count)
        twins[number].run(k, m);
    else
        run_function(k, m, number - twin_count);
}

struct shape {
    size_t rows, width;
    int variant;
};

static void make(struct memory *m, kernels *k, size_t number, const struct shape *shape)
{
    begin(m, shape->rows, shape->width);
    m->variant = shape->variant;
    run(k, m, number);
}

/* The first instruction set against the naive kernels, the others against it. */
static void compare(size_t number, const struct shape *shape)
{
    const bool twin = number < twin_count;
    const char *name = twin ? twins[number].name : functions[number - twin_count].name;
    const double tolerance =
        twin ? twins[number].tolerance : functions[number - twin_count].tolerance;
    struct memory naive, first, other;
    make(&naive, har_kernels_naive(), number, shape);
    make(&first, kernels_of(isas[0]), number, shape);
    for (size_t a = 0; a < arrays; a++)
        assert_close(name, first.out[a], naive.out[a], first.size, tolerance);
    for (size_t i = 1; i < isa_count; i++) {
        if (kernels_of(isas[i]) == NULL)
            continue;
        make(&other, kernels_of(isas[i]), number, shape);
        for (size_t a = 0; a < arrays; a++)
            assert_same(name, other.out[a], first.out[a], first.size);
        end(&other);
    }
    end(&first);
    end(&naive);
}

static void test_twins(void **state)
{
    (void)state;
    for (size_t number = 0; number < twin_count + function_count; number++) {
        const int variants = number < twin_count ? twins[number].variants : 1;
        for (size_t s = 0; s < shape_count; s++)
            for (int variant = 0; variant < variants; variant++)
                compare(number, &(struct shape){shapes[s][0], shapes[s][1], variant});
    }
}

/* The larger of a number and NaN is NaN, on either side. */
static void check_nan(kernels *k)
{
    har_real y[] = {1, NAN, 3, 4}, x[] = {NAN, 2, 2, 5};
    k->keep_larger(y, x, 4);
    assert_true(isnan(y[0]) && isnan(y[1]) && y[2] == 3 && y[3] == 5);
}

static void test_nan_stays(void **state)
{
    (void)state;
    check_nan(har_kernels_naive());
    for (size_t i = 0; i < isa_count; i++)
        if (kernels_of(isas[i]) != NULL)
            check_nan(kernels_of(isas[i]));
}

/* Every kernel has its row in the tables. */
static void test_all_are_there(void **state)
{
    (void)state;
    const size_t all = (sizeof(struct har_kernels) - AT(pack)) / sizeof(void (*)(void));
    assert_null(har_function_names[cell_functions]);
    bool seen[64] = {false};
    size_t count = elsewhere;
    for (size_t i = 0; i < twin_count; i++)
        seen[twins[i].at / sizeof(void (*)(void))] = true;
    for (size_t i = 0; i < function_count; i++) {
        seen[functions[i].value / sizeof(void (*)(void))] = true;
        seen[functions[i].backward / sizeof(void (*)(void))] = true;
    }
    for (size_t i = 0; i < 64; i++)
        count += seen[i];
    assert_int_equal(count, all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twins),
        cmocka_unit_test(test_nan_stays),
        cmocka_unit_test(test_all_are_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
