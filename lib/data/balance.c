#include "data/balance.h"

#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* An exchange is worth making from here on: the sum is of the order of the number of rows, and what
 * is smaller than this may be rounding. */
static const double least_gain = 1e-9;

enum {
    rounds_max = 1000, /* through all pairs; a handful is usual */
    starts_most = 32,  /* orders that are tried */
    pairs_most = 1000000
};

struct balance {
    const size_t *counts; /* (people, classes) */
    size_t people, classes, groups;
    const size_t *size;
    size_t *order;
    size_t *group;
    double *weight; /* (classes): 1 / N, 0 where there are no rows */
    double *excess; /* (groups, classes): n - t */
};

static enum har_status allocate(struct balance *balance, struct har_error *err)
{
    size_t cells;
    if (!har_multiply(&cells, balance->groups, balance->classes))
        return har_fail_memory(err);
    balance->order = har_allocate(balance->people, sizeof *balance->order);
    balance->group = har_allocate(balance->people, sizeof *balance->group);
    balance->weight = har_allocate(balance->classes, sizeof *balance->weight);
    balance->excess = har_allocate(cells, sizeof *balance->excess);
    const bool all = balance->order != NULL && balance->group != NULL && balance->weight != NULL &&
                     balance->excess != NULL;
    return all ? HAR_OK : har_fail_memory(err);
}

static void release(struct balance *balance)
{
    free(balance->order);
    free(balance->group);
    free(balance->weight);
    free(balance->excess);
}

/* Group 0 gets the first size[0] people of the order, and so on. */
static void deal(struct balance *balance)
{
    size_t next = 0;
    for (size_t g = 0; g < balance->groups; g++)
        for (size_t i = 0; i < balance->size[g]; i++)
            balance->group[balance->order[next++]] = g;
}

/* Weights and excesses of the groups as they are. */
static void count_up(struct balance *balance)
{
    const size_t people = balance->people, classes = balance->classes, groups = balance->groups;
    memset(balance->weight, 0, classes * sizeof *balance->weight);
    memset(balance->excess, 0, groups * classes * sizeof *balance->excess);
    for (size_t p = 0; p < people; p++)
        for (size_t c = 0; c < classes; c++) {
            const double rows = (double)balance->counts[p * classes + c];
            balance->weight[c] += rows;
            balance->excess[balance->group[p] * classes + c] += rows;
        }
    for (size_t c = 0; c < classes; c++) {
        const double all = balance->weight[c];
        for (size_t g = 0; g < groups; g++)
            balance->excess[g * classes + c] -= all * (double)balance->size[g] / (double)people;
        balance->weight[c] = all > 0 ? 1 / all : 0;
    }
}

static double imbalance(const struct balance *balance)
{
    double sum = 0;
    for (size_t g = 0; g < balance->groups; g++)
        for (size_t c = 0; c < balance->classes; c++) {
            const double excess = balance->excess[g * balance->classes + c];
            sum += balance->weight[c] * excess * excess;
        }
    return sum;
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

/* Fewer starts where there are many people: there chance alone comes near. */
static size_t starts_for(size_t people)
{
    const size_t pairs = people * people / 2 + 1;
    const size_t starts = pairs_most / pairs;
    return starts < 1 ? 1 : starts > starts_most ? starts_most : starts;
}

/* The best of several starts, into GROUP. */
static void search(size_t *group, struct balance *balance, const struct har_random *random)
{
    double best = 0;
    for (size_t start = 0; start < starts_for(balance->people); start++) {
        struct har_random from = *random;
        from.epoch = (uint32_t)start;
        har_random_permutation(balance->order, balance->people, &from);
        deal(balance);
        count_up(balance);
        for (size_t round = 0; round < rounds_max && improve(balance); round++)
            continue;
        const double sum = imbalance(balance);
        if (start > 0 && sum >= best - least_gain)
            continue;
        best = sum;
        memcpy(group, balance->group, balance->people * sizeof *group);
    }
}

enum har_status har_balance(size_t *group, const size_t *counts, size_t people, size_t classes,
                            const size_t *size, size_t groups, const struct har_random *random,
                            struct har_error *err)
{
    struct balance balance = {
        .counts = counts, .people = people, .classes = classes, .groups = groups, .size = size};
    const enum har_status status = allocate(&balance, err);
    if (status == HAR_OK)
        search(group, &balance, random);
    release(&balance);
    return status;
}
