<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Answer;
use Kopeck\Bitrix24;
use Kopeck\BatchReply;
use Kopeck\Client;
use Kopeck\Exception\DeclinedException;
use Kopeck\Exception\InvalidRequestException;
use Kopeck\Exception\PaymentException;
use Kopeck\Exception\UntrustedException;
use Kopeck\Notification;
use Kopeck\Payment;
use Kopeck\PortalShapes;
use Kopeck\SettledDeal;
use Kopeck\TokenPair;
use PHPUnit\Framework\TestCase;

/** `Bitrix24` itself: settings, fields and replies; no portal is asked. */
final class Bitrix24Test extends TestCase
{
    private const SECRET = '8fx2k1nqv3u0d9wz';
    private const SETTINGS = [
        'webhook_url' => 'https://shop.bitrix24.ru/rest/1/' . self::SECRET . '/',
        'application_token' => 'application-token-1',
        'checkout_secret' => 'checkout-secret-1',
    ];

    private function portal(): Bitrix24
    {
        return new Bitrix24(self::SETTINGS);
    }

    /** The error of a call that must fail. */
    private function refused(callable $call): PaymentException
    {
        try {
            $call();
        } catch (PaymentException $error) {
            return $error;
        }
        self::fail('nothing was refused');
    }

    public function testItIsForAPortalAlone(): void
    {
        $portal = new Bitrix24(self::SETTINGS + ['service' => 'bitrix24']);
        self::assertSame($this->portal()->operations(), $portal->operations());
        self::assertContains('link_payment', $portal->operations());
        foreach (['gateway' => 'rbs', 'service' => 'amocrm'] as $name => $value) {
            $error = $this->refused(static fn () => new Bitrix24([$name => $value] + self::SETTINGS));
            self::assertInstanceOf(InvalidRequestException::class, $error);
            self::assertSame($name, $error->field);
        }
        self::assertSame('webhook_url', $this->refused(static fn () => new Bitrix24([]))->field);
    }

    public function testEveryErrorAboutAPortalsRequestSaysWhatToAnswer(): void
    {
        $huge = new Notification('POST', '', [], str_repeat('x', Notification::MOST_BYTES + 1));
        foreach (['en', 'ru', 'xx'] as $language) {
            $error = $this->refused(fn () => $this->portal()->readCheckout($huge, ['language' => $language]));
            self::assertSame('bitrix24', $error->gateway);
            self::assertSame(200, $error->checkout_answer->status ?? null);
        }
        $error = $this->refused(fn () => $this->portal()->parseEvent($huge));
        self::assertSame(['parse_event', 'bitrix24'], [$error->operation, $error->gateway]);
        self::assertNotSame(200, $error->answer->reject->status ?? 200);
    }

    public function testARawRequestIsNoEvent(): void
    {
        $given = ['deal_id' => 1, 'entity_type_id' => 1038, 'notification' => new Notification('GET')];
        $error = $this->refused(fn () => $this->portal()->settleDeal($given));
        self::assertStringStartsWith('notification: expected an Event', $error->getMessage());
        self::assertSame(['settle_deal', 'bitrix24'], [$error->operation, $error->gateway]);
    }

    public function testItShowsNoSecrets(): void
    {
        $portal = $this->portal();
        $shown = print_r($portal, true) . var_export($portal, true);
        self::assertStringNotContainsString(self::SECRET, $shown);
        $wrong = ['gateway' => 'rbs', 'webhook_url' => 'https://shop.bitrix24.ru/rest/' . self::SECRET . '/'];
        foreach ($wrong as $name => $value) {
            $error = $this->refused(static fn () => new Bitrix24([$name => $value] + self::SETTINGS));
            self::assertSame($name, $error->field);
            self::assertStringNotContainsString(self::SECRET, print_r($error->getTrace(), true) . json_encode($error));
        }
        $this->expectException(\LogicException::class);
        serialize($portal);
    }

    /** @return iterable<string, array{string, string, list<string>}> method, shape, fields that are elsewhere */
    public function shapes(): iterable
    {
        $request = ['method', 'query', 'query_base64', 'headers', 'body', 'body_base64'];
        yield 'link_payment' => ['linkPayment', 'Link', []];
        yield 'settle_deal' => ['settleDeal', 'SettleDeal', []];
        yield 'read_checkout' => ['readCheckout', 'ReadCheckout', $request];
        yield 'answer_checkout' => ['answerCheckout', 'AnswerCheckout', []];
        yield 'settle_checkout' => ['settleCheckout', 'SettleCheckout', []];
        yield 'parse_event' => ['parseEvent', '', $request];
        yield 'check_settings' => ['checkSettings', '', []];
        yield 'bitrix24.call' => ['method', 'CallMethod', []];
        yield 'bitrix24.batch' => ['batch', 'Batch', []];
        yield 'bitrix24.list' => ['listRows', 'ListRows', []];
        yield 'bitrix24.refresh_token' => ['refreshToken', '', []];
    }

    public function testEveryOperationHasAMethodThatTakesItsFields(): void
    {
        $shapes = iterator_to_array($this->shapes());
        $described = [];
        foreach ($this->portal()->describe()['operations'] as $row) {
            $common = strpos($row['name'], '.') === false && $row['name'] !== 'descriptor_check';
            if ($common || isset($shapes[$row['name']])) {
                $names = array_map(static fn ($field) => is_array($field) ? $field['name'] : $field, $row['fields']);
                $described[$row['name']] = $names;
            }
        }
        self::assertSame([], array_diff_key($described, $shapes));
        foreach ($shapes as $operation => [$method, $shape, $elsewhere]) {
            $comment = (string) (new \ReflectionMethod(Bitrix24::class, $method))->getDocComment();
            self::assertSame($shape !== '', strpos($comment, "@param $shape \$fields") !== false, $method);
            $taken = $shape === '' ? [] : array_keys(self::fieldsOf($shape));
            self::assertEqualsCanonicalizing($described[$operation], array_merge($taken, $elsewhere), $operation);
        }
    }

    /** @return array<string, bool> the fields of an array shape, and whether each is required */
    private static function fieldsOf(string $shape): array
    {
        $comment = (string) (new \ReflectionClass(PortalShapes::class))->getDocComment();
        $one = "/@phpstan-type $shape \\S*array\\{(.*?)\\n \\* \\}/s";
        self::assertSame(1, preg_match($one, $comment, $found), $shape);
        preg_match_all('/^ \*     (\w+)(\??): /m', $found[1], $fields, PREG_SET_ORDER);

        return array_column(array_map(static fn ($one) => [$one[1], $one[2] === ''], $fields), 1, 0);
    }

    /** @return list<string> what the core would have taken */
    private static function known(PaymentException $error): array
    {
        $list = '/; expected (?:one of )?(.*)$|: expected one of (.*)$/';
        self::assertSame(1, preg_match($list, $error->getMessage(), $found), $error->getMessage());

        return explode(', ', end($found));
    }

    public function testTheShapesHaveTheFieldsOfTheCore(): void
    {
        $required = ['Stored' => [], 'Stages' => [], 'Register' => ['way', 'pay_system_id'], 'Command' => ['method']];
        $places = ['Stored' => 'fields', 'Stages' => 'stages', 'Register' => 'register', 'Command' => ''];
        foreach ($places as $shape => $field) {
            $wrong = ['no_such_field' => 1];
            $batch = ['commands' => ['one' => ['method' => 'crm.item.get'] + $wrong]];
            $error = $this->refused(fn () => $field === ''
                ? $this->portal()->batch($batch)
                : $this->portal()->settleDeal(['deal_id' => 1, 'entity_type_id' => 1220, $field => $wrong]));
            self::assertStringEndsWith('.no_such_field', $error->field);
            $fields = self::fieldsOf($shape);
            self::assertEqualsCanonicalizing(self::known($error), array_keys($fields), $shape);
            self::assertSame($required[$shape], array_keys(array_filter($fields)), $shape);
        }
    }

    public function testAShapeHasTheWordsOfItsField(): void
    {
        $told = [
            "on_failure?: 'lose'|'keep'," => ['on_failure' => 'x'],
            "way: 'order'|'deal'|'pay_system'," => ['register' => ['way' => 'x', 'pay_system_id' => 1]],
        ];
        $comment = (string) (new \ReflectionClass(PortalShapes::class))->getDocComment();
        foreach ($told as $line => $wrong) {
            $deal = ['deal_id' => 1, 'entity_type_id' => 1220, 'payment' => ['gateway' => 'rbs']];
            $known = self::known($this->refused(fn () => $this->portal()->settleDeal($wrong + $deal)));
            self::assertStringContainsString($line, $comment);
            self::assertStringContainsString(": '" . implode("'|'", $known) . "',", $line);
        }
        $error = $this->refused(fn () => $this->portal()->answerCheckout(['language' => 'x']));
        self::assertEqualsCanonicalizing(['ru', 'en'], self::known($error));
        self::assertSame(2, substr_count($comment, "language?: 'ru'|'en'\n"));
    }

    public function testWrongInputIsRefusedByItsField(): void
    {
        $portal = $this->portal();
        $deal = ['deal_id' => 662, 'entity_type_id' => 1220];
        $told = ['payment' => ['gateway' => 'rbs']];
        $raw = new Notification('POST', '', [], 'a=b');
        $calls = [
            'commands' => static fn () => $portal->batch(['commands' => 'find']),
            'commands.1' => static fn () => $portal->batch(['commands' => ['1' => ['method' => 'crm.item.get']]]),
            'method' => static fn () => $portal->method(['method' => 'batch']),
            'effect' => static fn () => $portal->method(['method' => 'crm.item.add', 'effect' => 'read']),
            'deal_id' => static fn () => $portal->linkPayment(['deal_id' => 0] + $deal + $told),
            'payment' => static fn () => $portal->settleDeal($deal),
            'payment.amount' => static fn () => $portal->linkPayment($deal + ['payment' => ['amount' => 1500.0]]),
            'title' => static fn () => $portal->linkPayment($deal + ['title' => "\xff"]),
            'notification' => static fn () => $portal->settleDeal($deal + ['notification' => $raw]),
            'body' => static fn () => $portal->readCheckout($raw, ['body' => 'c=d']),
        ];
        foreach ($calls as $field => $call) {
            $error = $this->refused($call);
            self::assertInstanceOf(InvalidRequestException::class, $error);
            self::assertStringStartsWith(strtok($field, '.') ?: '', (string) $error->field, $error->getMessage());
        }
    }

    public function testAFieldIsNeverLostSilently(): void
    {
        foreach (["\0title", "\xff"] as $name) {
            $deal = ['deal_id' => 662, 'entity_type_id' => 1220, 'payment' => ['gateway' => 'rbs'], $name => 'x'];
            $error = $this->refused(fn () => $this->portal()->linkPayment($deal));
            self::assertStringContainsString('names of fields', $error->getMessage());
        }
    }

    public function testAHugeRequestIsRefusedAndThePortalCanBeAnswered(): void
    {
        $request = new Notification('POST', '', [], str_repeat('a', Notification::MOST_BYTES + 1));
        $error = $this->refused(fn () => $this->portal()->readCheckout($request));
        self::assertInstanceOf(UntrustedException::class, $error);
        $told = $this->portal()->answerCheckout(['error' => $error, 'language' => 'en']);
        self::assertStringContainsString('PAYMENT_ERRORS', $told->body);
    }

    public function testAnEmptyArrayGivenForAnObjectIsNone(): void
    {
        $deal = ['deal_id' => 662, 'entity_type_id' => 1220, 'fields' => [], 'stages' => [], 'register' => []];
        $error = $this->refused(fn () => $this->portal()->settleDeal($deal + ['payment' => [], 'notification' => []]));
        self::assertSame('payment', $error->field);
        $error = $this->refused(fn () => $this->portal()->batch(['commands' => []]));
        self::assertSame('commands', $error->field);
    }

    private static function event(string $token): Notification
    {
        $body = "event=ONCRMDEALUPDATE&data[FIELDS][ID]=662&auth[application_token]=$token";

        return new Notification('POST', '', ['Content-Type' => 'application/x-www-form-urlencoded'], $body);
    }

    public function testAnEventIsProvenByItsToken(): void
    {
        $told = $this->portal()->parseEvent(self::event('application-token-1'));
        self::assertSame(['ONCRMDEALUPDATE', 'deal', 662], [$told->event, $told->about, $told->id]);
        self::assertSame([true, 200], [$told->needs_status, $told->answer->ok->status]);
        self::assertStringNotContainsString('application-token-1', (string) json_encode($told));
        $odd = new Notification('POST', '', ['x' => "\xff"], "\xff\xfe=1");
        foreach ([self::event('another-token-12'), self::event(''), $odd] as $forged) {
            $error = $this->refused(fn () => $this->portal()->parseEvent($forged));
            self::assertInstanceOf(UntrustedException::class, $error);
            self::assertSame(403, $error->answer->reject->status);
            self::assertNull($error->checkout_answer);
        }
    }

    public function testACheckoutIsProvenByItsSecret(): void
    {
        foreach (['serviceKey=wrong&BX_SYSTEM_PARAMS[PAYMENT_ID]=15', '', "\xff"] as $body) {
            $request = new Notification('POST', '', [], $body);
            $error = $this->refused(fn () => $this->portal()->readCheckout($request, ['language' => 'en']));
            self::assertInstanceOf(UntrustedException::class, $error);
            self::assertNull($error->answer);
            self::assertInstanceOf(Answer::class, $error->checkout_answer);
            self::assertStringContainsString('PAYMENT_ERRORS', $error->checkout_answer->body);
            self::assertStringContainsString('cannot be started now', $error->checkout_answer->body);
        }
    }

    public function testThePortalIsAnsweredWithAPageOrATextForTheBuyer(): void
    {
        $page = ['type' => 'redirect', 'url' => 'https://pay.example/1'];
        $payment = Payment::of(['id' => '7f3a', 'action' => $page]);
        $answer = $this->portal()->answerCheckout(['payment' => $payment]);
        self::assertSame([200, 'application/json'], [$answer->status, $answer->content_type]);
        self::assertStringContainsString('"PAYMENT_URL":"https://pay.example/1"', $answer->body);
        $stolen = PaymentException::of(4, ['kind' => 'Declined', 'reason' => 'stolen_card', 'message' => 'no']);
        self::assertInstanceOf(DeclinedException::class, $stolen);
        $told = $this->portal()->answerCheckout(['error' => $stolen, 'language' => 'en'])->body;
        self::assertStringContainsString('PAYMENT_ERRORS', $told);
        self::assertStringNotContainsString('stolen', $told);
    }

    public function testRepliesAreReadByNameAndShowNoSecrets(): void
    {
        $settled = SettledDeal::of([
            'outcome' => 'paid',
            'deal' => ['found' => true, 'stage_id' => 'LOSE', 'moved' => false, 'meaning' => 'lost'],
            'item' => ['added' => false, 'stage_id' => 'DT1220_30:SUCCESS', 'moved' => true],
            'registered' => ['way' => 'order', 'payment_id' => 1033, 'done_now' => true],
            'attention' => ['deal_closed'],
            'refusals' => [['what' => 'item_stage', 'code' => 'CRM_FIELD_ERROR_REQUIRED', 'text' => '?']],
        ]);
        self::assertSame(['lost', true], [$settled->deal->meaning, $settled->item->moved]);
        self::assertSame(['order', 'item_stage'], [$settled->registered->way, $settled->refusals[0]->what]);
        self::assertSame([['deal_closed'], []], [$settled->attention, $settled->duplicates]);
        self::assertNull(SettledDeal::of([])->registered);
        $pair = TokenPair::of(['access_token' => 'secret-a', 'refresh_token' => 'secret-b']);
        $batch = BatchReply::of(['results' => ['one' => 'secret'], 'errors' => [], 'not_run' => []]);
        self::assertStringNotContainsString('secret', print_r([$pair, $batch], true));
        self::assertSame('secret-b', $pair->refresh_token);
    }

    public function testAClientIsTheSameDoor(): void
    {
        $client = new Client(self::SETTINGS + ['service' => 'bitrix24']);
        self::assertSame($this->portal()->operations(), $client->operations());
    }
}
