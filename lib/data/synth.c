#include "data/synth.h"

#include "base/elementary.h"
#include "data/person.h"
#include "stream/header.h"
#include "stream/table.h"
#include <math.h>
#include <string.h>

enum { rate = 50, rounds = 2, block_rows = 16384 };

/* The order in which they are done. */
static const enum har_activity programme[HAR_SYNTH_ACTIVITIES] = {
    HAR_STANDING, HAR_SITTING, HAR_LAYING, HAR_WALKING, HAR_DOWNSTAIRS, HAR_UPSTAIRS};

/* Slow wandering around 0 with a deviation of 1: w = keep w + sqrt(1 - keep^2) noise. */
struct wander {
    double value, keep, gain;
};

static struct wander wander_over(double seconds)
{
    const double keep = har_exp(-1.0 / (seconds * rate));
    return (struct wander){.keep = keep, .gain = sqrt(1.0 - keep * keep)};
}

/* A recording under way. */
struct walker {
    struct har_random random;
    uint64_t drawn;  /* blocks */
    double spare[4]; /* normal numbers drawn and not yet used */
    size_t spares;
    struct har_bout bout;
    double gravity[3]; /* now; moves to the bout's */
    double phase;      /* of the stride */
    struct wander pace, strength, sway[2], unrest[HAR_SYNTH_CHANNELS];
};

/* Four nearly normal numbers of a block: each the sum of a word's four bytes. */
static double noise(struct walker *walker)
{
    if (walker->spares == 0) {
        uint32_t word[4];
        har_random_block(word, &walker->random, walker->drawn++);
        for (size_t i = 0; i < 4; i++) {
            const uint32_t sum =
                (word[i] & 255) + (word[i] >> 8 & 255) + (word[i] >> 16 & 255) + (word[i] >> 24);
            /* mean 510, variance 4 (256^2 - 1) / 12 */
            walker->spare[i] = ((double)sum - 510.0) / 147.800766;
        }
        walker->spares = 4;
    }
    return walker->spare[--walker->spares];
}

static double wander(struct walker *walker, struct wander *wander)
{
    wander->value = wander->keep * wander->value + wander->gain * noise(walker);
    return wander->value;
}

static void begin_walker(struct walker *walker, uint64_t seed, uint32_t person)
{
    *walker = (struct walker){.random = {.seed = seed,
                                         .purpose = HAR_RANDOM_SYNTH,
                                         .place = HAR_SYNTH_MOTION,
                                         .epoch = person},
                              .pace = wander_over(3.0),
                              .strength = wander_over(2.0),
                              .sway = {wander_over(4.0), wander_over(4.0)}};
    for (size_t c = 0; c < HAR_SYNTH_CHANNELS; c++)
        walker->unrest[c] = wander_over(c < 3 ? 0.05 : 0.1);
}

/* The trunk moves to the bout's posture within about a second, swaying; TURN is its rotation. */
static void move_trunk(struct walker *walker, double turn[3])
{
    const double before[3] = {walker->gravity[0], walker->gravity[1], walker->gravity[2]};
    double *now = walker->gravity, square = 0.0;
    double aim[3];
    memcpy(aim, walker->bout.gravity, sizeof aim);
    for (size_t i = 0; i < 2; i++)
        aim[i + 1] += walker->bout.sway * wander(walker, &walker->sway[i]);
    for (size_t i = 0; i < 3; i++) {
        now[i] += 0.06 * (aim[i] - now[i]);
        square += now[i] * now[i];
    }
    for (size_t i = 0; i < 3; i++)
        now[i] /= sqrt(square);
    for (size_t i = 0; i < 3; i++) { /* before x now, per second */
        const size_t a = (i + 1) % 3, b = (i + 2) % 3;
        turn[i] = rate * (before[a] * now[b] - before[b] * now[a]);
    }
}

/* Adds the stride's harmonics to BODY. cos (k+1) p = 2 cos p cos k p - cos (k-1) p. */
static void add_gait(struct walker *walker, double body[HAR_SYNTH_CHANNELS])
{
    static const double circle = 6.28318530717958647692;
    const struct har_bout *bout = &walker->bout;
    const double pace = bout->cadence * (1.0 + 0.03 * wander(walker, &walker->pace));
    const double strength = 1.0 + 0.12 * wander(walker, &walker->strength);
    walker->phase += circle * pace / rate;
    if (walker->phase > circle)
        walker->phase -= circle;
    const double twice = 2.0 * har_cos(walker->phase);
    double cosine[HAR_SYNTH_HARMONICS + 1] = {1.0, twice / 2.0};
    double sine[HAR_SYNTH_HARMONICS + 1] = {0.0, har_sin(walker->phase)};
    for (size_t k = 2; k <= HAR_SYNTH_HARMONICS; k++) {
        cosine[k] = twice * cosine[k - 1] - cosine[k - 2];
        sine[k] = twice * sine[k - 1] - sine[k - 2];
    }
    for (size_t c = 0; c < HAR_SYNTH_CHANNELS; c++)
        for (size_t k = 0; k < HAR_SYNTH_HARMONICS; k++)
            body[c] +=
                strength * (bout->cosine[c][k] * cosine[k + 1] + bout->sine[c][k] * sine[k + 1]);
}

/* What the phone measures of BODY: turned as it is worn, with the sensors' bias and noise. */
static void measure(struct walker *walker, float x[HAR_SYNTH_CHANNELS],
                    const double body[HAR_SYNTH_CHANNELS])
{
    static const double deviation[2] = {0.006, 0.008};
    for (size_t c = 0; c < HAR_SYNTH_CHANNELS; c++) {
        const double *row = walker->bout.wear[c % 3], *from = body + (c < 3 ? 0 : 3);
        const double turned = row[0] * from[0] + row[1] * from[1] + row[2] * from[2];
        x[c] = (float)(turned + walker->bout.bias[c] + deviation[c / 3] * noise(walker));
    }
}

static void next_sample(struct walker *walker, float x[HAR_SYNTH_CHANNELS])
{
    double body[HAR_SYNTH_CHANNELS], turn[3];
    move_trunk(walker, turn);
    for (size_t c = 0; c < HAR_SYNTH_CHANNELS; c++)
        body[c] = (c < 3 ? walker->gravity[c] : turn[c - 3]) +
                  walker->bout.unrest[c] * wander(walker, &walker->unrest[c]);
    if (walker->bout.cadence > 0.0)
        add_gait(walker, body);
    measure(walker, x, body);
}

/* ---- rows ---- */

enum { X, TIME, Y, SUBJECT, RECORDING, SPLIT };

static enum har_status make_table(struct har_table *table, struct har_error *err)
{
    static const size_t channels[] = {HAR_SYNTH_CHANNELS};
    if (har_table_add(table, "x", HAR_F4, 1, channels, err) != HAR_OK ||
        har_table_add(table, "time", HAR_F8, 0, channels, err) != HAR_OK ||
        har_table_add(table, "y", HAR_I4, 0, channels, err) != HAR_OK ||
        har_table_add(table, "subject", HAR_I4, 0, channels, err) != HAR_OK ||
        har_table_add(table, "recording", HAR_I4, 0, channels, err) != HAR_OK ||
        har_table_add(table, "split", HAR_U1, 0, channels, err) != HAR_OK)
        return err->status;
    return HAR_OK;
}

static void put(struct har_table *table, size_t column, const void *value)
{
    const struct har_column *to = &table->column[column];
    memcpy(to->data + (table->rows - 1) * to->row_bytes, value, to->row_bytes);
}

static enum har_status write_table(struct har_writer *out, struct har_table *table,
                                   struct har_error *err)
{
    if (table->rows > 0 && har_table_write(out, table, 0, table->rows, err) != HAR_OK)
        return err->status;
    har_table_clear(table);
    return HAR_OK;
}

/* A recording's place among the rows. */
struct who {
    int32_t person;
    unsigned char split;
    size_t samples; /* so far */
};

static enum har_status write_bout(struct har_writer *out, struct har_table *table,
                                  struct walker *walker, struct who *who, int32_t activity,
                                  size_t samples, struct har_error *err)
{
    for (size_t i = 0; i < samples; i++) {
        if (table->rows == block_rows && write_table(out, table, err) != HAR_OK)
            return err->status;
        if (har_table_extend(table, 1, err) != HAR_OK)
            return err->status;
        const double time = (double)who->samples++ / rate;
        float x[HAR_SYNTH_CHANNELS];
        next_sample(walker, x);
        put(table, X, x);
        put(table, TIME, &time);
        put(table, Y, &activity);
        put(table, SUBJECT, &who->person);
        put(table, RECORDING, &who->person);
        put(table, SPLIT, &who->split);
    }
    return HAR_OK;
}

static enum har_status write_person(struct har_writer *out, struct har_table *table,
                                    const struct har_synth_options *options, size_t person,
                                    struct har_error *err)
{
    enum { train = 1, test = 3 };
    struct who who = {.person = (int32_t)person, .split = person <= options->train ? train : test};
    struct walker walker;
    begin_walker(&walker, options->seed, (uint32_t)person);
    for (size_t bout = 0; bout < rounds * HAR_SYNTH_ACTIVITIES; bout++) {
        const enum har_activity activity = programme[bout % HAR_SYNTH_ACTIVITIES];
        har_bout_draw(&walker.bout, options->seed, (uint32_t)person, activity,
                      bout / HAR_SYNTH_ACTIVITIES);
        if (bout == 0)
            memcpy(walker.gravity, walker.bout.gravity, sizeof walker.gravity);
        if (write_bout(out, table, &walker, &who, (int32_t)activity,
                       options->seconds * rate / rounds, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}

static json_t *make_header(void)
{
    json_t *header = har_header_new("recordings", "simulated people");
    json_t *rest =
        json_pack("{s:[ss], s:[ssssss], s:[ssssss], s:i, s:[ssssss]}", "axes", "sample", "channel",
                  "channels", "acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z", "units", "g",
                  "g", "g", "rad/s", "rad/s", "rad/s", "rate", rate, "labels", "WALKING",
                  "WALKING_UPSTAIRS", "WALKING_DOWNSTAIRS", "SITTING", "STANDING", "LAYING");
    if (header == NULL || rest == NULL || json_object_update(header, rest) != 0) {
        json_decref(header);
        header = NULL;
    }
    json_decref(rest);
    return header;
}

static enum har_status write_people(struct har_writer *out, const struct har_synth_options *options,
                                    struct har_error *err)
{
    struct har_table table = {0};
    enum har_status status = make_table(&table, err);
    for (size_t person = 1; person <= options->people && status == HAR_OK; person++) {
        if (options->interrupted != NULL && options->interrupted())
            break;
        status = write_person(out, &table, options, person, err);
    }
    if (status == HAR_OK)
        status = write_table(out, &table, err);
    har_table_free(&table);
    return status;
}

size_t har_synth_train(size_t people)
{
    return (people * 7 + 5) / 10;
}

enum har_status har_synth_write(struct har_writer *out, const struct har_synth_options *options,
                                struct har_error *err)
{
    if (options->train > options->people)
        return har_fail(err, HAR_USAGE, "--train %zu: there are only %zu people", options->train,
                        options->people);
    json_t *header = make_header();
    if (header == NULL)
        return har_fail_memory(err);
    enum har_status status = har_writer_header(out, header, err);
    json_decref(header);
    if (status == HAR_OK)
        status = write_people(out, options, err);
    return status == HAR_OK ? har_writer_end(out, false, err) : status;
}
