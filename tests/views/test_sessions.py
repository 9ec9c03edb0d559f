"""Signing in is kept on the server: a copied cookie dies with the session that it came from."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User, assoc_user_role
from sqlalchemy import delete, insert, select, update

from app import accounts
from app.short_cache import ShortCache
from models.sessions import session_table
from tests.harness.applications import send, signed_in

NAME, PASSWORD = "visitor", "a-first-password-1"


@pytest.fixture
def visitor(served: Flask) -> FlaskClient:
    """An account of its own, with its password put back."""
    with served.app_context():
        accounts.add_account(NAME, "Vi", "Sitor", "Sales", PASSWORD)
        accounts.set_password(NAME, PASSWORD)
    return signed_in(served, NAME, PASSWORD)


def copy_of(client: FlaskClient, app: Flask) -> FlaskClient:
    """Another browser with the same cookie."""
    cookie = client.get_cookie("veneer")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("veneer", cookie.value)
    assert is_in(thief)
    return thief


def is_in(client: FlaskClient) -> bool:
    return client.get("/sessions/").status_code == 200


def test_a_copied_cookie_ends_with_signing_out(served: Flask, visitor: FlaskClient) -> None:
    thief = copy_of(visitor, served)
    assert visitor.get("/logout/").status_code == 405
    send(visitor, "/logout/")
    assert not is_in(visitor)
    assert not is_in(thief)


def test_a_new_password_ends_all_other_sessions(served: Flask, visitor: FlaskClient) -> None:
    other = signed_in(served, NAME, PASSWORD)
    new = {"password": "a-second-password-2", "conf_password": "a-second-password-2"}
    assert send(visitor, "/resetmypassword/form", new).status_code == 200, "the present one is asked for"
    assert is_in(other)
    new["current_password"] = PASSWORD
    answer = send(visitor, "/resetmypassword/form", new)
    assert answer.status_code == 302
    assert is_in(visitor), "whoever changed it stays signed in"
    assert not is_in(other)


def test_one_browser_can_end_another(served: Flask, visitor: FlaskClient) -> None:
    other = signed_in(served, NAME, PASSWORD)
    page = visitor.get("/sessions/").get_data(as_text=True)
    for address in re.findall(r'action="(/sessions/end/[0-9a-f]+)"', page):
        send(visitor, address)
    assert is_in(visitor)
    assert not is_in(other)


def test_nobody_ends_the_session_of_somebody_else(served: Flask, visitor: FlaskClient) -> None:
    page = visitor.get("/sessions/").get_data(as_text=True)
    stranger = signed_in(served, "sales_west")
    for address in re.findall(r'action="(/sessions/end/[0-9a-f]+)"', page):
        send(stranger, address)
    assert is_in(visitor)


@pytest.mark.parametrize(
    ("column", "age"), [("seen_at", timedelta(minutes=61)), ("started_at", timedelta(hours=13))]
)
def test_a_session_ends_by_itself(served: Flask, visitor: FlaskClient, column: str, age: timedelta) -> None:
    with served.extensions["veneer"].engine.begin() as connection:
        connection.execute(update(session_table).values({column: datetime.now(UTC) - age}))
    served.extensions["veneer"].rooms["sessions"].clear()
    assert not is_in(visitor)


def test_a_role_is_gone_as_soon_as_the_account_is_read_again(served: Flask, visitor: FlaskClient) -> None:
    """What another process changed: the actor must not stay as it was for another second."""
    assert visitor.get("/data/customers/list/").status_code == 200
    services = served.extensions["veneer"]
    held = services.rooms["actors"]
    with services.engine.begin() as connection:  # around the session that would make this process forget
        kept = connection.execute(select(User.id).where(User.username == NAME)).scalar_one()
        taken = assoc_user_role.c.user_id == kept
        role = connection.execute(select(assoc_user_role.c.role_id).where(taken)).scalar_one()
        connection.execute(delete(assoc_user_role).where(taken))
    try:
        services.rooms["accounts"].clear()
        services.rooms["actors"] = Everlasting(held)
        assert visitor.get("/data/customers/list/").status_code in {403, 404}
    finally:
        services.rooms["actors"] = held
        with services.engine.begin() as connection:
            connection.execute(insert(assoc_user_role).values(user_id=kept, role_id=role))
        services.rooms["accounts"].clear()


class Everlasting(ShortCache[Any]):
    """What was held stays fresh, however long the machine takes."""

    def __init__(self, held: ShortCache[Any]) -> None:
        super().__init__(3600)
        self._held = held._held
