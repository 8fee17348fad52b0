/* .npy files: headers read and written, orders, types. */
#include "data/npy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A file of VERSION with the dictionary DICT and SIZE bytes at DATA; returns its size. */
static size_t make_file(char file[512], int version, const char *dict, const void *data,
                        size_t size)
{
    const size_t before = version == 1 ? 10 : 12, length = strlen(dict) + 1;
    memset(file, 0, 512);
    memcpy(file, "\x93NUMPY", 6);
    file[6] = (char)version;
    file[8] = (char)length;
    memcpy(file + before, dict, length - 1);
    file[before + length - 1] = '\n';
    memcpy(file + before + length, data, size);
    return before + length + size;
}

static void headers_round_trip(void **state)
{
    static const struct {
        size_t rank, shape[3];
    } rows[] = {{0, {0}}, {1, {5}}, {2, {2, 3}}, {3, {1, 0, 4}}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char file[HAR_NPY_HEADER_MAX + 64] = {0};
        struct har_error err = {0};
        struct har_npy npy;
        const size_t size = har_npy_header(file, "<f4", rows[i].rank, rows[i].shape);
        assert_int_equal(size % 64, 0);
        size_t count = 1;
        for (size_t j = 0; j < rows[i].rank; j++)
            count *= rows[i].shape[j];
        assert_int_equal(har_npy_parse(&npy, file, size + 4 * count, &err), HAR_OK);
        assert_int_equal(npy.rank, rows[i].rank);
        assert_memory_equal(npy.shape, rows[i].shape, rows[i].rank * sizeof(size_t));
        assert_int_equal(npy.count, count);
        assert_false(npy.fortran);
    }
}

static void the_header_is_numpys(void **state)
{
    char file[HAR_NPY_HEADER_MAX];
    (void)state;
    assert_int_equal(har_npy_header(file, "<i4", 1, (const size_t[]){7}), 128);
    assert_memory_equal(
        file, "\x93NUMPY\1\0v\0{'descr': '<i4', 'fortran_order': False, 'shape': (7,), } ", 68);
    assert_int_equal(file[127], '\n');
}

static void both_orders_and_all_versions_are_read(void **state)
{
    static const double c_order[] = {1, 2, 3, 4, 5, 6}, f_order[] = {1, 4, 2, 5, 3, 6};
    (void)state;
    for (int version = 1; version <= 3; version++) {
        for (int fortran = 0; fortran < 2; fortran++) {
            char file[512], dict[128];
            struct har_error err = {0};
            struct har_npy npy;
            float x[6];
            snprintf(dict, sizeof dict, "{\"shape\": (2, 3), 'fortran_order': %s, 'descr': '<f8'}",
                     fortran ? "True" : "False");
            const size_t size = make_file(file, version, dict, fortran ? f_order : c_order, 48);
            assert_int_equal(har_npy_parse(&npy, file, size, &err), HAR_OK);
            assert_int_equal(har_npy_floats(x, &npy, 0, 6, &err), HAR_OK);
            for (size_t i = 0; i < 6; i++)
                assert_true((double)x[i] == c_order[i]);
        }
    }
}

static void a_cube_in_fortran_order(void **state)
{
    char file[512];
    float data[24], x[24];
    struct har_error err = {0};
    struct har_npy npy;
    (void)state;
    for (size_t i = 0; i < 24; i++) /* element (a,b,c) of (2,3,4) lies at a + 2 b + 6 c */
        data[i / 12 + i / 4 % 3 * 2 + i % 4 * 6] = (float)i;
    const size_t size = make_file(
        file, 1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 4), }", data, 96);
    assert_int_equal(har_npy_parse(&npy, file, size, &err), HAR_OK);
    assert_int_equal(har_npy_floats(x, &npy, 0, 24, &err), HAR_OK);
    for (size_t i = 0; i < 24; i++)
        assert_true(x[i] == (float)i);
}

static void integers_keep_their_sign(void **state)
{
    static const struct {
        const char *descr;
        size_t item;
        int64_t value;
    } rows[] = {{"|u1", 1, 255}, {"|i1", 1, -1}, {"<i2", 2, -1}, {"<i4", 4, -1}, {"<i8", 8, -1}};
    static const unsigned char ones[8] = {255, 255, 255, 255, 255, 255, 255, 255};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char file[512], dict[128];
        struct har_error err = {0};
        struct har_npy npy;
        int64_t value;
        snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': (1,), }",
                 rows[i].descr);
        const size_t size = make_file(file, 1, dict, ones, rows[i].item);
        assert_int_equal(har_npy_parse(&npy, file, size, &err), HAR_OK);
        har_npy_integers(&value, &npy, 0, 1);
        assert_true(value == rows[i].value);
    }
}

static void bad_headers_are_refused(void **state)
{
    static const char *const dicts[] = {
        "",
        "{",
        "{}",
        "{'descr': '<f4'}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296,4294967296), }"};
    (void)state;
    for (size_t i = 0; i < sizeof dicts / sizeof *dicts; i++) {
        char file[512];
        struct har_error err = {0};
        struct har_npy npy;
        const size_t size = make_file(file, 1, dicts[i], "\0\0\0\0", 4);
        if (har_npy_parse(&npy, file, size, &err) != HAR_INPUT || err.text[0] == '\0')
            fail_msg("%s was taken", dicts[i]);
    }
}

static void every_truncation_is_refused(void **state)
{
    char file[512];
    (void)state;
    const size_t size =
        make_file(file, 2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
                  "\0\0\0\0\0\0\0\0", 8);
    for (size_t cut = 0; cut <= size; cut++) {
        struct har_error err = {0};
        struct har_npy npy;
        assert_int_equal(har_npy_parse(&npy, file, cut, &err), cut == size ? HAR_OK : HAR_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_round_trip),
        cmocka_unit_test(the_header_is_numpys),
        cmocka_unit_test(both_orders_and_all_versions_are_read),
        cmocka_unit_test(a_cube_in_fortran_order),
        cmocka_unit_test(integers_keep_their_sign),
        cmocka_unit_test(bad_headers_are_refused),
        cmocka_unit_test(every_truncation_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
