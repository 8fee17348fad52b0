#include "base/text.h"
#include "stream/emit.h"
#include "stream/scan.h"

#include <string.h>

enum {
    pieces_max = 2 * HAR_TENSORS_MAX + 1,
    structure_max = 64 << 10 /* bytes of a weight's frame around its value, at most */
};

/* A frame being written: where its payloads stand between the bytes of its structure. */
struct draft {
    size_t mark;                     /* where its structure begins */
    size_t payloads;                 /* so many: */
    size_t after[HAR_TENSORS_MAX];   /* each follows this much of the structure */
    const struct har_tensor *tensor; /* and is this one's */
    size_t payload_bytes;
};

static bool pack_tensor(msgpack_packer *packer, const char *name, const struct har_tensor *tensor)
{
    bool ok = har_pack_text(packer, name) && har_pack_map(packer, 5) &&
              har_pack_bytes(packer, "nd") && har_pack_flag(packer, true) &&
              har_pack_bytes(packer, "type") &&
              har_pack_text(packer, har_dtype_name(tensor->type)) &&
              har_pack_bytes(packer, "kind") && har_pack_bytes(packer, "") &&
              har_pack_bytes(packer, "shape") && har_pack_array(packer, tensor->rank);
    for (size_t i = 0; ok && i < tensor->rank; i++)
        ok = har_pack_count(packer, tensor->shape[i]);
    return ok && har_pack_bytes(packer, "data") && msgpack_pack_bin(packer, tensor->bytes) == 0;
}

/* The structure of all tensors; a small frame's payloads stand in it, a large one's are noted. */
static bool pack_tensors(struct har_writer *writer, struct draft *draft, const char *only_name,
                         size_t count)
{
    const bool gather = draft->payload_bytes <= HAR_SMALL_FRAME;
    for (size_t i = 0; i < count; i++) {
        const struct har_tensor *tensor = &draft->tensor[i];
        if (!pack_tensor(&writer->packer, only_name != NULL ? only_name : tensor->name, tensor))
            return false;
        if (!gather)
            draft->after[draft->payloads++] = writer->pending.size;
        else if (tensor->bytes > 0 &&
                 msgpack_pack_bin_body(&writer->packer, tensor->data, tensor->bytes) != 0)
            return false;
    }
    return true;
}

/* Everything gathered before, then the frame's structure and payloads in turn. */
static enum har_status send_large(struct har_writer *writer, const struct draft *draft,
                                  struct har_error *err)
{
    struct iovec pieces[pieces_max];
    size_t count = 0, at = draft->mark;
    const char *structure = writer->pending.data;
    har_emit_piece(writer, pieces, &count, structure, at, false);
    for (size_t i = 0; i < draft->payloads; i++) {
        har_emit_piece(writer, pieces, &count, structure + at, draft->after[i] - at, true);
        har_emit_piece(writer, pieces, &count, draft->tensor[i].data, draft->tensor[i].bytes, true);
        at = draft->after[i];
    }
    return har_emit_pieces(writer, pieces, count, err);
}

static enum har_status send_draft(struct har_writer *writer, const struct draft *draft,
                                  struct har_error *err)
{
    writer->frames++;
    if (draft->payloads > 0)
        return send_large(writer, draft, err);
    har_emit_crc(writer, draft->mark);
    return har_emit_end(writer, err);
}

static bool is_reserved(const char *name)
{
    static const char *const reserved[] = {"kind", "seq", "name", "value", "offset"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(name, reserved[i]) == 0)
            return true;
    return false;
}

static enum har_status check_name(const struct har_tensor *tensor, size_t i, struct har_error *err)
{
    const char *name = tensor[i].name;
    if (name[0] == '\0')
        return har_fail(err, HAR_INPUT, "a tensor without a name");
    if (is_reserved(name))
        return har_fail(err, HAR_INPUT, "%s: a name that the format keeps for itself", name);
    if (!har_is_plain_text(name))
        return har_fail(err, HAR_INPUT, "a tensor's name isn't plain UTF-8 text");
    for (size_t j = 0; j < i; j++)
        if (strcmp(name, tensor[j].name) == 0)
            return har_fail(err, HAR_INPUT, "%s: tensor comes twice", name);
    return HAR_OK;
}

static enum har_status check_tensors(const struct har_tensor *tensor, size_t count,
                                     size_t *payload_bytes, struct har_error *err)
{
    if (count > HAR_TENSORS_MAX)
        return har_fail(err, HAR_INPUT, "%zu tensors, expected at most %d", count, HAR_TENSORS_MAX);
    *payload_bytes = 0;
    for (size_t i = 0; i < count; i++) {
        if (check_name(tensor, i, err) != HAR_OK)
            return err->status;
        if (tensor[i].rank == 0 || tensor[i].shape[0] != tensor[0].shape[0])
            return har_fail(err, HAR_INPUT, "%s has not as many rows as %s", tensor[i].name,
                            tensor[0].name);
        if (tensor[i].shape[0] > HAR_FRAME_MAX)
            return har_fail(err, HAR_INPUT, "%s: %zu rows in a frame, expected at most %zu",
                            tensor[i].name, tensor[i].shape[0], (size_t)HAR_FRAME_MAX);
        if (tensor[i].bytes > HAR_FRAME_MAX - *payload_bytes)
            return har_fail(err, HAR_INPUT, "%s: frame exceeds 64 MiB", tensor[i].name);
        *payload_bytes += tensor[i].bytes;
    }
    return HAR_OK;
}

static enum har_status check_size(const struct har_writer *writer, const struct draft *draft,
                                  struct har_error *err)
{
    const size_t structure = writer->pending.size - draft->mark;
    const size_t payload = draft->payloads > 0 ? draft->payload_bytes : 0;
    return structure + payload <= HAR_FRAME_MAX ? HAR_OK
                                                : har_fail(err, HAR_INPUT, "frame exceeds 64 MiB");
}

enum har_status har_writer_rows(struct har_writer *writer, const struct har_tensor *tensor,
                                size_t count, struct har_error *err)
{
    struct draft draft = {.tensor = tensor};
    if (har_emit_begin(writer, true, err) != HAR_OK ||
        check_tensors(tensor, count, &draft.payload_bytes, err) != HAR_OK)
        return err->status;
    draft.mark = writer->pending.size;
    msgpack_packer *packer = &writer->packer;
    if (!har_pack_map(packer, 2 + count) || !har_pack_text(packer, "kind") ||
        !har_pack_text(packer, "data") || !har_pack_text(packer, "seq") ||
        !har_pack_count(packer, writer->frames) || !pack_tensors(writer, &draft, NULL, count))
        return har_emit_forget(writer, draft.mark, har_fail_memory(err));
    if (check_size(writer, &draft, err) != HAR_OK)
        return har_emit_forget(writer, draft.mark, err->status);
    writer->rows += count > 0 ? tensor[0].shape[0] : 0;
    return send_draft(writer, &draft, err);
}

/* ---- a model's weights ---- */

static enum har_status write_weight(struct har_writer *writer, const char *name,
                                    const struct har_tensor *piece, bool whole, size_t offset,
                                    struct har_error *err)
{
    struct draft draft = {.tensor = piece, .payload_bytes = piece->bytes};
    if (har_emit_begin(writer, true, err) != HAR_OK)
        return err->status;
    draft.mark = writer->pending.size;
    msgpack_packer *packer = &writer->packer;
    bool ok = har_pack_map(packer, whole ? 4 : 5) && har_pack_text(packer, "kind") &&
              har_pack_text(packer, "data") && har_pack_text(packer, "seq") &&
              har_pack_count(packer, writer->frames) && har_pack_text(packer, "name") &&
              har_pack_text(packer, name);
    if (!whole)
        ok = ok && har_pack_text(packer, "offset") && har_pack_count(packer, offset);
    if (!ok || !pack_tensors(writer, &draft, "value", 1))
        return har_emit_forget(writer, draft.mark, har_fail_memory(err));
    return send_draft(writer, &draft, err);
}

enum har_status har_writer_weight(struct har_writer *writer, const char *name,
                                  const struct har_tensor *value, struct har_error *err)
{
    const size_t room = HAR_FRAME_MAX - structure_max;
    if (name[0] == '\0' || strlen(name) > HAR_NAME_MAX || !har_is_plain_text(name))
        return har_fail(err, HAR_INPUT, "a weight's name isn't plain text of 1 to %d bytes",
                        HAR_NAME_MAX);
    if (value->bytes <= room)
        return write_weight(writer, name, value, true, 0, err);
    const size_t row = har_tensor_row_bytes(value);
    if (row > room)
        return har_fail(err, HAR_INPUT, "%s: one row of %zu bytes exceeds a frame", name, row);
    struct har_tensor piece = *value;
    for (size_t first = 0; first < value->shape[0]; first += piece.shape[0]) {
        const size_t left = value->shape[0] - first;
        piece.shape[0] = left < room / row ? left : room / row;
        piece.bytes = piece.shape[0] * row;
        piece.data = value->data + first * row;
        if (write_weight(writer, name, &piece, false, first, err) != HAR_OK)
            return err->status;
    }
    return HAR_OK;
}
