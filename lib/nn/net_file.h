/* A net out of a file. */
#ifndef HAR_NN_NET_FILE_H
#define HAR_NN_NET_FILE_H

#include "nn/net.h"

/* Reads the net text in the file NAME (- is stdin), at most 1 MiB. HAR_SYSTEM, or HAR_USAGE as
 * har_net_new. */
HAR_RESULT enum har_status har_net_read(struct har_net **net, const char *name,
                                        struct har_error *err);

#endif
