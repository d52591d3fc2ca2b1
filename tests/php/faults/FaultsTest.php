<?php

declare(strict_types=1);

namespace Kopeck\Tests\Faults;

use Kopeck\Client;
use Kopeck\Exception\NotDoneException;
use Kopeck\Exception\OutcomeUnknownException;
use Kopeck\Exception\PaymentException;
use Kopeck\Exception\RefusedException;
use PHPUnit\Framework\TestCase;

/**
 * What breaks on the way, on each call that moves money: what is said is never more than what is
 * known, `settle` finds the truth, and nothing that is said holds a secret or personal data.
 */
final class FaultsTest extends TestCase
{
    private const NOT_CARRIED_OUT = [
        'refuse', 'drop_before', 'status_429', 'status_500', 'status_502', 'status_503', 'system_error',
    ];

    private const CARRIED_OUT = [
        'drop_after', 'reset_after', 'half', 'half_unframed', 'cut_json', 'empty', 'garbage', 'not_http',
        'hang', 'slow',
    ];

    /** These answer too late. */
    private const LATE = ['hang', 'slow'];

    private const HASTY = ['timeouts' => ['total_ms' => 500]];

    private Sandbox $sandbox;

    protected function setUp(): void
    {
        $this->sandbox = Sandbox::running();
    }

    protected function tearDown(): void
    {
        $this->sandbox->heal();
    }

    /** @return iterable<string, array{string, string}> */
    public static function faultyCalls(): iterable
    {
        foreach (array_keys(MoneyCall::CALLS) as $name) {
            foreach (array_merge(self::NOT_CARRIED_OUT, self::CARRIED_OUT) as $fault) {
                yield "$name, $fault" => [$name, $fault];
            }
        }
    }

    /** @dataProvider faultyCalls */
    public function testWhatMayHaveHappenedIsSaidAndFoundOut(string $name, string $fault): void
    {
        $call = new MoneyCall($this->sandbox, $name);
        [$path, $carried, $lost] = MoneyCall::CALLS[$name];
        $late = in_array($fault, self::LATE, true);
        $this->sandbox->fault($path, $fault, $call->aim, ['hang_ms' => 3000]);
        $error = $this->thrown(static fn() => $call->call($call->client($late ? self::HASTY : [])));

        self::assertInstanceOf(OutcomeUnknownException::class, $error);
        self::assertSame(0, $this->sandbox->armed());
        self::assertSame([true, 'ask_status'], [$error->may_have_happened, $error->advice]);
        self::assertSame([3, $call->operation], [$error->getCode(), $error->operation]);
        self::assertSame($fault === 'status_429' ? 2000 : null, $error->retry_after_ms);
        $verdict = $call->verdict();
        $done = in_array($fault, self::CARRIED_OUT, true);
        self::assertSame($done ? $carried : $lost, $verdict->verdict, (string) $verdict->why);
        $call->assertSaidNothing($call->log->text(), Told::of($verdict), ...Told::by($error));
    }

    /**
     * What is not there yet may still come: nobody is told that it was not done.
     *
     * @dataProvider calls
     */
    public function testWhatIsCarriedOutLateIsNotTakenForLost(string $name): void
    {
        $call = new MoneyCall($this->sandbox, $name);
        $late = $call->operation === 'create_payment' ? 3000 : 1000;
        $this->sandbox->fault(MoneyCall::CALLS[$name][0], 'commit_late', $call->aim, ['hang_ms' => $late]);
        $error = $this->thrown(static fn() => $call->call($call->client(self::HASTY)));
        self::assertInstanceOf(OutcomeUnknownException::class, $error);
        $early = $call->verdict(0);
        self::assertNotSame('not_done', $early->verdict);
        if ($call->operation === 'create_payment') {
            // The repeated registration was accepted; the late one finds its number taken.
            self::assertSame('done', $early->verdict, (string) $early->why);
            usleep($late * 1000);
            self::assertCount(1, array_filter(
                $this->sandbox->ask('GET', '/sandbox/orders')['orders'],
                static fn(array $one): bool => $one['order_number'] === $call->fields['order_number']
            ));

            return;
        }
        for ($waited = 0; ($told = $call->verdict(0))->verdict !== 'done'; $waited++) {
            self::assertLessThan(100, $waited, "$told->verdict: $told->why");
            usleep(100000);
        }
    }

    /** @return iterable<string, array{string}> */
    public static function faults(): iterable
    {
        foreach (array_merge(self::NOT_CARRIED_OUT, self::CARRIED_OUT) as $fault) {
            yield $fault => [$fault];
        }
    }

    /** @dataProvider faults */
    public function testAReadChangedNothing(string $fault): void
    {
        $call = new MoneyCall($this->sandbox, 'capture');
        $client = $call->client(in_array($fault, self::LATE, true) ? self::HASTY : []);
        $which = ['id' => $call->fields['id']];
        // Twice, for a read is asked again once where a kept connection broke.
        $more = ['hang_ms' => 3000, 'times' => 2];
        $this->sandbox->fault('getOrderStatusExtended.do', $fault, $call->aim, $more);
        $error = $this->thrown(static fn() => $client->paymentStatus($which));

        self::assertInstanceOf(NotDoneException::class, $error);
        self::assertSame([2, false], [$error->getCode(), $error->may_have_happened]);
        self::assertSame($fault === 'status_429' ? 2000 : null, $error->retry_after_ms);
        $this->sandbox->heal();
        $payment = $call->client()->paymentStatus($which);
        self::assertSame('authorized', $payment->status);
        $call->assertSaidNothing($call->log->text(), Told::of($payment), ...Told::by($error));
    }

    /** @return iterable<string, array{string}> */
    public static function calls(): iterable
    {
        foreach (array_keys(MoneyCall::CALLS) as $name) {
            yield $name => [$name];
        }
    }

    /** @dataProvider calls */
    public function testAConnectionThatWasClosedWhileIdleCostsNothing(string $name): void
    {
        $call = new MoneyCall($this->sandbox, $name);
        $client = $call->client();
        $this->sandbox->fault('getOrderStatusExtended.do', 'close_idle', 'never-registered');
        $client->paymentStatus(['order_number' => 'never-registered']);
        self::assertSame(0, $this->sandbox->armed());
        usleep(30000); // until the kept connection is closed for certain
        $payment = $call->call($client);
        self::assertContains($payment->status, ['created', 'authorized', 'paid', 'cancelled', 'refunded']);
        $call->assertSaidNothing(Told::of($payment), print_r($client, true));
    }

    /**
     * @dataProvider calls
     *
     * @group traces
     */
    public function testNobodyIsReachedAndNothingWasDone(string $name): void
    {
        $call = new MoneyCall($this->sandbox, $name);
        $refused = $this->sandbox->ask('GET', '/sandbox/config')['refused_url'];
        // Nobody listens there; and the sandbox does not speak TLS.
        foreach ([$refused => 'connection_refused', "https{$this->tail()}" => null] as $place => $reason) {
            $error = $this->thrown(static fn() => $call->call($call->client(['base_url' => $place])));
            self::assertInstanceOf(NotDoneException::class, $error);
            self::assertFalse($error->may_have_happened);
            self::assertContains($reason, [null, $error->reason]);
            $call->assertSaidNothing(...Told::by($error));
        }
    }

    /** @dataProvider calls */
    public function testARedirectIsNotFollowed(string $name): void
    {
        $call = new MoneyCall($this->sandbox, $name);
        $this->sandbox->fault(MoneyCall::CALLS[$name][0], 'redirect', $call->aim);
        $error = $this->thrown(static fn() => $call->call());
        self::assertInstanceOf(NotDoneException::class, $error);
        self::assertSame([false, 'fix_settings'], [$error->may_have_happened, $error->advice]);
    }

    /** @dataProvider calls */
    public function testAWorkerKilledAfterSending(string $name): void
    {
        $call = new MoneyCall($this->sandbox, $name);
        [$path, $carried] = MoneyCall::CALLS[$name];
        $client = $call->client();
        $this->sandbox->fault($path, 'hang', $call->aim, ['hang_ms' => 10000]);
        $worker = pcntl_fork();
        if ($worker === 0) {
            try {
                $call->call($client);
            } finally {
                posix_kill(getmypid(), SIGKILL); // PHPUnit must not go on twice
            }
        }
        for ($waited = 0; $this->sandbox->armed() > 0; $waited++) {
            self::assertLessThan(1000, $waited, 'the request never left');
            usleep(5000);
        }
        posix_kill($worker, SIGKILL);
        pcntl_waitpid($worker, $status);
        self::assertSame(SIGKILL, pcntl_wtermsig($status));
        $verdict = $call->verdict();
        self::assertSame($carried, $verdict->verdict, (string) $verdict->why);
    }

    /**
     * @dataProvider calls
     *
     * @group traces
     */
    public function testAWrongPasswordIsRefusedByTheGateway(string $name): void
    {
        $call = new MoneyCall($this->sandbox, $name);
        $error = $this->thrown(static fn() => $call->call($call->client(['password' => 'sekret'])));
        self::assertInstanceOf(RefusedException::class, $error);
        self::assertFalse($error->may_have_happened);
        // register has other meanings of its code 5 that our own checks do not exclude.
        $reason = $call->operation === 'create_payment' ? 'not_permitted' : 'authentication_failed';
        self::assertSame(['5', $reason, 'fix_settings'], [$error->code, $error->reason, $error->advice]);
        self::assertStringNotContainsString('sekret', implode('', Told::by($error)));
    }

    public function testANumberThatIsTakenIsRefused(): void
    {
        $call = new MoneyCall($this->sandbox, 'createPayment');
        $call->call();
        $call->fields['amount'] = '200.00';
        $error = $this->thrown(static fn() => $call->call());
        self::assertInstanceOf(RefusedException::class, $error);
        self::assertSame([6, 'duplicate_order', 'ask_status'], [$error->getCode(), $error->reason, $error->advice]);
        $call->assertSaidNothing(...Told::by($error));
    }

    private function tail(): string
    {
        return substr($this->sandbox->origin, 4) . '/payment';
    }

    private function thrown(callable $what): PaymentException
    {
        try {
            $what();
        } catch (PaymentException $error) {
            return $error;
        }
        self::fail('nothing was thrown');
    }
}
