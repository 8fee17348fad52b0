/* The normal distribution in double, in bits that don't depend on the machine's libm (see
 * elementary.h). Relative errors are below 1e-12 but where said. */
#ifndef HAR_BASE_NORMAL_H
#define HAR_BASE_NORMAL_H

/* The complementary error function (W. J. Cody: Rational Chebyshev approximations for the error
 * function; Math. Comp. 23, 1969), and exp(x^2) times it for x >= 0, which doesn't underflow. */
double har_erfc(double x);
double har_erfcx(double x);

/* P(Z <= x), and its logarithm, which is finite for any finite x. */
double har_normal_cdf(double x);
double har_normal_log_cdf(double x);

/* log P(a < Z <= b) for a < b, either may be infinite; accurate in both tails, and to 1e-9 where
 * the interval is narrow. */
double har_normal_log_mass(double a, double b);

/* The x with P(Z <= x) = p, 0 < p < 1 (M. J. Wichura: Algorithm AS 241; Applied Statistics 37,
 * 1988). */
double har_normal_quantile(double p);

#endif
