/* A panic ends as status 99, says whether a write had left, and leaves the client usable. Needs a
 * library with the feature provoke-panic. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "sandbox.h"

static void provoke(const kopeck_client *client, const char *url, const char *may_have_happened) {
    kopeck_message *request = kopeck_message_new(), *reply = NULL;
    if (url) {
        kopeck_message_set(request, "url", url);
    }
    CHECK_STATUS(kopeck_call(client, "provoke_panic", request, &reply), KOPECK_INTERNAL);
    CHECK_FIELD(reply, "kind", "Internal");
    CHECK_FIELD(reply, "operation", "provoke_panic");
    CHECK_FIELD(reply, "may_have_happened", may_have_happened);
    CHECK_FIELD(reply, "advice", strcmp(may_have_happened, "true") ? "report" : "ask_status");
    kopeck_message_free(reply);
    kopeck_message_free(request);
}

/* The core lets this one out: what holds it is the C boundary. */
static void while_a_client_is_made(void) {
    kopeck_message *settings = message_of("gateway", "provoke_panic", NULL), *error = NULL;
    kopeck_client *client = (kopeck_client *)settings;
    CHECK_STATUS(kopeck_client_new(settings, NULL, NULL, &client, &error), KOPECK_INTERNAL);
    CHECK(client == NULL);
    if (CHECK(error != NULL)) {
        CHECK_FIELD(error, "kind", "Internal");
        CHECK_FIELD(error, "may_have_happened", "false");
        CHECK_FIELD(error, "advice", "report");
    }
    kopeck_message_free(error);
    CHECK_STATUS(kopeck_client_new(settings, NULL, NULL, NULL, NULL), KOPECK_INTERNAL);
    kopeck_message_free(settings);
}

int main(int count, char **arguments) {
    char address[128];
    if (count < 2) {
        fprintf(stderr, "usage: panic SANDBOX_URL\n");
        return 2;
    }
    snprintf(address, sizeof address, "%s/payment/rest/register.do", arguments[1]);
    while_a_client_is_made();
    kopeck_client *client = sandbox_client(arguments[1], NULL, NULL);
    for (int i = 0; i < 3; i++) {
        kopeck_message *request = new_payment(), *reply = NULL;
        provoke(client, NULL, "false");
        provoke(client, address, "true");
        CHECK_STATUS(kopeck_call(client, "create_payment", request, &reply), KOPECK_OK);
        kopeck_message_free(reply);
        kopeck_message_free(request);
    }
    kopeck_client_free(client);
    return check_done();
}
