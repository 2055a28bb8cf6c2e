"""The year plan of a customer with 300 addresses, as it comes out of the printer."""

import re
from dataclasses import replace

from powerup.contracts.recurrence import Recurrence, Unit
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from tests.actions.scenes import the_contract
from tests.pages.browser.conftest import Enters
from tests.pages.browser.office import Office
from tests.sandbox.pages.browsing import NARROW

ADDRESSES = 300
A4_WIDE_WITHIN_MARGINS = (703, 900)
"""In the browser's pixels, 96 to the inch: 210 mm less twice 12."""


def keep(office: Office) -> None:
    """A contract with an object at each address; no cycle ever looks at it."""
    codes = [f"P-{number}" for number in range(ADDRESSES)]
    contract = the_contract(number="P300", name="Onderhoud", customer="P300", objects=tuple(codes))
    quarterly = replace(contract.plans[0], recurrence=Recurrence(Unit.MONTH, every=3, month_day=15))
    tenant_id = office.planner.tenant_id
    with office.parts.database.write() as connection:
        Contracts(connection, tenant_id).add(replace(contract, plans=(quarterly,)), wake_on=None)
        HostNames(connection, tenant_id).keep(
            {(NameKind.CUSTOMER, "P300"): HostName("Woonstichting Voorbeeld")}
            | {
                (NameKind.OBJECT, code): HostName("CV-ketel", f"Dorpsstraat {place}")
                for place, code in enumerate(codes)
            }
        )


def test_a_plan_for_300_addresses_fits_on_a4_and_no_row_is_cut(office: Office, enters: Enters) -> None:
    keep(office)
    person = enters(size=A4_WIDE_WITHIN_MARGINS)
    person.opens("/year-plan/P300?year=2027")
    page = person.page
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) in range(10, 21)
    width, height = (
        round(float(side) / 72 * 25.4) for side in re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed)[0]
    )
    assert (width, height) == (210, 297)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    uncut = page.evaluate(
        "[...document.querySelectorAll('.plan-sheet tr')].map((row) => getComputedStyle(row).breakInside)"
    )
    assert set(uncut) == {"avoid"}
    assert not page.locator(".house, .page-head, .plan-choice").first.is_visible()
    narrow = enters("en", NARROW, dark=True)
    narrow.opens("/year-plan/P300?year=2027&month=4")
    narrow.page.get_by_role("link", name="2028").click()
