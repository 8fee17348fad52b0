#include "stream/files.h"

#include <string.h>
#include <sys/stat.h>

/* One that is written, and what calls it so. */
struct written {
    const struct har_option *option;
    const char *path;
};

static enum har_status refuse(const struct written *written, const char *use, struct har_error *err)
{
    const char letter[] = {written->option->letter, '\0'};
    return har_fail(err, HAR_USAGE, "-%s%s %s: this file is %s, expected another one",
                    letter[0] != '\0' ? "" : "-",
                    letter[0] != '\0' ? letter : written->option->name, written->path, use);
}

/* The same regular file. */
static bool is_same(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* The same, or it will be. */
static bool becomes_same(const char *a, const char *b)
{
    struct stat about;
    return is_same(a, b) || (strcmp(a, b) == 0 && stat(a, &about) != 0);
}

static const char *path_of(const struct har_option *option)
{
    const char *path = *(const char *const *)option->value;
    return path == NULL ? "" : path;
}

static bool reads_it(const struct har_option *option, const char *path)
{
    if (option->type == HAR_OPTION_FILE)
        return is_same(path, path_of(option));
    if (option->type != HAR_OPTION_FILES)
        return false;
    const struct har_texts *files = option->value;
    for (size_t i = 0; i < files->count; i++)
        if (is_same(path, files->text[i]))
            return true;
    return false;
}

static enum har_status compare(const struct written *written, const struct har_option *other,
                               struct har_error *err)
{
    if (reads_it(other, written->path))
        return refuse(written, "read", err);
    if (other->type == HAR_OPTION_WRITTEN && other != written->option &&
        becomes_same(written->path, path_of(other)))
        return refuse(written, "written twice", err);
    return HAR_OK;
}

static enum har_status check(const struct written *written, const struct har_option *const tables[],
                             size_t count, const struct har_operands *operands,
                             struct har_error *err)
{
    for (size_t i = 0; i < operands->count; i++)
        if (is_same(written->path, operands->operand[i]))
            return refuse(written, "read", err);
    for (size_t t = 0; t < count; t++)
        for (const struct har_option *other = tables[t]; other->name != NULL; other++)
            if (compare(written, other, err) != HAR_OK)
                return err->status;
    return HAR_OK;
}

enum har_status har_files_apart(const struct har_option *const tables[], size_t count,
                                const struct har_operands *operands, struct har_error *err)
{
    for (size_t t = 0; t < count; t++)
        for (const struct har_option *option = tables[t]; option->name != NULL; option++) {
            if (option->type != HAR_OPTION_WRITTEN)
                continue;
            const struct written written = {option, *(const char *const *)option->value};
            if (written.path != NULL && check(&written, tables, count, operands, err) != HAR_OK)
                return err->status;
        }
    return HAR_OK;
}
