/* What a broken line means: a write that may have arrived is OutcomeUnknown, a read is NotDone. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "sandbox.h"

static const struct {
    const char *fault;
    int hang_ms;
    kopeck_status write, read;
} faults[] = {
    {"refuse", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"drop_before", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"drop_after", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"reset_after", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"hang", 3000, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"half", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"half_unframed", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"cut_json", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"empty", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"garbage", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"not_http", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"slow", 3000, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"slow", 200, KOPECK_OK, KOPECK_OK},
    {"close_idle", 0, KOPECK_OK, KOPECK_OK},
    {"status_500", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"status_502", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"status_503", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"status_429", 0, KOPECK_OUTCOME_UNKNOWN, KOPECK_NOT_DONE},
    {"redirect", 0, KOPECK_NOT_DONE, KOPECK_NOT_DONE},
};

#define NOBODYS "00000000-0000-0000-0000-000000000000"

static kopeck_client *impatient(const char *url) {
    kopeck_message *settings = sandbox_settings(url);
    kopeck_client *client = NULL;
    kopeck_message_set(settings, "timeouts.total_ms", "1000");
    CHECK_STATUS(kopeck_client_new(settings, NULL, NULL, &client, NULL), KOPECK_OK);
    kopeck_message_free(settings);
    return client;
}

static void expect(const kopeck_client *client, const char *operation,
                   const kopeck_message *request, const char *fault, kopeck_status expected) {
    kopeck_message *reply = NULL;
    kopeck_status status = kopeck_call(client, operation, request, &reply);
    if (!CHECK(status == expected)) {
        fprintf(stderr, "  %s under %s: expected %s, got %s\n", operation, fault,
                kopeck_status_name(expected), kopeck_message_json(reply));
    }
    if (expected != KOPECK_OK) {
        CHECK_FIELD(reply, "kind", kopeck_status_name(expected));
        CHECK_FIELD(reply, "may_have_happened",
                    expected == KOPECK_OUTCOME_UNKNOWN ? "true" : "false");
        CHECK(strstr(kopeck_message_json(reply), "test_user_password") == NULL);
    }
    kopeck_message_free(reply);
}

/* A payment of 100 roubles, paid or (`hold` "true") held. */
static kopeck_message *paid(const char *url, const kopeck_client *client, const char *hold) {
    kopeck_message *request = new_payment(), *created = NULL;
    kopeck_message_set(request, "hold", hold);
    CHECK_STATUS(kopeck_call(client, "create_payment", request, &created), KOPECK_OK);
    sandbox_act(url, field(created, "id"), "pay");
    kopeck_message *which = message_of("id", field(created, "id"), NULL);
    kopeck_message_free(created);
    kopeck_message_free(request);
    return which;
}

static kopeck_message *refund_of(const kopeck_message *which) {
    return message_of("id", field(which, "id"), "amount", "10.00", "currency", "RUB", "refund_id",
                      "r-1", NULL);
}

static kopeck_message *capture_of(const kopeck_message *which) {
    return message_of("id", field(which, "id"), "amount", "10.00", "currency", "RUB", NULL);
}

static void under_each_fault(const char *url) {
    kopeck_client *client = impatient(url);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const char *fault = faults[i].fault;
        kopeck_message *create = new_payment(), *which = paid(url, client, "false");
        kopeck_message *held = paid(url, client, "true"), *cancel = paid(url, client, "true");
        kopeck_message *refund = refund_of(which), *capture = capture_of(held);
        const struct {
            const char *operation, *path;
            const kopeck_message *request;
        } writes[] = {
            {"create_payment", "register.do", create},
            {"refund", "refund.do", refund},
            {"capture", "deposit.do", capture},
            {"cancel", "reverse.do", cancel},
        };

        for (size_t j = 0; j < sizeof writes / sizeof writes[0]; j++) {
            sandbox_fault(url, writes[j].path, fault, 1, faults[i].hang_ms);
            expect(client, writes[j].operation, writes[j].request, fault, faults[i].write);
            sandbox_heal(url);
        }
        /* A read may be asked twice: both must fail. */
        sandbox_fault(url, "getOrderStatusExtended.do", fault, 2, faults[i].hang_ms);
        expect(client, "payment_status", which, fault, faults[i].read);
        sandbox_heal(url);
        /* Afterwards all is well, whatever became of the connection. */
        expect(client, "payment_status", which, "no fault", KOPECK_OK);

        kopeck_message *all[] = {create, which, held, cancel, refund, capture};
        for (size_t j = 0; j < sizeof all / sizeof all[0]; j++) {
            kopeck_message_free(all[j]);
        }
    }
    kopeck_client_free(client);
}

/* Nobody is reached: certainly nothing was done. */
static void out_of_reach(const char *url, const char *why) {
    kopeck_client *client = impatient(url);
    kopeck_message *create = new_payment(), *which = message_of("id", NOBODYS, NULL);
    kopeck_message *refund = refund_of(which), *capture = capture_of(which);
    expect(client, "create_payment", create, why, KOPECK_NOT_DONE);
    expect(client, "refund", refund, why, KOPECK_NOT_DONE);
    expect(client, "capture", capture, why, KOPECK_NOT_DONE);
    expect(client, "cancel", which, why, KOPECK_NOT_DONE);
    expect(client, "payment_status", which, why, KOPECK_NOT_DONE);
    kopeck_message_free(capture);
    kopeck_message_free(refund);
    kopeck_message_free(which);
    kopeck_message_free(create);
    kopeck_client_free(client);
}

static void nobody_there(const char *url) {
    static char answer[65536];
    kopeck_message *config = NULL;
    CHECK(sandbox_ask(url, "GET", "/sandbox/config", "", answer, sizeof answer) == 200);
    CHECK_STATUS(kopeck_message_parse(answer, strlen(answer), &config), KOPECK_OK);
    char refused[128], encrypted[128];
    snprintf(refused, sizeof refused, "%s", field(config, "refused_url"));
    char *path = strstr(refused, "/payment");
    if (CHECK(path != NULL)) {
        *path = '\0';
        out_of_reach(refused, "no listener");
    }
    /* The sandbox speaks plain HTTP. */
    snprintf(encrypted, sizeof encrypted, "https%s", strstr(url, "://"));
    out_of_reach(encrypted, "TLS refused");
    out_of_reach("https://gateway.invalid", "name unknown");
    kopeck_message_free(config);
}

int main(int count, char **arguments) {
    if (count < 2) {
        fprintf(stderr, "usage: faults SANDBOX_URL\n");
        return 2;
    }
    under_each_fault(arguments[1]);
    nobody_there(arguments[1]);
    return check_done();
}
