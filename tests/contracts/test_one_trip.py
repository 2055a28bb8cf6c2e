"""Visits of several contracts at one address as one trip (rules: Planning, Ride together)."""

from datetime import date

from powerup.contracts.one_trip import AtAddress, Trip, trips


def march(day: int) -> date:
    return date(2027, 3, day)


def visit(contract: int, day: int, *days: int, ordered: bool = False) -> AtAddress:
    """A visit in March that may be on these days of it, too."""
    return AtAddress(f"{contract}-{day}", str(contract), march(day), frozenset(map(march, (day, *days))), ordered)


def told(*trips: Trip) -> list[tuple[int, list[str], list[str]]]:
    return [(each.day.day, [one.id for one in each.stay], [one.id for one in each.move]) for each in trips]


def test_two_contracts_near_each_other_go_together_on_the_earlier_day() -> None:
    assert told(*trips([visit(1, 10, 14), visit(2, 14, 10)], 7)) == [(10, ["1-10"], ["2-14"])]


def test_further_apart_than_that_they_stay() -> None:
    assert not trips([visit(1, 1, 9), visit(2, 9, 1)], 7)
    assert trips([visit(1, 1, 8), visit(2, 8, 1)], 7)


def test_visits_of_one_contract_and_those_on_one_day_already_are_no_trip() -> None:
    assert not trips([visit(1, 10, 14), visit(1, 14, 10)], 7)
    assert not trips([visit(1, 10), visit(2, 10)], 7)


def test_one_that_cannot_move_has_the_others_come_to_its_day() -> None:
    assert told(*trips([visit(1, 10, 14), visit(2, 14)], 7)) == [(14, ["2-14"], ["1-10"])]
    assert not trips([visit(1, 10), visit(2, 14)], 7)


def test_the_day_is_the_one_for_which_the_fewest_move_and_an_order_counts_as_two() -> None:
    three = [visit(1, 10, 14), visit(2, 14, 10), visit(3, 14, 10)]
    assert told(*trips(three, 7)) == [(14, ["2-14", "3-14"], ["1-10"])]
    assert told(*trips([visit(1, 10, 14), visit(2, 14, 10, ordered=True)], 7)) == [(14, ["2-14"], ["1-10"])]


def test_where_not_all_can_the_first_ones_go_together_and_the_rest_is_looked_at_anew() -> None:
    several = [visit(1, 10, 12), visit(2, 12, 10), visit(3, 15, 16), visit(4, 16, 15)]
    assert told(*trips(several, 7)) == [(10, ["1-10"], ["2-12"]), (15, ["3-15"], ["4-16"])]
