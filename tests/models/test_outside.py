"""Changes of another program: noticed against what the audit last said, once, and never mistaken for a save of ours."""

from __future__ import annotations

from threading import Barrier, Thread

from sqlalchemy import select

from models.audit import chain
from models.audit.verify import verify
from models.change import Change, change_table, changes_of
from models.records import outside, read, write
from models.records.transaction import Once
from tests.models.small_erp import ADMIN, SmallErp


def saved(erp: SmallErp, name: str, token: str = "1") -> None:
    session, customer = erp.session(ADMIN), erp.catalogue.entities["customer"]
    record = read.get(session, customer, token)
    write.change(session, customer, token, record.hash, {"NAME": name}, once=Once())


def noticed(erp: SmallErp, token: str = "1") -> int | None:
    return outside.notice(erp.engine, erp.catalogue.entities["customer"], token)


def history(erp: SmallErp) -> list[Change]:
    with erp.engine.connect() as connection:
        return changes_of(connection, "customer", "1")


def elsewhere(erp: SmallErp, name: str) -> None:
    erp.raw(f"UPDATE {{s}}.CUSTOMER SET NAME='{name}', SECRET='also' WHERE ID=1")


def test_a_change_is_noticed_with_before_and_after_and_linked(erp: SmallErp) -> None:
    saved(erp, "Ada II")
    assert noticed(erp) is None
    elsewhere(erp, "Ada III")
    assert noticed(erp) is not None
    entry = history(erp)[0]
    assert (entry.action, entry.actor_name, entry.cause) == ("outside", "", "outside")
    assert (entry.before, entry.after) == ({"NAME": "Ada II"}, {"NAME": "Ada III"})
    with erp.engine.begin() as connection:
        chain.extend(connection)
    with erp.engine.connect() as connection:
        assert verify(connection).faults == []


def test_it_is_written_once_and_again_when_it_comes_again(erp: SmallErp) -> None:
    saved(erp, "Ada II")
    for name, expected in (("x", 1), ("x", 1), ("Ada II", 2), ("x", 3)):
        elsewhere(erp, name)
        noticed(erp)
        noticed(erp)
        assert len([one for one in history(erp) if one.action == "outside"]) == expected


def test_two_that_notice_at_once_write_one_entry(erp: SmallErp) -> None:
    saved(erp, "start")
    for turn in range(10):
        elsewhere(erp, f"turn {turn}")
        gate = Barrier(4)

        def look(gate: Barrier = gate) -> None:
            gate.wait()
            noticed(erp)

        threads = [Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        noticed(erp)  # where the row was too busy for all of them
        assert len([one for one in history(erp) if one.action == "outside"]) == turn + 1


def test_saves_of_our_own_are_never_taken_for_others(erp: SmallErp) -> None:
    saved(erp, "start")

    def look() -> None:
        for _turn in range(30):
            noticed(erp)

    watcher = Thread(target=look)
    watcher.start()
    for turn in range(15):
        saved(erp, f"mine {turn}")
    watcher.join()
    assert {one.action for one in history(erp)} == {"change"}


def test_nothing_is_known_of_records_that_nobody_changed_here(erp: SmallErp) -> None:
    elsewhere(erp, "x")
    assert noticed(erp) is None
    assert noticed(erp, "99") is None
    with erp.engine.connect() as connection:
        assert connection.execute(select(change_table.c.id)).first() is None
        assert outside.watched(connection, erp.catalogue.entities["customer"], ["1", "2"]) == []


def test_a_busy_row_is_left_for_another_time(erp: SmallErp) -> None:
    saved(erp, "Ada II")
    elsewhere(erp, "x")
    if erp.engine.dialect.name == "sqlite":
        return
    with erp.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {erp.catalogue.schema}.CUSTOMER SET UNIT='u' WHERE ID=1")
        assert noticed(erp) is None
    assert noticed(erp) is not None


def test_rows_that_went_are_no_difference(erp: SmallErp) -> None:
    saved(erp, "Ada II")
    erp.raw("DELETE FROM {s}.CUSTOMER WHERE ID=1")
    assert noticed(erp) is None
