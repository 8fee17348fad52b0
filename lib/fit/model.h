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
    double temperature;  /* the logits are divided by it; 1 where the header names none */
};

/* Reals beside the weights, as a checkpoint has them: the net's weights once more, each under
 * PREFIX, a slash and its name ("adam.m/lstm/kernel"). A prefix has a dot, as no layer's name has;
 * readers of models pass over such names. */
struct har_model_block {
    const char *prefix;
    bool trained;     /* it has no weights that aren't trained */
    har_real *values; /* at the weights' offsets */
};

enum { HAR_BLOCKS_MAX = 3 };

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

/* The same, and those of the COUNT blocks that are there, whole, or else NULL; the caller owns
 * their values. */
HAR_RESULT enum har_status har_model_load_blocks(struct har_model **model,
                                                 struct har_model_block *block, size_t count,
                                                 const char *file, struct har_error *err);

/* Takes MODEL's temperature from its header. HAR_INPUT: it isn't a number above 0, or the net ends
 * in no softmax. */
HAR_RESULT enum har_status har_model_temper(struct har_model *model, struct har_error *err);

/* Writes the whole segment, with COUNT blocks, of which those without values are left out. */
HAR_RESULT enum har_status har_model_write_blocks(struct har_writer *writer,
                                                  const struct har_model *model,
                                                  const struct har_model_block *block, size_t count,
                                                  bool more, struct har_error *err);

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
