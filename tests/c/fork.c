/* A client crosses fork(): children call over connections of their own, the parent goes on over
 * its own, and nobody disturbs anybody. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

enum { CHILDREN = 8, CALLS = 5 };

static int call(const kopeck_client *client) {
    kopeck_message *request = new_payment(), *reply = NULL;
    kopeck_status status = kopeck_call(client, "create_payment", request, &reply);
    CHECK_STATUS(status, KOPECK_OK);
    kopeck_message_free(reply);
    kopeck_message_free(request);
    return status == KOPECK_OK;
}

/* The sockets of this process, one text each: "socket:[12345]". */
static int sockets(char found[][64], int most) {
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    int count = 0;
    while (folder && count < most && (entry = readdir(folder))) {
        char path[300];
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        ssize_t length = readlink(path, found[count], 63);
        if (length > 0) {
            found[count][length] = '\0';
            count += strncmp(found[count], "socket:", 7) == 0;
        }
    }
    if (folder) {
        closedir(folder);
    }
    return count;
}

static int holds(char found[][64], int count, const char *one) {
    for (int i = 0; i < count; i++) {
        if (strcmp(found[i], one) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The sockets that were there still are, and the calls have opened `expected` new ones. */
static void calls_that_open(int expected, const kopeck_client *client) {
    char before[64][64], after[64][64];
    int count = sockets(before, 64), fresh = 0;
    CHECK(count > 0);
    for (int i = 0; i < CALLS; i++) {
        call(client);
    }
    int now = sockets(after, 64);
    for (int i = 0; i < now; i++) {
        fresh += !holds(before, count, after[i]);
    }
    CHECK(fresh == expected);
    for (int i = 0; i < count; i++) {
        CHECK(holds(after, now, before[i]));
    }
}

static void wait_for(pid_t child) {
    int status = 0;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* A child that forks again, before and after its own first call. */
static void grandchildren(const kopeck_client *client) {
    for (int round = 0; round < 2; round++) {
        pid_t child = fork();
        if (child == 0) {
            calls_that_open(1, client);
            _exit(check_done());
        }
        calls_that_open(round == 0 ? 1 : 0, client);
        wait_for(child);
    }
}

/* A child that frees the client. What it inherited is never touched, so leak checkers may count it:
 * the child answers through a pipe instead of its exit status. */
static void freed_in_a_child(kopeck_client *client) {
    int ends[2];
    char answer = 'x';
    if (!CHECK(pipe(ends) == 0)) {
        return;
    }
    pid_t child = fork();
    if (child == 0) {
        call(client);
        kopeck_client_free(client);
        answer = check_done() ? 'x' : 'k';
        _exit(write(ends[1], &answer, 1) != 1);
    }
    close(ends[1]);
    CHECK(read(ends[0], &answer, 1) == 1 && answer == 'k');
    close(ends[0]);
    waitpid(child, NULL, 0);
}

int main(int count, char **arguments) {
    pid_t children[CHILDREN];
    char before[64][64], after[64][64];
    if (count < 2) {
        fprintf(stderr, "usage: fork SANDBOX_URL\n");
        return 2;
    }
    kopeck_client *client = sandbox_client(arguments[1], NULL, NULL);
    /* Standard input may be a socket itself. */
    int inherited = sockets(before, 64);
    call(client);
    int open_before = sockets(before, 64);
    CHECK(open_before == inherited + 1);
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            calls_that_open(1, client);
            _exit(check_done());
        }
    }
    for (int i = 0; i < CALLS; i++) {
        call(client);
    }
    for (int i = 0; i < CHILDREN; i++) {
        wait_for(children[i]);
    }
    call(client);
    /* The parent still has the connection that it had. */
    int open_after = sockets(after, 64);
    CHECK(open_after == open_before);
    for (int i = 0; i < open_before; i++) {
        CHECK(holds(after, open_after, before[i]));
    }

    pid_t child = fork();
    if (child == 0) {
        grandchildren(client);
        _exit(check_done());
    }
    wait_for(child);
    call(client);
    freed_in_a_child(client);
    call(client);
    kopeck_client_free(client);
    return check_done();
}
