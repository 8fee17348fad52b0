/* Parting people: the balance of their classes, folds, and the marks that rows came with. */
#include "data/assign.h"
#include "data/balance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CLASSES = 3, MOST = 60 };

/* ---- balance ---- */

static struct har_random from_seed(uint64_t seed)
{
    return (struct har_random){.seed = seed, .purpose = HAR_RANDOM_SPLIT};
}

/* Some people's rows: numbers without order, but the same on every machine. */
static void make_counts(size_t *counts, size_t people, uint64_t seed)
{
    const struct har_random random = from_seed(seed + 1000);
    for (size_t i = 0; i < people * CLASSES; i++)
        counts[i] = 20 + (size_t)har_random_below(&random, i, 60);
}

/* The sum that har_balance makes small, as its header has it. */
static double imbalance(const size_t *group, const size_t *counts, size_t people,
                        const size_t *size, size_t groups)
{
    double sum = 0;
    for (size_t c = 0; c < CLASSES; c++) {
        double all = 0;
        for (size_t p = 0; p < people; p++)
            all += (double)counts[p * CLASSES + c];
        for (size_t g = 0; g < groups; g++) {
            double n = 0;
            for (size_t p = 0; p < people; p++)
                n += group[p] == g ? (double)counts[p * CLASSES + c] : 0;
            const double due = all * (double)size[g] / (double)people;
            sum += (n - due) * (n - due) / all;
        }
    }
    return sum;
}

static void balance(size_t *group, const size_t *counts, size_t people, const size_t *size,
                    size_t groups, uint64_t seed)
{
    struct har_error err = {0};
    const struct har_random random = from_seed(seed);
    assert_int_equal(har_balance(group, counts, people, CLASSES, size, groups, &random, &err),
                     HAR_OK);
}

static void groups_have_their_size(void **unused)
{
    (void)unused;
    size_t counts[MOST * CLASSES], group[MOST];
    const size_t size[] = {7, 6, 6, 11};
    make_counts(counts, 30, 1);
    balance(group, counts, 30, size, 4, 5);
    for (size_t g = 0; g < 4; g++) {
        size_t met = 0;
        for (size_t p = 0; p < 30; p++)
            met += group[p] == g;
        assert_int_equal(met, size[g]);
    }
}

/* As good as no exchange of two people can make it. */
static void no_exchange_is_better(void **unused)
{
    (void)unused;
    size_t counts[MOST * CLASSES], group[MOST];
    const size_t size[] = {5, 5, 5, 5, 4};
    for (uint64_t seed = 0; seed < 20; seed++) {
        make_counts(counts, 24, seed);
        balance(group, counts, 24, size, 5, seed);
        const double reached = imbalance(group, counts, 24, size, 5);
        for (size_t p = 0; p < 24; p++)
            for (size_t q = p + 1; q < 24; q++) {
                size_t other[MOST];
                memcpy(other, group, sizeof group);
                other[p] = group[q];
                other[q] = group[p];
                assert_true(imbalance(other, counts, 24, size, 5) > reached - 1e-6);
            }
    }
}

/* The best of all ways to choose 4 of 12. */
static double best_of_all(const size_t *counts, const size_t *size)
{
    double best = 1e300;
    for (unsigned chosen = 0; chosen < 1U << 12; chosen++) {
        size_t group[12];
        if (__builtin_popcount(chosen) != 4)
            continue;
        for (size_t p = 0; p < 12; p++)
            group[p] = (chosen >> p & 1U) == 0;
        const double sum = imbalance(group, counts, 12, size, 2);
        best = sum < best ? sum : best;
    }
    return best;
}

/* Near the best there is, and far better than chance. */
static void balanced(void **unused)
{
    (void)unused;
    const size_t size[] = {4, 8};
    double reached = 0, best = 0, dealt = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        size_t counts[12 * CLASSES], group[12], order[12];
        const struct har_random random = from_seed(seed);
        make_counts(counts, 12, seed);
        balance(group, counts, 12, size, 2, seed);
        reached += imbalance(group, counts, 12, size, 2);
        best += best_of_all(counts, size);
        har_random_permutation(order, 12, &random);
        for (size_t i = 0; i < 12; i++)
            group[order[i]] = i >= 4;
        dealt += imbalance(group, counts, 12, size, 2);
    }
    assert_true(reached < 1.2 * best);
    assert_true(reached < dealt / 50);
}

/* Where people are of one kind each, every fold gets one of each kind. */
static void parts_kinds_evenly(void **unused)
{
    (void)unused;
    size_t counts[15 * CLASSES] = {0}, group[15];
    const size_t size[] = {3, 3, 3, 3, 3};
    for (size_t p = 0; p < 15; p++)
        counts[p * CLASSES + p / 5] = 50;
    for (uint64_t seed = 0; seed < 10; seed++) {
        balance(group, counts, 15, size, 5, seed);
        assert_true(imbalance(group, counts, 15, size, 5) < 1e-9);
    }
}

static void seeds_differ(void **unused)
{
    (void)unused;
    size_t counts[MOST * CLASSES], group[3][MOST];
    const size_t size[] = {20, 20, 20};
    make_counts(counts, 60, 9);
    balance(group[0], counts, 60, size, 3, 1);
    balance(group[1], counts, 60, size, 3, 1);
    balance(group[2], counts, 60, size, 3, 2);
    assert_memory_equal(group[0], group[1], sizeof group[0]);
    assert_memory_not_equal(group[0], group[2], sizeof group[0]);
}

/* ---- people ---- */

struct crowd {
    struct har_roster people;
    size_t counts[MOST * CLASSES];
    size_t marked[MOST][HAR_SPLITS];
    struct har_crowd view;
};

/* People 10, 20, 30, … of one source, whose rows came with these marks: "trvu", a letter each. */
static struct crowd *new_crowd(const char *marks)
{
    static const char letters[] = "utve";
    struct crowd *crowd = calloc(1, sizeof *crowd);
    struct har_error err = {0};
    size_t source, place;
    assert_non_null(crowd);
    assert_int_equal(har_roster_source(&source, &crowd->people, "test", &err), HAR_OK);
    make_counts(crowd->counts, MOST, 3);
    for (size_t i = strlen(marks); i-- > 0;) { /* they may come in any order */
        assert_int_equal(
            har_roster_add(&place, &crowd->people, source, (int64_t)(10 * (i + 1)), &err), HAR_OK);
        const char *letter = strchr(letters, marks[i]);
        assert_non_null(letter);
        crowd->marked[place][letter - letters] = 5;
    }
    crowd->view = (struct har_crowd){&crowd->people, CLASSES, crowd->counts,
                                     (const size_t(*)[HAR_SPLITS])crowd->marked};
    return crowd;
}

static void free_crowd(struct crowd *crowd)
{
    har_roster_free(&crowd->people);
    free(crowd);
}

/* What people 10, 20, … become: a letter each; or a fault's text. */
static const char *assign(const struct crowd *crowd, const struct har_split_options *options)
{
    static char text[1024];
    enum har_split to[MOST];
    struct har_error err = {0};
    assert_int_equal(har_split_check(options, &err), HAR_OK);
    const size_t count = crowd->people.count;
    if (har_split_assign(to, &crowd->view, options, &err) != HAR_OK)
        return strcpy(text, err.text);
    for (size_t i = 0; i < count; i++)
        text[i] = "utve"[to[crowd->people.sorted[i]]];
    text[count] = '\0';
    return text;
}

static void lists_and_marks(void **unused)
{
    (void)unused;
    static const struct {
        const char *marks;
        struct har_split_options options;
        const char *result;
    } cases[] = {
        {"uuuu", {.test_subjects = "20,40"}, "tete"},
        {"uuuu", {.test_subjects = "15-35"}, "teet"},
        {"uuuu", {.test_subjects = "10", .validation_subjects = "40"}, "ettv"},
        {"tuee", {.validation_subjects = "10"}, "vtee"},
        {"tvue", {.test_subjects = "40,10"}, "evte"},
        {"tvue", {.validation_subjects = "10"}, "vtte"},
        {"tvue", {.validation_subjects = "10", .pool = true}, "vttt"},
        {"tvee", {.test_subjects = "10", .pool = true}, "ettt"},
        {"tvee",
         {.test_subjects = "10,30"},
         "rows of person 40 are marked test, and would be "
         "trained on"},
        {"uuuu", {.test_subjects = "50"}, "--test-subjects: person 50 isn't there"},
        {"tuee", {.validation_subjects = "30"}, "--validation-subjects: person 30 is for testing"},
        {"uuuu",
         {.test_subjects = "20,40", .validation_subjects = "30-40"},
         "--validation-subjects: person 40 is for testing"},
        {"tteue",
         {.validation_subjects = "20-40,50"},
         "--validation-subjects: people 30 and 50 are for testing"},
        {"tuee", {.validation_subjects = "50-60"}, "--validation-subjects: person 50 isn't there"},
        {"uuuu", {.test_subjects = "10-40"}, "of 4 people nobody is left to train on"},
        {"uuuu",
         {.test_subjects = "10", .validation_subjects = "11-99"},
         "of 4 people nobody is left to train on"},
        {"uuuu", {.fold = "1/5"}, "--fold 1/5: there are 4 people, expected 2 to 4 folds"},
        {"uuuu", {.fold = "1/1"}, "--fold 1/1: there are 4 people, expected 2 to 4 folds"},
        {"uuue",
         {.validation_fold = "1/4"},
         "--validation-fold 1/4: there are 3 people, expected 2 to 3 folds"},
        {"u", {.test = 0.5}, "a share of 1 person, expected at least two"},
        {"uuuu", {.fold = "3/4", .leave_one_out = true}, "ttet"},
        {"uuuu", {.fold = "4", .leave_one_out = true}, "ttte"},
        {"uuuu",
         {.fold = "5", .leave_one_out = true},
         "--fold 5: there are 4 people, and as many folds"},
        {"uuuu",
         {.fold = "1/3", .leave_one_out = true},
         "--fold 1/3: there are 4 people, and as many folds"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct crowd *crowd = new_crowd(cases[i].marks);
        assert_string_equal(assign(crowd, &cases[i].options), cases[i].result);
        free_crowd(crowd);
    }
}

/* A person's rows that are marked for two purposes. */
static void mixed_marks(void **unused)
{
    (void)unused;
    struct crowd *crowd = new_crowd("tte");
    const struct har_split_options options = {.validation = 0.5};
    const struct har_split_options pooled = {.test_subjects = "10", .pool = true};
    for (size_t p = 0; p < 3; p++)
        if (crowd->people.person[p].subject == 20)
            crowd->marked[p][HAR_TEST] = 1;
    assert_string_equal(assign(crowd, &options),
                        "of person 20 some rows are marked test, and others aren't");
    assert_string_equal(assign(crowd, &pooled), "ett");
    free_crowd(crowd);
}

static size_t count_letter(const char *text, char letter)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == letter;
    return count;
}

static void shares(void **unused)
{
    (void)unused;
    static const struct {
        double test, validation;
        size_t tests, validates;
    } cases[] = {{0.3, 0.2, 9, 4}, {0.01, 0, 1, 0}, {0.99, 0, 29, 0}, {0, 0.5, 0, 15}};
    struct crowd *crowd = new_crowd("uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct har_split_options options = {.test = cases[i].test,
                                                  .validation = cases[i].validation};
        const char *to = assign(crowd, &options);
        assert_int_equal(count_letter(to, 'e'), cases[i].tests);
        assert_int_equal(count_letter(to, 'v'), cases[i].validates);
    }
    free_crowd(crowd);
}

/* Each person is in one fold; folds are of like size; validation is among the others. */
static void folds_part_all(void **unused)
{
    (void)unused;
    struct crowd *crowd = new_crowd("uuuuuuuuuuuuuuuuuuuuuuueeeeeee");
    for (uint64_t seed = 0; seed < 5; seed++) {
        size_t times[30] = {0}, validated[23] = {0};
        for (size_t i = 1; i <= 7; i++) {
            char fold[8];
            snprintf(fold, sizeof fold, "%zu/7", i);
            const struct har_split_options tested = {
                .fold = fold, .validation = 0.2, .pool = true, .seed = seed};
            const struct har_split_options inside = {.validation_fold = fold, .seed = seed};
            const char *to = assign(crowd, &tested);
            for (size_t p = 0; p < 30; p++)
                times[p] += to[p] == 'e';
            assert_in_range(count_letter(to, 'e'), 4, 5);
            assert_int_equal(count_letter(to, 'v'), 5);
            to = assign(crowd, &inside);
            assert_string_equal(to + 23, "eeeeeee");
            for (size_t p = 0; p < 23; p++)
                validated[p] += to[p] == 'v';
        }
        for (size_t p = 0; p < 30; p++)
            assert_int_equal(times[p], 1);
        for (size_t p = 0; p < 23; p++)
            assert_int_equal(validated[p], 1);
    }
    free_crowd(crowd);
}

static void folds_counted(void **unused)
{
    (void)unused;
    static const struct {
        struct har_split_options options;
        enum har_status status;
        size_t folds;
    } cases[] = {
        {{.folds = true, .pool = true}, HAR_OK, 5},
        {{.folds = true, .leave_one_out = true, .pool = true}, HAR_OK, 5},
        {{.folds = true, .fold = "2/3", .pool = true}, HAR_OK, 3},
        {{.folds = true, .validation_fold = "2/4"}, HAR_OK, 4},
        {{.folds = true, .leave_one_out = true}, HAR_LEAK, 0},
        {{.folds = true, .fold = "2/6", .pool = true}, HAR_INPUT, 0},
        {{.folds = true, .validation_fold = "2/5"}, HAR_INPUT, 0},
    };
    struct crowd *crowd = new_crowd("tutte");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct har_error err = {0};
        size_t folds = 0;
        assert_int_equal(har_split_check(&cases[i].options, &err), HAR_OK);
        assert_int_equal(har_split_folds(&folds, &crowd->view, &cases[i].options, &err),
                         cases[i].status);
        if (cases[i].status == HAR_OK)
            assert_int_equal(folds, cases[i].folds);
    }
    free_crowd(crowd);
}

static void people_as_text(void **unused)
{
    (void)unused;
    static const struct {
        size_t count;
        const char *text;
    } cases[] = {
        {1, "person 10"},
        {2, "people 10 and 20"},
        {12, "people 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110 and 120"},
        {13, "people 10, 20, 30, 40 and 9 more"},
    };
    struct crowd *crowd = new_crowd("uuuuuuuuuuuuuuuu");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool chosen[MOST] = {false};
        char text[HAR_ROSTER_TEXT];
        for (size_t p = 0; p < cases[i].count; p++)
            chosen[crowd->people.sorted[p]] = true;
        har_roster_text(text, &crowd->people, chosen);
        assert_string_equal(text, cases[i].text);
    }
    free_crowd(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(groups_have_their_size),
                                       cmocka_unit_test(no_exchange_is_better),
                                       cmocka_unit_test(balanced),
                                       cmocka_unit_test(parts_kinds_evenly),
                                       cmocka_unit_test(seeds_differ),
                                       cmocka_unit_test(lists_and_marks),
                                       cmocka_unit_test(mixed_marks),
                                       cmocka_unit_test(shares),
                                       cmocka_unit_test(folds_part_all),
                                       cmocka_unit_test(folds_counted),
                                       cmocka_unit_test(people_as_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
