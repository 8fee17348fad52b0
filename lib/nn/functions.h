/* Keras's activations that work value by value, for layers that use them inside. */
#ifndef HAR_NN_FUNCTIONS_H
#define HAR_NN_FUNCTIONS_H

#include "nn/layer.h"

enum { HAR_SIGMOID = 2, HAR_TANH = 3, HAR_HARD_SIGMOID = 4 }; /* some indices of the names */

extern const char *const har_function_names[]; /* ends with NULL */

/* The function of that index; hard_sigmoid is the profile's. */
struct har_function har_function_of(const struct har_kernels *kernels, int name,
                                    enum har_profile profile);

#endif
