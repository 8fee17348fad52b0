/* The folder of "Human Activity Recognition Using Smartphones": train/ and test/, in each of them
 * y_*.txt, subject_*.txt and nine `Inertial Signals`, one window a line; activity_labels.txt.
 *
 * Windows of both splits (or the one of --split) in one segment; rows marked train or test. */
#ifndef HAR_DATA_UCI_H
#define HAR_DATA_UCI_H

#include "data/format.h"

extern const struct har_format har_format_uci;

#endif
