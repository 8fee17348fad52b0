/* Probabilities that are as sure as they are right: softmax(z / T) with the temperature T that
 * rows held for validation ask for (Guo, Pleiss, Sun, Weinberger: On calibration of modern neural
 * networks; ICML 2017). */
#ifndef HAR_FIT_CALIBRATE_H
#define HAR_FIT_CALIBRATE_H

#include "kernel/real.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The temperatures that are looked for lie between these. */
#define HAR_TEMPERATURE_LOW 0.05
#define HAR_TEMPERATURE_HIGH 20.0

struct har_calibration {
    double temperature;   /* where the mean of -log p of the rows' classes is least: */
    double before, after; /* this mean at temperature 1 and there */
};

/* Of ROWS >= 1 rows of CLASSES logits Z and the class of each. The mean is convex in 1/T, where its
 * slope, the mean of sum p z - z of the class, is halved down; the same bits on every machine. */
struct har_calibration har_calibrate(const har_real *z, const int32_t *class, size_t rows,
                                     size_t classes);

/* It is the lowest or the highest that there is. */
bool har_calibration_at_bound(const struct har_calibration *found);

/* P (classes), which come in as softmax(Z), = softmax(Z / TEMPERATURE). The first of the largest
 * of P stays it. */
void har_temper(float *p, const har_real *z, size_t classes, double temperature);

#endif
