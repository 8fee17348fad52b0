#include "doctor/facts.h"

#include "base/build.h"
#include "doctor/libraries.h"
#include "doctor/rate.h"
#include "kernel/kernels.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- the machine ---- */

/* What stands after KEY and a colon in a line of /proc/cpuinfo. */
static bool read_cpuinfo(char *text, size_t size, const char *key)
{
    FILE *stream = fopen("/proc/cpuinfo", "re");
    if (stream == NULL)
        return false;
    char line[1024];
    bool found = false;
    while (!found && fgets(line, sizeof line, stream) != NULL) {
        const char *value = strchr(line, ':');
        found = value != NULL && strncmp(line, key, strlen(key)) == 0;
        if (found)
            snprintf(text, size, "%.*s", (int)strcspn(value + 1, "\n"), value + 1);
    }
    fclose(stream);
    if (found)
        memmove(text, text + strspn(text, " "), strlen(text + strspn(text, " ")) + 1);
    return found && *text != '\0';
}

static void find_machine(struct har_facts *facts)
{
    struct utsname name;
    if (!read_cpuinfo(facts->processor, sizeof facts->processor, "model name") && uname(&name) == 0)
        snprintf(facts->processor, sizeof facts->processor, "%s", name.machine);
    facts->processors = har_processors();
    facts->memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / (1 << 30);
}

/* An empty variable is none. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}

/* ---- kernels ---- */

/* Bits of ISA's vectors. */
static size_t bits_of(const char *isa)
{
    static const struct {
        const char *name;
        size_t bits;
    } wide[] = {{"avx512", 512}, {"avx2", 256}};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strcmp(isa, wide[i].name) == 0)
            return wide[i].bits;
    return 128;
}

static void find_kernels(struct har_facts *facts, const struct har_kernels *kernels)
{
    facts->wanted_isa = variable("HAR_ISA");
    for (const char *name; facts->isas < HAR_ISAS_MAX; facts->isas++) {
        struct har_isa *isa = &facts->isa[facts->isas];
        name = har_kernels_isa(&isa->supported, facts->isas);
        if (name == NULL)
            break;
        isa->name = name;
    }
    if (kernels == NULL)
        return;
    facts->kernels = kernels->name;
    facts->vector_bits = bits_of(kernels->name);
}

/* ---- OpenBLAS ---- */

/* "OpenBLAS 0.3.21 NO_LAPACKE …" */
static void find_blas(struct har_facts *facts)
{
    static const char *const threads[] = {"none", "pthread", "OpenMP"};
    const int parallel = openblas_get_parallel();
    if (sscanf(openblas_get_config(), "OpenBLAS %31s", facts->blas_version) != 1)
        strcpy(facts->blas_version, "unknown");
    facts->blas_core = openblas_get_corename();
    facts->wanted_core = variable("OPENBLAS_CORETYPE");
    facts->blas_threads = threads[parallel >= 0 && parallel <= 2 ? parallel : 0];
}

/* ---- programs ---- */

/* "GNU parallel 20221122"; other programs of that name don't say GNU. */
static void find_parallel(struct har_facts *facts)
{
    FILE *pipe = popen("parallel --version 2> /dev/null", "re");
    if (pipe == NULL)
        return;
    char line[256] = "", rest[256];
    const bool read = fgets(line, sizeof line, pipe) != NULL;
    while (fgets(rest, sizeof rest, pipe) != NULL)
        continue;
    if (!read || sscanf(line, "GNU parallel %63s", facts->parallel) != 1)
        facts->parallel[0] = '\0';
    (void)!pclose(pipe);
}

enum har_status har_facts_find(struct har_facts *facts, bool measure, struct har_error *err)
{
    const struct har_kernels *kernels = har_kernels_best();
    memset(facts, 0, sizeof *facts);
    find_machine(facts);
    facts->libraries = har_libraries_find(facts->library);
    facts->optimized = har_build_optimized();
    find_kernels(facts, kernels);
    find_blas(facts);
    if (!measure)
        return HAR_OK;
    find_parallel(facts);
    const enum har_status status =
        kernels == NULL ? HAR_OK : har_rate_own(&facts->rate, kernels, err);
    return status == HAR_OK ? har_rate_openblas(&facts->blas_rate, err) : status;
}
