/* Tensor views: sizes, overflow, conversion, shapes as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "stream/tensor.h"

#include <string.h>

static void knows_its_sizes(void **state)
{
    (void)state;
    const size_t shape[] = {64, 128, 9};
    struct har_tensor view;
    struct har_error err = {0};
    assert_int_equal(har_tensor_view(&view, "x", HAR_F4, 3, shape, NULL, &err), HAR_OK);
    assert_int_equal(view.bytes, 64 * 128 * 9 * 4);
    assert_int_equal(har_tensor_rows(&view), 64);
    assert_int_equal(har_tensor_row_bytes(&view), 128 * 9 * 4);
    assert_int_equal(har_tensor_count(&view), 64 * 128 * 9);
    assert_int_equal(har_tensor_view(&view, "value", HAR_I8, 0, NULL, NULL, &err), HAR_OK);
    assert_int_equal(har_tensor_rows(&view), 1);
    assert_int_equal(har_tensor_row_bytes(&view), 8);
    assert_int_equal(har_tensor_count(&view), 1);
}

static void refuses_what_doesnt_fit(void **state)
{
    (void)state;
    const size_t huge[] = {(size_t)1 << 40, (size_t)1 << 30};
    const size_t ones[HAR_RANK_MAX + 1] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    char name[HAR_NAME_MAX + 2];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct har_tensor view;
    struct har_error err = {0};
    assert_int_equal(har_tensor_view(&view, "x", HAR_F4, 2, huge, NULL, &err), HAR_INPUT);
    assert_string_equal(err.text, "x: the size of its shape overflows");
    assert_int_equal(har_tensor_view(&view, "x", HAR_F4, 9, ones, NULL, &err), HAR_INPUT);
    assert_string_equal(err.text, "x has 9 dimensions, expected at most 8");
    assert_int_equal(har_tensor_view(&view, name, HAR_F4, 1, ones, NULL, &err), HAR_INPUT);
    assert_int_equal(har_tensor_view(&view, name + 1, HAR_F4, 1, ones, NULL, &err), HAR_OK);
}

/* Values at an odd address, as they lie in a frame. */
static struct har_tensor unaligned(unsigned char *place, enum har_dtype type, const void *values,
                                   size_t count)
{
    struct har_tensor view;
    struct har_error err = {0};
    memcpy(place + 1, values, count * har_dtype_size(type));
    assert_int_equal(har_tensor_view(&view, "t", type, 1, &count, place + 1, &err), HAR_OK);
    return view;
}

static void converts_every_type(void **state)
{
    (void)state;
    static const float f4[] = {-1, 0, 100};
    static const double f8[] = {-1, 0, 100};
    static const unsigned char u1[] = {255, 0, 100}, i1[] = {255, 0, 100};
    static const int32_t i4[] = {-1, 0, 100};
    static const int64_t i8[] = {-1, 0, 100};
    const struct {
        enum har_dtype type;
        const void *values;
        int64_t first;
    } cases[] = {{HAR_F4, f4, -1}, {HAR_F8, f8, -1}, {HAR_U1, u1, 255},
                 {HAR_I1, i1, -1}, {HAR_I4, i4, -1}, {HAR_I8, i8, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char place[32];
        const struct har_tensor view = unaligned(place, cases[i].type, cases[i].values, 3);
        struct har_error err = {0};
        float floats[3];
        int64_t integers[3];
        har_tensor_floats(floats, &view, 0, 3);
        assert_int_equal(har_tensor_integers(integers, &view, 0, 3, &err), HAR_OK);
        assert_int_equal(integers[0], cases[i].first);
        assert_true(floats[0] == (float)cases[i].first);
        assert_int_equal(integers[1], 0);
        assert_int_equal(integers[2], 100);
        har_tensor_floats(floats, &view, 2, 1);
        assert_true(floats[0] == 100);
    }
}

static void refuses_floats_that_arent_whole(void **state)
{
    (void)state;
    static const float values[] = {1, 1.5F, 1e30F};
    unsigned char place[32];
    const struct har_tensor view = unaligned(place, HAR_F4, values, 3);
    struct har_error err = {0};
    int64_t integers[3];
    assert_int_equal(har_tensor_integers(integers, &view, 0, 1, &err), HAR_OK);
    assert_int_equal(har_tensor_integers(integers, &view, 0, 3, &err), HAR_INPUT);
    assert_string_equal(err.text, "t: element 1 is 1.5, expected a whole number");
    assert_int_equal(har_tensor_integers(integers, &view, 2, 1, &err), HAR_INPUT);
}

static void names_types_and_shapes(void **state)
{
    (void)state;
    const size_t shape[] = {64, 128, 9};
    const size_t long_shape[8] = {(size_t)-1, (size_t)-1, (size_t)-1, (size_t)-1,
                                  (size_t)-1, (size_t)-1, (size_t)-1, (size_t)-1};
    char text[128];
    har_shape_text(text, 3, shape);
    assert_string_equal(text, "(64,128,9)");
    har_shape_text(text, 1, shape);
    assert_string_equal(text, "(64,)");
    har_shape_text(text, 0, NULL);
    assert_string_equal(text, "()");
    har_shape_text(text, 8, long_shape);
    assert_true(strlen(text) < sizeof text);
    assert_string_equal(har_dtype_name(HAR_F4), "<f4");
    assert_string_equal(har_dtype_name(HAR_B1), "|b1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_its_sizes),        cmocka_unit_test(refuses_what_doesnt_fit),
        cmocka_unit_test(converts_every_type),    cmocka_unit_test(refuses_floats_that_arent_whole),
        cmocka_unit_test(names_types_and_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
