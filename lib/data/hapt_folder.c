#include "data/hapt_folder.h"

#include "base/checksum.h"
#include "base/memory.h"
#include "data/activities.h"
#include "stream/header.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void har_hapt_file(char name[HAR_HAPT_NAME_MAX], const char *sensor,
                   const struct har_hapt_recording *recording)
{
    snprintf(name, HAR_HAPT_NAME_MAX, "RawData/%s_exp%02d_user%02d.txt", sensor, recording->number,
             recording->subject);
}

static enum har_status open_file(struct har_mapped *file, struct har_hapt *hapt, const char *name,
                                 struct har_error *err)
{
    const enum har_status status = har_mapped_open(file, hapt->folder, name, err);
    if (status == HAR_OK)
        hapt->crc = har_crc32(hapt->crc, file->data, file->size);
    return status;
}

/* Is NAME that of a file of SENSOR? Then its numbers are RECORDING's. */
static bool parse_name(struct har_hapt_recording *recording, const char *name, const char *sensor)
{
    char format[32], expected[HAR_HAPT_NAME_MAX], full[HAR_HAPT_NAME_MAX];
    snprintf(format, sizeof format, "%s_exp%%6d_user%%6d.txt", sensor);
    if (sscanf(name, format, &recording->number, &recording->subject) != 2 ||
        recording->number < 1 || recording->subject < 1)
        return false;
    har_hapt_file(expected, sensor, recording);
    return (size_t)snprintf(full, sizeof full, "RawData/%s", name) < sizeof full &&
           strcmp(full, expected) == 0;
}

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

/* Takes note of a recording where NAME is its file of accelerations; its file of angular rates need
 * only be well named here. */
static enum har_status take_name(struct har_hapt *hapt, const char *name, struct har_error *err)
{
    struct har_hapt_recording found = {0};
    const bool acc = begins(name, "acc_");
    if (!acc && !begins(name, "gyro_"))
        return HAR_OK;
    if (!parse_name(&found, name, acc ? "acc" : "gyro"))
        return har_fail(err, HAR_INPUT, "RawData/%.100s: expected the name %s_expEE_userUU.txt",
                        name, acc ? "acc" : "gyro");
    if (!acc) {
        char other[HAR_HAPT_NAME_MAX];
        har_hapt_file(other, "acc", &found);
        return faccessat(hapt->folder, other, F_OK, 0) == 0 ? HAR_OK
                                                            : har_fail_errno(err, "%s", other);
    }
    if (!har_grow(&hapt->recording, &hapt->capacity, hapt->count + 1, sizeof *hapt->recording))
        return har_fail_memory(err);
    hapt->recording[hapt->count++] = found;
    return HAR_OK;
}

static int by_number(const void *a, const void *b)
{
    const struct har_hapt_recording *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

static enum har_status check_numbers(const struct har_hapt *hapt, struct har_error *err)
{
    if (hapt->count == 0)
        return har_fail(err, HAR_INPUT, "RawData: no acc_expEE_userUU.txt in it");
    for (size_t i = 1; i < hapt->count; i++) {
        const struct har_hapt_recording *one = &hapt->recording[i - 1], *other = one + 1;
        if (one->number == other->number)
            return har_fail(err, HAR_INPUT, "RawData: experiment %d is of two people, %d and %d",
                            one->number,
                            one->subject < other->subject ? one->subject : other->subject,
                            one->subject < other->subject ? other->subject : one->subject);
    }
    return HAR_OK;
}

static enum har_status find_recordings(struct har_hapt *hapt, struct har_error *err)
{
    const int file = openat(hapt->folder, "RawData", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = file < 0 ? NULL : fdopendir(file);
    if (folder == NULL) {
        if (file >= 0)
            close(file);
        return har_fail_errno(err, "RawData");
    }
    enum har_status status = HAR_OK;
    const struct dirent *entry;
    while (status == HAR_OK && (entry = readdir(folder)) != NULL)
        status = take_name(hapt, entry->d_name, err);
    closedir(folder);
    if (status != HAR_OK)
        return status;
    if (hapt->count > 0)
        qsort(hapt->recording, hapt->count, sizeof *hapt->recording, by_number);
    return check_numbers(hapt, err);
}

static enum har_status open_recordings(struct har_hapt *hapt, struct har_error *err)
{
    enum har_status status = HAR_OK;
    for (size_t i = 0; status == HAR_OK && i < hapt->count; i++) {
        struct har_hapt_recording *recording = &hapt->recording[i];
        char name[HAR_HAPT_NAME_MAX];
        har_hapt_file(name, "acc", recording);
        status = open_file(&recording->acc, hapt, name, err);
        har_hapt_file(name, "gyro", recording);
        if (status == HAR_OK)
            status = open_file(&recording->gyro, hapt, name, err);
    }
    return status;
}

static enum har_status read_activities(struct har_hapt *hapt, json_t *header, struct har_error *err)
{
    static const char name[] = "activity_labels.txt";
    struct har_mapped file = {0};
    enum har_status status = open_file(&file, hapt, name, err);
    if (status != HAR_OK)
        return status;
    status = har_activities_read(header, &file, err);
    har_mapped_close(&file);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", name);
}

static enum har_status check_owner(const struct har_hapt *hapt, const struct har_segment *segment,
                                   struct har_error *err)
{
    const struct har_hapt_recording wanted = {.number = segment->recording};
    const struct har_hapt_recording *found =
        bsearch(&wanted, hapt->recording, hapt->count, sizeof wanted, by_number);
    if (found == NULL)
        return har_fail(err, HAR_INPUT, "line %zu: there is no recording of experiment %d",
                        segment->line, segment->recording);
    if (found->subject != segment->subject)
        return har_fail(err, HAR_INPUT, "line %zu: user %d, but experiment %d is of user %d",
                        segment->line, segment->subject, found->number, found->subject);
    return HAR_OK;
}

static enum har_status read_segments(struct har_hapt *hapt, const json_t *header,
                                     struct har_error *err)
{
    struct har_mapped file = {0};
    enum har_status status = open_file(&file, hapt, HAR_HAPT_LABELS, err);
    if (status != HAR_OK)
        return status;
    const int32_t activities = (int32_t)har_header_count(header, "labels");
    status = har_segments_read(&hapt->segments, &file, activities, err);
    har_mapped_close(&file);
    for (size_t i = 0; status == HAR_OK && i < hapt->segments.count; i++)
        status = check_owner(hapt, &hapt->segments.segment[i], err);
    return status == HAR_OK ? HAR_OK : har_error_at(err, "%s", HAR_HAPT_LABELS);
}

enum har_status har_hapt_open(struct har_hapt *hapt, json_t *header, const char *path,
                              struct har_error *err)
{
    hapt->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum har_status status =
        hapt->folder < 0 ? har_fail_errno(err, "%s", path) : read_activities(hapt, header, err);
    if (status == HAR_OK)
        status = find_recordings(hapt, err);
    if (status == HAR_OK)
        status = open_recordings(hapt, err);
    if (status == HAR_OK)
        status = read_segments(hapt, header, err);
    if (status == HAR_SYSTEM && hapt->folder >= 0)
        har_error_at(err, "%s", path);
    if (status == HAR_SYSTEM)
        har_error_hint(err, "`make data-hapt` fetches the data set; or give the folder that holds "
                            "RawData/ and activity_labels.txt");
    return status;
}

void har_hapt_close(struct har_hapt *hapt)
{
    for (size_t i = 0; i < hapt->count; i++) {
        har_mapped_close(&hapt->recording[i].acc);
        har_mapped_close(&hapt->recording[i].gyro);
    }
    free(hapt->recording);
    har_segments_free(&hapt->segments);
    if (hapt->folder >= 0)
        close(hapt->folder);
    *hapt = (struct har_hapt){.folder = -1};
}
