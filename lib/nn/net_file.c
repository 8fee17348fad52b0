#include "nn/net_file.h"

#include <stdio.h>
#include <stdlib.h>

enum har_status har_net_read(struct har_net **net, const char *name, struct har_error *err)
{
    FILE *file = fopen(name, "re");
    if (file == NULL)
        return har_fail_errno(err, "%s", name);
    char *text = NULL;
    size_t capacity = 0;
    const ssize_t length = getdelim(&text, &capacity, EOF, file);
    enum har_status status;
    if (ferror(file) != 0)
        status = har_fail_errno(err, "%s", name);
    else
        status = har_net_new(net, text, length < 0 ? 0 : (size_t)length, name, err);
    free(text);
    fclose(file);
    return status;
}
