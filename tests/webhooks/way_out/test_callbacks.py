"""Callbacks: signed, tried ten times over a day under one id, stopped, kept (webhooks page, section 6)."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from threading import Event, Semaphore, Thread

import pytest
import requests
import responses
from requests import PreparedRequest
from standardwebhooks import Webhook

from powerup.contracts.configuration import TenantConfiguration
from powerup.outsmart.public_session import host_session
from powerup.store.installations import Installations
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState, TurnDue
from powerup.store.tenants import Tenants
from powerup.tenants.tell_host import tell_again, tell_host
from powerup.webhooks.background.background_work import BackgroundWork
from powerup.webhooks.way_out.callbacks import WAITS, Callbacks
from tests.webhooks.installed import House, key_number
from tests.webhooks.signed_messages import KEY

TARGETS = {"targets": [{"type": "relation", "id": "1001"}]}


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with host_session(public_only=False) as open_session:
        yield open_session


@pytest.fixture
def host(house: House) -> Iterator[responses.RequestsMock]:
    """Answers callbacks as a test says; installed before, over a real connection."""
    assert house.install()["status"] == "succeeded"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        yield mocked


def url_of(house: House) -> str:
    return f"{house.sandbox.url}/powerups/callbacks"


def tell(house: House) -> None:
    with house.parts.database.write() as connection:
        tell_host(connection, house.tenant().id, "cards.changed", TARGETS, house.clock())


def deliver(house: House, session: requests.Session, jitter: float = 1.0) -> int:
    with closing(Callbacks(house.parts.database, session, house.clock, lambda: jitter)) as callbacks:
        return callbacks.deliver_due()


def messages(house: House, state: OutgoingState) -> list[OutgoingMessage]:
    with house.parts.database.read() as connection:
        return Outbox(connection).of_tenant(house.tenant().id, state)


def requests_to(host: responses.RequestsMock) -> list[PreparedRequest]:
    return [call.request for call in host.calls]


def test_a_callback_is_signed_and_says_whom_it_is_for(
    house: House, session: requests.Session, host: responses.RequestsMock
) -> None:
    host.post(url_of(house), status=204)
    tell(house)
    assert deliver(house, session) == 1
    [request] = requests_to(host)
    assert isinstance(request.body, bytes)
    assert json.loads(request.body) == {
        "type": "cards.changed",
        "api_version": "1",
        "sent_at": "2026-12-28T10:00:00Z",
        "audience": url_of(house),
        "environment": "sandbox",
        "installation": {"id": "ins_7Q", "generation": 1},
        "tenant": {"id": "t_42"},
        "data": TARGETS,
    }
    signature = Webhook(KEY).sign(request.headers["webhook-id"], house.clock(), request.body.decode())
    assert request.headers["webhook-signature"] == signature
    assert request.headers["powerup-installation"] == "ins_7Q"


def test_2xx_ends_it(house: House, session: requests.Session, host: responses.RequestsMock) -> None:
    host.post(url_of(house), status=202)
    tell(house)
    assert (deliver(house, session), deliver(house, session)) == (1, 0)
    assert [message.last_failure for message in messages(house, OutgoingState.SENT)] == [None]


def test_ten_tries_over_a_day_under_one_id_and_then_it_is_kept_dead(
    house: House, session: requests.Session, host: responses.RequestsMock
) -> None:
    host.post(url_of(house), status=500)
    tell(house)
    began = house.clock()
    for _ in range(12):
        deliver(house, session)
        if waiting := messages(house, OutgoingState.WAITING):
            assert waiting[0].next_attempt_at is not None
            house.clock.moment = waiting[0].next_attempt_at
    tries = requests_to(host)
    assert len(tries) == 10
    assert len({request.headers["webhook-id"] for request in tries}) == 1
    assert len({request.headers["webhook-timestamp"] for request in tries}) == 10
    assert timedelta(hours=23) < house.clock() - began <= timedelta(hours=24)
    assert [message.last_failure for message in messages(house, OutgoingState.DEAD)] == ["answered 500"]


def test_waits_grow_and_are_jittered(house: House, session: requests.Session, host: responses.RequestsMock) -> None:
    assert list(WAITS.waits) == sorted(WAITS.waits)
    host.post(url_of(house), status=503)
    tell(house)
    deliver(house, session, jitter=0.0)
    [waiting] = messages(house, OutgoingState.WAITING)
    assert waiting.next_attempt_at == house.clock() + WAITS.after(1) * 0.8


def test_410_stops_it(house: House, session: requests.Session, host: responses.RequestsMock) -> None:
    host.post(url_of(house), status=410)
    tell(house)
    deliver(house, session)
    house.clock.go_on(days=2)
    deliver(house, session)
    assert len(requests_to(host)) == 1
    assert len(messages(house, OutgoingState.DEAD)) == 1


def test_uninstalling_stops_it(house: House, session: requests.Session, host: responses.RequestsMock) -> None:
    tell(house)
    house.told("installation.uninstalled")
    house.clock.go_on(days=1)
    assert deliver(house, session) == 0
    assert requests_to(host) == []
    tell(house)
    assert messages(house, OutgoingState.WAITING) == []


def test_a_dead_message_can_be_sent_again(
    house: House, session: requests.Session, host: responses.RequestsMock
) -> None:
    gone = host.post(url_of(house), status=410)
    tell(house)
    deliver(house, session)
    host.remove(gone)
    host.post(url_of(house), status=204)
    [dead] = messages(house, OutgoingState.DEAD)
    with house.parts.database.write() as connection:
        tell_again(connection, dead, house.clock())
    assert deliver(house, session) == 1
    assert len({request.headers["webhook-id"] for request in requests_to(host)}) == 1


def test_a_redirect_is_not_followed(house: House, session: requests.Session, host: responses.RequestsMock) -> None:
    host.post(url_of(house), status=307, headers={"Location": "http://127.0.0.1:9/inside"})
    tell(house)
    assert deliver(house, session) == 0
    assert [request.url for request in requests_to(host)] == [url_of(house)]
    assert [message.last_failure for message in messages(house, OutgoingState.WAITING)] == ["answered 307"]


@pytest.fixture
def endless() -> Iterator[str]:
    """The address of a server whose answer promises a body that never comes."""
    listening = socket.create_server(("127.0.0.1", 0))
    connections = []

    def answer() -> None:
        connection, _ = listening.accept()
        connections.append(connection)
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nx")

    thread = Thread(target=answer)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    thread.join()
    for connection in (*connections, listening):
        connection.close()


def test_an_answer_without_end_is_not_read(house: House, session: requests.Session, endless: str) -> None:
    house.install()
    with house.parts.database.write() as connection:
        Installations(connection).save(replace(house.installation(), callback_url=endless))
    tell(house)
    assert deliver(house, session) == 1


def test_after_a_failure_the_other_messages_of_its_tenant_wait_half_a_minute(
    house: House, session: requests.Session, host: responses.RequestsMock
) -> None:
    host.post(url_of(house), body=requests.ConnectTimeout())
    for _ in range(130):
        tell(house)
    deliver(house, session)
    house.clock.go_on(seconds=29)
    deliver(house, session)
    assert len(requests_to(host)) == 1
    host.replace("POST", url_of(house), status=204)
    house.clock.go_on(seconds=1)
    assert deliver(house, session) + deliver(house, session) == 130


@pytest.mark.parametrize("asked", ["900", "Mon, 28 Dec 2026 10:15:00 GMT"])
def test_a_retry_after_is_waited_for(
    house: House, session: requests.Session, host: responses.RequestsMock, asked: str
) -> None:
    host.post(url_of(house), status=503, headers={"Retry-After": asked})
    for _ in range(2):
        tell(house)
    deliver(house, session)
    moments = {message.next_attempt_at for message in messages(house, OutgoingState.WAITING)}
    assert moments == {house.clock() + timedelta(minutes=15)}


@pytest.mark.parametrize(
    ("asked", "waits"),
    [("0", 30), ("soon", 30), ("-5", 30), ("Mon, 28 Dec 2020 10:15:00 GMT", 30), ("9" * 40, 86400), ("\u0663", 30)],
)
def test_a_retry_after_without_sense_shortens_nothing_and_lasts_a_day_at_most(
    house: House, session: requests.Session, host: responses.RequestsMock, asked: str, waits: int
) -> None:
    host.post(url_of(house), status=503, headers={"Retry-After": asked})
    tell(house)
    deliver(house, session)
    [message] = messages(house, OutgoingState.WAITING)
    assert message.next_attempt_at == house.clock() + timedelta(seconds=waits)


class Receiver:
    """Takes messages, and says nothing until it is let go."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.asked = Semaphore(0)
        self.let_go = Event()
        self.threads = [Thread(target=self._take, daemon=True) for _ in range(20)]
        for each in self.threads:
            each.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}/"

    def _take(self) -> None:
        with suppress(OSError), self.listening.accept()[0] as connection:
            connection.recv(65536)
            self.asked.release()
            self.let_go.wait(60)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    def close(self) -> None:
        self.let_go.set()
        self.listening.close()


def neighbour(house: House, number: int, callback_url: str) -> str:
    """Another tenant, whose one callback has failed once and is due again; gives its id."""
    tenant = replace(house.tenant(), id=f"t_neighbour_{number}", host_tenant_id=f"n_{number}", token=None)
    installation = replace(house.installation(), tenant_id=tenant.id, id=f"ins_{number}", callback_url=callback_url)
    with house.parts.database.write() as connection:
        Tenants(connection).add(tenant, TenantConfiguration())
        Installations(connection).add(installation)
        tell_host(connection, tenant.id, "cards.changed", TARGETS, house.clock())
        [message] = Outbox(connection).of_tenant(tenant.id, OutgoingState.WAITING)
        Outbox(connection).save(replace(message, attempts=1), 0)
    return tenant.id


def test_receivers_that_hang_delay_no_other_tenants_callbacks(house: House, session: requests.Session) -> None:
    """There are more of them than threads for tenants that fail."""
    house.install()
    with (
        closing(Receiver()) as hanging,
        closing(Receiver()) as prompt,
        closing(Callbacks(house.parts.database, session, house.clock, lambda: 1.0)) as callbacks,
    ):
        for number in range(6):
            neighbour(house, number, hanging.url)
        turns = callbacks.begin_due()
        for _ in range(4):
            assert hanging.asked.acquire(timeout=30)
        prompt.let_go.set()
        with house.parts.database.write() as connection:
            Installations(connection).save(replace(house.installation(), callback_url=prompt.url))
        tell(house)
        assert callbacks.deliver_due() == 1
        assert not any(turn.done() for turn in turns)
        hanging.let_go.set()
        assert sum(turn.result() for turn in turns) == 6


@pytest.mark.parametrize(("hours", "keys"), [(71.9, [key_number(7), KEY]), (72, [key_number(7)])])
def test_after_rotating_a_callback_is_signed_with_each_key_that_is_valid(
    house: House, session: requests.Session, host: responses.RequestsMock, hours: float, keys: list[str]
) -> None:
    house.told("installation.key_rotated", {"key": key_number(7)})
    house.clock.go_on(hours=hours)
    host.post(url_of(house), status=204)
    tell(house)
    deliver(house, session)
    [request] = requests_to(host)
    assert isinstance(request.body, bytes)
    body = request.body.decode()
    signatures = [Webhook(key).sign(request.headers["webhook-id"], house.clock(), body) for key in keys]
    assert request.headers["webhook-signature"] == " ".join(signatures)


def test_two_senders_at_once_send_it_once(
    house: House, session: requests.Session, host: responses.RequestsMock
) -> None:
    host.post(url_of(house), status=204)
    tell(house)
    with house.parts.database.read() as connection:
        seen_by_both = Outbox(connection).due_in(TurnDue(house.tenant().id, False, (None,)), house.clock(), 10)
    deliver(house, session)
    with house.parts.database.write() as connection:
        assert not Outbox(connection).save(seen_by_both[0], seen_by_both[0].attempts)
    assert deliver(house, session) == 0
    assert len(requests_to(host)) == 1


def test_a_sender_that_died_leaves_the_message_for_the_next(
    house: House, session: requests.Session, host: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    tell(house)
    with monkeypatch.context() as patch:
        patch.setattr(requests.Session, "post", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver(house, session)
    host.post(url_of(house), status=204)
    assert deliver(house, session) == 0
    house.clock.go_on(minutes=2)
    assert deliver(house, session) == 1


def test_what_waits_is_sent_beside_the_web_and_forget_what_is_over(
    house: House, session: requests.Session, host: responses.RequestsMock
) -> None:
    host.post(url_of(house), status=204)
    tell(house)
    work = BackgroundWork(
        house.parts.database,
        house.parts.callbacks(session),
        house.deferred(),
        house.parts.bulk_work(),
        house.parts.planning_ahead(),
        house.parts.import_work(),
        None,
        house.parts.what_if_work(),
        house.clock,
        every_seconds=3600,
        tick_seconds=3600,
    )
    work.start()
    work.stop()
    assert len(messages(house, OutgoingState.SENT)) == 1
    house.told("installation.uninstalled")
    house.clock.go_on(days=31)
    work = BackgroundWork(
        house.parts.database,
        house.parts.callbacks(session),
        house.deferred(),
        house.parts.bulk_work(),
        house.parts.planning_ahead(),
        house.parts.import_work(),
        None,
        house.parts.what_if_work(),
        house.clock,
        every_seconds=3600,
        tick_seconds=3600,
    )
    work.start()
    work.stop()
    assert house.tenants() == []
