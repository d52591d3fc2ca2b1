/* A shop at a gateway that a file describes: the file is checked, a payment is created, and its
 * notification is confirmed and answered as the gateway waits for it.
 *     cc -std=c99 declared.c -lkopeck -o declared
 *     ./declared --descriptor examplepay --secret api_key=... --secret webhook_secret=... \
 *         --listen 9090       (--config NAME=VALUE, --base-url of a stand-in: see main)
 * What a shop stores on the way, and what it does when an answer is lost, stands in shop.c. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <kopeck.h>
#include <stdarg.h>
#include <time.h>

#include "listener.h"

static kopeck_client *client;
static char number[40], id[256]; /* of the one order that it has */

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
    static char texts[8][4096];
    static unsigned next;
    char *text = texts[next++ % 8];
    kopeck_message_get(message, name, text, sizeof texts[0]);
    return text;
}

static void stop(const char *what, const char *why, const char *more) {
    fprintf(stderr, "%s: %s: %s\n", what, why, more);
    exit(1);
}

/* How many items a list has; a message tells them by their places. */
static int length(const kopeck_message *message, const char *list) {
    char name[64];
    int count = 0;
    do {
        snprintf(name, sizeof name, "%s.%d", list, count);
    } while (kopeck_message_get(message, name, NULL, 0) >= 0 && ++count);
    return count;
}

static kopeck_client *open_client(const kopeck_message *settings) {
    kopeck_message *error = NULL;
    kopeck_client *made = NULL;
    if (kopeck_client_new(settings, NULL, NULL, &made, &error) != KOPECK_OK) {
        stop("settings", get(error, "field"), get(error, "message"));
    }
    return made;
}

/* Checks the file and its vectors, for which no gateway and no secret is needed. */
static void check(const char *descriptor) {
    kopeck_message *report = NULL, *settings = kopeck_message_new();
    kopeck_message *request = fill(kopeck_message_new(), "descriptor", descriptor, NULL);
    kopeck_client *bare = open_client(settings);
    if (kopeck_call(bare, "descriptor_check", request, &report) != KOPECK_OK) {
        stop("descriptor_check", get(report, "kind"), get(report, "message"));
    }
    int problems = length(report, "problems");
    for (int i = 0; i < problems; i++) {
        char path[32], line[32], says[32];
        snprintf(path, sizeof path, "problems.%d.path", i);
        snprintf(line, sizeof line, "problems.%d.line", i);
        snprintf(says, sizeof says, "problems.%d.says", i);
        fprintf(stderr, "line %s, %s: %s\n", get(report, line), get(report, path),
                get(report, says));
    }
    printf("%s: %d vectors, %d problems\n", get(report, "title"), length(report, "vectors"),
           problems);
    if (strcmp(get(report, "ok"), "true") != 0) { /* a problem, or a vector that does not match */
        stop("descriptor_check", descriptor, "not to be used as it is");
    }
    kopeck_client_free(bare);
    kopeck_message_free(report);
    kopeck_message_free(request);
    kopeck_message_free(settings);
}

static void create(const char *port) {
    char back[64];
    kopeck_message *payment = NULL, *request = kopeck_message_new();
    snprintf(back, sizeof back, "http://127.0.0.1:%s/thanks", port);
    snprintf(number, sizeof number, "D-%ld-%d", (long)time(NULL), (int)getpid());
    fill(request, "order_number", number, "amount", "100.00", "currency", "RUB", "return_url", back,
         "description", "A described order", NULL);
    if (kopeck_call(client, "create_payment", request, &payment) != KOPECK_OK) {
        stop("create_payment", get(payment, "kind"), get(payment, "message"));
    }
    snprintf(id, sizeof id, "%s", get(payment, "id"));
    /* A form is posted by the buyer's browser: action.fields to action.url. Some may be a link. */
    const char *link = get(payment, "action.link");
    printf("pay at: %s\n", *link ? link : get(payment, "action.url"));
    kopeck_message_free(payment);
    kopeck_message_free(request);
}

/* Whether the order is paid now. The gateway hears what its file says: each wants words of its own,
 * and repeats the notification until it gets them. */
static int confirm(FILE *gateway, kopeck_message *request) {
    kopeck_message *payment = NULL;
    const char *answer = "notification.answer.ok";
    char code[64], type[64], body[64];
    int paid = 0;
    fill(request, "id", id, "expect.order_number", number, "expect.amount", "100.00",
         "expect.currency", "RUB", NULL); /* the stored id, never one that comes from outside */
    kopeck_status status = kopeck_call(client, "confirm", request, &payment);
    if (status != KOPECK_OK) {
        printf("not confirmed: %s: %s\n", get(payment, "kind"), get(payment, "message"));
        answer = status == KOPECK_NOT_DONE ? "answer.retry" : "answer.reject";
    } else { /* stored once per state_id, in one transaction, in a real shop */
        printf("%s: %s %s\n", get(payment, "status"), get(payment, "captured"),
               get(payment, "currency"));
        paid = strcmp(get(payment, "status"), "paid") == 0;
    }
    snprintf(code, sizeof code, "%s.status", answer);
    snprintf(type, sizeof type, "%s.content_type", answer);
    snprintf(body, sizeof body, "%s.body", answer);
    respond_as(gateway, *get(payment, code) ? get(payment, code) : "503",
               *get(payment, type) ? get(payment, type) : "text/plain", get(payment, body));
    kopeck_message_free(payment);
    return paid;
}

/* Whether one visitor, the gateway or the buyer, brought the news that the order is paid. */
static int serve(int listener, const char *port) {
    FILE *visitor = visit(listener);
    if (!visitor) {
        stop("accept", port, strerror(errno));
    }
    kopeck_message *request = kopeck_message_new();
    int came = receive(visitor, request), paid = 0;
    if (came == NOTIFICATION) {
        paid = confirm(visitor, request);
    } else if (came == PAGE) { /* the buyer comes back, which says nothing of the payment */
        respond(visitor, "200", "Thank you for your order.\n");
    } else {
        respond(visitor, "400", "");
    }
    kopeck_message_free(request);
    return paid;
}

/* NAME=VALUE into an object of the settings. */
static void put(kopeck_message *settings, const char *object, const char *pair) {
    char name[128];
    const char *value = strchr(pair, '=');
    if (!value) {
        stop(object, "expected NAME=VALUE", pair);
    }
    snprintf(name, sizeof name, "%s.%.*s", object, (int)(value - pair), pair);
    kopeck_message_set(settings, name, value + 1);
}

int main(int count, char **arguments) {
    const char *descriptor = "examplepay", *port = "9090"; /* a built-in one, or a path */
    kopeck_message *settings = fill(kopeck_message_new(), "gateway", "declared", NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 1; i < count; i += 2) {
        const char *name = arguments[i], *value = i + 1 < count ? arguments[i + 1] : NULL;
        if (value && strcmp(name, "--descriptor") == 0) {
            descriptor = value;
        } else if (value && strcmp(name, "--listen") == 0) {
            port = value;
        } else if (value && strcmp(name, "--base-url") == 0) {
            kopeck_message_set(settings, "base_url", value);
        } else if (value && strcmp(name, "--secret") == 0) {
            put(settings, "secrets", value);
        } else if (value && strcmp(name, "--config") == 0) {
            put(settings, "config", value);
        } else {
            fprintf(stderr, "usage: declared [--descriptor ID|PATH] [--listen PORT]\n"
                            "       [--base-url URL] [--secret NAME=VALUE ...]\n"
                            "       [--config NAME=VALUE ...]\n");
            return 2;
        }
    }
    if (!port_of(port)) {
        stop("--listen", "expected a port", port);
    }
    check(descriptor);
    client = open_client(fill(settings, "descriptor", descriptor, NULL));
    kopeck_message_free(settings);
    int listener = listen_here(port_of(port));
    if (listener < 0) {
        stop("--listen", port, "not to be had");
    }
    create(port);
    while (!serve(listener, port)) {
    }
    close(listener);
    kopeck_client_free(client);
}
