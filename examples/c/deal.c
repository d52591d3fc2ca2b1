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
 * appended to a file before each call: run again, after any crash or when notifications were lost,
 * it goes on, with no second payment and no second item. Ends with 0 once the deal is won, else
 * with 1 and a sentence. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <kopeck.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/file.h>
#include <time.h>

#include "listener.h"

enum { OPEN, WON, NOT_WON };

static const char *port, *database, *deal, *type, *back;
static kopeck_client *gateway, *portal;
static FILE *store;
static char gateway_name[64], can[4096]; /* the common operations stand first */
static char number[80];                  /* the newest attempt's */
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

static kopeck_message *call(const kopeck_client *client, const char *operation,
                            kopeck_message *request, kopeck_status *status) {
    kopeck_message *reply = NULL;
    *status = kopeck_call(client, operation, request, &reply);
    kopeck_message_free(request);
    return reply;
}

/* The same where nothing can go on without it. */
static kopeck_message *must(const kopeck_client *client, const char *operation,
                            kopeck_message *request) {
    kopeck_status status;
    kopeck_message *reply = call(client, operation, request, &status);
    if (status != KOPECK_OK) {
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

/* A new message with another in it: that is how a reply becomes part of a request. */
static kopeck_message *with(const char *name, const kopeck_message *inner) {
    snprintf(json, sizeof json, "{\"%s\":%s}", name, kopeck_message_json(inner));
    return parse();
}

/* The message that another holds. */
static kopeck_message *within(const kopeck_message *outer, const char *name) {
    kopeck_message_get(outer, name, json, sizeof json);
    return parse();
}

/* A fact of the newest attempt, on a line of its own: the line feed before it parts it from one
 * that a crash cut short. */
static void keep(const char *fact, const kopeck_message *message) {
    int written = fprintf(store, "\n%s %s %s\n", number, fact, kopeck_message_json(message)) > 0;
    if (!written || fflush(store) != 0 || fsync(fileno(store)) != 0) {
        stop(fact, database, "cannot be written");
    }
}

/* The newest message that is stored as a fact, or NULL; `of` begins the attempt's number. What a
 * crash cut short is no message. */
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
    return must(portal, "bitrix24.crm.item.get",
                fill(kopeck_message_new(), "entityTypeId", "2", "id", deal, NULL));
}

/* The deal says how it ended, and its timeline why. Says whether it is won. */
static int look_at_deal(void) {
    char comment[40] = "result.0.COMMENT";
    kopeck_status status;
    kopeck_message *reply = ask_deal();
    int won = is(reply, "result.item.stageSemanticId", "S");
    printf("the deal is %s: %s\n", won ? "won" : "not won", get(reply, "result.item.stageId"));
    kopeck_message_free(reply);
    kopeck_message *which =
        fill(kopeck_message_new(), "filter.ENTITY_TYPE", "deal", "filter.ENTITY_ID", deal,
             "order.ID", "ASC", "select.0", "ID", "select.1", "COMMENT", NULL);
    reply = call(portal, "bitrix24.crm.timeline.comment.list", which, &status);
    for (int i = 1; kopeck_message_get(reply, comment, NULL, 0) >= 0; i++) {
        printf("timeline: %s\n", get(reply, comment));
        snprintf(comment, sizeof comment, "result.%d.COMMENT", i);
    }
    kopeck_message_free(reply);
    return won;
}

/* What both flows of a deal are told: a payment of any gateway. */
static kopeck_message *about(const kopeck_message *payment) {
    return fill(with("payment", payment), "payment.gateway", gateway_name, "deal_id", deal,
                "entity_type_id", type, NULL);
}

/* Tells the deal what became of its payment. What was only not done is repeated; what is refused,
 * or does not fit, is for a person. */
static kopeck_status settle_deal(const kopeck_message *payment, const char *on_failure) {
    kopeck_status status;
    kopeck_message *request = /* a gateway that notified waits for its answer */
        fill(about(payment), "on_failure", on_failure, "locked", "true",
             "timeout_ms", "5000", NULL);
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

/* Asks where the stored payment stands, and tells the deal. Both may be repeated, so nothing is
 * stored. Says what a gateway that notified is to hear: `ok` once the deal knows. */
static const char *confirm(kopeck_message *request) {
    kopeck_status status;
    kopeck_message *order = stored(number, "order"), *made = stored(number, "payment");
    fill(request, "id", get(made, "id"), "expect.order_number", number, "expect.amount",
         get(order, "amount"), "expect.currency", get(order, "currency"), NULL);
    kopeck_message *payment = call(gateway, "confirm", request, &status);
    if (status != KOPECK_OK) {
        printf("%s: %s\n",
               status == KOPECK_MISMATCH ? "a person must look at the payment" : "not confirmed",
               get(payment, "message"));
        outcome = status == KOPECK_MISMATCH ? NOT_WON : OPEN;
    } else if (is(payment, "final", "true")) {
        printf("confirmed: %s, captured %s %s\n", get(payment, "status"),
               get(payment, "captured"), get(payment, "currency"));
        /* Whoever cancelled a payment did not lose the deal by it. */
        status = settle_deal(payment, is(payment, "status", "cancelled") ? "keep" : "lose");
    }
    kopeck_message_free(order);
    kopeck_message_free(made);
    kopeck_message_free(payment);
    return status == KOPECK_OK || status == KOPECK_MISMATCH ? "ok" : "retry";
}

/* Asks without a notification: gateways give up notifying after a few tries. */
static void look(void) {
    if (strstr(can, "\"payment_status\"")) {
        confirm(kopeck_message_new());
    }
}

/* An item of the smart process stands for the payment. Repeating it changes nothing. Where the deal
 * changed since the payment was made, nobody is to pay for it as it was. */
static void link_payment(const kopeck_message *payment) {
    kopeck_status status, cancelled = KOPECK_REFUSED;
    kopeck_message *reply = call(portal, "link_payment", about(payment), &status);
    const char *id = get(payment, "id");
    if (*id && (status == KOPECK_REFUSED || status == KOPECK_MISMATCH)) {
        if (strstr(can, "\"cancel\"")) {
            kopeck_message_free(call(
                gateway, "cancel",
                fill(kopeck_message_new(), "id", id, "order_number", number, NULL), &cancelled));
        }
        printf("the payment %s\n",
               cancelled == KOPECK_OK ? "was cancelled" : "is to be cancelled by hand");
        look();
    }
    if (status != KOPECK_OK) {
        stop("link_payment", get(reply, "kind"), get(reply, "message"));
    }
    printf("item %s of the deal stands for %s\n", get(reply, "item.id"), number);
    kopeck_message_free(reply);
}

/* A number that is never used again, stored with all that create_payment will be given. */
static kopeck_message *attempt(int count, const char *amount, const char *currency) {
    snprintf(number, sizeof number, "deal-%s-%d-%lx%x", deal, count, (long)time(NULL),
             (unsigned)getpid());
    kopeck_message *order = fill(kopeck_message_new(), "order_number", number, "amount", amount,
                                 "currency", currency, "return_url", back, NULL);
    keep("order", order);
    return order;
}

/* What became of a payment that may have been made. NULL where it was not: its number is used up,
 * or is to be used `again`. */
static kopeck_message *find_out(const kopeck_message *order, const char *sent_at, int *again) {
    kopeck_message *request = with("create", order), *payment = NULL;
    fill(request, "operation", "create_payment", "sent_at", sent_at, "timeout_ms", "180000", NULL);
    printf("no clear answer from the gateway: asking what became of %s\n", number);
    kopeck_message *reply = must(gateway, "settle", request);
    *again = is(reply, "verdict", "not_done");
    if (is(reply, "verdict", "done")) {
        payment = within(reply, "payment");
    } else if (!is(reply, "verdict", "need_new_number") && !*again) {
        stop(number, get(reply, "verdict"), get(reply, "why")); /* later, or by a person */
    }
    kopeck_message_free(reply);
    return payment;
}

/* Links the payment to the deal and has it made, once: what may have left before is not sent again.
 * NULL where the deal needs another. */
static kopeck_message *create(const kopeck_message *order) {
    kopeck_message *asked = stored(number, "asked"), *payment = NULL;
    int again = !asked;
    do {
        kopeck_status status = KOPECK_OUTCOME_UNKNOWN;
        if (again) {
            char sent_at[32];
            time_t now = time(NULL);
            strftime(sent_at, sizeof sent_at, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
            link_payment(order);
            asked = fill(asked ? asked : kopeck_message_new(), "sent_at", sent_at, NULL);
            keep("asked", asked);
            status = kopeck_call(gateway, "create_payment", order, &payment);
            again = 0;
        }
        if (status == KOPECK_OUTCOME_UNKNOWN) {
            kopeck_message_free(payment);
            payment = find_out(order, get(asked, "sent_at"), &again);
        } else if (status != KOPECK_OK) {
            stop("create_payment", get(payment, "kind"), get(payment, "message"));
        }
    } while (again);
    kopeck_message_free(asked);
    return payment;
}

/* The deal's payment: the stored one, or a new one for what the deal asks for. */
static kopeck_message *payment_of_deal(void) {
    char of[40], amount[32], currency[8];
    int count = 1;
    snprintf(of, sizeof of, "deal-%s-", deal);
    kopeck_message *reply = ask_deal(), *order = stored(of, "order");
    const char *sum = get(reply, "result.item.opportunity"), *point = strchr(sum, '.');
    /* The portal says 1500 or 1500.5, Kopeck wants the currency's digits: mostly two. */
    snprintf(amount, sizeof amount, "%s%s", sum, !point ? ".00" : strlen(point) == 2 ? "0" : "");
    snprintf(currency, sizeof currency, "%s", get(reply, "result.item.currencyId"));
    printf("the deal asks for %s %s, stage %s\n", amount, currency,
           get(reply, "result.item.stageId"));
    kopeck_message_free(reply);
    if (order) { /* an earlier run's */
        snprintf(number, sizeof number, "%s", get(order, "order_number"));
        sscanf(number + strlen(of), "%d", &count);
    } else {
        order = attempt(count, amount, currency);
    }
    kopeck_message *payment = stored(number, "payment");
    if (payment) {
        look(); /* what happened since? */
    }
    while (!payment && !(payment = create(order))) {
        /* Nobody can pay the lost one any more, so its item makes room for the next. */
        fill(order, "id", number, "status", "cancelled", "state_id", "lost", NULL);
        if (settle_deal(order, "keep") != KOPECK_OK) {
            stop("settle_deal", number, "run this again");
        }
        outcome = OPEN;
        kopeck_message_free(order);
        order = attempt(++count, amount, currency);
    }
    keep("payment", payment);
    kopeck_message_free(order);
    return payment;
}

/* What to answer a notification; the gateway's words for it are in the hint. */
static const char *notified(kopeck_message *request, kopeck_message **hint) {
    kopeck_status status;
    *hint = call(gateway, "parse_notification", within(request, "notification"), &status);
    if (status != KOPECK_OK) {
        printf("not the gateway's notification: %s: %s\n", get(*hint, "kind"),
               get(*hint, "message"));
    } else if (is(*hint, "payment.order_number", number)) { /* another's says nothing of this one */
        return confirm(request);
    }
    kopeck_message_free(request);
    return status == KOPECK_UNTRUSTED ? "reject" : "retry";
}

/* Waits for one visitor: the gateway, or the buyer, whose coming back proves nothing. */
static void serve(int listener) {
    FILE *visitor = visit(listener);
    if (!visitor) {
        stop("accept", port, strerror(errno));
    }
    kopeck_message *request = kopeck_message_new(), *hint = NULL;
    int came = receive(visitor, request);
    if (came == NOTIFICATION) {
        char code[32], kind[32], body[32];
        const char *answer = notified(request, &hint);
        snprintf(code, sizeof code, "answer.%s.status", answer);
        snprintf(kind, sizeof kind, "answer.%s.content_type", answer);
        snprintf(body, sizeof body, "answer.%s.body", answer);
        respond_as(visitor, *get(hint, code) ? get(hint, code) : "503",
                   *get(hint, kind) ? get(hint, kind) : "text/plain", get(hint, body));
        kopeck_message_free(hint);
    } else {
        respond(visitor, came == PAGE ? "200" : "400", came == PAGE ? "Thank you.\n" : "");
        kopeck_message_free(request);
    }
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
    (void)count;
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
    if (!*webhook || !*given || !*deal || !*type) {
        fprintf(stderr, "usage: deal --portal WEBHOOK_URL --deal ID --type ENTITY_TYPE_ID\n"
                        "       --gateway JSON [--listen PORT] [--store FILE] [--back URL]\n"
                        "       [--pause-ms TIME]\n");
        return 2;
    }
    snprintf(json, sizeof json, "%s", given);
    gateway = open_client(parse());
    portal = open_client(
        fill(kopeck_message_new(), "service", "bitrix24", "webhook_url", webhook, NULL));
    kopeck_message *known = must(gateway, "operations", kopeck_message_new());
    kopeck_message_get(known, "operations", can, sizeof can);
    snprintf(gateway_name, sizeof gateway_name, "%s", get(known, "gateway"));
    int listener = port_of(port) ? listen_here(port_of(port)) : -1;
    store = fopen(database, "a+");
    if (listener < 0) {
        stop("--listen", port, "not to be had");
    } else if (!store || flock(fileno(store), LOCK_EX | LOCK_NB)) { /* one program at a time */
        stop("--store", database, strerror(errno));
    }
    kopeck_message *payment = payment_of_deal();
    if (outcome == OPEN) {
        const char *link = get(payment, "action.link"), *page = get(payment, "action.url");
        page = *link ? link : is(payment, "action.type", "form") ? "" : page;
        if (!*page) { /* a form would want a page of the shop's own */
            stop(number, "no link to a page", "a person must look");
        }
        link_payment(payment);
        printf("pay at: %s\n", page);
    }
    while (outcome == OPEN) {
        struct pollfd line = {.fd = listener, .events = POLLIN};
        poll(&line, 1, pause_ms) == 0 ? look() : serve(listener);
    }
    int won = look_at_deal() && outcome == WON;
    kopeck_message_free(known);
    kopeck_message_free(payment);
    kopeck_client_free(portal);
    kopeck_client_free(gateway);
    fclose(store);
    close(listener);
    return won ? 0 : 1;
}
