/* Searches ten standard functions, and says how fast and how well: bench_tune [SAMPLER [GENERATION
 * [TRIALS [SEEDS]]]], a line "function seed best" for each search, whose mean time a proposal goes
 * to stderr. tests/bench/tune.py compares these numbers with Optuna's. */
#include "base/elementary.h"
#include "tune/sampler.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double pi = 0x1.921fb54442d18p+1;

static double sphere(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sum;
}

static double rosenbrock(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i + 1 < n; i++)
        sum += 100 * pow(x[i + 1] - x[i] * x[i], 2) + pow(1 - x[i], 2);
    return sum;
}

static double ackley(const double *x, size_t n)
{
    double squares = 0, waves = 0;
    for (size_t i = 0; i < n; i++) {
        squares += x[i] * x[i] / (double)n;
        waves += cos(2 * pi * x[i]) / (double)n;
    }
    return 20 + exp(1) - 20 * exp(-0.2 * sqrt(squares)) - exp(waves);
}

static double rastrigin(const double *x, size_t n)
{
    double sum = 10 * (double)n;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i] - 10 * cos(2 * pi * x[i]);
    return sum;
}

static double branin(const double *x, size_t n)
{
    (void)n;
    const double y = x[1] - 5.1 / (4 * pi * pi) * x[0] * x[0] + 5 / pi * x[0] - 6;
    return y * y + 10 * (1 - 1 / (8 * pi)) * cos(x[0]) + 10;
}

static double hartmann6(const double *x, size_t n)
{
    static const double alpha[4] = {1, 1.2, 3, 3.2};
    static const double a[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                   {0.05, 10, 17, 0.1, 8, 14},
                                   {3, 3.5, 1.7, 10, 17, 8},
                                   {17, 8, 0.05, 10, 0.1, 14}};
    static const double p[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                   {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                   {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                   {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
    double sum = 0;
    for (size_t i = 0; i < 4; i++) {
        double inner = 0;
        for (size_t j = 0; j < n; j++)
            inner += a[i][j] * pow(x[j] - p[i][j], 2);
        sum -= alpha[i] * exp(-inner);
    }
    return sum;
}

static double levy(const double *x, size_t n)
{
    const double first = 1 + (x[0] - 1) / 4, last = 1 + (x[n - 1] - 1) / 4;
    double sum = pow(sin(pi * first), 2) + pow(last - 1, 2) * (1 + pow(sin(2 * pi * last), 2));
    for (size_t i = 0; i + 1 < n; i++) {
        const double w = 1 + (x[i] - 1) / 4;
        sum += pow(w - 1, 2) * (1 + 10 * pow(sin(pi * w + 1), 2));
    }
    return sum;
}

static double styblinski(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (pow(x[i], 4) - 16 * x[i] * x[i] + 5 * x[i]) / 2;
    return sum;
}

static double griewank(const double *x, size_t n)
{
    double sum = 0, product = 1;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * x[i] / 4000;
        product *= cos(x[i] / sqrt((double)i + 1));
    }
    return sum - product + 1;
}

/* As a search for a network is: a learning rate on a log scale, steps, a choice that has a
 * parameter of its own. */
static double mixed(const double *x, size_t n)
{
    (void)n;
    const double rate = log10(x[0]) + 2.7, units = (x[1] - 96) / 64, layers = x[2] - 2;
    const double momentum = x[3] == 1 ? pow(x[4] - 0.8, 2) : 0.2;
    return rate * rate + units * units + 0.3 * layers * layers + momentum + 0.5 * rate * units;
}

struct function {
    const char *name;
    double (*value)(const double *x, size_t n);
    size_t dimensions; /* all from low to high; 0: SPACE */
    double low, high;
    const char *space;
};

static const struct function functions[] = {
    {"sphere", sphere, 5, -5.12, 5.12, NULL},
    {"rosenbrock", rosenbrock, 2, -5, 10, NULL},
    {"ackley", ackley, 5, -32.768, 32.768, NULL},
    {"rastrigin", rastrigin, 3, -5.12, 5.12, NULL},
    {"branin", branin, 0, 0, 0, "float x0 -5 10\nfloat x1 0 15\n"},
    {"hartmann6", hartmann6, 6, 0, 1, NULL},
    {"levy", levy, 4, -10, 10, NULL},
    {"styblinski", styblinski, 4, -5, 5, NULL},
    {"griewank", griewank, 4, -600, 600, NULL},
    {"mixed", mixed, 0, 0, 0,
     "float x0 1e-5 1e-1 log\nint x1 16 256 step=16\nint x2 1 4\n"
     "categorical x3 adam sgd\nfloat x4 0 0.99 if x3=sgd\n"},
};

static struct har_space *space_of(const struct function *function)
{
    char text[1024] = "";
    struct har_space *space;
    struct har_error err = {0};
    for (size_t i = 0; i < function->dimensions; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "float x%zu %.17g %.17g\n", i,
                 function->low, function->high);
    if (function->space != NULL)
        snprintf(text, sizeof text, "%s", function->space);
    if (har_space_new(&space, text, strlen(text), function->name, &err) == HAR_OK)
        return space;
    fprintf(stderr, "%s\n", err.text);
    exit((int)err.status);
}

/* The least value of TRIALS trials, proposed GENERATION at a time. */
static double search(const struct function *function, const struct har_space *space,
                     const struct har_sampler *sampler, size_t trials, size_t generation)
{
    struct har_outcome *outcome = calloc(trials, sizeof *outcome);
    double *values = calloc(trials * space->count, sizeof *values), best = INFINITY;
    struct har_error err = {0};
    for (size_t i = 0; i < trials; i++) {
        const double *x = values + i * space->count;
        if (har_propose(values + i * space->count, space, sampler, outcome, values, i, &err) !=
            HAR_OK) {
            fprintf(stderr, "%s\n", err.text);
            exit((int)err.status);
        }
        outcome[i].loss = function->value(x, space->count);
        best = fmin(best, outcome[i].loss);
        if ((i + 1) % generation == 0)
            for (size_t j = i + 1 - generation; j <= i; j++)
                outcome[j].state = HAR_TRIAL_COMPLETE;
    }
    free(outcome);
    free(values);
    return best;
}

static size_t argument(int argc, char **argv, int number, size_t otherwise)
{
    return argc > number ? strtoul(argv[number], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    struct har_sampler sampler = {.kind = HAR_SAMPLER_TPE, .startup = 10};
    const size_t generation = argument(argc, argv, 2, 1), trials = argument(argc, argv, 3, 100),
                 seeds = argument(argc, argv, 4, 3);
    if (argc > 1 && strcmp(argv[1], "random") == 0)
        sampler.kind = HAR_SAMPLER_RANDOM;
    if (argc > 1 && strcmp(argv[1], "tpe-univariate") == 0)
        sampler.kind = HAR_SAMPLER_TPE_UNIVARIATE;
    const clock_t start = clock();
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        struct har_space *space = space_of(&functions[i]);
        for (sampler.seed = 1; sampler.seed <= seeds; sampler.seed++)
            printf("%s %zu %.17g\n", functions[i].name, (size_t)sampler.seed,
                   search(&functions[i], space, &sampler, trials, generation));
        har_space_free(space);
    }
    fprintf(stderr, "%.3f ms a proposal\n",
            1e3 * (double)(clock() - start) / CLOCKS_PER_SEC / (double)(10 * trials * seeds));
    return 0;
}
