"""Counts what a request costs the server: rows by its own Handler_read counters, statements by the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

LIST = "/data/customers/list/"


@dataclass
class Reader:
    """A person at an application, and a customer that the person may change."""

    app: Flask
    client: FlaskClient
    token: str = ""

    def rows(self, work: Callable[[], object]) -> int:
        """Rows that the server handed to its executor; the second time, so that short caches are warm."""
        work()
        before = self._counter()
        work()
        return self._counter() - before

    def page_rows(self, path: str) -> int:
        """The same for one page."""
        return self.rows(lambda: self.get(path))

    def least_rows(self, path: str) -> int:
        """The same for a page whose names and total were just looked up, which a slow machine may forget between two pages."""
        return min(self.page_rows(path) for _time in range(3))

    def get(self, path: str) -> str:
        """A page's text; it must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)

    def save(self, path: str, **values: str) -> None:
        """Fill the form in and send it."""
        self.send(path, self.filled(path, **values))

    def filled(self, path: str, **values: str) -> dict[str, str]:
        """The form with these values, as a browser would send it."""
        page = self.get(path)
        hidden = dict(re.findall(r'name="(idempotency_key|row_hash)" value="([^"]*)"', page))
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found
        typed = {f"f.{name}": value for name, value in values.items()}
        return {"csrf_token": found[1], "originals": "{}", **hidden, **typed}

    def send(self, path: str, sent: dict[str, str]) -> None:
        """Send a form that will be taken."""
        answer = self.client.post(path, data=sent)
        assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.get_data(as_text=True))[-600:]

    def statements(self, path: str) -> list[str]:
        """What the page asks the database when short caches are warm: the least of some tries, since they last a second."""
        tries = []
        for _try in range(6):
            with counted(self.app) as log:
                self.get(path)
            tries.append(log)
        return min(tries, key=len)

    def next_page(self, path: str) -> str:
        """Where "Next" leads."""
        found = re.search(rf'href="({LIST}\?[^"]*cursor=[^"]+)"[^>]*rel="next"', self.get(path))
        assert found, "there is no next page"
        return unescape(found[1])

    def _counter(self) -> int:
        with self.app.extensions["veneer"].engine.connect() as connection:
            found = connection.execute(text("SHOW GLOBAL STATUS LIKE 'Handler_read%'"))
            return sum(int(value) for _name, value in found)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements of a block."""
    log: list[str] = []

    def note(*given: object) -> None:
        log.append(str(given[2]))

    engine = app.extensions["veneer"].engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield log
    finally:
        event.remove(engine, "before_cursor_execute", note)
