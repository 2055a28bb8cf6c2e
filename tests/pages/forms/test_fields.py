"""A form in a page: what a browser gets of it, and what becomes of what it sends without a script."""

import html
import json
import re
from typing import Any

import pytest

from powerup.pages.frame import CSRF_FIELD
from powerup.parts import Parts
from powerup.store.host_names import HostName, HostNames, NameKind
from tests.pages.forms.conftest import FormPage
from tests.pages.listed_host import ListedHost
from tests.pages.reading import PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OWN = {"Sec-Fetch-Site": "same-origin"}


def sent(client: PageClient, *entries: tuple[str, str]) -> str:
    token = re.search(r'X-CSRF-Token": "([^"]+)"', client.get("/tried/form").get_data(as_text=True))
    assert token
    data: dict[str, Any] = {CSRF_FIELD: token[1]}
    for name, value in entries:
        data.setdefault(name, []).append(value)
    return html.unescape(client.post("/tried/form", headers=OWN, data=data).get_data(as_text=True))


def read(page: str) -> Any:
    found = re.search("<pre>(.*?)</pre>", page, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize(
    ("language", "customer", "weekday", "wrong"),
    [
        ("nl", "Relatie", "zaterdag 27 maart 2027", "“31-2” is geen dag."),
        ("en", "Customer", "Saturday 27 March 2027", "“31-2” is no day."),
    ],
)
def test_a_form_in_both_languages(form_page: FormPage, language: str, customer: str, weekday: str, wrong: str) -> None:
    client = form_page(language)
    first = client.get("/tried/form").get_data(as_text=True)
    assert re.search(rf'<label class="form-label" for="input-customer">\s*{customer}', first)
    assert not re.search(r'type="date"| required[ >]', first)
    page = sent(client, ("input/start", "za 27-3-2027"), ("input/end", "31-2"), ("input/name", '"Ketels" & <co>'))
    assert re.search(rf'<output class="said" for="input-start">{weekday}</output>', page)
    assert read(page)["start"] == "2027-03-27"
    assert re.search(rf'<a href="#input-end">[^<]+: {wrong}', page)
    assert re.search(rf'id="input-end-problem">{wrong}', page)
    assert re.search(r'id="input-end"[^>]+aria-invalid="true"[^>]+aria-describedby="input-end-problem', page)
    assert 'value="31-2"' in page  # as it was typed
    assert 'value=""Ketels" & <co>"' in page  # unescaped here; as it was typed


def test_groups_come_and_go_without_a_script(form_page: FormPage) -> None:
    client = form_page("nl")
    page = sent(client, ("input/name", "Ketels"), ("add", "input/plans"))
    assert 'id="input-plans-0-every"' in page
    assert 'value="Ketels"' in page
    plans = [("input/plans/", "0"), ("input/plans/0/name", "A"), ("input/plans/", "1"), ("input/plans/1/name", "B")]
    page = sent(client, *plans, ("remove", "input/plans/0"))
    assert re.search(r'id="input-plans-0-name"[^>]+ value="B"', page)
    assert 'id="input-plans-1-name"' not in page


def test_another_unit_shows_other_fields_and_keeps_what_is_hidden(form_page: FormPage) -> None:
    plan = [("input/plans/", "0"), ("input/plans/0/unit", "week"), ("input/plans/0/month_day", "31")]
    page = sent(form_page("nl"), *plan, ("redraw", "1"))
    assert 'name="input/plans/0/weekdays" value="mon"' in page
    assert '<input type="hidden" name="input/plans/0/month_day" value="31">' in page


def test_a_customer_is_found_and_picked_without_a_script(form_page: FormPage) -> None:
    client = form_page("nl")
    page = sent(client, ("input/customer", "bergstrom utr"), ("find", "input/customer"))
    assert re.findall(r'name="pick" value="([^"]+)"', page) == ["input/customer=1001"]
    page = sent(client, ("input/customer", "berg"), ("pick", "input/customer=1001"))
    assert 'id="input-customer" name="input/customer" aria-required="true" value="1001"' in page


def test_only_objects_of_the_customer_are_found_and_each_is_added(form_page: FormPage) -> None:
    entries = [("input/customer", "1001"), ("input/objects", "K-9"), ("input/objects/words", "ketel")]
    page = sent(form_page("nl"), *entries, ("find", "input/objects"))
    assert re.findall(r'name="pick_more" value="([^"]+)"', page) == ["input/objects=K-1"]
    page = sent(form_page("nl"), *entries, ("pick_more", "input/objects=K-1"))
    assert re.findall(r'name="input/objects" value="([^"]+)" checked', page) == ["K-9", "K-1"]


def test_days_per_object_have_a_field_for_each(form_page: FormPage) -> None:
    entries = [
        *(("input/objects", "K-1"), ("input/objects", "K/2"), ("input/plans/", "0")),
        *(("input/plans/0/next_visits/K~12", "3 feb 2027"), ("input/plans/0/next_visits/gone", "morgn")),
    ]
    page = sent(form_page("nl"), *entries)
    assert read(page)["plans"] == [{"next_visits": {"K/2": "2027-02-03", "gone": "morgn"}}]
    assert '<a href="#input-plans-0-next_visits-gone">' in page
    assert 'for="input-plans-0-next_visits-K-1">K-1' in page
    assert '<details class="field-wide on-demand" id="input-plans-0-more" open>' in page


def test_fields_ask_for_records_names_and_days_as_one_types(form_page: FormPage, host: ListedHost) -> None:
    client = form_page("en")
    part = {"HX-Request": "true"}

    def asked(address: str, **query: str) -> str:
        return client.get(address, query_string=query, headers=part).get_data(as_text=True)

    query = {"field": "input/template/employee", "words": "e", "e": "vries"}
    assert 'data-code="7" data-name="Jan de Vries"' in asked("/tried/forms/pick/employee", **query)
    for kind, code in (
        ("project", "P1"),
        ("address", "A1"),
        ("type_of_work", "Onderhoud"),
        ("payment_method", "Op rekening"),
    ):
        found = asked(f"/tried/forms/pick/{kind}", field="f", words="x")
        assert re.findall(r'data-code="([^"]+)"', found) == [code]
    assert asked("/tried/forms/name/priority", code="H") == "Hoog"
    assert asked("/tried/forms/day", start="27 mrt 2027, 1-4-2027") == "Saturday 27 March 2027; Thursday 1 April 2027"
    assert "“foo” is no day" in asked("/tried/forms/day", start="foo")
    assert client.get("/tried/forms/pick/weather").status_code == 404
    assert sorted(host.asked) == ["addresses", "employees", "payment_methods", "priorities", "projects", "work_types"]


def test_while_the_host_is_down_what_is_known_is_offered_and_any_code_can_be_typed(
    form_page: FormPage, host: ListedHost, parts: Parts
) -> None:
    with parts.database.write() as connection:
        known = {(NameKind.CUSTOMER, "1001"): HostName("Bakkerij"), (NameKind.EMPLOYEE, "7"): HostName("Jan Smit")}
        HostNames(connection, "ten_1").keep(known)
    host.down = True
    page = sent(form_page("nl"), ("input/customer", "bak"), ("find", "input/customer"))
    assert re.findall(r'name="pick" value="([^"]+)"', page) == ["input/customer=1001"]
    assert "De host antwoordt op dit moment niet: deze zijn van eerder bekend." in page
    page = sent(form_page("nl"), ("input/template/employee", "smit"), ("find", "input/template/employee"))
    assert re.findall(r'name="pick" value="([^"]+)"', page) == ["input/template/employee=7"]
    page = sent(form_page("nl"), ("input/template/payment_method", "o"), ("find", "input/template/payment_method"))
    assert "Typ de code zelf" in page
    page = sent(form_page("nl"), ("input/customer", "1001"))
    assert '<output class="said" for="input-customer">Bakkerij</output>' in page
