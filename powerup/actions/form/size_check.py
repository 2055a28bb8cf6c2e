"""Whether a contract is larger than can be worked with while others wait (rules: Sizes)."""

from collections.abc import Iterator

from powerup.actions.kit.answer import FieldProblem
from powerup.contracts.contract import Contract
from powerup.contracts.size import MOST_NAME, MOST_PLANS, MOST_TEXT, MOST_VISITS_A_YEAR, visits_of_a_year
from powerup.texts import Text, text


def size_problems(contract: Contract, before: Contract | None) -> Iterator[FieldProblem]:
    """What is too large. A contract that stands already may keep its size, and become smaller."""
    yield from _too_long("/name", contract.name, before.name if before else "", MOST_NAME)
    yield from _too_long(
        "/template/description", contract.template.description, before.template.description if before else "", MOST_TEXT
    )
    for place, plan in enumerate(contract.plans):
        known = before.plan(plan.name) if before else None
        stood = known.override.description if known else None
        yield from _too_long(f"/plans/{place}/description", plan.override.description or "", stood or "", MOST_TEXT)
        yield from _too_long(f"/plans/{place}/basis", plan.basis, known.basis if known else "", MOST_NAME)
    plans, visits = len(contract.plans), visits_of_a_year(contract)
    if plans > max(MOST_PLANS, len(before.plans) if before else 0):
        message = text("At most {most} visit plans are expected; these are {number}.", most=MOST_PLANS, number=plans)
        yield _too_many("/plans", message)
    if visits > max(MOST_VISITS_A_YEAR, visits_of_a_year(before) if before else 0):
        message = text(
            "Plans and objects together come to {number} a year; at most {most} visits are expected. "
            "Make several contracts.",
            number=visits,
            most=MOST_VISITS_A_YEAR,
        )
        yield _too_many("/orders_per_year" if contract.yearly else "/plans", message)


def _too_long(pointer: str, written: str, stood: str, most: int) -> Iterator[FieldProblem]:
    if len(written) > max(most, len(stood)):
        message = text("At most {most} characters are expected; these are {number}.", most=most, number=len(written))
        yield FieldProblem(f"/input{pointer}", "too_long", message)


def _too_many(pointer: str, message: Text) -> FieldProblem:
    return FieldProblem(f"/input{pointer}", "too_many", message)
