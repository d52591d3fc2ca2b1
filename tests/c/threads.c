/* The library starts no thread, and many threads may share one client. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "check.h"
#include "sandbox.h"

enum { THREADS = 4, CALLS = 10 };

static int tasks(void) {
    DIR *folder = opendir("/proc/self/task");
    struct dirent *entry;
    int count = 0;
    while (folder && (entry = readdir(folder))) {
        count += entry->d_name[0] != '.';
    }
    if (folder) {
        closedir(folder);
    }
    return count;
}

/* Runs in the midst of a call: after the request left, and after its answer came. */
static void one_task(void *data, int32_t level, const char *line) {
    (void)level;
    (void)line;
    CHECK(tasks() == 1);
    ++*(int *)data;
}

static void *caller(void *client) {
    for (int i = 0; i < CALLS; i++) {
        kopeck_message *request = new_payment(), *reply = NULL;
        char thread[32];
        snprintf(thread, sizeof thread, "%lx-%d", (unsigned long)pthread_self(), i);
        kopeck_message_set(request, "order_number", thread);
        CHECK_STATUS(kopeck_call(client, "create_payment", request, &reply), KOPECK_OK);
        CHECK_FIELD(reply, "order_number", thread);
        kopeck_message_free(reply);
        kopeck_message_free(request);
    }
    return NULL;
}

int main(int count, char **arguments) {
    int lines = 0;
    pthread_t threads[THREADS];
    if (count < 2) {
        fprintf(stderr, "usage: threads SANDBOX_URL\n");
        return 2;
    }
    CHECK(tasks() == 1);
    kopeck_client *logging = sandbox_client(arguments[1], one_task, &lines);
    kopeck_message *request = new_payment();
    CHECK_STATUS(kopeck_call(logging, "create_payment", request, NULL), KOPECK_OK);
    CHECK(lines == 2 && tasks() == 1);
    kopeck_message_free(request);
    kopeck_client_free(logging);
    CHECK(tasks() == 1);

    kopeck_client *shared = sandbox_client(arguments[1], NULL, NULL);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, caller, shared) == 0);
    }
    CHECK(tasks() <= THREADS + 1);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < 500 && tasks() != 1; i++) {
        nanosleep(&(struct timespec){0, 10000000}, NULL); /* a joined thread may linger in /proc */
    }
    CHECK(tasks() == 1);
    kopeck_client_free(shared);
    return check_done();
}
