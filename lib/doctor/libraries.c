#include "doctor/libraries.h"

#include <archive.h>
#include <csv.h>
#include <jansson.h>
#include <libdeflate.h>
#include <msgpack.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

/* libdeflate and libcsv say only in their headers which they are. */
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
static const char csv_version[] = TEXT(CSV_MAJOR) "." TEXT(CSV_MINOR) "." TEXT(CSV_RELEASE);

size_t har_libraries_find(struct har_library library[HAR_LIBRARIES])
{
    const char *archive = archive_version_string(); /* "libarchive 3.6.2" */
    const char *space = strchr(archive, ' ');
    const struct {
        const char *name, *version;
    } found[] = {
        {"msgpack-c", msgpack_version()},
        {"jansson", jansson_version_str()},
        {"libdeflate", LIBDEFLATE_VERSION_STRING},
        {"zlib", zlibVersion()},
        {"libarchive", space == NULL ? archive : space + 1},
        {"libcsv", csv_version},
    };
    const size_t count = sizeof found / sizeof *found;
    for (size_t i = 0; i < count; i++) {
        library[i].name = found[i].name;
        snprintf(library[i].version, sizeof library[i].version, "%s", found[i].version);
    }
    return count;
}
