"""A published wiring that cannot be built is told to administrators and IT people, once, however many workers find out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

import fields
from app.extensions import services
from fields import best_kind
from models.access import live
from models.live import LiveCatalogue
from models.wiring import store
from models.wiring.nouns import Field
from rules.builds import tell_failure
from rules.inbox import messages_of
from rules.messages import sentence
from tests.harness import applications


@pytest.fixture(params=["embedded", pytest.param("server", marks=pytest.mark.mariadb)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    if request.param == "embedded":
        with applications.embedded(tmp_path) as made:
            yield made
    else:
        with applications.on_server(request.getfixturevalue("mariadb_url")) as made:
            yield made


def broken(field: Field) -> Any:
    if field.kind == "broken":
        raise ValueError("no such type")
    return fields.column_type(field)


def worker(app: Flask) -> LiveCatalogue:
    """As another process has it."""
    running = app.extensions["veneer"]
    made = LiveCatalogue(running.engine, running.schema, broken, best_kind, lambda: 0.0)
    made.after_failure.append(lambda failed: tell_failure(running.engine, failed))
    made.current()
    return made


def publish(app: Flask, kind: str) -> int:
    with services().engine.begin() as connection:
        known = store.load(connection)
        customers = known.entities["customers"]
        odd = {**customers.fields, "KHMC": replace(customers.fields["KHMC"], kind=kind)}
        whole = {**known.entities, "customers": replace(customers, fields=odd)}
        return store.save(connection, replace(known, entities=whole), known.version, "").version


def told(user: int = 1) -> list[str]:
    with services().engine.connect() as connection:
        return [one.params["title"] for one in messages_of(connection, user) if one.code == "wiring.failed"]


def test_a_failed_build_is_told_once_and_each_version_by_itself(app: Flask) -> None:
    with app.app_context():
        workers = [worker(app) for _ in range(3)]
        before = live().current().version
        first = publish(app, "broken")
        for one in [*workers, *workers]:
            assert one.refresh().version == before
        assert told() == [str(first)]
        second = publish(app, "broken")
        for one in workers:
            one.refresh()
        assert told() == [str(second), str(first)]
        publish(app, "text")
        assert {one.refresh().version for one in workers} == {second + 1}
        assert told() == [str(second), str(first)]


def test_the_application_itself_tells(app: Flask) -> None:
    with app.app_context():
        live()._type_of = broken
        number = publish(app, "broken")
        live().refresh()
        assert told() == [str(number)]
        assert live().failure == "ValueError: no such type"
        assert f"Version {number} of the wiring" in sentence("wiring.failed", {"title": number})
        with force_locale("zh"):
            assert f"{number} 版" in sentence("wiring.failed", {"title": number})


def test_an_overlay_that_takes_no_message_stops_nothing(app: Flask) -> None:
    with app.app_context():
        held = live().current()
        live()._type_of = broken
        live().after_failure.insert(0, refuse)
        number = publish(app, "broken")
        assert live().refresh() is held
        assert told() == [str(number)]


def refuse(_failed: object) -> None:
    from sqlalchemy.exc import OperationalError

    raise OperationalError("INSERT", {}, Exception("read-only"))
