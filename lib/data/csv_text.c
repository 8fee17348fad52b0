#include "data/csv_text.h"

#include <string.h>

enum { field_max = 1 << 20, growth = 4096, piece_max = 64 << 10, mark_size = 3 };

static const char byte_order_mark[] = "\xef\xbb\xbf";

enum har_status har_csv_text_init(struct har_csv_text *csv, const struct har_csv_taker *taker,
                                  struct har_error *err)
{
    *csv = (struct har_csv_text){.taker = *taker, .line = 1};
    if (csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        return har_fail_memory(err);
    csv_set_blk_size(&csv->parser, growth);
    return HAR_OK;
}

void har_csv_text_free(struct har_csv_text *csv)
{
    csv_free(&csv->parser);
}

static void on_field(void *text, size_t size, void *state)
{
    struct har_csv_text *csv = state;
    if (csv->status == HAR_OK)
        csv->status = csv->taker.field(csv->taker.state, text == NULL ? "" : text, size, csv->err);
}

static void on_row(int end, void *state)
{
    (void)end;
    struct har_csv_text *csv = state;
    csv->quotes = false;
    if (csv->status == HAR_OK)
        csv->status = csv->taker.row(csv->taker.state, csv->err);
}

static enum har_status parser_fault(struct har_csv_text *csv, struct har_error *err)
{
    if (csv_error(&csv->parser) == CSV_EPARSE)
        return har_fail(err, HAR_INPUT, "line %zu: a quote where none may stand", csv->line);
    return har_fail_memory(err);
}

/* One line or a part of one, so that the line is known where the parser calls back. */
static enum har_status feed_piece(struct har_csv_text *csv, const char *text, size_t size,
                                  struct har_error *err)
{
    csv->quotes = csv->quotes || memchr(text, '"', size) != NULL;
    if (csv_parse(&csv->parser, text, size, on_field, on_row, csv) != size && csv->status == HAR_OK)
        return parser_fault(csv, err);
    if (csv->status == HAR_OK && csv_get_buffer_size(&csv->parser) > field_max)
        return har_fail(err, HAR_INPUT,
                        "line %zu: a field exceeds 1 MiB (a quote that isn't closed?)", csv->line);
    return csv->status;
}

/* Bytes up to a line's end, or all. */
static size_t piece_size(const char *text, size_t size)
{
    const size_t most = size < piece_max ? size : piece_max;
    for (size_t i = 0; i < most; i++)
        if (text[i] == '\n' || text[i] == '\r')
            return i + 1;
    return most;
}

static enum har_status feed(struct har_csv_text *csv, const char *text, size_t size,
                            struct har_error *err)
{
    while (size > 0) {
        const size_t count = piece_size(text, size);
        if (feed_piece(csv, text, count, err) != HAR_OK)
            return err->status;
        const char last = text[count - 1];
        csv->line += last == '\r' || (last == '\n' && !(count == 1 && csv->after_cr));
        csv->after_cr = last == '\r';
        text += count;
        size -= count;
    }
    return HAR_OK;
}

/* What was held back, for it began like a mark, is the text's own. */
static enum har_status end_mark(struct har_csv_text *csv, struct har_error *err)
{
    const size_t held = csv->marked;
    csv->marked = mark_size;
    return held < mark_size ? feed(csv, byte_order_mark, held, err) : HAR_OK;
}

enum har_status har_csv_text_feed(struct har_csv_text *csv, const char *text, size_t size,
                                  struct har_error *err)
{
    csv->err = err;
    while (size > 0 && csv->marked < mark_size && *text == byte_order_mark[csv->marked]) {
        csv->marked++;
        text++;
        size--;
    }
    const enum har_status status = size > 0 ? end_mark(csv, err) : HAR_OK;
    return status == HAR_OK ? feed(csv, text, size, err) : status;
}

enum har_status har_csv_text_finish(struct har_csv_text *csv, struct har_error *err)
{
    csv->err = err;
    if (end_mark(csv, err) != HAR_OK)
        return err->status;
    if (csv_fini(&csv->parser, on_field, on_row, csv) != 0 && csv->status == HAR_OK)
        return har_fail(err, HAR_INPUT, "line %zu: the text ends within quotes", csv->line);
    return csv->status;
}
