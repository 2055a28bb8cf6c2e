"""The number of a work order, computed from the visit's key (rules: The two ideas)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from powerup.contracts.visit import VisitKey, visit_key, work_order_number

KEY = VisitKey("1042", "A", date(2026, 12, 31), "CV-1")
codes = st.text(min_size=1, max_size=12).filter(str.strip)


def test_prefix_contract_plan_date_and_object() -> None:
    assert work_order_number("C", KEY) == "C1042-A-20261231-CV-1"
    assert work_order_number("D2-", KEY) == "D2-1042-A-20261231-CV-1"


def test_one_order_for_all_objects() -> None:
    assert work_order_number("C", VisitKey("1042", "A", date(2026, 12, 31))) == "C1042-A-20261231-ALL"


def test_the_second_of_a_date_and_another_try() -> None:
    second = VisitKey("1042", "A", date(2026, 12, 31), "CV-1", 2)
    assert work_order_number("C", second) == "C1042-A-20261231-CV-1.s2"
    assert work_order_number("C", second, 3) == "C1042-A-20261231-CV-1.s2.r3"
    assert work_order_number("C", KEY, 2) == "C1042-A-20261231-CV-1.r2"


@pytest.mark.parametrize(
    ("code", "encoded"),
    [("CV 1", "CV%201"), ("a/b", "a%2Fb"), ("1.s2", "1%2Es2"), ("~", "%7E"), ("é", "%C3%A9"), ("a_b", "a_b")],
)
def test_other_characters_are_percent_encoded(code: str, encoded: str) -> None:
    assert work_order_number("C", VisitKey("1042", "A", date(2026, 12, 31), code)).endswith(f"-{encoded}")


@given(codes, st.integers(1, 9), st.integers(1, 9), codes, st.integers(1, 9), st.integers(1, 9))
def test_visits_of_one_plan_never_share_a_number(
    code: str, sequence: int, attempt: int, other_code: str, other_sequence: int, other_attempt: int
) -> None:
    one = VisitKey("1042", "A", date(2026, 12, 31), code, sequence)
    other = VisitKey("1042", "A", date(2026, 12, 31), other_code, other_sequence)
    same = (one, attempt) == (other, other_attempt)
    assert (work_order_number("C", one, attempt) == work_order_number("C", other, other_attempt)) is same


def test_the_public_id_of_a_visit() -> None:
    assert str(KEY) == "1042:A:2026-12-31:CV-1"
    assert str(VisitKey("1042", "A", date(2026, 12, 31))) == "1042:A:2026-12-31:"
    assert str(VisitKey("1042", "A", date(2026, 12, 31), "CV-1", 2)) == "1042:A:2026-12-31:CV-1:2"


@pytest.mark.parametrize("sequence", [1, 2])
@pytest.mark.parametrize("code", ["", "CV-1"])
def test_a_public_id_names_its_visit(code: str, sequence: int) -> None:
    key = VisitKey("1042", "A", date(2026, 12, 31), code, sequence)
    assert visit_key(str(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1042",
        "1042:A:2026-12-31",
        "1042:A:2026-02-30:",
        "1042:A:0001-01-01:",
        "1042:A:9999-12-31:",
        "1042:A:2026-12-31:CV-1:0",
        "1042:A:2026-12-31:x:y",
    ],
)
def test_what_is_no_public_id_names_nothing(text: str) -> None:
    assert visit_key(text) is None
