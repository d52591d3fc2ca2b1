/* A shop in one file: takes a payment, hears of it, gives a part back.
 *     cc -std=c99 shop.c -lkopeck -o shop
 *     ./shop --base-url http://127.0.0.1:8080/payment --listen 9090
 * Options (see main) may stand in the environment. What a real shop commits to its database is
 * appended to a file here, a line for each fact. The defaults are a merchant of the sandbox. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <kopeck.h>
#include <stdarg.h>
#include <time.h>

#include "listener.h"

static const char *port, *database;
static kopeck_client *client;
static char number[40], id[64]; /* of the one order that it has */

/* Names and values, ended by NULL. A wrong one is found by the call that gets the message. */
static kopeck_message *fill(kopeck_message *message, ...) {
    va_list pairs;
    va_start(pairs, message);
    for (const char *name; (name = va_arg(pairs, const char *));) {
        kopeck_message_set(message, name, va_arg(pairs, const char *));
    }
    va_end(pairs);
    return message;
}

static const char *get(const kopeck_message *message, const char *name) {
    static char texts[8][1024];
    static unsigned next;
    char *text = texts[next++ % 8];
    kopeck_message_get(message, name, text, sizeof texts[0]);
    return text;
}

static void stop(const char *what, const char *why, const char *more) {
    fprintf(stderr, "%s: %s: %s\n", what, why, more);
    exit(1);
}

static int store(const char *fact, const char *value) {
    FILE *file = fopen(database, "a");
    int written = file && fprintf(file, "%s %s %s\n", number, fact, value) > 0;
    written = written && fflush(file) == 0 && fsync(fileno(file)) == 0;
    return file && fclose(file) == 0 && written;
}

static int is_stored(const char *value) {
    char line[4096];
    int found = 0;
    FILE *file = fopen(database, "r");
    while (file && !found && fgets(line, sizeof line, file)) {
        found = strstr(line, value) != NULL;
    }
    return file && fclose(file) == 0 && found;
}

/* A write is stored before it is called, and called once. If nobody knows what became of it,
 * `settle` finds out, from the same fields and the time. Gives the payment; NULL if the number is
 * used up and the order needs another. */
static kopeck_message *write_once(const char *operation, const kopeck_message *request) {
    kopeck_message *reply = NULL, *settle = NULL;
    char sent_at[32], json[32768];
    const char *fields = kopeck_message_json(request);
    time_t now = time(NULL);
    strftime(sent_at, sizeof sent_at, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    if (!store(operation, fields)) {
        stop(operation, database, "cannot be written");
    }
    kopeck_status status = kopeck_call(client, operation, request, &reply);
    if (status == KOPECK_OUTCOME_UNKNOWN) {
        printf("no clear answer (%s): asking what became of it\n", get(reply, "message"));
        kopeck_message_free(reply);
        int creates = strcmp(operation, "create_payment") == 0;
        snprintf(json, sizeof json, creates ? "{\"create\":%s}" : "%s", fields);
        kopeck_message_parse(json, strlen(json), &settle);
        fill(settle, "operation", operation, "sent_at", sent_at, "timeout_ms", "180000", NULL);
        status = kopeck_call(client, "settle", settle, &reply);
        kopeck_message_free(settle);
        if (strcmp(get(reply, "verdict"), "need_new_number") == 0) {
            kopeck_message_free(reply);
            return NULL;
        } else if (status == KOPECK_OK && strcmp(get(reply, "verdict"), "done") != 0) {
            /* not_done: call it again. pending: settle again later. review: a person must look. */
            stop(operation, get(reply, "verdict"), get(reply, "why"));
        } else if (status == KOPECK_OK) {
            kopeck_message_get(reply, "payment", json, sizeof json);
            kopeck_message_free(reply);
            status = kopeck_message_parse(json, strlen(json), &reply);
        }
    }
    if (status != KOPECK_OK) {
        stop(operation, get(reply, "kind"), get(reply, "message"));
    }
    return reply;
}

static void create(void) {
    char back[64], notify[64];
    kopeck_message *payment = NULL, *request = kopeck_message_new();
    snprintf(back, sizeof back, "http://127.0.0.1:%s/return", port);
    snprintf(notify, sizeof notify, "http://127.0.0.1:%s/notify", port);
    for (int attempt = 1; !payment; attempt++) { /* each attempt has a number of its own */
        snprintf(number, sizeof number, "demo-%ld-%d-%d", (long)time(NULL), (int)getpid(), attempt);
        fill(request, "order_number", number, "amount", "100.00", "currency", "RUB", "return_url",
             back, "notification_url", notify, NULL);
        payment = write_once("create_payment", request);
    }
    snprintf(id, sizeof id, "%s", get(payment, "id"));
    store("id", id);
    printf("order %s, 100.00 RUB\npay at: %s\n", number, get(payment, "action.url"));
    kopeck_message_free(payment);
    kopeck_message_free(request);
}

static void refund(const kopeck_message *payment) {
    /* Its own id and the amounts before keep the money from going twice. */
    kopeck_message *request =
        fill(kopeck_message_new(), "id", id, "amount", "30.00", "currency", "RUB", "refund_id",
             "return-1", "before.captured", get(payment, "captured"), "before.refunded",
             get(payment, "refunded"), NULL);
    kopeck_message *refunded = write_once("refund", request);
    printf("refunded 30.00 RUB, the payment is now %s\n", get(refunded, "status"));
    kopeck_message_free(refunded);
    kopeck_message_free(request);
}

/* `confirm` checks the notification, asks for the stored payment and holds it against the order.
 * The gateway hears "ok" only once the state is stored. Says whether it is final then. */
static int confirm(FILE *gateway, kopeck_message *request) {
    kopeck_message *payment = NULL;
    const char *answer = "answer.reject";
    char code[64], body[64];
    int final = 0;
    fill(request, "id", id, "expect.order_number", number, "expect.amount", "100.00",
         "expect.currency", "RUB", NULL); /* the stored id, never one that comes from outside */
    kopeck_status status = kopeck_call(client, "confirm", request, &payment);
    if (status != KOPECK_OK) {
        printf("not confirmed: %s: %s\n", get(payment, "kind"), get(payment, "message"));
        answer = status == KOPECK_NOT_DONE ? "answer.retry" : answer;
    } else if (is_stored(get(payment, "state_id"))) { /* each state is applied once */
        printf("notified again: %s, known\n", get(payment, "status"));
        answer = "notification.answer.ok";
    } else { /* ship here, in the same transaction */
        int committed = store(get(payment, "status"), get(payment, "state_id"));
        printf("notified: %s, %s\n", get(payment, "status"), committed ? "stored" : "not stored");
        answer = committed ? "notification.answer.ok" : "notification.answer.retry";
        final = committed && strcmp(get(payment, "final"), "true") == 0;
    }
    snprintf(code, sizeof code, "%s.status", answer);
    snprintf(body, sizeof body, "%s.body", answer);
    respond(gateway, *get(payment, code) ? get(payment, code) : "503", get(payment, body));
    if (final && strcmp(get(payment, "status"), "paid") == 0) {
        refund(payment);
    }
    kopeck_message_free(payment);
    return final;
}

static const char *option(char **arguments, const char *name, const char *variable,
                          const char *otherwise) {
    while (*++arguments && strcmp(*arguments, name) != 0) {
    }
    otherwise = getenv(variable) ? getenv(variable) : otherwise;
    return *arguments && arguments[1] ? arguments[1] : otherwise;
}

int main(int count, char **arguments) {
    (void)count;
    const char *base_url = option(arguments, "--base-url", "KOPECK_BASE_URL", "");
    port = option(arguments, "--listen", "KOPECK_LISTEN", "9090");
    database = option(arguments, "--store", "KOPECK_STORE", "shop-orders.txt");
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!*base_url) {
        fprintf(stderr, "usage: shop --base-url URL [--listen PORT] [--store FILE] [--user NAME]\n"
                        "       [--password TEXT] [--callback-key KEY]\n");
        return 2;
    }
    if (!port_of(port)) {
        stop("--listen", "expected a port", port);
    }

    kopeck_message *error = NULL, *settings = kopeck_message_new();
    fill(settings, "gateway", "rbs",
         "base_url", base_url,
         "user_name", option(arguments, "--user", "KOPECK_USER", "hmac_user"),
         "password", option(arguments, "--password", "KOPECK_PASSWORD", "hmac_user_password"),
         "callback_key", option(arguments, "--callback-key", "KOPECK_CALLBACK_KEY",
                                "hmac_user_callback_key"), NULL);
    if (kopeck_client_new(settings, NULL, NULL, &client, &error) != KOPECK_OK) {
        stop("settings", get(error, "kind"), get(error, "message"));
    }
    kopeck_message_free(settings);
    int listener = listen_here(port_of(port)), final = 0;
    if (listener < 0) {
        stop("--listen", port, "not to be had");
    }
    create();
    while (!final) {
        FILE *visitor = visit(listener);
        if (!visitor) {
            stop("accept", port, strerror(errno));
        }
        kopeck_message *request = kopeck_message_new();
        int came = receive(visitor, request);
        if (came == NOTIFICATION) {
            final = confirm(visitor, request);
        } else if (came == PAGE) { /* the buyer comes back, which says nothing of the payment */
            respond(visitor, "200", "Thank you for your order.\n");
        } else {
            respond(visitor, "400", "");
        }
        kopeck_message_free(request);
    }
    kopeck_client_free(client);
}
