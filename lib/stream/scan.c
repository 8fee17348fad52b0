#include "stream/scan.h"

static const char frame_too_long[] = "frame exceeds 64 MiB";

static enum har_scan refuse(struct har_scanner *scanner, const char *fault)
{
    scanner->fault = fault;
    return HAR_SCAN_BAD;
}

/* One object is complete, and with it perhaps the containers that it closes. */
static enum har_scan complete(struct har_scanner *scanner)
{
    while (scanner->depth > 0 && scanner->left[scanner->depth - 1] == 0)
        scanner->depth--;
    return scanner->depth == 0 ? HAR_SCAN_DONE : HAR_SCAN_MORE;
}

static enum har_scan begin_payload(struct har_scanner *scanner, uint64_t bytes)
{
    if (bytes > HAR_FRAME_MAX - scanner->size)
        return refuse(scanner, frame_too_long);
    scanner->skip = bytes;
    return bytes == 0 ? complete(scanner) : HAR_SCAN_MORE;
}

static enum har_scan begin_container(struct har_scanner *scanner, uint64_t objects)
{
    if (objects > HAR_OBJECTS_MAX - scanner->objects)
        return refuse(scanner, "frame declares more than 262144 objects");
    scanner->objects += (size_t)objects;
    if (objects == 0)
        return complete(scanner);
    if (scanner->depth == HAR_DEPTH_MAX)
        return refuse(scanner, "maps and arrays are nested more than 16 deep");
    scanner->left[scanner->depth++] = objects;
    return HAR_SCAN_MORE;
}

static enum har_scan begin(struct har_scanner *scanner, unsigned children, uint64_t length)
{
    return children == 0 ? begin_payload(scanner, length)
                         : begin_container(scanner, length * children);
}

/* The length is told by the next DIGITS bytes. */
static enum har_scan expect(struct har_scanner *scanner, unsigned children, unsigned digits)
{
    scanner->children = children;
    scanner->digits = digits;
    scanner->length = 0;
    return HAR_SCAN_MORE;
}

/* Bytes 0xc0 to 0xdf, which stand for one type each. */
static enum har_scan scan_type(struct har_scanner *scanner, unsigned char byte)
{
    switch (byte) {
    case 0xc0: /* nil */
    case 0xc2: /* false */
    case 0xc3: /* true */
        return complete(scanner);
    case 0xc4: /* bin 8, 16, 32 */
    case 0xc5:
    case 0xc6:
        return expect(scanner, 0, 1U << (byte - 0xc4));
    case 0xca: /* float 32, 64 */
    case 0xcb:
        return begin_payload(scanner, 4U << (byte - 0xca));
    case 0xcc: /* uint 8, 16, 32, 64 */
    case 0xcd:
    case 0xce:
    case 0xcf:
        return begin_payload(scanner, 1U << (byte - 0xcc));
    case 0xd0: /* int 8, 16, 32, 64 */
    case 0xd1:
    case 0xd2:
    case 0xd3:
        return begin_payload(scanner, 1U << (byte - 0xd0));
    case 0xd9: /* str 8, 16, 32 */
    case 0xda:
    case 0xdb:
        return expect(scanner, 0, 1U << (byte - 0xd9));
    case 0xdc: /* array 16, 32 */
    case 0xdd:
        return expect(scanner, 1, 2U << (byte - 0xdc));
    case 0xde: /* map 16, 32 */
    case 0xdf:
        return expect(scanner, 2, 2U << (byte - 0xde));
    case 0xc1:
        return refuse(scanner, "not msgpack (byte 0xc1)");
    default: /* ext 8, 16, 32; fixext 1, 2, 4, 8, 16 */
        return refuse(scanner, "msgpack extension types aren't part of the format");
    }
}

static bool is_map(unsigned char byte)
{
    return (byte & 0xf0) == 0x80 || byte == 0xde || byte == 0xdf;
}

/* The first byte of an object. */
static enum har_scan scan_first(struct har_scanner *scanner, unsigned char byte)
{
    if (!scanner->started) {
        if (!is_map(byte))
            return refuse(scanner, "not a msgpack map");
        scanner->started = true;
        scanner->objects = 1;
    } else {
        scanner->left[scanner->depth - 1]--;
    }
    if (byte < 0x80 || byte >= 0xe0) /* small integers */
        return complete(scanner);
    if (byte < 0x90)
        return begin_container(scanner, 2U * (byte & 0x0f));
    if (byte < 0xa0)
        return begin_container(scanner, byte & 0x0f);
    if (byte < 0xc0)
        return begin_payload(scanner, byte & 0x1f);
    return scan_type(scanner, byte);
}

static enum har_scan scan_byte(struct har_scanner *scanner, unsigned char byte)
{
    if (scanner->size == HAR_FRAME_MAX)
        return refuse(scanner, frame_too_long);
    scanner->size++;
    if (scanner->digits == 0)
        return scan_first(scanner, byte);
    scanner->length = scanner->length << 8 | byte;
    scanner->digits--;
    return scanner->digits > 0 ? HAR_SCAN_MORE : begin(scanner, scanner->children, scanner->length);
}

static enum har_scan skip_payload(struct har_scanner *scanner, size_t available, size_t *used)
{
    const size_t step = scanner->skip < available ? (size_t)scanner->skip : available;
    *used += step;
    scanner->size += step;
    scanner->skip -= step;
    return scanner->skip > 0 ? HAR_SCAN_MORE : complete(scanner);
}

enum har_scan har_scan(struct har_scanner *scanner, const unsigned char *bytes, size_t count,
                       size_t *used)
{
    enum har_scan state = HAR_SCAN_MORE;
    *used = 0;
    while (state == HAR_SCAN_MORE && *used < count) {
        if (scanner->skip > 0)
            state = skip_payload(scanner, count - *used, used);
        else
            state = scan_byte(scanner, bytes[(*used)++]);
    }
    return state;
}
