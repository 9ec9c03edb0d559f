"""What another program changed stands in the record's history once somebody opens it, or once the runner looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.extensions import services
from models.access import live
from models.change import changes_of
from rules import outside
from tests.harness import applications
from tests.harness.applications import signed_in, token_of


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    opened: Any = (
        applications.embedded(tmp_path_factory.mktemp("demo"))
        if request.param == "embedded"
        else applications.on_server(request.getfixturevalue("mariadb_url"))
    )
    with opened as made:
        yield made


def changed(client: FlaskClient, key: str, name: str) -> None:
    path = f"/api/v1/data/customers/{key}"
    headers = {"If-Match": client.get(path).headers["ETag"], "X-CSRFToken": token_of(client)}
    assert client.patch(path, json={"KHMC": name}, headers=headers).status_code == 200


def elsewhere(app: Flask, key: str, name: str) -> None:
    with app.app_context(), services().engine.begin() as connection:
        put = f"UPDATE {services().schema}.T_KHZL SET KHMC=:name, GXSJ='2031-01-01 00:00:00' WHERE ID=:key"
        connection.execute(text(put), {"name": name, "key": key})


def outside_entries(app: Flask, key: str) -> list[tuple[Any, Any]]:
    with app.app_context(), services().engine.connect() as connection:
        found = changes_of(connection, "customers", key)
    return [(one.before.get("KHMC"), one.after.get("KHMC")) for one in found if one.action == "outside"]


def test_opening_a_record_notices(app: Flask) -> None:
    client = signed_in(app, "admin")
    changed(client, "21", "Ours")
    elsewhere(app, "21", "Theirs")
    for _turn in range(3):
        page = client.get("/data/customers/history/21").get_data(as_text=True)
        assert "Outside Veneer" in page
        assert "Changed by another program" in page
        assert outside_entries(app, "21") == [("Ours", "Theirs")]
    assert "Changed by another program" in client.get("/audit/?action=outside").get_data(as_text=True)


def test_whoever_may_not_see_a_record_notices_nothing(app: Flask) -> None:
    client = signed_in(app, "admin")
    changed(client, "22", "Ours")
    elsewhere(app, "22", "Theirs")
    with app.app_context(), services().engine.begin() as connection:
        connection.execute(
            text(f"UPDATE {services().schema}.T_KHZL SET YWY='YG0103', BMBH='10030201' WHERE ID=22")
        )
    assert signed_in(app, "sales_east").get("/data/customers/history/22").status_code == 404
    assert outside_entries(app, "22") == []


def test_the_runner_notices_where_a_table_says_when(app: Flask) -> None:
    client = signed_in(app, "admin")
    with app.app_context():
        entity = live().current().entities["customers"]
        before, entity.indexes = entity.indexes, (*entity.indexes, (entity.updated,))
        try:
            assert entity.updated == "GXSJ"
            changed(client, "23", "Ours")
            outside.look(services().engine, live().current)  # the first look only begins
            elsewhere(app, "23", "Theirs")
            assert outside.look(services().engine, live().current) >= 1
            assert outside.look(services().engine, live().current) == 0
        finally:
            entity.indexes = before
    assert outside_entries(app, "23") == [("Ours", "Theirs")]
