#define _POSIX_C_SOURCE 200809L
#include "sandbox.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static int connected(const char *url) {
    const char *port = strrchr(url, ':');
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)(port ? atoi(port + 1) : 0));
    int line = socket(AF_INET, SOCK_STREAM, 0);
    if (line >= 0 && connect(line, (struct sockaddr *)&address, sizeof address) != 0) {
        close(line);
        return -1;
    }
    return line;
}

int sandbox_ask(const char *url, const char *method, const char *path, const char *body,
                char *answer, size_t size) {
    char request[32768], reply[65536];
    int line = connected(url);
    if (line < 0) {
        return 0;
    }
    int length = snprintf(request, sizeof request,
                          "%s %s HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n"
                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                          method, path, strlen(body), body);
    size_t filled = 0;
    int status = 0;
    if (write(line, request, (size_t)length) == length) {
        ssize_t got;
        while (filled < sizeof reply - 1 &&
               (got = read(line, reply + filled, sizeof reply - 1 - filled)) > 0) {
            filled += (size_t)got;
        }
    }
    close(line);
    reply[filled] = '\0';
    if (sscanf(reply, "HTTP/1.1 %d", &status) != 1) {
        return 0;
    }
    const char *text = strstr(reply, "\r\n\r\n");
    if (answer && size > 0) {
        snprintf(answer, size, "%s", text ? text + 4 : "");
    }
    return status;
}

static void order(const char *url, const char *method, const char *path, const char *body) {
    char answer[512];
    int status = sandbox_ask(url, method, path, body, answer, sizeof answer);
    if (status != 200) {
        fprintf(stderr, "the sandbox answers %d to %s %s %s: %s\n", status, method, path, body,
                status ? answer : "");
        exit(2);
    }
}

void sandbox_fault(const char *url, const char *match, const char *fault, int times, int hang_ms) {
    char body[256];
    snprintf(body, sizeof body,
             "{\"match\":\"%s\",\"fault\":\"%s\",\"times\":%d,\"hang_ms\":%d}", match, fault, times,
             hang_ms);
    order(url, "POST", "/sandbox/faults", body);
}

void sandbox_heal(const char *url) {
    order(url, "DELETE", "/sandbox/faults", "");
}

void sandbox_act(const char *url, const char *id, const char *act) {
    char path[128], body[64];
    snprintf(path, sizeof path, "/sandbox/orders/%s/act", id);
    snprintf(body, sizeof body, "{\"do\":\"%s\"}", act);
    order(url, "POST", path, body);
}

kopeck_message *sandbox_settings(const char *url) {
    char base[128];
    snprintf(base, sizeof base, "%s/payment", url);
    return message_of("gateway", "rbs", "base_url", base, "user_name", "test_user", "password",
                      "test_user_password", NULL);
}

kopeck_client *sandbox_client(const char *url, kopeck_log_fn log, void *data) {
    kopeck_message *settings = sandbox_settings(url), *error = NULL;
    kopeck_client *client = NULL;
    if (kopeck_client_new(settings, log, data, &client, &error) != KOPECK_OK) {
        fprintf(stderr, "no client: %s\n", kopeck_message_json(error));
        exit(2);
    }
    kopeck_message_free(settings);
    kopeck_message_free(error);
    return client;
}

kopeck_message *new_payment(void) {
    static unsigned count;
    struct timespec now;
    char number[64];
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(number, sizeof number, "c%ld-%lx%lx-%u", (long)getpid(), (long)now.tv_sec,
             (long)now.tv_nsec, ++count);
    return message_of("order_number", number, "amount", "100.00", "currency", "RUB", "return_url",
                      "https://shop.example/paid", NULL);
}
