#include "stream/writer.h"
#include "base/checksum.h"
#include "base/memory.h"
#include "base/text.h"
#include "stream/emit.h"
#include "stream/header.h"
#include "stream/scan.h"

#include <stdlib.h>
#include <string.h>

enum har_status har_writer_new(struct har_writer **writer, int fd, const char *name,
                               json_t *provenance, struct har_error *err)
{
    struct har_writer *made = har_allocate(1, sizeof *made);
    char *copy = strdup(name);
    if (made == NULL || copy == NULL) {
        free(made);
        free(copy);
        return har_fail_memory(err);
    }
    made->fd = fd;
    made->name = copy;
    made->provenance = json_incref(provenance);
    msgpack_sbuffer_init(&made->pending);
    msgpack_packer_init(&made->packer, &made->pending, msgpack_sbuffer_write);
    *writer = made;
    return HAR_OK;
}

void har_writer_free(struct har_writer *writer)
{
    if (writer == NULL)
        return;
    msgpack_sbuffer_destroy(&writer->pending);
    json_decref(writer->provenance);
    free(writer->name);
    free(writer);
}

bool har_writer_open(const struct har_writer *writer)
{
    return writer->open;
}

void har_writer_input(struct har_writer *writer, uint32_t input)
{
    writer->has_input = true;
    writer->input = input;
}

/* ---- headers ---- */

/* The header's provenance with this program's entry added; NULL: none, or no memory. */
static json_t *extended_provenance(const struct har_writer *writer, const json_t *header)
{
    const json_t *upstream = json_object_get(header, "provenance");
    json_t *list = json_is_array(upstream) ? json_copy((json_t *)upstream) : json_array();
    if (json_array_append(list, writer->provenance) == 0)
        return list;
    json_decref(list);
    return NULL;
}

static bool is_early_key(const char *key)
{
    return strcmp(key, "har") == 0 || strcmp(key, "kind") == 0 || strcmp(key, "type") == 0 ||
           strcmp(key, "provenance") == 0;
}

/* What is passed on of a newer minor version stays of it. */
static uint64_t minor_of(const json_t *header)
{
    const json_t *version = json_object_get(header, "har");
    return version == NULL ? HAR_MINOR : (uint64_t)json_integer_value(json_array_get(version, 1));
}

/* har, kind, type, the rest in its order, provenance. */
static bool pack_header(struct har_writer *writer, const json_t *header, uint64_t minor,
                        const json_t *provenance)
{
    msgpack_packer *packer = &writer->packer;
    const char *key;
    json_t *value;
    size_t others = 0;
    json_object_foreach((json_t *)header, key, value) others += is_early_key(key) ? 0 : 1;
    bool ok = har_pack_map(packer, 3 + others + (provenance != NULL ? 1 : 0)) &&
              har_pack_text(packer, "har") && har_pack_array(packer, 2) &&
              har_pack_count(packer, HAR_MAJOR) && har_pack_count(packer, minor) &&
              har_pack_text(packer, "kind") && har_pack_text(packer, "header") &&
              har_pack_text(packer, "type") &&
              har_pack_json(packer, json_object_get(header, "type"));
    json_object_foreach((json_t *)header, key, value) if (!is_early_key(key)) ok =
        ok && har_pack_text(packer, key) && har_pack_json(packer, value);
    if (provenance != NULL)
        ok = ok && har_pack_text(packer, "provenance") && har_pack_json(packer, provenance);
    return ok;
}

/* A header that readers would refuse isn't written. */
static enum har_status check_header(const struct har_writer *writer, size_t mark,
                                    struct har_error *err)
{
    struct har_scanner scanner = {0};
    size_t used;
    const unsigned char *bytes = (const unsigned char *)writer->pending.data + mark;
    if (har_scan(&scanner, bytes, writer->pending.size - mark, &used) == HAR_SCAN_BAD)
        return har_fail(err, HAR_INPUT, "header: %s", scanner.fault);
    return HAR_OK;
}

static enum har_status write_header(struct har_writer *writer, const json_t *header, uint64_t minor,
                                    const json_t *provenance, struct har_error *err)
{
    if (har_emit_begin(writer, false, err) != HAR_OK)
        return err->status;
    if (!json_is_string(json_object_get(header, "type")))
        return har_fail(err, HAR_INPUT, "header: no type");
    if (har_header_check(header, err) != HAR_OK)
        return err->status;
    const size_t mark = writer->pending.size;
    if (!pack_header(writer, header, minor, provenance))
        return har_emit_forget(writer, mark, har_fail_memory(err));
    if (check_header(writer, mark, err) != HAR_OK)
        return har_emit_forget(writer, mark, err->status);
    writer->open = true;
    writer->frames = writer->rows = 0;
    writer->crc = 0;
    har_emit_crc(writer, mark);
    return har_emit_end(writer, err);
}

enum har_status har_writer_header(struct har_writer *writer, const json_t *header,
                                  struct har_error *err)
{
    json_t *provenance = NULL;
    if (writer->provenance != NULL && (provenance = extended_provenance(writer, header)) == NULL)
        return har_fail_memory(err);
    const enum har_status status = write_header(writer, header, HAR_MINOR, provenance, err);
    json_decref(provenance);
    return status;
}

enum har_status har_writer_foreign_header(struct har_writer *writer, const json_t *header,
                                          struct har_error *err)
{
    writer->has_input = false; /* what was noted is of other rows */
    return write_header(writer, header, minor_of(header),
                        writer->provenance == NULL ? NULL : json_object_get(header, "provenance"),
                        err);
}

/* ---- frames passed on ---- */

/* The frame in three parts: before seq's value, that value anew, and after it. */
static enum har_status pass_pieces(struct har_writer *writer, const struct har_frame *frame,
                                   size_t mark, struct har_error *err)
{
    struct iovec pieces[4];
    size_t count = 0;
    const size_t rest = frame->seq_at + frame->seq_size;
    har_emit_piece(writer, pieces, &count, writer->pending.data, mark, false);
    har_emit_piece(writer, pieces, &count, frame->bytes, frame->seq_at, true);
    har_emit_piece(writer, pieces, &count, writer->pending.data + mark, writer->pending.size - mark,
                   true);
    har_emit_piece(writer, pieces, &count, frame->bytes + rest, frame->size - rest, true);
    return har_emit_pieces(writer, pieces, count, err);
}

static enum har_status pass_small(struct har_writer *writer, const struct har_frame *frame,
                                  size_t mark, struct har_error *err)
{
    const size_t rest = frame->seq_at + frame->seq_size;
    const char *bytes = (const char *)frame->bytes;
    writer->pending.size = mark;
    if (msgpack_sbuffer_write(&writer->pending, bytes, frame->seq_at) != 0 ||
        !har_pack_count(&writer->packer, writer->frames) ||
        msgpack_sbuffer_write(&writer->pending, bytes + rest, frame->size - rest) != 0)
        return har_emit_forget(writer, mark, har_fail_memory(err));
    har_emit_crc(writer, mark);
    return har_emit_end(writer, err);
}

enum har_status har_writer_pass(struct har_writer *writer, const struct har_frame *frame,
                                struct har_error *err)
{
    if (har_emit_begin(writer, true, err) != HAR_OK)
        return err->status;
    const size_t mark = writer->pending.size;
    if (!har_pack_count(&writer->packer, writer->frames))
        return har_emit_forget(writer, mark, har_fail_memory(err));
    const size_t digits = writer->pending.size - mark;
    if (frame->size - frame->seq_size + digits > HAR_FRAME_MAX)
        return har_emit_forget(writer, mark, har_fail(err, HAR_INPUT, "frame exceeds 64 MiB"));
    const enum har_status status = frame->size <= HAR_SMALL_FRAME
                                       ? pass_small(writer, frame, mark, err)
                                       : pass_pieces(writer, frame, mark, err);
    writer->frames++;
    writer->rows += frame->rows;
    return status;
}

/* ---- ends ---- */

static bool pack_end(struct har_writer *writer, bool more, enum har_status status,
                     const char *message)
{
    msgpack_packer *packer = &writer->packer;
    bool ok = har_pack_map(packer, writer->has_input ? 9 : 8) && har_pack_text(packer, "kind") &&
              har_pack_text(packer, "end") && har_pack_text(packer, "frames") &&
              har_pack_count(packer, writer->frames) && har_pack_text(packer, "rows") &&
              har_pack_count(packer, writer->rows) && har_pack_text(packer, "crc32") &&
              har_pack_count(packer, writer->crc) && har_pack_text(packer, "more") &&
              har_pack_flag(packer, more) && har_pack_text(packer, "status") &&
              har_pack_count(packer, (uint64_t)status) && har_pack_text(packer, "message") &&
              har_pack_text(packer, message);
    if (writer->has_input)
        ok = ok && har_pack_text(packer, "input") && har_pack_count(packer, writer->input);
    return ok && har_pack_text(packer, "check");
}

static enum har_status write_end(struct har_writer *writer, bool more, enum har_status status,
                                 const char *message, struct har_error *err)
{
    if (har_emit_begin(writer, true, err) != HAR_OK)
        return err->status;
    const size_t mark = writer->pending.size;
    if (!pack_end(writer, more, status, message))
        return har_emit_forget(writer, mark, har_fail_memory(err));
    const uint32_t check = har_crc32(0, writer->pending.data + mark, writer->pending.size - mark);
    if (msgpack_pack_fix_uint32(&writer->packer, check) != 0)
        return har_emit_forget(writer, mark, har_fail_memory(err));
    writer->open = writer->has_input = false;
    return har_emit_end(writer, err);
}

enum har_status har_writer_end(struct har_writer *writer, bool more, struct har_error *err)
{
    return write_end(writer, more, HAR_OK, "", err);
}

static enum har_status begin_error_segment(struct har_writer *writer, struct har_error *err)
{
    json_t *header = json_pack("{s:s}", "type", "error");
    if (header == NULL)
        return har_fail_memory(err);
    const enum har_status status = har_writer_header(writer, header, err);
    json_decref(header);
    return status;
}

enum har_status har_writer_fail(struct har_writer *writer, enum har_status status,
                                const char *message, struct har_error *err)
{
    char line[HAR_MESSAGE_MAX + 1];
    har_plain_text(line, sizeof line, message);
    if (!writer->open && begin_error_segment(writer, err) != HAR_OK)
        return err->status;
    if (write_end(writer, false, status, line[0] == '\0' ? "failed" : line, err) != HAR_OK)
        return err->status;
    return har_writer_flush(writer, err);
}
