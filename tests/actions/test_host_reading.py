"""What actions read at the host: one call for each kind, however many records an action names."""

from collections import Counter
from typing import Any

import pytest

from powerup.actions.kit.host_questions import HostQuestions, HostReadings
from powerup.actions.kit.host_reading import read_at_host
from powerup.outsmart.readers import HostReaders
from powerup.outsmart.records import Address, HostObject, Relation


class CountingHost:
    """Has ten customers, objects and addresses; counts its calls."""

    def __init__(self) -> None:
        self.calls = Counter[str]()
        self.listed: dict[str, list[Any]] = {
            "relations": [Relation(f"{number}", f"Klant {number}") for number in range(10)],
            "objects": [HostObject(f"CV-{number}") for number in range(10)],
            "addresses": [Address(debtor_number="1", code=f"{number}") for number in range(10)],
        }

    def __getattr__(self, kind: str) -> Any:
        def read(*which: str) -> Any:
            self.calls[kind] += 1
            if not which:
                return iter(self.listed[kind])
            plural = {"relation": "relations", "object": "objects", "address": "addresses"}[kind]
            return next((each for each in self.listed[plural] if which[-1] in vars_of(each)), None)

        return read


def vars_of(record: Any) -> set[str]:
    return {str(getattr(record, name)) for name in ("debtor_number", "code") if hasattr(record, name)}


def read(host: CountingHost, asked: HostQuestions) -> HostReadings:
    return read_at_host(host, asked, 20, HostReaders(), "ten_1")  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [2, 9])
def test_many_records_of_a_kind_are_one_call_and_few_are_read_singly(number: int) -> None:
    host, codes = CountingHost(), [f"{place}" for place in range(1, number + 1)]
    found = read(
        host,
        HostQuestions(
            relations=tuple(codes),
            objects=tuple(f"CV-{code}" for code in codes),
            addresses=tuple(("1", code) for code in codes),
        ),
    )
    assert [each.debtor_number for each in found.relations.values() if each] == codes
    assert set(found.objects) == {f"CV-{code}" for code in codes}
    assert found.addresses == {("1", code) for code in codes}
    assert set(host.calls.values()) == ({1} if number > 5 else {number})


def test_records_that_the_host_has_not_are_told_whichever_way_they_are_read() -> None:
    for others in ((), tuple(f"CV-{place}" for place in range(9))):
        found = read(CountingHost(), HostQuestions(objects=("CV-99", *others)))
        assert [code for code, each in found.objects.items() if each is None] == ["CV-99"]
