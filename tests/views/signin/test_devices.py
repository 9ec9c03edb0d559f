"""Browsers that the account knows: strangers do not lock the person out of them, and they open nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.signin import devices
from tests.harness.applications import send, token_of
from tests.views.signin.people import NEXT, PASSWORD, Person, made


def lock(person: Person) -> None:
    """What a stranger does."""
    assert [person.api("a guess").status_code for _number in range(11)] == [401] * 10 + [429]


def again(client: FlaskClient, name: str, password: str = PASSWORD) -> Any:
    """Sign in with this browser."""
    form = {"username": name, "password": password, "csrf_token": token_of(client, "/login/")}
    return client.post("/login/", data=form)


def is_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer.headers["Location"] == "/"


def signed_out(person: Person) -> FlaskClient:
    """A browser that was signed in once and is not any more."""
    client = person.browser()
    send(client, "/logout/")
    return client


def test_a_stranger_does_not_lock_a_known_browser_out(person: Person) -> None:
    client = signed_out(person)
    lock(person)
    assert person.page()[1].status_code == 429, "a browser that never signed in is locked like the stranger"
    assert is_in(again(client, person.name))
    assert person.api().status_code == 429, "signing in here gives the stranger no new tries"


def test_a_known_browser_may_guess_as_often_as_any_other_and_no_more(person: Person) -> None:
    client = signed_out(person)
    statuses = [again(client, person.name, "a guess").status_code for _number in range(12)]
    assert statuses == [302] * 10 + [429] * 2
    assert again(client, person.name).status_code == 429, (
        "not even with the right one, until the pause is over"
    )
    assert is_in(person.page()[1]), "and the person comes in elsewhere"


def test_it_is_known_for_its_own_account_alone(person: Person) -> None:
    client = signed_out(person)
    other = made(person.app, "passer2")
    lock(other)
    assert again(client, other.name).status_code == 429
    client = signed_out(person)
    lock(person)
    value = client.get_cookie(devices.COOKIE, path="/login")
    assert value is not None
    for forged in (
        "",
        "~",
        "a.b.c",
        "a.1.c~" * 50,
        value.value[:-1] + "x",
        re.sub(r"\.\d+\.", ".99999999999.", value.value),
        "é.1.ü",
    ):
        client.set_cookie(devices.COOKIE, forged, path="/login")
        assert again(client, person.name).status_code == 429, forged


def test_a_new_password_and_time_end_it(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_out(person)
    lock(person)
    monkeypatch.setattr(devices, "DAYS", -1)
    assert again(client, person.name).status_code == 429
    monkeypatch.undo()
    with person.app.app_context():
        from app import accounts

        accounts.set_password(person.name, NEXT)
    assert again(client, person.name, NEXT).status_code == 429


def test_the_cookie_is_kept_from_scripts_and_small(person: Person) -> None:
    _client, answer = person.page()
    header = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith(devices.COOKIE))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    client = person.app.test_client()
    for number in range(7):
        again(client, made(person.app, f"passer{number}").name)
        send(client, "/logout/")
    value = client.get_cookie(devices.COOKIE, path="/login")
    assert value is not None
    assert len(value.value.split("~")) == devices.MOST
    assert len(value.value) < 800
