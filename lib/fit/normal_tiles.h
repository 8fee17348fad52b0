/* Included by normal.c once for each precision, with REAL its type, NAME(word) its name for a
 * function, and BLAS(word) and LAPACK(word) those of the libraries. */

/* ---- F F^T or F^T F ---- */

/* SIDE rows of F, or columns where it's turned, from FIRST on, by DEEP of its other dimension from
 * FROM on: row-major, as they lie in F. */
static void NAME(cut)(REAL *tile, const struct har_normal *g, size_t first, size_t side,
                      size_t from, size_t deep)
{
    const size_t rows = g->dual ? side : deep, columns = g->dual ? deep : side;
    const float *f = g->f + (g->dual ? first : from) * g->width + (g->dual ? from : first);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            tile[r * columns + c] = (REAL)f[r * g->width + c];
}

struct NAME(gram_room) {
    REAL left[TILE * DEEP], right[TILE * DEEP], product[TILE * TILE];
    double sum[TILE * TILE];
};

static void NAME(put)(const struct har_normal *g, const double *sum, size_t i, size_t j,
                      size_t high, size_t wide)
{
    REAL *matrix = g->matrix;
    for (size_t r = 0; r < high; r++)
        for (size_t c = 0; c < wide && j + c <= i + r; c++) {
            if (i + r == j + c)
                g->diagonal[i + r] = sum[r * wide + c];
            else
                matrix[(i + r) * g->n + j + c] = (REAL)sum[r * wide + c];
        }
}

/* Products of DEEP terms, added in double. */
static void NAME(gram_tile)(void *state, size_t piece, size_t thread)
{
    struct gram *gram = state;
    const struct har_normal *g = gram->normal;
    struct NAME(gram_room) *room = (void *)(gram->room + thread * sizeof *room);
    const struct tile tile = tile_at(piece);
    const size_t i = tile.row * TILE, j = tile.column * TILE, all = g->dual ? g->width : g->rows;
    const size_t high = side_at(g->n, tile.row), wide = side_at(g->n, tile.column);
    memset(room->sum, 0, high * wide * sizeof *room->sum);
    for (size_t from = 0; from < all; from += DEEP) {
        const size_t deep = all - from < DEEP ? all - from : DEEP;
        NAME(cut)(room->left, g, i, high, from, deep);
        NAME(cut)(room->right, g, j, wide, from, deep);
        BLAS(gemm)
        (CblasRowMajor, g->dual ? CblasNoTrans : CblasTrans, g->dual ? CblasTrans : CblasNoTrans,
         (blasint)high, (blasint)wide, (blasint)deep, 1, room->left,
         (blasint)(g->dual ? deep : high), room->right, (blasint)(g->dual ? deep : wide), 0,
         room->product, (blasint)wide);
        for (size_t k = 0; k < high * wide; k++)
            room->sum[k] += (double)room->product[k];
    }
    NAME(put)(g, room->sum, i, j, high, wide);
}

static bool NAME(gram)(struct har_normal *g)
{
    struct gram gram = {
        g, har_allocate_aligned(har_threads_count(g->threads), sizeof(struct NAME(gram_room)))};
    if (gram.room == NULL)
        return false;
    har_threads_run(g->threads, lower_tiles(g->n), NAME(gram_tile), &gram);
    free(gram.room);
    return true;
}

/* ---- U^T U = G ---- */

static REAL *NAME(at)(const struct factor *factor, size_t row, size_t column)
{
    const struct har_normal *g = factor->normal;
    return (REAL *)g->matrix + row * TILE * g->n + column * TILE;
}

/* The upper triangle of G from the lower one and the diagonal. */
static void NAME(mirror)(void *state, size_t piece, size_t thread)
{
    (void)thread;
    const struct factor *factor = state;
    const struct har_normal *g = factor->normal;
    const struct tile tile = tile_at(piece);
    REAL *matrix = g->matrix;
    const size_t i = tile.row * TILE, j = tile.column * TILE;
    for (size_t r = i; r < i + side_at(g->n, tile.row); r++)
        for (size_t c = j; c < j + side_at(g->n, tile.column) && c <= r; c++)
            matrix[c * g->n + r] =
                r == c ? (REAL)(g->diagonal[r] + factor->alpha) : matrix[r * g->n + c];
}

/* U_kj = U_kk^-T G_kj */
static void NAME(divide)(void *state, size_t piece, size_t thread)
{
    (void)thread;
    const struct factor *factor = state;
    const size_t n = factor->normal->n, k = factor->step, j = k + 1 + piece;
    BLAS(trsm)
    (CblasRowMajor, CblasLeft, CblasUpper, CblasTrans, CblasNonUnit, (blasint)side_at(n, k),
     (blasint)side_at(n, j), 1, NAME(at)(factor, k, k), (blasint)n, NAME(at)(factor, k, j),
     (blasint)n);
}

/* G_ij -= U_ki^T U_kj */
static void NAME(subtract)(void *state, size_t piece, size_t thread)
{
    (void)thread;
    const struct factor *factor = state;
    const struct tile tile = tile_at(piece);
    const size_t n = factor->normal->n, k = factor->step;
    const size_t i = k + 1 + tile.column, j = k + 1 + tile.row;
    if (i == j)
        BLAS(syrk)
    (CblasRowMajor, CblasUpper, CblasTrans, (blasint)side_at(n, i), (blasint)side_at(n, k), -1,
     NAME(at)(factor, k, i), (blasint)n, 1, NAME(at)(factor, i, i), (blasint)n);
    else BLAS(gemm)(CblasRowMajor, CblasTrans, CblasNoTrans, (blasint)side_at(n, i),
                    (blasint)side_at(n, j), (blasint)side_at(n, k), -1, NAME(at)(factor, k, i),
                    (blasint)n, NAME(at)(factor, k, j), (blasint)n, 1, NAME(at)(factor, i, j),
                    (blasint)n);
}

/* Row-major upper is LAPACK's lower. */
static bool NAME(factor_tile)(REAL *a, size_t side, size_t apart)
{
    const int order = (int)side, leading = (int)apart;
    int fault = 0;
    LAPACK(potrf)("L", &order, a, &leading, &fault);
    return fault == 0;
}

static bool NAME(factor)(struct har_normal *g, double alpha)
{
    struct factor factor = {g, alpha, 0};
    const size_t tiles = (g->n + TILE - 1) / TILE;
    har_threads_run(g->threads, lower_tiles(g->n), NAME(mirror), &factor);
    for (; factor.step < tiles; factor.step++) {
        const size_t k = factor.step, left = tiles - k - 1;
        if (!NAME(factor_tile)(NAME(at)(&factor, k, k), side_at(g->n, k), g->n))
            return false;
        har_threads_run(g->threads, left, NAME(divide), &factor);
        har_threads_run(g->threads, left * (left + 1) / 2, NAME(subtract), &factor);
    }
    return true;
}

/* ---- what the factor is for ---- */

/* B (n - first, columns) = U^-T or U^-1 B, of the rows from FIRST on. */
static void NAME(half_solve)(const struct har_normal *g, REAL *b, size_t columns, size_t first,
                             bool turned)
{
    const REAL *u = (const REAL *)g->matrix + first * (g->n + 1);
    BLAS(trsm)
    (CblasRowMajor, CblasLeft, CblasUpper, turned ? CblasTrans : CblasNoTrans, CblasNonUnit,
     (blasint)(g->n - first), (blasint)columns, 1, u, (blasint)g->n, b, (blasint)columns);
}

static bool NAME(solve)(const struct har_normal *g, double *x, size_t columns)
{
    REAL *b = har_allocate_aligned(g->n * columns, sizeof *b);
    if (b == NULL)
        return false;
    for (size_t i = 0; i < g->n * columns; i++)
        b[i] = (REAL)x[i];
    NAME(half_solve)(g, b, columns, 0, true);
    NAME(half_solve)(g, b, columns, 0, false);
    for (size_t i = 0; i < g->n * columns; i++)
        x[i] = (double)b[i];
    free(b);
    return true;
}

/* Some runs, COUNT rows from FIRST on, in one thread. */
struct NAME(held) {
    const struct hold_out *all;
    size_t first, count;
    size_t under; /* rows of B */
    REAL *b;      /* (under, count): B^T B = G^-1 or H of those rows */
    REAL *s, *e;  /* (largest run, itself), (largest run, columns) */
};

static void NAME(fill)(const struct NAME(held) * held)
{
    const struct har_normal *g = held->all->normal;
    REAL *b = held->b;
    memset(b, 0, held->under * held->count * sizeof *b);
    for (size_t c = 0; c < held->count; c++) {
        const float *f = g->f + (held->first + c) * g->width;
        if (g->dual)
            b[c * held->count + c] = 1;
        for (size_t i = 0; i < held->under && !g->dual; i++)
            b[i * held->count + c] = (REAL)f[i];
    }
}

/* S of COUNT rows from FIRST on: M, or 1 - H. */
static void NAME(complement)(const struct NAME(held) * held, size_t first, size_t count)
{
    const struct hold_out *all = held->all;
    const bool dual = all->normal->dual;
    const double *u = all->u + (dual ? first : 0), each = 1 / (double)all->normal->rows;
    BLAS(syrk)
    (CblasRowMajor, CblasUpper, CblasTrans, (blasint)count, (blasint)held->under, 1,
     held->b + first - held->first, (blasint)held->count, 0, held->s, (blasint)count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = i; j < count; j++) {
            REAL *s = &held->s[i * count + j];
            *s = (REAL)(dual ? (double)*s - u[i] * u[j] / all->s
                             : (double)(i == j) - (double)*s - each);
        }
}

/* E = S^-1 C for one run. */
static bool NAME(hold_out_run)(const struct NAME(held) * held, size_t first, size_t count)
{
    const struct hold_out *all = held->all;
    const size_t columns = all->columns;
    NAME(complement)(held, first, count);
    if (!NAME(factor_tile)(held->s, count, count))
        return false;
    for (size_t i = 0; i < count * columns; i++)
        held->e[i] = (REAL)all->c[first * columns + i];
    for (int turned = 1; turned >= 0; turned--)
        BLAS(trsm)
    (CblasRowMajor, CblasLeft, CblasUpper, turned ? CblasTrans : CblasNoTrans, CblasNonUnit,
     (blasint)count, (blasint)columns, 1, held->s, (blasint)count, held->e, (blasint)columns);
    for (size_t i = 0; i < count * columns; i++)
        all->e[first * columns + i] = (double)held->e[i];
    return true;
}

/* Runs FIRST to END - 1, together for the sake of one large triangular solution. */
static void NAME(hold_out_some)(void *state, size_t piece, size_t thread)
{
    (void)thread;
    struct hold_out *all = state;
    const size_t *start = all->runs->start, first = all->some[piece], end = all->some[piece + 1];
    const struct har_normal *g = all->normal;
    struct NAME(held) held = {.all = all,
                              .first = start[first],
                              .count = start[end] - start[first],
                              .under = g->dual ? g->n - start[first] : g->n};
    held.b = har_allocate_aligned(held.under * held.count, sizeof *held.b);
    held.s = har_allocate_aligned(all->largest * all->largest, sizeof *held.s);
    held.e = har_allocate_aligned(all->largest * all->columns, sizeof *held.e);
    const bool room = held.b != NULL && held.s != NULL && held.e != NULL;
    bool well = true;
    if (room) {
        NAME(fill)(&held);
        NAME(half_solve)(g, held.b, held.count, g->dual ? held.first : 0, true);
    }
    for (size_t run = first; room && well && run < end; run++)
        well = NAME(hold_out_run)(&held, start[run], start[run + 1] - start[run]);
    if (!room)
        atomic_store(&all->no_memory, true);
    if (!well)
        atomic_store(&all->failed, true);
    free(held.b);
    free(held.s);
    free(held.e);
}

static enum har_status NAME(hold_out)(const struct har_normal *g, double *e, const double *c,
                                      size_t columns, const double *u, double s,
                                      const struct har_runs *runs)
{
    struct hold_out all = {
        .normal = g, .e = e, .c = c, .columns = columns, .u = u, .s = s, .runs = runs};
    if (!group_runs(&all))
        return HAR_SYSTEM;
    har_threads_run(g->threads, all.pieces, NAME(hold_out_some), &all);
    free(all.some);
    if (atomic_load(&all.no_memory))
        return HAR_SYSTEM;
    return atomic_load(&all.failed) ? HAR_NUMBERS : HAR_OK;
}
