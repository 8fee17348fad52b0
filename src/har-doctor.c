#include "doctor/report.h"
#include "stream/program.h"

struct doctor {
    bool json, cores, better_core;
};

static enum har_status print_cores(FILE *to)
{
    const struct har_processors processors = har_processors();
    fprintf(to, "%zu\n", har_processors_usable(&processors));
    return HAR_OK;
}

static enum har_status print_better_core(FILE *to, const struct har_facts *facts)
{
    const char *core = har_better_core(facts);
    if (core != NULL)
        fprintf(to, "%s\n", core);
    return HAR_OK;
}

static enum har_status run(void *state, struct har_run *run, struct har_error *err)
{
    const struct doctor *doctor = state;
    struct har_facts facts;
    struct har_advice advice[HAR_ADVICE_MAX];
    if (doctor->cores)
        return print_cores(run->text);
    if (har_facts_find(&facts, !doctor->better_core, err) != HAR_OK)
        return err->status;
    if (doctor->better_core)
        return print_better_core(run->text, &facts);
    const size_t count = har_advise(advice, &facts);
    json_t *report = har_report(&facts, advice, count);
    if (report == NULL)
        return har_fail_memory(err);
    if (doctor->json) {
        json_dumpf(report, run->text, JSON_INDENT(1));
        fputc('\n', run->text);
    } else {
        har_report_print(run->text, report);
    }
    json_decref(report);
    run->verdict = count > 0 ? HAR_SYSTEM : HAR_OK;
    return HAR_OK;
}

int main(int argc, char **argv)
{
    struct doctor doctor = {0};
    const struct har_option options[] = {
        {.name = "json",
         .letter = 'j',
         .type = HAR_OPTION_FLAG,
         .value = &doctor.json,
         .help = "one JSON document"},
        {.name = "cores",
         .letter = 'c',
         .type = HAR_OPTION_FLAG,
         .value = &doctor.cores,
         .help = "print only how many cores may be used"},
        {.name = "better-core",
         .type = HAR_OPTION_FLAG,
         .value = &doctor.better_core,
         .help = "print only the OPENBLAS_CORETYPE to set, if there is one"},
        {0},
    };
    const struct har_program program = {
        .name = "har-doctor",
        .synopsis = "",
        .summary = "Tell what this machine is, what the build found on it, and what to mend.",
        .options = options,
        .manners = HAR_WRITES_TEXT,
        .run = run,
        .state = &doctor,
    };
    return har_program_main(&program, argc, argv);
}
