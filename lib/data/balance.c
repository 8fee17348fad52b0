#include "data/balance.h"

#include "base/memory.h"
#include <stdlib.h>

/* An exchange is worth making from here on: the sum is of the order of the number of rows, and what
 * is smaller than this may be rounding. */
static const double least_gain = 1e-9;

enum { rounds_max = 1000 }; /* through all pairs; a handful is usual */

struct balance {
    const size_t *counts; /* (people, classes) */
    size_t people, classes, groups;
    size_t *group;
    double *weight; /* (classes): 1 / N, 0 where there are no rows */
    double *excess; /* (groups, classes): n - t */
};

static enum har_status allocate(struct balance *balance, struct har_error *err)
{
    size_t cells;
    if (!har_multiply(&cells, balance->groups, balance->classes))
        return har_fail_memory(err);
    balance->weight = har_allocate(balance->classes, sizeof *balance->weight);
    balance->excess = har_allocate(cells, sizeof *balance->excess);
    return balance->weight == NULL || balance->excess == NULL ? har_fail_memory(err) : HAR_OK;
}

/* Weights and excesses of the groups as they are. */
static void count_up(struct balance *balance, const size_t *size)
{
    const size_t people = balance->people, classes = balance->classes;
    for (size_t p = 0; p < people; p++)
        for (size_t c = 0; c < classes; c++) {
            balance->weight[c] += (double)balance->counts[p * classes + c];
            balance->excess[balance->group[p] * classes + c] +=
                (double)balance->counts[p * classes + c];
        }
    for (size_t c = 0; c < classes; c++) {
        const double all = balance->weight[c];
        for (size_t g = 0; g < balance->groups; g++)
            balance->excess[g * classes + c] -= all * (double)size[g] / (double)people;
        balance->weight[c] = all > 0 ? 1 / all : 0;
    }
}

/* What the sum grows by where P and Q change places: with d = n_q - n_p, and a and b the excesses
 * of their groups, (a + d)^2 - a^2 + (b - d)^2 - b^2 = 2 d (a - b + d) of each class. */
static double growth(const struct balance *balance, size_t p, size_t q)
{
    const size_t classes = balance->classes;
    const size_t *of_p = balance->counts + p * classes, *of_q = balance->counts + q * classes;
    const double *a = balance->excess + balance->group[p] * classes;
    const double *b = balance->excess + balance->group[q] * classes;
    double sum = 0;
    for (size_t c = 0; c < classes; c++) {
        const double d = (double)of_q[c] - (double)of_p[c];
        sum += balance->weight[c] * 2 * d * (a[c] - b[c] + d);
    }
    return sum;
}

static void exchange(struct balance *balance, size_t p, size_t q)
{
    const size_t classes = balance->classes, group = balance->group[p];
    double *a = balance->excess + group * classes;
    double *b = balance->excess + balance->group[q] * classes;
    for (size_t c = 0; c < classes; c++) {
        const double d =
            (double)balance->counts[q * classes + c] - (double)balance->counts[p * classes + c];
        a[c] += d;
        b[c] -= d;
    }
    balance->group[p] = balance->group[q];
    balance->group[q] = group;
}

/* Once through all pairs of different groups; was any exchanged? */
static bool improve(struct balance *balance)
{
    bool any = false;
    for (size_t p = 0; p < balance->people; p++)
        for (size_t q = p + 1; q < balance->people; q++) {
            if (balance->group[p] == balance->group[q] || growth(balance, p, q) >= -least_gain)
                continue;
            exchange(balance, p, q);
            any = true;
        }
    return any;
}

/* Group 0 gets the first SIZE[0] people of a random order, and so on. */
static enum har_status deal(size_t *group, size_t people, const size_t *size, size_t groups,
                            const struct har_random *random, struct har_error *err)
{
    size_t *order = har_allocate(people, sizeof *order);
    if (order == NULL)
        return har_fail_memory(err);
    har_random_permutation(order, people, random);
    size_t next = 0;
    for (size_t g = 0; g < groups; g++)
        for (size_t i = 0; i < size[g]; i++)
            group[order[next++]] = g;
    free(order);
    return HAR_OK;
}

enum har_status har_balance(size_t *group, const size_t *counts, size_t people, size_t classes,
                            const size_t *size, size_t groups, const struct har_random *random,
                            struct har_error *err)
{
    struct balance balance = {
        .counts = counts, .people = people, .classes = classes, .groups = groups, .group = group};
    enum har_status status = deal(group, people, size, groups, random, err);
    if (status == HAR_OK)
        status = allocate(&balance, err);
    if (status == HAR_OK) {
        count_up(&balance, size);
        for (size_t round = 0; round < rounds_max && improve(&balance); round++)
            continue;
    }
    free(balance.weight);
    free(balance.excess);
    return status;
}
