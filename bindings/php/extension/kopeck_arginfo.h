/* What kopeck.stub.php says, for PHP 7.4 and later. tests/reflection.phpt compares the two. */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_kopeck_call, 0, 3, IS_ARRAY, 0)
    ZEND_ARG_TYPE_INFO(0, settings, IS_STRING, 0)
    ZEND_ARG_TYPE_INFO(0, operation, IS_STRING, 1)
    ZEND_ARG_TYPE_INFO(0, request, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_FUNCTION(kopeck_call);

static const zend_function_entry kopeck_functions[] = {
    ZEND_FE(kopeck_call, arginfo_kopeck_call)
    ZEND_FE_END
};

/* Settings and requests hold secrets: stack traces leave them out where PHP can (8.2 and later). */
static void register_kopeck_attributes(void)
{
#if PHP_VERSION_ID >= 80200
    zend_function *call = zend_hash_str_find_ptr(CG(function_table), "kopeck_call", sizeof("kopeck_call") - 1);

    zend_add_parameter_attribute(call, 0, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
    zend_add_parameter_attribute(call, 2, ZSTR_KNOWN(ZEND_STR_SENSITIVEPARAMETER), 0);
#endif
}
