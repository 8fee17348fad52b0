/* CRC-32 as in zlib, gzip and PNG (polynomial 0xEDB88320, reflected, initial and final xor ~0). */
#ifndef HAR_BASE_CHECKSUM_H
#define HAR_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what CRC stands for followed by SIZE bytes at DATA; start with 0. */
uint32_t har_crc32(uint32_t crc, const void *data, size_t size);

/* The checksum of A followed by B, from theirs and B's length. */
uint32_t har_crc32_combine(uint32_t a, uint32_t b, uint64_t b_size);

#endif
