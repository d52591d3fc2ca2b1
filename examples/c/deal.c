/* A deal of Bitrix24 that is paid: it gets a payment, the buyer pays, the deal is won.
 *     cc -std=c99 deal.c -lkopeck -o deal
 *     ./deal --portal https://portal.bitrix24.ru/rest/1/SECRET/ --deal 662 --type 1220 \
 *         --gateway '{"gateway": "declared", "descriptor": "examplepay", "secrets": {...}}' \
 *         --listen 9090
 * --gateway is the settings of any gateway's client, and nothing else differs between gateways; its
 * cabinet is told where notifications go: http://HERE:9090/notify. The options may stand in the
 * environment (see main), where other users of the machine do not see the secrets of two of them.
 * What a real shop commits to its database is appended to a file here before each call: run again
 * after any crash it goes on, with no second payment and no second item. Ends with 0 once the deal
 * is won, else with 1 and a sentence. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <kopeck.h>
#include <stdarg.h>
#include <time.h>

#include "listener.h"

enum { OPEN = -1, WON = 0, NOT_WON = 1 };

static const char *port, *database, *deal, *type; /* type: the smart process's entityTypeId */
static kopeck_client *gateway, *portal;
static char gateway_name[64];
static char number[64]; /* of the newest attempt */
static int outcome = OPEN;

/* Names and values, ended by NULL. A wrong one is found by the call that gets the message. */
static kopeck_message *fill(kopeck_message *message, ...) {
    va_list pairs;
    va_start(pairs, message);
    for (const char *field; (field = va_arg(pairs, const char *));) {
        kopeck_message_set(message, field, va_arg(pairs, const char *));
    }
    va_end(pairs);
    return message;
}

static const char *get(const kopeck_message *message, const char *field) {
    static char texts[8][4096];
    static unsigned next;
    char *text = texts[next++ % 8];
    kopeck_message_get(message, field, text, sizeof texts[0]);
    return text;
}

static int is(const kopeck_message *message, const char *field, const char *value) {
    return strcmp(get(message, field), value) == 0;
}

static void stop(const char *what, const char *why, const char *more) {
    fprintf(stderr, "%s: %s: %s\n", what, why, more);
    exit(1);
}

/* A message of text that is freed. */
static kopeck_message *parse(char *text) {
    kopeck_message *message = NULL;
    if (!text || kopeck_message_parse(text, strlen(text), &message) != KOPECK_OK) {
        stop("a message", "cannot be read", text ? get(message, "message") : strerror(errno));
    }
    free(text);
    return message;
}

/* A new message with another in it, as JSON: that is how a reply becomes part of a request. */
static kopeck_message *with(const char *field, const kopeck_message *inner) {
    const char *json = kopeck_message_json(inner);
    size_t size = strlen(field) + strlen(json) + sizeof "{\"\":}";
    char *text = malloc(size);
    if (text) {
        snprintf(text, size, "{\"%s\":%s}", field, json);
    }
    return parse(text);
}

/* The message that another holds. */
static kopeck_message *within(const kopeck_message *outer, const char *field) {
    size_t size = (size_t)kopeck_message_get(outer, field, NULL, 0) + 1;
    char *text = malloc(size);
    kopeck_message_get(outer, field, text, text ? size : 0);
    return parse(text);
}

/* A fact of the newest attempt, on a line of its own: the line feed before it parts it from one
 * that a crash cut short. */
static void keep(const char *fact, const kopeck_message *message) {
    const char *json = kopeck_message_json(message);
    FILE *file = fopen(database, "a");
    int written = file && fprintf(file, "\n%s %s %s\n", number, fact, json) > 0;
    written = written && fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (!file || fclose(file) != 0 || !written) {
        stop(fact, database, "cannot be written");
    }
}

/* The newest message that is stored as a fact, or NULL; `of` begins the attempt's number. What a
 * crash cut short is no message. */
static kopeck_message *stored(const char *of, const char *fact) {
    char *line = NULL, attempt[64], what[16];
    size_t room = 0;
    int at = 0;
    kopeck_message *newest = NULL;
    FILE *file = fopen(database, "r");
    while (file && getline(&line, &room, file) > 0) {
        kopeck_message *message = NULL;
        if (sscanf(line, "%63s %15s %n", attempt, what, &at) != 2 || strcmp(what, fact) != 0 ||
            strncmp(attempt, of, strlen(of)) != 0) {
            continue;
        }
        int whole = kopeck_message_parse(line + at, strlen(line + at), &message) == KOPECK_OK;
        kopeck_message_free(whole ? newest : message);
        newest = whole ? message : newest;
    }
    free(line);
    if (file) {
        fclose(file);
    }
    return newest;
}

/* The deal as the portal has it, in `result.item`. */
static kopeck_message *ask_deal(void) {
    kopeck_message *reply = NULL;
    kopeck_message *request = fill(kopeck_message_new(), "entityTypeId", "2", "id", deal, NULL);
    if (kopeck_call(portal, "bitrix24.crm.item.get", request, &reply) != KOPECK_OK) {
        stop("the deal cannot be read", get(reply, "kind"), get(reply, "message"));
    }
    kopeck_message_free(request);
    return reply;
}

/* Says how the deal ended, if it did, and its timeline. */
static void look_at_deal(void) {
    kopeck_message *found = ask_deal(), *comments = NULL;
    int won = is(found, "result.item.stageSemanticId", "S");
    int lost = is(found, "result.item.stageSemanticId", "F");
    if (won || lost) {
        outcome = won && outcome == OPEN ? WON : NOT_WON;
        printf("the deal is %s: %s\n", won ? "won" : "lost", get(found, "result.item.stageId"));
    }
    kopeck_message *request =
        fill(kopeck_message_new(), "filter.ENTITY_TYPE", "deal", "filter.ENTITY_ID", deal,
             "order.ID", "ASC", "select.0", "ID", "select.1", "COMMENT", NULL);
    kopeck_call(portal, "bitrix24.crm.timeline.comment.list", request, &comments);
    char field[40] = "result.0.COMMENT";
    for (int i = 1; kopeck_message_get(comments, field, NULL, 0) >= 0; i++) {
        printf("timeline: %s\n", get(comments, field));
        snprintf(field, sizeof field, "result.%d.COMMENT", i);
    }
    kopeck_message_free(comments);
    kopeck_message_free(request);
    kopeck_message_free(found);
}

/* Both flows of the deal are told a payment of any gateway. */
static kopeck_message *about(const kopeck_message *payment) {
    return fill(with("payment", payment), "payment.gateway", gateway_name, "deal_id", deal,
                "entity_type_id", type, NULL);
}

/* Has an item of the smart process stand for the payment on the deal. */
static void link_payment(const kopeck_message *payment) {
    kopeck_message *request = about(payment), *reply = NULL;
    if (kopeck_call(portal, "link_payment", request, &reply) != KOPECK_OK) {
        stop("link_payment", get(reply, "kind"), get(reply, "message"));
    }
    kopeck_message_free(reply);
    kopeck_message_free(request);
}

/* Tells the deal where its payment stands. Says whether the portal knows it now. */
static int settle_deal(const kopeck_message *payment) {
    kopeck_message *request = about(payment), *reply = NULL;
    kopeck_status status = kopeck_call(portal, "settle_deal", request, &reply);
    if (status != KOPECK_OK) {
        printf("not settled: %s: %s\n", get(reply, "kind"), get(reply, "message"));
        int passes = status == KOPECK_NOT_DONE || status == KOPECK_OUTCOME_UNKNOWN;
        outcome = passes ? OPEN : NOT_WON;
    } else if (is(reply, "needs_attention", "true")) {
        printf("a person must look at the deal: %s\n", get(reply, "attention"));
        outcome = NOT_WON;
    }
    kopeck_message_free(reply);
    kopeck_message_free(request);
    return status == KOPECK_OK;
}

/* A number that is never used again, stored with all that create_payment will be given. */
static kopeck_message *attempt(int count, const char *amount, const char *currency) {
    char back[64];
    unsigned chance = (unsigned)time(NULL) * 65521u + (unsigned)getpid();
    snprintf(number, sizeof number, "deal-%s-%d-%08x", deal, count, chance);
    snprintf(back, sizeof back, "http://127.0.0.1:%s/thanks", port);
    kopeck_message *order = fill(kopeck_message_new(), "order_number", number, "amount", amount,
                                 "currency", currency, "return_url", back, NULL);
    keep("order", order);
    return order;
}

/* Has the payment made, once: what may have left in an earlier run is only asked for. NULL where
 * the number is used up, and the deal needs another. */
static kopeck_message *create(const kopeck_message *order) {
    kopeck_message *asked = stored(number, "asked"), *reply = NULL;
    kopeck_status status = KOPECK_OUTCOME_UNKNOWN;
    if (!asked) {
        char sent_at[32];
        time_t now = time(NULL);
        strftime(sent_at, sizeof sent_at, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
        link_payment(order);
        keep("asked", asked = fill(kopeck_message_new(), "sent_at", sent_at, NULL));
        status = kopeck_call(gateway, "create_payment", order, &reply);
    }
    if (status == KOPECK_OUTCOME_UNKNOWN) {
        printf("no clear answer: asking what became of %s\n", number);
        kopeck_message *found = NULL, *request = with("create", order);
        fill(request, "operation", "create_payment", "sent_at", get(asked, "sent_at"),
             "timeout_ms", "180000", NULL);
        kopeck_message_free(reply);
        status = kopeck_call(gateway, "settle", request, &found);
        int done = is(found, "verdict", "done");
        int over = is(found, "verdict", "need_new_number") || is(found, "verdict", "not_done");
        if (status == KOPECK_OK && !done && !over) { /* later, or a person must look */
            stop("create_payment", get(found, "verdict"), get(found, "why"));
        }
        reply = status != KOPECK_OK ? found : done ? within(found, "payment") : NULL;
        kopeck_message_free(reply == found ? NULL : found);
        kopeck_message_free(request);
    }
    if (status != KOPECK_OK) {
        stop("create_payment", get(reply, "kind"), get(reply, "message"));
    }
    kopeck_message_free(asked);
    return reply;
}

/* The deal's payment: the stored one, or a new one for what the deal asks for. */
static kopeck_message *payment_of_deal(void) {
    char of[40], amount[32], currency[8];
    int count = 1;
    snprintf(of, sizeof of, "deal-%s-", deal);
    kopeck_message *found = ask_deal(), *order = stored(of, "order");
    const char *sum = get(found, "result.item.opportunity"), *point = strchr(sum, '.');
    /* The portal says 1500 or 1500.5; Kopeck wants the currency's digits, which are mostly two. */
    snprintf(amount, sizeof amount, "%s%s", sum, !point ? ".00" : strlen(point) == 2 ? "0" : "");
    snprintf(currency, sizeof currency, "%s", get(found, "result.item.currencyId"));
    printf("deal %s: %s %s\n", deal, amount, currency);
    kopeck_message_free(found);
    if (order) {
        snprintf(number, sizeof number, "%s", get(order, "order_number"));
        sscanf(number + strlen(of), "%d", &count);
        printf("going on with %s\n", number);
    } else {
        order = attempt(count, amount, currency);
    }
    kopeck_message *payment = stored(number, "payment");
    int stored_before = payment != NULL;
    while (!payment && !(payment = create(order))) {
        /* Nobody can pay the lost one any more: on the deal it makes room for the next. */
        fill(order, "status", "cancelled", "state_id", number, NULL);
        if (!settle_deal(order)) {
            stop("settle_deal", number, "run this again");
        }
        kopeck_message_free(order);
        order = attempt(++count, amount, currency);
    }
    kopeck_message_free(order);
    if (!stored_before) {
        keep("payment", payment);
    }
    return payment;
}

/* Asks where the stored payment stands, because of a notification or after a crash, and tells the
 * deal. Gives what the gateway is to be answered. Both may be repeated, so nothing is stored. */
static const char *confirm(kopeck_message *request, kopeck_message **payment) {
    kopeck_message *order = stored(number, "order"), *made = stored(number, "payment");
    fill(request, "id", get(made, "id"), "expect.order_number", number, "expect.amount",
         get(order, "amount"), "expect.currency", get(order, "currency"), NULL);
    kopeck_status status = kopeck_call(gateway, "confirm", request, payment);
    kopeck_message_free(order);
    kopeck_message_free(made);
    if (status != KOPECK_OK) {
        printf("not confirmed: %s: %s\n", get(*payment, "kind"), get(*payment, "message"));
        return status == KOPECK_NOT_DONE ? "answer.retry" : "answer.reject";
    }
    printf("confirmed: %s\n", get(*payment, "status"));
    if (!settle_deal(*payment)) { /* the money is in, and the deal is told next time */
        return "notification.answer.retry";
    }
    look_at_deal();
    return "notification.answer.ok";
}

/* Waits for one visitor: the gateway, or the buyer, whose coming back proves nothing. */
static void serve(int listener) {
    FILE *visitor = visit(listener);
    if (!visitor) {
        stop("accept", port, strerror(errno));
    }
    kopeck_message *request = kopeck_message_new(), *payment = NULL;
    int came = receive(visitor, request);
    if (came == NOTIFICATION) {
        char code[64], kind[64], body[64];
        const char *answer = confirm(request, &payment);
        snprintf(code, sizeof code, "%s.status", answer);
        snprintf(kind, sizeof kind, "%s.content_type", answer);
        snprintf(body, sizeof body, "%s.body", answer);
        respond_as(visitor, *get(payment, code) ? get(payment, code) : "503",
                   *get(payment, kind) ? get(payment, kind) : "text/plain", get(payment, body));
    } else {
        respond(visitor, came == PAGE ? "200" : "400", came == PAGE ? "Thank you.\n" : "");
    }
    kopeck_message_free(payment);
    kopeck_message_free(request);
}

static const char *option(char **arguments, const char *option, const char *variable,
                          const char *otherwise) {
    while (*++arguments && strcmp(*arguments, option) != 0) {
    }
    otherwise = getenv(variable) ? getenv(variable) : otherwise;
    return *arguments && arguments[1] ? arguments[1] : otherwise;
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

int main(int count, char **arguments) {
    (void)count;
    const char *webhook = option(arguments, "--portal", "KOPECK_PORTAL", "");
    const char *json = option(arguments, "--gateway", "KOPECK_GATEWAY", "");
    deal = option(arguments, "--deal", "KOPECK_DEAL", "");
    type = option(arguments, "--type", "KOPECK_TYPE", "");
    port = option(arguments, "--listen", "KOPECK_LISTEN", "9090");
    database = option(arguments, "--store", "KOPECK_STORE", "deals.txt");
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!*webhook || !*json || !*deal || !*type) {
        fprintf(stderr, "usage: deal --portal WEBHOOK_URL --deal ID --type ENTITY_TYPE_ID\n"
                        "       --gateway JSON [--listen PORT] [--store FILE]\n");
        return 2;
    }
    if (!port_of(port)) {
        stop("--listen", "expected a port", port);
    }
    kopeck_message *settings = NULL, *nothing = kopeck_message_new(), *known = NULL;
    if (kopeck_message_parse(json, strlen(json), &settings) != KOPECK_OK) {
        stop("--gateway", get(settings, "kind"), get(settings, "message"));
    }
    gateway = open_client(settings);
    portal = open_client(
        fill(kopeck_message_new(), "service", "bitrix24", "webhook_url", webhook, NULL));
    kopeck_call(gateway, "operations", nothing, &known);
    snprintf(gateway_name, sizeof gateway_name, "%s", get(known, "gateway"));
    int listener = listen_here(port_of(port));
    if (listener < 0) {
        stop("--listen", port, "not to be had");
    }
    kopeck_message *payment = payment_of_deal(), *linked = stored(number, "linked"), *now = NULL;
    if (linked) { /* an earlier run came this far: what happened since? */
        confirm(nothing, &now);
    } else {
        link_payment(payment);
        keep("linked", nothing);
    }
    if (outcome == OPEN) {
        const char *link = get(payment, "action.link");
        printf("pay at: %s\n", *link ? link : get(payment, "action.url"));
    }
    while (outcome == OPEN) {
        serve(listener);
    }
    kopeck_message_free(now);
    kopeck_message_free(linked);
    kopeck_message_free(payment);
    kopeck_message_free(known);
    kopeck_message_free(nothing);
    kopeck_client_free(portal);
    kopeck_client_free(gateway);
    close(listener);
    return outcome;
}
