/* What har-doctor prints. */
#ifndef HAR_DOCTOR_REPORT_H
#define HAR_DOCTOR_REPORT_H

#include "doctor/advice.h"
#include <jansson.h>
#include <stdio.h>

/* Facts and advice as one object: sections machine, kernels, openblas, libraries, programs, build,
 * each an object, and advice, a list of {what, hint}. NULL: no memory. Owned by the caller. */
json_t *har_report(const struct har_facts *facts, const struct har_advice *advice, size_t count);

/* The same as text: a section, its facts indented; a finding, its hint. */
void har_report_print(FILE *to, const json_t *report);

#endif
