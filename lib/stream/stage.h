/* A stage of a pipe: reads streams, works on segments of its own type, hands every other segment
 * through, and turns its own failure and its predecessors' into the stream's end. */
#ifndef HAR_STREAM_STAGE_H
#define HAR_STREAM_STAGE_H

#include "stream/reader.h"
#include "stream/table.h"

/* What a stage does with a segment of its own. Each function returns a status and may be NULL where
 * there is nothing to do. STATE is the stage's own. */
struct har_stage {
    const char *const *types; /* the segment types it is for; ends with NULL */

    /* A segment of these types begins. */
    enum har_status (*begin)(void *state, const json_t *header, struct har_writer *out,
                             struct har_error *err);
    /* One data frame of it; frame and tensors are valid during the call. */
    enum har_status (*rows)(void *state, const struct har_frame *frame, struct har_writer *out,
                            struct har_error *err);
    /* It ended well; MORE: its writer will write another segment. A stage that works one to one
     * ends its own segment here with har_writer_end. */
    enum har_status (*end)(void *state, bool more, struct har_writer *out, struct har_error *err);
    /* The whole input ended well, and at least one segment was the stage's own. */
    enum har_status (*finish)(void *state, struct har_writer *out, struct har_error *err);
};

/* Runs the stage over all of IN. OUT NULL: other segments are dropped, and functions get NULL.
 * The output is flushed whenever no further input is ready. Notes the checksum of a segment's rows
 * for the end frame (har_writer_input) before each `end`; a stage without `end` takes all segments
 * together, and theirs is noted before `finish`, for what is written there or after.
 * HAR_INPUT with a hint where no segment was the stage's own. An end frame with a status: returns
 * that status, err->upstream set and its message as text. What `begin`, `rows` and `end` find
 * wrong with the input (HAR_INPUT, HAR_NUMBERS, HAR_LEAK) gets file and frame put in front of its
 * text. Ends no segment on failure: see har_program_main. */
HAR_RESULT enum har_status har_stage_run(const struct har_stage *stage, void *state,
                                         struct har_reader *in, struct har_writer *out,
                                         struct har_error *err);

#endif
