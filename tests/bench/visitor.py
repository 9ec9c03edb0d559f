"""A browser's session over one kept connection: cookies, forms, and how long an answer took."""

from __future__ import annotations

import re
import time
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="(csrf_token|csrf-token|csrfmiddlewaretoken)"[^>]* (?:value|content)="([^"]*)"')
IDLE_SECONDS = 2.0


class Visitor:
    """One person at one server."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.cookies: dict[str, str] = {}
        self.seconds = 0.0
        """Of the last request, from sending it to its last byte."""
        self._connection = HTTPConnection(self.host, timeout=120)
        self._used = -IDLE_SECONDS

    @property
    def cookie(self) -> str:
        """The header that makes a request this person's."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def get(self, path: str) -> str:
        """A page; anything but 200 is a mistake in the bench."""
        answer, text = self._ask("GET", path)
        assert answer.status == 200, (
            f"{path}: {answer.status} {answer.headers.get('Location', '')} {text[:300]}"
        )
        return text

    def post(self, path: str, fields: dict[str, str]) -> str:
        """A form that leads elsewhere when it was taken; returns where to."""
        answer, text = self._ask("POST", path, urlencode(fields))
        assert answer.status in {302, 303}, f"{path}: {answer.status} {text[:500]}"
        return str(answer.headers["Location"])

    def sign_in(self, path: str, username: str, password: str) -> Visitor:
        """By the form at this address, whatever its token is called."""
        found = TOKEN.search(self.get(path))
        token = {found[1].replace("-", "_"): found[2]} if found else {}
        self.post(path, {**token, "username": username, "password": password})
        return self

    def _keep_connected(self) -> None:
        """A server closes a connection that rests; opening one is no part of an answer's time."""
        if time.perf_counter() - self._used >= IDLE_SECONDS:
            self._connection.close()
            self._connection.connect()

    def _ask(self, method: str, path: str, body: str = "") -> tuple[HTTPResponse, str]:
        headers = {"Cookie": self.cookie, "Referer": f"http://{self.host}{path}"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._keep_connected()
        begun = time.perf_counter()
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        self._used = time.perf_counter()
        self.seconds = self._used - begun
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, text.decode(errors="replace")
