#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int failures;

int check_that(int holds, const char *condition, const char *file, int line) {
    if (!holds) {
        fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
        failures++;
    }
    return holds;
}

void check_status(kopeck_status got, kopeck_status expected, const char *what, const char *file,
                  int line) {
    if (got != expected) {
        fprintf(stderr, "%s:%d: expected %s, got %s: %s\n", file, line,
                kopeck_status_name(expected), kopeck_status_name(got), what);
        failures++;
    }
}

void check_field(const kopeck_message *message, const char *name, const char *expected,
                 const char *file, int line) {
    char text[4096];
    int64_t length = kopeck_message_get(message, name, text, sizeof text);
    const char *got = length < 0 ? NULL : text;
    int same = got && expected ? strcmp(got, expected) == 0 : got == expected;
    if (!same) {
        const char *json = kopeck_message_json(message);
        fprintf(stderr, "%s:%d: %s: expected %s, got %s in %s\n", file, line, name,
                expected ? expected : "nothing", got ? got : "nothing", json ? json : "NULL");
        failures++;
    }
}

int check_done(void) {
    return failures ? 1 : 0;
}

kopeck_message *message_of(const char *name, ...) {
    kopeck_message *message = kopeck_message_new();
    va_list rest;
    va_start(rest, name);
    while (name) {
        kopeck_message_set(message, name, va_arg(rest, const char *));
        name = va_arg(rest, const char *);
    }
    va_end(rest);
    return message;
}

const char *field(const kopeck_message *message, const char *name) {
    static char texts[8][2048];
    static unsigned next;
    char *text = texts[next++ % 8];
    kopeck_message_get(message, name, text, sizeof texts[0]);
    return text;
}
