"""The cast of the security tests: the demo's accounts with a browser each, and records at known distances from them."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.extensions import services
from tests.harness.applications import signed_in, token_of
from tests.harness.served import Telling

ACTORS = ("anonymous", "sales_east", "manager_east", "clerk", "engineer", "it", "executive", "admin")
PLACES = {
    "o": ("YG0101", "10010101", "HD"),  # sales_east's own
    "u": ("YG0102", "10010101", "HD"),  # a colleague's in the same department, where the clerk sits
    "r": (
        "YG0105",
        "10010103",
        "HD",
    ),  # in the service department of the same region, where the engineer sits
    "f": ("YG0103", "10030201", "XI"),  # far away in the west
}
"""Owner, unit and region by the letter that the table uses."""
MISSING = {"customers": "87654321", "contracts": "HT87654321"}
PICTURE = b"\x89PNG only for those who may see the contract"


@dataclass
class Cast:
    """One application with everybody signed in, and the probes: (entity, letter) → identity and code."""

    app: Flask
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    telling: Telling | None = None
    address: str = ""
    """Where the running server answers."""

    def browser(self, actor: str) -> FlaskClient:
        """The actor's browser, signed in at the first use."""
        if actor not in self.clients:
            self.clients[actor] = (
                self.app.test_client() if actor == "anonymous" else signed_in(self.app, actor)
            )
            self.tokens[actor] = token_of(self.clients[actor], "/login/" if actor == "anonymous" else "/")
        return self.clients[actor]

    def silence(self) -> AbstractContextManager[None]:
        """Within it the running server is not told of what the tests commit: see `Telling`."""
        return self.telling.silence() if self.telling else nullcontext()

    def forget(self, actor: str) -> None:
        """Drop a browser that was signed out."""
        self.clients.pop(actor, None)

    def ask(
        self, actor: str, method: str, path: str, form: dict[str, Any] | None = None, **options: Any
    ) -> TestResponse:
        """A request as a browser sends it: forms with their CSRF token, JSON with it in a header; read to the end."""
        client = self.browser(actor)
        if method != "GET":
            token = self.tokens[actor]
            headers = {"X-CSRFToken": token, "If-Match": '"no such state"', **options.pop("headers", {})}
            options["headers"] = headers
            if "json" not in options and "data" not in options:
                options["data" if not path.startswith("/api/") else "json"] = form or {}
        answer = client.open(path, method=method, **options)
        answer.get_data()
        answer.close()
        answer.request.environ["wsgi.input"].close()  # where the test client keeps a large form in a file
        return answer

    def get(self, actor: str, path: str, **options: Any) -> TestResponse:
        return self.ask(actor, "GET", path, **options)

    def post(self, actor: str, path: str, form: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.ask(actor, "POST", path, form, **options)


def assemble(app: Flask) -> Cast:
    """Move four customers and four contracts to where the probes belong."""
    cast = Cast(app)
    with app.app_context():
        schema = services().schema
        with services().engine.begin() as connection:
            for entity, table, key in (("customers", "T_KHZL", "ID"), ("contracts", "T_HTZB", "HTBH")):
                found = connection.execute(
                    text(f"SELECT {key} FROM {schema}.{table} ORDER BY {key} DESC LIMIT 4")
                )
                for (letter, (owner, unit, region)), (number,) in zip(
                    PLACES.items(), found.all(), strict=True
                ):
                    cast.ids[entity, letter] = str(number)
                    put = f"UPDATE {schema}.{table} SET YWY=:owner, BMBH=:unit, SCBZ='0' WHERE {key}=:key"
                    connection.execute(text(put), {"owner": owner, "unit": unit, "key": number})
                    if entity == "customers":
                        zone = text(f"UPDATE {schema}.{table} SET DQBM=:region WHERE {key}=:key")
                        connection.execute(zone, {"region": region, "key": number})
            connection.execute(text(f"UPDATE {schema}.T_HTZB SET QZTP=:picture"), {"picture": PICTURE})
            rows = connection.execute(text(f"SELECT ID, KHBH FROM {schema}.T_KHZL")).all()
        codes = {str(number): code for number, code in rows}
        cast.codes = {letter: codes[cast.ids["customers", letter]] for letter in PLACES}
    return cast


def plain(answer: TestResponse, *names: str) -> str:
    """A body without what differs from one answer to the next: tokens, its own address, and the identities in `names`."""
    body = answer.get_data(as_text=True)
    body = re.sub(r'(name="(?:csrf[-_]token|next)" (?:type="hidden" )?(?:content|value)=")[^"]*', r"\1", body)
    body = re.sub(
        r"Taken by [^<]*, number [0-9a-f]+\.", "", body
    )  # each page that can be printed is a taking of its own
    for name in names:
        body = re.sub(rf"(?<=[/=\"“]){re.escape(name)}(?=[\"/?&<”])", "#", body)
    return body
