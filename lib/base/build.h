/* How this library was built. */
#ifndef HAR_BASE_BUILD_H
#define HAR_BASE_BUILD_H

#include <stdbool.h>

const char *har_build_compiler(void); /* "GCC 12.2.0" */
const char *har_build_flags(void);    /* "-ffp-contract=off -O3 …": those that bear on the code */
bool har_build_optimized(void);

#endif
