#include "stream/reader.h"
#include "base/checksum.h"
#include "base/memory.h"
#include "stream/bytes.h"
#include "stream/decode.h"
#include "stream/scan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct har_reader {
    char *const *file; /* borrowed */
    size_t files, next_file;
    struct har_bytes bytes;
    bool is_open;             /* a file is being read */
    size_t number;            /* of the present frame in its file */
    size_t frames_read;       /* in this file */
    struct har_error failure; /* what every further call answers, once one has failed */

    struct har_decoder decoder;
    struct har_frame frame;
    json_t *header;

    bool in_segment;
    bool more; /* the last end frame promised another segment */
    uint64_t segment_frames, segment_rows;
    uint32_t crc;
    size_t columns;                            /* tensors of the segment's first data frame, */
    struct har_tensor column[HAR_TENSORS_MAX]; /* whose types and row shapes all others have */
};

static enum har_status new_reader(struct har_reader **reader, struct har_error *err)
{
    *reader = har_allocate(1, sizeof **reader);
    if (*reader == NULL)
        return har_fail_memory(err);
    (*reader)->bytes.fd = -1;
    return HAR_OK;
}

enum har_status har_reader_new(struct har_reader **reader, char *const *files, size_t count,
                               struct har_error *err)
{
    static char name[] = "-";
    static char *const standard_input[] = {name};
    if (new_reader(reader, err) != HAR_OK)
        return err->status;
    (*reader)->file = count == 0 ? standard_input : files;
    (*reader)->files = count == 0 ? 1 : count;
    return HAR_OK;
}

enum har_status har_reader_new_memory(struct har_reader **reader, const void *data, size_t size,
                                      const char *name, struct har_error *err)
{
    if (new_reader(reader, err) != HAR_OK)
        return err->status;
    har_bytes_open_memory(&(*reader)->bytes, data, size, name);
    (*reader)->is_open = true;
    return HAR_OK;
}

void har_reader_free(struct har_reader *reader)
{
    if (reader == NULL)
        return;
    har_bytes_close(&reader->bytes);
    free(reader->bytes.block);
    har_decoder_free(&reader->decoder);
    json_decref(reader->header);
    free(reader);
}

void har_reader_on_wait(struct har_reader *reader, void (*on_wait)(void *arg), void *arg)
{
    reader->bytes.on_wait = on_wait;
    reader->bytes.arg = arg;
}

const json_t *har_reader_header(const struct har_reader *reader)
{
    return reader->header;
}

const char *har_reader_type(const struct har_reader *reader)
{
    return json_string_value(json_object_get(reader->header, "type"));
}

const struct har_frame *har_reader_frame(const struct har_reader *reader)
{
    return &reader->frame;
}

enum har_status har_end_failure(const struct har_end *end, struct har_error *err)
{
    har_fail(err, end->status, "%s", end->message);
    err->upstream = true;
    return end->status;
}

enum har_status har_reader_at(const struct har_reader *reader, struct har_error *err)
{
    return har_error_at(err, "%s: frame %zu", reader->bytes.name, reader->number);
}

/* ---- frames ---- */

/* The end of a file that doesn't end a segment properly. */
static enum har_status check_finished(const struct har_reader *reader, struct har_error *err)
{
    if (reader->in_segment) {
        har_fail(err, HAR_INPUT, "truncated: end of file inside a segment");
        return har_reader_at(reader, err);
    }
    if (reader->more) {
        har_fail(err, HAR_INPUT, "truncated: end of file where another segment was announced");
        return har_reader_at(reader, err);
    }
    if (reader->frames_read == 0)
        return har_fail(err, HAR_INPUT, "%s: empty input, expected a stream", reader->bytes.name);
    return HAR_OK;
}

static enum har_status refuse_scanned(const struct har_reader *reader,
                                      const struct har_scanner *scanner, struct har_error *err)
{
    if (reader->number == 0 && !scanner->started) {
        har_bytes_foreign(&reader->bytes, err);
        return har_error_at(err, "%s", reader->bytes.name);
    }
    har_fail(err, HAR_INPUT, "%s", scanner->fault);
    return har_reader_at(reader, err);
}

/* Brings one whole frame into the buffer: *SIZE bytes at its start, 0 at the end of the file. */
static enum har_status read_frame(struct har_reader *reader, size_t *size, struct har_error *err)
{
    struct har_bytes *bytes = &reader->bytes;
    struct har_scanner scanner = {0};
    reader->number = reader->frames_read;
    for (;;) {
        size_t used;
        const enum har_scan state = har_scan(&scanner, bytes->at + bytes->start + scanner.size,
                                             bytes->end - bytes->start - scanner.size, &used);
        *size = scanner.size;
        if (state == HAR_SCAN_BAD)
            return refuse_scanned(reader, &scanner, err);
        if (state == HAR_SCAN_DONE)
            return HAR_OK;
        if (bytes->finished)
            break;
        if (har_bytes_more(bytes, err) != HAR_OK)
            return err->status;
    }
    if (scanner.size == 0)
        return check_finished(reader, err);
    har_fail(err, HAR_INPUT, "truncated: end of file inside a frame");
    return har_reader_at(reader, err);
}

/* ---- segments ---- */

static enum har_status begin_segment(struct har_reader *reader, struct har_error *err)
{
    json_t *header = reader->frame.header;
    reader->frame.header = NULL;
    if (reader->in_segment) {
        json_decref(header);
        return har_fail(err, HAR_INPUT, "a header inside a segment, expected data or an end frame");
    }
    json_decref(reader->header);
    reader->header = header;
    reader->in_segment = true;
    reader->more = false;
    reader->segment_frames = reader->segment_rows = 0;
    reader->crc = har_crc32(0, reader->frame.bytes, reader->frame.size);
    return HAR_OK;
}

static enum har_status fail_column(const struct har_tensor *first, const struct har_tensor *here,
                                   struct har_error *err)
{
    char found[128], wanted[128];
    har_shape_text(found, here->rank, here->shape);
    har_shape_text(wanted, first->rank, first->shape);
    return har_fail(err, HAR_INPUT, "%s is %s %s, the frame before has %s %s", here->name,
                    har_dtype_name(here->type), found, har_dtype_name(first->type), wanted);
}

/* All frames of a segment have the tensors of its first. */
static enum har_status check_columns(struct har_reader *reader, struct har_error *err)
{
    const struct har_frame *frame = &reader->frame;
    if (reader->decoder.form != HAR_FORM_ROWS)
        return HAR_OK;
    if (reader->segment_frames == 0) {
        reader->columns = frame->tensors;
        memcpy(reader->column, frame->tensor, frame->tensors * sizeof *frame->tensor);
        return HAR_OK;
    }
    for (size_t i = 0; i < reader->columns; i++) {
        const struct har_tensor *first = &reader->column[i];
        const struct har_tensor *here = har_frame_find(frame, first->name);
        if (here == NULL)
            return har_fail(err, HAR_INPUT, "%s is missing, the frame before has it", first->name);
        if (!har_tensor_rows_are(here, first->type, first->rank, first->shape))
            return fail_column(first, here, err);
    }
    if (frame->tensors != reader->columns)
        return har_fail(err, HAR_INPUT, "%zu tensors, expected %zu as in the frame before",
                        frame->tensors, reader->columns);
    return HAR_OK;
}

static enum har_status add_data(struct har_reader *reader, struct har_error *err)
{
    const struct har_frame *frame = &reader->frame;
    if (check_columns(reader, err) != HAR_OK)
        return err->status;
    if (frame->seq != reader->segment_frames)
        return har_fail(err, HAR_INPUT, "seq is %" PRIu64 ", expected %" PRIu64, frame->seq,
                        reader->segment_frames);
    if (__builtin_add_overflow(reader->segment_rows, frame->rows, &reader->segment_rows))
        return har_fail(err, HAR_INPUT, "more than 2^64 rows");
    reader->segment_frames++;
    reader->crc = har_crc32(reader->crc, frame->bytes, frame->size);
    return HAR_OK;
}

/* The optional last key of an end frame, which covers what the segment's checksum doesn't. */
static enum har_status check_check(const struct har_frame *frame, struct har_error *err)
{
    static const unsigned char five_bytes = 0xce; /* uint 32 and its number */
    if (!frame->end.has_check)
        return HAR_OK;
    const uint32_t crc = har_crc32(0, frame->bytes, frame->size - 5);
    if (frame->bytes[frame->size - 5] != five_bytes || crc != frame->end.check)
        return har_fail(err, HAR_INPUT,
                        "the end frame's check is %08" PRIx32 ", its bytes' %08" PRIx32,
                        frame->end.check, crc);
    return HAR_OK;
}

static enum har_status end_segment(struct har_reader *reader, struct har_error *err)
{
    const struct har_end *end = &reader->frame.end;
    if (check_check(&reader->frame, err) != HAR_OK)
        return err->status;
    if (end->frames != reader->segment_frames)
        return har_fail(err, HAR_INPUT,
                        "the end frame says %" PRIu64 " data frames, %" PRIu64 " came", end->frames,
                        reader->segment_frames);
    if (end->rows != reader->segment_rows && reader->decoder.form != HAR_FORM_FOREIGN)
        return har_fail(err, HAR_INPUT, "the end frame says %" PRIu64 " rows, %" PRIu64 " came",
                        end->rows, reader->segment_rows);
    if (end->crc32 != reader->crc)
        return har_fail(err, HAR_INPUT,
                        "the end frame says checksum %08" PRIx32 ", the segment has %08" PRIx32,
                        end->crc32, reader->crc);
    reader->in_segment = false;
    reader->more = end->more;
    return HAR_OK;
}

static enum har_status take_frame(enum har_item *item, struct har_reader *reader,
                                  struct har_error *err)
{
    switch (reader->frame.kind) {
    case HAR_FRAME_HEADER:
        *item = HAR_ITEM_HEADER;
        return begin_segment(reader, err);
    case HAR_FRAME_DATA:
        *item = HAR_ITEM_DATA;
        return add_data(reader, err);
    default:
        *item = HAR_ITEM_END;
        return end_segment(reader, err);
    }
}

/* Decodes the SIZE bytes at the buffer's start and takes them out of it. */
static enum har_status decode_frame(enum har_item *item, struct har_reader *reader, size_t size,
                                    struct har_error *err)
{
    struct har_bytes *bytes = &reader->bytes;
    enum har_status status =
        har_decode(&reader->frame, &reader->decoder, bytes->at + bytes->start, size, err);
    if (status == HAR_OK && !reader->in_segment && reader->frame.kind != HAR_FRAME_HEADER)
        status = har_fail(err, HAR_INPUT, "a frame outside a segment, expected a header");
    if (status == HAR_OK)
        status = take_frame(item, reader, err);
    if (status != HAR_OK)
        return har_reader_at(reader, err);
    bytes->start += size;
    reader->frames_read++;
    return HAR_OK;
}

/* ---- files ---- */

static enum har_status next_frame(enum har_item *item, struct har_reader *reader,
                                  struct har_error *err)
{
    for (;;) {
        if (!reader->is_open && reader->next_file == reader->files) {
            *item = HAR_ITEM_EOF;
            return HAR_OK;
        }
        if (!reader->is_open) {
            reader->frames_read = 0;
            if (har_bytes_open(&reader->bytes, reader->file[reader->next_file++], err) != HAR_OK)
                return err->status;
            reader->is_open = true;
        }
        size_t size = 0;
        if (read_frame(reader, &size, err) != HAR_OK)
            return err->status;
        if (size > 0)
            return decode_frame(item, reader, size, err);
        har_bytes_close(&reader->bytes);
        reader->is_open = false;
    }
}

enum har_status har_reader_next(enum har_item *item, struct har_reader *reader,
                                struct har_error *err)
{
    if (reader->failure.status != HAR_OK) {
        *err = reader->failure;
        return err->status;
    }
    const enum har_status status = next_frame(item, reader, err);
    if (status != HAR_OK)
        reader->failure = *err;
    return status;
}

bool har_reader_failed(const struct har_reader *reader)
{
    return reader->failure.status != HAR_OK;
}
