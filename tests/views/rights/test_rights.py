"""The matrix, one entity, the file, the reasons, and looking through somebody else's eyes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from app.extensions import services
from models.change import change_table
from models.grants_store import AUDITED, load, replace
from models.viewing import AUDITED as VIEWED
from models.viewing import COOKIE_KEY, SECONDS
from tests.harness.applications import send, signed_in, token_of

SALES = "/rights/?role=Sales"
CUSTOMERS = "/rights/entity?role=Sales&entity=customers"


@pytest.fixture
def admin(served: Flask) -> Iterator[FlaskClient]:
    """An administrator; the rights are put back afterwards."""
    from app.actor import Actor

    with served.app_context(), services().engine.connect() as connection:
        before = load(connection)
    yield signed_in(served, "admin")
    with served.app_context(), services().engine.begin() as connection:
        replace(connection, Actor(None, "test", frozenset({"Admin"})), before)
    forget(served)


def forget(app: Flask) -> None:
    """Everything asked anew at once, as it is a second later anyway."""
    from app.short_cache import ShortCache

    app.extensions["veneer"].rooms["policies"] = ShortCache()


def stamp_of(client: FlaskClient, path: str) -> str:
    """The stamp of the rights as the page shows them."""
    found = re.search(r'name="stamp" value="(\w+)"', client.get(path).get_data(as_text=True))
    assert found
    return found[1]


def save(client: FlaskClient, path: str, form: dict[str, Any]) -> Any:
    """What a person sends from the page."""
    return send(client, path, {"stamp": stamp_of(client, path), **form})


def kept(app: Flask, role: str = "Sales") -> dict[str, Any]:
    """The role's rights as they are kept."""
    with app.app_context(), services().engine.connect() as connection:
        found: dict[str, Any] = load(connection, [role]).get(role, {})
    return found


def audited(app: Flask, entity: str) -> list[Any]:
    """(who, role or account, action, before, after) of the audit, the newest first."""
    columns = [change_table.c[name] for name in ("actor_name", "record", "action", "before", "after")]
    with app.app_context(), services().engine.connect() as connection:
        found = select(*columns).where(change_table.c.entity == entity).order_by(change_table.c.id.desc())
        return [tuple(row) for row in connection.execute(found)]


def count_of(client: FlaskClient) -> int:
    """Customers that a person's list holds."""
    answer = client.get("/api/v1/data/customers/?size=200")
    return len(answer.get_json()["data"]) if answer.status_code == 200 else 0


def test_a_cell_of_the_matrix_is_in_force_at_once_and_audited(served: Flask, admin: FlaskClient) -> None:
    person = signed_in(served, "sales_east")
    before = count_of(person)
    answer = save(admin, SALES, {"see:customers": "nobody", "see:role:order": "below"})
    assert answer.status_code == 302
    assert kept(served)["customers"] == {"see": "nobody"}
    assert kept(served)["role:order"]["see"] == "below"
    assert kept(served)["role:customer"]["see"] == "own", "what was not sent stays"
    assert before > 0
    assert person.get("/data/customers/list/").status_code == 404, "a denial wins over the kind"
    newest = audited(served, AUDITED)[:2]
    assert {row[:3] for row in newest} == {("admin", "Sales", "change")}
    assert "nobody" in str(newest)
    assert save(admin, SALES, {"see:customers": ""}).status_code == 302
    assert count_of(person) == before


def test_nobody_saves_over_somebody_else(served: Flask, admin: FlaskClient) -> None:
    first = stamp_of(admin, SALES)
    save(admin, SALES, {"export:customers": "own"})
    answer = send(admin, SALES, {"stamp": first, "export:customers": "all"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Somebody changed these rights meanwhile" in page
    assert '<option value="all" selected>' in page, "what was chosen is still there"
    assert kept(served)["customers"] == {"export": "own"}


def test_units_conditions_and_fields_of_one_entity(served: Flask, admin: FlaskClient) -> None:
    condition = json.dumps({"field": "YWY", "op": "eq", "value": {"actor": "employee"}})
    form = {
        "scope.see": "rule", "condition.see": condition, "scope.export": "units", "units.export": "10010101, 1003",
        "right.SJHM": "masked", "right.XYED": "hidden", "when.XYED": '{"field": "KHZT", "op": "ne", "value": "1"}',
    }  # fmt: skip
    assert save(admin, CUSTOMERS, form).status_code == 302
    found = kept(served)["customers"]
    assert found["see"] == {"scope": "rule", "condition": json.loads(condition)}
    assert found["export"] == {"scope": "units", "units": ["10010101", "1003"]}
    assert found["fields"]["SJHM"] == "masked"
    assert found["fields"]["XYED"]["right"] == "hidden"
    page = admin.get(CUSTOMERS).get_data(as_text=True)
    assert "10010101" in page
    assert "&#34;employee&#34;" in page
    matrix = admin.get(SALES).get_data(as_text=True)
    assert "Chosen units: 10010101, 1003" in matrix
    assert "Masked 1" in matrix
    assert save(admin, SALES, {"see:customers": "keep", "change:customers": "own"}).status_code == 302
    assert kept(served)["customers"]["see"] == found["see"], "a cell that says more stays as it is"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"scope.see": "rule"}, "write the condition"),
        ({"scope.see": "rule", "condition.see": "{"}, "cannot be read"),
        ({"scope.see": "rule", "condition.see": '{"field": "NOPE", "op": "eq", "value": "1"}'}, "no field called"),
        ({"scope.see": "rule", "condition.see": '{"field": "KHZT", "op": "eq", "value": {"actor": "x"}}'}, "is asked for one of"),
        ({"scope.see": "rule", "condition.see": '{"field": "CJSJ", "op": "within", "value": "today"}'}, "today"),
        ({"scope.see": "units"}, "name the units"),
        ({"scope.see": "everything"}, "means nothing here"),
        ({"right.SJHM": "look"}, "means nothing here"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_used_is_said_and_nothing_is_lost(
    served: Flask, admin: FlaskClient, form: dict[str, str], sentence: str
) -> None:
    before = kept(served)
    answer = save(admin, CUSTOMERS, form)
    page = answer.get_data(as_text=True)
    assert answer.status_code in {400, 404}, page[:300]
    assert sentence in page.replace("&#34;", '"')
    assert kept(served) == before


def test_a_condition_needs_one_entity(served: Flask, admin: FlaskClient) -> None:
    path = "/rights/entity?role=Sales&entity=*"
    form = {"scope.see": "rule", "condition.see": '{"field": "ID", "op": "eq", "value": "1"}'}
    assert "needs one entity" in save(admin, path, form).get_data(as_text=True)


def test_the_file_goes_out_and_comes_back(served: Flask, admin: FlaskClient) -> None:
    written = admin.get("/rights/rights.yaml").get_data(as_text=True)
    assert "rights:\n" in written
    page = send(admin, "/rights/apply", {"text": written, "step": "preview"}).get_data(as_text=True)
    assert "in force already" in page
    wanted = "rights:\n  Clerk:\n    customers:\n      see: [own, {scope: units, units: ['1001']}]\n"
    page = send(admin, "/rights/apply", {"text": wanted, "step": "preview"}).get_data(as_text=True)
    assert "What would change" in page
    assert "customers" not in kept(served, "Clerk")
    assert send(admin, "/rights/apply", {"text": wanted, "step": "apply"}).status_code == 302
    assert list(kept(served, "Clerk")) == ["customers"], "a role in the file has exactly what stands there"
    assert kept(served)["role:customer"], "others keep theirs"
    page = admin.get("/rights/entity?role=Clerk&entity=customers").get_data(as_text=True)
    assert 'name="1:scope.see"' in page, "several rules of an action are edited on the page too"


@pytest.mark.parametrize(
    "wrong",
    ["{", "rights: 1", "rights: {A: {nothing: {see: all}}}", "rights: {A: {customers: {look: all}}}", "x: 1",
     "rights: {A: {customers: {fields: {NOPE: hidden}}}}", "rights: {A: 3}", "rights: {A: {customers: {see: {scope: [1]}}}}"],
)  # fmt: skip
def test_a_wrong_file_changes_nothing(served: Flask, admin: FlaskClient, wrong: str) -> None:
    before = kept(served, "Clerk")
    answer = send(admin, "/rights/apply", {"text": wrong, "step": "apply"})
    assert answer.status_code == 400
    assert kept(served, "Clerk") == before


def customer_of(app: Flask, owner: str) -> str:
    """A customer of that employee."""
    with app.app_context(), services().engine.connect() as connection:
        found = text(
            f"SELECT ID FROM {services().schema}.T_KHZL WHERE YWY=:owner AND SCBZ='0' ORDER BY ID LIMIT 1"
        )
        return str(connection.execute(found, {"owner": owner}).scalar())


def test_why_somebody_sees_a_record(served: Flask, admin: FlaskClient) -> None:
    save(admin, CUSTOMERS, {"right.SJHM": "masked"})
    own, other = customer_of(served, "YG0101"), customer_of(served, "YG0103")
    page = admin.get(f"/rights/why/customers/{own}?user=sales_east&action=see").get_data(as_text=True)
    assert "yes, sales_east may" in page
    assert "gives this record" in page
    assert "Masked" in page
    page = admin.get(f"/rights/why/customers/{other}?user=sales_east&action=see").get_data(as_text=True)
    assert "give other records" in page
    page = admin.get(f"/rights/why/customers/{own}?user=sales_east&action=delete").get_data(as_text=True)
    assert "says anything about it" in page
    page = admin.get(f"/rights/why/customers/{own}?user=nobody-here").get_data(as_text=True)
    assert "no account called" in page
    assert f"/rights/why/customers/{own}" in admin.get(f"/data/customers/show/{own}").get_data(as_text=True)
    mine = signed_in(served, "sales_east").get(f"/data/customers/show/{own}").get_data(as_text=True)
    assert "/rights/why/" not in mine


def test_who_may_agrees_with_what_they_find(served: Flask, admin: FlaskClient) -> None:
    own = customer_of(served, "YG0101")
    page = admin.get(f"/rights/why/customers/{own}?who=1&action=see").get_data(as_text=True)
    named = set(re.findall(r"user=([\w.]+)\"", page))
    for username in ("sales_east", "manager_east", "clerk", "engineer", "it", "executive", "admin"):
        opened = signed_in(served, username).get(f"/data/customers/show/{own}").status_code == 200
        assert (username in named) == opened, username


def viewed(app: Flask, client: FlaskClient, username: str = "sales_east") -> int:
    """Begin to look through somebody's eyes; their id."""
    with app.app_context():
        user_id = int(app.appbuilder.sm.find_user(username=username).id)  # type: ignore[attr-defined]
    send(client, f"/rights/view-as/{user_id}")
    return user_id


def test_an_administrator_sees_what_somebody_sees_and_changes_nothing(served: Flask) -> None:
    client, person = signed_in(served, "admin"), signed_in(served, "sales_east")
    own, other = customer_of(served, "YG0101"), customer_of(served, "YG0103")
    user_id = viewed(served, client)
    assert count_of(client) == count_of(person)
    assert client.get(f"/data/customers/show/{other}").status_code == 404
    page = client.get(f"/data/customers/show/{own}").get_data(as_text=True)
    assert "You see what" in page
    assert "Wiring" not in page
    assert client.get("/rights/").status_code == 403
    for path in (
        f"/data/customers/edit/{own}",
        f"/rights/view-as/{user_id}",
        "/sessions/end/x",
        "/tokens/create",
        "/inbox/read",
    ):
        answer = send(client, path, {"f.KHMC": "x"})
        assert answer.status_code == 403, path
    patched = client.patch(
        f"/api/v1/data/customers/{own}", json={"KHMC": "x"}, headers={"X-CSRFToken": token_of(client)}
    )
    assert patched.status_code == 403
    assert audited(served, "@access")[0][:3] == ("admin", f"/api/v1/data/customers/{own}", "refused")
    assert client.get("/data/customers/export/?kind=csv").status_code == 403, (
        "no file in somebody else's name"
    )
    send(client, "/rights/view-as/end")
    assert client.get(f"/data/customers/show/{other}").status_code == 200
    assert client.get("/rights/").status_code == 200
    assert [row[1:3] for row in audited(served, VIEWED)[:2]] == [
        (str(user_id), "end"),
        (str(user_id), "begin"),
    ]
    assert {row[0] for row in audited(served, VIEWED)[:2]} == {"admin"}


def test_it_ends_after_an_hour_with_the_role_and_with_the_account(served: Flask) -> None:
    client = signed_in(served, "admin")
    user_id = viewed(served, client)
    with client.session_transaction() as session:
        held = session[COOKIE_KEY]
        session[COOKIE_KEY] = [held[0], held[1] - SECONDS - 5, held[2]]
    assert client.get("/rights/").status_code == 200
    viewed(served, client)
    with client.session_transaction() as session:
        held = session[COOKIE_KEY]
        session[COOKIE_KEY] = [held[0], held[1], "another session"]
    assert client.get("/rights/").status_code == 200
    viewed(served, client)
    users = served.appbuilder.sm.user_model.__table__  # type: ignore[attr-defined]
    try:
        _activate(served, users, user_id, active=False)
        assert client.get("/rights/").status_code == 200
        assert viewed(served, client) == user_id
        assert client.get("/rights/").status_code == 200, (
            "nobody looks through the eyes of an account that is off"
        )
    finally:
        _activate(served, users, user_id, active=True)


def _activate(app: Flask, users: Any, user_id: int, *, active: bool) -> None:
    with app.app_context(), services().engine.begin() as connection:
        connection.execute(update(users).where(users.c.id == user_id).values(active=active))


def test_signing_out_meanwhile_ends_the_administrator_s_own_session(served: Flask) -> None:
    client = signed_in(served, "admin")
    viewed(served, client)
    thief, cookie = served.test_client(), client.get_cookie("veneer")
    assert cookie is not None
    send(client, "/logout/")
    thief.set_cookie("veneer", cookie.value)
    assert client.get("/rights/").status_code == 302
    assert thief.get("/rights/").status_code == 302


def test_others_neither_look_nor_change(served: Flask) -> None:
    client = signed_in(served, "manager_east")
    own = customer_of(served, "YG0101")
    assert client.get(SALES).status_code == 403
    assert send(client, SALES, {"see:customers": "all"}).status_code == 403
    assert client.get("/rights/rights.yaml").status_code == 403
    assert send(client, "/rights/apply", {"text": "rights: {}", "step": "apply"}).status_code == 403
    assert client.get(f"/rights/why/customers/{own}?who=1").status_code == 403
    assert send(client, "/rights/view-as/1").status_code == 403


def test_a_record_is_handed_over_and_leaves_the_own_list(served: Flask, admin: FlaskClient) -> None:
    assert save(admin, SALES, {"transfer:role:customer": "own"}).status_code == 302
    person, own = signed_in(served, "sales_east"), customer_of(served, "YG0101")
    form = {"f.YWY": "YG0103", "originals": json.dumps({"f.YWY": "YG0101"}), "idempotency_key": "handed-over"}
    answer = send(person, f"/data/customers/edit/{own}", form)
    assert answer.headers["Location"] == "/data/customers/list/", answer.get_data(as_text=True)[:300]
    assert person.get(f"/data/customers/show/{own}").status_code == 404
    with served.app_context(), services().engine.begin() as connection:
        back = text(f"UPDATE {services().schema}.T_KHZL SET YWY='YG0101' WHERE ID=:id")
        connection.execute(back, {"id": own})
    assert person.get(f"/data/customers/show/{own}").status_code == 200


def test_a_change_by_another_process_is_in_force_within_two_seconds(
    served: Flask, admin: FlaskClient
) -> None:
    from app.actor import Actor

    person = signed_in(served, "sales_east")
    assert person.get("/data/customers/list/").status_code == 200
    with served.app_context(), services().engine.begin() as connection:
        before = load(connection, ["Sales"])["Sales"]
        denied = {"Sales": {**before, "customers": {"see": "nobody"}}}
        replace(connection, Actor(None, "another process", frozenset({"Admin"})), denied)
    until = time.monotonic() + 2
    while time.monotonic() < until:
        if person.get("/data/customers/list/").status_code == 404:
            return
        time.sleep(0.2)
    assert person.get("/data/customers/list/").status_code == 404


def test_scopes_without_an_index_are_named_with_the_statement(
    served: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only of large tables, and only columns that give rows."""
    from dataclasses import replace

    from models.access import live

    assert "No index begins with" not in admin.get(CUSTOMERS).get_data(as_text=True)
    with served.app_context():
        catalogue = live().current()
    entity = catalogue.entities["customers"]
    kept_indexes = tuple(index for index in entity.indexes if index[:1] != (entity.unit,))
    large = replace(entity, row_estimate=10**7, indexes=kept_indexes)
    monkeypatch.setitem(catalogue.entities, "customers", large)
    page = unescape(admin.get(CUSTOMERS).get_data(as_text=True))
    assert "No index begins with" in page
    (found,) = re.findall(r"CREATE INDEX [^<]+", page)
    assert entity.unit in found
