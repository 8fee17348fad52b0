/* A net as Keras's model.summary() prints it. */
#ifndef HAR_NN_SUMMARY_H
#define HAR_NN_SUMMARY_H

#include "nn/net.h"
#include <stdio.h>

/* The table of layers, their output shapes and parameters, and the totals. An activation that
 * stands in its layer's line of the net stands in its row of the table. */
void har_net_summary(FILE *to, const struct har_net *net);

#endif
