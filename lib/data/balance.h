/* Parting people into groups that are alike in their classes. */
#ifndef HAR_DATA_BALANCE_H
#define HAR_DATA_BALANCE_H

#include "base/random.h"

/* Parts PEOPLE people into GROUPS groups: group g gets SIZE[g] of them, PEOPLE in all. COUNTS
 * (people, classes) says how many rows of each class a person has. GROUP[p] becomes the group of
 * person p.
 *
 * What is made small is the sum over groups and classes of (n - t)^2 / N: n rows of the class in
 * the group, N in all, t = N SIZE[g] / PEOPLE, the group's due. A random order, drawn from RANDOM,
 * is dealt out; then people of two groups change places as long as any exchange makes the sum
 * smaller. Of several such orders (32, fewer for more than 250 people) the best is taken. So no
 * exchange of two people makes the result better, and it is the same on every machine. HAR_SYSTEM
 * without memory. */
HAR_RESULT enum har_status har_balance(size_t *group, const size_t *counts, size_t people,
                                       size_t classes, const size_t *size, size_t groups,
                                       const struct har_random *random, struct har_error *err);

#endif
