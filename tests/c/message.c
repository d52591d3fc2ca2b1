/* Messages: names, texts, marks, NULLs, and many readers of one message. No network. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static kopeck_message *parsed(const char *json, kopeck_status expected) {
    kopeck_message *message = NULL;
    CHECK_STATUS(kopeck_message_parse(json, strlen(json), &message), expected);
    CHECK(message != NULL);
    return message;
}

static void names(void) {
    kopeck_message *message = message_of("customer.email", "buyer@example.org",
                                         "items.0.price", "1.00", "items.1.price", "2.00",
                                         "agent_info\\.type", "7", "note", "", NULL);
    CHECK(strcmp(kopeck_message_json(message),
                 "{\"customer\":{\"email\":\"buyer@example.org\"},"
                 "\"items\":[{\"price\":\"1.00\"},{\"price\":\"2.00\"}],"
                 "\"agent_info.type\":\"7\",\"note\":\"\"}") == 0);
    CHECK_FIELD(message, "customer.email", "buyer@example.org");
    CHECK_FIELD(message, "items.1.price", "2.00");
    CHECK_FIELD(message, "items.1", "{\"price\":\"2.00\"}");
    CHECK_FIELD(message, "agent_info\\.type", "7");
    CHECK_FIELD(message, "agent_info.type", NULL);
    CHECK_FIELD(message, "items.2", NULL);
    CHECK_FIELD(message, "items..price", NULL);
    CHECK_FIELD(message, "note", "");
    /* A set makes the text anew. */
    CHECK_STATUS(kopeck_message_set(message, "note", "\xd0\xba"), KOPECK_OK);
    CHECK(strstr(kopeck_message_json(message), "\"note\":\"\xd0\xba\"") != NULL);
    kopeck_message_free(message);
}

static void scalars(void) {
    kopeck_message *message = parsed(
        "{\"n\":100.00,\"big\":123456789012345678901234567890,\"yes\":true,\"no\":false,"
        "\"none\":null,\"list\":[1,\"two\"],\"0\":{\"1\":\"x\"},\"powers\":[1e400,-0,1.50E-07]}",
        KOPECK_OK);
    CHECK_FIELD(message, "n", "100.00");
    CHECK_FIELD(message, "powers", "[1e+400,-0,1.50e-07]");
    CHECK_FIELD(message, "big", "123456789012345678901234567890");
    CHECK_FIELD(message, "yes", "true");
    CHECK_FIELD(message, "no", "false");
    CHECK_FIELD(message, "none", NULL);
    CHECK_FIELD(message, "list", "[1,\"two\"]");
    CHECK_FIELD(message, "0.1", "x");
    CHECK_STATUS(kopeck_message_set(message, "0.7", "digits name a field of an object"), KOPECK_OK);
    CHECK_STATUS(kopeck_message_set(message, "list.2", "appended"), KOPECK_OK);
    CHECK_FIELD(message, "list", "[1,\"two\",\"appended\"]");
    kopeck_message_free(message);
}

static void buffers(void) {
    kopeck_message *message = message_of("text", "ab\xd0\xba" "c", NULL);
    char buffer[8];
    CHECK(kopeck_message_get(message, "text", NULL, 0) == 5);
    CHECK(kopeck_message_get(message, "text", NULL, 8) == 5);
    memset(buffer, '#', sizeof buffer);
    CHECK(kopeck_message_get(message, "text", buffer, 0) == 5 && buffer[0] == '#');
    CHECK(kopeck_message_get(message, "text", buffer, 1) == 5 && strcmp(buffer, "") == 0);
    CHECK(kopeck_message_get(message, "text", buffer, 3) == 5 && strcmp(buffer, "ab") == 0);
    /* Never half a letter. */
    CHECK(kopeck_message_get(message, "text", buffer, 4) == 5 && strcmp(buffer, "ab") == 0);
    CHECK(kopeck_message_get(message, "text", buffer, 5) == 5 && strcmp(buffer, "ab\xd0\xba") == 0);
    CHECK(kopeck_message_get(message, "text", buffer, 6) == 5);
    CHECK(strcmp(buffer, "ab\xd0\xba" "c") == 0 && buffer[6] == '#');
    CHECK(kopeck_message_get(message, "none", buffer, sizeof buffer) == -1 && buffer[0] == '\0');
    kopeck_message_free(message);
}

static void bytes(void) {
    const char any[] = {'\0', '\xff', 'a', '\n'};
    kopeck_message *message = kopeck_message_new();
    CHECK_STATUS(kopeck_message_set_bytes(message, "body_base64", any, sizeof any), KOPECK_OK);
    CHECK_FIELD(message, "body_base64", "AP9hCg==");
    CHECK_STATUS(kopeck_message_set_bytes(message, "body_base64", NULL, 0), KOPECK_OK);
    CHECK_FIELD(message, "body_base64", "");
    /* Text of a given length, as COBOL has it. */
    CHECK_STATUS(kopeck_message_set_bytes(message, "amount", "100.00    ", 6), KOPECK_OK);
    CHECK_FIELD(message, "amount", "100.00");
    CHECK_STATUS(kopeck_message_set_bytes(message, "x", any, sizeof any), KOPECK_INVALID_REQUEST);
    CHECK_STATUS(kopeck_message_set_bytes(message, "x", any, 1), KOPECK_INVALID_REQUEST);
    CHECK_STATUS(kopeck_message_set_bytes(message, "x", NULL, 1), KOPECK_INVALID_REQUEST);
    CHECK_FIELD(message, "x", NULL);
    kopeck_message_free(message);
}

/* A message takes its own text: as a value, as a name, as bytes. */
static void own_text(void) {
    kopeck_message *message = message_of("a", "1", NULL);
    const char *json = kopeck_message_json(message);
    CHECK_STATUS(kopeck_message_set(message, "copy", json), KOPECK_OK);
    CHECK_FIELD(message, "copy", "{\"a\":\"1\"}");
    kopeck_message_free(message);

    message = message_of("a", "1", NULL);
    json = kopeck_message_json(message);
    CHECK_STATUS(kopeck_message_set(message, json, json), KOPECK_OK);
    CHECK_FIELD(message, "{\"a\":\"1\"}", "{\"a\":\"1\"}");
    kopeck_message_free(message);

    message = message_of("a", "1", NULL);
    json = kopeck_message_json(message);
    CHECK_STATUS(kopeck_message_set_bytes(message, "copy", json, strlen(json)), KOPECK_OK);
    CHECK_FIELD(message, "copy", "{\"a\":\"1\"}");
    json = kopeck_message_json(message);
    CHECK_STATUS(kopeck_message_set_bytes(message, "copy_base64", json, 6), KOPECK_OK);
    CHECK_FIELD(message, "copy_base64", "eyJhIjoi");
    /* A failed set reads it too, and the text is made anew. */
    json = kopeck_message_json(message);
    CHECK_STATUS(kopeck_message_set(message, "a.b", json), KOPECK_INVALID_REQUEST);
    CHECK(strstr(kopeck_message_json(message), "eyJhIjoi") != NULL);
    kopeck_message_free(message);
}

/* A failed set is found at the next call, which names the field. */
static void mark(const char *name, const char *value, const char *field_named) {
    kopeck_message *message = message_of("gateway", "rbs", NULL), *error = NULL, *reply = NULL;
    kopeck_message *nothing = kopeck_message_new();
    kopeck_client *client = NULL;
    CHECK_STATUS(kopeck_message_set(message, "list.0", "first"), KOPECK_OK);
    CHECK_STATUS(kopeck_message_set(message, name, value), KOPECK_INVALID_REQUEST);
    CHECK_STATUS(kopeck_message_set(message, "after", "is kept"), KOPECK_OK);
    CHECK_FIELD(message, "after", "is kept");
    CHECK_STATUS(kopeck_client_new(message, NULL, NULL, &client, &error), KOPECK_INVALID_REQUEST);
    CHECK(client == NULL);
    CHECK_FIELD(error, "kind", "InvalidRequest");
    CHECK_FIELD(error, "field", field_named);
    kopeck_message_free(error);
    CHECK_STATUS(kopeck_client_new(nothing, NULL, NULL, &client, &error), KOPECK_OK);
    CHECK(error == NULL);
    CHECK_STATUS(kopeck_call(client, "operations", message, &reply), KOPECK_INVALID_REQUEST);
    CHECK_FIELD(reply, "field", field_named);
    CHECK_FIELD(reply, "operation", "operations");
    kopeck_message_free(reply);
    kopeck_client_free(client);
    kopeck_message_free(nothing);
    kopeck_message_free(message);
}

static void marks(void) {
    mark("customer.name", "\xff", "customer.name");
    mark("customer.name", NULL, "customer.name");
    mark(NULL, "x", "name");
    mark("a\xff", "x", "a\xef\xbf\xbd");
    mark("", "x", NULL);
    mark("a..b", "x", "a..b");
    mark("gateway.name", "through a text", "gateway.name");
    mark("list.2", "leaves a gap", "list.2");
    mark("list.x", "no index", "list.x");
}

static void broken_json(void) {
    const char *broken[] = {"", "{", "[]", "1", "{\"a\":1,\"a\":2}", "{\"a\":\xff}", "{}x",
                            "{\"a\":\"\n\"}"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        kopeck_message *error = parsed(broken[i], KOPECK_INVALID_REQUEST);
        CHECK_FIELD(error, "kind", "InvalidRequest");
        kopeck_message_free(error);
        CHECK_STATUS(kopeck_message_parse(broken[i], strlen(broken[i]), NULL),
                     KOPECK_INVALID_REQUEST);
    }
    char deep[2001];
    memset(deep, '[', 2000);
    memcpy(deep, "{\"a\":", 5);
    deep[2000] = '\0';
    kopeck_message_free(parsed(deep, KOPECK_INVALID_REQUEST));
}

static void nulls(void) {
    kopeck_message *message = NULL, *error = NULL;
    kopeck_client *client = NULL;
    char buffer[4] = "###";
    CHECK_STATUS(kopeck_message_parse(NULL, 3, &message), KOPECK_INVALID_REQUEST);
    CHECK_FIELD(message, "field", "json");
    kopeck_message_free(message);
    CHECK_STATUS(kopeck_message_parse("{}", 2, NULL), KOPECK_OK);
    CHECK_STATUS(kopeck_message_set(NULL, "a", "b"), KOPECK_INVALID_REQUEST);
    CHECK_STATUS(kopeck_message_set_bytes(NULL, "a", "b", 1), KOPECK_INVALID_REQUEST);
    CHECK(kopeck_message_get(NULL, "a", buffer, sizeof buffer) == -1 && buffer[0] == '\0');
    CHECK(kopeck_message_json(NULL) == NULL);
    kopeck_message_free(NULL);
    kopeck_client_free(NULL);
    message = kopeck_message_new();
    CHECK(kopeck_message_get(message, NULL, NULL, 0) == -1);
    CHECK_STATUS(kopeck_client_new(NULL, NULL, NULL, &client, &error), KOPECK_INVALID_REQUEST);
    CHECK_FIELD(error, "field", "settings");
    kopeck_message_free(error);
    CHECK_STATUS(kopeck_client_new(NULL, NULL, NULL, NULL, NULL), KOPECK_INVALID_REQUEST);
    CHECK_STATUS(kopeck_client_new(message, NULL, NULL, &client, NULL), KOPECK_OK);
    const char *argument[] = {"client", "operation", "request"};
    for (int i = 0; i < 3; i++) {
        CHECK_STATUS(kopeck_call(i == 0 ? NULL : client, i == 1 ? NULL : "operations",
                                 i == 2 ? NULL : message, &error), KOPECK_INVALID_REQUEST);
        CHECK_FIELD(error, "field", argument[i]);
        CHECK_FIELD(error, "operation", i == 1 ? NULL : "operations");
        kopeck_message_free(error);
    }
    CHECK_STATUS(kopeck_call(client, "operations", message, NULL), KOPECK_OK);
    CHECK_STATUS(kopeck_call(client, "\xff", message, NULL), KOPECK_INVALID_REQUEST);
    CHECK_STATUS(kopeck_call(client, "\xff", message, &error), KOPECK_INVALID_REQUEST);
    CHECK_FIELD(error, "field", "operation");
    CHECK_FIELD(error, "operation", "\xef\xbf\xbd");
    kopeck_message_free(error);
    kopeck_client_free(client);
    kopeck_message_free(message);
}

static void *reader(void *shared) {
    const char *json = kopeck_message_json(shared);
    for (int i = 0; i < 200; i++) {
        CHECK(kopeck_message_json(shared) == json);
        CHECK(kopeck_message_get(shared, "items.1", NULL, 0) == 6);
    }
    return NULL;
}

static void readers(void) {
    kopeck_message *message = message_of("items.0", "first", "items.1", "second", NULL);
    pthread_t threads[8];
    for (int i = 0; i < 8; i++) {
        CHECK(pthread_create(&threads[i], NULL, reader, message) == 0);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
    }
    kopeck_message_free(message);
}

static void numbers(void) {
    const char *names_of[] = {"OK", "InvalidRequest", "NotDone", "OutcomeUnknown",
                              "Declined", "Untrusted", "Refused", "Mismatch", "unknown"};
    for (int i = 0; i < 9; i++) {
        CHECK(strcmp(kopeck_status_name(i), names_of[i]) == 0);
    }
    CHECK(strcmp(kopeck_status_name(KOPECK_INTERNAL), "Internal") == 0);
    CHECK(strcmp(kopeck_status_name(-1), "unknown") == 0);
    CHECK(kopeck_abi_version() == KOPECK_ABI_VERSION);
    CHECK(strchr(kopeck_version(), '.') != NULL);
}

int main(void) {
    names();
    scalars();
    buffers();
    bytes();
    own_text();
    marks();
    broken_json();
    nulls();
    readers();
    numbers();
    return check_done();
}
