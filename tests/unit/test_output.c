/* Output files: the temporary name, what becomes of it, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/output.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[512];

static int make_folder(void **state)
{
    (void)state;
    const char *scratch = getenv("TMP");
    snprintf(folder, sizeof folder, "%s/test_output.XXXXXX", scratch == NULL ? "/tmp" : scratch);
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static size_t entries(void)
{
    size_t count = 0;
    DIR *here = opendir(".");
    for (struct dirent *entry = readdir(here); entry != NULL; entry = readdir(here))
        count += entry->d_name[0] != '.';
    closedir(here);
    return count;
}

static int remove_folder(void **state)
{
    (void)state;
    DIR *here = opendir(".");
    for (struct dirent *entry = readdir(here); entry != NULL; entry = readdir(here))
        if (entry->d_name[0] != '.')
            unlink(entry->d_name);
    closedir(here);
    return rmdir(folder);
}

static void write_text(const struct har_output *output, const char *text)
{
    assert_int_equal(write(har_output_fd(output), text, strlen(text)), strlen(text));
}

static void assert_holds(const char *file, const char *text)
{
    char read_text[64] = "";
    const int fd = open(file, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(read(fd, read_text, sizeof read_text - 1), strlen(text));
    assert_string_equal(read_text, text);
    close(fd);
}

static void appears_at_success_only(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_output *output;
    umask(027);
    assert_int_equal(har_output_open(&output, "new", true, &err), HAR_OK);
    assert_string_equal(har_output_name(output), "new");
    write_text(output, "one");
    assert_int_equal(access("new", F_OK), -1);
    assert_int_equal(har_output_close(output, true, &err), HAR_OK);
    assert_holds("new", "one");
    struct stat made;
    assert_int_equal(stat("new", &made), 0);
    assert_int_equal(made.st_mode & 0777, 0640);
    assert_int_equal(entries(), 1);
}

/* Without /proc the temporary file has a name from the start. Nonzero where that fails. */
static int write_without_proc(void)
{
    struct har_error err = {0};
    struct har_output *output;
    if (chroot(".") != 0 || har_output_open(&output, "named", true, &err) != HAR_OK)
        return 1;
    const bool two = entries() == 2;
    const bool written = write(har_output_fd(output), "n", 1) == 1;
    const bool kept = har_output_close(output, true, &err) == HAR_OK;
    return !(two && written && kept && access("named", F_OK) == 0 && entries() == 2 &&
             unlink("named") == 0);
}

static void appears_where_files_must_have_names(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip(); /* only root may hide /proc */
    const pid_t child = fork();
    if (child == 0)
        _exit(write_without_proc());
    int end = -1;
    assert_int_equal(waitpid(child, &end, 0), child);
    assert_int_equal(end, 0);
}

static void failure_leaves_the_old_file(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_output *output;
    assert_int_equal(har_output_open(&output, "new", true, &err), HAR_OK);
    write_text(output, "two");
    assert_int_equal(har_output_close(output, false, &err), HAR_OK);
    assert_holds("new", "one");
    assert_int_equal(entries(), 1);
}

static void replaces_behind_a_link_and_keeps_the_mode(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_output *output;
    assert_int_equal(chmod("new", 0600), 0);
    assert_int_equal(symlink("new", "link"), 0);
    assert_int_equal(har_output_open(&output, "link", true, &err), HAR_OK);
    write_text(output, "three");
    assert_int_equal(har_output_close(output, true, &err), HAR_OK);
    assert_holds("new", "three");
    struct stat made;
    assert_int_equal(lstat("link", &made), 0);
    assert_true(S_ISLNK(made.st_mode));
    assert_int_equal(stat("new", &made), 0);
    assert_int_equal(made.st_mode & 0777, 0600);
}

static void writes_devices_directly(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_output *output;
    assert_int_equal(har_output_open(&output, "/dev/null", true, &err), HAR_OK);
    write_text(output, "four");
    assert_int_equal(har_output_close(output, true, &err), HAR_OK);
    struct stat device;
    assert_int_equal(stat("/dev/null", &device), 0);
    assert_true(S_ISCHR(device.st_mode));
}

static void refuses_what_cant_be_written(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_output *output;
    assert_int_equal(har_output_open(&output, "missing/file", true, &err), HAR_SYSTEM);
    assert_string_equal(err.text, "missing/file: No such file or directory");
    assert_int_equal(har_output_open(&output, ".", true, &err), HAR_SYSTEM);
    assert_string_equal(err.text, ".: Is a directory");
    assert_int_equal(har_output_open(&output, "missing/", true, &err), HAR_SYSTEM);
    assert_string_equal(err.text, "missing/: No such file or directory");
    assert_int_equal(har_output_open(&output, "", true, &err), HAR_USAGE);
    assert_string_equal(err.text, "'': expected the name of a file to write");
    assert_int_equal(symlink("nothing", "dangling"), 0);
    assert_int_equal(har_output_open(&output, "dangling", true, &err), HAR_SYSTEM);
    assert_string_equal(err.text, "dangling: a link to a file that isn't there");
    assert_int_equal(unlink("dangling"), 0);
}

/* Before there is work to lose: the temporary name is longer than the file's. */
static void refuses_a_name_too_long_at_once(void **state)
{
    (void)state;
    struct har_error err = {0};
    struct har_output *output;
    char name[253];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(har_output_open(&output, name, true, &err), HAR_SYSTEM);
    assert_non_null(strstr(err.text, ": File name too long"));
}

static void refuses_binary_on_a_terminal(void **state)
{
    (void)state;
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
        skip();
    struct har_error err = {0};
    struct har_output *output;
    char name[128], expected[256];
    assert_int_equal(ptsname_r(terminal, name, sizeof name), 0);
    assert_int_equal(har_output_open(&output, name, true, &err), HAR_USAGE);
    snprintf(expected, sizeof expected, "%s: won't write binary to a terminal", name);
    assert_string_equal(err.text, expected);
    assert_string_equal(err.hint, "-o FILE or a pipe");
    assert_int_equal(har_output_open(&output, name, false, &err), HAR_OK);
    assert_int_equal(har_output_close(output, true, &err), HAR_OK);
    close(terminal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appears_at_success_only),
        cmocka_unit_test(appears_where_files_must_have_names),
        cmocka_unit_test(failure_leaves_the_old_file),
        cmocka_unit_test(replaces_behind_a_link_and_keeps_the_mode),
        cmocka_unit_test(writes_devices_directly),
        cmocka_unit_test(refuses_what_cant_be_written),
        cmocka_unit_test(refuses_a_name_too_long_at_once),
        cmocka_unit_test(refuses_binary_on_a_terminal),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
