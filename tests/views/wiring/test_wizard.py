"""The wizard: choose, correct, look, publish, bring back; two authors; those who may not."""

from __future__ import annotations

import re
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
from models.wiring import draft as drafts
from models.wiring import store
from models.wiring.nouns import Wiring
from models.wiring.tables import draft_entities
from tests.harness import applications
from tests.harness.applications import send, signed_in
from views.wiring import examine
from views.wiring.desk import Desk


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("wizard")
    with applications.embedded(folder) as made:
        yield made


@pytest.fixture
def admin(app: Flask) -> Iterator[FlaskClient]:
    """The administrator with an empty draft; the demo's own wiring is in force again afterwards."""
    with app.app_context(), services().engine.begin() as connection:
        connection.execute(delete(draft_entities))
    yield signed_in(app, "admin")
    with app.app_context():
        with services().engine.begin() as connection:
            if (now := store.current_version(connection)) > 1:
                store.bring_back(connection, 1, now)
        live().refresh()


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:800]
    return unescape(answer.get_data(as_text=True))


def form_of(client: FlaskClient, path: str) -> dict[str, Any]:
    """What a browser would send for the page's main form, unchanged."""
    page = client.get(path).get_data(as_text=True).split("data-main-form")[1].split("</form>")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = value[1] if value else "on" if "checkbox" in tag else ""
    found.update(re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    for name, inside in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    return {name: unescape(value) for name, value in found.items()}


def wiring(app: Flask) -> Wiring:
    with app.app_context(), services().engine.connect() as connection:
        return store.load(connection)


PAGES = (
    "/wiring/",
    "/wiring/table?table=T_KHZL",
    "/wiring/preview?table=T_KHZL",
    "/wiring/review",
    "/wiring/versions/",
    "/wiring/versions/1",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("username", "status"), [("admin", 200), ("it", 200), ("clerk", 403), ("manager_east", 403)]
)
def test_only_it_people_and_administrators_wire(app: Flask, path: str, username: str, status: int) -> None:
    text(signed_in(app, username), path, status)


def test_visitors_are_sent_to_the_sign_in_page(app: Flask) -> None:
    answer = app.test_client().get("/wiring/")
    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_speak_chinese(app: Flask, path: str) -> None:
    answer = signed_in(app, "admin").get(path, headers={"Accept-Language": "zh-CN"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert re.search("[\u4e00-\u9fff]{2}", page.split("<main")[-1])
    left = re.findall(
        r"\b(?:Tables|Versions|Review and publish|Name in English|Searched|Keep in the draft)\b", page
    )
    assert left == []


def test_tables_are_found_by_name_label_and_comment(admin: FlaskClient) -> None:
    for word in ("khzl", "客户资料", "customers"):
        page = text(admin, f"/wiring/?q={word}")
        assert 'value="T_KHZL"' in page
        assert 'value="T_CPZL"' not in page
    assert 'value="T_CZRZ"' in text(admin, "/wiring/?show=problems")
    assert "No table fits" in text(admin, "/wiring/?q=nothing-like-this")


def test_a_form_sent_back_unchanged_changes_nothing(app: Flask, admin: FlaskClient) -> None:
    for table in ("T_KHZL", "T_DDZB", "T_DDMX", "T_GDZB", "T_CZRZ", "T_ZDB"):
        path = f"/wiring/table?table={table}"
        assert send(admin, path, form_of(admin, path)).status_code == 302
    assert "Nothing to publish" in text(admin, "/wiring/review")


def test_help_for_a_field_is_written_in_the_wizard_and_read_in_the_form(
    app: Flask, admin: FlaskClient
) -> None:
    path = "/wiring/table?table=T_KHZL"
    typed = form_of(admin, path)
    number = next(name for name in typed if typed[name] == "Credit limit").removeprefix("en-")
    typed |= {f"help_en-{number}": "Ask finance first.", f"help_zh-{number}": "请先咨询财务。"}
    assert send(admin, path, typed).status_code == 302
    assert 'value="Ask finance first."' in text(admin, path)
    assert send(admin, "/wiring/publish", {"note": ""}).status_code == 302
    assert "Ask finance first." in text(admin, "/data/customers/add")
    zh = admin.get("/data/customers/add", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert "请先咨询财务。" in zh
    assert send(admin, path, form_of(admin, path)).status_code == 302
    assert "Nothing to publish" in text(admin, "/wiring/review")


def test_a_text_is_ticked_to_be_searched_inside_words_and_a_number_cannot_be(
    app: Flask, admin: FlaskClient
) -> None:
    path = "/wiring/table?table=T_KHZL"
    typed = form_of(admin, path)
    numbers = {typed[name]: name.removeprefix("en-") for name in typed if name.startswith("en-")}
    page = text(admin, path)
    assert f'name="inside-{numbers["Customer name"]}"' in page
    assert f'name="inside-{numbers["Internal number"]}"' not in page
    assert send(admin, path, typed | {f"inside-{numbers['Customer name']}": "on"}).status_code == 302
    assert "searched inside words" in text(admin, "/wiring/review")
    assert send(admin, "/wiring/publish", {"note": ""}).status_code == 302
    fields = wiring(app).entities["customers"].fields
    assert [name for name, field in fields.items() if field.inside] == ["KHMC"]
    assert send(admin, path, form_of(admin, path)).status_code == 302
    assert "Nothing to publish" in text(admin, "/wiring/review")


def test_a_correction_is_kept_reviewed_published_and_brought_back(app: Flask, admin: FlaskClient) -> None:
    path = "/wiring/table?table=T_KHZL"
    typed = form_of(admin, path) | {"label_en": "Clients", "role": "contact"}
    del typed["use-3"]
    assert send(admin, path, typed).status_code == 302
    assert 'value="Clients"' in text(admin, path)
    review = text(admin, "/wiring/review")
    assert "Clients: label changes from “en: Customers" in review
    assert "Clients: field YWMC is taken out." in review
    assert wiring(app).entities["customers"].label.en == "Customers"

    before = wiring(app).version
    assert send(admin, "/wiring/publish", {"note": "renamed"}).status_code == 302
    changed = wiring(app).entities["customers"]
    assert (changed.label.en, changed.role, "YWMC" in changed.fields) == ("Clients", "contact", False)
    assert "Clients" in text(admin, "/data/customers/list/")
    assert "renamed" in text(admin, "/wiring/versions/")
    assert "Clients: label changes" in text(admin, f"/wiring/versions/{before + 1}")
    assert "table: T_KHZL" in text(admin, f"/wiring/versions/{before + 1}.yaml")

    assert send(admin, f"/wiring/versions/{before}/bring-back").status_code == 302
    assert wiring(app).entities["customers"].label.en == "Customers"
    assert "Customers" in text(admin, "/data/customers/list/")


def test_an_unticked_table_leaves_and_comes_back_with_progress(app: Flask, admin: FlaskClient) -> None:
    send(admin, "/wiring/choose", {"shown": ["T_HTZB"], "action": "save"})
    assert "Contracts is taken out." in text(admin, "/wiring/review")
    send(admin, "/wiring/publish")
    assert "contracts" not in wiring(app).entities
    assert admin.get("/data/contracts/list/").status_code == 404

    answer = send(admin, "/wiring/choose", {"shown": ["T_HTZB"], "chosen": ["T_HTZB"], "action": "next"})
    assert answer.headers["Location"].endswith("/wiring/examine")
    assert "0 of 1 tables" in text(admin, "/wiring/examine")
    done = send(admin, "/wiring/examine", {"total": "1"})
    assert done.headers["Location"].endswith("/wiring/review")
    assert "Contracts is added: table T_HTZB" in text(admin, "/wiring/review")
    send(admin, "/wiring/publish")
    contracts = wiring(app).entities["contracts"]
    assert contracts.relations["KHBH"].target == "customers"
    assert contracts.fields["KHBH"].kind == "relation"


def test_all_tables_that_were_found_are_chosen_at_once(app: Flask, admin: FlaskClient) -> None:
    send(admin, "/wiring/choose?q=t_", {"action": "none"})
    assert "0 of 15 tables chosen" in text(admin, "/wiring/")
    send(admin, "/wiring/choose?q=t_kh", {"action": "all"})
    assert "2 of 15 tables chosen" in text(admin, "/wiring/")


def test_examining_goes_on_where_it_stopped(app: Flask, admin: FlaskClient) -> None:
    tables = ["T_HTZB", "T_SKDJ", "T_ZCDA"]
    with app.app_context(), services().engine.begin() as connection:
        desk = Desk(connection, "slow")
        empty = Wiring(store.current_version(connection))
        drafts.keep_choice(connection, drafts.load_draft(connection, "slow", 1), empty, tables, [])
        first = examine.step(desk, 0, seconds=0)
        again = examine.step(Desk(connection, "slow"), first.total, seconds=60)
        drafts.discard(connection, "slow")
    assert (first.done, first.total, first.is_finished) == (1, 3, False)
    assert (again.done, again.is_finished) == (3, True)


def test_what_was_typed_wrongly_comes_back_with_a_sentence(admin: FlaskClient) -> None:
    path = "/wiring/table?table=T_KHZL"
    typed = form_of(admin, path) | {
        "label_en": "",
        "label_zh": "",
        "settings-4": "a: [",
        "en-2": "Typed name",
    }
    answer = send(admin, path, typed)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "The table needs a name in at least one language." in page
    assert "The settings of KHLX cannot be read." in page
    assert 'value="Typed name"' in page
    assert "Nothing to publish" in text(admin, "/wiring/review")


def test_a_tampered_form_is_refused_in_words(admin: FlaskClient) -> None:
    path = "/wiring/table?table=T_KHZL"
    for spec in ("no json", "[]", '[["KHBH"], "T_NONE", ["X"]]', "{}"):
        answer = send(
            admin, path, form_of(admin, path) | {"relation-0": spec, "use_relation-0": "on", "key": "KHMC"}
        )
        assert answer.status_code == 400
    assert "Nothing to publish" in text(admin, "/wiring/review")


def test_a_relation_can_be_added_and_taken_away(app: Flask, admin: FlaskClient) -> None:
    path = "/wiring/table?table=T_KHZL"
    typed = form_of(admin, path)
    gone = next(key for key, value in typed.items() if key.startswith("relation-") and "CJR" in value)
    del typed[f"use_{gone}"]
    typed |= {"new_column": "DQBM", "new_target": "T_ZZJG.BMBH"}
    send(admin, path, typed)
    send(admin, "/wiring/publish")
    customers = wiring(app).entities["customers"]
    assert "CJR" not in customers.relations
    assert customers.fields["CJR"].kind == "text"
    assert customers.relations["DQBM"].target == "organisation-units"
    assert customers.fields["DQBM"].kind == "relation"


def test_two_authors_get_a_conflict_and_lose_nothing(app: Flask, admin: FlaskClient) -> None:
    colleague = signed_in(app, "it")
    path = "/wiring/table?table=T_KHZL"
    send(admin, path, form_of(admin, path) | {"label_en": "Mine"})
    other = "/wiring/table?table=T_CPZL"
    send(colleague, other, form_of(colleague, other) | {"label_en": "Theirs"})
    send(colleague, "/wiring/publish")

    send(admin, "/wiring/publish")
    assert wiring(app).entities["customers"].label.en == "Customers"
    assert "Your changes are safe." in text(admin, "/wiring/review")
    send(admin, "/wiring/take-over")
    send(admin, "/wiring/publish")
    both = wiring(app).entities
    assert (both["customers"].label.en, both["products"].label.en) == ("Mine", "Theirs")


def test_a_draft_can_be_discarded(admin: FlaskClient) -> None:
    path = "/wiring/table?table=T_KHZL"
    send(admin, path, form_of(admin, path) | {"label_en": "Mine"})
    send(admin, "/wiring/discard")
    assert "Nothing to publish" in text(admin, "/wiring/review")


def test_the_preview_shows_real_rows_with_the_chosen_types(admin: FlaskClient) -> None:
    page = text(admin, "/wiring/preview?table=T_KHZL")
    assert "Customer code" in page
    assert page.count("<tr>") >= 8


def test_a_table_that_does_not_exist_is_not_found(admin: FlaskClient) -> None:
    text(admin, "/wiring/table?table=T_NONE", 404)
    text(admin, "/wiring/versions/99", 404)


def test_publishing_what_cannot_be_built_keeps_the_old_version(
    app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/wiring/table?table=T_KHZL"
    send(admin, path, form_of(admin, path) | {"label_en": "Mine"})
    before = wiring(app).version

    def broken(*_args: Any) -> None:
        raise ValueError("table T_KHZL is odd")

    monkeypatch.setattr("views.wiring.publishing.Catalogue", broken)
    send(admin, "/wiring/publish")
    assert wiring(app).version == before
    assert "table T_KHZL is odd" in text(admin, "/wiring/review")
