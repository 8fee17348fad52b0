#include "doctor/report.h"

#include "base/build.h"
#include <string.h>

/* ---- as JSON ---- */

static json_t *machine_of(const struct har_facts *facts)
{
    const struct har_processors *processors = &facts->processors;
    json_t *quota =
        processors->quota > 0 ? json_integer((json_int_t)processors->quota) : json_null();
    return json_pack("{s:s, s:I, s:I, s:I, s:o, s:f}", "processor", facts->processor, "cores",
                     (json_int_t)har_processors_usable(processors), "online",
                     (json_int_t)processors->online, "affinity", (json_int_t)processors->affinity,
                     "cgroup", quota, "memory_gib", facts->memory);
}

static json_t *kernels_of(const struct har_facts *facts)
{
    json_t *has = json_array(), *built = json_array();
    for (size_t i = 0; i < facts->isas; i++) {
        json_array_append_new(built, json_string(facts->isa[i].name));
        if (facts->isa[i].supported)
            json_array_append_new(has, json_string(facts->isa[i].name));
    }
    return json_pack("{s:o, s:o, s:s?, s:s?, s:I, s:f}", "built", built, "supported", has,
                     "HAR_ISA", facts->wanted_isa, "chosen", facts->kernels, "vector_bits",
                     (json_int_t)facts->vector_bits, "gflops", facts->rate);
}

static json_t *openblas_of(const struct har_facts *facts)
{
    return json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:f}", "version", facts->blas_version, "threads",
                     facts->blas_threads, "core", facts->blas_core, "OPENBLAS_CORETYPE",
                     facts->wanted_core, "better_core", har_better_core(facts), "gflops",
                     facts->blas_rate);
}

static json_t *libraries_of(const struct har_facts *facts)
{
    json_t *libraries = json_object();
    for (size_t i = 0; i < facts->libraries; i++)
        json_object_set_new(libraries, facts->library[i].name,
                            json_string(facts->library[i].version));
    return libraries;
}

static json_t *programs_of(const struct har_facts *facts)
{
    return json_pack("{s:s?}", "parallel", *facts->parallel == '\0' ? NULL : facts->parallel);
}

static json_t *build_of(const struct har_facts *facts)
{
    return json_pack("{s:s, s:s, s:s, s:b}", "version", HAR_VERSION, "compiler",
                     har_build_compiler(), "flags", har_build_flags(), "optimized",
                     (int)facts->optimized);
}

static json_t *advice_of(const struct har_advice *advice, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "what", advice[i].what, "hint", advice[i].hint));
    return list;
}

json_t *har_report(const struct har_facts *facts, const struct har_advice *advice, size_t count)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "machine", machine_of(facts), "kernels",
                     kernels_of(facts), "openblas", openblas_of(facts), "libraries",
                     libraries_of(facts), "programs", programs_of(facts), "build", build_of(facts),
                     "advice", advice_of(advice, count));
}

/* ---- as text ---- */

static void print_value(FILE *to, const json_t *value)
{
    size_t i;
    json_t *item;
    if (json_is_string(value))
        fputs(json_string_value(value), to);
    else if (json_is_integer(value))
        fprintf(to, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        fprintf(to, "%.1f", json_real_value(value));
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "yes" : "no", to);
    else if (json_is_array(value))
        json_array_foreach(value, i, item)
            fprintf(to, "%s%s", i == 0 ? "" : " ", json_string_value(item));
    else
        fputs("none", to);
}

static void print_section(FILE *to, const char *name, json_t *section)
{
    const char *key;
    json_t *value;
    fprintf(to, "%s\n", name);
    json_object_foreach(section, key, value)
    {
        fprintf(to, "  %-17s ", key);
        print_value(to, value);
        fputc('\n', to);
    }
}

void har_report_print(FILE *to, const json_t *report)
{
    const char *name;
    json_t *section, *item;
    size_t i;
    json_object_foreach((json_t *)report, name, section) if (json_is_object(section))
        print_section(to, name, section);
    json_array_foreach(json_object_get(report, "advice"), i, item)
        fprintf(to, "%s\nhint: %s\n", json_string_value(json_object_get(item, "what")),
                json_string_value(json_object_get(item, "hint")));
}
