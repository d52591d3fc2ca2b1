/* The sandbox as the tests need it: clients of it, faults, and what a buyer does. */
#ifndef KOPECK_TEST_SANDBOX_H
#define KOPECK_TEST_SANDBOX_H

#include <kopeck.h>
#include <stddef.h>

/* Sends one request to the sandbox's own interface; gives the HTTP status, 0 for no answer. */
int sandbox_ask(const char *url, const char *method, const char *path, const char *body,
                char *answer, size_t size);
/* The next `times` requests whose path holds `match` go wrong. */
void sandbox_fault(const char *url, const char *match, const char *fault, int times, int hang_ms);
void sandbox_heal(const char *url);
/* What somebody else does to an order: "pay", ... */
void sandbox_act(const char *url, const char *id, const char *act);

/* Settings of the test merchant. */
kopeck_message *sandbox_settings(const char *url);
/* A client of the test merchant; ends the program if there is none. */
kopeck_client *sandbox_client(const char *url, kopeck_log_fn log, void *data);
/* A request for a new payment of 100 roubles, with a number that was never used. */
kopeck_message *new_payment(void);

#endif
