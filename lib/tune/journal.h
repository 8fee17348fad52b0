/* A file of events, one JSON object a line, that only grows. Many processes may append, on several
 * hosts where the file system has locks (NFS has). A line is an event once its newline is there:
 * what a killed writer left without one is no event, and the next writer takes it away where it
 * begins as events do: another file that came here by mistake stays as it was. */
#ifndef HAR_TUNE_JOURNAL_H
#define HAR_TUNE_JOURNAL_H

#include "base/status.h"
#include <jansson.h>
#include <stddef.h>

enum har_journal_use {
    HAR_JOURNAL_READ,  /* others may read at the same time, none write */
    HAR_JOURNAL_WRITE, /* no other process reads or writes until it is closed */
    HAR_JOURNAL_CREATE /* the same; a file that isn't there is made */
};

struct har_journal;

/* Opens FILE, waits for its lock and reads all events. HAR_SYSTEM; HAR_INPUT with the line that
 * isn't an object. */
HAR_RESULT enum har_status har_journal_open(struct har_journal **journal, const char *file,
                                            enum har_journal_use use, struct har_error *err);

/* Lets go of lock and file; NULL is allowed. */
void har_journal_close(struct har_journal *journal);

const char *har_journal_file(const struct har_journal *journal);
size_t har_journal_count(const struct har_journal *journal);
const json_t *har_journal_event(const struct har_journal *journal, size_t index); /* borrowed */

/* Appends EVENT (stolen in any case; NULL is taken for want of memory), and waits until the disk
 * has it: all of its line, or nothing. */
HAR_RESULT enum har_status har_journal_append(struct har_journal *journal, json_t *event,
                                              struct har_error *err);

/* Puts "study.jsonl: line 7" before ERR's text. */
enum har_status har_journal_at(const struct har_journal *journal, size_t index,
                               struct har_error *err);

#endif
