/* PHP's way into Kopeck: one function, and clients that outlive the page.
 *
 * A worker process keeps its clients, so that the next page finds the connection to the gateway open.
 * Each is known by a digest of its settings: other settings are another client. The files that
 * settings name (certificates, descriptors) are read when the client is made: after a change of one,
 * reload PHP-FPM. What a programmer sees is the Composer package (../library); this file only carries
 * JSON there and back.
 *
 * Rust never calls into Zend, and Zend never jumps over Rust: log lines are kept in plain memory
 * until the call is over, and what a call holds stands in the globals, where the end of the request
 * frees it if a fatal error (the memory limit) ends the call early. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "php.h"
#include "ext/hash/php_hash.h"
#include "ext/hash/php_hash_sha.h"
#include "ext/standard/info.h"

#include "kopeck.h"
#include "php_kopeck.h"
#if PHP_VERSION_ID >= 80200
#include "zend_attributes.h"
#endif
#include "kopeck_arginfo.h"

#ifdef PHP_WIN32
#define process_id() 1 /* no fork() */
#else
#include <unistd.h>
#define process_id() getpid()
#endif
#ifndef CONST_CS
#define CONST_CS 0 /* since PHP 8 all constants are */
#endif
#if KOPECK_ABI_VERSION != 1
#error "this extension is written for ABI 1 of libkopeck: take both from one version of Kopeck"
#endif

#define KEY_BYTES 32

/* The reply where the library gave none. It may have got as far as sending. */
#define NO_REPLY "{\"kind\":\"Internal\",\"reason\":\"defect\",\"advice\":\"ask_status\"," \
    "\"may_have_happened\":true,\"message\":\"a defect in kopeck: please report it\"}"

typedef struct {
    unsigned char key[KEY_BYTES];
    kopeck_client *client;
} kept_client;

ZEND_BEGIN_MODULE_GLOBALS(kopeck)
    zend_long max_clients;
    /* The clients of this process, the last used first. */
    kept_client *clients;
    size_t count;
    long owner;
    /* What a call holds until it is over. */
    kopeck_message *settings;
    kopeck_message *request;
    kopeck_message *reply;
    /* Its log: for each line the level as a byte, the text, a NUL. */
    char *log;
    size_t log_bytes;
ZEND_END_MODULE_GLOBALS(kopeck)

static ZEND_DECLARE_MODULE_GLOBALS(kopeck)
#define KOPECK_G(name) ZEND_MODULE_GLOBALS_ACCESSOR(kopeck, name)

#if defined(ZTS) && defined(COMPILE_DL_KOPECK)
ZEND_TSRMLS_CACHE_DEFINE()
#endif

PHP_INI_BEGIN()
    STD_PHP_INI_ENTRY("kopeck.max_clients", "32", PHP_INI_SYSTEM, OnUpdateLongGEZero, max_clients,
        zend_kopeck_globals, kopeck_globals)
PHP_INI_END()

/* Called by the library, inside kopeck_call alone. A line for which there is no memory is left out. */
static void note(void *data, int32_t level, const char *line)
{
    size_t length = strlen(line) + 1;
    char *log = realloc(KOPECK_G(log), KOPECK_G(log_bytes) + 1 + length);

    (void) data;
    if (log == NULL) {
        return;
    }
    KOPECK_G(log) = log;
    log += KOPECK_G(log_bytes);
    *log = (char) level;
    memcpy(log + 1, line, length);
    KOPECK_G(log_bytes) += 1 + length;
}

static void forget_clients(size_t keep)
{
    while (KOPECK_G(count) > keep) {
        kopeck_client_free(KOPECK_G(clients)[--KOPECK_G(count)].client);
    }
}

/* Lets go of what a call held, and of the clients that are too many. */
static void forget_call(void)
{
    forget_clients((size_t) KOPECK_G(max_clients));
    kopeck_message_free(KOPECK_G(settings));
    kopeck_message_free(KOPECK_G(request));
    kopeck_message_free(KOPECK_G(reply));
    KOPECK_G(settings) = KOPECK_G(request) = KOPECK_G(reply) = NULL;
    free(KOPECK_G(log));
    KOPECK_G(log) = NULL;
    KOPECK_G(log_bytes) = 0;
}

/* The client of these settings, kept or new; NULL with the reason in the reply. */
static kopeck_client *client_for(const zend_string *settings, kopeck_status *status)
{
    kept_client found = { { 0 }, NULL };
    size_t place = 0;
    PHP_SHA256_CTX digest;

    PHP_SHA256Init(&digest);
    PHP_SHA256Update(&digest, (const unsigned char *) ZSTR_VAL(settings), ZSTR_LEN(settings));
    PHP_SHA256Final(found.key, &digest);
    ZEND_SECURE_ZERO(&digest, sizeof digest);

    if (KOPECK_G(owner) != (long) process_id()) {
        /* A forked child begins anew: its parent's clients are not used here. */
        forget_clients(0);
        KOPECK_G(owner) = (long) process_id();
    }
    while (place < KOPECK_G(count) && memcmp(KOPECK_G(clients)[place].key, found.key, KEY_BYTES) != 0) {
        place++;
    }
    if (place < KOPECK_G(count)) {
        found.client = KOPECK_G(clients)[place].client;
    } else {
        *status = kopeck_message_parse(ZSTR_VAL(settings), ZSTR_LEN(settings), &KOPECK_G(settings));
        if (*status != KOPECK_OK) {
            KOPECK_G(reply) = KOPECK_G(settings);
            KOPECK_G(settings) = NULL;
            return NULL;
        }
        /* The place first: without memory PHP ends the process here, where nothing is begun. */
        KOPECK_G(clients) = safe_perealloc(KOPECK_G(clients), place + 1, sizeof found, 0, 1);
        *status = kopeck_client_new(KOPECK_G(settings), note, NULL, &found.client, &KOPECK_G(reply));
        if (*status != KOPECK_OK) {
            return NULL;
        }
        KOPECK_G(count)++;
    }
    memmove(KOPECK_G(clients) + 1, KOPECK_G(clients), place * sizeof found);
    KOPECK_G(clients)[0] = found;
    *status = KOPECK_OK;
    return found.client;
}

/* [[level, text], ...] */
static void add_log(zval *result)
{
    zval lines, line;
    size_t place, length;

    array_init(&lines);
    add_next_index_zval(result, &lines);
    for (place = 0; place < KOPECK_G(log_bytes); place += 1 + length + 1) {
        const char *text = KOPECK_G(log) + place + 1;

        length = strlen(text);
        array_init_size(&line, 2);
        add_next_index_zval(&lines, &line);
        add_next_index_long(&line, KOPECK_G(log)[place]);
        add_next_index_stringl(&line, text, length);
    }
}

PHP_FUNCTION(kopeck_call)
{
    zend_string *settings, *operation, *request;
    const kopeck_client *client;
    const char *json;
    kopeck_status status;

    ZEND_PARSE_PARAMETERS_START(3, 3)
        Z_PARAM_STR(settings)
        Z_PARAM_STR_EX(operation, 1, 0)
        Z_PARAM_STR(request)
    ZEND_PARSE_PARAMETERS_END();

    forget_call();
    client = client_for(settings, &status);
    if (client != NULL && operation != NULL) {
        status = kopeck_message_parse(ZSTR_VAL(request), ZSTR_LEN(request), &KOPECK_G(request));
        if (status == KOPECK_OK) {
            /* A name with a NUL inside is no operation's: C would read only its beginning. */
            const char *name = strlen(ZSTR_VAL(operation)) == ZSTR_LEN(operation) ? ZSTR_VAL(operation) : "";

            status = kopeck_call(client, name, KOPECK_G(request), &KOPECK_G(reply));
        } else {
            KOPECK_G(reply) = KOPECK_G(request);
            KOPECK_G(request) = NULL;
        }
    }

    json = kopeck_message_json(KOPECK_G(reply));
    if (json == NULL) {
        json = status == KOPECK_OK ? "{}" : NO_REPLY;
    }
    array_init_size(return_value, 3);
    add_next_index_long(return_value, status);
    add_next_index_string(return_value, json);
    add_log(return_value);
    forget_call();
}

static PHP_GINIT_FUNCTION(kopeck)
{
#if defined(ZTS) && defined(COMPILE_DL_KOPECK)
    ZEND_TSRMLS_CACHE_UPDATE();
#endif
    memset(kopeck_globals, 0, sizeof *kopeck_globals);
}

static PHP_GSHUTDOWN_FUNCTION(kopeck)
{
    size_t place;

    for (place = 0; place < kopeck_globals->count; place++) {
        kopeck_client_free(kopeck_globals->clients[place].client);
    }
    free(kopeck_globals->clients);
}

static PHP_MINIT_FUNCTION(kopeck)
{
    (void) type;
    REGISTER_INI_ENTRIES();
    REGISTER_LONG_CONSTANT("KOPECK_EXTENSION_ABI", KOPECK_EXTENSION_ABI, CONST_CS | CONST_PERSISTENT);
    register_kopeck_attributes();
    return SUCCESS;
}

static PHP_MSHUTDOWN_FUNCTION(kopeck)
{
    (void) type;
    UNREGISTER_INI_ENTRIES();
    return SUCCESS;
}

static PHP_RINIT_FUNCTION(kopeck)
{
    (void) type;
    (void) module_number;
#if defined(ZTS) && defined(COMPILE_DL_KOPECK)
    ZEND_TSRMLS_CACHE_UPDATE();
#endif
    return SUCCESS;
}

static PHP_RSHUTDOWN_FUNCTION(kopeck)
{
    (void) type;
    (void) module_number;
    forget_call();
    return SUCCESS;
}

static PHP_MINFO_FUNCTION(kopeck)
{
    char abi[32];

    (void) zend_module;
    php_info_print_table_start();
    php_info_print_table_row(2, "Kopeck", "enabled");
    php_info_print_table_row(2, "Version", kopeck_version());
    snprintf(abi, sizeof abi, "%d", KOPECK_EXTENSION_ABI);
    php_info_print_table_row(2, "ABI for the Composer package", abi);
    snprintf(abi, sizeof abi, "%u", (unsigned) kopeck_abi_version());
    php_info_print_table_row(2, "C ABI", abi);
    php_info_print_table_end();
    DISPLAY_INI_ENTRIES();
}

zend_module_entry kopeck_module_entry = {
    STANDARD_MODULE_HEADER,
    "kopeck",
    kopeck_functions,
    PHP_MINIT(kopeck),
    PHP_MSHUTDOWN(kopeck),
    PHP_RINIT(kopeck),
    PHP_RSHUTDOWN(kopeck),
    PHP_MINFO(kopeck),
    PHP_KOPECK_VERSION,
    PHP_MODULE_GLOBALS(kopeck),
    PHP_GINIT(kopeck),
    PHP_GSHUTDOWN(kopeck),
    NULL,
    STANDARD_MODULE_PROPERTIES_EX
};

#ifdef COMPILE_DL_KOPECK
ZEND_GET_MODULE(kopeck)
#endif
