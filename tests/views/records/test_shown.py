"""Rows that pages show in a day: counted in portions, told to auditors once, and an end that no way of looking goes round."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, select

from app.extensions import services
from models import quota
from models.access import live
from models.change import change_table
from models.quota import use_table
from rules.tables import notifications
from tests.harness import applications
from tests.harness.applications import signed_in
from views.shown import NAME

TOLD, MOST, PAGE = 200, 400, 25
LIST = "/data/customers/list/"


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    settings = {"LIST_ROWS_TOLD": str(TOLD), "LIST_ROWS_A_DAY": str(MOST)}
    with applications.on(request.param, request, tmp_path_factory.mktemp("shown"), **settings) as app:
        yield app


@pytest.fixture
def app(served: Flask) -> Flask:
    """Nobody has seen anything today."""
    with served.app_context(), services().engine.begin() as connection:
        services().rooms.pop("rows_shown", None)
        for table in (use_table, notifications):
            connection.execute(delete(table))
    return served


def looked(client: Any, times: int, path: str = f"{LIST}?size={PAGE}") -> list[int]:
    return [client.get(path).status_code for _each in range(times)]


def used(app: Flask) -> list[int]:
    with app.app_context(), services().engine.connect() as connection:
        return list(connection.execute(select(use_table.c.used).where(use_table.c.name == NAME)).scalars())


def told(app: Flask) -> list[tuple[int, str]]:
    with app.app_context(), services().engine.connect() as connection:
        found = select(notifications.c.user_id, notifications.c.params).where(
            notifications.c.code == "lists.many"
        )
        return [tuple(row) for row in connection.execute(found)]


def warned(app: Flask) -> int:
    with app.app_context(), services().engine.connect() as connection:
        found = select(change_table.c.id).where(change_table.c.action == "many-shown")
        return len(connection.execute(found).all())


def test_auditors_are_told_once_and_beyond_the_limit_it_is_enough_for_today(app: Flask) -> None:
    client, before = signed_in(app, "executive"), warned(app)
    assert looked(client, TOLD // PAGE - 1) == [200] * (TOLD // PAGE - 1)
    assert told(app) == []
    assert looked(client, (MOST - TOLD) // PAGE + 1) == [200] * ((MOST - TOLD) // PAGE + 1)
    admin = signed_in(app, "admin")
    assert len(told(app)) == 1
    page = admin.get("/inbox/").get_data(as_text=True)
    assert "executive was shown more than 200 rows on pages today" in page
    assert "/audit/?who=executive" in page
    assert "Was shown very many rows" in admin.get("/audit/?who=executive").get_data(as_text=True)
    refused = client.get(LIST)
    assert refused.status_code == 429
    assert "a day's measure" in refused.get_data(as_text=True).replace("&#39;", "'")
    assert (len(told(app)), warned(app) - before, used(app)) == (1, 1, [MOST])


WAYS = ["/data/customers/show/{key}", "/data/contacts/look-up/KHBH?q=K", "/search?q=KH0"]


@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_looking_goes_round_it(app: Flask, way: str) -> None:
    client = signed_in(app, "executive")
    with app.app_context(), services().engine.connect() as connection:
        table = live().current().entities["customers"].table
        key = connection.execute(select(table.c["ID"]).limit(1)).scalar()
    path = way.format(key=key)
    assert client.get(path).status_code == 200
    looked(client, MOST // PAGE)
    assert client.get(LIST).status_code == 429
    assert client.get(path).status_code == 429


def test_somebody_else_and_administrators_go_on(app: Flask) -> None:
    looked(signed_in(app, "executive"), MOST // PAGE)
    assert looked(signed_in(app, "clerk"), 1) == [200]
    assert looked(signed_in(app, "admin"), MOST // PAGE + 2) == [200] * (MOST // PAGE + 2)


def test_a_usual_page_costs_no_statement_for_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        config = replace(services().config, list_rows_told=20_000, list_rows_a_day=200_000)
        monkeypatch.setattr(services(), "config", config)
        engine = services().engine
    client, seen = signed_in(app, "executive"), list[str]()
    looked(client, 2)

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        looked(client, 5)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert seen
    assert not [one for one in seen if "daily_use" in one]
    assert used(app) == []


def test_workers_that_count_at_the_same_moment_see_each_sum_once(app: Flask) -> None:
    sums, barrier = list[int](), threading.Barrier(8)

    def run() -> None:
        with app.app_context():
            barrier.wait()
            sums.append(quota.count(services().engine, 77, NAME, 10))

    threads = [threading.Thread(target=run) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sums) == [10 * turn for turn in range(1, 9)], "whoever passes the limit is one alone"
