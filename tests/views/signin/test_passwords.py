"""Passwords: what is refused and why, the present one first, and the rules of the multi-level protection scheme by a switch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.errors import Invalid
from app.extensions import services
from models.signin import passwords
from tests.harness.applications import send, signed_in
from tests.views.signin.people import NEXT, PASSWORD, Person, send_here

FORM = "/resetmypassword/form"
EASY = ["password123", "1234567890", "qwertyuiop", "aaaaaaaaaaaa", "passer1234", "veneer2026", "P@ssw0rd12", "iloveyou12",
        "abcdefghijk"]  # fmt: skip


@pytest.mark.parametrize("password", EASY)
def test_what_is_guessed_first_is_refused(served: Flask, password: str) -> None:
    with served.test_request_context(), pytest.raises(Invalid, match="easy to guess"):
        passwords.check(password, ["passer", "Pa", "Sser", "passer@localhost"])


@pytest.mark.parametrize(
    "password", [PASSWORD, NEXT, "korrekt pferd batterie heft", "我的猫喜欢在雨天睡觉呢", "x7#kQ2!vLp9w"]
)
def test_what_is_hard_to_guess_will_do(served: Flask, password: str) -> None:
    with served.test_request_context():
        passwords.check(password, ["passer"])


@pytest.mark.parametrize(("password", "words"), [("kQ2!vLp9", "too short"), ("x7#kQ2!v" * 17, "too long")])
def test_length_has_bounds(served: Flask, password: str, words: str) -> None:
    with served.test_request_context(), pytest.raises(Invalid, match=words):
        passwords.check(password)


def changed(client: object, present: str, new: str, again: str = "") -> object:
    form = {"current_password": present, "password": new, "conf_password": again or new}
    return send(client, FORM, form)  # type: ignore[arg-type]


def test_the_present_password_is_asked_for(person: Person) -> None:
    client = person.browser()
    for present in ("", "wrong"):
        page = changed(client, present, NEXT)
        assert page.status_code == 200  # type: ignore[attr-defined]
    assert "not your present password" in page.get_data(as_text=True)  # type: ignore[attr-defined]
    assert person.page()[1].headers["Location"] == "/"
    assert changed(client, PASSWORD, NEXT).status_code == 302  # type: ignore[attr-defined]
    assert person.page(NEXT)[1].headers["Location"] == "/"
    assert "password" in person.events()


def test_guessing_the_present_password_is_limited(person: Person) -> None:
    client = person.browser()
    statuses = [changed(client, f"guess {number}", NEXT).status_code for number in range(12)]  # type: ignore[attr-defined]
    assert statuses[-1] == 429
    assert person.page()[1].status_code == 429


def test_pages_refuse_what_is_easy_to_guess(person: Person) -> None:
    page = changed(person.browser(), PASSWORD, "password123").get_data(as_text=True)  # type: ignore[attr-defined]
    assert "easy to guess" in page
    admin = signed_in(person.app, "admin")
    form = {"password": "passer1234", "conf_password": "passer1234"}
    assert "easy to guess" in send(admin, f"/resetpassword/form?pk={person.id}", form).get_data(as_text=True)
    new = {
        "first_name": "N",
        "last_name": "Ew",
        "username": "newcomer",
        "email": "n@ew",
        "roles": "1",
        "active": "y",
    }
    weak = {"password": "newcomer12", "conf_password": "newcomer12"}
    assert "easy to guess" in send(admin, "/users/add", new | weak).get_data(as_text=True)
    assert person.page()[1].headers["Location"] == "/"


@pytest.fixture
def strict(served: Flask) -> Iterator[Flask]:
    """The rules of the multi-level protection scheme."""
    found = served.extensions["veneer"]
    before = found.config
    found.config = replace(before, password_rules="mlps")
    found.rooms["duties"].clear()
    yield served
    found.config = before
    found.rooms["duties"].clear()


def test_strict_rules_ask_for_a_mixture(strict: Flask) -> None:
    with strict.test_request_context(), pytest.raises(Invalid, match="three kinds"):
        passwords.check("korrekt pferd batterie heft")


@pytest.mark.usefixtures("strict")
def test_strict_rules_refuse_what_was_used_before(person: Person) -> None:
    client, first, second = person.browser(), "One of Four 4 words", "Two of Seven 7 words"
    assert changed(client, PASSWORD, first).status_code == 302  # type: ignore[attr-defined]
    assert "used this password before" in changed(client, first, first).get_data(as_text=True)  # type: ignore[attr-defined]
    assert changed(client, first, second).status_code == 302  # type: ignore[attr-defined]
    assert "used this password before" in changed(client, second, first).get_data(as_text=True)  # type: ignore[attr-defined]


def test_an_old_password_is_changed_before_anything_else(person: Person, strict: Flask) -> None:
    with strict.app_context(), services().engine.begin() as connection:
        mine = passwords.history_table.c.user_id == person.id
        long_ago = datetime.now(UTC) - timedelta(days=91)
        connection.execute(update(passwords.history_table).where(mine).values(at=long_ago))
    client = person.browser()
    for path in ("/", "/data/customers/list/", "/second-factor/codes"):
        assert client.get(path).headers.get("Location") in {FORM, None}, path
    assert client.get("/").headers["Location"] == FORM
    assert client.get(FORM).status_code == 200
    assert person.api().status_code == 403
    form = {
        "current_password": PASSWORD,
        "password": "Three of Nine 9 words",
        "conf_password": "Three of Nine 9 words",
    }
    assert send_here(client, FORM, form).status_code == 302
    assert client.get("/data/customers/list/").status_code == 200


def test_a_lost_password_is_given_anew_on_the_command_line(person: Person) -> None:
    from models.signin.way_back import let_back_in

    person.set_up(person.browser())
    with person.app.test_request_context():
        assert let_back_in("nobody-at-all", NEXT, reset_factor=False)[1] is False
        assert let_back_in(person.name, "short", reset_factor=True)[1] is False
        assert let_back_in(person.name, NEXT, reset_factor=True)[1] is True
    assert person.page(NEXT)[1].headers["Location"] == "/"
