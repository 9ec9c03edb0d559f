"""Pages out of moulds are what they would be if they were drawn anew, for every person and every address."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from app.theme import moulds
from tests.views.records.conftest import Demo

PEOPLE = ("admin", "sales_east", "sales_west")
ODD = quote('{"field":"KHMC","op":"starts","value":"<b>&\\"x"}')
FOUND = quote('{"field":"KHBH","op":"starts","value":"KH0000"}')
PAGES = (
    "/data/customers/list/",
    "/data/customers/list/?sort=KHBH&size=50",
    "/data/customers/list/?columns=KHMC,KHBH",
    f"/data/customers/list/?filter={FOUND}",
    f"/data/customers/list/?filter={ODD}",
    "/data/customers/list/?q=%3Cscript%3E",
    "/data/orders/list/",
    "/data/customers/show/5",
    "/data/customers/show/7",
    "/data/orders/show/3",
)
OF_THE_REQUEST = re.compile(
    r'(?<=csrf-token" content=")[^"]*|(?<=csrf_token" value=")[^"]*|(?<=print-mark">)[^<]*'
)


def shown(demo: Demo, who: str, path: str) -> tuple[int, str]:
    answer = demo.get(who, path)
    return answer.status_code, OF_THE_REQUEST.sub("", answer.get_data(as_text=True))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_filled_mould_is_the_page(demo: Demo, monkeypatch: pytest.MonkeyPatch, who: str, path: str) -> None:
    filled = [shown(demo, who, path) for _made_then_used in range(2)]
    with monkeypatch.context() as patched:
        patched.setattr(moulds, "has_more", lambda _cookie: True)
        assert filled == [shown(demo, who, path)] * 2


def test_records_out_of_one_mould_show_their_own_values(demo: Demo) -> None:
    first, second = demo.page("admin", "/data/customers/show/5"), demo.page("admin", "/data/customers/show/7")
    assert "/data/customers/edit/5" in first
    assert "/data/customers/edit/7" in second
    assert "/edit/5" not in second
    titles = [re.findall(r"<title>([^<]*)", page) for page in (first, second)]
    assert titles[0] != titles[1]


def test_a_language_has_moulds_of_its_own(demo: Demo) -> None:
    english = demo.page("admin", "/data/customers/list/?_l_=en")
    chinese = demo.page("admin", "/data/customers/list/?_l_=zh")
    assert 'lang="en"' in english
    assert 'lang="zh-CN"' in chinese
    assert demo.page("admin", "/data/customers/list/?_l_=en").count("保存") == english.count("保存")


def test_each_session_has_its_own_token(demo: Demo) -> None:
    tokens = [
        re.findall(r'csrf-token" content="([^"]+)"', demo.page(who, PAGES[0]))
        for who in ("admin", "sales_east")
    ]
    assert len(tokens[0]) == len(tokens[1]) == 1
    assert tokens[0] != tokens[1]


def test_what_a_person_types_is_no_hole(demo: Demo) -> None:
    typed = moulds.hole("lines")[:10]
    page = demo.page("admin", f"/data/customers/list/?q={typed}")
    assert page.count(typed) >= 1
    assert moulds.MARK not in page
    assert moulds.MARK not in demo.page("admin", PAGES[0])


def test_a_message_is_shown_once(demo: Demo) -> None:
    browser = demo.browser("admin")
    demo.page("admin", PAGES[0])
    with browser.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Saved <once>.")]
    assert "Saved &lt;once&gt;." in demo.page("admin", PAGES[0])
    assert "Saved &lt;once&gt;." not in demo.page("admin", PAGES[0])


def test_moulds_are_bounded(demo: Demo) -> None:
    for number in range(moulds.MOST + 5):
        moulds._keep(held := demo.app.extensions.setdefault("page_moulds", {}), ("some", number), ([], []))
    assert len(held) <= moulds.MOST
    held.clear()
