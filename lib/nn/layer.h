/* What a layer is: a kind (a descriptor, one file each), its arguments, its shapes, its weights.
 *
 * A layer computes one slice of rows at a time and knows nothing of threads, batches or the layers
 * around it. Wrappers aren't layers: the net (net.h) unfolds time_distributed into rows, and
 * bidirectional and branches into layers with other inputs, so that every kind is used as it is. */
#ifndef HAR_NN_LAYER_H
#define HAR_NN_LAYER_H

#include "base/random.h"
#include "kernel/kernels.h"

enum {
    HAR_DIMS_MAX = 6,
    HAR_WEIGHTS_MAX = 4,
    HAR_ROWS_MAX = 4,
    HAR_INPUTS_MAX = 32,
    HAR_LAYER_NAME_MAX = 63
};

/* Rows of a slice: a constant, part of the numeric promise. */
enum { HAR_SLICE = 16 };

/* One row of an activation: (128,9); the rows themselves aren't part of it. */
struct har_shape {
    size_t rank;
    size_t dim[HAR_DIMS_MAX];
};

HAR_RESULT bool har_shape_size(size_t *size, const struct har_shape *shape); /* false: overflow */

enum { HAR_SHAPE_TEXT = 160 };
const char *har_shape_print(char text[HAR_SHAPE_TEXT],
                            const struct har_shape *shape); /* "(128,9)" */

enum har_profile { HAR_KERAS2, HAR_KERAS3 };

enum har_initializer {
    HAR_ZEROS,
    HAR_ONES,
    HAR_GLOROT_UNIFORM,
    HAR_ORTHOGONAL,
    HAR_UNIT_FORGET,
    HAR_CHANNEL_SETS /* mini_rocket's: each row is 1 for some of the channels, 0 for the others */
};

/* One weight of a layer; its values live in the net's flat block. */
struct har_weight {
    const char *name; /* "kernel", "recurrent_kernel", "bias", … as Keras has it */
    struct har_shape shape;
    size_t size;
    enum har_initializer initializer;
    size_t fan_in, fan_out; /* HAR_GLOROT_UNIFORM */
    bool fixed;             /* not trained: statistics */
    bool multiplied;        /* a product's B, (…, k, n): packed before each batch */
    size_t offset;          /* in the flat block; set by the net, */
    size_t packed[2];       /* like where it is packed; see enum har_direction */
};

/* For a product with the weight (taps, k, n), or with its transposed, (taps, n, k). */
enum har_direction { HAR_FORWARD, HAR_BACKWARD };

/* An argument of a kind, as it is written in a net: `units` first, without its name, if POSITIONAL.
 */
enum har_argument_type {
    HAR_ARG_COUNT,
    HAR_ARG_NUMBER,
    HAR_ARG_BOOL,
    HAR_ARG_CHOICE,
    HAR_ARG_SHAPE
};

struct har_argument {
    const char *name;
    enum har_argument_type
        type;     /* size_t, double, bool, int (index into choices), struct har_shape */
    size_t field; /* offsetof in the kind's configuration */
    bool positional, required;
    double low, high;
    double otherwise;           /* the default, where one number can say it */
    const char *const *choices; /* CHOICE: NULL-terminated */
};

struct har_layer {
    const struct har_layer_kind *kind;
    char name[HAR_LAYER_NAME_MAX + 1]; /* "lstm", "dense_1", "bidirectional/forward" */
    bool named;                        /* by name=, not by its kind */
    bool appended; /* a part of another's line: "dense/activation", "bidirectional/forward" */
    size_t parts;  /* the layers just before this one that make one layer of Keras with it: those of
                    * bidirectional, before their join; or 0 */
    bool reversed; /* bidirectional's second copy: runs the other way round, and turns its sequence
                    * back into the order of the first one's */
    enum har_profile profile;
    void *config;     /* of kind->config_size bytes, owned */
    size_t place;     /* number in the net: names its random streams */
    bool distributed; /* time_distributed: the first dimension is folded into the rows */
    size_t fold;      /* this layer sees fold rows for each row of the net; 1 if not distributed */
    size_t inputs;    /* 1, but for layers that join branches */
    size_t input[HAR_INPUTS_MAX]; /* which layers they come from; HAR_NET_INPUT is the net's own */
    struct har_shape in[HAR_INPUTS_MAX];

    /* Set by kind->shape: */
    struct har_shape out;
    size_t weights;
    struct har_weight weight[HAR_WEIGHTS_MAX];
    struct har_rows rows[HAR_ROWS_MAX]; /* how its products read their rows; offsets are owned */
    size_t cache;                       /* reals a row that forward leaves for backward */
    size_t scratch; /* reals a row that forward or backward may use and forget */
    size_t sums;    /* numbers that collect finds, and as many that collect_backward does */
    size_t samples; /* rows that sample is shown */
};

struct har_packed;

/* One slice on its way through one layer. ROWS counts folded rows. Blocks hold what the layer asked
 * for, aligned to 64 bytes. */
struct har_pass {
    const struct har_kernels *kernels;
    size_t rows;
    size_t padding;           /* of them, at the end, are no rows of the data */
    bool training;            /* dropout and the like are on, backward will follow */
    uint64_t seed;            /* of the random streams, with epoch, */
    uint32_t epoch;           /* the layer's place, */
    const uint64_t *row;      /* and the number of each unfolded row in the training data */
    const har_real *const *x; /* all inputs; the functions' own x is the first */
    har_real *const *dx;      /* their gradients, NULL where nobody needs one */
    const har_real *weights;  /* the net's flat block: weight w starts at layer->weight[w].offset */
    const struct har_packed *packed; /* the same, packed */
    har_real *gradients;             /* likewise; backward writes all that are the layer's */
    har_real *cache, *scratch;
    const double *sums; /* of the whole batch, where the kind collects: forward's, backward's, */
    size_t batch_rows;  /* and how many folded rows it has, without padding */
};

/* How the rows of a slice are mixed: row r is share[r] of itself, and else of row partner[r]. */
struct har_mix {
    size_t partner[HAR_SLICE];
    har_real share[HAR_SLICE];
};

struct har_layer_kind {
    const char *name;
    size_t config_size;
    const struct har_argument *arguments; /* ends with a name of NULL */
    const char *const *refused; /* Keras arguments that aren't supported; ends with NULL; or NULL */
    bool activation; /* takes activation=…, which the net appends as a layer of its own */
    bool view;       /* out has in's values, in order: no forward, no backward */
    bool releases;   /* backward doesn't read y: the next layer may write over it */
    bool joins;      /* takes several inputs */
    bool
        whole_batch; /* collects before each forward and backward in training, settles after them */
    bool adapted;    /* learns its fixed weights before training: collects over all rows and
                      * settles, or is shown a sample of rows */
    bool without_gradient; /* hands none back: no layer before it can be trained */
    bool reverses;         /* knows `reversed`: bidirectional takes it */

    /* Checks in[] against the configuration and sets out, weights, cache and scratch. HAR_USAGE:
     * a text without the layer's name. */
    enum har_status (*shape)(struct har_layer *layer, struct har_error *err);

    /* May y be x, and dx be dy? So where backward doesn't read x; NULL: no. */
    bool (*in_place)(const struct har_layer *layer);

    /* y = f(x): x (rows, in), y (rows, out). */
    void (*forward)(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x);

    /* dx = dy df/dx, not touched where it is NULL; it and the weight gradients are overwritten. */
    void (*backward)(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy);

    /* For kinds that need more than one slice, else NULL. SUMS (layer->sums, overwritten) are what
     * the slice's rows, padding excluded, add to those of the batch; the latter are in pass->sums
     * of forward and backward. It is collect_backward that writes the weight gradients. */
    void (*collect)(const struct har_layer *layer, const struct har_pass *pass, double *sums,
                    const har_real *x);
    void (*collect_backward)(const struct har_layer *layer, const struct har_pass *pass,
                             double *sums, const har_real *x, const har_real *dy);

    /* Sets fixed weights in the net's flat block WEIGHTS by X, one folded row of the input that is
     * number SAMPLE of the layer->samples drawn, with replacement, from the rows to learn from. */
    void (*sample)(const struct har_layer *layer, const struct har_pass *pass, har_real *weights,
                   size_t sample, const har_real *x);

    /* Moves the fixed weights of the net's flat block by collect's SUMS over ROWS folded rows. */
    void (*settle)(const struct har_layer *layer, har_real *weights, const double *sums,
                   size_t rows);

    /* For kinds whose forward mixes a slice's rows in training, else NULL: how, for har_net_mix,
     * which mixes the targets. So the whole net must pass such a layer, with its rows unfolded: it
     * is refused in branches, shortcuts and time_distributed. */
    void (*mix)(const struct har_layer *layer, const struct har_pass *pass, struct har_mix *mix);
};

/* What the next layer sees: out, with the folded dimension in front where there is one. */
struct har_shape har_layer_output(const struct har_layer *layer);

/* For the kinds' own use. */
const har_real *har_layer_weight(const struct har_layer *layer, const struct har_pass *pass,
                                 size_t weight);
const har_real *har_layer_packed(const struct har_layer *layer, const struct har_pass *pass,
                                 size_t weight, enum har_direction direction);
har_real *har_layer_gradient(const struct har_layer *layer, const struct har_pass *pass,
                             size_t weight);
/* The same, set to zeros, for those who add to it. */
har_real *har_layer_zero_gradient(const struct har_layer *layer, const struct har_pass *pass,
                                  size_t weight);
bool har_layer_trains(const struct har_layer *layer); /* a weight of it isn't fixed */
void har_layer_free(struct har_layer *layer);         /* NULL is allowed */

/* Vectors of the last dimension in ROWS folded rows of the input, and their length. */
size_t har_layer_vectors(const struct har_layer *layer, size_t rows);
size_t har_layer_width(const struct har_layer *layer);
size_t har_layer_size(const struct har_layer *layer); /* reals in one such row */
/* The random stream of PURPOSE in this layer and epoch, and the first index of folded row ROW where
 * each row draws PER_ROW numbers: the same for a row in any slice. */
struct har_random har_layer_random(const struct har_layer *layer, const struct har_pass *pass,
                                   enum har_purpose purpose);
uint64_t har_layer_random_index(const struct har_layer *layer, const struct har_pass *pass,
                                size_t row, size_t per_row);

#endif
