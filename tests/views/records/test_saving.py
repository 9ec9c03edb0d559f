"""Saving: a conflict keeps what was typed, a double send has one effect, and what was deleted comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness import forms
from tests.views.records.conftest import Demo, shown, toasts

WHO = "sales_east"


@pytest.fixture
def customer(demo: Demo) -> Iterator[str]:
    """A customer of the salesperson; whatever a test does to it is put back."""
    key = demo.customer_of(WHO)
    before = demo.sql("SELECT DZ, BZ, SCBZ, XYED FROM {erp}T_KHZL WHERE ID = :key", key=key)[0]
    yield key
    put = "UPDATE {erp}T_KHZL SET DZ = :dz, BZ = :bz, SCBZ = :gone, XYED = :limit WHERE ID = :key"
    demo.sql(put, dz=before[0], bz=before[1], gone=before[2], limit=before[3], key=key)


def street(demo: Demo, key: str) -> str:
    return str(demo.one("SELECT DZ FROM {erp}T_KHZL WHERE ID = :key", key=key))


def changes_of(demo: Demo, key: str) -> int:
    return int(
        demo.one("SELECT COUNT(*) FROM `change` WHERE entity = 'customers' AND record = :key", key=key)
    )


def test_a_saved_change_is_said_kept_and_can_be_taken_back(demo: Demo, customer: str) -> None:
    before, changes = street(demo, customer), changes_of(demo, customer)
    answer = demo.edited(WHO, f"/data/customers/edit/{customer}", DZ="新街 1 号")
    assert answer.status_code == 302
    assert toasts(demo.page(WHO, answer.headers["Location"])) == ["Saved."]
    assert street(demo, customer) == "新街 1 号"
    assert changes_of(demo, customer) == changes + 1
    history = demo.page(WHO, f"/data/customers/history/{customer}")
    assert "新街 1 号" in history
    undo = demo.post(WHO, f"/data/customers/undo/{demo.newest_change()}", {"next": "/data/customers/list/"})
    assert toasts(demo.page(WHO, undo.headers["Location"])) == ["Taken back."]
    assert street(demo, customer) == before
    again = demo.post(WHO, f"/data/customers/undo/{demo.newest_change() - 1}")
    assert "taken back" in " ".join(toasts(demo.page(WHO, again.headers["Location"])))
    assert street(demo, customer) == before


def test_a_colleague_cannot_take_it_back(demo: Demo, customer: str) -> None:
    demo.edited(WHO, f"/data/customers/edit/{customer}", DZ="mine")
    for other in ("sales_west", "sales_east2", "clerk", "manager_east"):
        demo.post(other, f"/data/customers/undo/{demo.newest_change()}")
        assert street(demo, customer) == "mine"
    demo.post("admin", f"/data/customers/undo/{demo.newest_change()}")
    assert street(demo, customer) != "mine"


def test_a_conflict_shows_both_versions_and_loses_nothing(demo: Demo, customer: str) -> None:
    form = forms.main_form(demo.page(WHO, f"/data/customers/edit/{customer}"))
    demo.sql("UPDATE {erp}T_KHZL SET DZ = 'theirs <b>' WHERE ID = :key", key=customer)
    sent = form.sent
    sent["f.DZ"], sent["f.BZ"] = "mine & only", "a note\r\nof two lines"
    answer = demo.browser(WHO).post(f"/data/customers/edit/{customer}", data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert street(demo, customer) == "theirs <b>"
    conflict = forms.main_form(page)
    offered = {one.name: one.attributes["value"] for one in conflict.controls if one.values}
    assert offered["f.DZ"] == "mine & only"
    assert offered["f.BZ"].replace("\r", "") == "a note\nof two lines"
    assert "theirs &lt;b&gt;" in page
    saved = demo.browser(WHO).post(conflict.attributes["action"], data=conflict.sent)
    assert saved.status_code == 302
    assert street(demo, customer) == "mine & only"


def test_an_untouched_field_is_not_written_over_anothers_change(demo: Demo, customer: str) -> None:
    form = forms.main_form(demo.page(WHO, f"/data/customers/edit/{customer}"))
    demo.sql("UPDATE {erp}T_KHZL SET DZ = 'theirs' WHERE ID = :key", key=customer)
    sent = form.sent
    sent["f.BZ"] = "mine"
    answer = demo.browser(WHO).post(f"/data/customers/edit/{customer}", data=sent)
    conflict = forms.main_form(answer.get_data(as_text=True))
    assert conflict.control("f.DZ") is None
    assert demo.browser(WHO).post(conflict.attributes["action"], data=conflict.sent).status_code == 302
    row = demo.sql("SELECT DZ, BZ FROM {erp}T_KHZL WHERE ID = :key", key=customer)[0]
    assert tuple(row) == ("theirs", "mine")


def test_sent_twice_it_happens_once(demo: Demo, customer: str) -> None:
    form = forms.main_form(demo.page(WHO, f"/data/customers/edit/{customer}"))
    sent, changes = form.sent, changes_of(demo, customer)
    sent["f.DZ"] = "twice"
    answers = [demo.browser(WHO).post(f"/data/customers/edit/{customer}", data=sent) for _ in range(3)]
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [
        (302, answers[0].headers["Location"])
    ] * 3
    assert changes_of(demo, customer) == changes + 1
    sent["f.DZ"] = "something else"
    refused = demo.browser(WHO).post(f"/data/customers/edit/{customer}", data=sent)
    assert refused.status_code in {400, 409, 422}
    assert street(demo, customer) == "twice"


def test_a_new_record_sent_twice_is_made_once(demo: Demo) -> None:
    form = forms.main_form(demo.page(WHO, "/data/customers/add"))
    sent = form.sent
    for name, value in {"KHBH": "KH99999901", "KHMC": "测试", "YWY": "YG0101", "BMBH": "10010101"}.items():
        sent.setlist(f"f.{name}", [value])
    try:
        answers = [demo.browser(WHO).post("/data/customers/add", data=sent) for _ in range(2)]
        assert [one.status_code for one in answers] == [302, 302]
        assert answers[0].headers["Location"] == answers[1].headers["Location"]
        assert demo.one("SELECT COUNT(*) FROM {erp}T_KHZL WHERE KHBH = 'KH99999901'") == 1
        demo.page(WHO, answers[0].headers["Location"])
    finally:
        demo.sql("DELETE FROM {erp}T_KHZL WHERE KHBH = 'KH99999901'")


def test_what_is_wrong_is_said_at_its_field_and_everything_typed_stays(demo: Demo, customer: str) -> None:
    answer = demo.edited(
        WHO, f"/data/customers/edit/{customer}", XYED="much", DZ="x" * 121, BZ="kept", KHMC=""
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    form = forms.main_form(page)
    assert {form.sent[f"f.{name}"] for name in ("XYED", "BZ", "KHMC")} == {"much", "kept", ""}
    for sentence in ("This is not a number", "at most 120 characters", "This field is needed."):
        assert sentence in page, sentence
    assert street(demo, customer) != "x" * 121


def test_a_deleted_record_leaves_the_lists_and_comes_back(demo: Demo, customer: str) -> None:
    form = forms.main_form(demo.page("clerk", f"/data/customers/delete/{customer}"))
    sent = form.sent
    sent["reason"] = "asked for it"
    answer = demo.browser("clerk").post(f"/data/customers/delete/{customer}", data=sent)
    listed = demo.page("clerk", answer.headers["Location"] + "?size=200")
    assert toasts(listed) == ["Deleted."]
    assert f"/data/customers/undo/{demo.newest_change()}" in listed
    assert customer not in shown(listed)
    assert "asked for it" in demo.page("clerk", f"/data/customers/history/{customer}")
    demo.post("clerk", f"/data/customers/undo/{demo.newest_change()}")
    assert customer in shown(demo.page("clerk", "/data/customers/list/?size=200"))


def test_an_outside_change_after_ours_is_not_undone_away(demo: Demo, customer: str) -> None:
    demo.edited(WHO, f"/data/customers/edit/{customer}", DZ="ours")
    demo.sql("UPDATE {erp}T_KHZL SET DZ = 'OURS' WHERE ID = :key", key=customer)
    demo.post(WHO, f"/data/customers/undo/{demo.newest_change()}")
    assert street(demo, customer) == "OURS"


def test_fields_that_nobody_was_offered_are_not_written(demo: Demo, customer: str) -> None:
    form = forms.main_form(demo.page(WHO, f"/data/customers/edit/{customer}"))
    sent = form.sent
    sent["f.ID"], sent["f.nothing"], sent["ID"], sent["DZ"] = "1", "x", "2", "sneaked in"
    answer = demo.browser(WHO).post(f"/data/customers/edit/{customer}", data=sent)
    assert answer.headers["Location"].endswith(f"/show/{customer}")
    assert street(demo, customer) != "sneaked in"
