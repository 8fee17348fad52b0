/* Where does a msgpack object end, and is it fit to be unpacked? Answers byte by byte, before
 * anything is allocated: msgpack-c allocates from declared counts. */
#ifndef HAR_STREAM_SCAN_H
#define HAR_STREAM_SCAN_H

#include "base/status.h"
#include <stddef.h>
#include <stdint.h>

enum {
    HAR_FRAME_MAX = 64 << 20, /* bytes of one frame */
    HAR_DEPTH_MAX = 16,       /* nested maps and arrays */
    HAR_OBJECTS_MAX = 1 << 18 /* objects in one frame */
};

enum har_scan { HAR_SCAN_MORE, HAR_SCAN_DONE, HAR_SCAN_BAD };

/* Start it as {0}; one scanner per frame. */
struct har_scanner {
    uint64_t left[HAR_DEPTH_MAX]; /* objects still to come at each depth */
    size_t depth;
    size_t objects;
    size_t size;   /* bytes of the frame scanned, skipped payload included */
    uint64_t skip; /* payload bytes still to be skipped */
    bool started;
    unsigned digits;   /* length bytes of the present object still to come */
    unsigned children; /* objects for each unit of its length: 0 a payload, 1 an array, 2 a map */
    uint64_t length;   /* as far as its bytes have come */
    const char *fault; /* with HAR_SCAN_BAD: what is wrong, static */
};

/* Scans the COUNT bytes at BYTES, which follow those scanned before. *USED is how many belong to
 * the frame (all, with HAR_SCAN_MORE). The frame must be a map. */
enum har_scan har_scan(struct har_scanner *scanner, const unsigned char *bytes, size_t count,
                       size_t *used);

#endif
