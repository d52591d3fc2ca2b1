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
#include <sys/time.h>
#include <unistd.h>

/* A port in text, or 0. */
static long port_of(const char *text) {
    char *end;
    long port = strtol(text, &end, 10);
    return *text && !*end && port > 0 && port < 65536 ? port : 0;
}

/* A socket that listens on this machine alone, or -1. */
static int listen_here(long port) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
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

/* The next visitor, or NULL. One who says nothing for five seconds is not waited for. */
static FILE *visit(int listener) {
    struct timeval patience = {.tv_sec = 5};
    int line = accept(listener, NULL, NULL);
    if (line < 0) {
        return NULL;
    }
    setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fdopen(line, "r");
}

/* What somebody asked for: nothing that can be read, any page, a notification's page. */
enum { UNREADABLE, PAGE, NOTIFICATION };

static int is_plain(const char *text) {
    while (*text >= ' ' && *text <= '~') {
        text++;
    }
    return !*text;
}

/* Puts an HTTP request into a message, under "notification". Strangers send what they like: query
 * and body go in as bytes, for the library to judge. A gateway that signs by a header would need it
 * taken as well, a dot in its name written "\\.". */
static int receive(FILE *in, kopeck_message *request) {
    static char text[65536];
    char method[8] = "", target[4096] = "";
    size_t length = 0;
    int whole = fgets(text, sizeof text, in) && sscanf(text, "%7s %4095s", method, target) == 2;
    whole = whole && (strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0);
    while (whole && (whole = fgets(text, sizeof text, in) != NULL) && *text != '\r') {
        char *value = text + strcspn(text, ":\r\n");
        value[strcspn(value, "\r\n")] = '\0';
        value += strspn(value, ": ");
        if (strncasecmp(text, "content-length:", 15) == 0) {
            length = strtoul(value, NULL, 10);
        } else if (strncasecmp(text, "content-type:", 13) == 0 && is_plain(value)) {
            kopeck_message_set(request, "notification.headers.content-type", value);
        }
    }
    whole = whole && length < sizeof text && fread(text, 1, length, in) == length;
    const char *query = target + strcspn(target, "?");
    kopeck_message_set(request, "notification.method", method);
    kopeck_message_set_bytes(request, "notification.query_base64", query, strlen(query));
    kopeck_message_set_bytes(request, "notification.body_base64", text, whole ? length : 0);
    return !whole ? UNREADABLE : strncmp(target, "/notify", 7) == 0 ? NOTIFICATION : PAGE;
}

/* Answers with a body of this content type and hangs up. */
static void respond_as(FILE *visitor, const char *code, const char *type, const char *body) {
    dprintf(fileno(visitor),
            "HTTP/1.1 %s -\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
            code, type, strlen(body), body);
    fclose(visitor);
}

/* The same in plain text. */
static void respond(FILE *visitor, const char *code, const char *body) {
    respond_as(visitor, code, "text/plain", body);
}

#endif
