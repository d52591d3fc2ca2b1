<?php

declare(strict_types=1);

namespace Kopeck\Exception;

use Kopeck\Answer;
use Kopeck\Answers;
use Kopeck\Internal\Fields;
use Kopeck\Payment;

/**
 * The base of all errors, each named after what you may do next.
 *
 * Look at `may_have_happened` before anything else: where it is true, money or an order may have
 * moved, and `Client::settle` finds out. The message holds no secrets.
 *
 * @phpstan-type Advice (
 *     'fix_request'|'fix_settings'|'repeat'|'wait'|'ask_status'|'show_to_buyer'|'ignore'|'review'
 *     |'report'
 * )
 *
 * @property-read string $kind the same in every language
 * @property-read string $reason a stable word for why: branch on this, never on `text`
 * @property-read Advice $advice what to do next
 * @property-read bool $may_have_happened whether money or an order may have moved
 * @property-read string|null $field the dotted path of the wrong field or setting
 * @property-read string|null $operation
 * @property-read string|null $gateway
 * @property-read string|null $code the gateway's own code; `getCode` is the number of the kind
 * @property-read string|null $text the gateway's own words
 * @property-read string|null $request_id
 * @property-read int|null $http_status
 * @property-read int|null $retry_after_ms how long the gateway asked to be left alone
 * @property-read 'never'|'later'|'other_means'|null $retry of a decline
 * @property-read array<string, string>|null $buyer_text of a decline: what the buyer may be told
 * @property-read string|null $body an excerpt of the reply, without personal data
 * @property-read Payment|null $payment where it is known
 * @property-read Answers|null $answer what to answer the notification that led here, of whatever kind the error is:
 *    always there from `parseNotification` and `parseEvent`, and from a `confirm` that was given one; elsewhere
 *    it may be null
 * @property-read Answer|null $checkout_answer what to answer the portal whose CHECKOUT request led here
 */
abstract class PaymentException extends \RuntimeException
{
    use Fields {
        __get as private read;
    }

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

    public const FIELDS = [
        'kind' => null,
        'reason' => null,
        'advice' => null,
        'may_have_happened' => null,
        'message' => null,
        'field' => null,
        'operation' => null,
        'gateway' => null,
        'code' => null,
        'text' => null,
        'request_id' => null,
        'http_status' => null,
        'retry_after_ms' => null,
        'retry' => null,
        'buyer_text' => null,
        'body' => null,
        'payment' => Payment::class,
        'answer' => Answers::class,
        'checkout_answer' => Answer::class,
    ];

    public const SHOWN = ['message', 'reason', 'advice', 'may_have_happened', 'field', 'operation', 'gateway'];

    /** @param array<string, mixed> $fields */
    final public function __construct(
        string $message,
        int $code,
        #[\SensitiveParameter]
        array $fields
    ) {
        parent::__construct($message, $code);
        // What is not said to be harmless may have moved money.
        $this->fields = $fields + [
            'kind' => 'Internal',
            'reason' => 'defect',
            'advice' => 'ask_status',
            'may_have_happened' => true,
            'message' => $message,
        ];
        // Logs show where the program called, not where this package threw.
        /** @var list<array{file?: string, line?: int}> $trace */
        $trace = $this->getTrace();
        foreach ($trace as $frame) {
            $file = $frame['file'] ?? '';
            if ($file !== '' && strpos($file, dirname(__DIR__) . DIRECTORY_SEPARATOR) !== 0) {
                $this->file = $file;
                $this->line = $frame['line'] ?? 0;
                break;
            }
        }
    }

    /**
     * @internal
     *
     * @param array<string, mixed> $fields
     */
    public static function of(
        int $status,
        #[\SensitiveParameter]
        array $fields
    ): self {
        $class = self::KINDS[$status] ?? InternalException::class;
        $message = $fields['message'] ?? null;
        $message = is_string($message) ? $message : "kopeck ended with the status $status";

        return new $class($message, $status, $fields);
    }

    /**
     * A request that this package itself refuses, shaped like the core's.
     *
     * @internal
     */
    public static function invalid(?string $operation, ?string $field, string $expected): self
    {
        $message = $field === null ? $expected : "$field: $expected";

        return self::of(1, [
            'kind' => 'InvalidRequest',
            'reason' => 'invalid_field',
            'advice' => 'fix_request',
            'may_have_happened' => false,
            'message' => $message,
            'field' => $field,
            'operation' => $operation,
        ]);
    }

    /** @return mixed */
    public function __get(string $name)
    {
        // A portal is given one answer, a gateway the choice of three.
        $answer = $this->fields['answer'] ?? null;
        $one = is_array($answer) && isset($answer['status']) ? Answer::of($answer) : null;
        if ($name === 'checkout_answer') {
            return $one;
        }

        return $name === 'answer' && $one !== null ? null : $this->read($name);
    }

    protected static function kinds(): array
    {
        return self::FIELDS;
    }

    /**
     * Queues send errors between processes: without the stack trace, whose values may be of any kind.
     *
     * @return array<string, mixed>
     */
    public function __serialize(): array
    {
        return [
            'message' => $this->message,
            'code' => $this->code,
            'file' => $this->file,
            'line' => $this->line,
            'fields' => $this->fields,
        ];
    }

    /** @param array{message: string, code: int, file: string, line: int, fields: array<string, mixed>} $kept */
    public function __unserialize(array $kept): void
    {
        $this->message = $kept['message'];
        $this->code = $kept['code'];
        $this->file = $kept['file'];
        $this->line = $kept['line'];
        $this->fields = $kept['fields'];
    }

    /** @return array<string, mixed> what may stand in a log */
    public function __debugInfo(): array
    {
        $shown = [];
        foreach (self::SHOWN as $name) {
            $shown[$name] = $this->fields[$name] ?? null;
        }

        return $shown + ['file' => $this->file, 'line' => $this->line, 'trace' => $this->getTraceAsString()];
    }
}
