"""People's data, reads and what must be kept are set on a table's page of the wizard: on a phone, and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Invite
from tests.browser.visitor import Visitor

PAGE = "/wiring/table?table=T_SKDJ"
UNMASKED = "/wiring/table?table=T_GDZB"
LAW = "收款单据按税法保存十年。Payments are kept for ten years (tax law)."
LOOKS = [
    {"phone": False, "scripts": True},
    {"phone": True, "scripts": True},
    {"phone": True, "scripts": False},
]


@pytest.fixture(params=LOOKS, ids=["desk", "phone", "phone-without-scripts"])
def visitor(request: pytest.FixtureRequest, invite: Invite) -> Iterator[Visitor]:
    """An administrator, whose draft is discarded afterwards."""
    visitor: Visitor = invite("admin", **request.param)
    yield visitor
    visitor.go("/wiring/review")
    discard = visitor.page.locator("[formaction$='/wiring/discard']")
    if discard.count():
        visitor.follow(discard)


def unfolded(visitor: Visitor) -> None:
    """The card of people's data, open."""
    fold = visitor.page.locator(".card-fold", has=visitor.page.locator("#kept"))
    if fold.get_attribute("open") is None:
        visitor.press(fold.locator("summary"))
    expect(visitor.page.locator("#kept")).to_be_visible()


def column(visitor: Visitor, name: str) -> Locator:
    """The line of a column, open on a phone."""
    line = visitor.page.locator(f'[data-sought^="{name.lower()} "]')
    if visitor.is_phone:
        visitor.press(line.locator(".wiring-more summary"))
    return line.locator("select[name^=personal-]")


def test_it_is_set_reviewed_in_words_and_given_up(visitor: Visitor) -> None:
    visitor.go(PAGE)
    unfolded(visitor)
    visitor.look(closely=True)
    visitor.page.select_option("#audited", "opened")
    visitor.page.fill("#kept", LAW)
    kind = column(visitor, "PZLJ")
    expect(kind).to_be_visible()
    expect(kind.locator("option:checked")).to_contain_text("By itself")
    kind.select_option("number")
    visitor.look()
    visitor.follow("button[name=then][value=review]")
    words = visitor.page.locator(".wiring-lines")
    expect(words).to_contain_text("to “Whoever opens a record”")
    expect(words).to_contain_text(f"to “{LAW}”")
    expect(words).to_contain_text("to “Number of a person or account”")
    visitor.look(closely=True)
    visitor.follow("[formaction$='/wiring/discard']")
    visitor.go(PAGE)
    expect(visitor.page.locator("#kept")).to_have_value("")


def test_a_wrong_answer_comes_back_as_it_was_typed(visitor: Visitor) -> None:
    visitor.go(UNMASKED)
    unfolded(visitor)
    visitor.page.select_option("#audited", "sensitive")
    visitor.page.fill("#kept", LAW)
    visitor.follow("button[name=then][value=review]")
    expect(visitor.page.locator("main")).to_contain_text("No column is masked")
    expect(visitor.page.locator("#kept")).to_have_value(LAW)
    expect(visitor.page.locator("#audited")).to_have_value("sensitive")
    visitor.look()
