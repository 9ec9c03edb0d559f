"""What the frame shows for whom."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.theme.assets import asset, manifest
from app.theme.fab_words import plain
from app.theme.icons import FALLBACK, icon, icon_name
from app.theme.menus import MenuGroup, MenuItem
from app.theme.shell import Person, Shell, person_name
from tests.harness.applications import signed_in


@pytest.mark.parametrize(
    ("first", "last", "name", "initials"),
    [
        ("Ada", "King", "Ada King", "AK"),
        ("小舟", "东", "东小舟", "小舟"),
        ("Ada", "", "Ada", "A"),
        ("", "", "ada", "A"),
        ("磊", "王", "王磊", "王磊"),
    ],
)
def test_a_person_is_named_as_the_language_of_the_name_wants(
    first: str, last: str, name: str, initials: str
) -> None:
    user = SimpleNamespace(first_name=first, last_name=last, username="ada")
    assert person_name(user) == name
    assert Person(name, "ada").initials == initials


def entry(label: str, *, is_main: bool = False, active: bool = False) -> MenuItem:
    return MenuItem(label, f"/{label}", is_main=is_main, active=active)


def frame(*items: MenuItem) -> Shell:
    return Shell("Veneer", "en", None, [], menu=[MenuGroup("all", "All", list(items))])


def test_the_bottom_bar_takes_what_is_marked_and_else_the_first_two() -> None:
    plain_ones = [entry("a"), entry("b"), entry("c")]
    assert [item.label for item in frame(*plain_ones).main_items] == ["a", "b"]
    assert [item.label for item in frame(*plain_ones, entry("d", is_main=True)).main_items] == ["d"]


def test_a_long_group_starts_folded_unless_it_holds_this_page() -> None:
    many = [entry(str(number)) for number in range(20)]
    assert not MenuGroup("g", "G", many).is_open
    assert MenuGroup("g", "G", [*many, entry("here", active=True)]).is_open
    assert MenuGroup("g", "G", many[:3]).is_open


def test_names_of_font_awesome_are_translated_and_unknown_ones_fall_back() -> None:
    assert icon_name("fa-user") == "user"
    assert icon_name("building") == "building"
    assert icon_name("no-such-icon") == FALLBACK


def test_an_icon_is_a_reference_that_screen_readers_skip(app: Flask) -> None:
    with app.test_request_context():
        markup = str(icon("plus", "big"))
    assert 'aria-hidden="true"' in markup
    assert 'class="icon big"' in markup
    assert markup.count("#plus") == 1


def test_an_asset_has_the_hash_of_the_manifest(app: Flask) -> None:
    with app.test_request_context():
        assert asset("nowhere.css") == "/static/build/nowhere.css"
        assert asset("main.css").endswith(manifest().get("main.css", "main.css"))


def test_english_titles_of_fab_are_reworded_and_others_stay() -> None:
    assert plain("List Users") == "Users"
    assert plain("用户") == "用户"


def test_visitors_see_the_sign_in_page_without_a_menu(app: Flask) -> None:
    page = app.test_client().get("/login/").get_data(as_text=True)
    assert 'id="side"' not in page
    assert 'autocomplete="current-password"' in page


@pytest.mark.parametrize(("language", "tag", "word"), [("en", "en", "Home"), ("zh", "zh-CN", "首页")])
def test_the_frame_speaks_the_language_of_the_visitor(app: Flask, language: str, tag: str, word: str) -> None:
    client = signed_in(app, "admin", language=language)
    page = client.get("/users/list/", headers={"Accept-Language": language}).get_data(as_text=True)
    assert f'<html lang="{tag}">' in page
    assert word in page


def test_the_page_of_an_entry_is_marked(administrator: FlaskClient) -> None:
    page = administrator.get("/users/list/").get_data(as_text=True)
    assert page.count('class="nav-entry" href="/users/list/" aria-current="page"') == 1


def test_an_unknown_address_is_answered_in_the_frame(administrator: FlaskClient) -> None:
    answer = administrator.get("/no/such/page")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert "data-problem" in page
    assert 'id="side"' in page
