/* Butterworth filters as second-order sections in double. */
#ifndef HAR_DATA_BUTTERWORTH_H
#define HAR_DATA_BUTTERWORTH_H

#include "base/status.h"
#include <stddef.h>

enum { HAR_ORDER_MAX = 20, HAR_SECTIONS_MAX = HAR_ORDER_MAX / 2 };

enum har_band { HAR_LOWPASS, HAR_HIGHPASS };

/* H(z) = (b0 + b1/z + b2/z^2) / (1 + a1/z + a2/z^2); of first order where b2 = a2 = 0. */
struct har_section {
    double b0, b1, b2, a1, a2;
};

/* A cascade. No sections: the identity. */
struct har_butterworth {
    size_t sections;
    struct har_section section[HAR_SECTIONS_MAX];
};

/* What a cascade remembers of one signal. Start it as {0}. */
struct har_butterworth_state {
    double z[HAR_SECTIONS_MAX][2];
};

/* Designs the digital filter of ORDER (1 .. HAR_ORDER_MAX) whose gain falls to 1/sqrt(2) at CUTOFF
 * Hz, for RATE samples a second: bilinear transform, prewarped, each section with a gain of 1 in
 * the pass band; the sections in order of their resonance. Its bits don't depend on libm.
 * HAR_USAGE: CUTOFF isn't between 0 and RATE / 2, or the order is out of range. */
HAR_RESULT enum har_status har_butterworth_design(struct har_butterworth *filter,
                                                  enum har_band band, size_t order, double cutoff,
                                                  double rate, struct har_error *err);

/* Filters COUNT values in place, causally, going on from STATE. */
void har_butterworth_run(const struct har_butterworth *filter, struct har_butterworth_state *state,
                         double *values, size_t count);

#endif
