#include "base/output.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct har_output {
    int fd;
    char *name;      /* for messages */
    char *target;    /* what the temporary file becomes; NULL: written directly */
    char *temporary; /* its name beside the target, */
    bool unnamed;    /* which it gets at the end only: killed before, nothing is left */
};

int har_output_fd(const struct har_output *output)
{
    return output->fd;
}

const char *har_output_name(const struct har_output *output)
{
    return output->name;
}

static void output_free(struct har_output *output)
{
    free(output->name);
    free(output->target);
    free(output->temporary);
    free(output);
}

static enum har_status open_stdout(struct har_output *output, struct har_error *err)
{
    const int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
        errno = EBADF;
        return har_fail_errno(err, "%s", output->name);
    }
    output->fd = STDOUT_FILENO;
    return HAR_OK;
}

static enum har_status open_directly(struct har_output *output, const char *path,
                                     struct har_error *err)
{
    output->fd = open(path, O_WRONLY | O_CLOEXEC);
    return output->fd < 0 ? har_fail_errno(err, "%s", path) : HAR_OK;
}

/* The mode of the file that is replaced, or what the umask leaves of 0666. */
static mode_t wanted_mode(const struct stat *old)
{
    if (old != NULL)
        return old->st_mode & 0777;
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* A new file with the temporary name. */
static int open_named(const struct har_output *output)
{
    strcpy(output->temporary + strlen(output->target), ".XXXXXX");
    return mkostemp(output->temporary, O_CLOEXEC);
}

/* A file without a name in the target's folder; -1 where the file system can't. */
static int open_unnamed(const struct har_output *output)
{
    char *folder = strdup(output->target);
    if (folder == NULL)
        return -1;
    const int fd = access("/proc/self/fd", X_OK) == 0 /* give_name will need it */
                       ? open(dirname(folder), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)
                       : -1;
    free(folder);
    return fd;
}

/* The one with a name shows, before there is work to lose, that the output will get its own. */
static int open_unfinished(struct har_output *output)
{
    const int named = open_named(output);
    const int fd = named < 0 ? -1 : open_unnamed(output);
    output->unnamed = fd >= 0;
    if (!output->unnamed)
        return named;
    close(named);
    unlink(output->temporary);
    return fd;
}

/* Gives the file without a name its temporary one. */
static int give_name(const struct har_output *output)
{
    char descriptor[64];
    snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", output->fd);
    const int placeholder = open_named(output);
    if (placeholder < 0)
        return -1;
    close(placeholder);
    unlink(output->temporary);
    return linkat(AT_FDCWD, descriptor, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW);
}

/* OLD: what is at PATH, NULL where nothing is. Links are followed, so that they stay. */
static enum har_status open_temporary(struct har_output *output, const char *path,
                                      const struct stat *old, struct har_error *err)
{
    output->target = old == NULL ? strdup(path) : realpath(path, NULL);
    if (output->target == NULL)
        return har_fail_errno(err, "%s", path);
    if (asprintf(&output->temporary, "%s.XXXXXX", output->target) < 0) {
        output->temporary = NULL;
        return har_fail_memory(err);
    }
    output->fd = open_unfinished(output);
    if (output->fd < 0)
        return har_fail_errno(err, "%s", path);
    if (fchmod(output->fd, wanted_mode(old)) == 0)
        return HAR_OK;
    har_fail_errno(err, "%s", path);
    close(output->fd);
    if (!output->unnamed)
        unlink(output->temporary);
    return HAR_SYSTEM;
}

static enum har_status open_path(struct har_output *output, const char *path, struct har_error *err)
{
    struct stat old, link;
    if (path[0] == '\0')
        return har_fail(err, HAR_USAGE, "'': expected the name of a file to write");
    if (stat(path, &old) == 0)
        return S_ISREG(old.st_mode) ? open_temporary(output, path, &old, err)
                                    : open_directly(output, path, err);
    if (errno != ENOENT)
        return har_fail_errno(err, "%s", path);
    if (lstat(path, &link) == 0)
        return har_fail(err, HAR_SYSTEM, "%s: a link to a file that isn't there", path);
    return open_temporary(output, path, NULL, err);
}

static enum har_status refuse_terminal(const struct har_output *output, struct har_error *err)
{
    if (!isatty(output->fd))
        return HAR_OK;
    har_fail(err, HAR_USAGE, "%s: won't write binary to a terminal", output->name);
    return har_error_hint(err, "-o FILE or a pipe");
}

enum har_status har_output_open(struct har_output **output, const char *path, bool binary,
                                struct har_error *err)
{
    const bool is_stdout = path == NULL || strcmp(path, "-") == 0;
    struct har_output *made = har_allocate(1, sizeof *made);
    char *name = strdup(is_stdout ? "<stdout>" : path);
    if (made == NULL || name == NULL) {
        free(made);
        free(name);
        return har_fail_memory(err);
    }
    made->name = name;
    enum har_status status = is_stdout ? open_stdout(made, err) : open_path(made, path, err);
    if (status == HAR_OK && binary) {
        status = refuse_terminal(made, err);
        if (status != HAR_OK && !is_stdout)
            close(made->fd);
    }
    if (status == HAR_OK)
        *output = made;
    else
        output_free(made);
    return status;
}

enum har_status har_output_close(struct har_output *output, bool keep, struct har_error *err)
{
    enum har_status status = HAR_OK;
    bool named = output->temporary != NULL && !output->unnamed;
    if (output->unnamed && keep) {
        named = give_name(output) == 0;
        if (!named)
            status = har_fail_errno(err, "%s", output->name);
    }
    if (close(output->fd) != 0 && status == HAR_OK)
        status = har_fail_errno(err, "%s", output->name);
    if (named && keep && status == HAR_OK && rename(output->temporary, output->target) != 0)
        status = har_fail_errno(err, "%s", output->name);
    if (named && (!keep || status != HAR_OK))
        unlink(output->temporary);
    output_free(output);
    return status;
}
