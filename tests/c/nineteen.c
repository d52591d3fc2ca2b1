/* An invented gateway with manners of its own, connected by its file alone: ../descriptors/nineteen.toml. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "sandbox.h"

#define REQUEST_KEY "request key of the test in C"
#define NOTIFY_KEY "notify key of the test in C"

static char path[1024], text[12000], number[40];

/* The descriptor stands beside this folder. */
static void read_descriptor(void) {
    snprintf(path, sizeof path, "%s", __FILE__);
    char *name = strrchr(path, '/');
    snprintf(name ? name : path, 60, "/../descriptors/nineteen.toml");
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    CHECK(length > 0 && length < sizeof text - 1);
    text[length] = '\0';
    if (file) fclose(file);
}

/* The sandbox plays the gateway from the same text. */
static void register_shop(const char *url) {
    static char escaped[20000], body[24000];
    size_t at = 0;
    for (const char *c = text; *c && at < sizeof escaped - 3; c++) {
        if (*c == '"' || *c == '\\') escaped[at++] = '\\';
        if (*c == '\n') escaped[at++] = '\\';
        escaped[at++] = *c == '\n' ? 'n' : *c;
    }
    escaped[at] = '\0';
    snprintf(body, sizeof body,
             "{\"id\":\"nineteen-c\",\"descriptor\":\"%s\",\"config\":{\"shop\":\"1920\"},"
             "\"secrets\":{\"request_key\":\"" REQUEST_KEY "\",\"notify_key\":\"" NOTIFY_KEY "\"},"
             "\"notification_url\":\"http://127.0.0.1:9/nobody\",\"switches\":{\"attempts\":1}}",
             escaped);
    CHECK(sandbox_ask(url, "POST", "/sandbox/declared/shops", body, NULL, 0) == 200);
}

static kopeck_message *settings_of(const char *url) {
    char base[200];
    snprintf(base, sizeof base, "%s/declared", url);
    return message_of("gateway", "declared", "descriptor", path, "config.shop", "1920",
                      "secrets.request_key", REQUEST_KEY, "secrets.notify_key", NOTIFY_KEY,
                      "base_url", base, NULL);
}

/* What is wrong with the settings is said by the name of the setting. */
static void refused(kopeck_message *settings, const char *name, const char *value,
                    const char *wrong) {
    kopeck_client *client = NULL;
    kopeck_message *error = NULL;
    kopeck_message_set(settings, name, value);
    CHECK_STATUS(kopeck_client_new(settings, NULL, NULL, &client, &error), KOPECK_INVALID_REQUEST);
    CHECK_FIELD(error, "field", wrong);
    kopeck_message_free(error);
    kopeck_message_free(settings);
    kopeck_client_free(client);
}

static void checked(const char *descriptor, const char *ok) {
    kopeck_message *nothing = kopeck_message_new(), *report = NULL;
    kopeck_message *request = message_of("descriptor", descriptor, NULL);
    kopeck_client *client = NULL;
    CHECK_STATUS(kopeck_client_new(nothing, NULL, NULL, &client, NULL), KOPECK_OK);
    CHECK_STATUS(kopeck_call(client, "descriptor_check", request, &report), KOPECK_OK);
    CHECK_FIELD(report, "ok", ok);
    CHECK_FIELD(report, "id", "nineteen");
    CHECK_FIELD(report, "vectors.0.ok", "true");
    CHECK_FIELD(report, "vectors.1.ok", "true");
    if (strcmp(ok, "false") == 0) {
        CHECK_FIELD(report, "problems.0.path", "notify.0");
        CHECK(atoi(field(report, "problems.0.line")) > 10);
    }
    kopeck_message_free(report);
    kopeck_message_free(request);
    kopeck_message_free(nothing);
    kopeck_client_free(client);
}

/* The body of the gateway's only notification, which found nobody. */
static void notified(const char *url, char *body, size_t size) {
    static char order[60000];
    char where[100];
    body[0] = '\0';
    snprintf(where, sizeof where, "/sandbox/declared/orders/%s", number);
    for (int tries = 0; tries < 200 && !body[0]; tries++) {
        CHECK(sandbox_ask(url, "GET", where, "", order, sizeof order) == 200);
        const char *list = strstr(order, "\"notifications\"");
        const char *begin = list ? strstr(list, "\"body\": \"") : NULL;
        if (begin) {
            begin += strlen("\"body\": \"");
            snprintf(body, size, "%.*s", (int)strcspn(begin, "\""), begin);
        } else {
            nanosleep(&(struct timespec){0, 20000000}, NULL);
        }
    }
    CHECK(strstr(body, "mac=") != NULL);
}

static kopeck_message *confirm(const char *id, const char *amount, const char *body) {
    kopeck_message *request =
        message_of("id", id, "expect.order_number", number, "expect.amount", amount,
                   "expect.currency", "RUB", NULL);
    if (body) {
        kopeck_message_set(request, "notification.method", "POST");
        kopeck_message_set_bytes(request, "notification.body_base64", body, strlen(body));
    }
    return request;
}

static void called(const kopeck_client *client, kopeck_message *request, kopeck_status expected,
                   const char *name, const char *value) {
    kopeck_message *reply = NULL;
    CHECK_STATUS(kopeck_call(client, "confirm", request, &reply), expected);
    CHECK_FIELD(reply, name, value);
    if (expected == KOPECK_OK && strcmp(value, "paid") == 0) {
        CHECK_FIELD(reply, "captured", "100.50");
        CHECK(strncmp(field(reply, "notification.answer.ok.body"), "<taken ticket=\"", 15) == 0);
    }
    kopeck_message_free(reply);
    kopeck_message_free(request);
}

int main(int count, char **given) {
    const char *url = count > 1 ? given[1] : "";
    read_descriptor();
    register_shop(url);
    checked(path, "true");
    static char unsafe[12000];
    const char *signature = strstr(text, "signature = [");
    CHECK(signature != NULL);
    if (signature) {
        snprintf(unsafe, sizeof unsafe, "%.*s%s", (int)(signature - text), text,
                 strchr(signature, '\n'));
        checked(unsafe, "false");
    }
    refused(settings_of(url), "secrets.notify_key", "", "secrets.notify_key");
    refused(settings_of(url), "config.shop", "19", "config.shop");
    refused(settings_of(url), "config.host", "x", "config.host");
    refused(settings_of(url), "descriptor", unsafe, "descriptor.notify.0");

    kopeck_message *settings = settings_of(url), *payment = NULL;
    kopeck_client *client = NULL;
    CHECK_STATUS(kopeck_client_new(settings, NULL, NULL, &client, NULL), KOPECK_OK);
    snprintf(number, sizeof number, "C19-%ld-%ld", (long)time(NULL), (long)clock());
    kopeck_message *order =
        message_of("order_number", number, "amount", "100.50", "currency", "RUB", "return_url",
                   "https://shop.example/return", "description", "\xd0\x97\xd0\xb0\xd0\xba\xd0\xb0\xd0\xb7", NULL);
    CHECK_STATUS(kopeck_call(client, "create_payment", order, &payment), KOPECK_OK);
    CHECK_FIELD(payment, "gateway", "nineteen");
    CHECK_FIELD(payment, "action.type", "redirect");
    char id[60], page[300], body[4000];
    snprintf(id, sizeof id, "%s", field(payment, "id"));
    snprintf(page, sizeof page, "%s", field(payment, "action.url"));
    CHECK(strncmp(page, url, strlen(url)) == 0);
    called(client, confirm(id, "100.50", NULL), KOPECK_OK, "status", "created");

    int pressed = sandbox_ask(url, "POST", page + strlen(url), "do=pay", NULL, 0);
    CHECK(pressed == 302 || pressed == 303);
    notified(url, body, sizeof body);
    called(client, confirm(id, "100.50", body), KOPECK_OK, "status", "paid");
    called(client, confirm(id, "100.51", body), KOPECK_MISMATCH, "reason", "amount");
    char *state = strstr(body, "state=paid");
    CHECK(state != NULL);
    if (state) {
        memcpy(state, "state=open", 10);
        called(client, confirm(id, "100.50", body), KOPECK_UNTRUSTED, "reason", "signature_mismatch");
    }
    kopeck_message_free(payment);
    kopeck_message_free(order);
    kopeck_message_free(settings);
    kopeck_client_free(client);
    return check_done();
}
