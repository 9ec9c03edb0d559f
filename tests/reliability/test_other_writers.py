"""The ERP changes, deletes or locks a row at any moment of our work: a sentence follows, and its edit stays."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest

from tests.harness import databases
from tests.harness.forms import main_form
from tests.reliability.crowd import say
from tests.reliability.people import Answer, Person, Program
from tests.reliability.site import Site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
TYPED, THEIRS = "typed by a person", "written by the ERP"
EVENTS = ("changed", "deleted", "locked")


@dataclass(frozen=True)
class Case:
    """One row that a person works on while the ERP does something with it."""

    shop: Site
    row: int

    @property
    def person(self) -> Person:
        return self.shop.person()

    @property
    def program(self) -> Program:
        return self.shop.program()

    def path(self, verb: str) -> str:
        return f"/data/memo/{verb}/{self.row}"

    @contextmanager
    def happens(self, event: str) -> Iterator[None]:
        """The ERP's doing; a lock lasts for the block."""
        if event == "changed":
            self.shop.sql(f"UPDATE memo SET body='{THEIRS}' WHERE id={self.row}")
        if event == "deleted":
            self.shop.sql(f"DELETE FROM memo WHERE id={self.row}")
        with self.held() if event == "locked" else nullcontext():
            yield

    @contextmanager
    def held(self) -> Iterator[None]:
        address = databases.url_of(self.shop.server, self.shop.name)
        with databases.connect(address) as erp, erp.cursor() as cursor:
            erp.begin()
            cursor.execute(f"SELECT id FROM memo WHERE id={self.row} FOR UPDATE")
            yield
            erp.rollback()

    def stored(self) -> tuple[Any, ...]:
        """(title, body), or () when the row is gone."""
        found = self.shop.sql(f"SELECT title, body FROM memo WHERE id={self.row}")
        return found[0] if found else ()


@pytest.fixture
def case(shop: Site) -> Case:
    shop.sql("INSERT INTO memo (title, body) VALUES ('as it was', 'before')")
    return Case(shop, shop.number("SELECT MAX(id) FROM memo"))


def form_on(case: Case, path: str, **typed: str) -> Callable[[], Answer]:
    """Open a form now; the save comes later."""
    sent = {**case.person.form(path).sent.to_dict(), **typed}
    return lambda: case.person.post(path, sent)


def editing(case: Case) -> Callable[[], Answer]:
    return form_on(case, case.path("edit"), **{"f.body": TYPED})


def deleting(case: Case) -> Callable[[], Answer]:
    return form_on(case, case.path("delete"), reason="no longer needed")


def bulk_editing(case: Case) -> Callable[[], Answer]:
    asked = token_and(case, field="body", step="preview", **{"f.body": TYPED})
    page = case.person.post("/data/memo/bulk-edit", asked)
    assert page.status == 200, page.sentence
    sent = main_form(page.text).sent.to_dict() | {"step": "save"}
    return lambda: followed(case, case.person.post("/data/memo/bulk-edit", sent))


def bulk_deleting(case: Case) -> Callable[[], Answer]:
    page = case.person.post("/data/memo/bulk-delete", token_and(case))
    assert page.status == 200, page.sentence
    sent = main_form(page.text).sent.to_dict() | {"step": "save", "reason": "old"}
    return lambda: followed(case, case.person.post("/data/memo/bulk-delete", sent))


def token_and(case: Case, **more: str) -> dict[str, str]:
    form = case.person.form(case.path("edit")).sent
    return {"csrf_token": form["csrf_token"], "token": str(case.row), **more}


def followed(case: Case, answer: Answer) -> Answer:
    """The page that a redirection leads to, with its sentences."""
    if answer.status != 302:
        return answer
    case.person.keep_cookie(answer)
    page = case.person.get(answer.headers["location"])
    case.person.keep_cookie(page)
    return page


def undoing(case: Case) -> Callable[[], Answer]:
    sent = case.person.fill(case.path("edit"), {"body": TYPED})
    assert case.person.post(case.path("edit"), sent).status == 302
    number = case.shop.number("SELECT MAX(id) FROM {o}.`change` WHERE entity='memo'")
    token = {"csrf_token": sent["csrf_token"]}
    return lambda: followed(case, case.person.post(f"/data/memo/undo/{number}", token))


def patching(case: Case) -> Callable[[], Answer]:
    tag = case.program.read(f"memo/{case.row}").headers["etag"]
    return lambda: case.program.change(f"memo/{case.row}", tag, {"body": TYPED}, case.shop.key())


def removing(case: Case) -> Callable[[], Answer]:
    headers = {"If-Match": case.program.read(f"memo/{case.row}").headers["etag"]}
    return lambda: case.program.send("DELETE", f"/api/v1/data/memo/{case.row}", **headers)


def api_bulk(case: Case) -> Callable[[], Answer]:
    tag = case.program.read(f"memo/{case.row}").headers["etag"]
    one = {"action": "change", "token": str(case.row), "etag": tag, "values": {"body": TYPED}}
    body = json.dumps({"operations": [one]})
    return lambda: case.program.send("POST", "/api/v1/data/memo/bulk", body)


WORK = {
    "edit and save": editing, "confirm and delete": deleting, "bulk preview and save": bulk_editing, "bulk delete": bulk_deleting,
    "save and undo": undoing, "read and PATCH": patching, "read and DELETE": removing, "read and API bulk": api_bulk,
}  # fmt: skip
SENTENCES = {
    "changed": ("Somebody changed this record",),
    "deleted": ("does not exist, or you may not see it",),
    "locked": ("Another program is changing this record",),
}
STATUS = {"changed": {409, 412, 200}, "deleted": {404, 200}, "locked": {503, 200}}
"""200 where sentences stand on the next page, or in the answer to each operation."""


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("moment", WORK)
def test_between_the_look_and_the_deed(case: Case, moment: str, event: str) -> None:
    deed = WORK[moment](case)
    with case.happens(event):
        answer = deed()
    assert answer.status in STATUS[event], (answer.status, answer.sentence)
    assert any(one in answer.text for one in SENTENCES[event]), answer.sentence or answer.text[:1000]
    title_and_body = case.stored()
    assert title_and_body == {"changed": ("as it was", THEIRS), "deleted": ()}.get(event, title_and_body)
    if event == "locked":
        assert title_and_body in {("as it was", "before"), ("as it was", TYPED)}, (
            "only an undo finds it saved"
        )
    if moment == "edit and save" and event != "deleted":
        assert TYPED in answer.text, "what was typed is not on the page"


@pytest.mark.parametrize("event", EVENTS)
def test_between_the_list_and_the_page(case: Case, event: str) -> None:
    person = case.person
    assert person.get("/data/memo/list/?sort=-id").status == 200
    with case.happens(event):
        for verb in ("show", "edit", "delete", "history"):
            answer = person.get(case.path(verb))
            assert answer.status == (404 if event == "deleted" and verb != "history" else answer.status)
            assert answer.status in {200, 404}
            assert answer.status == 200 or answer.sentence
        shown = person.get("/data/memo/list/?sort=-id")
    assert shown.status == 200
    assert (f"/data/memo/show/{case.row}" in shown.text) == (event != "deleted")


def test_a_chosen_record_that_goes_before_the_save_is_said(shop: Site) -> None:
    shop.sql("INSERT INTO shelf VALUES (7, 'to go'), (8, 'stays')", "INSERT INTO box VALUES (1, 8, 'a box')")
    person = shop.person()
    sent = person.fill("/data/box/edit/1", {"shelf_id": "7"})
    shop.sql("DELETE FROM shelf WHERE id=7")
    answer = person.post("/data/box/edit/1", sent)
    assert answer.status == 400
    assert "There is no such record" in answer.text
    assert shop.sql("SELECT shelf_id FROM box WHERE id=1") == [(8,)]


def test_an_export_goes_on_while_the_erp_deletes_changes_and_locks(shop: Site) -> None:
    shop.sql("DELETE FROM memo", "INSERT INTO memo (title) SELECT CONCAT('row ', seq) FROM seq_1_to_20000")
    stop, made = threading.Event(), []

    def erp() -> None:
        address = databases.url_of(shop.server, shop.name)
        with databases.connect(address) as connection, connection.cursor() as cursor:
            while not stop.is_set():
                cursor.execute("UPDATE memo SET body='changed' ORDER BY RAND() LIMIT 20")
                made.append(
                    cursor.execute("DELETE FROM memo WHERE title LIKE 'row 1%' ORDER BY RAND() LIMIT 5")
                )
                connection.begin()
                cursor.execute("SELECT id FROM memo WHERE title LIKE 'row 2%' LIMIT 500 FOR UPDATE")
                time.sleep(0.05)
                connection.rollback()

    other = threading.Thread(target=erp)
    other.start()
    try:
        answers = [shop.person().get(f"/data/memo/export/?kind={kind}") for kind in ("csv", "csv", "xlsx")]
    finally:
        stop.set()
        other.join()
    lines = [len(answer.text.splitlines()) - 2 for answer in answers[:2]]  # without the head and the mark
    gone = sum(made)
    say("exports beside the ERP", rows=20_000, deleted_meanwhile=gone, lines=lines)
    assert {answer.status for answer in answers} == {200}
    assert all(20_000 - gone <= count <= 20_000 for count in lines)
    assert answers[2].text.startswith("PK")
