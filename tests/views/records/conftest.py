"""The fixed cast at work on the demo: whoever is named, signed in once, and the demo's rows read past Veneer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.harness import forms
from tests.harness.applications import signed_in, token_of

OWNERS = {"sales_east": "YG0101", "sales_east2": "YG0102", "sales_west": "YG0103"}
"""Employee codes of the accounts whose records the tests speak of."""

OF_RECORDS = "entity NOT LIKE '@%' AND action NOT IN ('export', 'outside')"  # what another test did by SQL is noticed late


@dataclass
class Demo:
    """The demo's application, its people's browsers and its tables."""

    app: Flask
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def browser(self, who: str) -> FlaskClient:
        """The browser of an account; "anonymous" has not signed in."""
        if who not in self.browsers:
            is_known = who != "anonymous"
            self.browsers[who] = signed_in(self.app, who) if is_known else self.app.test_client()
            self.tokens[who] = token_of(self.browsers[who], "/" if is_known else "/login/")
        return self.browsers[who]

    def get(self, who: str, path: str, **headers: str) -> TestResponse:
        """A page as somebody sees it."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser(who).get(path, headers=named, buffered=True)

    def post(self, who: str, path: str, sent: Mapping[str, Any] | None = None) -> TestResponse:
        """A form as somebody's browser sends it."""
        browser = self.browser(who)
        return browser.post(path, data={"csrf_token": self.tokens[who], **(sent or {})}, buffered=True)

    def page(self, who: str, path: str) -> str:
        """The page's HTML; it has to be there."""
        answer = self.get(who, path)
        assert answer.status_code == 200, f"{answer.status_code} {path}"
        return answer.get_data(as_text=True)

    def edited(self, who: str, path: str, **typed: str) -> TestResponse:
        """Open a form, type into it and send it."""
        form = forms.main_form(self.page(who, path))
        sent = form.sent
        for name, value in typed.items():
            sent.setlist(f"f.{name}", [value])
        return self.browser(who).post(path, data=sent)

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows of a statement; {erp} stands for the schema of the ERP's tables."""
        services = self.app.extensions["veneer"]
        with services.engine.begin() as connection:
            done = connection.execute(text(statement.format(erp=f"{services.schema}.")), values)
            return list(done) if done.returns_rows else []

    def one(self, statement: str, **values: Any) -> Any:
        """The single value of a statement."""
        return self.sql(statement, **values)[0][0]

    def customers(self, where: str = "1 = 1", **values: Any) -> list[str]:
        """Keys of live customers, as they stand in addresses."""
        found = f"SELECT ID FROM {{erp}}T_KHZL WHERE SCBZ <> '1' AND {where} ORDER BY ID"
        return [str(key) for (key,) in self.sql(found, **values)]

    def customer_of(self, who: str) -> str:
        """A live customer that the account owns."""
        return self.customers("YWY = :owner", owner=OWNERS[who])[0]

    def newest_change(self) -> int:
        """The number of the last change of a record; refusals, sign-ins and exports are kept in the same table."""
        return int(self.one(f"SELECT MAX(id) FROM `change` WHERE {OF_RECORDS}") or 0)

    def changes_since(self, last: int) -> int:
        """How many changes of records came after that number."""
        return int(self.one(f"SELECT COUNT(*) FROM `change` WHERE id > {last} AND {OF_RECORDS}"))


@pytest.fixture(scope="session")
def demo(served: Flask) -> Demo:
    return Demo(served)


def shown(page: str, entity: str = "customers") -> list[str]:
    """Keys of the records that a list's rows lead to."""
    return re.findall(rf'class="cell cell-title" href="/data/{entity}/show/([^"]+)"', page)


def toasts(page: str) -> list[str]:
    """The messages of a page."""
    found = re.findall(r"data-toast-text>(.*?)</p>", page.split("<template", maxsplit=1)[0], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in found]
