"""Clients over real sockets: a program with a bearer token, and a person with cookies and forms."""

from __future__ import annotations

import http.client
import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.datastructures import MultiDict

from demo.accounts import DEMO_PASSWORD
from tests.harness.forms import Form, main_form

TIMEOUT = 60
HEARD_SECONDS = 0.02
"""What it takes to be heard before one hangs up."""


@dataclass(frozen=True)
class Answer:
    """What came back: 0 when nothing did."""

    status: int
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def sentence(self) -> str:
        """What it says to the reader; "" when it says nothing."""
        if self.headers.get("content-type", "").startswith("application/"):
            return str(self.json.get("detail", ""))
        found = re.search(
            r'data-problem>(.*?)</p>|form-summary.*?note-text">(.*?)</div>', self.text, re.DOTALL
        )
        text = next((part for part in found.groups() if part), "") if found else ""
        return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@dataclass
class Client:
    """Requests of one visitor, each on a connection of its own: a server that dies takes no other request along."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    timeout_seconds: float = TIMEOUT

    def send(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=self.timeout_seconds
        )
        try:
            connection.request(method, path, body.encode() or None, {**self.headers, **headers})
            answer = connection.getresponse()
            given = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, answer.read().decode(errors="replace"), given)
        except (OSError, http.client.HTTPException):
            return Answer(0)
        finally:
            connection.close()

    def hang_up(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Send it and close the connection without waiting for what comes back."""
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=TIMEOUT)
        with suppress(OSError):
            connection.request(method, path, body.encode() or None, {**self.headers, **headers})
            time.sleep(HEARD_SECONDS)
        connection.close()
        return Answer(0)

    def get(self, path: str) -> Answer:
        return self.send("GET", path)


class Program(Client):
    """A program that uses the API below /api/v1/data."""

    @classmethod
    def signed_in(cls, url: str, username: str = "admin", password: str = DEMO_PASSWORD) -> Program:
        sent = json.dumps({"username": username, "password": password})
        answer = Client(url).send(
            "POST", "/api/v1/security/login", sent, **{"Content-Type": "application/json"}
        )
        assert answer.status == 200, answer
        return cls(
            url,
            {"Authorization": f"Bearer {answer.json['access_token']}", "Content-Type": "application/json"},
        )

    def read(self, path: str) -> Answer:
        return self.get(f"/api/v1/data/{path}")

    def create(self, entity: str, values: dict[str, Any], key: str = "") -> Answer:
        return self.send("POST", f"/api/v1/data/{entity}/", json.dumps(values), **named(key))

    def change(self, record: str, etag: str, values: dict[str, Any], key: str = "") -> Answer:
        headers = {"If-Match": etag, **named(key)}
        return self.send("PATCH", f"/api/v1/data/{record}", json.dumps(values), **headers)


def named(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


class Person(Client):
    """Somebody in a browser."""

    @classmethod
    def signed_in(cls, url: str, username: str = "admin", password: str = DEMO_PASSWORD) -> Person:
        visitor = cls(url, {"Accept-Language": "en"})
        first = visitor.get("/login/")
        visitor.keep_cookie(first)
        token = re.search(r'name="csrf-token" content="([^"]+)"', first.text)
        assert token, first
        sent = {"username": username, "password": password, "csrf_token": token[1]}
        answer = visitor.post("/login/", sent)
        assert answer.status == 302, answer
        visitor.keep_cookie(answer)
        return visitor

    def keep_cookie(self, answer: Answer) -> None:
        if "set-cookie" in answer.headers:
            self.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]

    def post(self, path: str, sent: dict[str, str] | MultiDict[str, str]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        parts = list(sent.items(multi=True)) if isinstance(sent, MultiDict) else list(sent.items())
        return self.send("POST", path, urlencode(parts), **headers)

    def form(self, path: str) -> Form:
        """The form that a page is about."""
        page = self.get(path)
        assert page.status == 200, (path, page.status, page.sentence)
        return main_form(page.text)

    def fill(self, path: str, values: dict[str, str]) -> dict[str, str]:
        """What a browser sends after these fields were typed over."""
        return {**self.form(path).sent.to_dict(), **{f"f.{name}": text for name, text in values.items()}}
