/* Spaces: any text is read or refused; what is read has a canonical text that reads the same, and
 * trials whose values it can write and read back. The text serves as a template too. */
#include "tune/fill.h"
#include "tune/sampler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static void write_and_read(const struct har_space *space, const double *values)
{
    struct har_error err = {0};
    double again[HAR_PARAMETERS_MAX];
    json_t *object = har_values_json(space, values);
    require(har_values_read(again, space, object, &err) == HAR_OK, err.text);
    for (size_t i = 0; i < space->count; i++)
        require(again[i] == values[i] || (again[i] != again[i] && values[i] != values[i]),
                "another value");
    json_decref(object);
}

/* Two trials drawn evenly, then one by TPE. */
static void propose(const struct har_space *space, const char *text, size_t length)
{
    const struct har_sampler sampler = {HAR_SAMPLER_TPE, 1, 2};
    const struct har_outcome outcome[3] = {{HAR_TRIAL_COMPLETE, 0, 1}, {HAR_TRIAL_COMPLETE, 0, 0}};
    struct har_error err = {0};
    double values[3 * HAR_PARAMETERS_MAX];
    for (size_t i = 0; i < 3; i++) {
        double *trial = values + i * space->count;
        require(har_propose(trial, space, &sampler, outcome, values, i, &err) == HAR_OK, err.text);
        write_and_read(space, trial);
    }
    FILE *nowhere = fopen("/dev/null", "w");
    require(nowhere != NULL, "no /dev/null");
    (void)!har_fill(nowhere, text, length, "fuzz.template", space, values, &err);
    fclose(nowhere);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct har_error err = {0};
    struct har_space *space, *again;
    if (har_space_new(&space, (const char *)data, size, "fuzz.space", &err) != HAR_OK) {
        require(err.status == HAR_USAGE && err.text[0] != '\0', "a failure without a message");
        return 0;
    }
    char *text = har_space_text(space);
    require(har_space_new(&again, text, strlen(text), "again.space", &err) == HAR_OK, err.text);
    require(memcmp(space, again, sizeof *space) == 0, "the canonical text isn't canonical");
    propose(space, (const char *)data, size);
    free(text);
    har_space_free(space);
    har_space_free(again);
    return 0;
}
