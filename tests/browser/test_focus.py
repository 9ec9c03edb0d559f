"""From the content's beginning with the Tab key alone: what has the focus is never behind a bar, and a ring shows it."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Invite
from tests.browser.measure import script
from tests.browser.pages import PLACES, Place
from tests.browser.test_pages import enter

STEPS = 40
NAMES = {
    "list", "record", "edit", "add", "people", "organisation", "rights", "rights-entity", "rights-limits",
    "wiring-tables", "wiring-table", "policy", "calendar", "audit", "persons-new",
}  # fmt: skip
"""Pages with bars that stay where they are while the rest moves below them."""


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("place", [one for one in PLACES if one.name in NAMES], ids=lambda place: place.name)
def test_the_focus_is_seen(invite: Invite, place: Place, phone: bool) -> None:
    visitor = invite(place.who, phone=phone)
    enter(visitor, place)
    page = visitor.page
    page.locator("main").evaluate("main => { main.tabIndex = -1; main.focus(); }")
    behind, bare = [], []
    for _step in range(STEPS):
        page.keyboard.press("Tab")
        found = page.evaluate(script("focus.js"))
        if found is None:
            break
        behind += [f"{found['name']} behind {found['over']}"] if found["over"] else []
        bare += [] if found["ring"] else [found["name"]]
    assert not behind, "\n".join(behind)
    assert not bare, "\n".join(["Without a ring:", *bare])
