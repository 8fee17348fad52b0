#include "base/text.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>

char har_tame(char byte)
{
    return iscntrl((unsigned char)byte) ? '?' : byte;
}

size_t har_text_width(const char *text)
{
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

void har_text_print(FILE *to, const char *text, int width)
{
    const int used = (int)har_text_width(text);
    fprintf(to, "%*s", used < width ? width - used : 0, "");
    for (; *text != '\0'; text++)
        fputc(har_tame(*text), to);
    fprintf(to, "%*s", used < -width ? -width - used : 0, "");
}

bool har_has_control(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (iscntrl((unsigned char)text[i]))
            return true;
    return false;
}

bool har_is_utf8(const char *text, size_t size)
{
    json_t *string = json_stringn(text, size);
    json_decref(string);
    return string != NULL;
}

bool har_is_plain_text(const char *text)
{
    const size_t size = strlen(text);
    return !har_has_control(text, size) && har_is_utf8(text, size);
}

void har_text_list(char *text, size_t room, const char *word)
{
    static const char more[] = "...";
    const size_t used = strlen(text), size = sizeof more - 1;
    const char *between = used > 0 ? ", " : "";
    if (used >= size && strcmp(text + used - size, more) == 0)
        return;
    const bool fits = used + strlen(between) + strlen(word) + strlen(", ") + sizeof more <= room;
    snprintf(text + used, room - used, "%s%s", between, fits ? word : more);
}

/* Shortens TEXT to whole characters: a cut may have left the first bytes of one. */
static void drop_broken_character(char *text)
{
    size_t end = strlen(text);
    while (end > 0 && (text[end - 1] & 0xc0) == 0x80)
        end--;
    if (end > 0 && (unsigned char)text[end - 1] >= 0xc0)
        text[end - 1] = '\0';
}

void har_plain_text(char *plain, size_t room, const char *text)
{
    const size_t size = strnlen(text, room - 1);
    for (size_t i = 0; i < size; i++)
        plain[i] = har_tame(text[i]);
    plain[size] = '\0';
    if (!har_is_utf8(plain, strlen(plain)) && text[size] != '\0')
        drop_broken_character(plain);
    if (har_is_utf8(plain, strlen(plain)))
        return;
    for (char *at = plain; *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
}
