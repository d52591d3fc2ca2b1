/* A portal of Bitrix24 from C: the flows of a deal, the portal's own methods, events, CHECKOUT,
 * lost answers, threads. The webhook's secret is told nowhere. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "sandbox.h"

#define TYPE "1220"
#define TOKEN "51856fefc120afa4b628cc82d3935cce"
#define CHECKOUT "checkout secret of the test in C"
#define THREADS 4

static char webhook[256], secret[64], deal[32];
static int told; /* log lines that hold the secret */

static void watch(void *data, int32_t level, const char *line) {
    (void)level;
    told += strstr(line, secret) != NULL;
    ++*(int *)data;
}

/* A portal of its own, with a smart process and a deal of 1500 roubles. */
static void make_portal(const char *url) {
    static char answer[60000];
    kopeck_message *made = NULL;
    int status = sandbox_ask(url, "POST", "/sandbox/bitrix24/portals",
                             "{\"types\":[{\"title\":\"Payments\",\"entityTypeId\":" TYPE "}],"
                             "\"deals\":[{\"opportunity\":1500,\"currencyId\":\"RUB\"}]}",
                             answer, sizeof answer);
    CHECK(status == 200);
    CHECK_STATUS(kopeck_message_parse(answer, strlen(answer), &made), KOPECK_OK);
    snprintf(webhook, sizeof webhook, "%s", field(made, "webhook_url"));
    snprintf(deal, sizeof deal, "%s", field(made, "deals.0.id"));
    const char *rest = strstr(webhook, "/rest/1/");
    snprintf(secret, sizeof secret, "%s", rest ? rest + strlen("/rest/1/") : "");
    secret[strcspn(secret, "/")] = '\0';
    CHECK(strlen(secret) > 16 && atoi(deal) > 0);
    kopeck_message_free(made);
}

/* The next call of this method goes wrong, at this portal alone. */
static void fault(const char *url, const char *method, const char *what) {
    char match[256];
    snprintf(match, sizeof match, "%s%s", strstr(webhook, "/rest/"), method);
    sandbox_fault(url, match, what, 1, 0);
}

static kopeck_message *settings_of(const char *place) {
    return message_of("service", "bitrix24", "webhook_url", place, "application_token", TOKEN,
                      "checkout_secret", CHECKOUT, "portal_hosts.0", "bitrix24.ru", NULL);
}

/* What is wrong with the settings is said by the setting's name, and the secret is not said. */
static void wrong_settings(kopeck_message *settings, const char *name, const char *value,
                           const char *wrong) {
    kopeck_client *client = NULL;
    kopeck_message *error = NULL;
    kopeck_message_set(settings, name, value);
    CHECK_STATUS(kopeck_client_new(settings, NULL, NULL, &client, &error), KOPECK_INVALID_REQUEST);
    CHECK_FIELD(error, "field", wrong);
    CHECK(strstr(kopeck_message_json(error), "s3cret") == NULL);
    CHECK(client == NULL);
    kopeck_message_free(error);
    kopeck_message_free(settings);
}

/* A call whose request is freed. Its reply is the caller's. */
static kopeck_message *called(const kopeck_client *client, const char *operation,
                              kopeck_message *request, kopeck_status expected) {
    kopeck_message *reply = NULL;
    kopeck_status status = kopeck_call(client, operation, request, &reply);
    CHECK_STATUS(status, expected);
    if (status != expected) fprintf(stderr, "%s: %s\n", operation, kopeck_message_json(reply));
    CHECK(strstr(kopeck_message_json(reply), secret) == NULL);
    kopeck_message_free(request);
    return reply;
}

static void refused(const kopeck_client *client, const char *operation, kopeck_message *request,
                    kopeck_status expected, const char *name, const char *value) {
    kopeck_message *error = called(client, operation, request, expected);
    CHECK_FIELD(error, name, value);
    CHECK_FIELD(error, "gateway", "bitrix24");
    kopeck_message_free(error);
}

/* A gateway's reply becomes part of a request as JSON; what is the deal's is set by name. */
static kopeck_message *about(const char *payment) {
    static char json[4096];
    kopeck_message *request = NULL;
    snprintf(json, sizeof json, "{\"payment\":%s}", payment);
    CHECK_STATUS(kopeck_message_parse(json, strlen(json), &request), KOPECK_OK);
    kopeck_message_set(request, "deal_id", deal);
    kopeck_message_set(request, "entity_type_id", TYPE);
    return request;
}

/* A payment as a gateway's client tells it, and more of it. */
static kopeck_message *payment(const char *status, const char *captured) {
    kopeck_message *reply = message_of(
        "gateway", "examplepay", "id", "sp_1", "order_number", "deal-c-1", "status", status,
        "amount", "1500.00", "currency", "RUB", "state_id", captured ? "c0ffee" : "bead", "final",
        captured ? "true" : "false", "raw.anything", "\"[b]\\ \xd0\xb4\xd0\xb0", NULL);
    if (captured) kopeck_message_set(reply, "captured", captured);
    return reply;
}

static int count_of(const kopeck_client *client, const char *operation, kopeck_message *request,
                    const char *list) {
    char name[64];
    int count = 0;
    kopeck_message *reply = called(client, operation, request, KOPECK_OK);
    do {
        snprintf(name, sizeof name, "%s.%d", list, count);
    } while (kopeck_message_get(reply, name, NULL, 0) >= 0 && ++count);
    kopeck_message_free(reply);
    return count;
}

static int items(const kopeck_client *client) {
    return count_of(client, "bitrix24.crm.item.list",
                    message_of("entityTypeId", TYPE, "filter.=parentId2", deal, NULL),
                    "result.items");
}

static int comments(const kopeck_client *client) {
    return count_of(client, "bitrix24.crm.timeline.comment.list",
                    message_of("filter.ENTITY_TYPE", "deal", "filter.ENTITY_ID", deal, "order.ID",
                               "ASC", "select.0", "ID", "select.1", "COMMENT", NULL),
                    "result");
}

/* Before the money: one item, whatever is lost and however often it is asked for. */
static void linked(const kopeck_client *client, const char *url) {
    kopeck_message *plan = payment("created", NULL), *reply = NULL;
    char item[32];
    refused(client, "link_payment", about("{\"gateway\":\"x\",\"amount\":\"1500\"}"),
            KOPECK_INVALID_REQUEST, "field", "payment.order_number");
    refused(client, "link_payment",
            about("{\"gateway\":\"x\",\"order_number\":\"1\",\"amount\":\"1500\","
                  "\"currency\":\"RUB\"}"),
            KOPECK_INVALID_REQUEST, "field", "payment.amount");
    refused(client, "link_payment",
            about("{\"gateway\":\"x\",\"order_number\":\"1\",\"amount\":\"1499.99\","
                  "\"currency\":\"RUB\"}"),
            KOPECK_REFUSED, "reason", "deal_amount");
    CHECK(items(client) == 0);
    fault(url, "crm.item.add", "drop_after");
    reply = called(client, "link_payment", about(kopeck_message_json(plan)), KOPECK_OK);
    snprintf(item, sizeof item, "%s", field(reply, "item.id"));
    CHECK_FIELD(reply, "deal_id", deal);
    CHECK_FIELD(reply, "xml_id", "kopeck:examplepay:deal-c-1");
    kopeck_message_free(reply);
    fault(url, "crm.item.list", "drop_after");
    reply = called(client, "link_payment", about(kopeck_message_json(plan)), KOPECK_OK);
    CHECK_FIELD(reply, "item.id", item);
    CHECK_FIELD(reply, "added", "false");
    kopeck_message_free(reply);
    CHECK(items(client) == 1 && comments(client) == 1);
    kopeck_message_free(plan);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int settled_by;

/* The same notification, settled by several at once and under no lock. */
static void *settle(void *client) {
    kopeck_message *paid = payment("paid", "1500.00"), *reply = NULL;
    pthread_mutex_lock(&gate);
    kopeck_message *request = about(kopeck_message_json(paid));
    pthread_mutex_unlock(&gate);
    kopeck_status status = kopeck_call(client, "settle_deal", request, &reply);
    pthread_mutex_lock(&gate);
    CHECK_STATUS(status, KOPECK_OK);
    CHECK_FIELD(reply, "deal.stage_id", "WON");
    CHECK_FIELD(reply, "needs_attention", "false");
    settled_by++;
    pthread_mutex_unlock(&gate);
    kopeck_message_free(reply);
    kopeck_message_free(request);
    kopeck_message_free(paid);
    return NULL;
}

/* After the money: the deal is won, and told so once. */
static void settled(kopeck_client *client, const char *url) {
    pthread_t threads[THREADS];
    fault(url, "crm.timeline.comment.add", "drop_after");
    settle(client);
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, settle, client) == 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    CHECK(settled_by == THREADS + 1);
    CHECK(items(client) == 1 && comments(client) == 2);
    kopeck_message *back = payment("partially_refunded", "1500.00");
    kopeck_message_set(back, "refunded", "100.00");
    kopeck_message_set(back, "state_id", "deed");
    kopeck_message *reply =
        called(client, "settle_deal", about(kopeck_message_json(back)), KOPECK_OK);
    CHECK_FIELD(reply, "deal.stage_id", "WON");
    kopeck_message_free(reply);
    kopeck_message_free(back);
    CHECK(comments(client) == 3);
}

/* The portal's own methods: by their tables, by their names, many at once. */
static void methods(const kopeck_client *client, const char *url) {
    kopeck_message *reply = called(client, "bitrix24.crm.item.get",
                                   message_of("entityTypeId", "2", "id", deal, NULL), KOPECK_OK);
    CHECK_FIELD(reply, "result.item.opportunity", "1500");
    CHECK_FIELD(reply, "result.item.stageSemanticId", "S");
    kopeck_message_free(reply);
    refused(client, "bitrix24.crm.item.get", message_of("entityTypeId", "two", "id", deal, NULL),
            KOPECK_INVALID_REQUEST, "field", "entityTypeId");
    refused(client, "bitrix24.crm.item.get", message_of("entityTypeId", "2", "id", "99999", NULL),
            KOPECK_REFUSED, "reason", "not_found");
    reply = called(client, "bitrix24.call",
                   message_of("method", "crm.item.get", "parameters.entityTypeId", "2",
                              "parameters.id", deal, "effect", "read", NULL), KOPECK_OK);
    CHECK_FIELD(reply, "result.item.id", deal);
    kopeck_message_free(reply);
    fault(url, "crm.item.update", "drop_after");
    refused(client, "bitrix24.crm.item.update",
            message_of("entityTypeId", "2", "id", deal, "fields.title", "renamed", NULL),
            KOPECK_OUTCOME_UNKNOWN, "may_have_happened", "true");
    fault(url, "crm.item.get", "status_503");
    refused(client, "bitrix24.crm.item.get", message_of("entityTypeId", "2", "id", deal, NULL),
            KOPECK_NOT_DONE, "may_have_happened", "false");
}

static kopeck_message *posted(const char *body) {
    kopeck_message *request = message_of("method", "POST", NULL);
    kopeck_message_set_bytes(request, "body_base64", body, strlen(body));
    return request;
}

/* What the portal sends: proven by its secret, whatever bytes come. */
static void received(const kopeck_client *client) {
    kopeck_message *reply = called(client, "parse_event",
        posted("event=ONCRMDYNAMICITEMUPDATE&data%5BFIELDS%5D%5BID%5D=24&data%5BFIELDS%5D%5B"
               "ENTITY_TYPE_ID%5D=" TYPE "&ts=1723538517&auth%5Bapplication_token%5D=" TOKEN),
        KOPECK_OK);
    CHECK_FIELD(reply, "event", "ONCRMDYNAMICITEMUPDATE");
    CHECK_FIELD(reply, "about", "item");
    CHECK_FIELD(reply, "entity_type_id", TYPE);
    CHECK_FIELD(reply, "answer.ok.status", "200");
    CHECK(strstr(kopeck_message_json(reply), TOKEN) == NULL);
    kopeck_message_free(reply);
    refused(client, "parse_event",
            posted("event=ONCRMDEALUPDATE&data[FIELDS][ID]=1&auth[application_token]=x"),
            KOPECK_UNTRUSTED, "answer.reject.status", "403");
    refused(client, "parse_event", posted("\xff\xfe"), KOPECK_UNTRUSTED, "reason", "unreadable");
    refused(client, "read_checkout",
            posted("serviceKey=x&BX_SYSTEM_PARAMS[PAYMENT_ID]=15&BX_SYSTEM_PARAMS[PAYSYSTEM_ID]=9"
                   "&BX_SYSTEM_PARAMS[SUM]=1500&BX_SYSTEM_PARAMS[CURRENCY]=RUB"),
            KOPECK_UNTRUSTED, "kind", "Untrusted");
    reply = called(client, "answer_checkout",
                   message_of("payment.id", "sp_1", "payment.status", "created",
                              "payment.action.type", "redirect", "payment.action.url",
                              "https://pay.example/1", NULL), KOPECK_OK);
    CHECK(strstr(kopeck_message_json(reply), "https://pay.example/1") != NULL);
    kopeck_message_free(reply);
}

int main(int count, char **given) {
    const char *url = count > 1 ? given[1] : "";
    int lines = 0;
    kopeck_client *client = NULL;
    kopeck_message *error = NULL;
    make_portal(url);
    wrong_settings(settings_of("https://portal.example/rest/1/s3cret/"), "body", "xml", "body");
    wrong_settings(settings_of("https://portal.example/rest/1/s3cret/"), "webhook", "x", "webhook");
    wrong_settings(settings_of("ftp://portal.example/rest/1/s3cret/"), "service", "bitrix24",
                   "webhook_url");
    wrong_settings(settings_of("https://portal.example/s3cret/"), "service", "bitrix24",
                   "webhook_url");
    kopeck_message *settings = settings_of(webhook);
    kopeck_message_set(settings, "request_limit", "none");
    CHECK_STATUS(kopeck_client_new(settings, watch, &lines, &client, &error), KOPECK_OK);
    kopeck_message_free(settings);
    kopeck_message_free(error);
    linked(client, url);
    settled(client, url);
    methods(client, url);
    received(client);
    sandbox_heal(url);
    CHECK(lines > 50);
    CHECK(told == 0);
    kopeck_client_free(client);
    return check_done();
}
