"""Threads, forks and signals: what a web worker does to a library."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from types import FrameType

import pytest

import kopeck
from kopeck.fields import Create, Expect
from sandbox import Eshop, Listener, Sandbox

Order = Callable[..., Create]
Stored = Callable[[Create], Expect]


def tasks() -> set[str]:
    return set(os.listdir("/proc/self/task"))


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


@contextmanager
def hanging_call(
    sandbox: Sandbox, client: kopeck.Client, fields: Create
) -> Iterator[threading.Thread]:
    """A thread whose call has reached the gateway and waits for the answer."""
    number = fields["order_number"]
    aim = f"orderNumber={number}"
    sandbox.fault("register.do", "hang", hang_ms=1500, body=aim)
    thread = threading.Thread(target=lambda: client.create_payment(**fields))
    thread.start()
    wait_until(lambda: sandbox.ask("GET", "/sandbox/faults")["armed"] == 0)
    yield thread
    thread.join()


def test_the_interpreter_is_released_while_a_call_waits(
    sandbox: Sandbox, client: kopeck.Client, faults: Sandbox, order: Order
) -> None:
    with hanging_call(sandbox, client, order()) as thread:
        counted = sum(1 for _ in range(100_000))
        assert counted == 100_000
        assert thread.is_alive()


def test_a_call_starts_no_thread(
    sandbox: Sandbox, client: kopeck.Client, faults: Sandbox, order: Order
) -> None:
    client.create_payment(**order())
    before = tasks()
    with hanging_call(sandbox, client, order()):
        # Threads of other tests may be ending; the only new one is our own.
        assert len(tasks() - before) == 1
    wait_until(lambda: tasks() <= before)


def test_forked_children_call_beside_their_parent(client: kopeck.Client, order: Order) -> None:
    payment_id = client.create_payment(**order()).id  # leaves an open connection in the pool
    assert client.payment_status(id=payment_id).status == "created"
    children = forked(6, lambda: client.payment_status(id=payment_id).status == "created")
    for _ in range(20):
        assert client.payment_status(id=payment_id).status == "created"
    all_end_well(children)


def forked(count: int, work: Callable[[], bool]) -> list[int]:
    """Children that do it five times; each ends with 0 if it was true every time."""
    children = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = 0 if all(work() for _ in range(5)) else 2
            finally:
                os._exit(code)
        children.append(child)
    return children


def all_end_well(children: list[int]) -> None:
    ends: dict[int, int] = {}

    def all_ended() -> bool:
        for child in set(children) - set(ends):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                ends[child] = os.waitstatus_to_exitcode(status)
        return len(ends) == len(children)

    try:
        wait_until(all_ended)
    finally:
        for child in set(children) - set(ends):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    assert set(ends.values()) == {0}


def test_threads_and_children_forked_among_them_go_on_with_one_eshop(
    eshop: Eshop, listener: Listener, order: Order
) -> None:
    """Status, webhooks and the kept token of the Personal API, in whatever moment a fork comes."""
    client = kopeck.Client(eshop.settings(**eshop.personal()))
    fields = order(notification_url=listener.url, customer={"email": "buyer@shop.example"})
    payment_id = str(client.create_payment(**fields).id)
    listener.wait_for(1)
    eshop.act(payment_id, "pay")
    webhook = listener.wait_for(2)
    begun, all_forked = threading.Semaphore(0), threading.Event()

    def both() -> bool:
        status = client.payment_status(id=payment_id)
        told = client.parse_notification(**webhook)
        sums = [status.captured, told.payment.captured]
        return (status.status, told.event, sums) == ("paid", "paid", [Decimal("100.00")] * 2)

    def thread(_: int) -> list[bool]:
        done = [both()]
        begun.release()
        while len(done) < 25 or not all_forked.is_set():
            done.append(both())
        return done

    with ThreadPoolExecutor(8) as threads:
        results = threads.map(thread, range(8))
        try:
            for _ in range(8):
                assert begun.acquire(timeout=20)
            children = forked(6, both)
        finally:
            all_forked.set()
        all_end_well(children)
        assert all(all(done) for done in results)


def send_soon(signal_number: int) -> None:
    def send() -> None:
        os.kill(os.getpid(), signal_number)

    threading.Timer(0.3, send).start()


@contextmanager
def ended_by(signal_number: int) -> Iterator[None]:
    """Long before the deadline, when the interpreter would raise what a deaf clock did not."""
    start = time.monotonic()
    send_soon(signal_number)
    try:
        yield
    finally:
        assert time.monotonic() - start < 30


def test_ctrl_c_ends_a_wait(client: kopeck.Client, order: Order, expect: Stored) -> None:
    fields = order()
    payment_id = str(client.create_payment(**fields).id)
    with pytest.raises(KeyboardInterrupt), ended_by(signal.SIGINT):
        client.wait(id=payment_id, expect=expect(fields), timeout_ms=120_000)
    assert client.payment_status(id=payment_id).status == "created"


class Shutdown(BaseException):
    pass


def test_what_a_handler_raises_comes_out_as_it_is(
    client: kopeck.Client, order: Order, expect: Stored
) -> None:
    def shut_down(number: int, frame: FrameType | None) -> None:
        raise Shutdown(number)

    fields = order()
    payment_id = str(client.create_payment(**fields).id)
    before = signal.signal(signal.SIGTERM, shut_down)
    try:
        with pytest.raises(Shutdown), ended_by(signal.SIGTERM):
            client.wait(id=payment_id, expect=expect(fields), timeout_ms=120_000)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_handler_that_returns_lets_the_wait_go_on(
    sandbox: Sandbox, client: kopeck.Client, order: Order, expect: Stored
) -> None:
    fields = order()
    payment_id = str(client.create_payment(**fields).id)
    before = signal.signal(signal.SIGUSR1, lambda number, frame: sandbox.act(payment_id, "pay"))
    try:
        send_soon(signal.SIGUSR1)
        payment = client.wait(id=payment_id, expect=expect(fields), timeout_ms=120_000)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert payment.status == "paid"
