/* har-onehot's stage: windows with integer labels -> the same with one-hot labels. */
#ifndef HAR_DATA_ONEHOT_H
#define HAR_DATA_ONEHOT_H

#include "stream/stage.h"

/* Start it with `classes` set: how wide y becomes; 0: as many as the header has labels. */
struct har_onehot {
    size_t classes;
    size_t width; /* of the current segment */
};

/* The stage; its state is a struct har_onehot. y (rows) of integers becomes (rows, width) <f4, a
 * row of zeros where it is -1; all else passes unchanged. */
extern const struct har_stage har_onehot_stage;

#endif
