"""Deciding what an import does with each contract: the checks of create, the plan of edit, early end and pauses."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import count
from typing import Any

from sqlalchemy import Connection

from powerup.actions.contract import create, edit
from powerup.actions.form.contract_check import contract_problems, host_problems
from powerup.actions.form.contract_form import entered_contract, with_entries
from powerup.actions.form.unused_entries import unused
from powerup.actions.kit.answer import FieldProblem, InvalidInput
from powerup.actions.kit.change import Change
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.input import beside, invalid_input
from powerup.actions.kit.latest_words import passed_in_words
from powerup.actions.kit.load_scene import chain_of, ledgers_for_change
from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.written_visits import as_if_done
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.latest import LatestDate, newly_passed
from powerup.contracts.situation import ContractSituation
from powerup.contracts.terms import renewed_end
from powerup.contracts.visit import LedgerVisit, VisitKey
from powerup.documents.errors import InvalidDocumentError
from powerup.files.begun_entries import Form, read_known, read_new
from powerup.files.entries import Entry
from powerup.files.similar_contracts import SimilarContracts
from powerup.files.state import after_change, joined, state_change, with_state
from powerup.store.contracts import Contracts
from powerup.store.host_facts import known_hindrances
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from
from powerup.texts import Text, text


class Result(StrEnum):
    """What an import does with one contract of the file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done for one contract of the file; change is None where nothing is. warnings do not stop it.

    situation is that of the contract as it is then; same_as is the number of one that looks the same, of a new one
    that the file gives no number; passed are the latest dates that visits pass by it.
    """

    number: str
    result: Result
    scene: ActionScene
    change: Change | None
    situation: ContractSituation
    warnings: tuple[Text, ...] = ()
    same_as: str | None = None
    passed: tuple[LatestDate, ...] = ()


def new_contract(entry: Entry, form: Form, number: str, today: date, configuration: TenantConfiguration) -> Contract:
    """The contract that a new entry describes, entered today. Raises InvalidInput for terms, reasons and days."""
    contract = entered_contract(form, number, today, configuration)
    return _with_renewals(with_state(contract, entry.state, configuration))


class Decisions:
    """Decides about the contracts of one file, some at a time, with all that is known of them loaded at once."""

    def __init__(
        self,
        connection: Connection,
        around: TenantCircumstances,
        given_numbers: Collection[str],
        readings: HostReadings,
        actor: Actor,
        *,
        writing: bool,
    ) -> None:
        """given_numbers are all that the file has itself; writing takes numbers for new contracts, and locks."""
        self._connection = connection
        self._around = around
        self._contracts = Contracts(connection, around.tenant_id)
        self._given_numbers = given_numbers
        self._numbers = self._coming_numbers()
        self._marks = known_hindrances(connection, around.tenant_id)
        self._similar = SimilarContracts(self._contracts)
        self._readings = readings
        self._actor = actor
        self._writing = writing
        self._known: dict[str, Contract] = {}
        self._ledgers: Mapping[str, Mapping[VisitKey, LedgerVisit]] = {}
        self._unseen: frozenset[str] = frozenset()
        self._waiting: frozenset[str] = frozenset()

    def load(self, entries: Sequence[Entry]) -> None:
        """Load what is known of the contracts that are decided next."""
        numbers = [entry.number for entry in entries if entry.number]
        self._known = {each.number: each for each in self._contracts.of_numbers(numbers, lock=self._writing)}
        known = list(self._known)
        self._ledgers = ledgers_for_change(
            Ledger(self._connection, self._around.tenant_id), list(self._known.values()), self._around.today
        )
        self._unseen = self._contracts.changed_numbers(known) if known else frozenset()
        self._waiting = self._contracts.held_numbers(known) if known else frozenset()
        self._similar.load({entry.form["customer"] for entry in entries if "customer" in entry.form})
        if self._writing:
            count = sum(entry.number is None for entry in entries)
            self._numbers = iter(self._contracts.next_numbers(count, self._given_numbers))

    def decide(self, entry: Entry) -> Decision:
        """What the entry does; it has been loaded. Raises a Refusal with everything that is wrong with it."""
        known = self._known.get(entry.number or "")
        try:
            form = read_known(entry) if known else read_new(entry, self._around.configuration)
        except InvalidDocumentError as error:
            flaws = self._flaws_of_unreadable(error)
            raise InvalidInput(flaws[0].message, tuple(flaws)) from error
        return self._again(entry, form, known) if known else self._new(entry, form)

    def _flaws_of_unreadable(self, error: InvalidDocumentError) -> list[FieldProblem]:
        """What is wrong with a form that could not be loaded: there, by the rules, and at the host."""
        scene = self._scene(Target(TargetType.RELATION, ""), ())
        flaws = list(invalid_input(error).problems)
        for find in (create.by_the_rules, create.by_the_host):
            flaws += beside(flaws, find(scene, error.readable))
        return flaws

    def _coming_numbers(self) -> Iterator[str]:
        """The numbers that new contracts would get."""
        used = {*self._contracts.numbers(), *self._given_numbers}
        for number in count(int(self._contracts.coming_number())):
            if str(number) not in used:
                yield str(number)

    def _new(self, entry: Entry, form: Form) -> Decision:
        around = self._around
        number = entry.number or next(self._numbers)
        contract = new_contract(entry, form, number, around.today, around.configuration)
        problems = (*contract_problems(contract, around.configuration), *host_problems(contract, self._readings))
        if problems:
            raise InvalidInput(text("The contract cannot be made like this; nothing was changed."), problems)
        scene = self._scene(Target(TargetType.RELATION, contract.customer), self._similar.of(contract))
        facts = create.facts_at_host(self._readings, contract)
        situation = ContractSituation(contract, around.calendar, around.configuration.settings, facts=facts)
        change = Change(
            text("Contract {number} is created.", number=number),
            effects_of(None, situation, around.today, since=contract.start),
            added=(contract,),
            warnings=(*unused(form, contract).values(), *create.warnings_of(scene, contract)),
        )
        self._similar.add(contract)
        same_as = None if entry.number else self._similar.number_of_same(contract)
        passed = newly_passed(None, situation, around.today)
        warnings = (*passed_in_words(passed), *change.warnings)
        return Decision(number, Result.CREATED, scene, change, situation, warnings, same_as, passed)

    def _again(self, entry: Entry, form: Form, known: Contract) -> Decision:
        around = self._around
        situation = ContractSituation(
            known,
            around.calendar,
            around.configuration.settings,
            self._ledgers.get(known.number, {}),
            facts_from(self._marks, known),
            awaiting_release=known.number in self._waiting,
        )
        target = Target(TargetType.CONTRACT, known.number, known.version)
        scene = replace(
            self._scene(target, self._similar.of(known)),
            situation=situation,
            chain=chain_of(self._contracts, situation),
            unseen=known.number in self._unseen,
        )
        changes = []
        entered = _without_own_description(_without_agreed_terms(form, known), known)
        if with_entries(known, entered, around.configuration) != known:
            changes.append(edit.decide(scene, entered))
        later = after_change(scene, changes[0]) if changes else scene
        if (of_state := state_change(later, entry.state)) is not None:
            changes.append(of_state)
        change = joined(changes)
        if change is None or change.contract is None:
            ignored = tuple(unused(entered, known).values())
            return Decision(known.number, Result.UNCHANGED, scene, None, situation, ignored)
        change = replace(change, contract=replace(change.contract, version=known.version + 1))
        after = after_change(scene, change).contract_situation
        passed = newly_passed(as_if_done(situation), as_if_done(after), around.today)
        warnings = (*passed_in_words(passed), *change.warnings)
        return Decision(known.number, Result.CHANGED, scene, change, after, warnings, passed=passed)

    def _scene(self, target: Target, related: tuple[Contract, ...]) -> ActionScene:
        return ActionScene(
            target=target,
            actor=self._actor,
            today=self._around.today,
            configuration=self._around.configuration,
            calendar=self._around.calendar,
            readings=self._readings,
            related=related,
        )


def _without_agreed_terms(form: Form, known: Contract) -> dict[str, Any]:
    """The form; terms that the contract has already stay as they were agreed (rules: Terms)."""
    same = known.terms is not None and form.get("terms") == known.terms.code
    return {name: value for name, value in form.items() if not (same and name == "terms")}


def _without_own_description(form: Form, known: Contract) -> dict[str, Any]:
    """The form; a description that was empty when the contract was made has become its name, and stays."""
    template = dict(form["template"])
    if known.template.description == known.name and template.get("description") == "":
        del template["description"]
    return {**form, "template": template}


def _with_renewals(contract: Contract) -> Contract:
    """An end that the terms give after some renewals is computed, and not one that a person chose."""
    if contract.terms is None or contract.end is None or contract.end_counts_from is None:
        return contract
    end = renewed_end(contract.start, contract.terms, 0)
    renewals = 0
    while end is not None and end < contract.end and contract.terms.renewal_period is not None:
        renewals += 1
        end = renewed_end(contract.start, contract.terms, renewals)
    return replace(contract, renewals=renewals, end_counts_from=None) if end == contract.end else contract
