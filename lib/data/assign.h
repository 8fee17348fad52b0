/* Who trains, who validates and who tests: whole people, never rows. */
#ifndef HAR_DATA_ASSIGN_H
#define HAR_DATA_ASSIGN_H

#include "stream/roster.h"
#include "stream/rows.h"

/* What a command line says of it: at most one way to choose the people for testing, and one for
 * validation. What is NULL, 0 or false isn't given. */
struct har_split_options {
    const char *test_subjects, *validation_subjects; /* lists as "2,4,9-12" */
    double test, validation;                         /* shares of the people, rounded */
    const char *fold, *validation_fold;              /* "I/N": the Ith of N groups */
    bool leave_one_out; /* a fold for each person, by source and number; fold may be "I" */
    bool pool;          /* forget how rows are marked */
    bool folds;         /* only the number of folds is asked for */
    uint64_t seed;
};

/* The options make sense together, whoever the people are: HAR_USAGE. */
HAR_RESULT enum har_status har_split_check(const struct har_split_options *options,
                                           struct har_error *err);

/* The people whose rows came, all borrowed. */
struct har_crowd {
    const struct har_roster *people;
    size_t classes;
    const size_t *counts;               /* (people, classes): rows of each class */
    const size_t (*marked)[HAR_SPLITS]; /* (people): rows by the mark they came with */
};

/* TO[p] becomes HAR_TRAIN, HAR_VALIDATION or HAR_TEST for person p.
 *
 * People marked test stay so, whatever is asked for the others; where people for testing are to be
 * chosen, all who are marked test must be among them. People marked validation stay so unless
 * people for validation are to be chosen. With `pool` nobody is marked. Then people for testing are
 * chosen, and those for validation among the others. Shares and folds are as alike in their classes
 * as har_balance makes them, drawn from the seed; the fold of "2/5" and that of "3/5" with one seed
 * have nobody in common, and the five of them are all people.
 *
 * HAR_LEAK: people marked test would be put into training, or a person's rows are marked for two
 * purposes; names them. HAR_INPUT: a subject that isn't there, or is listed for validation and is
 * for testing; fewer people than folds. HAR_USAGE: nobody is left to train on. */
HAR_RESULT enum har_status har_split_assign(enum har_split *to, const struct har_crowd *crowd,
                                            const struct har_split_options *options,
                                            struct har_error *err);

/* How many folds there are for these people: N of "I/N", or as many as there are people. Errors
 * as above. */
HAR_RESULT enum har_status har_split_folds(size_t *folds, const struct har_crowd *crowd,
                                           const struct har_split_options *options,
                                           struct har_error *err);

#endif
