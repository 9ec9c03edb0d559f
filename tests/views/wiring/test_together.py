"""Two windows of one author and two authors: a conflict is told, and no edit is lost."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from app.extensions import services
from models.access import live
from models.wiring import store
from models.wiring.tables import draft_entities
from tests.harness import applications
from tests.harness.applications import send, signed_in
from tests.views.wiring.test_wizard import form_of, text, wiring

PATH = "/wiring/table?table=T_KHZL"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("together")
    with applications.embedded(folder) as made:
        yield made


@pytest.fixture
def admin(app: Flask) -> Iterator[FlaskClient]:
    with app.app_context(), services().engine.begin() as connection:
        connection.execute(delete(draft_entities))
    yield signed_in(app, "admin")
    with app.app_context():
        with services().engine.begin() as connection:
            store.bring_back(connection, 1, store.current_version(connection))
        live().refresh()


@pytest.fixture
def it(app: Flask) -> FlaskClient:
    return signed_in(app, "it")


def keep(client: FlaskClient, path: str, **typed: Any) -> None:
    assert send(client, path, form_of(client, path) | typed).status_code == 302


def test_a_table_kept_in_one_window_is_not_overwritten_from_another(admin: FlaskClient) -> None:
    first, second = form_of(admin, PATH), form_of(admin, PATH)
    assert send(admin, PATH, first | {"label_en": "Clients"}).status_code == 302
    answer = send(admin, PATH, second | {"label_zh": "主顾"})
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "changed in another window" in page
    assert 'value="主顾"' in page
    assert 'value="Clients"' in text(admin, PATH)

    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert send(admin, PATH, second | {"label_zh": "主顾", "seen": seen}).status_code == 302
    assert 'value="主顾"' in text(admin, PATH)


def ticks(client: FlaskClient) -> dict[str, Any]:
    """What a browser sends for the list of tables: what it shows, what was ticked when it was drawn."""
    page = text(client, "/wiring/")
    shown = [part.split('"')[0] for part in page.split('name="shown" value="')[1:]]
    was = page.split('name="was" value="')[1].split('"')[0]
    return {"shown": shown, "was": was, "chosen": was.split("\x1f"), "action": "save"}


def test_ticks_of_two_windows_add_up(admin: FlaskClient) -> None:
    first, second = ticks(admin), ticks(admin)
    assert {"T_HTZB", "T_SKDJ"} <= set(first["chosen"])
    for sent, table in ((first, "T_HTZB"), (second, "T_SKDJ")):
        sent["chosen"] = [name for name in sent["chosen"] if name != table]
        assert send(admin, "/wiring/choose", sent).status_code == 302
    review = text(admin, "/wiring/review")
    assert review.count("is taken out") == 2


def test_only_what_was_reviewed_is_published(app: Flask, admin: FlaskClient) -> None:
    keep(admin, PATH, label_en="Clients")
    reviewed = text(admin, "/wiring/review").split('name="reviewed" value="')[1].split('"')[0]
    keep(admin, "/wiring/table?table=T_CPZL", label_en="Goods")
    before = wiring(app).version
    answer = send(admin, "/wiring/publish", {"reviewed": reviewed}, follow_redirects=True)
    assert "Review it again, then publish" in answer.get_data(as_text=True)
    assert wiring(app).version == before


def test_what_two_people_changed_in_one_table_comes_together(
    app: Flask, admin: FlaskClient, it: FlaskClient
) -> None:
    keep(admin, PATH, label_en="Clients")
    keep(it, PATH, **{"en-2": "Their number"})
    send(it, "/wiring/publish")
    answer = send(admin, "/wiring/publish", follow_redirects=True)
    assert "Somebody else published" in answer.get_data(as_text=True)
    assert send(admin, "/wiring/take-over").status_code == 302
    send(admin, "/wiring/publish")
    customers = wiring(app).entities["customers"]
    labels = {field.label.en for field in customers.fields.values()}
    assert (customers.label.en, "Their number" in labels) == ("Clients", True)


@pytest.mark.parametrize(("choice", "label"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_where_they_contradict_each_other_a_person_chooses(
    app: Flask, admin: FlaskClient, it: FlaskClient, choice: str, label: str
) -> None:
    keep(admin, PATH, label_en="Mine")
    keep(it, PATH, label_en="Theirs")
    send(it, "/wiring/publish")
    asked = send(admin, "/wiring/take-over")
    page = unescape(asked.get_data(as_text=True))
    assert asked.status_code == 409
    assert "Both of you changed the same" in page
    assert "en: Theirs" in page
    assert send(admin, "/wiring/take-over", {"choice.T_KHZL": "nonsense"}).status_code == 409
    assert send(admin, "/wiring/take-over", {"choice.T_KHZL": choice}).status_code == 302
    send(admin, "/wiring/publish")
    assert wiring(app).entities["customers"].label.en == label


def test_a_version_is_not_brought_back_over_one_that_nobody_saw(
    app: Flask, admin: FlaskClient, it: FlaskClient
) -> None:
    seen = text(admin, "/wiring/versions/1").split('name="current" value="')
    current = seen[1].split('"')[0] if len(seen) > 1 else str(wiring(app).version)
    keep(it, PATH, label_en="Newer")
    send(it, "/wiring/publish")
    assert send(admin, "/wiring/versions/1/bring-back", {"current": current}).status_code == 409
    assert wiring(app).entities["customers"].label.en == "Newer"
    assert send(admin, "/wiring/versions/1/bring-back").status_code == 302
