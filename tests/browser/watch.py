"""Looks over the shoulder of a visitor: errors, policy violations and foreign requests of every page they open."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`Content policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`);
});
"""
ANSWERED_WITH_A_PAGE = re.compile(r"Failed to load resource: .* status of (400|403|404|409|422)\b")
"""Chromium logs every 4xx as an error; these are pages that we answer on purpose and the tests ask for by name."""
LOCAL = {"data", "blob", "about"}


class Watch:
    """What went wrong since the last look, as sentences."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.host = urlsplit(base_url).netloc
        self.findings: list[str] = []
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def taken(self) -> list[str]:
        """The findings, which are forgotten with this."""
        findings, self.findings = self.findings, []
        return findings

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not ANSWERED_WITH_A_PAGE.search(message.text):
            self.findings.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self.findings.append(f"page error: {error.error}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in LOCAL and address.netloc != self.host:
            self.findings.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        is_missing_part = response.status == 404 and response.request.resource_type != "document"
        if response.status >= 500 or is_missing_part:
            self.findings.append(f"status {response.status}: {response.url}")
