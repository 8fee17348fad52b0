#include "tune/journal.h"

#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct har_journal {
    char *file;
    int fd;
    bool writes;
    json_t *events; /* an array */
    off_t size;     /* of the whole lines */
};

/* An open file description's lock, which nothing else that this process does lets go of. */
static enum har_status lock(const struct har_journal *journal, struct har_error *err)
{
    struct flock whole = {.l_type = journal->writes ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET};
    while (fcntl(journal->fd, F_OFD_SETLKW, &whole) != 0)
        if (errno != EINTR)
            return har_fail_errno(err, "%s: no lock", journal->file);
    return HAR_OK;
}

static enum har_status read_all(char **text, size_t *size, const struct har_journal *journal,
                                struct har_error *err)
{
    struct stat info;
    if (fstat(journal->fd, &info) != 0)
        return har_fail_errno(err, "%s", journal->file);
    if (!S_ISREG(info.st_mode))
        return har_fail(err, HAR_USAGE, "%s: isn't a regular file, expected a study",
                        journal->file);
    *text = har_allocate((size_t)info.st_size + 1, 1);
    if (*text == NULL)
        return har_fail_memory(err);
    for (*size = 0; *size < (size_t)info.st_size;) {
        const ssize_t got =
            pread(journal->fd, *text + *size, (size_t)info.st_size - *size, (off_t)*size);
        if (got < 0 && errno != EINTR)
            return har_fail_errno(err, "%s", journal->file);
        if (got == 0)
            break;
        *size += got > 0 ? (size_t)got : 0;
    }
    return HAR_OK;
}

/* SIZE bytes behind the last newline are the beginning of an event, as json_pack writes it. */
static bool is_torn_event(const char *text, size_t size)
{
    static const char begin[] = "{\"event\":\"";
    const size_t known = sizeof begin - 1;
    return memcmp(text, begin, size < known ? size : known) == 0;
}

static enum har_status parse(struct har_journal *journal, const char *text, size_t size,
                             struct har_error *err)
{
    const char *at = text, *stop;
    while ((stop = memchr(at, '\n', size - (size_t)(at - text))) != NULL) {
        json_error_t fault;
        json_t *event = json_loadb(at, (size_t)(stop - at), JSON_REJECT_DUPLICATES, &fault);
        if (!json_is_object(event)) {
            json_decref(event);
            return har_fail(err, HAR_INPUT, "%s: line %zu: not a JSON object, expected an event",
                            journal->file, har_journal_count(journal) + 1);
        }
        if (json_array_append_new(journal->events, event) != 0)
            return har_fail_memory(err);
        at = stop + 1;
    }
    journal->size = at - text;
    if (is_torn_event(at, size - (size_t)journal->size))
        return HAR_OK;
    return har_fail(err, HAR_INPUT, "%s: line %zu: not the beginning of an event", journal->file,
                    har_journal_count(journal) + 1);
}

static enum har_status read_events(struct har_journal *journal, struct har_error *err)
{
    char *text = NULL;
    size_t size = 0;
    enum har_status status = read_all(&text, &size, journal, err);
    if (status == HAR_OK)
        status = parse(journal, text, size, err);
    free(text);
    if (status == HAR_OK && journal->writes && journal->size < (off_t)size &&
        ftruncate(journal->fd, journal->size) != 0)
        return har_fail_errno(err, "%s", journal->file);
    return status;
}

enum har_status har_journal_open(struct har_journal **journal, const char *file,
                                 enum har_journal_use use, struct har_error *err)
{
    static const int flags[] = {[HAR_JOURNAL_READ] = O_RDONLY,
                                [HAR_JOURNAL_WRITE] = O_RDWR | O_APPEND,
                                [HAR_JOURNAL_CREATE] = O_RDWR | O_APPEND | O_CREAT};
    struct har_journal *new = har_allocate(1, sizeof *new);
    *journal = NULL;
    if (new == NULL)
        return har_fail_memory(err);
    new->writes = use != HAR_JOURNAL_READ;
    new->file = strdup(file);
    new->events = json_array();
    new->fd = open(file, flags[use] | O_CLOEXEC | O_NONBLOCK, 0666); /* a pipe is refused below */
    enum har_status status = HAR_OK;
    if (new->file == NULL || new->events == NULL)
        status = har_fail_memory(err);
    else if (new->fd < 0)
        status = har_fail_errno(err, "%s", file);
    if (status == HAR_OK)
        status = lock(new, err);
    if (status == HAR_OK)
        status = read_events(new, err);
    if (status == HAR_OK)
        *journal = new;
    else
        har_journal_close(new);
    return status;
}

void har_journal_close(struct har_journal *journal)
{
    if (journal == NULL)
        return;
    if (journal->fd >= 0)
        close(journal->fd);
    json_decref(journal->events);
    free(journal->file);
    free(journal);
}

const char *har_journal_file(const struct har_journal *journal)
{
    return journal->file;
}

size_t har_journal_count(const struct har_journal *journal)
{
    return json_array_size(journal->events);
}

const json_t *har_journal_event(const struct har_journal *journal, size_t index)
{
    return json_array_get(journal->events, index);
}

enum har_status har_journal_at(const struct har_journal *journal, size_t index,
                               struct har_error *err)
{
    return har_error_at(err, "%s: line %zu", journal->file, index + 1);
}

/* In one write; what of it came to lie there before it failed is taken away again. */
static enum har_status write_line(struct har_journal *journal, const char *line, size_t size,
                                  struct har_error *err)
{
    ssize_t written;
    do
        written = write(journal->fd, line, size);
    while (written < 0 && errno == EINTR);
    if (written == (ssize_t)size && fdatasync(journal->fd) == 0) {
        journal->size += written;
        return HAR_OK;
    }
    if (written >= 0 && written < (ssize_t)size)
        errno = ENOSPC;
    har_fail_errno(err, "%s", journal->file);
    (void)!ftruncate(journal->fd, journal->size);
    return HAR_SYSTEM;
}

enum har_status har_journal_append(struct har_journal *journal, json_t *event,
                                   struct har_error *err)
{
    char *text = event == NULL ? NULL : json_dumps(event, JSON_COMPACT);
    enum har_status status = HAR_OK;
    if (text == NULL || json_array_append(journal->events, event) != 0) {
        status = har_fail_memory(err);
    } else {
        const size_t length = strlen(text);
        text[length] = '\n'; /* where its end was: it isn't a string any more */
        status = write_line(journal, text, length + 1, err);
    }
    json_decref(event);
    free(text);
    return status;
}
