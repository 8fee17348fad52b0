#include "data/person.h"

#include "base/elementary.h"
#include <string.h>

static const double degree = 3.14159265358979323846 / 180.0;

/* Amplitudes of the multiples of the stride's frequency: even ones are the steps, odd ones what
 * left and right don't share. Rows: acc up, left, forward; rotation about up, left, forward. */
struct gait {
    double strides; /* a second */
    double lean;    /* degrees forward */
    double lag;     /* of each harmonic's phase, rad: the shape of a step */
    double unrest;  /* g */
    double amplitude[HAR_SYNTH_CHANNELS][HAR_SYNTH_HARMONICS];
};

static const struct gait gaits[] = {
    [HAR_WALKING] = {0.95,
                     1.0,
                     0.0,
                     0.045,
                     {{0.03, 0.24, 0.03, 0.09, 0.02, 0.04},
                      {0.09, 0.03, 0.06, 0.02, 0.03, 0.01},
                      {0.03, 0.13, 0.02, 0.06, 0.01, 0.03},
                      {0.40, 0.08, 0.12, 0.05, 0.04, 0.02},
                      {0.08, 0.24, 0.05, 0.10, 0.03, 0.05},
                      {0.22, 0.07, 0.10, 0.04, 0.04, 0.02}}},
    [HAR_UPSTAIRS] = {0.80,
                      10.0,
                      0.8,
                      0.05,
                      {{0.06, 0.19, 0.04, 0.05, 0.02, 0.02},
                       {0.11, 0.04, 0.06, 0.02, 0.02, 0.01},
                       {0.05, 0.11, 0.03, 0.04, 0.02, 0.02},
                       {0.48, 0.10, 0.14, 0.05, 0.04, 0.02},
                       {0.14, 0.30, 0.08, 0.09, 0.03, 0.03},
                       {0.30, 0.09, 0.10, 0.04, 0.03, 0.02}}},
    [HAR_DOWNSTAIRS] = {1.06,
                        -6.0,
                        -0.7,
                        0.07,
                        {{0.08, 0.36, 0.08, 0.20, 0.06, 0.12},
                         {0.11, 0.05, 0.08, 0.04, 0.04, 0.03},
                         {0.06, 0.16, 0.05, 0.12, 0.04, 0.08},
                         {0.45, 0.12, 0.18, 0.09, 0.07, 0.05},
                         {0.12, 0.26, 0.09, 0.15, 0.06, 0.08},
                         {0.25, 0.10, 0.13, 0.08, 0.06, 0.04}}},
};

/* Tilt: degrees from upright, and its direction about the trunk, 0 backwards; means and spreads
 * over people, and how much one person's bouts differ. */
static const struct posture {
    double tilt, tilt_spread, tilt_change;
    double turn_spread, turn_change;
    double unrest; /* g, and 3 times that in rad/s */
} postures[] = {
    [HAR_SITTING] = {33.0, 9.0, 4.0, 20.0, 8.0, 0.0030},
    [HAR_STANDING] = {2.0, 4.0, 2.0, 30.0, 15.0, 0.0055},
    [HAR_LAYING] = {88.0, 8.0, 4.0, 45.0, 20.0, 0.0025},
};

/* Numbers of a random stream, one after the other. */
struct draws {
    struct har_random random;
    uint64_t index;
};

static double normal(struct draws *draws, double deviation)
{
    return deviation * har_random_normal(&draws->random, draws->index++);
}

/* exp of a normal number: a factor around 1. */
static double factor(struct draws *draws, double deviation)
{
    return har_exp(normal(draws, deviation));
}

static struct draws draws_of(uint64_t seed, uint32_t person, enum har_synth_place place,
                             uint64_t index)
{
    return (struct draws){.random = {.seed = seed,
                                     .purpose = HAR_RANDOM_SYNTH,
                                     .place = (uint16_t)place,
                                     .epoch = person},
                          .index = index};
}

/* m = turn about AXIS by ANGLE, times m */
static void rotate(double m[3][3], size_t axis, double angle)
{
    const size_t a = (axis + 1) % 3, b = (axis + 2) % 3;
    const double cosine = har_cos(angle), sine = har_sin(angle);
    for (size_t j = 0; j < 3; j++) {
        const double first = m[a][j], second = m[b][j];
        m[a][j] = cosine * first - sine * second;
        m[b][j] = sine * first + cosine * second;
    }
}

static void draw_wear(struct har_bout *bout, struct draws *body, struct draws *once)
{
    static const double spread[3] = {12.0, 5.0, 5.0}, change[3] = {3.0, 2.0, 2.0};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++)
            bout->wear[i][j] = i == j ? 1.0 : 0.0;
    for (size_t axis = 0; axis < 3; axis++)
        rotate(bout->wear, axis,
               degree * (normal(body, spread[axis]) + normal(once, change[axis])));
    for (size_t c = 0; c < HAR_SYNTH_CHANNELS; c++)
        bout->bias[c] = normal(body, 0.01);
}

/* up = (cos tilt, sin tilt sin turn, sin tilt cos turn) */
static void set_gravity(struct har_bout *bout, double tilt, double turn)
{
    bout->gravity[0] = har_cos(degree * tilt);
    bout->gravity[1] = har_sin(degree * tilt) * har_sin(degree * turn);
    bout->gravity[2] = har_sin(degree * tilt) * har_cos(degree * turn);
}

static void draw_posture(struct har_bout *bout, const struct posture *posture, struct draws *body,
                         struct draws *once)
{
    const double tilt =
        posture->tilt + normal(body, posture->tilt_spread) + normal(once, posture->tilt_change);
    const double turn = normal(body, posture->turn_spread) + normal(once, posture->turn_change);
    set_gravity(bout, tilt, turn);
    const double unrest = posture->unrest * factor(body, 0.5) * factor(once, 0.3);
    for (size_t c = 0; c < HAR_SYNTH_CHANNELS; c++)
        bout->unrest[c] = c < 3 ? unrest : 3.0 * unrest;
    bout->sway = 2.0 * unrest;
}

/* One harmonic of one channel; people differ in it for good, bouts a little. */
static void draw_harmonic(struct har_bout *bout, size_t channel, size_t k, const struct gait *gait,
                          double strength, struct draws *body, struct draws *once)
{
    const double amplitude =
        strength * gait->amplitude[channel][k] * factor(body, 0.2) * factor(once, 0.08);
    const double phase = gait->lag * (double)k * 0.5 + 0.7 * (double)channel + normal(body, 0.35) +
                         normal(once, 0.1);
    bout->cosine[channel][k] = amplitude * har_cos(phase);
    bout->sine[channel][k] = -amplitude * har_sin(phase);
}

static void draw_gait(struct har_bout *bout, const struct gait *gait, double strength, double pace,
                      struct draws *body, struct draws *once)
{
    bout->cadence = gait->strides * pace * factor(body, 0.04) * factor(once, 0.03);
    strength *= factor(body, 0.12) * factor(once, 0.06);
    const double tilt = normal(body, 4.0) + normal(once, 1.5) - gait->lean;
    const double turn = normal(body, 15.0);
    set_gravity(bout, tilt, turn);
    for (size_t c = 0; c < HAR_SYNTH_CHANNELS; c++) {
        bout->unrest[c] = strength * gait->unrest * (c < 3 ? 1.0 : 2.0);
        for (size_t k = 0; k < HAR_SYNTH_HARMONICS; k++)
            draw_harmonic(bout, c, k, gait, strength, body, once);
    }
    bout->sway = 2.0 * degree;
}

void har_bout_draw(struct har_bout *bout, uint64_t seed, uint32_t person,
                   enum har_activity activity, size_t round)
{
    enum { per_activity = 1 << 10 };
    memset(bout, 0, sizeof *bout);
    struct draws always = draws_of(seed, person, HAR_SYNTH_BODY, 0);
    struct draws body = draws_of(seed, person, HAR_SYNTH_BODY, (1 + activity) * per_activity);
    struct draws once = draws_of(seed, person, HAR_SYNTH_BOUT,
                                 (round * HAR_SYNTH_ACTIVITIES + activity) * per_activity);
    draw_wear(bout, &always, &once);
    const double pace = factor(&always, 0.05), strength = factor(&always, 0.14);
    if (activity <= HAR_DOWNSTAIRS)
        draw_gait(bout, &gaits[activity], strength, pace, &body, &once);
    else
        draw_posture(bout, &postures[activity], &body, &once);
}
