"""Time goes on day by day, so that no day of the power-up is missed."""

import threading

from powerup.sandbox.pages.walk import Walk
from powerup.sandbox.server import SandboxServer
from tests.sandbox.pages.conftest import TODAY
from tests.sandbox.pages.stand_in import StandIn


def _walked(walk: Walk) -> None:
    for thread in threading.enumerate():
        if thread.name == "sandbox time":
            thread.join()
    assert not walk.is_running


def test_each_day_is_told_once_and_in_order(host: SandboxServer, powerup: StandIn) -> None:
    host.marketplace.install(powerup.receiver.url)
    walk = Walk(host.marketplace, seconds_per_day=0)
    assert walk.start(3)
    _walked(walk)
    told = [message.envelope["data"]["today"] for message in powerup.receiver.of_type("installation.updated")]
    assert told == ["2027-01-02", "2027-01-03", "2027-01-04"]


def test_time_goes_on_without_a_powerup(host: SandboxServer) -> None:
    walk = Walk(host.marketplace, seconds_per_day=60)
    walk.start(31)
    _walked(walk)
    assert (host.host.calendar.today() - TODAY).days == 31


def test_time_stops_where_the_powerup_does_not_answer(host: SandboxServer, powerup: StandIn) -> None:
    host.marketplace.install(powerup.receiver.url)
    powerup.receiver.answer = lambda _: (503, {})
    walk = Walk(host.marketplace, seconds_per_day=0)
    walk.start(5)
    _walked(walk)
    assert walk.progress is not None
    assert (walk.progress.done, walk.progress.no_answer) == (1, True)


def test_a_second_walk_does_not_begin_while_one_goes_on_and_a_walk_can_be_stopped(
    host: SandboxServer, powerup: StandIn
) -> None:
    host.marketplace.install(powerup.receiver.url)
    walk = Walk(host.marketplace, seconds_per_day=60)
    assert walk.start(5)
    assert not walk.start(5)
    walk.stop()
    assert not walk.is_running
    assert (host.host.calendar.today() - TODAY).days == 1
