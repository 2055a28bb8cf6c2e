"""What an action has to know of the host, and what the host said: plain values, nothing asked yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from powerup.outsmart.records import HostObject, Relation, WorkOrder

AddressKey = tuple[str, str]
"""An address of a customer: its debtor number, and the code of the address."""

ContactKey = tuple[str, str]
"""A contact person of a customer: its debtor number, and the code of the person."""


@dataclass(frozen=True, slots=True)
class HostQuestions:
    """What to read: codes to look up one by one, whether the lists of choices are needed, and work orders by row id."""

    relations: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    addresses: tuple[AddressKey, ...] = ()
    contacts: tuple[ContactKey, ...] = ()
    work_orders: tuple[int, ...] = ()
    employees: bool = False
    projects: bool = False
    priorities: bool = False
    work_types: bool = False
    payment_methods: bool = False
    forms: bool = False
    materials: bool = False


@dataclass(frozen=True, slots=True)
class HostReadings:
    """What the host said when it was asked for this action; a code that is looked up and missing maps to None.

    addresses and contacts are those that were asked for and are there. The sets of codes, and the
    names of employees by number, are None where they were not asked for. work_orders is by host row id.
    """

    relations: Mapping[str, Relation | None] = field(default_factory=dict)
    objects: Mapping[str, HostObject | None] = field(default_factory=dict)
    addresses: frozenset[AddressKey] = frozenset()
    contacts: frozenset[ContactKey] = frozenset()
    work_types: frozenset[str] | None = None
    payment_methods: frozenset[str] | None = None
    employees: Mapping[str, str] | None = None
    projects: frozenset[str] | None = None
    priorities: frozenset[str] | None = None
    forms: frozenset[str] | None = None
    materials: frozenset[str] | None = None
    work_orders: Mapping[int, WorkOrder | None] = field(default_factory=dict)
