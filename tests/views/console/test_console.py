"""Who gets into the console, the lock, and what a change of raw rows leaves behind."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.extensions import services
from models.change import change_table
from models.unlock import unlock_table
from tests.harness.applications import send, signed_in, token_of
from tests.views.console.conftest import REASON, attribute, sent_by_a_browser, words

PAGES = ("/it/", "/it/rows/?table=T_KHZL", "/it/rows/show?table=T_KHZL&token=5", "/it/overlay/", "/it/overlay/?table=change",
         "/it/checks/", "/it/connections/", "/it/versions/")  # fmt: skip
WRITING = (
    "/it/rows/add?table=T_KHZL",
    "/it/rows/edit?table=T_KHZL&token=5",
    "/it/rows/delete?table=T_KHZL&token=5",
)
TABLES = ("T_ZZJG", "T_YGDA", "T_ZDB", "T_SJZD", "T_XTCS", "T_CPZL", "T_KHZL", "T_KHLXR", "T_DDZB", "T_DDMX", "T_SKDJ",
          "T_HTZB", "T_ZCDA", "T_GDZB", "T_CZRZ")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_only_it_and_administrators_get_in(site: Flask, path: str) -> None:
    anonymous = site.test_client().get(path)
    assert anonymous.status_code == 302
    assert anonymous.headers["Location"].startswith("/login/")
    answers = {
        name: signed_in(site, name).get(path).status_code for name in ("clerk", "executive", "it", "admin")
    }
    assert answers == {"clerk": 403, "executive": 403, "it": 200, "admin": 200}


def test_every_address_of_the_console_asks_for_the_permission(site: Flask) -> None:
    clerk, visitor = signed_in(site, "clerk"), site.test_client()
    token = token_of(clerk)
    rules = [rule for rule in site.url_map.iter_rules() if rule.rule.startswith("/it/") or rule.rule == "/it"]
    assert len(rules) >= 12
    for rule in rules:
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            assert clerk.open(rule.rule, method=method, data={"csrf_token": token}).status_code == 403, rule
            assert visitor.open(rule.rule, method=method).status_code in {302, 400}, rule


def test_flask_admin_s_own_scripts_are_not_served(it: FlaskClient) -> None:
    assert not [
        rule
        for rule in it.application.url_map.iter_rules()
        if rule.rule.startswith("/it/") and "static" in rule.rule
    ]
    for path in PAGES:
        answer = it.get(path)
        page = answer.get_data(as_text=True)
        assert "jquery" not in page.lower()
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert not re.search(r"\son\w+=", page)


def test_an_unknown_table_is_not_found(it: FlaskClient) -> None:
    for path in (
        "/it/rows/?table=sqlite_master",
        "/it/rows/?table=",
        "/it/rows/",
        "/it/overlay/?table=T_KHZL",
        "/it/rows/?table=ab_user",
    ):
        assert it.get(path).status_code == 404, path


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_looked_through(it: FlaskClient, name: str) -> None:
    first = it.get(f"/it/rows/?table={name}")
    assert first.status_code == 200
    page = first.get_data(as_text=True)
    tokens = re.findall(rf'/it/rows/show\?table={name}&amp;token=([^"]+)"', page)
    seen = set(tokens)
    for token in tokens[:2]:
        assert it.get(f"/it/rows/show?table={name}&token={token}").status_code == 200
    for _page in range(3):
        following = re.search(r'href="(/it/rows/\?[^"]*)" rel="next"', page)
        if not following:
            break
        page = it.get(following[1].replace("&amp;", "&")).get_data(as_text=True)
        new = set(re.findall(rf'/it/rows/show\?table={name}&amp;token=([^"]+)"', page))
        assert not new & seen
        seen |= new


def test_rows_are_found_and_sorted(it: FlaskClient) -> None:
    found = words(it.get("/it/rows/?table=T_KHZL&f=KHBH&op=eq&v=KH00000007"))
    assert "KH00000007" in found
    assert "KH00000008" not in found
    assert "KH00000007" in words(it.get("/it/rows/?table=T_KHZL&q=KH00000007"))
    upward = re.findall(r"KH\d{8}", words(it.get("/it/rows/?table=T_KHZL&sort=KHBH")))
    assert upward
    assert upward == sorted(upward)
    assert it.get("/it/rows/?table=T_KHZL&f=NOPE&op=eq&v=1").status_code == 404
    assert it.get("/it/rows/?table=T_KHZL&f=KHBH&op=like&v=1").status_code == 400
    assert it.get("/it/rows/?table=T_KHZL&f=XYED&op=gt&v=much").status_code == 400


def test_nothing_can_be_written_while_it_is_locked(it: FlaskClient) -> None:
    for path in WRITING:
        assert send(it, path, {"f.KHMC": "x"}).status_code == 403, path
    assert it.get(WRITING[0]).status_code == 403
    assert it.get(WRITING[2]).status_code == 405
    assert "Raw rows are locked" in words(it.get("/it/rows/?table=T_KHZL"))


@pytest.mark.parametrize("reason", ["", "   ", "why"])
def test_unlocking_needs_a_reason(it: FlaskClient, reason: str) -> None:
    assert send(it, "/it/unlock", {"reason": reason}).status_code == 400
    assert it.post("/it/unlock", data={"reason": REASON}).status_code == 400  # no CSRF token
    assert it.get("/it/unlock").status_code == 405
    assert it.get(WRITING[0]).status_code == 403


DEEDS = change_table.c.entity.not_in(["@access", "@account"])
"""What was done, beside refusals and sign-ins, which the audit holds as well."""


def newest(site: Flask, number: int = 1) -> list[Any]:
    with site.app_context(), services().engine.connect() as connection:
        found = select(change_table).where(DEEDS).order_by(change_table.c.id.desc()).limit(number)
        return list(connection.execute(found).mappings())


def count(site: Flask) -> int:
    with site.app_context(), services().engine.connect() as connection:
        return int(connection.execute(select(func.count(change_table.c.id)).where(DEEDS)).scalar() or 0)


def test_every_write_is_audited_with_its_reason(site: Flask, unlocked: FlaskClient) -> None:
    assert (newest(site)[0]["action"], newest(site)[0]["reason"]) == ("unlock", REASON)
    before = count(site)
    path = "/it/rows/add?table=T_XTCS"
    form = unlocked.get(path)
    sent = {"idempotency_key": attribute(form, "idempotency_key"), "f.CSBH": "TEST_A", "f.CSZ": "1"}
    added = send(unlocked, path, sent)
    assert added.status_code == 302, words(added)
    place = added.headers["Location"]
    edit = place.replace("/show", "/edit")
    form = unlocked.get(edit)
    fields = {"row_hash": attribute(form, "row_hash"), "idempotency_key": attribute(form, "idempotency_key")}
    assert send(unlocked, edit, {**fields, "f.CSZ": "2"}).status_code == 302
    shown = unlocked.get(place)
    deleted = send(unlocked, place.replace("/show", "/delete"), {"row_hash": attribute(shown, "row_hash")})
    assert deleted.status_code == 302
    assert unlocked.get(place).status_code == 404
    entries = newest(site, 3)[::-1]
    assert [entry["action"] for entry in entries] == ["create", "change", "delete"]
    assert {entry["actor_name"] for entry in entries} == {"it"}
    assert all(REASON in entry["cause"] for entry in entries)
    assert '"CSZ": "1"' in entries[1]["before"]
    assert '"CSZ": "2"' in entries[1]["after"]
    assert count(site) == before + 3


def test_a_row_that_somebody_else_changed_is_not_overwritten(site: Flask, unlocked: FlaskClient) -> None:
    path = "/it/rows/edit?table=T_KHZL&token=6"
    first = unlocked.get(path)
    fields = {"row_hash": attribute(first, "row_hash")}
    name = str(sent_by_a_browser(first.get_data(as_text=True))["f.KHMC"])
    assert send(unlocked, path, {**fields, "f.KHMC": name + "!"}).status_code == 302
    late = send(unlocked, path, {**fields, "f.KHMC": "x"})
    assert late.status_code == 200
    assert "Somebody changed this record" in words(late)
    second = unlocked.get(path)
    assert sent_by_a_browser(second.get_data(as_text=True))["f.KHMC"] == name + "!"
    assert (
        send(unlocked, path, {"row_hash": attribute(second, "row_hash"), "f.KHMC": name}).status_code == 302
    )
    gone = send(unlocked, "/it/rows/delete?table=T_KHZL&token=6", {"row_hash": fields["row_hash"]})
    assert gone.status_code in {302, 409}


def test_a_published_record_shows_the_change_in_its_history(site: Flask, unlocked: FlaskClient) -> None:
    path = "/it/rows/edit?table=T_KHZL&token=7"
    form = unlocked.get(path)
    name = str(sent_by_a_browser(form.get_data(as_text=True))["f.KHMC"])
    assert (
        send(unlocked, path, {"row_hash": attribute(form, "row_hash"), "f.KHMC": name + "!"}).status_code
        == 302
    )
    assert newest(site)[0]["entity"] == "customers"
    assert REASON in signed_in(site, "admin").get("/data/customers/history/7").get_data(as_text=True)
    form = unlocked.get(path)
    send(unlocked, path, {"row_hash": attribute(form, "row_hash"), "f.KHMC": name})


def test_a_form_that_is_wrong_keeps_what_was_typed(unlocked: FlaskClient) -> None:
    answer = send(unlocked, "/it/rows/add?table=T_KHZL", {"f.KHMC": "typed before", "f.XYED": "much"})
    page = answer.get_data(as_text=True)
    assert "typed before" in page
    assert "field-error" in page


def test_tables_without_a_key_stay_read_only(unlocked: FlaskClient) -> None:
    assert "has no key" in words(unlocked.get("/it/rows/?table=T_CZRZ"))
    assert unlocked.get("/it/rows/add?table=T_CZRZ").status_code == 403
    assert send(unlocked, "/it/rows/edit?table=T_CZRZ&token=1").status_code in {403, 404}


def test_the_lock_closes_by_time_by_hand_and_at_logout(site: Flask, it: FlaskClient) -> None:
    send(it, "/it/unlock", {"reason": REASON})
    assert it.get(WRITING[0]).status_code == 200
    with site.app_context(), services().engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(unlock_table).values(until=past))
    assert it.get(WRITING[0]).status_code == 403
    send(it, "/it/unlock", {"reason": REASON})
    send(it, "/it/lock")
    assert it.get(WRITING[0]).status_code == 403
    assert newest(site)[0]["action"] == "lock"
    send(it, "/it/unlock", {"reason": REASON})
    cookie = it.get_cookie("veneer")
    send(it, "/logout/")
    again = signed_in(site, "it")
    assert again.get(WRITING[0]).status_code == 403
    assert cookie
    thief = site.test_client()
    thief.set_cookie("veneer", cookie.value)
    assert thief.get(WRITING[0]).status_code in {302, 403}


def test_an_opening_belongs_to_one_person(site: Flask, unlocked: FlaskClient) -> None:
    admin = signed_in(site, "admin")
    with unlocked.session_transaction() as theirs:
        number = theirs["console_unlock"]
    with admin.session_transaction() as session:
        session["console_unlock"] = number
    assert admin.get(WRITING[0]).status_code == 403


@pytest.mark.parametrize("name", ["ab_user", "ab_api_key", "ab_register_user"])
def test_the_overlay_shows_no_secrets(site: Flask, it: FlaskClient, name: str) -> None:
    answer = it.get(f"/it/overlay/?table={name}")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "scrypt:" not in page
    assert "pbkdf2:" not in page
    assert "Not shown, because they hold secrets" in words(answer)
    heads = re.findall(r"<th scope=\"col\"[^>]*>\s*([\w.]+)", page)
    assert not {"password", "key_hash", "lookup_hash", "registration_hash"} & set(heads)


def test_every_overlay_table_can_be_opened(it: FlaskClient) -> None:
    names = re.findall(r'href="/it/overlay/\?table=([^"]+)"', it.get("/it/overlay/").get_data(as_text=True))
    assert {"change", "wiring_version", "ab_user", "outbox"} <= set(names)
    for name in names:
        assert it.get(f"/it/overlay/?table={name}").status_code == 200, name


def test_health_pages_say_what_runs_here(site: Flask, it: FlaskClient) -> None:
    is_server = not services_config(site).is_embedded
    assert "V171" in words(it.get("/it/checks/"))
    assert ("PROCESSLIST" in words(it.get("/it/connections/"))) is is_server
    versions = words(it.get("/it/versions/"))
    assert "Flask-Admin 2.2" in versions
    assert ("MariaDB" in versions) is is_server
    assert "in force" in versions


def services_config(site: Flask) -> Any:
    return site.extensions["veneer"].config


def test_the_console_speaks_chinese(site: Flask) -> None:
    chinese = signed_in(site, "it", language="zh-CN")
    for path in PAGES:
        page = words(chinese.get(path, headers={"Accept-Language": "zh-CN"}))
        assert re.search(r"[\u4e00-\u9fff]", page), path
