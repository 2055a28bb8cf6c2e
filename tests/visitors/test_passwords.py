"""Passwords: what is refused, and that comparing them keeps nobody waiting who is signed in already."""

from queue import Queue
from threading import Event, Thread

import pytest
from argon2 import PasswordHasher

from powerup.visitors.passwords import Passwords, TooManyAtOnce, flaw_of


@pytest.mark.parametrize("password", ["", "kort", "aaaaaaaaaaaa", "abababababab", "bea@x.example", "x" * 201])
def test_passwords_that_are_short_or_easily_guessed_are_refused(password: str) -> None:
    assert flaw_of(password, "bea@x.example") is not None


@pytest.mark.parametrize("password", ["vier woorden op een rij", "héél ándere tekens", "Kort1234!?"])
def test_others_are_taken_as_they_are(password: str) -> None:
    assert flaw_of(password, "bea@x.example") is None


def test_who_signs_in_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, ended = Event(), Queue[bool | None]()
    monkeypatch.setattr(PasswordHasher, "verify", lambda *_: goes_on.wait(30))
    passwords = Passwords()

    def sign_in() -> None:
        try:
            ended.put(passwords.fits("hash", "password"))
        except TooManyAtOnce:
            ended.put(None)

    people = [Thread(target=sign_in) for _ in range(5)]
    for each in people:
        each.start()
    assert ended.get(timeout=30) is None  # two at once, two wait, and the fifth is sent away
    goes_on.set()
    for each in people:
        each.join()
    assert [ended.get() for _ in range(4)] == [True] * 4
