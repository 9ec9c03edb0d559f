"""Retention runs once a day, by class, and the chain goes on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, insert, select

from config import load
from config_values import days_by_class
from models.audit import chain, pruning, retention
from models.audit.verify import verify
from models.change import change_table
from tests.models.audit.test_chain import engine, link  # noqa: F401 the fixture

DAY = date(2026, 5, 4)


def aged(engine: Engine, entity: str, action: str, days: int) -> None:  # noqa: F811
    row = {"at": datetime.now(UTC) - timedelta(days=days), "actor_name": "x", "entity": entity, "record": "1"}
    with engine.begin() as connection:
        connection.execute(insert(change_table).values(**row, action=action, title=f"{days}"))


def left(engine: Engine) -> set[tuple[str, str, str]]:  # noqa: F811
    table = change_table.c
    with engine.connect() as connection:
        found = connection.execute(
            select(table.entity, table.action, table.title).where(table.actor_name == "x")
        )
        return {(row.entity, row.action, row.title) for row in found}


@pytest.fixture
def old(engine: Engine) -> Engine:  # noqa: F811
    for days in (400, 200, 1):
        for entity, action in (("@account", "sign-in"), ("@read", "opened"), ("customer", "change")):
            aged(engine, entity, action, days)
    link(engine)
    return engine


def test_each_class_goes_by_its_own_days(old: Engine) -> None:
    assert retention.run_daily(old, {"sign-in": 365, "read": 183}, DAY)
    gone = {(*where, days) for where, days in ((("@account", "sign-in"), "400"), (("@read", "opened"), "400"),
            (("@read", "opened"), "200"))}  # fmt: skip
    assert {(e, a, d) for e, a in (("@account", "sign-in"), ("@read", "opened"), ("customer", "change"))
            for d in ("400", "200", "1")} - left(old) == gone  # fmt: skip
    link(old)
    with old.connect() as connection:
        report, told = verify(connection), retention.last(connection)
        entry = connection.execute(select(change_table).where(change_table.c.entity == "@audit")).one()
    assert (report.pruned, report.faults) == (3, [])
    assert told is not None
    assert told[1] == {"read": 2, "sign-in": 1}
    assert (entry.cause, json.loads(entry.after)["entries"]) == ("retention", 3)


def test_it_runs_once_a_day_whoever_asks(old: Engine) -> None:
    done: list[bool] = []
    threads = [
        Thread(target=lambda: done.append(retention.run_daily(old, {"read": 183}, DAY))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]
    assert retention.run_daily(old, {"read": 183}, DAY + timedelta(days=1))


def test_what_was_linked_before_there_were_classes_goes_by_events(engine: Engine) -> None:  # noqa: F811
    aged(engine, "@account", "sign-in", 400)
    with engine.begin() as connection:
        entry = connection.execute(select(*chain.entries()).where(change_table.c.actor_name == "x")).one()
        content = chain.content_of(entry)
        digest = chain.digest_of(chain.START, 1, "event", content)
        row = {"seq": 1, "change_id": entry.id, "kind": "event", "content": content, "digest": digest}
        connection.execute(insert(chain.link_table).values(row))
    with engine.connect() as connection:
        assert pruning.prune(connection, "event", 0) == 1


def test_the_setting_knows_its_classes_and_six_months() -> None:
    assert dict(load({}).audit_keep_days) == {"read": 183, "sign-in": 365, "refusal": 365, "export": 1095}
    assert days_by_class("read=0") == (("read", 0),)
    for wrong in ("read=30", "rights", "nothing=400", "read=-1"):
        with pytest.raises(ValueError, match="pairs"):
            days_by_class(wrong)
    assert {rule.kind for rule in retention.rules({})} == set(pruning.KINDS)
