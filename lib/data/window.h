/* har-window's stage: recordings -> windows. */
#ifndef HAR_DATA_WINDOW_H
#define HAR_DATA_WINDOW_H

#include "data/starts.h"
#include "stream/stage.h"

struct har_window_options {
    size_t length;
    size_t step;                /* not used with `starts` */
    bool within_labels;         /* windows lie within one labelled segment; step counts from it */
    struct har_starts *starts;  /* NULL, or where to cut; borrowed, marked as reached */
    const char *dropped_labels; /* NULL, or a list as in data/labels.h */
};

/* The options make sense together: HAR_USAGE. */
HAR_RESULT enum har_status har_window_check(const struct har_window_options *options,
                                            struct har_error *err);

struct har_window;

/* OPTIONS are borrowed. Owned by the caller. */
HAR_RESULT enum har_status har_window_new(struct har_window **window,
                                          const struct har_window_options *options,
                                          struct har_error *err);
void har_window_free(struct har_window *window); /* NULL is allowed */

/* No window fitted: whether so, of recordings that have samples, and how many *LONGEST has, the
 * longest stretch of samples that a window may lie in. */
bool har_window_none(size_t *longest, const struct har_window *window);

/* The stage; its state is a struct har_window. No window crosses a change of recording, subject or
 * split; these and `time` are those of its first sample, `start` is that sample's number in the
 * recording, y the most frequent class (a tie: -1) or the segment's; every other tensor is cut as x
 * is. A window is written as soon as its last sample has come; what comes out doesn't depend on the
 * framing. */
extern const struct har_stage har_window_stage;

#endif
