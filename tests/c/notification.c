/* Notifications, as they came: the query of a GET, the bytes of a POST. No network. */
#include <stdio.h>
#include <string.h>

#include "check.h"

/* HMAC-SHA256 of "amount;10000;currency;643;mdOrder;...;orderNumber;A-1;status;1;" under KEY. */
#define KEY "test_callback_key"
#define ID "3ff6962a-7dcc-4283-ab50-a6d7dd3386fe"
#define PAID "mdOrder=" ID "&orderNumber=A-1&operation=deposited&status=1&amount=10000&currency=643"
#define SIGNED \
    PAID "&checksum=402A66BA8D4E0A4144C86EA296B5853F186894CE8A3B05F91FC7C16038C089E7"
#define FORGED \
    "mdOrder=" ID "&orderNumber=A-2&operation=deposited&status=1&amount=10000&currency=643" \
    "&checksum=402A66BA8D4E0A4144C86EA296B5853F186894CE8A3B05F91FC7C16038C089E7"

static kopeck_message *get(const char *query) {
    return message_of("method", "GET", "query", query, NULL);
}

static kopeck_message *get_bytes(const void *query, size_t length) {
    kopeck_message *request = message_of("method", "GET", NULL);
    kopeck_message_set_bytes(request, "query_base64", query, length);
    return request;
}

static kopeck_message *post(const void *body, size_t length) {
    kopeck_message *request = message_of("method", "POST", "headers.content-type",
                                         "application/x-www-form-urlencoded", NULL);
    kopeck_message_set_bytes(request, "body_base64", body, length);
    return request;
}

static void accepted(const kopeck_client *client, kopeck_message *request) {
    kopeck_message *reply = NULL;
    CHECK_STATUS(kopeck_call(client, "parse_notification", request, &reply), KOPECK_OK);
    CHECK_FIELD(reply, "event", "paid");
    CHECK_FIELD(reply, "verified", "true");
    CHECK_FIELD(reply, "payment.id", ID);
    CHECK_FIELD(reply, "payment.amount", "100.00");
    CHECK_FIELD(reply, "answer.ok.status", "200");
    kopeck_message_free(reply);
    kopeck_message_free(request);
}

static void refused(const kopeck_client *client, kopeck_message *request, kopeck_status expected,
                    const char *reason) {
    kopeck_message *reply = NULL;
    CHECK_STATUS(kopeck_call(client, "parse_notification", request, &reply), expected);
    CHECK_FIELD(reply, "reason", reason);
    if (expected != KOPECK_INVALID_REQUEST) {
        CHECK(strlen(field(reply, "answer.reject.status")) == 3);
    }
    kopeck_message_free(reply);
    kopeck_message_free(request);
}

int main(void) {
    kopeck_message *settings =
        message_of("gateway", "rbs", "base_url", "https://pay.example/payment", "user_name", "shop",
                   "password", "secret", "callback_key", KEY, NULL);
    kopeck_client *client = NULL;
    CHECK_STATUS(kopeck_client_new(settings, NULL, NULL, &client, NULL), KOPECK_OK);

    accepted(client, get(SIGNED));
    accepted(client, get("?" SIGNED));
    accepted(client, get_bytes(SIGNED, strlen(SIGNED)));
    accepted(client, get_bytes("?" SIGNED, strlen(SIGNED) + 1));
    accepted(client, post(SIGNED, strlen(SIGNED)));
    refused(client, get(FORGED), KOPECK_UNTRUSTED, "signature_mismatch");
    refused(client, get(PAID), KOPECK_UNTRUSTED, "signature_missing");
    refused(client, get(PAID "&checksum=zz"), KOPECK_UNTRUSTED, "signature_malformed");
    refused(client, get(SIGNED "&amount=1"), KOPECK_UNTRUSTED, "unreadable");
    refused(client, post(FORGED, strlen(FORGED)), KOPECK_UNTRUSTED, "signature_mismatch");
    /* Of a POST only the body counts. */
    kopeck_message *mixed = post("", 0);
    kopeck_message_set(mixed, "query", SIGNED);
    refused(client, mixed, KOPECK_UNTRUSTED, "unreadable");
    /* Any bytes may come from outside: they are not the caller's mistake. */
    refused(client, post("mdOrder=\xcf\xf0\0\xff", 12), KOPECK_UNTRUSTED, "unreadable");
    refused(client, post("mdOrder=%CF%F0", 14), KOPECK_UNTRUSTED, "unreadable");
    refused(client, post(PAID "&x=\xcf\xf0", strlen(PAID) + 5), KOPECK_UNTRUSTED, "unreadable");
    refused(client, get_bytes("mdOrder=\xcf\xf0", 10), KOPECK_UNTRUSTED, "unreadable");
    refused(client, get_bytes(PAID "&x=\xcf\xf0", strlen(PAID) + 5), KOPECK_UNTRUSTED,
            "unreadable");
    refused(client, get_bytes("", 0), KOPECK_UNTRUSTED, "unreadable");
    refused(client, get("%ff"), KOPECK_UNTRUSTED, "unreadable");
    refused(client, get(""), KOPECK_UNTRUSTED, "unreadable");
    refused(client, message_of("method", "PUT", NULL), KOPECK_UNTRUSTED, "unreadable");
    /* These are. */
    refused(client, message_of("method", "POST", "body_base64", "?", NULL), KOPECK_INVALID_REQUEST,
            "invalid_field");
    refused(client, message_of("method", "POST", "body", "", "body_base64", "", NULL),
            KOPECK_INVALID_REQUEST, "invalid_field");
    kopeck_message *twice = get(SIGNED);
    kopeck_message_set_bytes(twice, "query_base64", SIGNED, strlen(SIGNED));
    refused(client, twice, KOPECK_INVALID_REQUEST, "invalid_field");
    refused(client, message_of("method", "GET", "query_base64", "?", NULL), KOPECK_INVALID_REQUEST,
            "invalid_field");
    /* Authentic, but about another payment than the one expected. */
    kopeck_message *other = get(SIGNED);
    kopeck_message_set(other, "expect.order_number", "A-2");
    refused(client, other, KOPECK_MISMATCH, "order_number");

    kopeck_client_free(client);
    kopeck_message_free(settings);
    return check_done();
}
