/* A model: a net, its weights, and what is known of the rows it is for; read from and written to a
 * stream segment of type "model". */
#ifndef HAR_FIT_MODEL_H
#define HAR_FIT_MODEL_H

#include "nn/net.h"
#include "stream/reader.h"
#include "stream/writer.h"

struct har_model {
    struct har_net *net; /* owned */
    har_real *weights;   /* net->weights of them, owned */
    json_t *header;      /* of the segment: type, source, net, channels, labels, …; owned */
};

/* A model with weights initialized from SEED; HEADER (stolen in any case) describes the rows. */
HAR_RESULT enum har_status har_model_new(struct har_model **model, struct har_net *net /* stolen */,
                                         json_t *header, uint64_t seed, struct har_error *err);
void har_model_free(struct har_model *model); /* NULL is allowed */

/* A model being read frame by frame: begin with its header, feed all its data frames, end. At the
 * end every weight must have come once, whole, finite and in its shape. */
struct har_model_reader;
HAR_RESULT enum har_status har_model_reader_new(struct har_model_reader **reader,
                                                const json_t *header, struct har_error *err);
HAR_RESULT enum har_status har_model_reader_add(struct har_model_reader *reader,
                                                const struct har_frame *frame,
                                                struct har_error *err);
/* Ends READER (freed in any case) and gives the model. */
HAR_RESULT enum har_status har_model_reader_end(struct har_model **model,
                                                struct har_model_reader *reader,
                                                struct har_error *err);
void har_model_reader_free(struct har_model_reader *reader);

/* Reads the one model of FILE ("-": stdin); *CRC is the checksum of its weights' frames, for the
 * provenance. */
HAR_RESULT enum har_status har_model_load(struct har_model **model, uint32_t *crc, const char *file,
                                          struct har_error *err);

/* Writes the whole segment. */
HAR_RESULT enum har_status har_model_write(struct har_writer *writer, const struct har_model *model,
                                           bool more, struct har_error *err);

/* Rows with header ROWS are of the kind the model is for: channels, units, rate, filter, window
 * length, labels by name. HAR_INPUT: what differs. */
HAR_RESULT enum har_status har_model_match(const struct har_model *model, const json_t *rows,
                                           struct har_error *err);

/* Takes MODEL's weights from FROM's, by name and shape. HAR_INPUT where FROM lacks one. */
HAR_RESULT enum har_status har_model_take_weights(struct har_model *model,
                                                  const struct har_model *from,
                                                  struct har_error *err);

#endif
