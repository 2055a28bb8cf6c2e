"""What a tenant has configured, on pages: read by all, changed by an admin, shown first where contracts are touched."""

import json
import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from powerup.contracts.capacity import EmployeeHours
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType, Shift, Template, VisitPlan
from powerup.contracts.contract_template import ContractTemplate
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.work_text import PLACEHOLDERS
from powerup.documents.configuration import configuration_document
from powerup.parts import Parts
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.tenants import Tenants
from powerup.store.webhook_addresses import WebhookAddresses
from powerup.tenants import webhook_addresses
from tests.pages.conftest import BASE_URL, TENANT
from tests.pages.reading import PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
STD = Terms(
    "STD", "Een jaar", duration=Period(1, PeriodUnit.YEAR), renewal=Renewal.AUTOMATIC,
    renewal_period=Period(1, PeriodUnit.YEAR), notice_before_end=Period(3, PeriodUnit.MONTH),
)  # fmt: skip


def configured(parts: Parts) -> TenantConfiguration:
    with parts.database.read() as connection:
        return Tenants(connection).configuration(TENANT.id)


def press(client: PageClient, path: str, **form: object) -> TestResponse:
    """Presses in a form as it stands there, with these members otherwise."""
    shown = client.get(path).get_data(as_text=True)
    fields: dict[str, object] = {}
    for tag in re.findall(r"<(?:input|textarea)\b[^>]*>|<select\b.*?</select>", shown, re.DOTALL):
        name = re.search(r'\bname="([^"]+)"', tag)
        if name is None or ('type="checkbox"' in tag and " checked" not in tag) or 'type="file"' in tag:
            continue
        chosen = re.search(r'<option value="([^"]*)" selected', tag) or re.search(r'\bvalue="([^"]*)"', tag)
        fields.setdefault(name[1], []).append(chosen[1] if chosen else "")  # type: ignore[attr-defined]
    return post(client, path, {name: value for name, value in (fields | form).items() if name != "q"})


def post(client: PageClient, path: str, form: dict[str, object]) -> TestResponse:
    return client.post(path, data=form, headers={"Origin": BASE_URL.rstrip("/")})


def confirmation(answer: TestResponse) -> str:
    found = re.search(r'name="confirmation" value="([^"]+)"', answer.get_data(as_text=True))
    assert found
    return found[1]


def test_every_setting_stands_in_its_form_with_what_it_does_and_what_is_usual(viewer: PageClient) -> None:
    page = viewer.get("/settings/general").get_data(as_text=True)
    for name in configuration_document(TenantConfiguration())["settings"]:
        assert f'name="input/{name}"' in page, name
    assert "Gebruikelijk: 14." in page
    assert '<fieldset class="sheet-body" disabled>' in page  # a viewer looks
    assert post(viewer, "/settings/general", {}).status_code in (400, 403)


def test_a_member_that_touches_no_contract_is_kept_at_once(admin: PageClient, parts: Parts) -> None:
    done = press(admin, "/settings/general", **{"input/change_cap": "75"})
    assert done.status_code == 303
    assert configured(parts).settings.change_cap == 75
    assert configured(parts).settings.reminder_days == (90, 60, 30)
    with parts.database.read() as connection:
        assert [line.action for line in AuditTrail(connection, TENANT.id).latest(5)] == ["tenant.configure"]


def test_what_may_move_visits_is_shown_first_and_done_once_it_is_confirmed(admin: PageClient, parts: Parts) -> None:
    changed = {"input/days_in_advance": "21"}
    shown = press(admin, "/settings/general", **changed)
    assert shown.status_code == 200
    assert "14 → 21" in shown.get_data(as_text=True)
    assert configured(parts).settings.days_in_advance == 14
    other = press(admin, "/settings/general", **{"input/days_in_advance": "28"}, confirmation=confirmation(shown))
    assert "iets anders dan wat u bevestigde" in other.get_data(as_text=True)
    done = press(admin, "/settings/general", **changed, confirmation=confirmation(shown))
    assert done.status_code == 303
    assert configured(parts).settings.days_in_advance == 21


def test_what_is_wrong_stands_beside_its_field(admin: PageClient, parts: Parts) -> None:
    wrong = press(admin, "/settings/general", **{"input/days_in_advance": "veel", "input/number_prefix": "C 1"})
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert 'id="input-days_in_advance-problem"' in page
    assert 'id="input-number_prefix-problem"' in page
    assert page.count("Een tot tien letters") == 2  # in the summary and beside the field
    assert configured(parts) == TenantConfiguration()


def test_a_reason_is_added_renamed_and_removed(admin: PageClient, parts: Parts) -> None:
    added = press(admin, "/settings/reasons/new", **{"input/code": "LATE", "input/name": "Te laat"})
    assert added.status_code == 303
    twice = press(admin, "/settings/reasons/new", **{"input/code": "LATE", "input/name": "Nog eens"})
    assert twice.status_code == 422
    assert 'id="input-code-problem"' in twice.get_data(as_text=True)
    press(admin, "/settings/reasons/entry/LATE", **{"input/name": "Kwam te laat"})
    assert [each.name for each in configured(parts).reasons if each.code == "LATE"] == ["Kwam te laat"]
    assert press(admin, "/settings/reasons/entry/LATE", seen="of another day").status_code == 409
    press(admin, "/settings/reasons/entry/LATE", do="remove")
    assert "LATE" not in [each.code for each in configured(parts).reasons]


def test_a_closed_fortnight_is_added_in_its_place_and_leaves_the_other_days(admin: PageClient, parts: Parts) -> None:
    for day in ("27-12-2027", "5-1-2027"):
        shown = press(admin, "/settings/closed-days/new", **{"input/date": day, "input/name": "Dicht"})
        press(admin, "/settings/closed-days/new", **{"input/date": day, "input/name": "Dicht"},
              confirmation=confirmation(shown))  # fmt: skip
    entered = {"input/date": "26-7-2027", "input/until": "13-8-2027", "input/name": "Bouwvak"}
    shown = press(admin, "/settings/closed-days/new", **entered)
    assert press(admin, "/settings/closed-days/new", **entered, confirmation=confirmation(shown)).status_code == 303
    days = configured(parts).calendar.closed_days
    assert [(each.day, each.until) for each in days] == [
        (date(2027, 1, 5), None), (date(2027, 7, 26), date(2027, 8, 13)), (date(2027, 12, 27), None),
    ]  # fmt: skip
    page = admin.get("/settings/holidays?year=2027").get_data(as_text=True)
    assert "Bouwvak" in page
    assert "Koningsdag" in page
    winter = {"input/date": "24-12-2028", "input/until": "2-1-2029", "input/name": "Winter", "input/every_year": "true"}
    shown = press(admin, "/settings/closed-days/new", **winter)
    press(admin, "/settings/closed-days/new", **winter, confirmation=confirmation(shown))
    assert configured(parts).calendar.closed_days[-1].every_year
    later = admin.get("/settings/holidays?year=2031").get_data(as_text=True)
    assert later.count("Winter") == 2  # at both ends of the year
    wrong = press(admin, "/settings/closed-days/new", **entered | {"input/until": "1-7-2027"})
    assert 'id="input-until-problem"' in wrong.get_data(as_text=True)


def test_closed_days_of_a_customer_show_their_effects_and_move_its_contracts_alone(
    admin: PageClient, parts: Parts
) -> None:
    plan = VisitPlan("A", Recurrence(Unit.MONTH, month_day=2), shift=Shift.NEXT_WORKING_DAY)
    start, template = date(2026, 11, 1), Template("Onderhoud", "rekening", "")
    with parts.database.write() as connection:
        for number, customer in (("1", "1001"), ("2", "2002")):
            of = Contract(number, "Ketel", ContractType.PREVENTIVE, customer, start, start, template, plans=(plan,))
            Contracts(connection, TENANT.id).add(of, wake_on=date(2027, 6, 1))
    park = {"input/customer": "1001", "input/date": "26-7-2027", "input/until": "13-8-2027", "input/name": "Park dicht"}
    new = "/settings/customer-closed-days/new"
    shown = press(admin, new, **park).get_data(as_text=True)
    assert "Contract 1, Ketel: 1 bezoek komt op een andere dag" in shown
    assert "Contract 2" not in shown
    done = press(admin, new, **park, confirmation=confirmation(press(admin, new, **park)))
    assert done.status_code == 303
    with parts.database.read() as connection:
        contracts = Contracts(connection, TENANT.id)
        assert [contracts.get(number).settled_through is None for number in ("1", "2")] == [False, True]  # type: ignore[union-attr]
    assert "Park dicht" in admin.get("/customer/1001").get_data(as_text=True)
    why = admin.get("/contract/1?day=2027-08-02").get_data(as_text=True)
    assert "gesloten bij deze relatie: Park dicht" in why
    assert "Park dicht" not in admin.get("/contract/2?day=2027-08-02").get_data(as_text=True)
    entry = "/settings/customer-closed-days/entry/1001%2F2027-07-26"
    assert "Park dicht" in admin.get("/settings/customer-closed-days").get_data(as_text=True)
    gone = press(admin, entry, do="remove")
    press(admin, entry, do="remove", confirmation=confirmation(gone))
    assert configured(parts).calendar.customer_closed_days == ()


def test_contracts_keep_their_terms_unless_the_changed_ones_are_given_to_them(admin: PageClient, parts: Parts) -> None:
    template = Template("Onderhoud", "rekening", "")
    start = date(2026, 11, 1)
    contract = Contract(
        "1001", "Ketel", ContractType.PREVENTIVE, "100", start, start, template, terms=STD, end=date(2027, 10, 31)
    )
    with parts.database.write() as connection:
        Tenants(connection).save_configuration(TENANT.id, TenantConfiguration(terms=(STD,)))
        Contracts(connection, TENANT.id).add(contract)
    changed = {"input/duration/number": "2"}
    shown = press(admin, "/settings/terms/entry/STD", **changed)
    page = shown.get_data(as_text=True)
    assert "1 contract heeft deze voorwaarden" in page
    assert "31 okt 2028" in page
    keeping = press(admin, "/settings/terms/entry/STD", **changed, confirmation=confirmation(shown))
    assert keeping.status_code == 303
    assert configured(parts).terms[0].duration == Period(2, PeriodUnit.YEAR)
    assert end_of(parts) == date(2027, 10, 31)
    again = press(admin, "/settings/terms/entry/STD")
    press(admin, "/settings/terms/entry/STD", confirmation=confirmation(again), to_contracts="1")
    assert end_of(parts) == date(2028, 10, 31)


def end_of(parts: Parts) -> date | None:
    with parts.database.read() as connection:
        contract = Contracts(connection, TENANT.id).get("1001")
    assert contract
    return contract.end


def test_the_document_is_taken_along_and_taken_over(admin: PageClient, parts: Parts) -> None:
    document = json.loads(admin.get("/settings/document.json").data)
    assert document == configuration_document(TenantConfiguration())
    sent = json.dumps(
        {"reasons": [{"code": "X", "name": "Anders"}], "mappings": [{"name": "lijst", "columns": {"K": "name"}}]}
    )
    file = (BytesIO(sent.encode()), "configuration.json")
    taken = press(admin, "/settings/document", file=file, document="")
    assert taken.status_code == 303
    assert [each.code for each in configured(parts).reasons] == ["X"]
    assert "lijst" in admin.get("/settings/mappings").get_data(as_text=True)
    unknown = press(admin, "/settings/document", document='{"reasons": [], "colour": "red"}')
    assert unknown.status_code == 422
    assert "/colour" in unknown.get_data(as_text=True)
    assert "geen JSON-document" in press(admin, "/settings/document", document="{").get_data(as_text=True)
    press(admin, "/settings/mappings", remove="lijst")
    assert configured(parts).mappings == ()


def test_every_placeholder_is_told(viewer: PageClient) -> None:
    page = viewer.get("/settings/placeholders").get_data(as_text=True)
    assert [name for name in PLACEHOLDERS if f"<code>{{{name}}}</code>" not in page] == []


BOILER = Contract(
    "1042", "Ketels", ContractType.PREVENTIVE, "1001", date(2026, 1, 1), date(2026, 1, 1),
    Template("Onderhoud", "op rekening", "Ketels", duration_minutes=45), objects=("CV-1",), terms=STD,
    plans=(VisitPlan("A", Recurrence(Unit.YEAR, months=(4,)), anchor=date(2026, 4, 1)),),
)  # fmt: skip


def test_a_contract_is_kept_as_a_template_that_is_changed_and_removed(admin: PageClient, parts: Parts) -> None:
    with parts.database.write() as connection:
        Tenants(connection).save_configuration(TENANT.id, TenantConfiguration(terms=(STD,)))
        Contracts(connection, TENANT.id).add(BOILER)
    where = "/settings/contract-templates"
    assert f'href="{where}/new?contract=1042"' in admin.get("/contract/1042").get_data(as_text=True)
    kept = press(admin, f"{where}/new?contract=1042", **{"input/code": "CV"})
    assert (kept.status_code, kept.headers["Location"]) == (303, where)
    [template] = configured(parts).contract_templates
    assert (template.code, template.name, template.contract["terms"]) == ("CV", "Ketels", "STD")
    assert "description" not in template.contract["template"]  # it was the name of that contract
    [plan] = template.contract["plans"]
    assert (plan["name"], plan["months"], "anchor" in plan) == ("A", [4], False)
    wrong = press(admin, f"{where}/entry/CV", **{"input/contract/plans/0/every": "0"})
    assert wrong.status_code == 422
    assert 'href="#input-contract-plans-0-every"' in wrong.get_data(as_text=True)
    press(admin, f"{where}/entry/CV", **{"input/contract/template/duration_minutes": "60"})
    assert configured(parts).contract_templates[0].contract["template"]["duration_minutes"] == 60
    press(admin, f"{where}/entry/CV", do="remove")
    assert configured(parts).contract_templates == ()


def test_terms_that_a_template_names_are_not_removed(admin: PageClient, parts: Parts) -> None:
    template = ContractTemplate("CV", "Ketels", "", {"terms": "STD"})
    with parts.database.write() as connection:
        Tenants(connection).save_configuration(
            TENANT.id, TenantConfiguration(terms=(STD,), contract_templates=(template,))
        )
    refused = press(admin, "/settings/terms/entry/STD", do="remove")
    assert refused.status_code == 422
    assert "/contract_templates/0/contract/terms" in refused.get_data(as_text=True)
    assert configured(parts).terms == (STD,)


def test_a_key_for_other_software_is_shown_once_and_revoked(admin: PageClient, planner: PageClient) -> None:
    assert planner.get("/settings/keys").status_code == 403
    made = press(admin, "/settings/keys", name="Boekhouding", scope="read").get_data(as_text=True)
    secret = re.search(r'value="(cmk_[^"]+)"', made)
    assert secret
    listed = admin.get("/settings/keys").get_data(as_text=True)
    assert "Boekhouding" in listed
    assert secret[1] not in listed
    key = re.search(r'name="revoke" value="([^"]+)"', listed)
    assert key
    assert press(admin, "/settings/keys", revoke=key[1]).status_code == 303
    assert "Boekhouding" not in admin.get("/settings/keys").get_data(as_text=True)
    press(admin, "/settings/keys", revoke=key[1])
    assert "is er niet meer" in admin.get("/settings/keys").get_data(as_text=True)


def test_a_calendar_that_is_followed_is_revoked_where_all_stand(admin: PageClient) -> None:
    press(admin, f"/calendar-address/tenant/{TENANT.id}")
    listed = admin.get("/settings/calendars").get_data(as_text=True)
    key = re.search(r'name="revoke" value="([^"]+)"', listed)
    assert key
    press(admin, "/settings/calendars", revoke=key[1])
    assert "Nog geen agenda" in admin.get("/settings/calendars").get_data(as_text=True)


def test_an_address_is_added_with_what_it_wants_shows_its_key_once_and_is_removed(
    admin: PageClient, planner: PageClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_addresses, "leads_outside", lambda _host, _port: True)
    assert planner.get("/settings/webhooks").status_code == 403
    refused = press(admin, "/settings/webhooks", url="http://erp.example/hook", event="visit.changed")
    assert (refused.status_code, "moet met https:// beginnen" in refused.get_data(as_text=True)) == (422, True)
    made = press(admin, "/settings/webhooks", url="https://erp.example/hook", event="visit.changed")
    (secret,) = re.findall(r'value="(whsec_[^"]+)"', made.get_data(as_text=True))
    listed = admin.get("/settings/webhooks").get_data(as_text=True)
    assert "wordt getest" in listed
    assert "data-look-again" in listed
    assert secret not in listed
    assert "https://erp.example/hook" in admin.get("/settings/messages").get_data(as_text=True)
    with parts.database.read() as connection:
        (address,) = WebhookAddresses(connection, TENANT.id).all()
    assert [str(each) for each in address.events] == ["visit.changed"]
    rotated = press(admin, "/settings/webhooks", rotate=address.id).get_data(as_text=True)
    assert re.findall(r'value="(whsec_[^"]+)"', rotated) != [secret]
    assert press(admin, "/settings/webhooks", change=address.id, event="attention.raised").status_code == 303
    assert press(admin, "/settings/webhooks", change=address.id, event="nonsense").status_code == 400
    press(admin, "/settings/webhooks", remove=address.id)
    assert "Nog niemand" in admin.get("/settings/webhooks").get_data(as_text=True)
    press(admin, "/settings/webhooks", test=address.id)
    assert "is er niet meer" in admin.get("/settings/webhooks").get_data(as_text=True)


def test_messages_that_were_given_up_are_tried_anew(admin: PageClient, parts: Parts) -> None:
    message = OutgoingMessage(
        TENANT.id, "msg_1", "inst_1", "run.finished", {}, NOW, None, OutgoingState.DEAD, 9, "timeout"
    )
    with parts.database.write() as connection:
        Outbox(connection).add(message)
    assert "run.finished" in admin.get("/settings/messages").get_data(as_text=True)
    press(admin, "/settings/messages", message="msg_1")
    with parts.database.read() as connection:
        (waiting,) = Outbox(connection).of_tenant(TENANT.id, OutgoingState.WAITING)
    assert waiting.attempts == 0
    assert waiting.next_attempt_at is not None


def test_it_is_seen_who_changed_a_setting_and_what_it_was_before(admin: PageClient, viewer: PageClient) -> None:
    press(admin, "/settings/general", **{"input/change_cap": "75"})
    page = viewer.get("/settings/changes").get_data(as_text=True)
    assert "B. Jacobs" in page
    assert "50 → 75" in page


def test_hours_for_contract_work_are_said_in_all_and_by_employee(parts: Parts, admin: PageClient) -> None:
    answer = press(
        admin,
        "/settings/capacity",
        **{
            "input/hours": "120",
            "input/employees/": "0",
            "input/employees/0/employee": "10",
            "input/employees/0/hours": "32",
        },
    )
    assert answer.status_code == 303
    capacity = configured(parts).capacity
    assert (capacity.hours, capacity.employees) == (120, (EmployeeHours("10", 32),))
    assert "120 uur per week in totaal" in admin.get("/settings").get_data(as_text=True)
    changes = admin.get("/settings/changes").get_data(as_text=True)
    assert "Uren per week per medewerker 10: toegevoegd (32 uur)" in changes
