/* What PHP must know of the extension; the rest stands in kopeck.c. */

#ifndef PHP_KOPECK_H
#define PHP_KOPECK_H

#define PHP_KOPECK_VERSION "0.1.0"

/* The shape of kopeck_call: what it takes and what it returns. The Composer package asks for one. */
#define KOPECK_EXTENSION_ABI 1

extern zend_module_entry kopeck_module_entry;
#define phpext_kopeck_ptr &kopeck_module_entry

#endif
