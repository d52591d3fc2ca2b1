<?php

/** Functions, classes and constants that PHP 7.4 has not, by the version that brought them. */

declare(strict_types=1);

return [
    'functions' => [
        '8.0' => 'fdiv get_debug_type get_resource_id openssl_cms_decrypt openssl_cms_encrypt openssl_cms_read
            openssl_cms_sign openssl_cms_verify preg_last_error_msg str_contains str_ends_with str_starts_with',
        '8.1' => 'array_is_list enum_exists fdatasync fsync imageavif imagecreatefromavif',
        '8.2' => 'curl_upkeep ini_parse_quantity libxml_get_external_entity_loader memory_reset_peak_usage
            mysqli_execute_query odbc_connection_string_is_quoted odbc_connection_string_quote
            openssl_cipher_key_length sodium_crypto_stream_xchacha20_xor_ic',
        '8.3' => 'json_validate mb_str_pad posix_eaccess posix_fpathconf posix_pathconf posix_sysconf
            socket_atmark str_decrement str_increment stream_context_set_options',
        '8.4' => 'array_all array_any array_find array_find_key bcceil bcdivmod bcfloor bcround fpow
            grapheme_str_split http_clear_last_response_headers http_get_last_response_headers mb_lcfirst
            mb_ltrim mb_rtrim mb_trim mb_ucfirst request_parse_body',
        '8.5' => 'array_first array_last get_error_handler get_exception_handler',
    ],
    'classes' => [
        '8.0' => 'Attribute CurlHandle CurlMultiHandle CurlShareHandle InternalIterator OpenSSLAsymmetricKey
            OpenSSLCertificate PhpToken Shmop Socket Stringable UnhandledMatchError ValueError WeakMap',
        '8.1' => 'BackedEnum CURLStringFile Fiber FiberError ReflectionEnum ReflectionFiber UnitEnum',
        '8.2' => 'Random\BrokenRandomEngineError Random\Engine Random\Engine\Mt19937 Random\Engine\Secure
            Random\RandomError Random\RandomException Random\Randomizer SensitiveParameterValue',
        '8.3' => 'DateError DateException DateInvalidOperationException DateInvalidTimeZoneException
            DateMalformedIntervalStringException DateMalformedPeriodStringException
            DateMalformedStringException DateRangeError Random\IntervalBoundary SQLite3Exception',
        '8.4' => 'Dom\Document Dom\HTMLDocument Dom\XMLDocument Pdo\Mysql Pdo\Pgsql Pdo\Sqlite RoundingMode',
    ],
    'constants' => [
        '8.0' => 'FILTER_VALIDATE_BOOL',
        '8.2' => 'FILTER_FLAG_GLOBAL_RANGE CURLOPT_PROTOCOLS_STR CURLOPT_REDIR_PROTOCOLS_STR',
        '8.4' => 'PHP_SBINDIR PHP_ROUND_AWAY_FROM_ZERO',
    ],
    // What a name of several parts may not hold before PHP 8.0, and no type may be called.
    'reserved' => 'abstract and array as break callable case catch class clone const continue declare default
        die do echo else elseif empty enddeclare endfor endforeach endif endswitch endwhile eval exit extends
        final finally fn for foreach function global goto if implements include include_once instanceof
        insteadof interface isset list namespace new or print private protected public require require_once
        return static switch throw trait try unset use var while xor yield',
];
