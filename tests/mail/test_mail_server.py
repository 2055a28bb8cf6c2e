"""A mail is handed over once, encrypted, in its time, and how that ended is known as far as it can be."""

from email.message import EmailMessage
from pathlib import Path
from socket import create_server, socket
from threading import Thread
from time import monotonic

import pytest

from powerup.mail.mail_server import Encryption, Handed, MailServer, MailServerError, Post, greet, hand_over
from tests.certificates import own_certificate
from tests.mail.catcher import PASSWORD, SENDER, catching


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SENDER, "bea@voorbeeld.example", "Vandaag"
    mail.set_content("Niets.")
    return mail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_certificate(tmp_path_factory.mktemp("certificate"), "localhost")


@pytest.mark.parametrize("encryption", [Encryption.TLS, Encryption.STARTTLS])
def test_name_and_password_go_over_an_encrypted_connection_alone(encryption: Encryption, certificate: Path) -> None:
    with catching(encryption, certificate) as catcher:
        greet(catcher.post)
        assert hand_over(catcher.post, a_mail()).outcome is Handed.TAKEN
        with pytest.raises(MailServerError) as refusal:
            greet(Post(catcher.server("een ander"), SENDER))
        unknown = MailServer("localhost", catcher.port, encryption, "kantoor", None)  # the public authorities count
        distrusted = hand_over(Post(unknown, SENDER), a_mail())
    assert catcher.readers == ["bea@voorbeeld.example"]
    assert "535" in str(refusal.value)
    assert "een ander" not in str(refusal.value)
    assert distrusted.outcome is Handed.OUT_OF_REACH
    assert "certificate verify failed" in distrusted.words
    assert PASSWORD not in repr(catcher.post)


def test_a_server_without_starttls_is_told_no_password(certificate: Path) -> None:
    with catching() as catcher:
        server = MailServer("localhost", catcher.port, Encryption.STARTTLS, "kantoor", None, str(certificate))
        assert hand_over(Post(server, SENDER), a_mail()).outcome is not Handed.TAKEN
    assert catcher.mails == []


@pytest.mark.parametrize(
    ("to_reader", "to_mail", "outcome"),
    [
        ("550 nobody of that name", "250 fine", Handed.REFUSED),
        ("450 come back later", "250 fine", Handed.LATER),
        ("250 fine", "554 spam", Handed.REFUSED),
        ("250 fine", "451 try again", Handed.LATER),
        ("250 fine", None, Handed.UNKNOWN),
    ],
)
def test_how_it_ended_is_known_as_far_as_it_can_be(to_reader: str, to_mail: str | None, outcome: Handed) -> None:
    with catching() as catcher:
        catcher.to_reader, catcher.to_mail = to_reader, to_mail
        assert hand_over(catcher.post, a_mail()).outcome is outcome


def test_a_server_that_is_not_there_is_out_of_reach() -> None:
    with create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    handing = hand_over(Post(MailServer("127.0.0.1", port, Encryption.NONE), SENDER), a_mail())
    assert handing.outcome is Handed.OUT_OF_REACH
    assert "refused" in handing.words


@pytest.mark.parametrize("dribbles", [False, True])
def test_a_server_that_never_comes_to_an_end_is_left_in_time(dribbles: bool) -> None:
    """Neither one that says nothing nor one that says a little now and then holds a thread."""
    with create_server(("127.0.0.1", 0)) as listener:
        Thread(target=_say_little, args=(listener, dribbles), daemon=True).start()
        post = Post(MailServer("127.0.0.1", listener.getsockname()[1], Encryption.NONE), SENDER)
        began = monotonic()
        handing = hand_over(post, a_mail(), within_seconds=0.2)
        assert monotonic() - began < 5
    assert handing.outcome is Handed.OUT_OF_REACH


def _say_little(listener: socket, dribbles: bool) -> None:
    connection, _ = listener.accept()
    connection.settimeout(0.05)
    with connection:
        while True:
            try:
                if dribbles:
                    connection.sendall(b"2")
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return
