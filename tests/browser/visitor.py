"""A person at a browser, who looks at every page: nothing may fail, stick out or be too small to touch."""

from __future__ import annotations

from itertools import count

from playwright.sync_api import Browser, Locator

from tests.browser.measure import barriers, misfits
from tests.browser.watch import Watch
from tests.harness.chromium import open_context

PATIENCE_MILLISECONDS = 15_000
QUIET = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request')"
visitors = count(1)


class Visitor:
    """`page` is the tab; a phone is touched, a mouse clicks."""

    def __init__(
        self,
        browser: Browser,
        base_url: str,
        *,
        phone: bool = False,
        language: str = "en",
        scripts: bool = True,
    ) -> None:
        self.is_phone = phone
        self.language = language
        self.has_scripts = scripts
        self.context = open_context(browser, base_url, phone=phone, language=language, scripts=scripts)
        # The server trusts one proxy, so that each visitor has an address, and a limit on sign-ins, of their own.
        self.context.set_extra_http_headers({"X-Forwarded-For": f"198.51.100.{next(visitors) % 250}"})
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.watch = Watch(self.context, base_url)
        self.page = self.context.new_page()

    def go(self, path: str) -> None:
        """Open a path of the site and wait until it is quiet."""
        self.page.goto(path)
        self.settle()

    def settle(self) -> None:
        """Wait until the page and its parts are there."""
        self.page.wait_for_load_state("load")
        if self.has_scripts:
            self.page.wait_for_function(QUIET)

    def press(self, target: str | Locator) -> None:
        """Touch or click, and wait for what comes of it."""
        place = self.page.locator(target).first if isinstance(target, str) else target
        if self.is_phone:
            place.tap()
        else:
            place.click()
        self.settle()

    def follow(self, target: str | Locator) -> None:
        """Press what leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.press(target)
        self.settle()

    def sign_in(self, username: str, password: str = "demo") -> None:
        """Through the form, as everybody does."""
        self.go("/login/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        with self.page.expect_navigation():
            self.page.press("[name=password]", "Enter")
        self.settle()
        assert "/login" not in self.page.url, self.page.inner_text("main")

    def look(self, *, closely: bool = False) -> None:
        """Fail when anything on the page is amiss; `closely` also asks axe-core."""
        findings = self.watch.taken()
        if self.has_scripts:
            findings += misfits(self.page, is_phone=self.is_phone)
            findings += barriers(self.page) if closely else []
        assert not findings, "\n".join([self.page.url, *findings])

    def leave(self) -> None:
        """Close the browser's window."""
        self.context.close()
