"""Callers of the API: programs with a JWT of each demo account, or with a personal token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import tokens
from app.security import overlay_session
from demo.accounts import DEMO_PASSWORD

BASE = "/api/v1/data"


@dataclass
class Caller:
    """A program that sends JSON with one token."""

    app: Flask
    token: str

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """A request; `path` is below /api/v1/data unless it begins with /api."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        address = path if path.startswith("/api") else BASE + path
        return self.app.test_client().open(address, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, sent: Any, **headers: str) -> TestResponse:
        return self.send("POST", path, json=sent, headers=named(headers))

    def patch(self, path: str, sent: Any, **headers: str) -> TestResponse:
        return self.send("PATCH", path, json=sent, headers=named(headers))

    def delete(self, path: str, **headers: str) -> TestResponse:
        return self.send("DELETE", path, headers=named(headers))


def named(headers: dict[str, str]) -> dict[str, str]:
    """if_match → If-Match."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}


@pytest.fixture(scope="session")
def api(served: Flask) -> Flask:
    """The demo's application; its limits on signing in are switched on by the tests that are about them."""
    return served


@pytest.fixture(scope="session")
def callers(api: Flask) -> Callable[[str], Caller]:
    """A caller for each account, signed in once."""
    known: dict[str, Caller] = {}

    def caller(username: str) -> Caller:
        if username not in known:
            sent = {"username": username, "password": DEMO_PASSWORD}
            answer = api.test_client().post("/api/v1/security/login", json=sent)
            known[username] = Caller(api, answer.get_json()["access_token"])
        return known[username]

    return caller


@pytest.fixture
def admin(callers: Callable[[str], Caller]) -> Caller:
    return callers("admin")


@pytest.fixture
def clerk(callers: Callable[[str], Caller]) -> Caller:
    return callers("clerk")


@pytest.fixture
def personal(api: Flask) -> Iterator[Callable[..., Caller]]:
    """A caller with a personal token: personal("clerk", scope="read", days=None)."""

    def make(username: str, scope: str = tokens.WRITE, days: int | None = None) -> Caller:
        with api.app_context():
            user = api.appbuilder.sm.find_user(username=username)
            return Caller(api, tokens.create(overlay_session(), user, "test", scope, days))

    yield make
    with api.app_context():
        for row in api.appbuilder.sm.session.query(tokens.ApiKey).all():
            api.appbuilder.sm.session.delete(row)
        api.appbuilder.sm.session.commit()
