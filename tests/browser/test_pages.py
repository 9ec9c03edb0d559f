"""Every main page, at a desk and on a phone, in both languages, light and dark: no barrier, no error, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser.measure import barriers, untranslated
from tests.browser.pages import PLACES, Place
from tests.browser.site import Site
from tests.browser.visitor import Visitor

Guest = Callable[[str], Visitor]
LOOKS = [(False, "en"), (True, "en"), (False, "zh"), (True, "zh")]
NAMES = ["desk-en", "phone-en", "desk-zh", "phone-zh"]


@pytest.fixture(scope="module", params=LOOKS, ids=NAMES)
def guest(
    request: pytest.FixtureRequest, browser: Browser, demo: Site, signed_in: Callable[[str], StorageState]
) -> Iterator[Guest]:
    """`guest("clerk")`: one visitor for each account, kept for all pages of this size and language."""
    phone, language = request.param
    with ExitStack() as stack:

        @cache
        def come(username: str) -> Visitor:
            visitor = Visitor(browser, demo.url, phone=phone, language=language)
            stack.callback(visitor.leave)
            if username:
                visitor.context.add_cookies(signed_in(username)["cookies"])  # type: ignore[arg-type]
            return visitor

        yield come


def enter(visitor: Visitor, place: Place) -> None:
    """Open the page; "edit:/list/" opens that page of the list's first record."""
    kind, _, path = place.path.rpartition(":")
    visitor.go(path)
    if kind:
        href = visitor.page.locator("[data-rows] a.cell-title").first.get_attribute("href") or ""
        visitor.go(href.replace("/show/", f"/{kind}/"))
    if place.ready:
        visitor.page.locator(place.ready).first.wait_for()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_is_whole(guest: Guest, place: Place) -> None:
    visitor = guest(place.who)
    enter(visitor, place)
    is_english = visitor.language == "en"
    visitor.look(closely=is_english)
    if is_english:
        visitor.page.emulate_media(color_scheme="dark")
        findings = barriers(visitor.page, "color-contrast", "link-in-text-block")
        visitor.page.emulate_media(color_scheme="light")
        assert not findings, "\n".join(["In the dark:", *findings])
    else:
        findings = untranslated(visitor.page)
        assert not findings, "\n".join(findings)
