/* Elementary functions in double whose bits don't depend on the machine's libm: polynomials in
 * explicit fused multiply-adds. For initializers, simulated people and filter design; sqrt is
 * IEEE's and needs no twin. Errors are within 2 ulp over the ranges given. */
#ifndef HAR_BASE_ELEMENTARY_H
#define HAR_BASE_ELEMENTARY_H

double har_exp(double x); /* all x; 0 below -745.2, infinity above 709.8 */
double har_log(double x); /* x > 0, finite, normal */
double har_sin(double x); /* |x| <= 1e6 */
double har_cos(double x); /* |x| <= 1e6 */
double har_tan(double x); /* |x| < pi/2 */

#endif
