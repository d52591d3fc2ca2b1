/* What a shop's web server does for it, in as few lines as will do for one visitor at a time. */
#ifndef LISTENER_H
#define LISTENER_H

#include <arpa/inet.h>
#include <kopeck.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* A socket that listens on this machine alone, or -1. */
static int listen_here(const char *port) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port))};
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    signal(SIGPIPE, SIG_IGN); /* a visitor may leave before the answer */
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 8)) {
        close(listener);
        return -1;
    }
    return listener;
}

/* Puts an HTTP request into a message, under "notification", as it came: the body as bytes. Says
 * whether it came to /notify. */
static int receive(FILE *in, kopeck_message *request) {
    static char text[65536];
    char method[8] = "", target[4096] = "", name[128];
    size_t length = 0;
    int whole = fgets(text, sizeof text, in) && sscanf(text, "%7s %4095s", method, target) == 2;
    while (whole && fgets(text, sizeof text, in) && *text != '\r') {
        char *value = text + strcspn(text, ":\r\n");
        value[strcspn(value, "\r\n")] = '\0';
        snprintf(name, sizeof name, "notification.headers.%.*s", (int)(value - text), text);
        value += strspn(value, ": ");
        kopeck_message_set(request, name, value);
        length = strncasecmp(text, "content-length:", 15) ? length : strtoul(value, NULL, 10);
    }
    whole = whole && length < sizeof text && fread(text, 1, length, in) == length;
    kopeck_message_set(request, "notification.method", method);
    kopeck_message_set(request, "notification.query", target + strcspn(target, "?"));
    kopeck_message_set_bytes(request, "notification.body_base64", text, whole ? length : 0);
    return whole && strncmp(target, "/notify", 7) == 0;
}

/* Answers and hangs up. */
static void respond(FILE *visitor, const char *code, const char *body) {
    dprintf(fileno(visitor),
            "HTTP/1.1 %s -\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", code,
            strlen(body), body);
    fclose(visitor);
}

#endif
