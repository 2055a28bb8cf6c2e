"""Every page there is: each folder adds its own."""

from collections.abc import Callable

from powerup.pages.account.view import add_account
from powerup.pages.actions.view import add_actions
from powerup.pages.blueprint import Pages
from powerup.pages.bulk.view import add_bulk
from powerup.pages.calendar_address.view import add_calendar_address
from powerup.pages.contract.view import add_contract
from powerup.pages.contracts.view import add_contracts
from powerup.pages.customer.view import add_customer
from powerup.pages.customer_account.view import add_customer_account
from powerup.pages.cycles.view import add_cycles
from powerup.pages.edit.view import add_edit
from powerup.pages.faults.view import add_faults
from powerup.pages.forms.view import add_forms
from powerup.pages.importing.view import add_importing
from powerup.pages.invoices.view import add_invoices
from powerup.pages.letters.view import add_letters
from powerup.pages.manual.view import add_manual
from powerup.pages.many.view import add_many
from powerup.pages.panel.view import add_panel
from powerup.pages.planned_against_done.view import add_planned_against_done
from powerup.pages.planning.view import add_levelling, add_planning
from powerup.pages.renewals.view import add_renewals
from powerup.pages.runs.view import add_runs
from powerup.pages.search.view import add_search
from powerup.pages.settings.view import add_settings
from powerup.pages.signing_in.view import add_signing_in
from powerup.pages.today.view import add_today
from powerup.pages.users.view import add_users
from powerup.pages.visits.view import add_visits
from powerup.pages.what_if.view import add_what_ifs
from powerup.pages.year_plan.view import add_year_plan

ALL_PAGES: tuple[Callable[[Pages], None], ...] = (
    add_today,
    add_cycles,
    add_calendar_address,
    add_contract,
    add_contracts,
    add_visits,
    add_planning,
    add_renewals,
    add_faults,
    add_levelling,
    add_what_ifs,
    add_invoices,
    add_letters,
    add_customer,
    add_edit,
    add_many,
    add_forms,
    add_panel,
    add_search,
    add_signing_in,
    add_importing,
    add_settings,
    add_users,
    add_account,
    add_year_plan,
    add_customer_account,
    add_planned_against_done,
    add_actions,
    add_bulk,
    add_runs,
    add_manual,
)
"""In the order of the menu."""
