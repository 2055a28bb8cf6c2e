"""Shared parts of pages say what they are given in the reader's language, and are whole where nothing is given."""

import pytest
from flask import render_template_string

from powerup.app import create_app
from powerup.pages import addresses
from powerup.parts import Parts
from powerup.texts import Reader, text

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def drawn(parts: Parts, part: str, **values: object) -> str:
    app = create_app(parts)
    reader = Reader("nl")
    given = {"reader": reader, "_": lambda said: reader.say(text("{words}", words=said)), "addresses": addresses}
    with app.test_request_context("/"):
        macros = app.jinja_env.get_template("parts/macros.html").make_module(given)
        return render_template_string(part, parts=macros, addresses=addresses, **values)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("{{ parts.badge('in_progress') }}", '<span class="badge-state tone-busy">opgehaald</span>'),
        ("{{ parts.badge('x', 'Met <b>', 'bad') }}", '<span class="badge-state tone-bad">Met &lt;b&gt;</span>'),
        ("{{ parts.day('2027-03-27') }}", '<time datetime="2027-03-27">za 27 mrt 2027</time>'),
        ("{{ parts.day(none) }}", "–"),
        ("{{ parts.number(1250) }}", "1.250"),
        ("{{ parts.pager() }}", ""),
        ("{{ parts.error_summary([]) }}", ""),
    ],
)
def test_a_part_says_what_it_is_given(parts: Parts, part: str, said: str) -> None:
    assert drawn(parts, part) == said


def test_the_head_of_the_sorted_column_leads_to_the_other_way_and_keeps_the_filters(parts: Parts) -> None:
    head = "{{ parts.sorted_head('Naam', 'name', sort, addresses.contracts, {'status': 'active'}) }}"
    assert 'aria-sort="ascending"' in drawn(parts, head, sort="name")
    assert 'href="/contracts?status=active&amp;sort=-name"' in drawn(parts, head, sort="name")
    assert 'href="/contracts?status=active&amp;sort=name"' in drawn(parts, head, sort="-name")
    assert "aria-sort" not in drawn(parts, head, sort="number")
