#include "base/build.h"

#ifndef HAR_FLAGS
#define HAR_FLAGS ""
#endif

const char *har_build_compiler(void)
{
#ifdef __clang__
    return __VERSION__;
#else
    return "GCC " __VERSION__;
#endif
}

const char *har_build_flags(void)
{
    return HAR_FLAGS;
}

bool har_build_optimized(void)
{
#ifdef __OPTIMIZE__
    return true;
#else
    return false;
#endif
}
