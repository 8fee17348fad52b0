#include "base/order.h"

#include "base/memory.h"
#include <math.h>
#include <stdlib.h>

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void har_sort(double *value, size_t count)
{
    qsort(value, count, sizeof *value, by_size);
}

double har_quantile(const double *sorted, size_t count, double q)
{
    const double at = (double)(count - 1) * q, whole = floor(at);
    const size_t low = (size_t)whole, high = low + 1 < count ? low + 1 : low;
    return sorted[low] + (at - whole) * (sorted[high] - sorted[low]);
}

struct keyed {
    size_t key, place;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

bool har_group(size_t *place, const size_t *key, size_t count)
{
    struct keyed *keyed = har_allocate(count, sizeof *keyed);
    if (keyed == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        keyed[i] = (struct keyed){key[i], i};
    qsort(keyed, count, sizeof *keyed, by_key);
    for (size_t i = 0; i < count; i++)
        place[i] = keyed[i].place;
    free(keyed);
    return true;
}
