/* An order paid in instalments (IntellectMoney, PayLate): an invoice, the lender's page, the webhook.
 *     cc -std=c99 instalments.c -lkopeck -o instalments
 *     ./instalments --eshop-id 450001 --site-ip 192.0.2.10 --listen 9090    (keys: see main)
 * What a real shop commits to its database is appended to a file here, a line for each fact, and
 * before each call: --resume, with the same --store and --listen, goes on after any crash and never
 * begins a second application. Ends with 0 where the order is paid, 3 where the lender refused, 4
 * where nothing is decided yet. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <kopeck.h>
#include <poll.h>
#include <stdarg.h>
#include <time.h>

#include "listener.h"

enum { OPEN = -1, PAID = 0, REFUSED = 3, UNDECIDED = 4 };

static const char *port, *database, *timeout_ms, *pause_ms, *grace_ms;
static char back[64], sorry[64], notify[64]; /* where a shop is reached: a live one by https */
static kopeck_client *client;
static char order[32], number[48], id[64]; /* the one order, its newest attempt, its invoice */
static int outcome = OPEN;

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
    static char texts[8][2048];
    static unsigned next;
    char *text = texts[next++ % 8];
    kopeck_message_get(message, name, text, sizeof texts[0]);
    return text;
}

static void stop(const char *what, const char *why, const char *more) {
    fprintf(stderr, "%s: %s: %s\n", what, why, more);
    exit(1);
}

/* A fact of the newest attempt. Its line ends with a dot, or a crash cut it short; the line feed
 * before it parts it from one that was. */
static int store(const char *fact, const char *value) {
    FILE *file = fopen(database, "a");
    int written = file && fprintf(file, "\n%s %s %s .\n", number, fact, value) > 0;
    written = written && fflush(file) == 0 && fsync(fileno(file)) == 0;
    return file && fclose(file) == 0 && written;
}

static void keep(const char *fact, const char *value) {
    if (!store(fact, value)) {
        stop(fact, database, "cannot be written");
    }
}

/* The newest value of a fact; empty if there is none. Without a fact, the newest number. */
static const char *stored(const char *fact) {
    static char lines[8][4096];
    static unsigned next;
    char *value = lines[next++ % 8], line[4096], of[48], name[32];
    int at;
    FILE *file = fopen(database, "r");
    *value = '\0';
    while (file && fgets(line, sizeof line, file)) {
        char *end = strstr(line, " .\n");
        if (!end || sscanf(line, "%47s %31s %n", of, name, &at) != 2) {
            continue;
        }
        *end = '\0';
        if (!fact) {
            strcpy(value, of);
        } else if (strcmp(of, number) == 0 && strcmp(name, fact) == 0) {
            strcpy(value, line + at);
        }
    }
    if (file) {
        fclose(file);
    }
    return value;
}

/* Stores all that create_payment will be given. A number is never used again. */
static void attempt(int count) {
    char sent_at[32];
    time_t now = time(NULL);
    strftime(sent_at, sizeof sent_at, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    snprintf(number, sizeof number, "%s-%d", order, count);
    kopeck_message *fields =
        fill(kopeck_message_new(), "order_number", number, "amount", "30000.00", "currency", "RUB",
             "method", "instalments", "description", "A sofa", "return_url", back, "fail_url",
             sorry, "notification_url", notify, "customer.email", "buyer@shop.example", NULL);
    keep("sent_at", sent_at);
    keep("create", kopeck_message_json(fields));
    kopeck_message_free(fields);
}

static int made(const char *invoice) {
    snprintf(id, sizeof id, "%s", invoice);
    keep("id", id);
    printf("order %s: invoice %s\n", number, id);
    return 1;
}

/* Has the invoice made. */
static int create(void) {
    kopeck_message *request = NULL, *payment = NULL;
    const char *fields = stored("create");
    kopeck_message_parse(fields, strlen(fields), &request);
    kopeck_status status = kopeck_call(client, "create_payment", request, &payment);
    if (status != KOPECK_OK && status != KOPECK_OUTCOME_UNKNOWN) {
        stop("create_payment", get(payment, "kind"), get(payment, "message"));
    } else if (status != KOPECK_OK) {
        printf("no clear answer (%s): finding out what became of it\n", get(payment, "message"));
    }
    int known = status == KOPECK_OK && made(get(payment, "id"));
    kopeck_message_free(payment);
    kopeck_message_free(request);
    return known;
}

/* Finds out what became of an invoice that may have been made: its number may be told by a webhook.
 * Says whether it is known now. */
static int settle(const kopeck_message *received) {
    static char json[140000], webhook[120000];
    kopeck_message *request = NULL, *reply = NULL;
    if (!received || kopeck_message_get(received, "notification", webhook, sizeof webhook) < 0) {
        strcpy(webhook, "null");
    }
    snprintf(json, sizeof json, "{\"create\":%s,\"notification\":%s}", stored("create"), webhook);
    kopeck_message_parse(json, strlen(json), &request);
    fill(request, "operation", "create_payment", "sent_at", stored("sent_at"), NULL);
    kopeck_status status = kopeck_call(client, "settle", request, &reply);
    const char *verdict = get(reply, "verdict");
    int known = 0;
    if (status != KOPECK_OK && !received) {
        stop("settle", get(reply, "kind"), get(reply, "message"));
    } else if (strcmp(verdict, "done") == 0) {
        known = made(get(reply, "payment.id"));
    } else if (strcmp(verdict, "need_new_number") == 0) {
        /* Nobody saw the lost one, and it will expire. */
        attempt(atoi(strrchr(number, '-') + 1) + 1);
        known = create();
    } else if (strcmp(verdict, "review") == 0) {
        stop("settle", "a person must look", get(reply, "why"));
    }
    kopeck_message_free(reply);
    kopeck_message_free(request);
    return known;
}

static kopeck_message *expecting(kopeck_message *request) { /* the stored id, never another */
    return fill(request, "id", id, "expect.order_number", number, "expect.amount", "30000.00",
                "expect.currency", "RUB", NULL);
}

/* Takes a payment's state: each is applied once. Says whether it is stored. */
static int take(const kopeck_message *payment) {
    const char *status = get(payment, "status");
    if (strcmp(stored(status), get(payment, "state_id")) != 0) {
        if (!store(status, get(payment, "state_id"))) {
            return 0;
        } else if (strcmp(status, "paid") == 0) { /* ship here, in the same transaction */
            printf("paid: %s RUB for order %s\n", get(payment, "captured"), order);
        }
    }
    int refused = strcmp(status, "created") == 0 && *get(payment, "last_attempt");
    outcome = strcmp(status, "paid") == 0 ? PAID : outcome == PAID ? PAID : refused ? REFUSED : OPEN;
    return 1;
}

/* Gets the lender's page, or the lender's word. The stage is stored before the call: who finds
 * `beginning` asks before anything is begun again, and who finds `begun` never begins. */
static int instalments(const char *until) {
    kopeck_message *payment = NULL, *request = expecting(kopeck_message_new());
    char stage[16];
    snprintf(stage, sizeof stage, "%s", *stored("stage") ? stored("stage") : "invoice");
    keep("stage", strcmp(stage, "begun") == 0 ? "begun" : "beginning");
    fill(request, "stage", stage, "until", until, "return_url", back, "fail_url", sorry,
         "timeout_ms", timeout_ms, "pause_ms", pause_ms, "init_grace_ms", grace_ms, NULL);
    kopeck_status status = kopeck_call(client, "instalments", request, &payment);
    if (status == KOPECK_OUTCOME_UNKNOWN) {
        printf("no clear answer (%s): asking whether it was begun\n", get(payment, "message"));
        kopeck_message_free(payment);
        kopeck_message_set(request, "stage", "beginning");
        status = kopeck_call(client, "instalments", request, &payment);
    }
    if (status != KOPECK_OK) { /* what was stored stands: --resume goes on from there */
        stop("instalments", get(payment, "kind"), get(payment, "message"));
    }
    keep("stage", get(payment, "stage"));
    int waits = strcmp(get(payment, "status"), "action_required") == 0;
    if (waits && strcmp(until, "link") == 0 && *get(payment, "action.url")) {
        keep("page", get(payment, "action.url"));
        printf("pay at: %s\n", get(payment, "action.url"));
    }
    take(payment);
    kopeck_message_free(payment);
    kopeck_message_free(request);
    return waits;
}

/* A no comes by no webhook, so it is asked for; so is a yes, since a webhook may be lost. */
static void look(void) {
    kopeck_message *payment = NULL, *request = expecting(kopeck_message_new());
    if (*id && kopeck_call(client, "confirm", request, &payment) == KOPECK_OK) {
        take(payment);
    } else if (*id) {
        printf("not now: %s: %s\n", get(payment, "kind"), get(payment, "message"));
    }
    kopeck_message_free(payment);
    kopeck_message_free(request);
}

/* Takes a webhook. The gateway hears "ok" only once the state is stored. */
static void confirm(FILE *gateway, kopeck_message *request) {
    kopeck_message *payment = NULL;
    char code[64], body[64];
    const char *answer = "answer.reject";
    if (!*id && !settle(request)) {
        respond(gateway, "503", "");
        return;
    }
    kopeck_status status = kopeck_call(client, "confirm", expecting(request), &payment);
    if (status == KOPECK_OK) {
        int committed = take(payment);
        printf("webhook: %s\n", get(payment, "notification.event"));
        answer = committed ? "notification.answer.ok" : "notification.answer.retry";
    } else { /* a Mismatch is for a person; another order's webhook is one, too */
        printf("not confirmed: %s: %s\n", get(payment, "kind"), get(payment, "message"));
        answer = status == KOPECK_NOT_DONE ? "answer.retry" : answer;
    }
    snprintf(code, sizeof code, "%s.status", answer);
    snprintf(body, sizeof body, "%s.body", answer);
    respond(gateway, *get(payment, code) ? get(payment, code) : "503", get(payment, body));
    kopeck_message_free(payment);
}

/* Waits for one visitor: the gateway, or the buyer, whose coming back proves nothing. */
static void serve(int listener) {
    struct pollfd waiting = {.fd = listener, .events = POLLIN};
    if (poll(&waiting, 1, atoi(pause_ms)) == 0) {
        look();
        return;
    }
    FILE *visitor = visit(listener);
    if (!visitor) {
        stop("accept", port, strerror(errno));
    }
    kopeck_message *request = kopeck_message_new();
    int came = receive(visitor, request);
    if (came == NOTIFICATION) {
        confirm(visitor, request);
    } else if (came == PAGE) {
        look();
        respond(visitor, "200", "Thank you. We will write to you.\n");
    } else {
        respond(visitor, "400", "");
    }
    kopeck_message_free(request);
}

static const char *option(char **arguments, const char *name, const char *variable,
                          const char *otherwise) {
    while (*++arguments && strcmp(*arguments, name) != 0) {
    }
    otherwise = getenv(variable) ? getenv(variable) : otherwise;
    return *arguments && arguments[1] ? arguments[1] : otherwise;
}

static int is_given(char **arguments, const char *name) {
    while (*++arguments && strcmp(*arguments, name) != 0) {
    }
    return *arguments != NULL;
}

static void open_client(char **arguments) {
    /* The last three may be missing: the gateway's own address, and the keys of its history. */
    static const char *const options[][3] = {
        {"eshop_id", "--eshop-id", "KOPECK_ESHOP_ID"},
        {"secret_key", "--secret-key", "KOPECK_SECRET_KEY"},
        {"bearer_token", "--bearer-token", "KOPECK_BEARER_TOKEN"},
        {"sign_secret_key", "--sign-secret-key", "KOPECK_SIGN_SECRET_KEY"},
        {"base_url", "--base-url", "KOPECK_BASE_URL"},
        {"login", "--login", "KOPECK_LOGIN"},
        {"personal_password", "--personal-password", "KOPECK_PERSONAL_PASSWORD"},
    };
    kopeck_message *error = NULL, *settings = fill(kopeck_message_new(), "gateway", "intellectmoney",
        "site_ip", option(arguments, "--site-ip", "KOPECK_SITE_IP", "127.0.0.1"), NULL);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const char *value = option(arguments, options[i][1], options[i][2], "");
        if (*value) {
            kopeck_message_set(settings, options[i][0], value);
        }
    }
    if (kopeck_client_new(settings, NULL, NULL, &client, &error) != KOPECK_OK) {
        stop("settings", get(error, "kind"), get(error, "message"));
    }
    kopeck_message_free(settings);
}

int main(int count, char **arguments) {
    (void)count;
    int resume = is_given(arguments, "--resume"), decide = is_given(arguments, "--poll");
    port = option(arguments, "--listen", "KOPECK_LISTEN", "9090");
    database = option(arguments, "--store", "KOPECK_STORE", "instalments.txt");
    timeout_ms = option(arguments, "--timeout-ms", "KOPECK_TIMEOUT_MS", "600000");
    pause_ms = option(arguments, "--pause-ms", "KOPECK_PAUSE_MS", "2000");
    grace_ms = option(arguments, "--init-grace-ms", "KOPECK_INIT_GRACE_MS", "30000");
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!port_of(port)) {
        stop("--listen", "expected a port", port);
    }
    open_client(arguments);
    int listener = listen_here(port_of(port));
    if (listener < 0) {
        stop("--listen", port, "not to be had");
    }
    snprintf(back, sizeof back, "http://127.0.0.1:%s/thanks", port);
    snprintf(sorry, sizeof sorry, "http://127.0.0.1:%s/sorry", port);
    snprintf(notify, sizeof notify, "http://127.0.0.1:%s/notify", port);
    snprintf(order, sizeof order, "sofa-%ld-%d", (long)time(NULL), (int)getpid());
    if (resume) {
        snprintf(number, sizeof number, "%s", stored(NULL));
        if (!*stored("create")) {
            stop("--resume", database, "there is no open order");
        }
        snprintf(order, sizeof order, "%.*s", (int)(strrchr(number, '-') - number), number);
        snprintf(id, sizeof id, "%s", stored("id"));
        if (*stored("paid")) {
            stop("--resume", order, "the order is paid");
        }
    }
    time_t end = time(NULL) + atol(timeout_ms) / 1000;
    if (!resume) {
        attempt(1);
    }
    /* What may have left is asked for again by settle, which makes no second invoice. */
    if (!*id && (resume || !create())) {
        settle(NULL);
    }
    if (!*id) {
        printf("the invoice's number is not known yet: a webhook tells it, or the next run\n");
        while (!*id && time(NULL) < end) {
            serve(listener);
        }
    }
    if (*id && instalments("link") && decide) {
        instalments("decision");
    }
    while (outcome == OPEN && *id && time(NULL) < end) {
        serve(listener);
    }
    if (outcome == REFUSED) {
        printf("the lender refused. The order stays open: offer the buyer another way to pay\n");
    } else if (outcome == OPEN) {
        printf("not decided yet, which may take days: --resume goes on\n");
    }
    kopeck_client_free(client);
    return outcome == OPEN ? UNDECIDED : outcome;
}
