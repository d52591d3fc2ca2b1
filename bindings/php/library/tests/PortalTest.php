<?php

declare(strict_types=1);

namespace Kopeck\Tests;

use Kopeck\Bitrix24;
use Kopeck\Client;
use Kopeck\Event;
use Kopeck\Exception\InvalidRequestException;
use Kopeck\Exception\NotDoneException;
use Kopeck\Exception\OutcomeUnknownException;
use Kopeck\Exception\PaymentException;
use Kopeck\Exception\RefusedException;
use Kopeck\Payment;
use Kopeck\Tests\Support\Portal;
use Kopeck\Tests\Support\Sandbox;
use Kopeck\Tests\Support\ShopPage;
use PHPUnit\Framework\TestCase;

/** A portal's flows against the sandbox: linked, paid, settled, repeated, refused. */
final class PortalTest extends TestCase
{
    private static Sandbox $sandbox;

    public static function setUpBeforeClass(): void
    {
        self::$sandbox = new Sandbox();
    }

    public static function tearDownAfterClass(): void
    {
        self::$sandbox->stop();
    }

    private function failed(callable $call): PaymentException
    {
        try {
            $call();
        } catch (PaymentException $error) {
            return $error;
        }
        self::fail('nothing failed');
    }

    public function testADealIsLinkedAndPaidAndWonOnce(): void
    {
        $portal = new Portal(self::$sandbox);
        $client = new Client(self::$sandbox->merchant());
        $about = $portal->ids() + ['fields' => Portal::FIELDS];
        $order = ['order_number' => 'deal-662-1', 'amount' => '1500.00', 'currency' => 'RUB'];

        $first = $portal->client->linkPayment($about + ['payment' => ['gateway' => 'rbs'] + $order]);
        self::assertSame([$portal->dealId, true, true], [$first->deal_id, $first->added, $first->changed]);
        self::assertSame(['1500.00', 'RUB'], [$first->item->amount, $first->item->currency]);
        $payment = $client->createPayment($order + ['return_url' => 'https://shop.example/back']);
        $second = $portal->client->linkPayment($about + ['payment' => $payment]);
        self::assertSame([$first->item_id, false, true], [$second->item_id, $second->added, $second->changed]);
        [$item] = $portal->items();
        self::assertSame($payment->action->url, $item[Portal::FIELDS['payment_url']]);

        $waiting = $client->confirm(['id' => $payment->id, 'expect' => $order]);
        $settled = $portal->client->settleDeal($about + ['payment' => $waiting]);
        self::assertSame(['waiting', false], [$settled->outcome, $settled->deal->moved]);

        Sandbox::payOnPage($payment->action->url);
        $paid = $client->confirm(['id' => $payment->id, 'expect' => $order]);
        // What was stored of a reply does as well as the reply.
        $stored = Payment::of(json_decode((string) json_encode($paid), true));
        $settled = $portal->client->settleDeal($about + ['payment' => $stored, 'locked' => true]);
        self::assertSame(['paid', $first->item_id], [$settled->outcome, $settled->item_id]);
        self::assertSame(['won', 'WON', true], [
            $settled->deal->meaning, $settled->deal->stage_id, $settled->deal->moved,
        ]);
        self::assertSame([false, [], false], [$settled->needs_attention, $settled->attention, $settled->repeated]);

        $again = $portal->client->settleDeal($about + ['payment' => $paid, 'locked' => true]);
        self::assertSame([true, false, $settled->comment_id], [
            $again->repeated, $again->deal->moved, $again->comment_id,
        ]);
        self::assertSame('WON', $portal->deal()['stageId']);
        self::assertCount(1, $portal->items());
        self::assertCount(2, $portal->comments());
    }

    public function testAnEventThatNeedsNoStatusSettles(): void
    {
        $portal = new Portal(self::$sandbox);
        $payment = [
            'gateway' => 'examplepay', 'id' => '7f3a', 'order_number' => 'deal-662-1', 'status' => 'paid',
            'final' => true, 'amount' => '1500.00', 'currency' => 'RUB', 'captured' => '1500.00',
        ];
        $told = ['verified' => true, 'needs_status' => false, 'succeeded' => true, 'payment' => $payment];
        $settled = $portal->client->settleDeal($portal->ids() + ['notification' => Event::of($told)]);
        self::assertSame(['paid', 'WON'], [$settled->outcome, $settled->deal->stage_id]);
        self::assertTrue($portal->client->settleDeal($portal->ids() + ['notification' => $told])->repeated);
        $hint = Event::of(['needs_status' => true] + $told);
        $error = $this->failed(fn () => $portal->client->settleDeal($portal->ids() + ['notification' => $hint]));
        self::assertInstanceOf(InvalidRequestException::class, $error);
        self::assertSame('notification', $error->field);
    }

    public function testMoneyOnALostDealIsNotHidden(): void
    {
        $portal = new Portal(self::$sandbox);
        $payment = ['gateway' => 'rbs', 'order_number' => 'deal-662-1', 'amount' => '1500.00', 'currency' => 'RUB'];
        $portal->client->linkPayment($portal->ids() + ['payment' => $payment]);
        $portal->change("deals/$portal->dealId", ['stageId' => 'LOSE']);
        $payment += ['status' => 'paid', 'state_id' => 'd2', 'captured' => '1500.00', 'id' => '7f3a', 'final' => true];
        $settled = $portal->client->settleDeal($portal->ids() + ['payment' => $payment]);
        self::assertSame([true, ['deal_closed']], [$settled->needs_attention, $settled->attention]);
        self::assertSame(['LOSE', false, true], [
            $settled->deal->stage_id, $settled->deal->moved, $settled->item->moved,
        ]);
    }

    public function testWhatIsInDoubtBeforeTheMoneyIsRefused(): void
    {
        $portal = new Portal(self::$sandbox);
        $payment = ['gateway' => 'rbs', 'order_number' => 'deal-662-1', 'amount' => '1499.99', 'currency' => 'RUB'];
        $error = $this->failed(fn () => $portal->client->linkPayment($portal->ids() + ['payment' => $payment]));
        self::assertInstanceOf(RefusedException::class, $error);
        self::assertSame(['deal_amount', 'bitrix24', false], [
            $error->reason, $error->gateway, $error->may_have_happened,
        ]);
        self::assertSame([], $portal->items());
    }

    public function testALostAnswerIsOfItsKind(): void
    {
        $portal = new Portal(self::$sandbox);
        $secret = basename($portal->made['webhook_url']);
        $which = ['entityTypeId' => 2, 'id' => $portal->dealId];
        $read = ['method' => 'crm.item.get', 'effect' => 'read', 'parameters' => $which];
        $fields = ['title' => 'Another', 'opportunity' => 1, 'currencyId' => 'RUB'];
        $write = ['method' => 'crm.item.add', 'parameters' => ['entityTypeId' => 2, 'fields' => $fields]];
        foreach ([NotDoneException::class => $read, OutcomeUnknownException::class => $write] as $kind => $call) {
            self::$sandbox->fault("/$secret/{$call['method']}", 'drop_after');
            $error = $this->failed(static fn () => $portal->client->method($call));
            self::assertInstanceOf($kind, $error);
            self::assertSame($call === $write, $error->may_have_happened);
            self::assertStringNotContainsString($secret, print_r($error, true) . $error . json_encode($error));
        }
        self::assertCount(2, $portal->state()['deals']);
    }

    public function testBatchAndRows(): void
    {
        $portal = new Portal(self::$sandbox);
        foreach (range(1, 55) as $number) {
            $portal->change('deals', ['title' => "Deal $number", 'opportunity' => $number, 'currencyId' => 'RUB']);
        }
        $won = ['entityTypeId' => 2, 'id' => '$result[find][items][0][id]', 'fields' => ['stageId' => 'WON']];
        $filter = ['entityTypeId' => 2, 'filter' => ['=title' => 'Deal 7']];
        $reply = $portal->client->batch(['commands' => [
            'find' => ['method' => 'crm.item.list', 'parameters' => $filter],
            'win' => ['method' => 'crm.item.update', 'parameters' => $won],
            'wrong' => ['method' => 'crm.item.get', 'parameters' => ['entityTypeId' => 2, 'id' => 99999]],
            'never' => ['method' => 'server.time', 'parameters' => []],
        ]]);
        self::assertSame(['WON', 'Deal 7'], [
            $reply->results['win']['item']['stageId'], $reply->results['find']['items'][0]['title'],
        ]);
        self::assertSame(['not_found', ['never'], []], [
            $reply->errors['wrong']['reason'], $reply->not_run, $reply->unknown,
        ]);
        $list = ['method' => 'crm.item.list', 'parameters' => ['entityTypeId' => 2, 'select' => ['id', 'title']]];
        foreach (['pages', 'fast'] as $mode) {
            $rows = $portal->client->listRows($list + ['mode' => $mode]);
            self::assertSame([56, true, null], [count($rows), $rows->complete, $rows->next]);
            self::assertCount(56, array_unique(array_column(iterator_to_array($rows), 'id')));
        }
        $some = $portal->client->listRows($list + ['max_rows' => 50]);
        self::assertSame([50, false], [count($some), $some->complete]);
        $time = $portal->client->method(['method' => 'server.time', 'parameters' => [], 'effect' => 'read']);
        self::assertStringContainsString('T', $time->result);
    }

    public function testTokensAreRefreshedByTheCallerAlone(): void
    {
        $portal = new Portal(self::$sandbox, ['oauth' => true]);
        $names = ['client_id', 'client_secret', 'access_token', 'refresh_token', 'client_endpoint', 'server_endpoint'];
        $oauth = array_intersect_key($portal->made['oauth'], array_flip($names));
        $settings = ['oauth' => $oauth, 'portal_hosts' => ['127.0.0.1'], 'request_limit' => 'none'];
        $old = new Bitrix24($settings);
        $which = ['entityTypeId' => 2, 'id' => $portal->dealId];
        $look = ['method' => 'crm.item.get', 'effect' => 'read', 'parameters' => $which];
        self::assertSame('A teapot', $old->method($look)->result['item']['title']);
        $portal->change('oauth', ['expire' => true]);
        $error = $this->failed(static fn () => $old->method($look));
        self::assertInstanceOf(RefusedException::class, $error);
        self::assertSame('token_expired', $error->reason);
        $pair = $old->refreshToken();
        self::assertStringNotContainsString($pair->refresh_token, print_r($pair, true));
        // It rotates: the old one is dead.
        self::assertInstanceOf(RefusedException::class, $this->failed(static fn () => $old->refreshToken()));
        $fresh = ['access_token' => $pair->access_token, 'refresh_token' => $pair->refresh_token] + $oauth;
        $new = new Bitrix24(['oauth' => $fresh] + $settings);
        self::assertSame('A teapot', $new->method($look)->result['item']['title']);
        self::assertSame('not_supported', $this->failed(static fn () => $portal->client->refreshToken())->reason);
    }

    public function testCheckSettingsSaysWhatIsWrong(): void
    {
        $portal = new Portal(self::$sandbox);
        self::assertTrue($portal->client->checkSettings()->ok);
        $url = preg_replace('~[^/]+/$~', str_repeat('0', 16) . '/', $portal->made['webhook_url']);
        $report = (new Bitrix24($portal->settings(['webhook_url' => $url])))->checkSettings();
        self::assertFalse($report->ok);
        $wrong = array_filter($report->checks, static fn ($check) => $check->ok === false);
        self::assertSame(['credentials'], array_column(array_map(static fn ($one) => $one->toArray(), $wrong), 'name'));
    }

    public function testThePortalsOwnPaymentIsPaidByThePageBehindItsPaySystem(): void
    {
        $portal = new Portal(self::$sandbox);
        $merchant = self::$sandbox->merchant();
        $settings = $portal->settings(['checkout_secret' => 'service-key-1']);
        $kept = (string) tempnam(sys_get_temp_dir(), 'kopeck');
        $page = new ShopPage(__DIR__ . '/Pages/handler.php', [
            'TEST_PORTAL' => (string) json_encode($settings),
            'TEST_GATEWAY' => (string) json_encode($merchant),
            'TEST_KEPT' => $kept,
        ]);
        try {
            $ids = $portal->sell("$page->url/checkout");
            $wanted = ['portal' => $portal->name, 'payment_id' => $ids['payment_id']];
            $seen = self::$sandbox->ask('POST', '/sandbox/bitrix24/checkout', $wanted);
            [$asked, $payment] = json_decode((string) file_get_contents($kept), true);
            self::assertSame($ids, array_intersect_key($asked, $ids));
            self::assertSame(['1500.00', 'RUB'], [$asked['amount'], $asked['currency']]);
            self::assertSame(
                ['PAYMENT_URL' => $payment['action']['url'], 'PAYMENT_ID' => $payment['id']],
                $seen['understood']
            );
            $forged = self::$sandbox->ask('POST', '/sandbox/bitrix24/checkout', $wanted + [
                'fields' => ['serviceKey' => 'guessed'],
            ]);
            self::assertSame(['PAYMENT_ERRORS'], array_keys($forged['understood']));
            // Nothing was created for the forged one, and the same request twice is one payment.
            $twice = self::$sandbox->ask('POST', '/sandbox/bitrix24/checkout', $wanted);
            self::assertSame(['PAYMENT_ERRORS'], array_keys($twice['understood']));
            self::assertCount(1, file($kept) ?: []);
        } finally {
            $page->stop();
            unlink($kept);
        }

        [$handler, $client] = [new Bitrix24($settings), new Client($merchant)];
        $number = "{$asked['order_prefix']}1";
        $about = $ids + ['order_number' => $number];
        self::assertFalse($handler->settleCheckout($about + ['payment' => Payment::of($payment)])->paid);
        Sandbox::payOnPage($payment['action']['url']);
        $expect = ['order_number' => $number, 'amount' => '1500.00', 'currency' => 'RUB'];
        $paid = $client->confirm(['id' => $payment['id'], 'expect' => $expect]);
        $settled = $handler->settleCheckout($about + ['payment' => $paid]);
        self::assertSame([true, false, []], [$settled->paid, $settled->repeated, $settled->attention]);
        $again = $handler->settleCheckout($about + ['payment' => $paid]);
        self::assertSame([true, true], [$again->paid, $again->repeated]);
        self::assertSame('Y', $portal->state()['payments'][0]['paid']);
        $other = ['order_number' => "{$asked['order_prefix']}2"] + $about;
        $error = $this->failed(static fn () => $handler->settleCheckout($other + ['payment' => $paid]));
        self::assertSame([7, 'order_number'], [$error->getCode(), $error->reason]);
    }

    public function testAnEventIsReadFromTheRunningPage(): void
    {
        $portal = new Portal(self::$sandbox);
        $kept = (string) tempnam(sys_get_temp_dir(), 'kopeck');
        $settings = $portal->settings(['application_token' => $portal->made['application_token']]);
        $page = new ShopPage(__DIR__ . '/Pages/handler.php', [
            'TEST_PORTAL' => (string) json_encode($settings),
            'TEST_KEPT' => $kept,
        ]);
        try {
            $hook = ['url' => "$page->url/events", 'events' => ['ONCRMDEALUPDATE']];
            foreach ([['token' => 'guessed'], []] as $number => $token) {
                $portal->change('', ['webhook' => $hook + $token]);
                $portal->change("deals/$portal->dealId", ['title' => "Title $number"]);
                $events = $this->delivered($portal, $number + 1);
                self::assertStringContainsString($token === [] ? '200' : '403', (string) $events[$number]['result']);
            }
            $lines = file($kept) ?: [];
            self::assertCount(1, $lines);
            $event = json_decode($lines[0], true);
            self::assertSame(['deal', $portal->dealId, true], [$event['about'], $event['id'], $event['needs_status']]);
            self::assertStringNotContainsString($portal->made['application_token'], $lines[0]);
        } finally {
            $page->stop();
            unlink($kept);
        }
    }

    /** @return list<array<string, mixed>> the portal's events, once so many were delivered */
    private function delivered(Portal $portal, int $count): array
    {
        $until = microtime(true) + 20;
        do {
            $events = $portal->state()['events'];
            if (count(array_filter(array_column($events, 'result'))) >= $count) {
                return $events;
            }
            usleep(10000);
        } while (microtime(true) < $until);
        self::fail('the event did not leave: ' . json_encode($portal->state()['events']));
    }
}
