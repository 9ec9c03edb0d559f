"""The steps of a request of a person: made, handed in, decided, worked off; and what stands in the tables after it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models import approvals
from models.overlay import metadata
from models.persons import requests, work
from models.persons.plan import ANONYMISE, parts_of
from models.persons.search import Ask, Finding, search
from models.persons.tables import request_table
from tests.models.persons.world import BIG, PHONE
from tests.models.small_erp import ADMIN, MANAGER, SmallErp


def found(erp: SmallErp, *values: str, start: tuple[str, str] | None = None, actor: Any = ADMIN) -> Finding:
    return search(erp.session(actor), Ask(values, start), BIG)


def made(erp: SmallErp, kind: str = ANONYMISE, finding: Finding | None = None, actor: Any = ADMIN) -> int:
    session = erp.session(actor)
    finding = finding or found(erp, PHONE, actor=actor)
    parts = parts_of(session.policy, finding, kind)
    session.rollback()
    with erp.engine.begin() as connection:
        return requests.make(connection, actor, kind, "asked by letter", requests.Found(finding, parts))


def handed_in(erp: SmallErp, number: int, choices: dict[str, str] | None = None) -> str:
    with erp.engine.begin() as connection:
        request = requests.one(connection, ADMIN, number)
        chosen = choices or {part.name: part.choice for part in request.parts}
        return requests.hand_in(connection, ADMIN, request, chosen, 7)


def decided(
    erp: SmallErp, number: int, *, approves: bool = True, answer: str = "", actor: Any = MANAGER
) -> None:
    with erp.engine.begin() as connection:
        approvals.decide(connection, actor, requests.approval_of(number), answer, approves=approves)


def worked_off(erp: SmallErp, runner: str = "one") -> None:
    row = work.claim(erp.engine, runner)
    assert row is not None
    work.run(work.job_of(erp.engine, runner, row, erp.session(ADMIN)))


def done(erp: SmallErp, kind: str = ANONYMISE, choices: dict[str, str] | None = None) -> int:
    number = made(erp, kind)
    handed_in(erp, number, choices)
    decided(erp, number)
    worked_off(erp)
    return number


def rows(erp: SmallErp, table: str) -> list[tuple[object, ...]]:
    return erp.raw(f"SELECT * FROM {{s}}.{table} ORDER BY ID")


def overlay_texts(erp: SmallErp) -> str:
    """Everything that the overlay holds, as one text."""
    with erp.engine.connect() as connection:
        return "".join(repr(connection.execute(select(table)).all()) for table in metadata.sorted_tables
                       if table is not request_table)  # fmt: skip
