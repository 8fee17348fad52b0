/* The type in which networks compute: float, or double where the same sources are compiled with
 * -DHAR_DOUBLE (the finite-difference tests do, against the naive kernels). */
#ifndef HAR_KERNEL_REAL_H
#define HAR_KERNEL_REAL_H

#ifdef HAR_DOUBLE
typedef double har_real;
#else
typedef float har_real;
#endif

#endif
