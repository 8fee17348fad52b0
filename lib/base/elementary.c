#include "base/elementary.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* c[0] + c[1] z + c[2] z^2 + … by Horner's rule. */
static double polynomial(const double *coefficient, size_t count, double z)
{
    double sum = coefficient[count - 1];
    for (size_t i = count - 1; i-- > 0;)
        sum = fma(sum, z, coefficient[i]);
    return sum;
}

#define POLYNOMIAL(c, z) polynomial(c, sizeof(c) / sizeof *(c), z)

static const double ln2_high = 0x1.62e42fefa0000p-1; /* 13 zero bits: n ln2_high is exact */
static const double ln2_low = 0x1.cf79abc9e3b3ap-40;

/* 2^n as a double, for -1022 <= n <= 1023. */
static double power_of_two(int n)
{
    const uint64_t bits = (uint64_t)(n + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

double har_exp(double x)
{
    /* exp r = 1 + r + r^2 (1/2! + r/3! + …) */
    static const double series[] = {1.0 / 2,        1.0 / 6,         1.0 / 24,
                                    1.0 / 120,      1.0 / 720,       1.0 / 5040,
                                    1.0 / 40320,    1.0 / 362880,    1.0 / 3628800,
                                    1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
    if (isnan(x))
        return x;
    if (x > 709.79)
        return HUGE_VAL;
    if (x < -745.2)
        return 0;
    /* exp x = 2^n exp r, r = x - n ln 2 */
    const double n = rint(x * 0x1.71547652b82fep+0);
    const double high = fma(-n, ln2_high, x);
    const double r = fma(-n, ln2_low, high);
    const double lost = fma(-n, ln2_low, high - r);
    const double y = 1 + (r + fma(r * r, POLYNOMIAL(series, r), lost));
    const int half = (int)n / 2;
    return y * power_of_two(half) * power_of_two((int)n - half);
}

/* x = 2^n m with m in [sqrt 1/2, sqrt 2). */
static double split(double x, int *n)
{
    double m = frexp(x, n);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        *n -= 1;
    }
    return m;
}

double har_log(double x)
{
    /* log (1+s)/(1-s) = 2s + s (2/3 s^2 + 2/5 s^4 + …) */
    static const double series[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                                    2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
    int n;
    const double f = split(x, &n) - 1;
    const double s = f / (2 + f);
    const double rest = s * s * POLYNOMIAL(series, s * s);
    const double half = 0.5 * f * f;
    /* log (1+f) = f - (half - s (half + rest)) */
    const double low = fma(s, half + rest, n * ln2_low);
    return fma(n, ln2_high, -((half - low) - f));
}

/* A value as an unrounded sum. */
struct pair {
    double high, low;
};

static struct pair sum(double a, double b)
{
    const double high = a + b;
    const double part = high - a;
    return (struct pair){high, (a - (high - part)) + (b - part)};
}

/* x = n pi/2 + high + low, |high| <= pi/4. */
struct reduced {
    double high, low;
    int quadrant; /* n modulo 4 */
};

static struct reduced reduce(double x)
{
    static const double first = 0x1.921fb54442d18p+0;
    static const double second = 0x1.1a62633145c07p-54;
    static const double third = -0x1.f1976b7ed8fbcp-110;
    const double n = rint(x * 0x1.45f306dc9c883p-1);
    const double exact = fma(-n, first, x); /* a multiple of 2^-53 below 1: no rounding */
    const double product = n * second;
    const struct pair r = sum(exact, -product);
    const double low = r.low - fma(n, second, -product);
    return (struct reduced){r.high, fma(-n, third, low), (int)((long)n & 3)};
}

/* sin (r + e) = r + (r^3 (-1/3! + r^2/5! - …) + e cos r) */
static struct pair sine(double r, double e)
{
    static const double series[] = {
        -1.0 / 6,        1.0 / 120,        -1.0 / 5040,          1.0 / 362880,
        -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
    const double z = r * r;
    return sum(r, fma(r * z, POLYNOMIAL(series, z), e * fma(-0.5, z, 1)));
}

/* cos (r + e) = 1 - r^2/2 + (r^4 (1/4! - r^2/6! + …) - e r) */
static struct pair cosine(double r, double e)
{
    static const double series[] = {
        1.0 / 24,        -1.0 / 720,         1.0 / 40320,          -1.0 / 3628800,
        1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000, -1.0 / 6402373705728000};
    const double z = r * r;
    const double half = 0.5 * z;
    const struct pair start = sum(1, -half);
    const double error = 0.5 * fma(r, r, -z); /* what rounding z lost */
    return sum(start.high, start.low + fma(z * z, POLYNOMIAL(series, z), -e * r - error));
}

static double quadrant_sine(const struct reduced *x, int quadrant)
{
    const struct pair y = quadrant & 1 ? cosine(x->high, x->low) : sine(x->high, x->low);
    return quadrant & 2 ? -y.high : y.high;
}

double har_sin(double x)
{
    const struct reduced r = reduce(x);
    return quadrant_sine(&r, r.quadrant);
}

double har_cos(double x)
{
    const struct reduced r = reduce(x);
    return quadrant_sine(&r, r.quadrant + 1);
}

double har_tan(double x)
{
    const struct reduced r = reduce(x);
    const struct pair s = sine(r.high, r.low), c = cosine(r.high, r.low);
    /* tan (r + pi/2) = -cos r / sin r */
    const struct pair above = r.quadrant & 1 ? (struct pair){-c.high, -c.low} : s;
    const struct pair below = r.quadrant & 1 ? s : c;
    const double quotient = above.high / below.high;
    const double left = fma(-quotient, below.high, above.high) + above.low - quotient * below.low;
    return quotient + left / below.high;
}
