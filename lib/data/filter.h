/* har-filter's stage: recordings -> recordings, row by row, through a chain of filters. */
#ifndef HAR_DATA_FILTER_H
#define HAR_DATA_FILTER_H

#include "data/chain.h"
#include "stream/stage.h"

struct har_filter;

/* A filter by OPTIONS, which har_filter_check has passed. Owned by the caller. */
HAR_RESULT enum har_status har_filter_new(struct har_filter **filter,
                                          const struct har_filter_options *options,
                                          struct har_error *err);
void har_filter_free(struct har_filter *filter); /* NULL is allowed */

/* The stage; its state is a struct har_filter. All tensors of a row but x pass with it, unchanged.
 * The filters begin anew with each recording; what comes out doesn't depend on the framing. */
extern const struct har_stage har_filter_stage;

#endif
