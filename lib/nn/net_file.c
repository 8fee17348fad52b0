#include "nn/net_file.h"

#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { text_max = 1 << 20 };

static enum har_status read_net(struct har_net **net, FILE *file, const char *name,
                                struct har_error *err)
{
    char *text = har_allocate(text_max + 1, 1);
    if (text == NULL)
        return har_fail_memory(err);
    const size_t length = fread(text, 1, text_max + 1, file);
    enum har_status status;
    if (ferror(file) != 0)
        status = har_fail_errno(err, "%s", name);
    else if (length > text_max)
        status = har_fail(err, HAR_USAGE, "%s: more than 1 MiB, expected the text of a net", name);
    else if (memchr(text, '\0', length) != NULL)
        status = har_fail(err, HAR_USAGE, "%s: not a text, expected the text of a net", name);
    else
        status = har_net_new(net, text, length, name, err);
    free(text);
    return status == HAR_USAGE ? har_error_hint(err, "the net language: man har-train") : status;
}

enum har_status har_net_read(struct har_net **net, const char *name, struct har_error *err)
{
    if (strcmp(name, "-") == 0)
        return read_net(net, stdin, "<stdin>", err);
    FILE *file = fopen(name, "re");
    if (file == NULL)
        return har_fail_errno(err, "%s", name);
    const enum har_status status = read_net(net, file, name, err);
    fclose(file);
    return status;
}
