"""Secrets: sealed with a list of keys, never shown."""

import pytest
from cryptography.fernet import Fernet

from powerup.store.encryption import Cipher, Secret
from powerup.store.errors import EncryptionKeyError

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def test_a_secret_comes_back_and_its_sealed_form_does_not_show_it() -> None:
    cipher = Cipher([NEW])
    sealed = cipher.seal(Secret("s3cret-é"))
    assert cipher.open(sealed).reveal() == "s3cret-é"
    assert "s3cret" not in sealed.text
    assert cipher.seal(Secret("s3cret-é")) != sealed


def test_after_a_rotation_old_secrets_open_and_new_ones_need_the_new_key() -> None:
    sealed_before = Cipher([OLD]).seal(Secret("s3cret"))
    rotated = Cipher([NEW, OLD])
    assert rotated.open(sealed_before) == Secret("s3cret")
    assert Cipher([NEW]).open(rotated.seal(Secret("s3cret"))) == Secret("s3cret")


def test_the_wrong_key_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(EncryptionKeyError, match="POWERUP_ENCRYPTION_KEYS"):
        Cipher([NEW]).open(Cipher([OLD]).seal(Secret("s3cret")))


@pytest.mark.parametrize("keys", [[], ["too short"], [NEW, "é" * 44], [NEW, NEW[:-2]]])
def test_malformed_keys_are_refused_without_being_shown(keys: list[str]) -> None:
    with pytest.raises(EncryptionKeyError, match="POWERUP_ENCRYPTION_KEYS") as told:
        Cipher(keys)
    assert not any(key in str(told.value) for key in keys)


def test_no_repr_shows_a_secret() -> None:
    assert "s3cret" not in f"{Secret('s3cret')!r} {Secret('s3cret')} {[Secret('s3cret')]}"
    assert NEW not in f"{Cipher([NEW])!r} {Cipher([NEW])}"


def test_secrets_are_compared_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
