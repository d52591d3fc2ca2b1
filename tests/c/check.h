/* What every test program here uses: checks that say where they failed, short ways to messages. */
#ifndef KOPECK_TEST_CHECK_H
#define KOPECK_TEST_CHECK_H

#include <kopeck.h>

/* Says what failed and goes on; check_done() gives the exit status. */
#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
#define CHECK_STATUS(got, expected) check_status((got), (expected), #got, __FILE__, __LINE__)
#define CHECK_FIELD(message, name, expected) \
    check_field((message), (name), (expected), __FILE__, __LINE__)

int check_that(int holds, const char *condition, const char *file, int line);
void check_status(kopeck_status got, kopeck_status expected, const char *what, const char *file,
                  int line);
/* `expected` NULL: there is no such field. */
void check_field(const kopeck_message *message, const char *name, const char *expected,
                 const char *file, int line);
int check_done(void);

/* A message of pairs of name and value, ended by NULL. */
kopeck_message *message_of(const char *name, ...);
/* The text of a field, "" where there is none; valid until the eighth call after this one. */
const char *field(const kopeck_message *message, const char *name);

#endif
