/* HAPT, "Smartphone-Based Recognition of Human Activities and Postural Transitions": recordings. */
#ifndef HAR_DATA_HAPT_H
#define HAR_DATA_HAPT_H

#include "data/format.h"

extern const struct har_format har_format_hapt;

#endif
