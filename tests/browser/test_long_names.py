"""Names that no form foresaw: words of a hundred letters, company names of sixty characters. Nothing is pushed off the page."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Invite
from tests.browser.pages import PLACES, Place
from tests.browser.test_pages import enter

WORDS = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH & Co. KGaA",
    "新疆维吾尔自治区伊犁哈萨克自治州塔城地区农业生产资料供应链管理服务股份有限公司第三分公司",
    "a.very.long.mailbox.name.with.dots.and.parts@subdomain.of.a.company.example",
)
PAGES = (
    "list",
    "record",
    "ticket",
    "search",
    "inbox",
    "people",
    "users",
    "deadlines",
    "organisation",
    "hand-over",
    "audit",
)
TEXTS = "main :is(h1, h2, .crumbs a, a.cell-title, td > .cell, .cell a, dd, .timeline-changes ins, .hit span, li p)"
REPLACE = """([selector, words]) => {
  const leaves = [...document.querySelectorAll(selector)].filter((one) => !one.children.length && one.checkVisibility());
  leaves.forEach((one, number) => { one.textContent = words[number % words.length]; });
  return leaves.length;
}"""
PUSHED_OUT = """(selector) => [...document.querySelectorAll(selector)]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 1)
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => `${Math.round(one.getBoundingClientRect().right)} px: ${one.outerHTML.slice(0, 160)}`)"""


@pytest.mark.parametrize("place", [one for one in PLACES if one.name in PAGES], ids=lambda place: place.name)
def test_long_names_stay_on_a_phones_screen(invite: Invite, place: Place) -> None:
    visitor = invite(place.who, phone=True)
    enter(visitor, place)
    assert visitor.page.evaluate(REPLACE, [TEXTS, WORDS]) > 0
    pushed = visitor.page.evaluate(PUSHED_OUT, TEXTS)
    assert not pushed, "\n".join(pushed[:5])
    visitor.look()


@pytest.mark.parametrize("place", [one for one in PLACES if one.name in PAGES], ids=lambda place: place.name)
def test_long_names_do_not_widen_a_desks_page(invite: Invite, place: Place) -> None:
    visitor = invite(place.who)
    enter(visitor, place)
    visitor.page.evaluate(REPLACE, [TEXTS, WORDS])
    visitor.look()
