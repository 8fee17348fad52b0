/* Text that came from outside, on its way to terminals, tables, messages and JSON. */
#ifndef HAR_BASE_TEXT_H
#define HAR_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* BYTE, or '?' for a control character, which would command a terminal or break a line. */
char har_tame(char byte);

/* Columns of TEXT: its characters, where it is UTF-8. */
size_t har_text_width(const char *text);

/* Writes TEXT tamed, padded to |WIDTH| columns: at the right, or at the left where WIDTH is
 * negative, as printf does. */
void har_text_print(FILE *to, const char *text, int width);

/* Of the SIZE bytes of TEXT, some are control characters (NUL is one); all are UTF-8. */
bool har_has_control(const char *text, size_t size);
bool har_is_utf8(const char *text, size_t size);

/* TEXT is UTF-8 without control characters. */
bool har_is_plain_text(const char *text);

/* Appends WORD to the list in TEXT, which has ROOM bytes, a comma between. Where it doesn't fit
 * whole,
 * "..." takes its place, and nothing comes after that. */
void har_text_list(char *text, size_t room, const char *word);

/* Copies TEXT so that it is plain and fits into ROOM bytes: what isn't becomes '?'. */
void har_plain_text(char *plain, size_t room, const char *text);

#endif
