/* libFuzzer: any bytes as a stream. Every tensor that is accepted is read to its last byte. */
#include "base/checksum.h"
#include "stream/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void touch(const struct har_frame *frame)
{
    for (size_t i = 0; i < frame->tensors; i++)
        (void)har_crc32(0, frame->tensor[i].data, frame->tensor[i].bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct har_error err = {0};
    struct har_reader *reader = NULL;
    enum har_item item = HAR_ITEM_HEADER;
    enum har_status status = har_reader_new_memory(&reader, data, size, "fuzz", &err);
    while (status == HAR_OK && item != HAR_ITEM_EOF) {
        status = har_reader_next(&item, reader, &err);
        if (status == HAR_OK && item == HAR_ITEM_DATA)
            touch(har_reader_frame(reader));
    }
    har_reader_free(reader);
    return 0;
}
