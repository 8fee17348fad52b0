/* libFuzzer: the .npy reader; of what it takes, every element is read. */
#include "data/npy.h"

#include <stdlib.h>

static void read_all(const struct har_npy *npy)
{
    struct har_error err = {0};
    for (size_t i = 0; i < npy->count; i++) {
        float number;
        int64_t integer;
        if (!har_npy_is_float(npy))
            har_npy_integers(&integer, npy, i, 1);
        else if (har_npy_floats(&number, npy, i, 1, &err) != HAR_OK && err.text[0] == '\0')
            abort();
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct har_error err = {0};
    struct har_npy npy;
    if (har_npy_parse(&npy, (const char *)data, size, &err) == HAR_OK)
        read_all(&npy);
    return 0;
}
