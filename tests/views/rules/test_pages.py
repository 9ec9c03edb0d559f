"""Pages of rules: policies, calendars, deadlines, the badge and the inbox, for those who may and those who may not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from rules import heartbeat, tables
from tests.harness.applications import send, signed_in
from tests.views.rules.looking import form_of, overlay, page, policy_id


def test_every_page_answers_in_both_languages(ticked, visitor):
    reply = policy_id(ticked, "first_response")
    paths = [
        "/rules/policies/",
        "/rules/policies/add",
        "/rules/policies/add/service-tickets",
        f"/rules/policies/{reply}",
        "/rules/policies/targets/service-tickets?priority_field=YXJ",
        "/rules/calendars/",
        "/rules/calendars/add",
        "/rules/calendars/1",
        "/rules/deadlines/",
        "/rules/deadlines/?show=next",
        "/rules/deadlines/?show=paused",
        "/rules/letters/",
        "/inbox/",
        "/inbox/?show=unread",
    ]
    for language in ("en", "zh"):
        client = visitor("admin", language)
        for path in paths:
            page(client, path, headers={"Accept-Language": language})


def test_the_list_of_policies_shows_their_health(admin):
    html = page(admin, "/rules/policies/")
    assert "First reply" in html
    assert "stand still" not in html
    assert html.count('data-label="Last success"') == 3


def test_a_stopped_runner_is_not_silent(ticked, admin):
    from app.clock import now

    with overlay(ticked) as connection:
        beat = tables.heartbeats
        old = now(connection) - timedelta(minutes=10)
        kept = connection.execute(select(beat.c.at)).scalar_one()
        connection.execute(beat.update().values(at=old))
    for path in ("/rules/policies/", "/rules/deadlines/", "/inbox/", "/"):
        assert "stand still" in page(admin, path), path
    with overlay(ticked) as connection:
        connection.execute(tables.heartbeats.update().values(at=kept))


def test_a_runner_that_was_never_started_is_missed(ticked):
    beat, kinds = tables.heartbeats, tables.policies
    with overlay(ticked) as connection:
        kept = dict(connection.execute(select(beat)).mappings().one())
        connection.execute(beat.delete())
        assert heartbeat.stands_still(connection) is None
        since = connection.execute(select(kinds.c.activated_at)).scalars().first()
        connection.execute(kinds.update().values(activated_at=since - timedelta(minutes=10)))
        assert heartbeat.stands_still(connection) == 0
        connection.execute(kinds.update().values(activated_at=since))
        connection.execute(beat.insert().values(kept))


def test_names_of_policies_and_calendars_are_read_in_ones_own_language(ticked, admin):
    zh = {"Accept-Language": "zh"}
    chinese = signed_in(ticked, "admin", language="zh")
    for path, english, own in (
        ("/rules/policies/", "Time to solve", "解决时限"),
        ("/rules/calendars/", "Office hours", "办公时间"),
    ):
        assert english in page(admin, path)
        assert own not in page(admin, path)
        assert own in page(chinese, path, headers=zh)
        assert english not in page(chinese, path, headers=zh)


@pytest.mark.parametrize(
    "path",
    ["/rules/policies/", "/rules/calendars/", "/rules/letters/", "/rules/policies/1", "/rules/calendars/1"],
)
def test_others_may_not_look_at_rules(ticked, visitor, path):
    assert visitor("sales_west").get(path).status_code == 403
    assert ticked.test_client().get(path).status_code == 302


def test_saving_a_policy_without_a_change_keeps_its_definition(ticked, admin):
    from rules.sla.store import policy_with_id

    number = policy_id(ticked, "resolution_total")
    with overlay(ticked) as connection:
        before = policy_with_id(connection, number)
    answer = send(admin, f"/rules/policies/{number}", form_of(page(admin, f"/rules/policies/{number}")))
    assert answer.status_code == 302, answer.get_data(as_text=True)[:3000]
    with overlay(ticked) as connection:
        after = policy_with_id(connection, number)
    assert after.version == before.version + 1
    for name in (
        "match",
        "stop",
        "pause",
        "cancel",
        "targets",
        "ladder",
        "calendar",
        "owner_field",
        "channels",
    ):
        assert getattr(after.definition, name) == getattr(before.definition, name), name
    assert (after.name, after.active, after.kind) == (before.name, before.active, before.kind)


def test_a_new_policy_is_previewed_saved_and_refused_with_sentences(ticked, admin):
    form = form_of(page(admin, "/rules/policies/add/service-tickets"))
    form |= {
        "name": ["Complaints"],
        "stop_field": ["GBSJ"],
        "target_priority": [""],
        "target_hours": ["2,5"],
        "valid_from": ["2020-01-01"],
        "condition_match": [json.dumps({"and": [{"field": "GDLX", "op": "eq", "value": "4"}]})],
    }
    preview = send(admin, "/rules/policies/preview/service-tickets", form).get_data(as_text=True)
    assert "Open records that match" in preview
    spoiled = {**form, "name": [""], "target_hours": ["0"], "valid_from": [""]}
    wrong = send(admin, "/rules/policies/add/service-tickets", spoiled)
    assert wrong.status_code == 400
    text = wrong.get_data(as_text=True)
    assert "Give the policy a name." in text
    assert "is not above zero" in text
    assert "Enter the day from which records get a clock." in text
    assert "GDLX" in text, "what was built stays"
    assert send(admin, "/rules/policies/add/service-tickets", form).status_code == 302
    with overlay(ticked) as connection:
        row = (
            connection.execute(select(tables.policies).where(tables.policies.c.name == "Complaints"))
            .mappings()
            .one()
        )
        assert row["position"] == 40
    switched = send(admin, f"/rules/policies/{row['id']}/switch")
    assert switched.status_code == 302
    send(admin, f"/rules/policies/{row['id']}/move", {"to": "up"})
    with overlay(ticked) as connection:
        order = (
            connection.execute(select(tables.policies.c.id).order_by(tables.policies.c.position))
            .scalars()
            .all()
        )
        assert order[2] == row["id"]
        connection.execute(tables.policies.delete().where(tables.policies.c.id == row["id"]))
        connection.execute(
            tables.policy_versions.delete().where(tables.policy_versions.c.policy_id == row["id"])
        )


def test_a_start_that_is_a_stop_and_a_moving_time_are_refused(admin):
    form = form_of(page(admin, "/rules/policies/add/service-tickets"))
    closed = json.dumps({"and": [{"field": "GDZT", "op": "eq", "value": "5"}]})
    form |= {"name": ["x"], "target_hours": ["1"], "condition_stop": [closed], "condition_start": [closed]}
    assert "stops it at once" in send(admin, "/rules/policies/add/service-tickets", form).get_data(
        as_text=True
    )
    moving = json.dumps({"and": [{"field": "CJSJ", "op": "within", "value": "today"}]})
    form["condition_start"] = [moving]
    assert "moving time" in send(admin, "/rules/policies/add/service-tickets", form).get_data(as_text=True)


def test_somebody_who_saved_meanwhile_is_not_overwritten(ticked, admin):
    number = policy_id(ticked, "first_response")
    form = form_of(page(admin, f"/rules/policies/{number}"))
    assert send(admin, f"/rules/policies/{number}", form).status_code == 302
    late = send(admin, f"/rules/policies/{number}", {**form, "name": ["Mine"]})
    assert late.status_code == 409
    assert "Somebody saved this" in late.get_data(as_text=True)
    assert 'value="Mine"' in late.get_data(as_text=True)


def test_running_clocks_go_over_to_the_newest_version_only_when_told(ticked, admin):
    number = policy_id(ticked, "resolution_first")
    form = form_of(page(admin, f"/rules/policies/{number}"))
    send(admin, f"/rules/policies/{number}", form)
    assert "older version" in page(admin, f"/rules/policies/{number}")
    assert send(admin, f"/rules/policies/{number}/apply").status_code == 302
    assert "older version" not in page(admin, f"/rules/policies/{number}")


def test_a_calendar_is_previewed_saved_and_refused(ticked, admin):
    form = form_of(page(admin, "/rules/calendars/1"))
    assert send(admin, "/rules/calendars/preview", form).get_data(as_text=True).count("week-day") >= 35
    wrong = send(admin, "/rules/calendars/1", {**form, "day_0": ["nine to five"]})
    assert wrong.status_code == 400
    assert "is not a working time" in wrong.get_data(as_text=True)
    assert "nine to five" in wrong.get_data(as_text=True)
    never = send(admin, "/rules/calendars/1", {**form, **{f"day_{day}": [""] for day in range(7)}})
    assert "no working time within 400 days" in never.get_data(as_text=True)
    form["exception_from"][0], form["exception_note"][0] = "2026-12-24", "Christmas Eve"
    assert send(admin, "/rules/calendars/1", form).status_code == 302
    assert "Christmas Eve" in page(admin, "/rules/calendars/1")
