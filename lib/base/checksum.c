#include "base/checksum.h"

#include <libdeflate.h>
#include <zlib.h>

uint32_t har_crc32(uint32_t crc, const void *data, size_t size)
{
    return size == 0 ? crc : libdeflate_crc32(crc, data, size);
}

uint32_t har_crc32_combine(uint32_t a, uint32_t b, uint64_t b_size)
{
    return (uint32_t)crc32_combine(a, b, (z_off_t)b_size);
}
