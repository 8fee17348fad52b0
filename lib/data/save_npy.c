#include "data/npy.h"
#include "data/save.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

static size_t write_header(char header[HAR_NPY_HEADER_MAX], const struct har_array *array)
{
    return har_npy_header(header, har_dtype_name(array->type), array->rank, array->shape);
}

/* The one array of an npy file. */
struct only {
    const struct har_array *array;
    char names[160]; /* of all, for the message */
    size_t count;
};

static enum har_status take_only(void *state, const char *name, const struct har_array *array,
                                 struct har_error *err)
{
    (void)err;
    struct only *only = state;
    const size_t used = strlen(only->names);
    snprintf(only->names + used, sizeof only->names - used, "%s%s", used == 0 ? "" : ", ", name);
    only->array = array;
    only->count++;
    return HAR_OK;
}

enum har_status har_save_npy(FILE *file, const struct har_save *save, struct har_error *err)
{
    struct only only = {0};
    const enum har_status status = har_save_each(save, take_only, &only, err);
    if (status != HAR_OK)
        return status;
    if (only.count == 0)
        return har_fail(err, HAR_INPUT, "no rows, so there is no array to write");
    if (only.count > 1)
        return har_fail(err, HAR_USAGE,
                        "npy holds one array, there are %zu: choose with --array %s", only.count,
                        only.names);
    char header[HAR_NPY_HEADER_MAX];
    const size_t size = write_header(header, only.array);
    const size_t bytes = only.array->bytes;
    if (fwrite(header, 1, size, file) != size ||
        (bytes > 0 && fwrite(only.array->data, 1, bytes, file) != bytes))
        return har_fail_errno(err, "writing failed");
    return HAR_OK;
}

static enum har_status archive_failed(struct archive *archive, struct har_error *err)
{
    const char *text = archive_error_string(archive);
    return har_fail(err, HAR_SYSTEM, "writing failed: %s", text != NULL ? text : "unknown reason");
}

/* A name that would leave the folder where somebody unpacks the archive. */
static bool is_unsafe(const char *name)
{
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return true;
    }
    return name[0] == '/';
}

static enum har_status write_entry(struct archive *archive, struct archive_entry *entry,
                                   const char *name, const struct har_array *array,
                                   struct har_error *err)
{
    char header[HAR_NPY_HEADER_MAX], path[HAR_NAME_MAX + 40];
    const size_t size = write_header(header, array);
    snprintf(path, sizeof path, "%s.npy", name);
    archive_entry_set_pathname_utf8(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)(size + array->bytes));
    if (archive_write_header(archive, entry) != ARCHIVE_OK ||
        archive_write_data(archive, header, size) != (la_ssize_t)size)
        return archive_failed(archive, err);
    if (array->bytes > 0 &&
        archive_write_data(archive, array->data, array->bytes) != (la_ssize_t)array->bytes)
        return archive_failed(archive, err);
    return HAR_OK;
}

static enum har_status take_entry(void *state, const char *name, const struct har_array *array,
                                  struct har_error *err)
{
    struct archive *archive = state;
    if (is_unsafe(name))
        return har_fail(err, HAR_INPUT, "array '%s': no name for a file in an archive", name);
    struct archive_entry *entry = archive_entry_new();
    if (entry == NULL)
        return har_fail_memory(err);
    const enum har_status status = write_entry(archive, entry, name, array, err);
    archive_entry_free(entry);
    return status;
}

static la_ssize_t write_bytes(struct archive *archive, void *file, const void *bytes, size_t size)
{
    if (fwrite(bytes, 1, size, file) == size)
        return (la_ssize_t)size;
    archive_set_error(archive, errno, "%s", strerror(errno));
    return -1;
}

/* Stored entries, no padding after the end. */
static bool begin_archive(struct archive *archive, FILE *file)
{
    return archive_write_set_format_zip(archive) == ARCHIVE_OK &&
           archive_write_zip_set_compression_store(archive) == ARCHIVE_OK &&
           archive_write_set_bytes_per_block(archive, 1 << 20) == ARCHIVE_OK &&
           archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK &&
           archive_write_open(archive, file, NULL, write_bytes, NULL) == ARCHIVE_OK;
}

enum har_status har_save_npz(FILE *file, const struct har_save *save, struct har_error *err)
{
    struct archive *archive = archive_write_new();
    if (archive == NULL)
        return har_fail_memory(err);
    enum har_status status = begin_archive(archive, file)
                                 ? har_save_each(save, take_entry, archive, err)
                                 : archive_failed(archive, err);
    if (status == HAR_OK && archive_write_close(archive) != ARCHIVE_OK)
        status = archive_failed(archive, err);
    if (status != HAR_OK)
        archive_write_fail(archive);
    archive_write_free(archive);
    return status;
}
