/* The products of each instruction set against their naive twins, bit by bit. */
#include "kernels.h"

#include "base/memory.h"
#include "base/random.h"

#include <string.h>

/* Of just that size, that a sanitizer sees what is read behind it. */
static float *filled(size_t count, uint16_t place, float scale)
{
    const struct har_random random = {11, HAR_RANDOM_NOISE, place, 0};
    float *values = har_allocate(count, sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = scale * (float)(2 * har_random_uniform(&random, i) - 1);
    return values;
}

static void test_choice(void **state)
{
    (void)state;
    assert_string_equal(kernels_of("plain")->name, "plain");
    assert_int_equal(strncmp(har_kernels_openblas()->name, "openblas ", 9), 0);
    assert_null(kernels_of("sse9"));
    assert_non_null(har_kernels_best());
}

/* ---- products ---- */

/* A (m,k) in pieces, B (taps,k,n), C (m,n), dB. */
struct trial {
    struct har_product shape;
    size_t offset[64];
    float *a, *b, *c, *db;
    size_t c_count, b_count;
};

/* Shapes at the borders of tiles, of blocks of 128 rows and of chunks of 512; k = 0 leaves what was
 * there and the bias. */
static const struct {
    size_t m, n, k, taps, period;
} borders[] = {
    {1, 1, 1, 1, 1},     {1, 1, 0, 1, 1},     {3, 5, 0, 2, 1},    {0, 5, 3, 1, 1},
    {1, 400, 100, 1, 1}, {8, 48, 512, 1, 1},  {9, 49, 513, 1, 1}, {7, 47, 511, 1, 1},
    {5, 16, 1025, 1, 1}, {33, 1, 1024, 1, 1}, {16, 6, 100, 1, 1}, {129, 7, 3, 1, 1},
    {300, 17, 9, 3, 4},  {128, 24, 8, 1, 2},  {1, 3, 2, 4, 7},    {130, 1, 1, 4, 3},
    {4, 64, 64, 3, 2},   {2, 33, 43, 3, 2},   {512, 5, 4, 1, 1},  {513, 19, 3, 2, 3},
    {3, 20, 200, 4, 2},  {2, 9, 600, 2, 1},   {257, 50, 2, 1, 5},
};
enum { border_count = sizeof borders / sizeof *borders, trials = 300 };

/* Floats from A to the end of its last row's last piece. */
static size_t extent_of(const struct har_rows *rows, size_t m, size_t k)
{
    static const size_t none = 0;
    const bool plain = rows->offset == NULL;
    const size_t *offset = plain ? &none : rows->offset;
    const size_t period = plain ? 1 : rows->period;
    size_t extent = 0;
    for (size_t i = 0; i < m; i++)
        for (size_t tap = 0; tap < rows->taps; tap++) {
            const size_t at = offset[i % period * rows->taps + tap];
            const size_t end = i / period * rows->stride + at + k;
            if (at != HAR_PADDING && end > extent)
                extent = end;
        }
    return extent;
}

/* Trial NUMBER: a shape of the borders, or any; rows in one piece or in several, of which some are
 * padding, or all. */
static void begin(struct trial *trial, uint16_t number)
{
    const struct har_random random = {21, HAR_RANDOM_NOISE, number, 0};
    const bool border = number < border_count;
    const size_t taps = border ? borders[number].taps : 1 + har_random_below(&random, 0, 4);
    const size_t period = border ? borders[number].period : 1 + (size_t)number % 7;
    const size_t m = border ? borders[number].m : 1 + har_random_below(&random, 1, 40);
    const size_t n = border ? borders[number].n : 1 + har_random_below(&random, 2, 70);
    const size_t k =
        border ? borders[number].k : 1 + har_random_below(&random, 3, number % 8 == 0 ? 700 : 30);
    struct har_rows rows = {taps, period, k * period + 3, trial->offset};
    for (size_t i = 0; i < taps * period; i++)
        trial->offset[i] = number % 50 == 0 || har_random_below(&random, 4 + i, 4) == 0
                               ? HAR_PADDING
                               : har_random_below(&random, 100 + i, k * period + 1);
    if (taps == 1 && number % 3 == 0)
        rows = har_rows_of(k + 5);
    trial->c_count = m * (n + 2);
    trial->b_count = rows.taps * k * n;
    trial->a = filled(extent_of(&rows, m, k), 1, 1);
    trial->b = filled(trial->b_count > n ? trial->b_count : n, 2, 1);
    trial->c = filled(trial->c_count, 3, 1);
    trial->db = filled(trial->b_count, 4, 1);
    trial->shape = (struct har_product){.m = m,
                                        .n = n,
                                        .k = k,
                                        .rows = rows,
                                        .ldc = n + 2,
                                        .accumulate = number % 2 == 0,
                                        .bias = number % 5 == 1 ? trial->b : NULL};
}

static void end(struct trial *trial)
{
    free(trial->a);
    free(trial->b);
    free(trial->c);
    free(trial->db);
}

static float *packed_of(const struct trial *trial, const struct har_kernels *kernels)
{
    const struct har_product *p = &trial->shape;
    size_t size = 0;
    assert_true(har_packed_size(&size, p->rows.taps, p->k, p->n));
    float *packed = filled(size, 5, 1);
    const struct har_packing packing = {p->rows.taps, p->k, p->n, p->k * p->n, p->n, 1};
    for (size_t tap = 0; tap < packing.taps; tap++)
        kernels->pack(packed, trial->b, &packing, &(struct har_block){tap, 0, p->k, 0, p->n});
    return packed;
}

/* The gradient, from what product is given for C, and the product. */
static void run(struct trial *trial, const struct har_kernels *kernels)
{
    const struct har_product *p = &trial->shape;
    float *packed = packed_of(trial, kernels);
    kernels->gradient(trial->db, trial->a, trial->c, p);
    kernels->product(trial->c, trial->a, packed, p);
    free(packed);
}

static void test_products(void **state)
{
    (void)state;
    for (uint16_t number = 0; number < border_count + trials; number++) {
        struct trial naive, fast, blas;
        begin(&naive, number);
        run(&naive, har_kernels_naive());
        for (size_t i = 0; i < isa_count; i++) {
            if (kernels_of(isas[i]) == NULL)
                continue;
            begin(&fast, number);
            run(&fast, kernels_of(isas[i]));
            assert_memory_equal(fast.c, naive.c, naive.c_count * sizeof *naive.c);
            assert_memory_equal(fast.db, naive.db, naive.b_count * sizeof *naive.db);
            end(&fast);
        }
        begin(&blas, number);
        run(&blas, har_kernels_openblas());
        assert_close("C", blas.c, naive.c, naive.c_count, 1e-5);
        assert_close("dB", blas.db, naive.db, naive.b_count, 1e-5);
        end(&blas);
        end(&naive);
    }
}

/* Trial NUMBER, which starts from another one's product, AT_ONCE or by way of C. */
static void run_started(struct trial *trial, uint16_t number, const struct har_kernels *kernels,
                        bool at_once)
{
    struct trial first;
    struct har_product *p = &trial->shape, *before = &first.shape;
    begin(trial, number);
    begin(&first, (uint16_t)(number < border_count ? number + 1
                                                   : (number * 31 + 5) % (border_count + trials)));
    p->m = before->m = p->m < before->m ? p->m : before->m;
    p->n = before->n = p->n < before->n ? p->n : before->n;
    p->ldc = before->ldc = p->n + 2;
    before->accumulate = false;
    float *packed = packed_of(trial, kernels), *first_packed = packed_of(&first, kernels);
    const struct har_start start = {first.a, first_packed, before};
    if (!at_once)
        kernels->product(trial->c, first.a, first_packed, before);
    p->start = at_once ? &start : NULL;
    p->accumulate = !at_once;
    kernels->product(trial->c, trial->a, packed, p);
    free(packed);
    free(first_packed);
    end(&first);
}

/* A product that starts from another one's is the same, bit by bit, as one added to it. */
static void test_starts(void **state)
{
    (void)state;
    for (uint16_t number = 0; number < border_count + trials; number++) {
        struct trial apart, once;
        run_started(&apart, number, har_kernels_naive(), false);
        for (size_t i = 0; i <= isa_count; i++) {
            const struct har_kernels *kernels =
                i < isa_count ? kernels_of(isas[i]) : har_kernels_naive();
            if (kernels == NULL)
                continue;
            run_started(&once, number, kernels, true);
            assert_memory_equal(once.c, apart.c, apart.c_count * sizeof *apart.c);
            end(&once);
        }
        run_started(&once, number, har_kernels_openblas(), true);
        assert_close("C", once.c, apart.c, apart.c_count, 1e-5);
        end(&once);
        end(&apart);
    }
}

/* Kernels NUMBER of those with a pack of their own; NULL: this processor lacks them. */
static const struct har_kernels *packer(size_t number)
{
    return number == isa_count       ? har_kernels_naive()
           : number == isa_count + 1 ? har_kernels_openblas()
                                     : kernels_of(isas[number]);
}

/* Nothing is left out between the first value and the last one. */
static void assert_no_gaps(const float *packed, size_t size, size_t least)
{
    while (size > 0 && isnan(packed[size - 1]))
        size--;
    assert_in_range(size, least, SIZE_MAX);
    for (size_t i = 0; i < size; i++)
        assert_true(!isnan(packed[i]));
}

/* A block of B from row L and column J on, of at most 10 x 7. */
static struct har_block small_block(const struct har_packing *p, size_t tap, size_t l, size_t j)
{
    return (struct har_block){tap, l, p->k - l < 10 ? p->k - l : 10, j,
                              p->n - j < 7 ? p->n - j : 7};
}

/* B as it lies, the same in small blocks, and in small blocks from its transposed; padding is
 * written, too. */
static void compare_packings(size_t taps, size_t k, size_t n)
{
    const size_t all = taps * k * n;
    const struct har_packing whole = {taps, k, n, k * n, n, 1};
    const struct har_packing columns = {taps, k, n, k * n, 1, k};
    size_t size = 0;
    assert_true(har_packed_size(&size, taps, k, n));
    float *b = filled(all, 1, 1), *turned = filled(all, 2, 1), *packed[3];
    for (size_t i = 0; i < all; i++)
        turned[i / (k * n) * k * n + i % n * k + i / n % k] = b[i];
    for (size_t i = 0; i < 3; i++)
        packed[i] = filled(size, 3, 1);
    for (size_t i = 0; i < isa_count + 2; i++) {
        const struct har_kernels *kernels = packer(i);
        if (kernels == NULL)
            continue;
        for (size_t p = 0; p < 3; p++)
            memset(packed[p], 0xff, size * sizeof *packed[p]);
        for (size_t tap = 0; tap < taps; tap++) {
            kernels->pack(packed[0], b, &whole, &(struct har_block){tap, 0, k, 0, n});
            for (size_t l = 0; l < k; l += 10)
                for (size_t j = 0; j < n; j += 7) {
                    const struct har_block block = small_block(&whole, tap, l, j);
                    kernels->pack(packed[1], b, &whole, &block);
                    kernels->pack(packed[2], turned, &columns, &block);
                }
        }
        assert_no_gaps(packed[0], size, all);
        assert_memory_equal(packed[0], packed[1], size * sizeof *packed[0]);
        assert_memory_equal(packed[0], packed[2], size * sizeof *packed[0]);
    }
    for (size_t i = 0; i < 3; i++)
        free(packed[i]);
    free(b);
    free(turned);
}

/* Columns that end in a vector that is full, nearly so, or has a few. */
static void test_packing(void **state)
{
    (void)state;
    size_t size = 0;
    compare_packings(2, 37, 75);
    compare_packings(2, 37, 64);
    compare_packings(2, 37, 70);
    compare_packings(1, 9, 24);
    compare_packings(1, 8, 25);
    compare_packings(1, 4, 17);
    compare_packings(3, 5, 4);
    assert_false(har_packed_size(&size, SIZE_MAX / 8, 16, 16));
    assert_false(har_packed_size(&size, 1, 1, SIZE_MAX));
}

/* What is packed of a block inside B, or at its end, is as much as the block has. */
static void test_blocks(void **state)
{
    (void)state;
    const struct har_packing p = {1, 20, 72, 20 * 72, 72, 1};
    size_t size = 0;
    assert_true(har_packed_size(&size, 1, p.k, p.n));
    float *b = filled(p.k * p.n, 1, 1), *packed = filled(size, 2, 1);
    for (size_t i = 0; i < isa_count + 2; i++)
        for (size_t j = 0; packer(i) != NULL && j < p.n; j += 5) {
            const struct har_block block = small_block(&p, 0, 5, j);
            size_t written = 0;
            memset(packed, 0xff, size * sizeof *packed);
            packer(i)->pack(packed, b, &p, &block);
            for (size_t place = 0; place < size; place++)
                written += isnan(packed[place]) ? 0 : 1;
            assert_int_equal(written, block.k_count * block.n_count);
        }
    free(b);
    free(packed);
}

/* A row alone has the bits that it has in any company, at any place. */
static void test_rows_are_independent(void **state)
{
    (void)state;
    enum { rows = 150, k = 520, n = 90 };
    size_t size = 0;
    assert_true(har_packed_size(&size, 1, k, n));
    float *a = filled(rows * k, 1, 1), *b = filled(k * n, 2, 1), *packed = filled(size, 3, 1);
    float *c = filled(rows * n, 4, 1), *alone = filled(n, 5, 1);
    for (size_t i = 0; i < isa_count; i++) {
        const struct har_kernels *kernels = kernels_of(isas[i]);
        struct har_product p = {.m = rows, .n = n, .k = k, .rows = har_rows_of(k), .ldc = n};
        if (kernels == NULL)
            continue;
        kernels->pack(packed, b, &(struct har_packing){1, k, n, k * n, n, 1},
                      &(struct har_block){0, 0, k, 0, n});
        kernels->product(c, a, packed, &p);
        p.m = 1;
        for (size_t row = 0; row < rows; row++) {
            kernels->product(alone, a + row * k, packed, &p);
            assert_memory_equal(alone, c + row * n, n * sizeof *c);
        }
    }
    free(a);
    free(b);
    free(packed);
    free(c);
    free(alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice), cmocka_unit_test(test_products),
        cmocka_unit_test(test_starts), cmocka_unit_test(test_packing),
        cmocka_unit_test(test_blocks), cmocka_unit_test(test_rows_are_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
