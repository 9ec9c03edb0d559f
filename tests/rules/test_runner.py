"""The runner as it is served: one of several processes works, its jobs never raise, and mail leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from rules import heartbeat, tables
from rules.runner import Runner, start_inline
from tests.harness import applications
from tests.harness.applications import signed_in
from tests.harness.forms import main_form
from tests.harness.waiting import until
from tests.rules.smtp_sink import smtp_sink


@pytest.fixture(scope="module")
def sink():
    with smtp_sink() as running:
        yield running


@pytest.fixture(scope="module")
def app(tmp_path_factory, sink) -> Iterator[Flask]:
    settings = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(sink.port),
        "SMTP_TLS": "none",
        "RUNNER_POLL_SECONDS": "1",
    }
    folder = tmp_path_factory.mktemp("runner")
    with applications.embedded(folder, PUBLIC_URL="https://veneer.example", **settings) as running:
        yield running


def rows(app: Flask, statement) -> list:
    with app.extensions["veneer"].engine.connect() as connection:
        return list(connection.execute(statement).mappings())


def test_started_twice_one_works_and_mail_leaves_with_a_link(app, sink):
    first, second = start_inline(app), start_inline(app)
    try:
        until(lambda: rows(app, select(tables.clocks.c.id).limit(1)))
        until(lambda: sink.messages)
        assert first.is_leading != second.is_leading
        leader, other = (first, second) if first.is_leading else (second, first)
        with leader.engine.connect() as connection:
            beat = heartbeat.last_beat(connection)
        assert (beat.runner, beat.is_late) == (leader.name, False)
        assert "https://veneer.example/data/service-tickets/show/" in sink.messages[0].get_content()
        leader.stop()
        until(other.leads)
    finally:
        for runner in (first, second):
            runner.scheduler.shutdown(wait=True)
            runner.stop()
    codes = [row["code"] for row in rows(app, select(tables.notifications.c.code))]
    assert {"sla.breach", "sla.warning"} <= set(codes), "the demo shows both at once"


def test_a_job_that_fails_is_logged_and_tried_again(app, caplog):
    runner = Runner(app)
    calls = []

    def broken() -> None:
        calls.append(1)
        raise ZeroDivisionError

    job = runner.guarded(broken)
    job()
    job()
    runner.stop()
    assert len(calls) == 2
    assert "broken failed; the next tick tries again" in caplog.text


def test_who_does_not_lead_does_nothing(app):
    leader, other = Runner(app), Runner(app)
    assert leader.leads()
    calls = []
    other.guarded(lambda: calls.append(1))()
    assert calls == []
    leader.stop()
    other.guarded(lambda: calls.append(1))()
    assert calls == [1]
    other.stop()


def test_a_change_made_in_veneer_stops_the_clock_within_a_look(app):
    """The Change is the rules' input: no column of the ticket has to tell."""
    runner = Runner(app)
    with app.app_context():
        runner.look()
        open_clock = select(tables.clocks).where(
            tables.clocks.c.state == "running", tables.clocks.c.kind == "resolution_total"
        )
        clock = rows(app, open_clock.limit(1))[0]
        path = f"/data/service-tickets/edit/{clock['record']}"
    admin = signed_in(app, "admin")
    form = main_form(admin.get(path).get_data(as_text=True)).sent
    form["f.GDZT"] = "5"
    assert admin.post(path, data=form).status_code == 302
    with app.app_context():
        runner.look()
    (after,) = rows(app, select(tables.clocks).where(tables.clocks.c.id == clock["id"]))
    runner.stop()
    assert after["state"] == "met"
    assert after["stopped_at"] - clock["evaluated_at"] < timedelta(minutes=2)
    assert rows(app, select(tables.policies.c.last_success_at))[0]["last_success_at"] is not None


def test_a_stop_of_the_runner_is_noticed_by_its_heartbeat(app):
    runner = Runner(app)
    runner.beat()
    with app.extensions["veneer"].engine.begin() as connection:
        late = runner.period * 3 * heartbeat.PERIODS + timedelta(seconds=1)
        beat = heartbeat.last_beat(connection)
        connection.execute(update(tables.heartbeats).values(at=beat.at - late))
        assert heartbeat.last_beat(connection).is_late
    runner.stop()
