/* Carries out one call from files: `replay SETTINGS.json OPERATION FIELDS.json` prints the status's
 * name on one line and the reply or error as JSON on the next (see replay.py). */
#include <stdio.h>
#include <stdlib.h>

#include <kopeck.h>

/* The message in a file, or the error that says why there is none. */
static kopeck_status message_in(const char *path, kopeck_message **message) {
    FILE *file = fopen(path, "rb");
    char *text = malloc(1 << 20);
    if (!file || !text) {
        perror(path);
        exit(2);
    }
    size_t length = fread(text, 1, 1 << 20, file);
    kopeck_status status = kopeck_message_parse(text, length, message);
    fclose(file);
    free(text);
    return status;
}

int main(int count, char **arguments) {
    kopeck_message *settings = NULL, *fields = NULL, *reply = NULL;
    kopeck_client *client = NULL;
    if (count != 4) {
        fprintf(stderr, "usage: replay SETTINGS.json OPERATION FIELDS.json\n");
        return 2;
    }
    if (message_in(arguments[1], &settings) || message_in(arguments[3], &fields)) {
        fprintf(stderr, "not a message: %s %s\n", kopeck_message_json(settings),
                fields ? kopeck_message_json(fields) : "");
        return 2;
    }
    kopeck_status status = kopeck_client_new(settings, NULL, NULL, &client, &reply);
    if (status == KOPECK_OK) {
        status = kopeck_call(client, arguments[2], fields, &reply);
    }
    printf("%s\n%s\n", kopeck_status_name(status), kopeck_message_json(reply));
    kopeck_message_free(reply);
    kopeck_client_free(client);
    kopeck_message_free(fields);
    kopeck_message_free(settings);
    return 0;
}
