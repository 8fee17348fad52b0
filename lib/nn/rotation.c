/* rotation DEGREES: in training, each three channels (3k, 3k+1, 3k+2) of a row are turned by one
 * rotation, as if the phone sat askew: about an axis uniform on the sphere, by an angle uniform
 * from 0 to DEGREES. */
#include "nn/augment.h"

#include "base/elementary.h"
#include "nn/kinds.h"

#include <math.h>

struct rotation {
    double degrees;
};

static const struct har_argument arguments[] = {
    {.name = "degrees",
     .type = HAR_ARG_NUMBER,
     .field = offsetof(struct rotation, degrees),
     .positional = true,
     .required = true,
     .low = 0,
     .high = 180},
    {.name = NULL},
};

static enum har_status shape(struct har_layer *layer, struct har_error *err)
{
    char text[HAR_SHAPE_TEXT];
    if (har_augment_shape(layer, err) != HAR_OK)
        return err->status;
    if (har_layer_width(layer) % 3 != 0)
        return har_fail(err, HAR_USAGE,
                        "turns channels by threes (x, y, z), and those of %s don't divide by 3",
                        har_shape_print(text, &layer->in[0]));
    return HAR_OK;
}

struct matrix {
    har_real at[3][3];
};

/* Rodrigues: R = cos(a) I + sin(a) [k] + (1 - cos(a)) k k^T, where [k] v = k x v. */
static struct matrix rodrigues(const double axis[3], double angle)
{
    struct matrix matrix;
    const double cosine = har_cos(angle), sine = har_sin(angle);
    for (size_t i = 0; i < 3; i++) {
        const size_t next = (i + 1) % 3, last = (i + 2) % 3;
        double row[3];
        for (size_t j = 0; j < 3; j++)
            row[j] = (1 - cosine) * axis[i] * axis[j];
        row[i] += cosine;
        row[next] -= sine * axis[last];
        row[last] += sine * axis[next];
        for (size_t j = 0; j < 3; j++)
            matrix.at[i][j] = (har_real)row[j];
    }
    return matrix;
}

static struct matrix draw(const struct har_layer *layer, const struct har_pass *pass, size_t row)
{
    static const double pi = 0x1.921fb54442d18p+1;
    const struct rotation *config = layer->config;
    const struct har_random random = har_layer_random(layer, pass, HAR_RANDOM_AUGMENT);
    const uint64_t first = har_layer_random_index(layer, pass, row, 3);
    /* the height of a point uniform on the sphere is uniform, too */
    const double height = 2 * har_random_uniform(&random, first) - 1;
    const double around = 2 * pi * har_random_uniform(&random, first + 1);
    const double angle = config->degrees * pi / 180 * har_random_uniform(&random, first + 2);
    const double radius = sqrt(1 - height * height);
    return rodrigues((double[3]){radius * har_cos(around), radius * har_sin(around), height},
                     angle);
}

static void turn(har_real *to, const har_real *from, const struct matrix *matrix, size_t triples)
{
    const har_real(*m)[3] = matrix->at;
    for (size_t t = 0; t < triples; t++, to += 3, from += 3)
        for (size_t i = 0; i < 3; i++)
            to[i] = m[i][0] * from[0] + m[i][1] * from[1] + m[i][2] * from[2];
}

static size_t triples_of(const struct har_layer *layer)
{
    return har_layer_size(layer) / 3;
}

static void turn_row(const struct har_layer *layer, const struct har_pass *pass, size_t row,
                     har_real *to, const har_real *from)
{
    const struct matrix matrix = draw(layer, pass, row);
    turn(to, from, &matrix, triples_of(layer));
}

static void turn_row_back(const struct har_layer *layer, const struct har_pass *pass, size_t row,
                          har_real *to, const har_real *from)
{
    const struct matrix matrix = draw(layer, pass, row);
    struct matrix transposed;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            transposed.at[i][j] = matrix.at[j][i];
    turn(to, from, &transposed, triples_of(layer));
}

static void forward(const struct har_layer *layer, const struct har_pass *pass, har_real *y,
                    const har_real *x)
{
    har_augment_forward(layer, pass, y, x, turn_row);
}

static void backward(const struct har_layer *layer, const struct har_pass *pass, har_real *dx,
                     const har_real *x, const har_real *y, const har_real *dy)
{
    (void)x, (void)y;
    har_augment_backward(layer, pass, dx, dy, turn_row_back);
}

const struct har_layer_kind har_kind_rotation = {
    .name = "rotation",
    .config_size = sizeof(struct rotation),
    .arguments = arguments,
    .releases = true,
    .shape = shape,
    .forward = forward,
    .backward = backward,
};
