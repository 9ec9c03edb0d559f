"""Bulk edit and delete: a preview first, each row as a change of its own, what is out of reach refused, all of it undone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from werkzeug.datastructures import MultiDict

from tests.harness import forms
from tests.views.records.conftest import Demo, shown, toasts

WHO = "clerk"


@pytest.fixture
def three(demo: Demo) -> Iterator[list[str]]:
    """Three customers of the clerk's unit; they get their addresses back."""
    keys = demo.customers("BMBH = '10010101'")[:3]
    before = [(key, street(demo, key)) for key in keys]
    yield keys
    for key, text in before:
        demo.sql("UPDATE {erp}T_KHZL SET DZ = :text, SCBZ = '0' WHERE ID = :key", text=text, key=key)


def street(demo: Demo, key: str) -> str:
    return str(demo.one("SELECT DZ FROM {erp}T_KHZL WHERE ID = :key", key=key))


def sent(demo: Demo, path: str, tokens: list[str], **more: str) -> tuple[int, str, str]:
    """(status, page, where to) of the selection's form."""
    data = MultiDict([("csrf_token", csrf(demo)), *(("token", one) for one in tokens), *more.items()])
    answer = demo.browser(WHO).post(path, data=data)
    return answer.status_code, answer.get_data(as_text=True), answer.headers.get("Location", "")


def csrf(demo: Demo) -> str:
    demo.browser(WHO)
    return demo.tokens[WHO]


def preview(demo: Demo, tokens: list[str], text: str) -> forms.Form:
    """The preview of a new address for the chosen customers, as the two pages before it lead there."""
    _status, page, _to = sent(demo, "/data/customers/bulk-edit", tokens, step="choose", field="DZ")
    form = forms.main_form(page)
    data = form.sent
    data.setlist("f.DZ", [text])
    data["step"] = "preview"
    answer = demo.browser(WHO).post("/data/customers/bulk-edit", data=data)
    assert answer.status_code == 200
    return forms.main_form(answer.get_data(as_text=True))


def test_the_preview_tells_what_stays_as_it_is(demo: Demo, three: list[str]) -> None:
    demo.sql("UPDATE {erp}T_KHZL SET DZ = 'bulk street' WHERE ID = :key", key=three[0])
    typed = {"field": "DZ", "f.DZ": "bulk street", "step": "preview"}
    _status, page, _to = sent(demo, "/data/customers/bulk-edit", three, **typed)
    assert page.count("stays as it is") == 1
    assert "Save 2 records" in page
    _status, page, _to = sent(demo, "/data/customers/bulk-edit", three[:1], **typed)
    assert "have this value already" in page
    assert 'value="save"' not in page


def test_nothing_is_written_before_the_preview_is_agreed_to(demo: Demo, three: list[str]) -> None:
    before, last = [street(demo, key) for key in three], demo.newest_change()
    form = preview(demo, three, "bulk street")
    assert [street(demo, key) for key in three] == before
    assert demo.newest_change() == last
    data = form.sent
    data["step"] = "save"
    answer = demo.browser(WHO).post("/data/customers/bulk-edit", data=data)
    page = demo.page(WHO, answer.headers["Location"])
    assert [street(demo, key) for key in three] == ["bulk street"] * 3
    assert demo.changes_since(last) == 3
    assert toasts(page) == ["3 records saved."]
    undo = re.findall(r'action="(/data/customers/undo/[\d-]+)"', page)[0]
    demo.post(WHO, undo)
    assert [street(demo, key) for key in three] == before


def test_a_row_that_was_changed_meanwhile_is_left_alone(demo: Demo, three: list[str]) -> None:
    form = preview(demo, three, "bulk street")
    demo.sql("UPDATE {erp}T_KHZL SET DZ = 'theirs' WHERE ID = :key", key=three[1])
    data = form.sent
    data["step"] = "save"
    answer = demo.browser(WHO).post("/data/customers/bulk-edit", data=data)
    messages = toasts(demo.page(WHO, answer.headers["Location"]))
    assert [street(demo, key) for key in three] == ["bulk street", "theirs", "bulk street"]
    assert messages[0] == "2 records saved."
    assert "Somebody changed this record" in messages[1]


def test_sent_twice_it_happens_once_and_other_content_is_refused(demo: Demo, three: list[str]) -> None:
    form = preview(demo, three, "once")
    data, last = form.sent, demo.newest_change()
    data["step"] = "save"
    for _ in range(2):
        demo.browser(WHO).post("/data/customers/bulk-edit", data=data)
    assert demo.changes_since(last) == 3
    data.setlist("f.DZ", ["twice"])
    answer = demo.browser(WHO).post("/data/customers/bulk-edit", data=data)
    assert [street(demo, key) for key in three] == ["once"] * 3
    assert "sent before with other content" in " ".join(toasts(demo.page(WHO, answer.headers["Location"])))


def test_rows_out_of_reach_are_refused(demo: Demo, three: list[str]) -> None:
    foreign = demo.customer_of("sales_west")
    status, _page, _to = sent(
        demo, "/data/customers/bulk-edit", [three[0], foreign], step="preview", field="DZ", **{"f.DZ": "x"}
    )
    assert status == 404
    status, _page, to = sent(
        demo, "/data/customers/bulk-edit", [three[0], foreign], step="save", field="DZ", **{"f.DZ": "x"}
    )
    assert status == 302
    assert street(demo, foreign) != "x"
    assert "does not exist, or you may not see it" in " ".join(toasts(demo.page(WHO, to)))


@pytest.mark.parametrize("field", ["ID", "nothing", "DZ.x", ""])
def test_only_fields_that_may_be_written_can_be_chosen(demo: Demo, three: list[str], field: str) -> None:
    status, page, _to = sent(
        demo, "/data/customers/bulk-edit", three, step="save", field=field, **{f"f.{field}": "1"}
    )
    assert status == 400 or (status == 200 and "data-main-form" in page)


def test_a_wrong_value_is_said_at_its_field(demo: Demo, three: list[str]) -> None:
    status, page, _to = sent(
        demo, "/data/customers/bulk-edit", three, step="save", field="XYED", **{"f.XYED": "much"}
    )
    assert status in {200, 400}
    assert "This is not a number" in page


def test_deleted_together_and_brought_back_together(demo: Demo, three: list[str]) -> None:
    _status, page, _to = sent(demo, "/data/customers/bulk-delete", three)
    form = forms.main_form(page)
    assert form.sent.getlist("token") == three
    answer = demo.browser(WHO).post("/data/customers/bulk-delete", data=form.sent)
    listed = demo.page(WHO, answer.headers["Location"] + "?size=200")
    assert not set(shown(listed)) & set(three)
    demo.post(WHO, re.findall(r'action="(/data/customers/undo/[\d-]+)"', listed)[0])
    listed = demo.page(WHO, "/data/customers/list/?size=200")
    assert set(three) <= set(shown(listed))


def test_too_many_rows_are_refused(demo: Demo) -> None:
    status, page, _to = sent(demo, "/data/customers/bulk-delete", [str(number) for number in range(1, 300)])
    assert status == 400
    assert "at most 200 rows" in page
