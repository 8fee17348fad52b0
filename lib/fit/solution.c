#include "fit/solver.h"

#include <stdio.h>
#include <stdlib.h>

void har_solution_free(struct har_solution *solution)
{
    free(solution->score);
    free(solution->pairs.pair);
    solution->score = NULL;
    solution->pairs = (struct har_pairs){0};
}

static const char *left_out(const struct har_solution *solution)
{
    return solution->people ? "people" : "rows";
}

bool har_solution_text(char text[HAR_SOLUTION_TEXT], const struct har_solution *solution,
                       size_t line)
{
    if (line < solution->scores) {
        const struct har_ridge_score *score = &solution->score[line];
        snprintf(text, HAR_SOLUTION_TEXT, "alpha %g, accuracy %.2f %% on %s left out, error %.6f",
                 score->alpha, 100 * score->accuracy, left_out(solution), score->error);
        return true;
    }
    line -= solution->scores;
    if (line >= solution->pairs.count)
        return false;
    const struct har_pair *pair = &solution->pairs.pair[line];
    snprintf(text, HAR_SOLUTION_TEXT,
             "classes %zu and %zu: alpha %g, %zu rows wrong on %s left out, were %zu",
             pair->class[0], pair -> class[1], pair -> alpha, pair -> wrong[1], left_out(solution),
             pair -> wrong[0]);
    return true;
}

/* ---- JSON ---- */

static json_t *scores_json(const struct har_solution *solution)
{
    json_t *scores = json_array();
    for (size_t i = 0; i < solution->scores; i++) {
        const struct har_ridge_score *score = &solution->score[i];
        json_array_append_new(scores, json_pack("{s:f, s:f, s:f}", "alpha", score->alpha, "error",
                                                score->error, "accuracy", score->accuracy));
    }
    return scores;
}

static json_t *pairs_json(const struct har_pairs *pairs)
{
    json_t *list = json_array();
    for (size_t i = 0; i < pairs->count; i++) {
        const struct har_pair *pair = &pairs->pair[i];
        json_array_append_new(
            list, json_pack("{s:[I, I], s:f, s:I, s:[I, I]}", "classes", (json_int_t)pair->class[0],
                            (json_int_t)pair -> class[1], "alpha", pair->alpha, "rows",
                            (json_int_t)pair->rows, "wrong", (json_int_t)pair->wrong[0],
                            (json_int_t)pair->wrong[1]));
    }
    return list;
}

json_t *har_solution_json(const struct har_solution *solution)
{
    return json_pack("{s:s, s:s, s:I, s:f, s:f, s:f, s:f, s:o, s:o}", "name", "ridge", "left_out",
                     left_out(solution), "times", (json_int_t)solution->left_out, "alpha",
                     solution->score[solution->best].alpha, "scale", solution->scale, "loss",
                     solution->loss, "accuracy", solution->accuracy, "scores",
                     scores_json(solution), "pairs", pairs_json(&solution->pairs));
}
