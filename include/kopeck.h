/* kopeck.h - payments from C and from whatever can call C.
 *
 * Generated from ffi/src: do not edit.
 *
 * A client is made from settings; kopeck_call carries out an operation by its name. Settings,
 * requests, replies and errors are messages: JSON objects, set and read by dotted names, so that
 * nobody needs a JSON library. The operations and their fields stand in the README.
 *
 *     kopeck_message *request = kopeck_message_new(), *reply = NULL;
 *     kopeck_message_set(request, "order_number", "A-1");
 *     kopeck_message_set(request, "amount", "100.00");
 *     kopeck_message_set(request, "currency", "RUB");
 *     kopeck_message_set(request, "return_url", "https://shop.example/paid");
 *     kopeck_status status = kopeck_call(client, "create_payment", request, &reply);
 *     char text[512];
 *     kopeck_message_get(reply, status == KOPECK_OK ? "action.url" : "message", text, sizeof text);
 *     kopeck_message_free(reply);
 *     kopeck_message_free(request);
 *
 * Conventions, the same for every function:
 *
 * Status     0 (KOPECK_OK) is success; anything else is the kind of the error, whose message has
 *            kind, reason, advice, may_have_happened, message, field and more. Handle numbers that
 *            you do not know as KOPECK_INTERNAL. A defect of the library ends as KOPECK_INTERNAL
 *            too, never in a crash of the program.
 * Ownership  What a function hands out through kopeck_message ** or kopeck_client ** is yours: free
 *            it with kopeck_message_free or kopeck_client_free. It is set in success and failure
 *            alike, so one clean-up path does. What you hand in is copied.
 * NULL       NULL where a value is needed is KOPECK_INVALID_REQUEST, and the error names the
 *            argument. A place for a result may be NULL if you do not want it. Freeing NULL does
 *            nothing.
 * Text       UTF-8, ended by NUL. Amounts are text ("100.00"); every scalar may be given as text.
 * Names      Dots lead into objects and lists: customer.email, items.0.price. A part of digits is
 *            an index, unless its parent is an object already. "\." is a literal dot.
 * Nesting    kopeck_message_get gives a part of a message as JSON, kopeck_message_json the whole;
 *            kopeck_message_parse reads both. So a reply becomes part of a request: print
 *            {"payment": and the reply's JSON and } into a text, parse it, set the rest by name.
 * Threads    A const handle may be used by many threads at once, any other by one at a time. A
 *            client is const once it is made. The library starts no threads.
 * fork()     A child may go on with its parent's clients and messages: each process opens its own
 *            connections. A child frees its own copies, or just ends.
 */


#ifndef KOPECK_H
#define KOPECK_H

#include <stddef.h>
#include <stdint.h>

// The ABI that this header describes; compare it with `kopeck_abi_version()`.
#define KOPECK_ABI_VERSION 1

// Level of a log line: a request or an answer.
#define KOPECK_LOG_INFO 1

// Level of a log line: an exchange that failed.
#define KOPECK_LOG_WARNING 2

// Talks to one gateway with one set of settings. It never changes after it is made.
typedef struct kopeck_client kopeck_client;

// A JSON object: settings, a request, a reply or an error.
typedef struct kopeck_message kopeck_message;

// What became of a call: `KOPECK_OK`, or the kind of the error.
typedef int32_t kopeck_status;

// Takes a line of the log: `level` is KOPECK_LOG_INFO or KOPECK_LOG_WARNING, `line` is valid
// during the call only and never holds secrets or card data. It runs on the thread that called
// kopeck_call, only inside that call; it must return normally (no longjmp, no exception), must
// not use the client, and must bear several threads at once if the client is shared.
typedef void (*kopeck_log_fn)(void *data, int32_t level, const char *line);

// Done; the reply is the result.
#define KOPECK_OK 0

// Refused before anything was sent; `field` names the place.
#define KOPECK_INVALID_REQUEST 1

// Certainly not carried out.
#define KOPECK_NOT_DONE 2

// A write that may have been carried out: ask (`settle`) before doing anything else.
#define KOPECK_OUTCOME_UNKNOWN 3

// The bank or the buyer said no to this payment.
#define KOPECK_DECLINED 4

// Authenticity failed: of a notification, or of the reply to a write.
#define KOPECK_UNTRUSTED 5

// The gateway refused this call (not the payment).
#define KOPECK_REFUSED 6

// Authentic, but not what was expected.
#define KOPECK_MISMATCH 7

// A defect of the library; `may_have_happened` says how far it got.
#define KOPECK_INTERNAL 99

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The library's version, such as "0.1.0". Never NULL; never freed.
const char *kopeck_version(void);

// The ABI of the library at hand. If it is not KOPECK_ABI_VERSION, the program was compiled
// against another header and must be compiled again.
uint32_t kopeck_abi_version(void);

// The name of a status, the same word in every language: "OK", "InvalidRequest", "NotDone" ...;
// "unknown" for other numbers. Never NULL; never freed.
const char *kopeck_status_name(int32_t status);

// A new, empty message.
kopeck_message *kopeck_message_new(void);

// Reads a message from `length` bytes of JSON: an object, in UTF-8, no key twice. If it cannot be
// read, `*message` is set all the same: to the error, whose field "message" says why.
kopeck_status kopeck_message_parse(const char *json, size_t length, kopeck_message **message);

// Gives a field its value, as text: "100.00", "true", "42" serve for every kind of scalar. The
// value is copied. Lists and objects on the way are made; an index one past the end appends. A
// set that fails changes nothing but marks the message, and the call that is then given it fails
// with KOPECK_INVALID_REQUEST and names this field: nobody needs to check twenty sets.
kopeck_status kopeck_message_set(kopeck_message *message, const char *name, const char *value);

// The same for bytes of a given length. A name that ends in "_base64" takes any bytes and holds
// their base64 ("body_base64": the body of a notification, as it came). Every other name takes
// text that has no NUL at its end, as in COBOL: UTF-8, kept as it is, trailing spaces too.
kopeck_status kopeck_message_set_bytes(kopeck_message *message,
                                       const char *name,
                                       const void *data,
                                       size_t length);

// Copies a field's text to `buffer`, like snprintf: at most `size` bytes, the NUL at the end
// included, never half a character; returns the whole length without the NUL. -1 (and an empty
// text) when there is no such field or it is null. Numbers come digit for digit, an exponent as
// e+2 or e-2; booleans as true or false, lists and objects as JSON. `buffer` may be NULL if `size`
// is 0.
int64_t kopeck_message_get(const kopeck_message *message,
                           const char *name,
                           char *buffer,
                           size_t size);

// The whole message as JSON. Valid until the message is changed or freed; never freed by itself.
// NULL only for NULL.
const char *kopeck_message_json(const kopeck_message *message);

// Frees a message and overwrites what it held. NULL is nothing to free.
void kopeck_message_free(kopeck_message *message);

// Makes a client from settings and sends nothing. `log` may be NULL; `log_data` is handed to it.
// On success `*client` is the client and `*error` NULL, else `*client` is NULL and `*error` the
// reason, in the same fields as a failed call's reply.
kopeck_status kopeck_client_new(const kopeck_message *settings,
                                kopeck_log_fn log,
                                void *log_data,
                                kopeck_client **client,
                                kopeck_message **error);

// Carries out an operation ("create_payment", "payment_status" ...) and waits for its end.
// `*reply` is always set, to the result or to the error; free it in either case. The request is
// not changed and may be used again. A defect of the library ends as KOPECK_INTERNAL, and the
// client stays usable.
kopeck_status kopeck_call(const kopeck_client *client,
                          const char *operation,
                          const kopeck_message *request,
                          kopeck_message **reply);

// Frees a client that no thread uses any more. NULL is nothing to free.
void kopeck_client_free(kopeck_client *client);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* KOPECK_H */
