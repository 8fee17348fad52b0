#include "stream/tally.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct har_tally *find(struct har_tallies *tallies, const char *name,
                              const struct har_tensor *tensor)
{
    for (size_t i = 0; i < tallies->count; i++) {
        struct har_tally *tally = &tallies->tally[i];
        if (strcmp(tally->name, name) == 0 &&
            har_tensor_rows_are(tensor, tally->type, tally->rank, tally->shape))
            return tally;
    }
    return NULL;
}

static struct har_tally *append(struct har_tallies *tallies, const char *name,
                                const struct har_tensor *tensor)
{
    if (!har_grow(&tallies->tally, &tallies->capacity, tallies->count + 1, sizeof *tallies->tally))
        return NULL;
    struct har_tally *tally = &tallies->tally[tallies->count++];
    *tally = (struct har_tally){
        .type = tensor->type, .rank = tensor->rank, .least = INFINITY, .greatest = -INFINITY};
    memcpy(tally->name, name, strlen(name) + 1);
    memcpy(tally->shape, tensor->shape, sizeof tally->shape);
    tally->shape[0] = 0;
    return tally;
}

static void add_elements(struct har_tally *tally, const struct har_tensor *tensor)
{
    const size_t count = har_tensor_count(tensor);
    for (size_t i = 0; i < count; i++) {
        const double value = har_tensor_number(tensor, i);
        if (isnan(value)) {
            tally->not_numbers++;
            continue;
        }
        tally->numbers++;
        tally->sum += value;
        tally->least = value < tally->least ? value : tally->least;
        tally->greatest = value > tally->greatest ? value : tally->greatest;
    }
}

enum har_status har_tallies_add(struct har_tallies *tallies, const struct har_frame *frame,
                                size_t first[HAR_TENSORS_MAX], struct har_error *err)
{
    for (size_t i = 0; i < frame->tensors; i++) {
        const struct har_tensor *tensor = &frame->tensor[i];
        const char *name = frame->name[0] != '\0' ? frame->name : tensor->name;
        struct har_tally *tally = find(tallies, name, tensor);
        if (tally == NULL)
            tally = append(tallies, name, tensor);
        if (tally == NULL)
            return har_fail_memory(err);
        if (first != NULL)
            first[i] = tally->shape[0];
        tally->shape[0] += har_tensor_rows(tensor);
        add_elements(tally, tensor);
    }
    return HAR_OK;
}

void har_tallies_free(struct har_tallies *tallies)
{
    free(tallies->tally);
    *tallies = (struct har_tallies){0};
}

double har_tally_mean(const struct har_tally *tally)
{
    return tally->sum / (double)tally->numbers;
}
