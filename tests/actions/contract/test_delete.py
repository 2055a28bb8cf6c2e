"""Deleting a contract (rules: Actions)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.actions.kit.answer import NotPossible
from powerup.actions.kit.request import Target, TargetType
from powerup.contracts.settling import after_settling
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Reason
from powerup.outsmart.records import WorkOrderStatus
from tests.actions.scenes import TODAY, at_host, decide, ordered, scene, situation, the_contract

ENDED = the_contract(end=date(2026, 11, 30))


def test_a_contract_with_completed_work_is_not_deleted_and_the_order_is_named() -> None:
    about = ordered(the_contract())
    with pytest.raises(NotPossible, match="C1042-A-20261231-CV-1"):
        decide(
            "contract.delete",
            scene(about, readings=at_host(about, started=[1], status=WorkOrderStatus.COMPLEET)),
        )


def test_deleting_takes_back_what_has_not_started_and_keeps_the_rest() -> None:
    about = ordered(the_contract())
    change = decide("contract.delete", scene(about, readings=at_host(about, started=[1])))
    assert change.effects.counts()["retracted"] == 3
    assert change.effects.counts()["kept"] == 1
    assert change.contract is not None
    assert change.contract.deleted_on == TODAY
    assert {visit.reason for visit in change.ledger} == {Reason.CONTRACT_DELETED}


def test_nothing_is_settled_while_a_contract_is_deleted() -> None:
    deleted = situation(the_contract(deleted_on=TODAY, settled_through=date(2026, 12, 27)))
    assert after_settling(deleted, (), date(2027, 1, 10)).contract.settled_through == date(2026, 12, 27)


def test_deleting_restarting_and_undoing_are_each_one_version_further() -> None:
    of = replace(ENDED, version=7)
    assert _version_after("contract.delete", situation(of)) == 8
    assert _version_after("contract.undo_delete", situation(replace(of, deleted_on=TODAY))) == 8
    assert _version_after("contract.restart", situation(of)) == 8
    assert decide("contract.restart", scene(situation(of))).result == Target(TargetType.CONTRACT, "1043", 1)


def _version_after(action: str, about: ContractSituation) -> int:
    change = decide(action, scene(about))
    assert change.contract is not None
    return change.contract.version
