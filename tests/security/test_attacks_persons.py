"""Requests of persons: without the right, on somebody out of reach, decided by oneself, the file of another."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.extensions import services
from app.security import grant
from models.access import live
from models.persons import DECIDE, DELETE, REQUEST, VIEW
from models.substitution import substitution_table
from tests.security.cast import Cast, plain

FAR, OWN = "13712340001", "13712340002"
ROLE, SECOND = "Sales", "Executive"
# Flask-AppBuilder's Query.get
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.LegacyAPIWarning")


@pytest.fixture(scope="module")
def desk(cast: Cast) -> Cast:
    """Sales may ask, executives may decide; two customers have phones that nobody else has."""
    with cast.app.app_context():
        phone = next(n for n, f in live().current().entities["customers"].fields.items() if f.kind == "phone")
        with services().engine.begin() as connection:
            for letter, number in (("f", FAR), ("o", OWN)):
                put = f"UPDATE {services().schema}.T_KHZL SET {phone}=:number WHERE ID=:key"
                connection.execute(text(put), {"number": number, "key": cast.ids["customers", letter]})
        for role in (ROLE, "Regional manager"):
            grant(role, {(REQUEST, VIEW)})
        grant(SECOND, {(DECIDE, VIEW)})
    return cast


def ask(cast: Cast, actor: str = "sales_east", **typed: str) -> Any:
    return cast.post(actor, "/persons/new", {"kind": "erase", "reason": "letter", **typed})


def made(cast: Cast, kind: str = "erase", actor: str = "sales_east") -> str:
    answer = ask(cast, actor, values=OWN, kind=kind)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    number = re.search(r"\d+", answer.headers["Location"])
    assert number
    return number[0]


def taken_away(cast: Cast, role: str, name: str) -> None:
    taken = "DELETE FROM ab_permission_view_role WHERE role_id = (SELECT id FROM ab_role WHERE name = :role) AND permission_view_id IN (SELECT pv.id FROM ab_permission_view pv JOIN ab_permission p ON p.id = pv.permission_id JOIN ab_view_menu v ON v.id = pv.view_menu_id WHERE p.name = :name AND v.name = :view)"
    with cast.app.app_context(), services().engine.begin() as connection:
        connection.execute(text(taken), {"role": role, "name": name, "view": VIEW})


def handed_in(cast: Cast, kind: str = "erase", actor: str = "sales_east") -> str:
    number, choice = made(cast, kind, actor), {"choice.customers.value": kind}
    assert cast.post(actor, f"/persons/{number}/hand-in", choice).status_code == 302
    return number


@pytest.mark.parametrize("actor", ["clerk", "engineer", "it"])
def test_without_the_right_nothing_is_asked(desk: Cast, actor: str) -> None:
    assert ask(desk, actor, values=OWN).status_code == 403
    number = handed_in(desk)
    for path in ("", "/file.json"):
        assert desk.get(actor, f"/persons/{number}{path}").status_code == 403
    for path in ("/hand-in", "/decide", "/cancel"):
        assert desk.post(actor, f"/persons/{number}{path}", {"answer": "approve"}).status_code == 403


def test_to_delete_is_a_right_of_its_own(desk: Cast) -> None:
    assert 'value="delete"' not in desk.get("sales_east", "/persons/new").get_data(as_text=True)
    refused = ask(desk, values=OWN, kind="delete")
    assert refused.status_code == 403
    assert "needs a right of its own" in refused.get_data(as_text=True)
    with desk.app.app_context():
        grant(ROLE, {(DELETE, VIEW)})
    try:
        assert 'value="delete"' in desk.get("sales_east", "/persons/new").get_data(as_text=True)
        number = made(desk, "delete")
        shown = desk.get("sales_east", f"/persons/{number}").get_data(as_text=True)
        assert "The wiring does not allow these records to be deleted" in shown
        assert "deleted for good" in shown, "it says so before"
        refused = desk.post("sales_east", f"/persons/{number}/hand-in", {"choice.customers.value": "delete"})
        assert refused.status_code == 400, "a choice that is not offered is none"
    finally:
        taken_away(desk, ROLE, DELETE)


def test_somebody_out_of_reach_is_like_nobody(desk: Cast) -> None:
    desk.get("sales_east", "/persons/")
    far, nobody = ask(desk, values=FAR), ask(desk, values="13712349999")
    assert (far.status_code, nobody.status_code) == (400, 400)
    assert plain(far).replace(FAR, "#") == plain(nobody).replace("13712349999", "#")
    started = ask(desk, entity="customers", record=desk.ids["customers", "f"])
    missing = ask(desk, entity="customers", record="87654321")
    assert (started.status_code, missing.status_code) == (404, 404)


@pytest.mark.parametrize(
    "typed",
    [
        "' OR '1'='1",
        "%",
        "_",
        "\\",
        "138%",
        "1 UNION SELECT 1",
        "\x00",
        "𠀀" * 20,
        "0x31",
        "-1",
        "1e9",
        "9" * 99,
        "@",
        "{{7*7}}",
    ],
)
def test_values_are_values(desk: Cast, typed: str) -> None:
    answer = ask(desk, values=typed)
    assert answer.status_code == 400
    assert "SELECT" not in answer.get_data(as_text=True).replace("UNION SELECT 1", "")


@pytest.mark.parametrize("form", [{"entity": "nothing", "record": "1"}, {"entity": "customers", "record": "../1"},
                                  {"entity": "customers", "record": "1~2"}, {"entity": "customers", "record": "1' OR 1"}])  # fmt: skip
def test_records_that_are_none(desk: Cast, form: dict[str, str]) -> None:
    assert ask(desk, **form).status_code == 404


def test_nobody_decides_alone(desk: Cast) -> None:
    number = handed_in(desk)
    with desk.app.app_context():
        grant(ROLE, {(DECIDE, VIEW)})
    try:
        answer = desk.post("sales_east", f"/persons/{number}/decide", {"answer": "approve"})
        assert answer.status_code == 403
        assert "about their own request" in answer.get_data(as_text=True)
        assert "Waits for a second" in desk.get("sales_east", f"/persons/{number}").get_data(as_text=True)
    finally:
        taken_away(desk, ROLE, DECIDE)


def test_those_who_may_decide_are_told_and_so_is_whoever_asked(desk: Cast) -> None:
    number = handed_in(desk)
    link, asks = f"/persons/{number}", "asks for a second person"
    for actor, is_told in (("executive", True), ("admin", True), ("sales_east", False), ("clerk", False)):
        page = desk.get(actor, "/inbox/").get_data(as_text=True)
        assert (link in page and asks in page) == is_told, actor
        assert OWN not in page
    assert (
        desk.post("executive", f"{link}/decide", {"answer": "refuse", "sentence": "No proof"}).status_code
        == 302
    )
    told = desk.get("sales_east", "/inbox/").get_data(as_text=True)
    assert "refused your request about a person" in told
    assert "No proof" in told
    assert "No proof" in desk.get("sales_east", link).get_data(as_text=True)


def test_what_was_typed_with_a_wrong_decision_is_kept(desk: Cast) -> None:
    number = handed_in(desk)
    answer = desk.post(
        "executive", f"/persons/{number}/decide", {"answer": "maybe", "sentence": "Half a sentence"}
    )
    assert answer.status_code == 400
    assert "Half a sentence" in answer.get_data(as_text=True)


def test_who_decides_sees_no_value_no_draft_and_no_file(desk: Cast) -> None:
    draft, number, copy = made(desk), handed_in(desk), handed_in(desk, "export", "manager_east")
    assert desk.get("executive", f"/persons/{draft}").status_code == 404
    assert OWN not in desk.get("executive", f"/persons/{number}").get_data(as_text=True)
    assert desk.get("manager_east", f"/persons/{copy}/file.json").status_code == 200
    assert desk.get("executive", f"/persons/{copy}/file.json").status_code == 403
    assert desk.get("sales_east", f"/persons/{copy}/file.json").status_code == 404
    assert desk.get("admin", f"/persons/{copy}/file.json").status_code == 404
    assert desk.post("executive", f"/persons/{number}/cancel").status_code == 403
    assert desk.post("admin", f"/persons/{number}/cancel").status_code == 404


def test_states_cannot_be_jumped(desk: Cast) -> None:
    draft = made(desk)
    assert desk.post("executive", f"/persons/{draft}/decide", {"answer": "approve"}).status_code == 404
    assert desk.post("admin", f"/persons/{draft}/hand-in", {}).status_code == 404
    number = handed_in(desk)
    again = desk.post("sales_east", f"/persons/{number}/hand-in", {"choice.customers.value": "erase"})
    assert again.status_code == 409
    assert (
        desk.post(
            "executive", f"/persons/{number}/decide", {"answer": "refuse", "sentence": "no"}
        ).status_code
        == 302
    )
    assert desk.post("executive", f"/persons/{number}/decide", {"answer": "approve"}).status_code == 409


def test_choices_that_are_not_offered_are_left(desk: Cast) -> None:
    number = made(desk)
    for choice in (
        {"choice.customers.value": "delete"},
        {"choice.orders.value": "erase"},
        {"choice.": "erase"},
    ):
        assert desk.post("sales_east", f"/persons/{number}/hand-in", choice).status_code == 400


def test_scripts_in_reasons_and_values_stay_words(desk: Cast) -> None:
    answer = desk.post(
        "sales_east",
        "/persons/new",
        {"kind": "erase", "values": OWN, "reason": "<script>alert(1)</script>", "entity": "", "record": ""},
    )
    shown = desk.get("sales_east", answer.headers["Location"]).get_data(as_text=True)
    assert "<script>alert(1)" not in shown


def test_nobody_decides_while_standing_in_for_somebody(desk: Cast) -> None:
    number, day = handed_in(desk), date.today()  # noqa: DTZ011
    form = {"substitute": "executive", "since": str(day), "until": str(day + timedelta(3)), "reason": "Away"}
    assert desk.post("clerk", "/substitutes/lend", form).status_code == 302
    with desk.app.app_context(), services().engine.connect() as connection:
        lent = connection.execute(select(func.max(substitution_table.c.id))).scalar()
    assert desk.post("executive", f"/substitutes/{lent}/begin").status_code == 302
    try:
        assert "/decide" not in desk.get("executive", f"/persons/{number}").get_data(as_text=True)
        answer = desk.post("executive", f"/persons/{number}/decide", {"answer": "approve"})
        assert answer.status_code == 403
        assert "You work for somebody else" in answer.get_data(as_text=True)
    finally:
        desk.post("executive", "/substitutes/stop")
    assert desk.post("executive", f"/persons/{number}/decide", {"answer": "approve"}).status_code == 302


def test_a_file_is_not_taken_while_viewing_as_somebody(desk: Cast) -> None:
    copy = handed_in(desk, "export", "manager_east")
    with desk.app.app_context(), services().engine.connect() as connection:
        who = text("SELECT id FROM ab_user WHERE username = 'manager_east'")
        manager = connection.execute(who).scalar()
    assert desk.post("admin", f"/rights/view-as/{manager}").status_code == 302
    try:
        for kind in ("json", "html"):
            answer = desk.get("admin", f"/persons/{copy}/file.{kind}")
            assert answer.status_code in {403, 404}
            assert OWN not in answer.get_data(as_text=True)
    finally:
        desk.post("admin", "/rights/view-as/end")
