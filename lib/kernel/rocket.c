#include "kernel/rocket.h"

#include <string.h>

/* clang-format off */
const unsigned char har_rocket_places[HAR_ROCKET_KERNELS][3] = {
    {0,1,2}, {0,1,3}, {0,1,4}, {0,1,5}, {0,1,6}, {0,1,7}, {0,1,8}, {0,2,3}, {0,2,4}, {0,2,5},
    {0,2,6}, {0,2,7}, {0,2,8}, {0,3,4}, {0,3,5}, {0,3,6}, {0,3,7}, {0,3,8}, {0,4,5}, {0,4,6},
    {0,4,7}, {0,4,8}, {0,5,6}, {0,5,7}, {0,5,8}, {0,6,7}, {0,6,8}, {0,7,8}, {1,2,3}, {1,2,4},
    {1,2,5}, {1,2,6}, {1,2,7}, {1,2,8}, {1,3,4}, {1,3,5}, {1,3,6}, {1,3,7}, {1,3,8}, {1,4,5},
    {1,4,6}, {1,4,7}, {1,4,8}, {1,5,6}, {1,5,7}, {1,5,8}, {1,6,7}, {1,6,8}, {1,7,8}, {2,3,4},
    {2,3,5}, {2,3,6}, {2,3,7}, {2,3,8}, {2,4,5}, {2,4,6}, {2,4,7}, {2,4,8}, {2,5,6}, {2,5,7},
    {2,5,8}, {2,6,7}, {2,6,8}, {2,7,8}, {3,4,5}, {3,4,6}, {3,4,7}, {3,4,8}, {3,5,6}, {3,5,7},
    {3,5,8}, {3,6,7}, {3,6,8}, {3,7,8}, {4,5,6}, {4,5,7}, {4,5,8}, {4,6,7}, {4,6,8}, {4,7,8},
    {5,6,7}, {5,6,8}, {5,7,8}, {6,7,8},
};
/* clang-format on */

size_t har_rocket_margin(const struct har_rocket *shape)
{
    return (HAR_ROCKET_LENGTH / 2) * shape->dilation[shape->dilations - 1];
}

size_t har_rocket_scratch(const struct har_rocket *shape)
{
    const size_t steps = shape->steps + HAR_ROCKET_LANES, margins = 2 * har_rocket_margin(shape);
    return (shape->channels + 1) * (2 * steps + margins) + 2 * steps;
}

/* S(t + shift), which is 0 outside. */
static har_real at(const har_real *s, size_t steps, size_t t, long shift)
{
    const long place = (long)t + shift;
    return place >= 0 && place < (long)steps ? s[place] : 0;
}

void har_rocket_output(har_real *c, const har_real *x, const har_real *weights,
                       const struct har_rocket *shape, size_t number, har_real *scratch)
{
    const size_t steps = shape->steps, channels = shape->channels;
    const long d = (long)shape->dilation[number / HAR_ROCKET_KERNELS];
    const unsigned char *place = har_rocket_places[number % HAR_ROCKET_KERNELS];
    har_real *s = scratch, *a = s + steps, *one = a + steps;
    memset(s, 0, 2 * steps * sizeof *s);
    for (size_t channel = 0; channel < channels; channel++) {
        if (weights[channel] == 0)
            continue;
        for (size_t t = 0; t < steps; t++)
            one[t] = x[t * channels + channel];
        for (size_t t = 0; t < steps; t++) {
            har_real sum = 0;
            for (long j = -4; j <= 4; j++)
                sum -= at(one, steps, t, j * d);
            s[t] += weights[channel] * one[t];
            a[t] += weights[channel] * sum;
        }
    }
    for (size_t t = 0; t < steps; t++) {
        const har_real three = at(s, steps, t, (place[0] - 4) * d) +
                               at(s, steps, t, (place[1] - 4) * d) +
                               at(s, steps, t, (place[2] - 4) * d);
        c[t] = 3 * three + a[t];
    }
}
