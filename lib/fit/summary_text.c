#include "fit/caveat.h"
#include "fit/summary.h"

#include "base/memory.h"
#include "base/text.h"
#include "stats/metrics.h"
#include "stats/summary.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 4 };

/* ---- the published lines ---- */

static double accuracy_of(const struct har_results *run)
{
    struct har_accuracy accuracy = {0};
    har_accuracy_add(&accuracy, run->y, run->predicted, run->rows);
    return har_accuracy_score(&accuracy);
}

static void print_caveats(FILE *to, const struct har_results_list *list)
{
    const char *space = "\n";
    for (int c = 0; c < HAR_CAVEATS; c++) {
        char text[HAR_CAVEAT_TEXT];
        if (!har_caveat_text(text, (enum har_caveat)c, list))
            continue;
        fprintf(to, "%s%s\n", space, text);
        space = "";
    }
}

bool har_summary_scores(FILE *to, const struct har_results_list *list)
{
    double *score = har_allocate(list->count, sizeof *score);
    if (score == NULL)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        score[i] = accuracy_of(&list->run[i]);
        fprintf(to, ">%zu: %.3f\n", i + 1, score[i]);
    }
    for (size_t i = 0; i < list->count; i++) {
        char number[HAR_FLOAT_TEXT];
        har_float_text(number, score[i]);
        fprintf(to, "%s%s", i == 0 ? "[" : ", ", number);
    }
    fprintf(to, "]\nAccuracy: %.3f%% (+/-%.3f)\n", har_mean(score, list->count),
            har_deviation(score, list->count));
    print_caveats(to, list);
    free(score);
    return true;
}

/* ---- columns ---- */

static bool occurs(const struct har_score *score, size_t class)
{
    struct har_class_measures one;
    har_measure_class(&one, score, class);
    return one.occurs;
}

/* The columns that the names of classes take, at least LEAST. */
static size_t name_width(const struct har_summary *summary, size_t least)
{
    size_t width = least;
    for (size_t k = 0; k < summary->list->classes; k++) {
        char number[HAR_CLASS_NUMBER];
        const size_t used = har_text_width(har_summary_class_name(summary, k, number));
        if (occurs(&summary->all, k) && used > width)
            width = used;
    }
    return width;
}

/* ---- the parts of the report ---- */

static void print_number(FILE *to, double value)
{
    if (isnan(value))
        fprintf(to, "  %10s", "-");
    else
        fprintf(to, "  %10.*f", DIGITS, value);
}

static void print_measures(FILE *to, const struct har_summary *summary)
{
    fprintf(to, "\n%17s  %10s  %10s  %10s  %10s\n", "", "mean", "spread", "low", "high");
    for (size_t m = 0; m < HAR_MEASURES; m++) {
        fprintf(to, "%17s", har_measure_names[m].name);
        print_number(to, summary->mean[m]);
        print_number(to, summary->spread[m]);
        print_number(to, summary->interval[m].low);
        print_number(to, summary->interval[m].high);
        fputc('\n', to);
    }
}

static void print_class(FILE *to, const struct har_class_measures *class)
{
    fprintf(to, "  %9.*f %9.*f %9.*f %9.0f\n", DIGITS, class->precision, DIGITS, class->recall,
            DIGITS, class->f1, class->support);
}

/* As classification_report(y, predicted, digits=4, zero_division=0) has it. */
static void print_classes(FILE *to, const struct har_summary *summary)
{
    const struct har_score *score = &summary->all;
    const size_t width = name_width(summary, strlen("weighted avg"));
    struct har_class_measures mean;
    struct har_measures measures;
    fprintf(to, "\n%*s  %9s %9s %9s %9s\n\n", (int)width, "", "precision", "recall", "f1-score",
            "support");
    for (size_t k = 0; k < score->classes; k++) {
        char number[HAR_CLASS_NUMBER];
        struct har_class_measures one;
        har_measure_class(&one, score, k);
        if (!one.occurs)
            continue;
        har_text_print(to, har_summary_class_name(summary, k, number), (int)width);
        print_class(to, &one);
    }
    har_measure(&measures, score);
    fprintf(to, "\n%*s  %9s %9s %9.*f %9.0f\n", (int)width, "accuracy", "", "", DIGITS,
            measures.accuracy, score->rows);
    har_measure_macro(&mean, score);
    fprintf(to, "%*s", (int)width, "macro avg");
    print_class(to, &mean);
    har_measure_weighted(&mean, score);
    fprintf(to, "%*s", (int)width, "weighted avg");
    print_class(to, &mean);
}

static void print_confusion(FILE *to, const struct har_summary *summary)
{
    const struct har_score *score = &summary->all;
    const size_t width = name_width(summary, 0);
    char most[32];
    const int digits = snprintf(most, sizeof most, "%.0f", score->rows);
    fputs("\nconfusion: a row for each label, a column for each prediction, in the same order\n\n",
          to);
    for (size_t k = 0; k < score->classes; k++) {
        char number[HAR_CLASS_NUMBER];
        if (!occurs(score, k))
            continue;
        har_text_print(to, har_summary_class_name(summary, k, number), (int)width);
        for (size_t j = 0; j < score->classes; j++)
            if (occurs(score, j))
                fprintf(to, " %*.0f", digits, score->confusion[k * score->classes + j]);
        fputc('\n', to);
    }
}

static void print_people(FILE *to, const struct har_summary *summary)
{
    if (summary->people == 0)
        return;
    const struct har_roster *who = &summary->who;
    const bool mixed = har_roster_mixed(who);
    fprintf(to, "\n%17s  %10s  %10s  %10s%s\n", "subject", "rows", "accuracy", "macro_f1",
            mixed ? "  source" : "");
    for (size_t p = 0; p < summary->people; p++) {
        const struct har_score *score = &summary->whole[p];
        struct har_measures measures;
        har_measure(&measures, score);
        fprintf(to, "%17" PRId64 "  %10.0f", who->person[p].subject, score->rows);
        print_number(to, measures.accuracy);
        print_number(to, measures.macro_f1);
        if (mixed) {
            fputs("  ", to);
            har_text_print(to, who->source[who->person[p].source], 0);
        }
        fputc('\n', to);
    }
}

void har_summary_report(FILE *to, const struct har_summary *summary)
{
    print_measures(to, summary);
    print_classes(to, summary);
    print_confusion(to, summary);
    print_people(to, summary);
}

/* ---- csv ---- */

void har_summary_csv(FILE *to, const struct har_summary *summary)
{
    fputs("run,rows", to);
    for (size_t m = 0; m < HAR_MEASURES; m++)
        fprintf(to, ",%s", har_measure_names[m].name);
    fputc('\n', to);
    for (size_t r = 0; r < summary->runs; r++) {
        fprintf(to, "%zu,%.0f", r + 1, summary->run[r].rows);
        for (size_t m = 0; m < HAR_MEASURES; m++) {
            const double value = har_measure_get(&summary->measures[r], &har_measure_names[m]);
            char number[HAR_FLOAT_TEXT] = "";
            if (!isnan(value))
                har_float_text(number, value);
            fprintf(to, ",%s", number);
        }
        fputc('\n', to);
    }
}
