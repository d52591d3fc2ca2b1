<?php

declare(strict_types=1);

namespace Kopeck\Exception;

/**
 * The base of all errors, each named after what you may do next.
 *
 * Look at `may_have_happened` before anything else: where it is true, money or an order may have
 * moved, and `Client::settle` finds out. The message holds no secrets.
 */
abstract class PaymentException extends \RuntimeException
{
    /** The class for each status of the C ABI. */
    public const KINDS = [
        1 => InvalidRequestException::class,
        2 => NotDoneException::class,
        3 => OutcomeUnknownException::class,
        4 => DeclinedException::class,
        5 => UntrustedException::class,
        6 => RefusedException::class,
        7 => MismatchException::class,
        99 => InternalException::class,
    ];

    /** @var array<string, mixed> */
    private array $fields;

    /** @param array<string, mixed> $fields */
    final public function __construct(string $message, int $code, array $fields)
    {
        parent::__construct($message, $code);
        $this->fields = $fields;
    }

    /**
     * @internal
     *
     * @param array<string, mixed> $fields
     */
    public static function of(int $status, array $fields): self
    {
        $class = self::KINDS[$status] ?? InternalException::class;
        $message = $fields['message'] ?? null;

        return new $class(is_string($message) ? $message : "kopeck ended with the status $status", $status, $fields);
    }

    /**
     * A request that this package itself refuses, shaped like the core's.
     *
     * @internal
     */
    public static function invalid(?string $operation, ?string $field, string $expected): self
    {
        $message = $field === null ? $expected : "$field: $expected";

        return new InvalidRequestException($message, 1, [
            'kind' => 'InvalidRequest',
            'reason' => 'invalid_field',
            'advice' => 'fix_request',
            'may_have_happened' => false,
            'message' => $message,
            'field' => $field,
            'operation' => $operation,
        ]);
    }
}
