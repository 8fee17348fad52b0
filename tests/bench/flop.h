/* How many floating-point operations a net takes for one row, counted from its shapes. */
#ifndef HAR_BENCH_FLOP_H
#define HAR_BENCH_FLOP_H

#include "nn/net.h"

/* Those of matrix products and convolutions alone, a multiplication and an addition being two. The
 * first step's state is zeros and takes none; training needs no gradient of the net's input. */
struct flop {
    double predict, train;
};

struct flop flop_of_row(const struct har_net *net);

#endif
