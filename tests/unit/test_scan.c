#include "stream/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

struct example {
    const unsigned char *bytes;
    size_t size;
    enum har_scan state;
    size_t used;
    const char *fault;
};

static const struct example examples[] = {
    {BYTES("\x80"), HAR_SCAN_DONE, 1, NULL},
    {BYTES("\x80\x80"), HAR_SCAN_DONE, 1, NULL},
    {BYTES("\x81\xa1"
           "a\x01"),
     HAR_SCAN_DONE, 4, NULL},
    {BYTES("\x81\xa1"
           "a\xc4\x02xy"),
     HAR_SCAN_DONE, 7, NULL},
    {BYTES("\x81\xa1"
           "a\x92\x90\x81\xc0\xc3"),
     HAR_SCAN_DONE, 8, NULL},
    {BYTES("\xde\x00\x01\xc2\xcb\0\0\0\0\0\0\0\0"), HAR_SCAN_DONE, 13, NULL},
    {BYTES("\xdf\0\0\0\x01\xd9\x01x\xdc\x00\x02\x01\xe0"), HAR_SCAN_DONE, 13, NULL},
    {BYTES("\x81\xa1"
           "a\xd1\x01"),
     HAR_SCAN_MORE, 5, NULL},
    {BYTES("\x82\xa1"
           "a\x01"),
     HAR_SCAN_MORE, 4, NULL},
    {BYTES("x"), HAR_SCAN_BAD, 1, "not a msgpack map"},
    {BYTES("\x90"), HAR_SCAN_BAD, 1, "not a msgpack map"},
    {BYTES("\x81\xc1"), HAR_SCAN_BAD, 2, "0xc1"},
    {BYTES("\x81\xd4\x01\x01"), HAR_SCAN_BAD, 2, "extension"},
    {BYTES("\x81\xc7\x01\x01\x01"), HAR_SCAN_BAD, 2, "extension"},
    {BYTES("\x81\xa0\xc6\xff\xff\xff\xff"), HAR_SCAN_BAD, 7, "64 MiB"},
    {BYTES("\x81\xa0\xc6\x04\x00\x00\x00"), HAR_SCAN_BAD, 7, "64 MiB"},
    {BYTES("\x81\xa0\xc6\x03\xff\xff\xf9"), HAR_SCAN_MORE, 7, NULL},
    {BYTES("\x81\xa0\xc6\x03\xff\xff\xfa"), HAR_SCAN_BAD, 7, "64 MiB"},
    {BYTES("\xdf\xff\xff\xff\xff"), HAR_SCAN_BAD, 5, "objects"},
    {BYTES("\xdf\x80\x00\x00\x00"), HAR_SCAN_BAD, 5, "objects"},
    {BYTES("\x81\xa0\xdd\x00\x03\xff\xfd"), HAR_SCAN_MORE, 7, NULL},
    {BYTES("\x81\xa0\xdd\x00\x03\xff\xfe"), HAR_SCAN_BAD, 7, "objects"},
};

static void check(const struct example *example, size_t step)
{
    struct har_scanner scanner = {0};
    enum har_scan state = HAR_SCAN_MORE;
    size_t at = 0;
    while (state == HAR_SCAN_MORE && at < example->size) {
        size_t used;
        const size_t count = example->size - at < step ? example->size - at : step;
        state = har_scan(&scanner, example->bytes + at, count, &used);
        assert_true(used <= count);
        assert_true(state != HAR_SCAN_MORE || used == count);
        at += used;
    }
    assert_int_equal(state, example->state);
    assert_int_equal(at, example->used);
    assert_int_equal(scanner.size, example->used);
    if (example->fault != NULL)
        assert_non_null(strstr(scanner.fault, example->fault));
}

static void whole_and_byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        for (size_t step = 1; step <= 16; step++)
            check(&examples[i], step);
}

/* A map in a map …, DEPTH of them. */
static enum har_scan scan_nested(size_t depth)
{
    unsigned char bytes[64];
    for (size_t i = 0; i < depth; i++) {
        bytes[2 * i] = 0x81;
        bytes[2 * i + 1] = 0x00;
    }
    bytes[2 * depth - 1] = 0x00;
    bytes[2 * depth] = 0x00;
    struct har_scanner scanner = {0};
    size_t used;
    return har_scan(&scanner, bytes, 2 * depth + 1, &used);
}

static void depth(void **state)
{
    (void)state;
    assert_int_equal(scan_nested(1), HAR_SCAN_DONE);
    assert_int_equal(scan_nested(HAR_DEPTH_MAX), HAR_SCAN_DONE);
    assert_int_equal(scan_nested(HAR_DEPTH_MAX + 1), HAR_SCAN_BAD);
}

/* Payload beyond the limit is refused by what it adds up to, too. */
static void many_payloads(void **state)
{
    (void)state;
    static unsigned char mebibyte[1 << 20];
    struct har_scanner scanner = {0};
    size_t used, payloads = 0;
    enum har_scan scan = har_scan(&scanner, BYTES("\x81\xa0\xdc\x01\x00"), &used);
    while (scan == HAR_SCAN_MORE) {
        scan = har_scan(&scanner, BYTES("\xc6\x00\x10\x00\x00"), &used);
        if (scan == HAR_SCAN_MORE)
            scan = har_scan(&scanner, mebibyte, sizeof mebibyte, &used);
        payloads++;
    }
    assert_int_equal(scan, HAR_SCAN_BAD);
    assert_int_equal(payloads, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_and_byte_by_byte),
                                       cmocka_unit_test(depth), cmocka_unit_test(many_payloads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
