#include "base/normal.h"

#include "base/elementary.h"
#include <math.h>
#include <stddef.h>

static const double sqrt_half = 0x1.6a09e667f3bcdp-1;
static const double log_sqrt_2pi = 0x1.d67f1c864beb5p-1;

/* c[0] + c[1] z + c[2] z^2 + … over d[0] + d[1] z + …, both of COUNT terms. */
static double ratio(const double *c, const double *d, size_t count, double z)
{
    double above = c[count - 1], below = d[count - 1];
    for (size_t i = count - 1; i-- > 0;) {
        above = fma(above, z, c[i]);
        below = fma(below, z, d[i]);
    }
    return above / below;
}

#define RATIO(c, d, z) ratio(c, d, sizeof(c) / sizeof *(c), z)

/* |x| <= 0.46875 */
static double small_erf(double x)
{
    static const double c[] = {3.20937758913846947e03, 3.77485237685302021e02,
                               1.13864154151050156e02, 3.16112374387056560e00,
                               1.85777706184603153e-1};
    static const double d[] = {2.84423683343917062e03, 1.28261652607737228e03,
                               2.44024637934444173e02, 2.36012909523441209e01, 1};
    return x * RATIO(c, d, x * x);
}

/* 0.46875 <= x <= 4 */
static double middle_erfcx(double x)
{
    static const double c[] = {
        1.23033935479799725e03, 2.05107837782607147e03, 1.71204761263407058e03,
        8.81952221241769090e02, 2.98635138197400131e02, 6.61191906371416295e01,
        8.88314979438837594e00, 5.64188496988670089e-1, 2.15311535474403846e-8};
    static const double d[] = {
        1.23033935480374942e03, 3.43936767414372164e03, 4.36261909014324716e03,
        3.29079923573345963e03, 1.62138957456669019e03, 5.37181101862009858e02,
        1.17693950891312499e02, 1.57449261107098347e01, 1};
    return RATIO(c, d, x);
}

/* x >= 4 */
static double large_erfcx(double x)
{
    static const double c[] = {6.58749161529837803e-4, 1.60837851487422766e-2,
                               1.25781726111229246e-1, 3.60344899949804439e-1,
                               3.05326634961232344e-1, 1.63153871373020978e-2};
    static const double d[] = {2.33520497626869185e-3, 6.05183413124413191e-2,
                               5.27905102951428412e-1, 1.87295284992346725e00,
                               2.56852019228982242e00, 1};
    static const double inverse_sqrt_pi = 0x1.20dd750429b6dp-1;
    const double z = 1 / (x * x);
    return (inverse_sqrt_pi - z * RATIO(c, d, z)) / x;
}

/* exp(-x^2), the square's rounding undone. */
static double exp_minus_square(double x)
{
    const double square = x * x;
    return har_exp(-square) * (1 - fma(x, x, -square));
}

double har_erfcx(double x)
{
    if (x < 0.46875)
        return (1 - small_erf(x)) * har_exp(x * x);
    return x <= 4 ? middle_erfcx(x) : large_erfcx(x);
}

double har_erfc(double x)
{
    if (isnan(x))
        return x;
    if (fabs(x) <= 0.46875)
        return 1 - small_erf(x);
    const double y = fabs(x);
    const double tail = y > 27 ? 0 : har_erfcx(y) * exp_minus_square(y);
    return x < 0 ? 2 - tail : tail;
}

/* log (1 + x), x > -1, without what is lost in 1 + x (W. Kahan) */
static double log_1_plus(double x)
{
    const double y = 1 + x;
    return y == 1 ? x : har_log(y) * (x / (y - 1));
}

double har_normal_cdf(double x)
{
    return 0.5 * har_erfc(-x * sqrt_half);
}

double har_normal_log_cdf(double x)
{
    if (x > -1)
        return log_1_plus(-har_normal_cdf(-x));
    if (isinf(x))
        return x;
    return har_log(0.5 * har_erfcx(-x * sqrt_half)) - 0.5 * x * x;
}

double har_normal_log_mass(double a, double b)
{
    if (a > 0)
        return har_normal_log_mass(-b, -a);
    if (b - a < 1e-5) {
        /* the density in the middle, to second order */
        const double middle = 0.5 * (a + b);
        return har_log(b - a) - 0.5 * middle * middle - log_sqrt_2pi;
    }
    if (b > 0)
        return log_1_plus(-har_normal_cdf(a) - har_normal_cdf(-b));
    const double high = har_normal_log_cdf(b);
    return high + log_1_plus(-har_exp(har_normal_log_cdf(a) - high));
}

/* |q| <= 0.425, q = p - 1/2 */
static double central_quantile(double q)
{
    static const double c[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                               1.9715909503065514427e3, 1.3731693765509461125e4,
                               4.5921953931549871457e4, 6.7265770927008700853e4,
                               3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double d[] = {1,
                               4.2313330701600911252e1,
                               6.8718700749205790830e2,
                               5.3941960214247511077e3,
                               2.1213794301586595867e4,
                               3.9307895800092710610e4,
                               2.8729085735721942674e4,
                               5.2264952788528545610e3};
    return q * RATIO(c, d, 0.180625 - q * q);
}

/* r = sqrt(-log p) for the smaller of p and 1 - p */
static double tail_quantile(double r)
{
    static const double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                               5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                               1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[] = {1,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};
    return r <= 5 ? RATIO(c, d, r - 1.6) : RATIO(e, f, r - 5);
}

double har_normal_quantile(double p)
{
    const double q = p - 0.5;
    if (fabs(q) <= 0.425)
        return central_quantile(q);
    const double tail = tail_quantile(sqrt(-har_log(q < 0 ? p : 1 - p)));
    return q < 0 ? -tail : tail;
}
