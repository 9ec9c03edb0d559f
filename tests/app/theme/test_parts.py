"""Parts of the frame are drawn once for a person, and show nobody anything of another one, of another page or session."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.theme import parts
from tests.harness.applications import signed_in

LIST = "/data/customers/list/"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(autouse=True)
def empty(app: Flask) -> Iterator[None]:
    app.extensions.pop("shell_parts", None)
    yield
    app.extensions.pop("shell_parts", None)


def page(client: FlaskClient, path: str = LIST, language: str = "en") -> str:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def side(text: str) -> str:
    found = re.search(r'<aside class="side".*?</aside>', text, re.DOTALL)
    assert found
    return found[0]


def test_a_kept_part_is_what_was_drawn_first(app: Flask) -> None:
    client = signed_in(app, "sales_east")
    first, second = page(client), page(client)
    assert side(first) == side(second)
    assert any(name == "shell/_side.html" for name, *_rest in app.extensions["shell_parts"])


def test_people_have_menus_and_names_of_their_own(app: Flask) -> None:
    admin, member = signed_in(app, "admin"), signed_in(app, "sales_east")
    for _round in range(2):
        theirs, ours = page(member), page(admin)
        assert "/wiring/" in side(ours)
        assert "/wiring/" not in side(theirs)
        assert "<small>admin</small>" in ours
        assert "<small>admin</small>" not in theirs


def test_the_entry_of_the_page_is_marked(app: Flask) -> None:
    client = signed_in(app, "admin")
    for _round in range(2):
        for path in (LIST, "/data/orders/list/"):
            marked = re.findall(r'href="([^"]+)" aria-current="page"', side(page(client, path)))
            assert marked == [path]


def test_each_language_has_its_own(app: Flask) -> None:
    client = signed_in(app, "admin")
    for _round in range(2):
        assert "Keyboard shortcuts" in page(client, language="en")
        assert "Keyboard shortcuts" not in page(client, language="zh")


def test_the_token_is_the_sessions_own(app: Flask) -> None:
    one, other = signed_in(app, "admin"), signed_in(app, "admin")
    mine, theirs = page(one), page(other)
    assert parts.PLACE not in mine + theirs
    answers = [
        one.post("/logout/", data={"csrf_token": TOKEN.findall(theirs)[0]}),
        one.post("/logout/", data={"csrf_token": TOKEN.findall(mine)[0]}),
    ]
    assert [answer.status_code for answer in answers] == [400, 302]


def test_no_more_are_kept_than_there_is_room_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST", 6)
    client = signed_in(app, "admin")
    for path in (LIST, "/data/orders/list/", "/data/contacts/list/"):
        page(client, path)
    assert len(app.extensions["shell_parts"]) <= 6
