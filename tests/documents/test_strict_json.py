"""Bodies that parsers read differently, and bodies made to hurt: each is refused at its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powerup.documents.strict_json import MalformedJsonError, parse_object


@pytest.mark.parametrize(
    ("body", "offset"),
    [
        (b"", 0),
        (b"not json", 0),
        (b"[1]", 0),
        (b'"text"', 0),
        (b"{} {}", 3),
        (b'{"a": 1', 7),
        (b'{"a": "open', 6),
        (b'{"a": 1, "a": 2}', 9),
        (b'{"a": 1, "\\u0061": 2}', 9),
        (b'{"x": {"a": 1, "b": [{"a": 1}], "a": 2}}', 32),
        (b'{"a": NaN}', 6),
        (b'{"a": -Infinity}', 6),
        (b'{"a": 1e999}', 6),
        (b'{"a": ' + b"1" * 101 + b"}", 6),
        (b'{"a": "\\ud800"}', 6),
        (b'{"a": "\\u0000"}', 6),
        (b'{"a": "\xff"}', 7),
        (b"\xef\xbb\xbf{}", 0),
        ('{"é": tru}'.encode(), 7),
    ],
)
def test_malformed_bodies_are_refused_with_their_offset_in_bytes(body: bytes, offset: int) -> None:
    with pytest.raises(MalformedJsonError) as refusal:
        parse_object(body)
    assert refusal.value.offset == offset


def test_nesting_of_32_is_taken_and_of_33_is_not() -> None:
    assert parse_object(b'{"a":' * 32 + b"1" + b"}" * 32)
    with pytest.raises(MalformedJsonError) as refusal:
        parse_object(b'{"a":' * 33 + b"1" + b"}" * 33)
    assert refusal.value.offset == 5 * 32


def test_brackets_and_words_in_texts_are_texts() -> None:
    message = {"a": "[" * 50 + "NaN", 'b"\\': '\\"{', "c": [-1.5, 0, True, None]}
    assert parse_object(json.dumps(message).encode()) == message


def test_the_same_name_in_different_objects_is_no_duplicate() -> None:
    message = {"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}
    assert parse_object(json.dumps(message).encode()) == message


@pytest.mark.parametrize("piece", [b'\\"', b'"', b"[", b"{", b"\\", b'{"a":', b"-", b"9", b"NaN"])
def test_a_large_body_of_one_piece_is_refused_like_any_other(piece: bytes) -> None:
    with pytest.raises(MalformedJsonError):
        parse_object(b'"' + piece * (256 * 1024 // len(piece)))


_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_texts, _values, max_size=4), st.booleans())
def test_every_sound_object_is_read_as_the_standard_library_reads_it(message: dict[str, Any], ascii_only: bool) -> None:
    body = json.dumps(message, ensure_ascii=ascii_only).encode()
    try:
        assert parse_object(body) == message
    except MalformedJsonError as error:
        assert "100 characters" in str(error)  # noqa: PT017 - whole numbers may be that long


@given(st.binary(max_size=80) | st.text('{}[]":,\\aN1e-. ', max_size=30).map(str.encode))
def test_no_other_error_reaches_a_stranger(body: bytes) -> None:
    try:
        parsed = parse_object(body)
    except MalformedJsonError as error:
        assert 0 <= error.offset <= len(body)  # noqa: PT017 - both ways are right
    else:
        assert parsed == json.loads(body)
