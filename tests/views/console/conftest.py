"""IT people in the console of the demo, and a helper that reads what a page says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.harness.applications import send, signed_in

REASON = "a wrong flag, ticket 12"


def words(answer: Any) -> str:
    """What stands on a page, without its frame."""
    page = answer.get_data(as_text=True)
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0] if main else page)).split())


def attribute(answer: Any, name: str) -> str:
    """The value of a hidden input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.get_data(as_text=True))
    assert found, f"no input called {name}"
    return html.unescape(found[1])


def sent_by_a_browser(page: str) -> dict[str, object]:
    """What a browser would send back of a form that nobody touched."""
    main = page[page.index("<main") : page.index("</main>")]
    sent: dict[str, object] = {}
    for name, value in re.findall(r'<input(?=[^>]*name="([^"]+)")(?=[^>]*value="([^"]*)")[^>]*>', main):
        sent[html.unescape(name)] = html.unescape(value)
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', main, re.DOTALL):
        sent[html.unescape(name)] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', main, re.DOTALL):
        sent[html.unescape(name)] = [
            html.unescape(v) for v in re.findall(r'<option value="([^"]*)" selected', options)
        ] or [""]
    return sent


@pytest.fixture(scope="session")
def site(served: Flask) -> Flask:
    return served


@pytest.fixture
def it(site: Flask) -> FlaskClient:
    """Somebody of the role IT, with the lock closed."""
    return signed_in(site, "it")


@pytest.fixture
def unlocked(it: FlaskClient) -> Iterator[FlaskClient]:
    """The same with the lock open."""
    assert send(it, "/it/unlock", {"reason": REASON}).status_code == 302
    yield it
    send(it, "/it/lock")
