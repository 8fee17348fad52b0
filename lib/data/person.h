/* Simulated people: how one of them stands, sits, lies and walks, and wears the phone.
 *
 * The body's axes: 0 up along the trunk, 1 to the left, 2 forward. A still phone measures gravity
 * as +1 g upwards. Everything follows from seed and person alone, and its bits from nothing else.
 */
#ifndef HAR_DATA_PERSON_H
#define HAR_DATA_PERSON_H

#include "base/random.h"

enum { HAR_SYNTH_CHANNELS = 6, HAR_SYNTH_HARMONICS = 6, HAR_SYNTH_ACTIVITIES = 6 };

/* In the order of UCI HAR's labels. */
enum har_activity {
    HAR_WALKING,
    HAR_UPSTAIRS,
    HAR_DOWNSTAIRS,
    HAR_SITTING,
    HAR_STANDING,
    HAR_LAYING
};

/* What is drawn for a person; the places of the random streams. */
enum har_synth_place { HAR_SYNTH_BODY, HAR_SYNTH_BOUT, HAR_SYNTH_MOTION };

/* One bout of an activity. Channels are acc_x .. gyro_z along the body's axes, g and rad/s. */
struct har_bout {
    double gravity[3]; /* a unit vector, up */
    double wear[3][3]; /* body -> phone */
    double bias[HAR_SYNTH_CHANNELS];
    double cadence; /* strides a second; 0 while still */
    /* channel c: sum over k of cosine[c][k] cos((k+1) phase) + sine[c][k] sin((k+1) phase) */
    double cosine[HAR_SYNTH_CHANNELS][HAR_SYNTH_HARMONICS];
    double sine[HAR_SYNTH_CHANNELS][HAR_SYNTH_HARMONICS];
    double unrest[HAR_SYNTH_CHANNELS]; /* standard deviation of irregular movement */
    double sway;                       /* of the trunk's angle, rad */
};

/* Bout number ROUND of ACTIVITY by PERSON (from 1). */
void har_bout_draw(struct har_bout *bout, uint64_t seed, uint32_t person,
                   enum har_activity activity, size_t round);

#endif
