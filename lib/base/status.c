#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum har_status har_fail(struct har_error *err, enum har_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    err->status = status;
    err->upstream = false;
    err->hint[0] = '\0';
    return status;
}

enum har_status har_fail_errno(struct har_error *err, const char *format, ...)
{
    const int number = errno;
    char what[sizeof err->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return har_fail(err, HAR_SYSTEM, "%.900s: %s", what, strerror(number));
}

enum har_status har_fail_memory(struct har_error *err)
{
    return har_fail(err, HAR_SYSTEM, "out of memory");
}

enum har_status har_error_at(struct har_error *err, const char *format, ...)
{
    char place[sizeof err->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(place, sizeof place, format, arguments);
    va_end(arguments);

    char text[sizeof err->text];
    memcpy(text, err->text, sizeof text);
    snprintf(err->text, sizeof err->text, "%.500s: %.500s", place, text);
    return err->status;
}

enum har_status har_error_hint(struct har_error *err, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err->hint, sizeof err->hint, format, arguments);
    va_end(arguments);
    return err->status;
}
