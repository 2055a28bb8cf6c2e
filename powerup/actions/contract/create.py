"""contract.create: a new contract (rules: Actions)."""

from collections.abc import Mapping
from typing import Any

from powerup.actions.form.contract_check import contract_problems, host_problems, host_questions, same_work
from powerup.actions.form.contract_form import ContractForm, entered_contract
from powerup.actions.form.incomplete_form import problems_so_far
from powerup.actions.form.next_visit_check import next_visit_warnings
from powerup.actions.form.template_form import unknown_template, with_template
from powerup.actions.form.text_check import text_warnings
from powerup.actions.form.unused_entries import unused
from powerup.actions.kit.action import Action
from powerup.actions.kit.answer import FieldProblem, InvalidInput
from powerup.actions.kit.change import Change
from powerup.actions.kit.host_questions import HostQuestions, HostReadings
from powerup.actions.kit.request import Target, TargetType
from powerup.actions.kit.scene import ActionScene
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.recurrence import Unit
from powerup.contracts.situation import ContractSituation, Facts
from powerup.texts import Text, counted, first_of, text

_OF_ANOTHER = "object_of_another_customer"
"""Nobody can know it before the contract has a customer."""

_NEED_THE_START = frozenset({"before_start", "never_met", "never_in_these_months"})
"""Codes of problems that nobody can know before the contract has a start."""


def questions(scene: ActionScene, entered: Mapping[str, Any]) -> HostQuestions:
    """Whether all that the contract names exists at the host."""
    return host_questions(_contract(scene, entered))


def decide(scene: ActionScene, entered: Mapping[str, Any]) -> Change:
    """Makes the contract when everything it names exists."""
    contract = _contract(scene, entered)
    problems = tuple(host_problems(contract, scene.readings))
    if problems:
        raise InvalidInput(text("The contract cannot be made like this; nothing was changed."), problems)
    facts = facts_at_host(scene.readings, contract)
    situation = ContractSituation(contract, scene.calendar, scene.configuration.settings, facts=facts)
    return Change(
        text("Contract {number} is created.", number=contract.number),
        effects_of(None, situation, scene.today, since=contract.start, to_show=True),
        added=(contract,),
        warnings=(*unused(entered, contract).values(), *warnings_of(scene, contract)),
        result=Target(TargetType.CONTRACT, contract.number, contract.version),
        resulting=situation,
    )


def by_the_rules(scene: ActionScene, readable: Mapping[str, Any]) -> list[FieldProblem]:
    """What is wrong with the members that could be loaded, as far as it can be judged without the others."""
    if "type" not in readable:
        return []
    found = problems_so_far(
        _filled_in(scene, readable),
        lambda members: entered_contract(members, scene.next_number, scene.today, scene.configuration),
        scene.configuration,
    )
    return [problem for problem in found if "start" in readable or problem.code not in _NEED_THE_START]


def by_the_host(scene: ActionScene, readable: Mapping[str, Any]) -> list[FieldProblem]:
    """What the host does not know of the members that could be loaded; what is filled in for others counts, too."""
    members = {"type": ContractType.PREVENTIVE, **_filled_in(scene, readable)}
    plans = [{"name": "", "unit": Unit.MONTH, **plan} for plan in members.get("plans", [])]
    try:
        contract = entered_contract({**members, "plans": plans}, scene.next_number, scene.today, scene.configuration)
    except InvalidInput:
        return []
    found = host_problems(contract, scene.readings)
    return [problem for problem in found if "customer" in readable or problem.code != _OF_ANOTHER]


def _filled_in(scene: ActionScene, readable: Mapping[str, Any]) -> dict[str, Any]:
    template = {"type_of_work": "", "payment_method": "", **readable.get("template", {})}
    return {"name": "", "customer": "", "start": scene.today, **readable, "template": template}


ACTION = Action(
    "contract.create",
    text("New contract"),
    decide,
    ContractForm,
    TargetType.RELATION,
    questions=questions,
    by_the_rules=by_the_rules,
    completed=lambda scene, entered: with_template(entered, scene.configuration),
    beside_others=True,
    makes_contracts=True,
)


def warnings_of(scene: ActionScene, contract: Contract) -> tuple[Text, ...]:
    """What a person should know and may ignore."""
    before = scene.situation.contract if scene.situation else None
    waits = text(
        "Customer {customer} is inactive at the host: no work order is made while that is so.",
        customer=contract.customer,
    )
    return (
        *((waits,) if facts_at_host(scene.readings, contract).customer_blocked else ()),
        *next_visit_warnings(contract, before, scene.calendar, scene.configuration.settings),
        *text_warnings(contract, before),
        *_private_customer(scene, contract),
        *_unknown_template(scene, contract, before),
        *_same_work(scene, contract, before),
    )


def _private_customer(scene: ActionScene, contract: Contract) -> tuple[Text, ...]:
    """That a private customer has terms which are not meant for one (rules: Terms)."""
    customer = scene.readings.relations.get(contract.customer)
    if contract.terms is None or contract.terms.consumer or customer is None or not customer.private:
        return ()
    return (
        text(
            "Customer {customer} is private at the host; these terms are not meant for that: {terms}.",
            customer=contract.customer,
            terms=contract.terms.code,
        ),
    )


def _unknown_template(scene: ActionScene, contract: Contract, before: Contract | None) -> tuple[Text, ...]:
    """That nobody knows any more what it was begun from; a file may say so of a contract that was made elsewhere."""
    found = [problem.message for problem in unknown_template(contract, scene.configuration, before)]
    return tuple(text("{words} The code is kept.", words=message) for message in found)


def _same_work(scene: ActionScene, contract: Contract, before: Contract | None) -> tuple[Text, ...]:
    """In one line; of a contract that is changed only those that did not do the same work before."""
    known = {other.number for other in same_work(before, scene.of_customer, scene.today)} if before else set()
    same = {other.number for other in same_work(contract, scene.of_customer, scene.today)}
    numbers = sorted(same - known)
    if not numbers:
        return ()
    return (
        counted(
            "Contract {contracts} already does the same kind of work there.",
            "Contracts {contracts} already do the same kind of work there.",
            len(numbers),
            contracts=first_of(numbers),
        ),
    )


def facts_at_host(readings: HostReadings, contract: Contract) -> Facts:
    """What the host said just now that decides about the visits of a contract."""
    customer = readings.relations.get(contract.customer)
    return Facts(customer_blocked=customer is not None and not customer.active)


def _contract(scene: ActionScene, entered: Mapping[str, Any]) -> Contract:
    contract = entered_contract(entered, scene.coming_number, scene.today, scene.configuration)
    problems = tuple(contract_problems(contract, scene.configuration))
    if problems:
        raise InvalidInput(text("The contract cannot be made like this; nothing was changed."), problems)
    return contract
