/* The chain of filters that every channel of a recording goes through:
 *
 *   median -> low-pass -> high-pass = clean;   body = clean - low-pass(clean)
 *
 * With `gravity`, acc_x gives total_acc_x (clean) and body_acc_x (body); with `drift`, gyro_x gives
 * body_gyro_x (body); all else gives itself, clean. Causal, in double, state zero at the start of a
 * recording, but for the median, which looks half its width ahead; samples before the first and
 * after the last count as 0. */
#ifndef HAR_DATA_CHAIN_H
#define HAR_DATA_CHAIN_H

#include "base/status.h"
#include <jansson.h>
#include <stddef.h>

/* What is 0 is left out. Frequencies in Hz. */
struct har_filter_options {
    const char *preset; /* its name, or NULL: then the numbers say it all */
    size_t median;      /* samples, odd */
    double lowpass, highpass;
    size_t order; /* of both */
    double gravity;
    size_t gravity_order;
    double drift;
    size_t drift_order;
};

/* Fills in the numbers behind options->preset ("uci-har"). HAR_USAGE where there is no such preset,
 * or numbers are there already. */
HAR_RESULT enum har_status har_filter_preset(struct har_filter_options *options,
                                             struct har_error *err);

/* The options make sense, whatever the recordings: HAR_USAGE. */
HAR_RESULT enum har_status har_filter_check(const struct har_filter_options *options,
                                            struct har_error *err);

struct har_chain;

/* A chain for recordings with this header. Owned by the caller. HAR_INPUT where channels or rate
 * don't fit, HAR_USAGE where a frequency isn't below half the rate. */
HAR_RESULT enum har_status har_chain_new(struct har_chain **chain,
                                         const struct har_filter_options *options,
                                         const json_t *header, struct har_error *err);
void har_chain_free(struct har_chain *chain); /* NULL is allowed */

size_t har_chain_inputs(const struct har_chain *chain);    /* channels read */
size_t har_chain_outputs(const struct har_chain *chain);   /* channels written */
size_t har_chain_lookahead(const struct har_chain *chain); /* samples */

/* Sets HEADER's channels, units and recipe.filter to what comes out. */
HAR_RESULT enum har_status har_chain_describe(const struct har_chain *chain, json_t *header,
                                              struct har_error *err);

/* A new recording begins. */
void har_chain_reset(struct har_chain *chain);

/* The next COUNT rows of a recording: X (ROWS, inputs) -> OUT (COUNT, outputs). X begins with the
 * first row not yet filtered and holds the lookahead too: COUNT <= ROWS - lookahead, or at the end
 * of the recording COUNT = ROWS. HAR_SYSTEM without memory. */
HAR_RESULT enum har_status har_chain_run(struct har_chain *chain, float *out, size_t count,
                                         const float *x, size_t rows, struct har_error *err);

#endif
