"""The audit's page: what is written down by itself, how it is found, and how little it tells about others' records."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app import accounts
from app.extensions import services
from app.security import overlay_session
from models.audit import chain
from models.audit.verify import verify
from models.change import change_table
from tests.harness.applications import send, signed_in
from tests.harness.forms import main_form
from views.audit import words

AUDITOR, PASSWORD = "auditor", "a-password-for-auditors-1"


@pytest.fixture
def auditor(served: Flask) -> FlaskClient:
    """Somebody who may look into the audit and see no record at all."""
    with served.app_context():
        accounts.add_account(AUDITOR, "Audi", "Tor", "Auditor", PASSWORD)
    return signed_in(served, AUDITOR, PASSWORD)


def newest(app: Flask, subject: str) -> dict[str, object]:
    with app.app_context(), services().engine.connect() as connection:
        found = select(change_table).where(change_table.c.entity == subject)
        row = connection.execute(found.order_by(change_table.c.id.desc()).limit(1)).mappings().first()
    return dict(row) if row else {}


def page(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"/audit/{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_refusal_is_written_down_once_a_second(served: Flask) -> None:
    client = signed_in(served, "sales_east")
    for _time in range(3):
        assert client.get("/wiring/").status_code == 403
    found = newest(served, "@access")
    assert (found["actor_name"], found["action"], found["record"]) == ("sales_east", "refused", "/wiring/")
    assert found["address"] == "127.0.0.1"
    assert len(found["request_id"] or "") == 16


def test_a_refusal_says_where_and_why_in_words(served: Flask, auditor: FlaskClient) -> None:
    signed_in(served, "sales_east2").get("/wiring/versions/")
    shown = page(auditor, "?who=sales_east2&subject=@access")
    assert "GET /wiring/versions/" in shown
    assert "no right to do this" in shown
    zh = auditor.get("/audit/?who=sales_east2&subject=@access", headers={"Accept-Language": "zh-CN"})
    assert "没有相应权限" in zh.get_data(as_text=True)


def test_a_refusal_stays_one_while_the_overlay_takes_no_entry(served: Flask) -> None:
    client = signed_in(served, "sales_west")
    refuse = {
        "sqlite": "BEFORE INSERT ON `change` BEGIN SELECT RAISE(ABORT, 'read-only'); END",
        "mysql": "BEFORE INSERT ON `change` FOR EACH ROW SIGNAL SQLSTATE '45000'",
    }
    with served.app_context(), services().engine.begin() as connection:
        kind = "sqlite" if connection.dialect.name == "sqlite" else "mysql"
        connection.exec_driver_sql(f"CREATE TRIGGER takes_none {refuse[kind]}")
    try:
        assert client.get("/audit/").status_code == 403
    finally:
        with served.app_context(), services().engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER takes_none")


def test_a_new_role_and_a_switched_off_account_are_written_down(served: Flask, auditor: FlaskClient) -> None:
    with served.app_context():
        manager = served.appbuilder.sm  # type: ignore[attr-defined]
        user = manager.find_user(username=AUDITOR)
        user.roles = [*user.roles, manager.find_role("Clerk")]
        overlay_session().commit()
    found = newest(served, "@account")
    assert (found["title"], found["action"]) == (AUDITOR, "change")
    assert "Clerk" in str(found["after"])
    assert "password" not in str(found["after"])
    with served.app_context():
        user = served.appbuilder.sm.find_user(username=AUDITOR)  # type: ignore[attr-defined]
        user.roles = [role for role in user.roles if role.name == "Auditor"]
        overlay_session().commit()
    shown = page(auditor, f"?subject=@account&record={user.id}")
    assert "Clerk" in shown
    assert "Roles:" in shown


def test_a_published_wiring_is_written_down(served: Flask) -> None:
    found = newest(served, "@wiring")
    assert (found["action"], found["record"]) == ("publish", "1")


def test_an_auditor_sees_that_a_record_was_changed_but_not_what_is_out_of_reach(
    served: Flask, auditor: FlaskClient
) -> None:
    admin = signed_in(served, "admin")
    form = admin.get("/data/customers/edit/5").get_data(as_text=True)
    assert (
        admin.post("/data/customers/edit/5", data=_typed(form, "only for who may see it")).status_code == 302
    )
    admin_page = page(admin, "?subject=customers&record=5&action=change")
    assert "only for who may see it" in admin_page
    assert "/data/customers/show/5" in admin_page
    theirs = page(auditor, "?subject=customers&record=5&action=change")
    assert 'id="entry-' in theirs
    assert "only for who may see it" not in theirs
    assert "/data/customers/show/5" not in theirs
    with served.app_context():
        undo = newest(served, "customers")["id"]
    send(admin, f"/data/customers/undo?changes={undo}")


def _typed(form: str, text: str) -> MultiDict[str, str]:
    sent = main_form(form).sent
    sent.setlist("f.BZ", [text])
    return sent


def test_days_narrow_it_down_and_a_wrong_one_is_told(served: Flask, auditor: FlaskClient) -> None:
    signed_in(served, "sales_east").get("/wiring/")
    assert 'id="entry-' in page(auditor, "?since=2026-01-01")
    assert "Nothing fits this" in page(auditor, "?until=2026-01-01")
    answer = auditor.get("/audit/?since=yesterday")
    assert answer.status_code == 400
    assert "is not a day" in answer.get_data(as_text=True)


def test_the_export_holds_what_the_page_shows_and_is_written_down(
    served: Flask, auditor: FlaskClient
) -> None:
    signed_in(served, "sales_east").get("/wiring/")
    answer = auditor.get("/audit/export?who=sales_east")
    assert answer.status_code == 200
    sheet = answer.get_data(as_text=True)
    assert "/wiring/" in sheet
    assert "sales_east" in sheet
    assert (found := newest(served, "@audit"))["action"] == "export"
    assert found["actor_name"] == AUDITOR


@pytest.mark.parametrize("name", ["sales_east", "executive", "it"])
def test_nobody_else_gets_in(served: Flask, name: str) -> None:
    client = signed_in(served, name)
    assert client.get("/audit/").status_code == 403
    assert client.get("/audit/export").status_code == 403
    assert "/audit/" not in client.get("/").get_data(as_text=True)


def test_the_chain_of_a_whole_application_holds(served: Flask) -> None:
    with served.app_context(), services().engine.begin() as connection:
        while chain.extend(connection) == chain.BATCH:
            pass
    with served.app_context(), services().engine.connect() as connection:
        assert verify(connection).faults == []


def test_codes_of_signing_in_and_names_of_roles_are_put_into_words(served: Flask) -> None:
    with served.test_request_context(headers={"Accept-Language": "zh"}):
        assert words.reason("@account", "page") == "使用密码"
        assert words.reason("@account", "left the company") == "left the company"
        assert words.reason("customers", "page") == "page"
        assert words.value("Clerk, Sales", "roles") == "文员，销售"
