"""The pages of requests of persons, from the form to the file, and to records that were made anonymous."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import accounts
from app.extensions import services
from demo.accounts import DEMO_PASSWORD
from models.access import live
from models.audit import chain
from models.audit.verify import verify
from models.change import change_table
from rules import persons
from tests.harness import applications
from tests.harness.applications import send, signed_in

PHONE = "13612340987"


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    opened: Any = (
        applications.embedded(tmp_path_factory.mktemp("demo"))
        if request.param == "embedded"
        else applications.on_server(request.getfixturevalue("mariadb_url"))
    )
    with opened as made:
        with made.app_context():
            accounts.add_account("second", "Sam", "Second", "Admin", DEMO_PASSWORD)
        yield made


@pytest.fixture(scope="module")
def admin(app: Flask) -> FlaskClient:
    return signed_in(app, "admin")


@pytest.fixture(scope="module")
def second(app: Flask) -> FlaskClient:
    return signed_in(app, "second")


def customer(app: Flask) -> tuple[str, str, str]:
    """A customer (number, name) and a field of its phone: given a phone that nobody else has."""
    with app.app_context():
        entity = live().current().entities["customers"]
        phone = next(name for name, one in entity.fields.items() if one.kind == "phone")
        table = entity.table
        with services().engine.begin() as connection:
            key = connection.execute(select(table.c["ID"]).limit(1)).scalar_one()
            connection.execute(table.update().where(table.c["ID"] == key).values({phone: PHONE}))
            name = connection.execute(select(table.c["KHMC"]).where(table.c["ID"] == key)).scalar_one()
    return str(key), str(name), phone


def asked(client: FlaskClient, **typed: str) -> Any:
    return send(
        client, "/persons/new", {"kind": "anonymise", "reason": "letter 17", "values": PHONE, **typed}
    )


def number_of(answer: Any) -> str:
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return re.search(r"/persons/(\d+)", answer.headers["Location"])[1]  # type: ignore[index]


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def worked_off(app: Flask, key: str) -> tuple[Any, Any]:
    """The customer and the whole audit once the runner has been at it."""
    with app.app_context():
        persons.run_due(services().engine, "test", live().current)
        table = live().current().entities["customers"].table
        with services().engine.begin() as connection:
            while chain.extend(connection):
                pass
        with services().engine.connect() as connection:
            row = connection.execute(select(table).where(table.c["ID"] == int(key))).mappings().one()
            held = connection.execute(select(change_table)).all()
            assert verify(connection).faults == []
    return row, held


def test_the_whole_way(app: Flask, admin: FlaskClient, second: FlaskClient) -> None:
    key, name, phone = customer(app)
    number = number_of(asked(admin, entity="customers", record=key, values=""))
    shown = page(admin, f"/persons/{number}")
    assert "This cannot be undone" in shown
    assert PHONE in shown
    choices = dict(re.findall(r'name="(choice\.[^"]+)">.*?value="(\w+)" selected', shown, re.DOTALL))
    assert choices["choice.customers.start"] == "anonymise"
    assert second.get(f"/persons/{number}").status_code == 404, "a draft is nobody else's"
    assert send(admin, f"/persons/{number}/hand-in", choices).status_code == 302
    assert send(admin, f"/persons/{number}/decide", {"answer": "approve"}).status_code == 403
    seen = page(second, f"/persons/{number}")
    assert "Your decision" in seen
    assert PHONE not in seen
    assert send(second, f"/persons/{number}/decide", {"answer": "refuse"}).status_code == 400
    assert send(second, f"/persons/{number}/decide", {"answer": "approve"}).status_code == 302
    row, held = worked_off(app, key)
    assert row["KHMC"] != name
    assert str(row[phone]).startswith("154")
    assert PHONE not in repr(held)
    end = page(admin, f"/persons/{number}")
    assert "Done" in end
    assert PHONE not in end
    history = page(admin, f"/data/customers/history/{key}")
    assert "Made anonymous" in history
    assert "Take back" not in history, "it cannot be undone, and nothing offers it"
    assert "Worked off" in page(admin, "/audit/?subject=@personal-data")


def test_a_copy(app: Flask, admin: FlaskClient, second: FlaskClient) -> None:
    key, name, _phone = customer(app)
    number = number_of(asked(admin, kind="export"))
    assert admin.get(f"/persons/{number}/file.json").status_code == 404, "not before it is handed in"
    shown = page(admin, f"/persons/{number}")
    choices = dict(re.findall(r'name="(choice\.[^"]+)">.*?value="(\w+)" selected', shown, re.DOTALL))
    send(admin, f"/persons/{number}/hand-in", choices)
    answer = admin.get(f"/persons/{number}/file.json")
    held = json.loads(answer.get_data())
    assert held["looked_for"] == [PHONE]
    assert name in json.dumps(held["groups"], ensure_ascii=False)
    assert key in [record["number"] for group in held["groups"] for record in group["records"]]
    mark = re.fullmatch(r"Taken by admin on .+, number (\w{32})\.", held["mark"])
    assert mark
    assert answer.headers["X-Veneer-Mark"].endswith(mark[1])
    for listed in ("/exports/", "/exports/all", "/audit/?subject=@personal-data"):
        assert mark[1] in page(admin, listed), "each file is listed under the number that stands in it"
    words = page(admin, f"/persons/{number}/file.html")
    assert re.search(r"Taken by admin on .+, number \w{32}\.", words)
    assert mark[1] not in words, "another file has another number"
    assert name in words
    assert "<script" not in words
    assert second.get(f"/persons/{number}/file.json").status_code == 404
    assert send(admin, f"/persons/{number}/cancel").status_code == 302
    assert admin.get(f"/persons/{number}/file.json").status_code == 404


@pytest.mark.parametrize(
    "typed",
    [{"values": ""}, {"kind": "nothing"}, {"reason": ""}, {"values": "nobody@nowhere.example"}, {"values": "x" * 200},
     {"values": "\n".join(str(n) * 9 for n in range(11))}],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_and_nothing_typed_is_lost(
    admin: FlaskClient, typed: dict[str, str]
) -> None:
    answer = asked(admin, **typed)
    assert answer.status_code == 400
    if len(typed.get("values", "x")) > 1:
        assert typed["values"].splitlines()[0] in answer.get_data(as_text=True)


def test_the_record_leads_to_a_request(admin: FlaskClient, app: Flask) -> None:
    key, name, _phone = customer(app)
    assert f"/persons/new?entity=customers&amp;record={key}" in page(admin, f"/data/customers/show/{key}")
    assert name in page(admin, f"/persons/new?entity=customers&record={key}")
    assert "/persons/new" not in page(signed_in(app, "executive"), f"/data/customers/show/{key}")
    assert admin.get("/persons/new?entity=customers&record=87654321").status_code == 404


def test_in_chinese(app: Flask) -> None:
    client = signed_in(app, "admin", language="zh")
    answer = client.get("/persons/", headers={"Accept-Language": "zh"}).get_data(as_text=True)
    assert "个人数据请求" in answer
