"""The catalogue in force: swapped whole, kept when the next one cannot be built, and gone when nothing needs it."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, event, insert

import fields
from fields import best_kind
from models.catalogue import Catalogue
from models.drift import tables as drift_tables
from models.guard import RecordSession
from models.live import LiveCatalogue
from models.overlay import metadata
from models.policy import Policy
from models.records import read
from models.wiring import store
from models.wiring.nouns import Field, Label, Wiring
from tests.models import small_erp
from tests.models.small_erp import ADMIN, SmallErp

VERSIONS = 30


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallErp]:
    assert drift_tables.watch.metadata is metadata
    if request.param == "sqlite":
        with small_erp.embedded(tmp_path) as made:
            yield made
    else:
        url, name = request.getfixturevalue("mariadb_url"), request.getfixturevalue("mariadb_database")
        with small_erp.on_server(url, name) as made:
            yield made


def publish(erp: SmallErp, label: str, kind: str = "text") -> None:
    """The next version: the customers' name is called `label`."""
    wanted = small_erp.wiring()
    customer = wanted.entities["customer"]
    name = replace(customer.fields["NAME"], label=Label(label), kind=kind)
    changed = replace(customer, fields={**customer.fields, "NAME": name})
    with erp.engine.begin() as connection:
        current = store.current_version(connection)
        store.save(connection, Wiring(0, {**wanted.entities, "customer": changed}), current)


def opened(erp: SmallErp, clock: Clock, type_of: Any = fields.column_type) -> LiveCatalogue:
    publish(erp, "first")
    return LiveCatalogue(erp.engine, erp.catalogue.schema, type_of, best_kind, clock)


def label(catalogue: Catalogue) -> str:
    return catalogue.entities["customer"].fields["NAME"].label.en


def ask(erp: SmallErp, catalogue: Catalogue) -> int:
    with RecordSession(erp.engine, Policy(ADMIN, catalogue)) as session:
        found = [
            read.page(session, entity, read.Query(columns=tuple(entity.fields))).records
            for entity in catalogue.entities.values()
        ]
    return sum(len(records) for records in found)


def test_a_new_version_is_in_force_after_a_second_and_at_once_for_who_published(erp: SmallErp) -> None:
    clock = Clock()
    live = opened(erp, clock)
    held = live.current()
    publish(erp, "second")
    clock.now = 0.9
    assert live.current() is held
    clock.now = 1.0
    assert label(live.current()) == "second"
    publish(erp, "third")
    assert label(live.refresh()) == "third"


def test_looking_costs_one_statement_and_an_unchanged_version_none_more(erp: SmallErp) -> None:
    clock = Clock()
    live = opened(erp, clock)
    live.current()
    asked: list[str] = []
    event.listen(erp.engine, "before_cursor_execute", lambda _c, _cur, text, *_rest: asked.append(text))
    for _ in range(10):
        live.current()
    assert asked == []
    clock.now = 2.0
    live.current()
    assert len(asked) == 1


def test_a_version_that_cannot_be_built_leaves_the_old_one_and_the_next_one_heals(erp: SmallErp) -> None:
    def type_of(field: Field) -> Any:
        if field.kind == "broken":
            raise ValueError("no such type")
        return fields.column_type(field)

    clock = Clock()
    live = opened(erp, clock, type_of)
    held = live.current()
    publish(erp, "second", kind="broken")
    clock.now = 5.0
    assert live.current() is held
    assert live.failure == "ValueError: no such type"
    assert ask(erp, live.current()) == 6
    publish(erp, "third")
    clock.now = 10.0
    assert (label(live.current()), live.failure) == ("third", "")


def test_what_has_not_changed_keeps_its_class_and_what_has_gets_another(erp: SmallErp) -> None:
    live = opened(erp, Clock())
    before = live.current()
    publish(erp, "second")
    after = live.refresh()
    assert after.entities["order"].model is before.entities["order"].model
    assert after.entities["customer"].model is not before.entities["customer"].model
    assert ask(erp, before) == ask(erp, after) == 6


def test_old_catalogues_and_their_classes_are_freed(erp: SmallErp) -> None:
    live = opened(erp, Clock())
    catalogues: list[weakref.ref[Any]] = []
    classes: list[weakref.ref[Any]] = []
    for number in range(VERSIONS):
        publish(erp, f"version {number}")
        catalogue = live.refresh()
        assert ask(erp, catalogue) == 6
        catalogues.append(weakref.ref(catalogue))
        classes.append(weakref.ref(catalogue.entities["customer"].model))
    del catalogue
    gc.collect()
    assert sum(one() is not None for one in catalogues) == 1
    assert sum(one() is not None for one in classes) <= 2


def test_while_one_thread_builds_the_others_are_served(erp: SmallErp) -> None:
    clock, begun, may_go = Clock(), threading.Event(), threading.Event()

    def slow(field: Field) -> Any:
        if field.label.en == "slow":
            begun.set()
            assert may_go.wait(30)
        return fields.column_type(field)

    live = opened(erp, clock, slow)
    held = live.current()
    publish(erp, "slow")
    clock.now = 5.0
    builder = threading.Thread(target=live.current)
    builder.start()
    assert begun.wait(30)
    started = time.monotonic()
    assert live.current() is held
    assert time.monotonic() - started < 5
    may_go.set()
    builder.join()
    assert label(live.current()) == "slow"


def test_a_change_of_the_schema_alone_builds_anew(erp: SmallErp) -> None:
    live = opened(erp, Clock())
    before = live.current()
    row = {
        "generation": 1,
        "version": 1,
        "fingerprint": "x",
        "baseline": "{}",
        "changes": "[]",
        "id": drift_tables.ROW,
    }
    with erp.engine.begin() as connection:
        from app.clock import now

        row |= {"facts": '{"ORDERS": null}', "looked_at": now(connection)}
        connection.execute(insert(drift_tables.watch).values(row))
    after = live.refresh()
    assert (after.version, after.generation) == (before.version, 1)
    assert set(after.entities) == {"customer"}
    assert set(after.gone) == {"order"}
    assert isinstance(after.entities["customer"].table.c.NAME, Column)
