"""A person's values leave entries that are linked already, and the chain says so; nobody else may alter anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from models.audit import chain, note
from models.audit.redaction import GONE, cleaned, redact, redaction_table
from models.audit.verify import verify
from models.change import change_table, change_with_id
from tests.models.audit.test_chain import engine, faults, link, unlocked  # noqa: F401 the fixture
from tests.models.small_erp import ADMIN

PHONE = "13812345678"


def wipe(_name: str, value: Any) -> Any:
    return GONE if value == PHONE else value


def told(engine: Engine, **parts: Any) -> int:  # noqa: F811
    with engine.begin() as connection:
        made = note(connection, ADMIN, "customer", "change", record="7", **parts)
    link(engine)
    return made


def wiped(engine: Engine, number: int) -> int:  # noqa: F811
    def gone(text: str) -> str:
        return text.replace(PHONE, GONE)

    with engine.begin() as connection:
        entry = connection.execute(select(*chain.entries()).where(change_table.c.id == number)).one()
        return redact(connection, ADMIN, "request 1", {number: cleaned(entry, wipe, gone)})


def test_values_leave_and_the_chain_holds(engine: Engine) -> None:  # noqa: F811
    number = told(engine, title=f"{PHONE} Ada", before={"TEL": PHONE, "N": 1}, after={"TEL": None, "N": 2})
    vouching = wiped(engine, number)
    link(engine)
    with engine.connect() as connection:
        entry, report = change_with_id(connection, number), verify(connection)
        words = connection.execute(select(change_table)).all()
    assert entry is not None
    assert (entry.title, entry.before, entry.after) == (
        "*** Ada",
        {"TEL": GONE, "N": 1},
        {"TEL": None, "N": 2},
    )
    assert (entry.anonymised, vouching > number) == (True, True)
    assert (report.anonymised, report.faults) == (1, [])
    assert PHONE not in repr(words)


def test_values_of_an_entry_can_leave_twice(engine: Engine) -> None:  # noqa: F811
    number = told(engine, reason=PHONE, before={"TEL": PHONE})
    wiped(engine, number)
    with engine.begin() as connection:
        redact(connection, ADMIN, "request 2", {number: {"reason": ""}})
    link(engine)
    with engine.connect() as connection:
        assert (verify(connection).anonymised, verify(connection).faults) == (1, [])


def test_an_entry_that_is_not_linked_yet_waits(engine: Engine) -> None:  # noqa: F811
    with engine.begin() as connection:
        number = note(connection, ADMIN, "customer", "change", record="7", title=PHONE)
    assert wiped(engine, number) == 0
    link(engine)
    assert wiped(engine, number) > 0


def forged(number: int, after: str) -> dict[str, Any]:
    return {"change_id": number, "salt": "", "before_content": "x", "after_content": after, "entry": number}


ATTACKS: dict[str, Callable[[int], Any]] = {
    "other words": lambda number: update(change_table).where(change_table.c.id == number).values(title="Bo"),
    "another person": lambda number: update(change_table).where(change_table.c.id == number).values(actor_name="bo"),
    "the written down": lambda _number: update(redaction_table).values(salt=""),
    "the written down gone": lambda _number: delete(redaction_table),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_nothing_else_may_be_altered(engine: Engine, attack: Callable[[int], Any]) -> None:  # noqa: F811
    number = told(engine, title=PHONE)
    wiped(engine, number)
    with pytest.raises(DBAPIError, match="only added to"), engine.begin() as connection:
        connection.execute(attack(number))


def test_who_altered_came_when_cannot_be_redacted(engine: Engine) -> None:  # noqa: F811
    number = told(engine, title=PHONE)
    with pytest.raises(DBAPIError, match="only added to"), engine.begin() as connection:
        redact(connection, ADMIN, "request 1", {number: {"actor_name": "bo"}})


def test_a_redaction_that_the_audit_does_not_vouch_for_is_found(engine: Engine) -> None:  # noqa: F811
    number = told(engine, title=PHONE)
    with engine.begin() as connection:
        held = connection.execute(
            select(chain.link_table.c.content).where(chain.link_table.c.change_id == number)
        )
        row = {**forged(number, ""), "before_content": held.scalar_one(), "salt": "s"}
    unlocked(engine, update(change_table).where(change_table.c.id == number).values(title="Bo"))
    with engine.begin() as connection:
        entry = connection.execute(select(*chain.entries()).where(change_table.c.id == number)).one()
        connection.execute(insert(redaction_table).values({**row, "after_content": chain.content_of(entry)}))
    assert faults(engine) == [("altered", number)]


def test_the_linked_hash_cannot_be_guessed(engine: Engine) -> None:  # noqa: F811
    """Whoever knows everything but the number still lacks the salt."""
    number = told(engine, before={"TEL": PHONE})
    with engine.connect() as connection:
        before = connection.execute(select(*chain.entries()).where(change_table.c.id == number)).one()
        content = connection.execute(
            select(chain.link_table.c.content).where(chain.link_table.c.change_id == number)
        )
        assert chain.content_of(before) == content.scalar_one()
    wiped(engine, number)
    with engine.connect() as connection:
        after = connection.execute(select(*chain.entries()).where(change_table.c.id == number)).one()
    assert after.salt != before.salt
    guess = {**before._mapping, "salt": after.salt}
    assert chain.content_of(guess) != chain.content_of(before)
