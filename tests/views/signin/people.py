"""People for the tests of signing in: an account that may be spoilt, and the two ways in."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select, update

from app import accounts
from app.extensions import services
from app.security import overlay_session
from models.change import change_table
from models.signin import second_factor
from tests.harness.applications import clear_tries, send, token_of

PASSWORD = "four unrelated words, 7 of them"
NEXT = "and now some others, 9 of them"


@dataclass
class Person:
    """An account of the application, and what it can do."""

    app: Flask
    name: str
    id: int
    since: int = 0
    """The newest entry of the audit when it was made."""

    def page(self, password: str = PASSWORD, **options: Any) -> tuple[FlaskClient, Any]:
        """(a new browser, what the sign-in page answered)."""
        client = self.app.test_client()
        form = {"username": self.name, "password": password, "csrf_token": token_of(client, "/login/")}
        return client, client.post("/login/", data=form, **options)

    def browser(self, code: str = "") -> FlaskClient:
        """A browser that is signed in."""
        client, answer = self.page()
        if answer.headers["Location"].startswith("/login/code"):
            answer = send_here(client, "/login/code", {"code": code})
        assert answer.headers["Location"] == "/", answer.headers["Location"]
        return client

    def api(self, password: str = PASSWORD, **more: Any) -> Any:
        """What the sign-in for programs answered."""
        sent = {"username": self.name, "password": password, **more}
        return self.app.test_client().post("/api/v1/security/login", json=sent)

    def set_up(self, client: FlaskClient, password: str = PASSWORD) -> tuple[str, list[str]]:
        """Turn a second factor on; (its secret, the recovery codes)."""
        page = send(client, "/second-factor/begin").get_data(as_text=True)
        found = re.search(r'token-text">([A-Z2-7 ]+)<', page)
        assert found, page
        secret = found[1].replace(" ", "")
        form = {"code": pyotp.TOTP(secret).now(), "password": password}
        shown = send_here(client, "/second-factor/confirm", form).get_data(as_text=True)
        return secret, re.findall(r"<li><code>([a-z2-7-]+)</code>", shown)

    def forget_step(self) -> None:
        """Half a minute passes: the code that is right now was not used yet."""
        with self.app.app_context(), services().engine.begin() as connection:
            table = second_factor.factor_table
            connection.execute(update(table).where(table.c.user_id == self.id).values(last_step=0))

    def events(self) -> list[str]:
        """What the audit holds about the account, the oldest first."""
        with self.app.app_context(), services().engine.connect() as connection:
            mine = (
                change_table.c.entity == "@account",
                change_table.c.record == str(self.id),
                change_table.c.id > self.since,
            )
            found = select(change_table.c.action).where(*mine).order_by(change_table.c.id)
            return list(connection.execute(found).scalars())

    def put(self, **values: Any) -> None:
        """Change the account, as an administrator's page does."""
        with self.app.app_context():
            user = overlay_session().execute(select(User).where(User.id == self.id)).scalar_one()
            for name, value in values.items():
                setattr(user, name, value)
            overlay_session().commit()


def send_here(client: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    """A form with the token of the sign-in page: pages may lead away until a duty is done."""
    return client.post(path, data={"csrf_token": token_of(client, "/login/"), **data})


def code_of(secret: str, steps: int = 0) -> str:
    """The code of now, or so many steps away."""
    return pyotp.TOTP(secret).generate_otp(int(time.time()) // 30 + steps)


def made(app: Flask, name: str = "passer", role: str = "Sales") -> Person:
    """The account as new: active, this password, no second factor, nothing in the audit."""
    clear_tries(app)
    with app.app_context():
        number = accounts.add_account(name, "Pa", "Sser", role, PASSWORD)
        accounts.set_password(name, PASSWORD)
        second_factor.turn_off(number)
        second_factor.put_roles(set())
        services().rooms["duties"].clear()
    person = Person(app, name, number)
    person.put(active=True)
    with app.app_context(), services().engine.connect() as connection:
        person.since = connection.execute(select(func.max(change_table.c.id))).scalar_one()
    return person
