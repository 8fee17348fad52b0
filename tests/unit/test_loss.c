#include "fit/loss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

static double one_loss(const har_real *z, const float *y, size_t classes, har_real *dz)
{
    struct har_loss sum = {0};
    har_loss_add(&sum, dz, z, y, har_argmax(y, classes), classes, 1.0);
    return sum.loss;
}

static void test_known_losses(void **state)
{
    (void)state;
    static const struct {
        har_real z[3];
        float y[3];
        size_t class;
        double loss;
        size_t correct;
    } row[] = {
        {{0, 0, 0}, {1, 0, 0}, 0, 1.0986122886681098, 1},
        {{0, 0, 0}, {0, 1, 0}, 1, 1.0986122886681098, 0},
        {{1, 2, 3}, {0, 0, 1}, 2, 0.40760596444438, 1},
        {{1, 2, 3}, {1, 0, 0}, 0, 2.40760596444438, 0},
        {{1000, 0, 0}, {0, 1, 0}, 1, 1000, 0}, /* no overflow, no clipping */
        {{-1000, 0, 0}, {1, 0, 0}, 0, 1000.6931471805599, 0},
        {{1, 2, 3}, {0.5F, 0.25F, 0.25F}, 0, 1.65760596444438, 0}, /* soft targets */
        {{1, 2, 3}, {0.25F, 0.5F, 0.25F}, 2, 1.40760596444438, 1}, /* that say another class */
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct har_loss sum = {0};
        har_real dz[3];
        har_loss_add(&sum, dz, row[i].z, row[i].y, row[i].class, 3, 1.0);
        assert_true(fabs(sum.loss - row[i].loss) <= 1e-9 * row[i].loss);
        assert_int_equal(sum.correct, row[i].correct);
        assert_int_equal(sum.rows, 1);
    }
}

static void test_gradient_is_the_slope(void **state)
{
    (void)state;
    const float y[4] = {0, 0, 1, 0};
    const double h = 1.0 / 1024;
    har_real z[4] = {0.3F, -1.2F, 0.7F, 2.1F}, dz[4], unused[4];
    one_loss(z, y, 4, dz);
    for (size_t i = 0; i < 4; i++) {
        har_real up[4], down[4];
        for (size_t j = 0; j < 4; j++)
            up[j] = down[j] = z[j];
        up[i] += (har_real)h;
        down[i] -= (har_real)h;
        const double width = (double)up[i] - (double)down[i];
        const double slope = (one_loss(up, y, 4, unused) - one_loss(down, y, 4, unused)) / width;
        assert_true(fabs(slope - (double)dz[i]) < 1e-5);
    }
}

static void test_scale_and_join(void **state)
{
    (void)state;
    const har_real z[6] = {1, 2, 3, 3, 2, 1};
    const float y[6] = {0, 0, 1, 0, 0, 1};
    har_real half[3], one[3];
    struct har_loss sum = {0}, first = {0}, second = {0};
    har_loss_add(&sum, half, z, y, 2, 3, 0.5);
    har_loss_add(&first, one, z, y, 2, 3, 1.0);
    for (size_t i = 0; i < 3; i++)
        assert_true(fabs((double)half[i] - 0.5 * (double)one[i]) < 1e-7);
    har_loss_add(&sum, one, z + 3, y + 3, 2, 3, 1.0);
    har_loss_add(&second, one, z + 3, y + 3, 2, 3, 1.0);
    har_loss_join(&first, &second);
    assert_true(first.loss == sum.loss);
    assert_int_equal(first.rows, 2);
    assert_int_equal(first.correct, 1);
}

static void test_not_finite_stays(void **state)
{
    (void)state;
    const float y[2] = {1, 0};
    har_real dz[2];
    assert_false(isfinite(one_loss((har_real[]){(har_real)NAN, 0}, y, 2, dz)) != 0);
    assert_false(isfinite(one_loss((har_real[]){(har_real)INFINITY, 0}, y, 2, dz)) != 0);
    assert_false(isfinite(one_loss((har_real[]){0, (har_real)-INFINITY}, y, 2, dz)) != 0);
}

static void test_argmax_takes_the_first(void **state)
{
    (void)state;
    assert_int_equal(har_argmax((float[]){1, 3, 3}, 3), 1);
    assert_int_equal(har_argmax((float[]){2}, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_losses),           cmocka_unit_test(test_gradient_is_the_slope),
        cmocka_unit_test(test_scale_and_join),         cmocka_unit_test(test_not_finite_stays),
        cmocka_unit_test(test_argmax_takes_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
