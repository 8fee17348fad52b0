/* The normal equations of ridge regression, by tiles: a tile is one call of BLAS or LAPACK in one
 * thread, so that the bytes depend neither on the number of threads nor on those of OpenBLAS. They
 * do depend on OpenBLAS and the processor.
 *
 * Of centered features F (rows, width) the matrix is G = F F^T + alpha I where there are fewer rows
 * than features (dual), else F^T F + alpha I. */
#ifndef HAR_FIT_NORMAL_H
#define HAR_FIT_NORMAL_H

#include "base/threads.h"
#include <stddef.h>

struct har_precision;

struct har_normal {
    const float *f; /* (rows, width), borrowed */
    size_t rows, width;
    struct har_threads *threads;
    const struct har_precision *precision;
    bool dual;
    size_t n;         /* the smaller of rows and width */
    void *matrix;     /* (n, n) of the precision's numbers: F F^T or F^T F below the diagonal, the
                       * factor U, U^T U = G, on it and above */
    double *diagonal; /* (n): of F F^T or F^T F */
};

/* Rows that are left out together, in runs: run i is rows start[i] to start[i + 1] - 1. */
struct har_runs {
    size_t count;
    const size_t *start; /* count + 1 of them */
};

/* How the matrix is kept. Functions take and give doubles; solve and hold_out want a factor. */
struct har_precision {
    const char *name;
    size_t size; /* bytes of a number */

    /* The matrix without alpha, and its diagonal; false without memory. */
    bool (*gram)(struct har_normal *normal);

    /* The factor for ALPHA; false where G isn't positive definite in this precision. */
    bool (*factor)(struct har_normal *normal, double alpha);

    /* X (n, columns) = G^-1 X; false without memory. */
    bool (*solve)(const struct har_normal *normal, double *x, size_t columns);

    /* The errors E (rows, columns) that the rows of RUNS have in the regression without their run.
     * Dual: E = M_runs^-1 C, with C the dual solution and M = G^-1 - u u^T / s, where
     * u = G^-1 1 and s = 1^T u: the intercept is found anew without them. Else
     * E = (1 - H_runs)^-1 C, C the residual, H = F G^-1 F^T + 1/rows; u isn't used.
     * HAR_SYSTEM without memory, HAR_NUMBERS where a block of a run isn't positive definite. */
    enum har_status (*hold_out)(const struct har_normal *normal, double *e, const double *c,
                                size_t columns, const double *u, double s,
                                const struct har_runs *runs);
};

extern const struct har_precision har_single, har_double;

/* Room for the matrix of F in PRECISION, and the matrix. OpenBLAS is set to one thread. */
HAR_RESULT enum har_status har_normal_new(struct har_normal **normal, const float *f, size_t rows,
                                          size_t width, const struct har_precision *precision,
                                          struct har_threads *threads, struct har_error *err);
void har_normal_free(struct har_normal *normal); /* NULL is allowed */

/* The mean of F F^T's or F^T F's diagonal: what alpha is to be measured by. */
double har_normal_scale(const struct har_normal *normal);

/* Y (rows, columns) = F X (width, columns), and Y (width, columns) = F^T X (rows, columns), in
 * double. */
HAR_RESULT bool har_normal_times(const struct har_normal *normal, double *y, const double *x,
                                 size_t columns);
HAR_RESULT bool har_normal_times_turned(const struct har_normal *normal, double *y, const double *x,
                                        size_t columns);

/* X (n, columns) = G^-1 B in double, the factor being that of ALPHA: refined until the residual is
 * within 1e-8 of B, or doesn't shrink any more; *RESIDUAL is what it is then, as a share of B.
 * False without memory. */
HAR_RESULT bool har_normal_solve(const struct har_normal *normal, double *x, const double *b,
                                 size_t columns, double alpha, double *residual);

#endif
