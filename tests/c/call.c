/* Calls: settings and requests that are refused, and a payment's way to the sandbox and back. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "sandbox.h"

/* Settings are refused with the name of the one that is wrong. */
static void settings(const char *url) {
    const struct {
        const char *name, *value, *field;
    } cases[] = {
        {"gateway", "nobody", "gateway"},
        {"base_url", "http://pay.example/payment", "base_url"},
        {"base_url", "pay.example", "base_url"},
        {"base_url", "https://pay.example/payment/rest", "base_url"},
        {"passwort", "x", "passwort"},
        {"timeouts.total_ms", "soon", "timeouts.total_ms"},
        {"timeouts.total_ms", "0", "timeouts.total_ms"},
        {"timeouts.none_ms", "1", "timeouts.none_ms"},
        {"keep_alive", "perhaps", "keep_alive"},
        {"clock", "yesterday", "clock"},
        {"tls.ca_file", "/nowhere/ca.pem", "tls.ca_file"},
        {"tls.ca_pem", "not a certificate", "tls.ca_pem"},
        {"callback_public_key", "not a key", "callback_public_key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        kopeck_message *given = sandbox_settings(url), *error = NULL;
        kopeck_client *client = NULL;
        kopeck_message_set(given, cases[i].name, cases[i].value);
        CHECK_STATUS(kopeck_client_new(given, NULL, NULL, &client, &error),
                     KOPECK_INVALID_REQUEST);
        CHECK(client == NULL);
        CHECK_FIELD(error, "kind", "InvalidRequest");
        CHECK_FIELD(error, "field", cases[i].field);
        CHECK_FIELD(error, "may_have_happened", "false");
        kopeck_message_free(error);
        kopeck_message_free(given);
    }
}

static void refused(const kopeck_client *client, const char *operation, kopeck_message *request,
                    const char *field_named) {
    kopeck_message *reply = NULL;
    CHECK_STATUS(kopeck_call(client, operation, request, &reply), KOPECK_INVALID_REQUEST);
    CHECK_FIELD(reply, "field", field_named);
    CHECK_FIELD(reply, "advice", "fix_request");
    kopeck_message_free(reply);
    kopeck_message_free(request);
}

static kopeck_message *payment_but(const char *name, const char *value) {
    kopeck_message *request = new_payment();
    kopeck_message_set(request, name, value);
    return request;
}

static kopeck_message *payment_from(const char *json) {
    kopeck_message *request = NULL;
    CHECK_STATUS(kopeck_message_parse(json, strlen(json), &request), KOPECK_OK);
    return request;
}

/* Requests are refused before anything is sent; the address leads nowhere. */
static void requests(const char *url) {
    kopeck_client *client = sandbox_client(url, NULL, NULL);
    refused(client, "create_paymint", new_payment(), "operation");
    refused(client, "", new_payment(), "operation");
    refused(client, "rbs.noSuchThing", kopeck_message_new(), "operation");
    refused(client, "create_payment", kopeck_message_new(), "order_number");
    refused(client, "create_payment", payment_but("amount", "100"), "amount");
    refused(client, "create_payment", payment_but("amount", "100.000"), "amount");
    refused(client, "create_payment", payment_but("amount", "1e2"), "amount");
    refused(client, "create_payment", payment_but("amount", "-1.00"), "amount");
    refused(client, "create_payment", payment_but("amount", "0.00"), "amount");
    refused(client, "create_payment", payment_but("currency", "ROUBLE"), "currency");
    refused(client, "create_payment", payment_but("return_url", "nowhere"), "return_url");
    refused(client, "create_payment", payment_but("custommer.email", "a@b.c"), "custommer");
    refused(client, "create_payment", payment_but("customer.e_mail", "a@b.c"), "customer.e_mail");
    refused(client, "create_payment", payment_but("hold", "perhaps"), "hold");
    refused(client, "create_payment",
            payment_from("{\"order_number\":\"A\",\"amount\":100.00,\"currency\":\"RUB\","
                         "\"return_url\":\"https://shop.example/\"}"), "amount");
    refused(client, "create_payment",
            payment_from("{\"order_number\":\"A\",\"amount\":2000,\"currency\":\"RUB\","
                         "\"return_url\":\"https://shop.example/\"}"), "amount");
    kopeck_client_free(client);
}

static void count_lines(void *data, int32_t level, const char *line) {
    CHECK(level == KOPECK_LOG_INFO);
    CHECK(strstr(line, "test_user_password") == NULL && strchr(line, '\n') == NULL);
    ++*(int *)data;
}

/* Registered, paid, seen; the log has a line for each request and each answer. */
static void payment(const char *url) {
    int lines = 0;
    kopeck_client *client = sandbox_client(url, count_lines, &lines);
    kopeck_message *request = new_payment(), *created = NULL, *status = NULL;
    CHECK_STATUS(kopeck_call(client, "create_payment", request, &created), KOPECK_OK);
    CHECK_FIELD(created, "status", "created");
    CHECK_FIELD(created, "amount", "100.00");
    CHECK_FIELD(created, "order_number", field(request, "order_number"));
    CHECK_FIELD(created, "action.type", "redirect");
    CHECK(strncmp(field(created, "action.url"), url, strlen(url)) == 0);
    CHECK(lines == 2);

    /* A const request may be used again; the gateway knows this number. */
    kopeck_message *again = NULL;
    CHECK_STATUS(kopeck_call(client, "create_payment", request, &again), KOPECK_REFUSED);
    CHECK_FIELD(again, "reason", "duplicate_order");
    CHECK_FIELD(again, "gateway", "rbs");
    CHECK_FIELD(again, "operation", "create_payment");
    kopeck_message_free(again);

    kopeck_message *which = message_of("id", field(created, "id"), NULL);
    sandbox_act(url, field(created, "id"), "pay");
    CHECK_STATUS(kopeck_call(client, "payment_status", which, &status), KOPECK_OK);
    CHECK_FIELD(status, "status", "paid");
    CHECK_FIELD(status, "captured", "100.00");
    CHECK_FIELD(status, "final", "true");
    kopeck_message_free(status);

    kopeck_message_set(which, "expect.amount", "99.00");
    kopeck_message_set(which, "expect.currency", "RUB");
    CHECK_STATUS(kopeck_call(client, "payment_status", which, &status), KOPECK_MISMATCH);
    CHECK_FIELD(status, "reason", "amount");
    CHECK_FIELD(status, "payment.amount", "100.00");
    kopeck_message_free(status);

    kopeck_message *native = message_of("orderId", field(created, "id"), NULL);
    CHECK_STATUS(kopeck_call(client, "rbs.getOrderStatusExtended", native, &status), KOPECK_OK);
    CHECK_FIELD(status, "raw.orderStatus", "2");
    kopeck_message_free(status);
    kopeck_message_free(native);

    kopeck_message_free(which);
    kopeck_message_free(created);
    kopeck_message_free(request);
    kopeck_client_free(client);
}

static void wrong_password(const char *url) {
    kopeck_message *given = sandbox_settings(url), *request = new_payment(), *error = NULL;
    kopeck_client *client = NULL;
    kopeck_message_set(given, "password", "not the password");
    CHECK_STATUS(kopeck_client_new(given, NULL, NULL, &client, NULL), KOPECK_OK);
    CHECK_STATUS(kopeck_call(client, "create_payment", request, &error), KOPECK_REFUSED);
    CHECK_FIELD(error, "may_have_happened", "false");
    CHECK(strstr(kopeck_message_json(error), "not the password") == NULL);
    kopeck_message_free(error);
    kopeck_client_free(client);
    kopeck_message_free(request);
    kopeck_message_free(given);
}

int main(int count, char **arguments) {
    settings("http://127.0.0.1:1");
    requests("http://127.0.0.1:1");
    if (count > 1) {
        payment(arguments[1]);
        wrong_password(arguments[1]);
    }
    return check_done();
}
