/* libFuzzer: the csv reader. The first byte chooses the request, the second where the text is cut
 * in two. */
#include "data/csv.h"

#include <stdlib.h>

static struct har_request request_of(unsigned choice)
{
    struct har_request request = {0};
    if (choice & 1)
        request.time = "t";
    if (choice & 2)
        request.label = "l";
    if ((choice & 6) == 6)
        request.labels = "a,b";
    if (choice & 8)
        request.subject = "s";
    if (choice & 16)
        request.recording = "r";
    if (choice & 32)
        request.channels = "x,y";
    if (choice & 64)
        request.units = "g";
    return request;
}

/* As the loader does: rows are taken as soon as the header is known. */
static void take_rows(struct har_csv *csv)
{
    if (har_csv_header(csv) != NULL)
        har_table_clear(har_csv_rows(csv));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    if (size < 2)
        return 0;
    const struct har_request request = request_of(data[0]);
    const char *text = (const char *)data + 2;
    const size_t first = (size - 2) * data[1] / 256;
    struct har_error err = {0};
    struct har_csv *csv;
    if (har_csv_new(&csv, &request, &err) != HAR_OK)
        return 0;
    enum har_status status = har_csv_feed(csv, text, first, &err);
    take_rows(csv);
    if (status == HAR_OK)
        status = har_csv_feed(csv, text + first, size - 2 - first, &err);
    take_rows(csv);
    if (status == HAR_OK)
        status = har_csv_finish(csv, true, &err);
    if (status == HAR_OK && har_csv_header(csv) == NULL)
        abort();
    har_csv_free(csv);
    return 0;
}
