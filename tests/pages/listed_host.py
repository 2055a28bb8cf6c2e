"""A host that is a list of records, as far as pages ask it."""

from dataclasses import dataclass, field
from typing import Any

from powerup.outsmart.errors import HostUnreachable
from powerup.outsmart.records import (
    Address,
    Employee,
    HostObject,
    PaymentMethod,
    Priority,
    Project,
    Relation,
    WorkType,
)


@dataclass
class ListedHost:
    """A host as far as forms ask it; `down` lets it not answer."""

    down: bool = False
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> "ListedHost":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def _listed(self, name: str, *records: Any) -> list[Any]:
        self.asked.append(name)
        if self.down:
            raise HostUnreachable("relations")
        return [*records]

    def relation(self, debtor_number: str) -> Relation | None:
        return next((each for each in self.relations() if each.debtor_number == debtor_number), None)

    def object(self, code: str) -> HostObject | None:
        return next((each for each in self.objects() if each.code == code), None)

    def relations(self) -> list[Relation]:
        return self._listed(
            "relations",
            Relation("1001", "Bakkerij Bergström", city="Utrecht"),
            Relation("1002", "Zuivel De Berg", city="Assen"),
            Relation("1003", "Gone", active=False),
        )

    def objects(self) -> list[HostObject]:
        return self._listed("objects", HostObject("K-1", "1001", "Ketel oost"), HostObject("K/2", "1002", "Ketel west"))

    def projects(self) -> list[Project]:
        return self._listed("projects", Project("P1", "1001", "Nieuwbouw"), Project("P2", active=False))

    def work_types(self) -> list[WorkType]:
        return self._listed("work_types", WorkType("Onderhoud", "Periodiek"))

    def payment_methods(self) -> list[PaymentMethod]:
        return self._listed("payment_methods", PaymentMethod("Op rekening"))

    def priorities(self) -> list[Priority]:
        return self._listed("priorities", Priority("H", "Hoog"))

    def addresses(self) -> list[Address]:
        return self._listed("addresses", Address("A1", "1001", "Dorpsstraat 1", "1234 AB", "Utrecht"))

    def contact_persons(self) -> list[Any]:
        return self._listed("contact_persons")

    def employees(self) -> list[Employee]:
        return self._listed("employees", Employee("7", "Jan", "de Vries"))
