/* A deal of Bitrix24 that is paid: it gets a payment, the buyer pays, the deal is won.
 *     cc -std=c99 deal.c -lkopeck -o deal
 *     ./deal --portal https://portal.bitrix24.ru/rest/1/SECRET/ --deal 662 --type 1220 \
 *         --gateway '{"gateway": "declared", "descriptor": "examplepay", "secrets": {...}}' \
 *         --listen 9090
 * --gateway is the settings of a gateway's client, and little else differs between gateways:
 * listener.h hands on Content-Type alone, a gateway that signs in a header needs that one too. Its
 * cabinet is told where notifications go: /notify on your own host. This listens on this machine
 * alone: put your web server with https in front. Give what is secret in the environment
 * (KOPECK_PORTAL, KOPECK_GATEWAY): a command line is everybody's to read. What must not be lost is
 * appended to a file before each call: run again after any crash it goes on, with no second payment
 * and no second item. Ends with 0 once the deal is won, else with 1 and a sentence. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <kopeck.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/file.h>
#include <time.h>

#include "listener.h"

static const char *port, *database, *deal, *type, *back;
static kopeck_client *gateway, *portal;
static FILE *store;
static kopeck_message *order, *payment; /* the newest attempt: what was asked, what was made */
static char gateway_name[64], number[80], can[4096]; /* the attempt's; the gateway's operations */
static enum { OPEN, WON, NOT_WON } outcome = OPEN;

/* Names and values, ended by NULL, into a message, or a new one. What is wrong a call says. */
static kopeck_message *fill(kopeck_message *message, ...) {
    va_list pairs;
    va_start(pairs, message);
    message = message ? message : kopeck_message_new();
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

static int is(const kopeck_message *message, const char *name, const char *value) {
    return strcmp(get(message, name), value) == 0;
}

static void stop(const char *what, const char *why, const char *more) {
    fprintf(stderr, "%s: %s: %s\n", what, why, more);
    exit(1);
}

/* Without a place for the status: where nothing can go on without it. */
static kopeck_message *call(const kopeck_client *client, const char *operation,
                            kopeck_message *request, kopeck_status *status) {
    kopeck_message *reply = NULL;
    kopeck_status done = kopeck_call(client, operation, request, &reply);
    kopeck_message_free(request);
    if (status) {
        *status = done;
    } else if (done != KOPECK_OK) {
        stop(operation, get(reply, "kind"), get(reply, "message"));
    }
    return reply;
}

static char json[1 << 20]; /* a message's */

static kopeck_message *parse(void) {
    kopeck_message *message = NULL;
    if (kopeck_message_parse(json, strlen(json), &message) != KOPECK_OK) {
        stop("a message cannot be read", get(message, "kind"), get(message, "message"));
    }
    return message;
}

/* A new message with another in it, as a reply becomes part of a request; and the one within. */
static kopeck_message *with(const char *name, const kopeck_message *inner) {
    snprintf(json, sizeof json, "{\"%s\":%s}", name, kopeck_message_json(inner));
    return parse();
}

static kopeck_message *within(const kopeck_message *outer, const char *name) {
    kopeck_message_get(outer, name, json, sizeof json);
    return parse();
}

/* A fact of the newest attempt. The line feed before it parts it from what a crash cut short. */
static void keep(const char *fact, const kopeck_message *message) {
    int written = fprintf(store, "\n%s %s %s\n", number, fact, kopeck_message_json(message)) > 0;
    if (!written || fflush(store) != 0 || fsync(fileno(store)) != 0) {
        stop(fact, database, "cannot be written");
    }
}

/* The newest message that is stored as a fact, if one is; `of` begins the attempt's number. */
static kopeck_message *stored(const char *of, const char *fact) {
    char *line = NULL, attempt[80], what[16];
    size_t room = 0;
    int at = 0;
    kopeck_message *newest = NULL;
    rewind(store);
    while (getline(&line, &room, store) > 0) {
        kopeck_message *message = NULL;
        if (sscanf(line, "%79s %15s %n", attempt, what, &at) == 2 && strcmp(what, fact) == 0 &&
            strncmp(attempt, of, strlen(of)) == 0) {
            int whole = kopeck_message_parse(line + at, strlen(line + at), &message) == KOPECK_OK;
            kopeck_message_free(whole ? newest : message);
            newest = whole ? message : newest;
        }
    }
    free(line);
    return newest;
}

/* The deal as the portal has it, in `result.item`. */
static kopeck_message *ask_deal(void) {
    kopeck_message *which = fill(NULL, "entityTypeId", "2", "id", deal, NULL);
    return call(portal, "bitrix24.crm.item.get", which, NULL);
}

/* The deal says how it ended, and its timeline why. Says whether it is won. */
static int look_at_deal(void) {
    char comment[40] = "result.0.COMMENT";
    kopeck_message *reply = ask_deal();
    int won = is(reply, "result.item.stageSemanticId", "S");
    printf("the deal is %s: %s\n", won ? "won" : "not won", get(reply, "result.item.stageId"));
    kopeck_message_free(reply);
    kopeck_message *which = fill(NULL, "filter.ENTITY_TYPE", "deal", "filter.ENTITY_ID", deal,
                                 "order.ID", "ASC", "select.0", "ID", "select.1", "COMMENT", NULL);
    reply = call(portal, "bitrix24.crm.timeline.comment.list", which, NULL);
    for (int i = 1; kopeck_message_get(reply, comment, NULL, 0) >= 0; i++) {
        printf("timeline: %s\n", get(reply, comment));
        snprintf(comment, sizeof comment, "result.%d.COMMENT", i);
    }
    kopeck_message_free(reply);
    return won;
}

/* What both flows of a deal are told: a payment of any gateway. */
static kopeck_message *about(const kopeck_message *told) {
    return fill(with("payment", told), "payment.gateway", gateway_name, "deal_id", deal,
                "entity_type_id", type, NULL);
}

/* Tells the deal what became of a payment. What was not done is repeated, the rest a person's. */
static kopeck_status settle_deal(const kopeck_message *told, const char *on_failure) {
    kopeck_status status;
    kopeck_message *request = fill(about(told), "on_failure", on_failure, "locked", "true", NULL);
    fill(request, "timeout_ms", "5000", NULL); /* a gateway that notified waits for its answer */
    kopeck_message *reply = call(portal, "settle_deal", request, &status);
    int later = status == KOPECK_NOT_DONE || status == KOPECK_OUTCOME_UNKNOWN;
    int fine = status == KOPECK_OK && !is(reply, "needs_attention", "true");
    if (!fine) {
        printf("%s: %s\n", later ? "not now" : "a person must look at the deal",
               get(reply, status == KOPECK_OK ? "attention" : "message"));
    }
    outcome = fine ? WON : later ? OPEN : NOT_WON;
    kopeck_message_free(reply);
    return status;
}

/* Asks where the payment stands, and tells the deal. Both may be repeated, so nothing is stored.
 * Says what a gateway that notified is to hear: `ok` once the deal knows. */
static const char *confirm(kopeck_message *request) {
    kopeck_status status;
    fill(request, "id", get(payment, "id"), "expect.order_number", number, "expect.amount",
         get(order, "amount"), "expect.currency", get(order, "currency"), NULL);
    kopeck_message *now = call(gateway, "confirm", request, &status);
    if (status != KOPECK_OK) {
        outcome = status == KOPECK_MISMATCH ? NOT_WON : OPEN;
        printf("%s: %s\n", outcome == OPEN ? "not now" : "a person must look at the payment",
               get(now, "message"));
    } else if (is(now, "final", "true")) {
        printf("confirmed: %s, captured %s %s\n", get(now, "status"), get(now, "captured"),
               get(now, "currency"));
        /* Whoever cancelled a payment did not lose the deal by it. */
        status = settle_deal(now, is(now, "status", "cancelled") ? "keep" : "lose");
    }
    kopeck_message_free(now);
    return status == KOPECK_OK || status == KOPECK_MISMATCH ? "ok" : "retry";
}

/* Asks without a notification: gateways give up notifying after a few tries. */
static void look(void) {
    if (strstr(can, "\"payment_status\"")) {
        confirm(kopeck_message_new());
    }
}

/* An item of the smart process stands for the attempt. Repeating it changes nothing. Where the deal
 * changed since the payment was made, nobody is to pay for it as it was. */
static void link_payment(const kopeck_message *told) {
    kopeck_status status, cancelled = KOPECK_REFUSED;
    kopeck_message *reply = call(portal, "link_payment", about(told), &status);
    if (told == payment && (status == KOPECK_REFUSED || status == KOPECK_MISMATCH)) {
        if (strstr(can, "\"cancel\"")) {
            kopeck_message *it = fill(NULL, "id", get(payment, "id"), "order_number", number, NULL);
            kopeck_message_free(call(gateway, "cancel", it, &cancelled));
        }
        printf("the payment %s\n", cancelled ? "is to be cancelled by hand" : "was cancelled");
        look();
    }
    if (status != KOPECK_OK) {
        stop("link_payment", get(reply, "kind"), get(reply, "message"));
    }
    printf("item %s of the deal stands for %s\n", get(reply, "item.id"), number);
    kopeck_message_free(reply);
}

/* A number that is never used again, stored with all that create_payment will be given. */
static void attempt(int count, const char *amount, const char *currency) {
    snprintf(number, sizeof number, "deal-%s-%d-%lx%x", deal, count, (long)time(NULL),
             (unsigned)getpid());
    kopeck_message_free(order);
    order = fill(NULL, "order_number", number, "amount", amount, "currency", currency,
                 "return_url", back, NULL);
    keep("order", order);
}

/* Links the attempt to the deal and has the payment made, once: what may have left before is not
 * sent again, `settle` finds out what became of it. Without a payment the number is used up. */
static void create(void) {
    kopeck_message *asked = stored(number, "asked");
    int send = !asked;
    do {
        kopeck_status status = KOPECK_OUTCOME_UNKNOWN;
        if (send) {
            char sent_at[32];
            time_t now = time(NULL);
            strftime(sent_at, sizeof sent_at, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
            link_payment(order);
            asked = fill(asked, "sent_at", sent_at, NULL);
            keep("asked", asked);
            status = kopeck_call(gateway, "create_payment", order, &payment);
        }
        if (status == KOPECK_OK) {
            break;
        } else if (status != KOPECK_OUTCOME_UNKNOWN) {
            stop("create_payment", get(payment, "kind"), get(payment, "message"));
        }
        printf("no clear answer from the gateway: asking what became of %s\n", number);
        kopeck_message *request = fill(with("create", order), "operation", "create_payment", NULL);
        fill(request, "sent_at", get(asked, "sent_at"), "timeout_ms", "180000", NULL);
        kopeck_message *reply = call(gateway, "settle", request, NULL);
        kopeck_message_free(payment);
        payment = is(reply, "verdict", "done") ? within(reply, "payment") : NULL;
        send = is(reply, "verdict", "not_done"); /* the number is used again */
        if (!payment && !send && !is(reply, "verdict", "need_new_number")) {
            stop(number, get(reply, "verdict"), get(reply, "why")); /* later, or by a person */
        }
        kopeck_message_free(reply);
    } while (send);
    kopeck_message_free(asked);
}

/* The deal's payment: the stored one, or a new one for what the deal asks for. */
static void find_payment(void) {
    char of[40], amount[32], currency[8];
    int count = 1;
    snprintf(of, sizeof of, "deal-%s-", deal);
    kopeck_message *reply = ask_deal();
    order = stored(of, "order");
    const char *sum = get(reply, "result.item.opportunity"), *point = strchr(sum, '.');
    /* The portal says 1500 or 1500.5, Kopeck wants the currency's digits: mostly two. */
    snprintf(amount, sizeof amount, "%s%s", sum, !point ? ".00" : strlen(point) == 2 ? "0" : "");
    snprintf(currency, sizeof currency, "%s", get(reply, "result.item.currencyId"));
    const char *stage = get(reply, "result.item.stageId");
    printf("the deal asks for %s %s, at %s\n", amount, currency, stage);
    kopeck_message_free(reply);
    if (order) { /* an earlier run's */
        snprintf(number, sizeof number, "%s", get(order, "order_number"));
        sscanf(number + strlen(of), "%d", &count);
    } else {
        attempt(count, amount, currency);
    }
    if ((payment = stored(number, "payment"))) {
        look(); /* what happened since? */
        return;
    }
    for (create(); !payment; create()) {
        /* Nobody can pay the lost one any more, so its item makes room for the next. */
        fill(order, "id", number, "status", "cancelled", "state_id", "lost", NULL);
        if (settle_deal(order, "keep") != KOPECK_OK) {
            stop("settle_deal", number, "run this again");
        }
        outcome = OPEN;
        attempt(++count, amount, currency);
    }
    keep("payment", payment);
}

/* Waits for one visitor: the gateway, or the buyer, whose coming back proves nothing. */
static void serve(int listener) {
    char code[32], kind[32], body[32];
    FILE *visitor = visit(listener);
    if (!visitor) {
        stop("accept", port, strerror(errno));
    }
    kopeck_message *request = kopeck_message_new();
    int came = receive(visitor, request);
    if (came != NOTIFICATION) {
        respond(visitor, came == PAGE ? "200" : "400", came == PAGE ? "Thank you.\n" : "");
        kopeck_message_free(request);
        return;
    }
    kopeck_status status;
    kopeck_message *hint =
        call(gateway, "parse_notification", within(request, "notification"), &status);
    const char *answer = status == KOPECK_UNTRUSTED ? "reject" : "retry";
    if (status != KOPECK_OK) {
        printf("not the gateway's notification: %s\n", get(hint, "message"));
    } else if (is(hint, "payment.order_number", number)) { /* another's says nothing of this one */
        answer = confirm(request);
        request = NULL;
    }
    kopeck_message_free(request);
    snprintf(code, sizeof code, "answer.%s.status", answer);
    snprintf(kind, sizeof kind, "answer.%s.content_type", answer);
    snprintf(body, sizeof body, "answer.%s.body", answer);
    respond_as(visitor, *get(hint, code) ? get(hint, code) : "503",
               *get(hint, kind) ? get(hint, kind) : "text/plain", get(hint, body));
    kopeck_message_free(hint);
}

static kopeck_client *open_client(kopeck_message *settings) {
    kopeck_message *error = NULL;
    kopeck_client *made = NULL;
    if (kopeck_client_new(settings, NULL, NULL, &made, &error) != KOPECK_OK) {
        stop("settings", get(error, "field"), get(error, "message"));
    }
    kopeck_message_free(settings);
    return made;
}

static const char *option(char **arguments, const char *name, const char *variable,
                          const char *otherwise) {
    while (*++arguments && strcmp(*arguments, name) != 0) {
    }
    otherwise = getenv(variable) ? getenv(variable) : otherwise;
    return *arguments && arguments[1] ? arguments[1] : otherwise;
}

int main(int count, char **arguments) {
    const char *webhook = option(arguments, "--portal", "KOPECK_PORTAL", "");
    const char *given = option(arguments, "--gateway", "KOPECK_GATEWAY", "");
    deal = option(arguments, "--deal", "KOPECK_DEAL", "");
    type = option(arguments, "--type", "KOPECK_TYPE", "");
    port = option(arguments, "--listen", "KOPECK_LISTEN", "9090");
    database = option(arguments, "--store", "KOPECK_STORE", "deals.txt");
    char thanks[64];
    snprintf(thanks, sizeof thanks, "http://127.0.0.1:%s/thanks", port);
    back = option(arguments, "--back", "KOPECK_BACK", thanks);
    int pause_ms = atoi(option(arguments, "--pause-ms", "KOPECK_PAUSE_MS", "60000"));
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (count < 1 || !*webhook || !*given || !*deal || !*type) {
        fprintf(stderr, "usage: deal --portal WEBHOOK_URL --deal ID --type ID --gateway JSON\n"
                        "  [--listen PORT] [--store FILE] [--back URL] [--pause-ms TIME]\n");
        return 2;
    }
    snprintf(json, sizeof json, "%s", given);
    gateway = open_client(parse());
    portal = open_client(fill(NULL, "service", "bitrix24", "webhook_url", webhook, NULL));
    kopeck_message *known = call(gateway, "operations", kopeck_message_new(), NULL);
    kopeck_message_get(known, "operations", can, sizeof can);
    kopeck_message_get(known, "gateway", gateway_name, sizeof gateway_name);
    kopeck_message_free(known);
    int listener = port_of(port) ? listen_here(port_of(port)) : -1;
    store = fopen(database, "a+");
    if (listener < 0) {
        stop("--listen", port, "not to be had");
    } else if (!store || flock(fileno(store), LOCK_EX | LOCK_NB)) { /* one program at a time */
        stop("--store", database, strerror(errno));
    }
    find_payment();
    if (outcome == OPEN) {
        link_payment(payment);
        const char *page = get(payment, "action.link");
        page = *page || is(payment, "action.type", "form") ? page : get(payment, "action.url");
        if (!*page) { /* a form would want a page of the shop's own */
            stop(number, "no link to a page", "a person must look");
        }
        printf("pay at: %s\n", page);
    }
    while (outcome == OPEN) {
        struct pollfd line = {.fd = listener, .events = POLLIN};
        poll(&line, 1, pause_ms) == 0 ? look() : serve(listener);
    }
    int won = look_at_deal();
    kopeck_client_free(portal);
    kopeck_client_free(gateway);
    return won && outcome == WON ? 0 : 1;
}
