/* MiniRocket's features of a window: Dempster, Schmidt, Webb: MINIROCKET: a very fast (almost)
 * deterministic transform for time series classification, KDD 2021; several channels as the
 * authors' minirocket_multivariate has them.
 *
 * A kernel has 9 weights, of which three, at the places i < j < l, are 2 and the others -1: 84
 * kernels, in the order of (i, j, l). With dilation d and channel weights w, its output at step t
 * is C(t) = A(t) + 3 (S(t + (i-4) d) + S(t + (j-4) d) + S(t + (l-4) d)), S = sum over c of w_c x_c,
 * A(t) = -(S(t - 4d) + S(t - 3d) + ... + S(t + 4d)), zeros outside. A feature is the share of the
 * steps whose output exceeds a bias. */
#ifndef HAR_KERNEL_ROCKET_H
#define HAR_KERNEL_ROCKET_H

#include "kernel/real.h"
#include <stdbool.h>
#include <stddef.h>

enum {
    HAR_ROCKET_LENGTH = 9,
    HAR_ROCKET_KERNELS = 84,
    HAR_ROCKET_DILATIONS_MAX = 64,
    HAR_ROCKET_LANES = 16 /* steps that the fast kernel takes side by side */
};

/* Combination number n is dilation n / 84 and kernel n % 84. */
struct har_rocket {
    size_t steps, channels; /* of a window: x (steps, channels); at least 9 steps */
    size_t dilations;
    size_t dilation[HAR_ROCKET_DILATIONS_MAX]; /* rising; 8 times the last is below steps */
    size_t biases[HAR_ROCKET_DILATIONS_MAX];   /* that a kernel has with each dilation */
    size_t features;                           /* 84 times the sum of biases */
};

/* The places i < j < l of each kernel. */
extern const unsigned char har_rocket_places[HAR_ROCKET_KERNELS][3];

/* Zeros before and after a window that the longest kernel reaches. */
size_t har_rocket_margin(const struct har_rocket *shape);

/* Reals of scratch that the function below and the kernel `rocket` want. */
size_t har_rocket_scratch(const struct har_rocket *shape);

/* C (steps) = the output of combination NUMBER on the window X, with WEIGHTS (channels) of its
 * channels. Sums run over channels, then over places, in order. */
void har_rocket_output(har_real *c, const har_real *x, const har_real *weights,
                       const struct har_rocket *shape, size_t number, har_real *scratch);

/* Steps at each end that combination NUMBER doesn't count: all whose nine inputs aren't inside, or
 * none, by turns. */
static inline size_t har_rocket_uncounted(const struct har_rocket *shape, size_t number)
{
    const size_t dilation = number / HAR_ROCKET_KERNELS, kernel = number % HAR_ROCKET_KERNELS;
    const bool inside = (dilation + kernel) % 2 == 1;
    return inside ? HAR_ROCKET_LENGTH / 2 * shape->dilation[dilation] : 0;
}

#endif
