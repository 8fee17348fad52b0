#include "fit/compare.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

static const char *name_of(const struct har_comparison *comparison, size_t index)
{
    return comparison->contender[index]->name;
}

static size_t measure_of(const struct har_comparison *comparison)
{
    return (size_t)(comparison->options->measure - har_measure_names);
}

enum { P_TEXT = 16 };

/* "0.0123", or "<0.0001". */
static const char *p_text(char text[P_TEXT], double p)
{
    if (p < 0.0001)
        return "<0.0001";
    snprintf(text, P_TEXT, "%.4f", p);
    return text;
}

/* One after the other, tamed, for names of files are among them. */
static void print_texts(FILE *to, const char *first, const char *second, const char *third)
{
    har_text_print(to, first, 0);
    har_text_print(to, second, 0);
    har_text_print(to, third, 0);
}

/* ---- the contenders ---- */

static int name_width(const struct har_comparison *comparison)
{
    size_t width = 0;
    for (size_t i = 0; i < comparison->contenders; i++) {
        const size_t length = har_text_width(name_of(comparison, i));
        width = length > width ? length : width;
    }
    return (int)width;
}

static void print_contenders(FILE *to, const struct har_comparison *comparison)
{
    const size_t m = measure_of(comparison);
    const int width = name_width(comparison);
    fprintf(to, "%-*s  %5s  %8s  %6s  %17s  %8s\n", width, "", "runs", "rows", "people",
            har_measure_names[m].name, "spread");
    for (size_t i = 0; i < comparison->contenders; i++) {
        const struct har_contender *contender = comparison->contender[i];
        const struct har_summary *summary = contender->summary;
        har_text_print(to, contender->name, -width);
        fprintf(to, "  %5zu  %8zu  %6zu  %17.4f  %8.4f", summary->runs, contender->rows,
                summary->people, summary->mean[m], summary->spread[m]);
        for (int c = 0; c < HAR_CAVEATS; c++)
            if (contender->caveat[c])
                fprintf(to, "  %s", har_caveat_names[c].name);
        fputc('\n', to);
    }
}

/* ---- a pair ---- */

static void describe_wilcoxon(FILE *to, const struct har_wilcoxon *test, const char *what)
{
    fprintf(to, "Wilcoxon's signed ranks of %zu %s that differ, %s", test->count, what,
            test->exact ? "exact" : "by the normal distribution");
}

static void describe_mcnemar(FILE *to, const struct har_pair *pair)
{
    const struct har_mcnemar *test = pair->mcnemar;
    if (pair->repeats == 1)
        fprintf(to, "McNemar's, %zu and %zu rows right in one alone, %s", test->first, test->second,
                test->exact ? "exact" : "by chi2");
    else
        fprintf(to, "McNemar's, twice the median of %zu repeats", pair->repeats);
}

static void describe_t(FILE *to, const struct har_pair *pair, bool of_people)
{
    fprintf(to, "the corrected resampled t, %.3f, %s %.3f", pair->t.t,
            of_people ? "people judged to people trained on" : "test to training rows",
            pair->ratio);
}

static void describe(FILE *to, const struct har_comparison *comparison, const struct har_pair *pair,
                     enum har_test test)
{
    switch (test) {
    case HAR_TEST_PEOPLE:
        describe_wilcoxon(to, &pair->people, "people");
        break;
    case HAR_TEST_RUNS:
        describe_wilcoxon(to, &pair->runs, "runs");
        break;
    case HAR_TEST_T:
        describe_t(to, pair, comparison->options->ratio < 0);
        break;
    default:
        describe_mcnemar(to, pair);
    }
}

static void print_test(FILE *to, const struct har_comparison *comparison,
                       const struct har_pair *pair, enum har_test test)
{
    const struct har_outcome *outcome = &pair->outcome[test];
    const char *mark = pair->decides == test ? "*" : " ";
    if (outcome->reason != NULL) {
        fprintf(to, "%s %8s  %8s  %8s  %s\n", mark, har_test_names[test], "-", "-",
                outcome->reason);
        return;
    }
    char p[P_TEXT], holm[P_TEXT];
    fprintf(to, "%s %8s  %8s  %8s  ", mark, har_test_names[test], p_text(p, outcome->p),
            p_text(holm, outcome->holm));
    describe(to, comparison, pair, test);
    fputc('\n', to);
}

static void print_pair(FILE *to, const struct har_comparison *comparison,
                       const struct har_pair *pair)
{
    const size_t m = measure_of(comparison);
    const struct har_interval *interval = &pair->interval[m];
    fputc('\n', to);
    print_texts(to, name_of(comparison, pair->first), " less ", name_of(comparison, pair->second));
    fprintf(to, ": %s %+.4f", har_measure_names[m].name, pair->difference[m]);
    if (!isnan(interval->low))
        fprintf(to, ", %g %% of draws of people within %+.4f and %+.4f",
                100 * (1 - comparison->options->alpha), interval->low, interval->high);
    fprintf(to, "\n  %8s  %8s  %8s\n", "test", "p", "Holm");
    for (int test = 0; test < HAR_TESTS; test++)
        print_test(to, comparison, pair, (enum har_test)test);
}

/* What the verdict is of, where that is less than one would take it for. */
static void print_scope(FILE *to, const struct har_comparison *comparison,
                        const struct har_pair *pair)
{
    const struct har_contender *first = comparison->contender[pair->first],
                               *second = comparison->contender[pair->second];
    const bool one = first->summary->runs == 1, other = second->summary->runs == 1;
    const bool shown = har_comparison_verdict(comparison, pair) != 0;
    if (!shown && pair->decides == HAR_TEST_PEOPLE && first->summary->people < HAR_COMPARE_PEOPLE)
        fprintf(to, ", %zu people are too few to tell", first->summary->people);
    if (shown && pair->decides == HAR_TEST_MCNEMAR)
        fputs(", on these rows", to);
    if (shown && one && other)
        fputs(", as trained once each", to);
    else if (shown && (one || other))
        print_texts(to, ", ", one ? first->name : second->name, " as trained once");
}

static void print_caveats(FILE *to, const struct har_contender *first,
                          const struct har_contender *second)
{
    const char *join = ", but ";
    for (int c = 0; c < HAR_CAVEATS; c++) {
        if (!first->caveat[c] && !second->caveat[c])
            continue;
        const struct har_contender *odd = har_comparison_odd(first, second, (enum har_caveat)c);
        print_texts(to, join, odd == NULL ? "both" : odd->name, odd == NULL ? " are" : " is");
        fprintf(to, " judged %s", har_caveat_names[c].name);
        join = ", and ";
    }
}

static void print_verdict(FILE *to, const struct har_comparison *comparison,
                          const struct har_pair *pair)
{
    const int verdict = har_comparison_verdict(comparison, pair);
    const char *first = name_of(comparison, pair->first),
               *second = name_of(comparison, pair->second);
    if (verdict == 0)
        print_texts(to, first, " and ", second);
    else
        print_texts(to, verdict > 0 ? first : second, " is better than ",
                    verdict > 0 ? second : first);
    char text[P_TEXT];
    const char *p = p_text(text, pair->outcome[pair->decides].holm);
    fprintf(to, "%s (p %c %s)", verdict == 0 ? ": no difference shown" : "", *p == '<' ? '<' : '=',
            *p == '<' ? p + 1 : p);
    print_scope(to, comparison, pair);
    print_caveats(to, comparison->contender[pair->first], comparison->contender[pair->second]);
    fputc('\n', to);
}

void har_comparison_text(FILE *to, const struct har_comparison *comparison)
{
    print_contenders(to, comparison);
    for (size_t i = 0; i < comparison->pairs; i++)
        print_pair(to, comparison, &comparison->pair[i]);
    fputc('\n', to);
    for (size_t i = 0; i < comparison->pairs; i++)
        print_verdict(to, comparison, &comparison->pair[i]);
}
