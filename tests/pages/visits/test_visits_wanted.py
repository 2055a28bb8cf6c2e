"""What an address of the list of visits asks for (the office: Visits)."""

from datetime import date

from werkzeug.datastructures import MultiDict

from powerup.pages.visits.wanted import wanted_of

TODAY = date(2026, 12, 28)


def test_a_period_is_read_as_people_type_it_and_never_longer_than_can_be_looked_through() -> None:
    def period(**typed: str) -> tuple[date, date, list[str]]:
        wanted = wanted_of(MultiDict({name.rstrip("_"): value for name, value in typed.items()}), TODAY)
        return wanted.filter.since, wanted.filter.until, [str(told) for _, told in wanted.problems]

    assert period() == (TODAY, date(2027, 1, 31), [])
    assert period(from_="1 mrt", to="5/3") == (date(2027, 3, 1), date(2027, 3, 5), [])
    assert period(from_="31-2") == (TODAY, date(2027, 1, 31), ["This is no day. Write it like 27-3-2027 or 27 mrt."])
    assert period(from_="2027-01-01", to="2027-12-31")[1] == date(2027, 4, 2)
    assert period(from_="2027-01-01", to="2027-12-31", customer="1001")[1] == date(2027, 12, 31)
