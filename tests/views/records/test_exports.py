"""Exports: one entry of the audit each, progress that only their owner sees, an end that is heard, and no half file as a whole one."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from zipfile import ZipFile

import pytest

from tests.views.records.conftest import Demo
from views.records import export, lines

EXPORT = "/data/customers/export/"
RUNS = "/data/customers/exports/"
RUN = "0123456789abcdef01234567"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many batches, each of them told, and many pieces of an answer."""
    monkeypatch.setattr(lines, "CHUNK", 500)
    monkeypatch.setattr(export, "BATCH", 20)
    monkeypatch.setattr(export, "TELL_SECONDS", 0)


@pytest.fixture(autouse=True)
def _clean(demo: Demo) -> None:
    demo.sql("DELETE FROM export_run")


def table(text: str) -> list[list[str]]:
    """Head and lines of a CSV, without the mark of one cell that its last line is."""
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[-1][0].startswith("# Taken by "), "a file that does not end with its mark is not whole"
    assert len(rows[-1]) == 1
    return rows[:-1]


def run_of(demo: Demo, run: str = RUN) -> Any:
    return demo.sql("SELECT state, rows_done, expected FROM export_run WHERE id = :run", run=run)[0]


@pytest.mark.usefixtures("small")
def test_all_batches_arrive_once_and_in_order(demo: Demo) -> None:
    answer = demo.get("admin", f"{EXPORT}?columns=ID&run={RUN}")
    rows = table(answer.get_data(as_text=True))
    assert [row[0] for row in rows[1:]] == list(reversed(demo.customers()))
    assert tuple(run_of(demo)) == ("done", len(rows) - 1, len(rows) - 1)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_audit_has_one_entry_for_each_export(demo: Demo, kind: str) -> None:
    before = demo.one("SELECT MAX(id) FROM `change`")
    condition = json.dumps({"field": "XYED", "op": "gt", "value": "1000.5"})
    demo.get("clerk", f"{EXPORT}?kind={kind}&columns=KHMC,XYED&filter={condition}").get_data()
    found = demo.sql(
        "SELECT actor_name, entity, action, after FROM `change` WHERE id > :before AND entity NOT LIKE '@%'",
        before=before,
    )
    assert [row[:3] for row in found] == [("clerk", "customers", "export")]
    told = json.loads(found[0][3])
    assert (told["kind"], told["columns"]) == (kind, ["KHMC", "XYED"])
    assert "1000.5" in told["filter"]


def test_a_filter_that_cannot_be_used_is_no_export(demo: Demo) -> None:
    taken = "SELECT COUNT(*) FROM `change` WHERE action = 'export'"
    before = demo.one(taken)
    assert demo.get("clerk", f"{EXPORT}?sort=nothing").status_code == 404
    assert demo.get("clerk", f"{EXPORT}?filter=x").status_code == 400
    assert demo.one(taken) == before


def test_progress_is_shown_to_its_owner_alone(demo: Demo) -> None:
    demo.get("clerk", f"{EXPORT}?run={RUN}").get_data()
    partial = {"HX_Request": "true"}
    mine = demo.get("clerk", f"{RUNS}{RUN}", **partial)
    assert (mine.status_code, "Done:" in mine.get_data(as_text=True)) == (286, True)
    assert "Done:" in demo.page("clerk", f"{RUNS}{RUN}")
    assert "Done:" in demo.page("clerk", RUNS)
    for answer in (
        demo.get("admin", f"{RUNS}{RUN}", **partial),
        demo.get("clerk", f"{RUNS}nothing", **partial),
    ):
        assert (answer.status_code, "about to begin" in answer.get_data(as_text=True)) == (200, True)
    assert "Done:" not in demo.page("admin", RUNS)


def test_a_run_is_started_once(demo: Demo) -> None:
    demo.get("clerk", f"{EXPORT}?run={RUN}").get_data()
    assert demo.get("clerk", f"{EXPORT}?run={RUN}").status_code == 400
    assert demo.get("clerk", f"{EXPORT}?run=../../{RUN}").status_code == 400
    assert demo.get("clerk", f"{EXPORT}?run=short").status_code == 400


@pytest.mark.usefixtures("small")
def test_a_cancelled_export_breaks_off(demo: Demo) -> None:
    answer = demo.browser("clerk").get(f"{EXPORT}?run={RUN}", buffered=False)
    assert demo.post("admin", f"{RUNS}{RUN}/cancel").status_code == 302
    assert run_of(demo)[0] == "running", "only its owner ends it"
    assert demo.post("clerk", f"{RUNS}{RUN}/cancel").status_code == 302
    with pytest.raises(export.Ended):
        answer.get_data()
    answer.close()
    assert run_of(demo)[0] == "cancelled"
    assert "Cancelled after" in demo.page("clerk", RUNS)


@pytest.mark.usefixtures("small")
def test_an_answer_that_nobody_reads_is_over(demo: Demo) -> None:
    answer = demo.browser("clerk").get(f"{EXPORT}?run={RUN}", buffered=False)
    assert run_of(demo)[0] == "running"
    answer.close()
    assert run_of(demo)[0] == "failed"
    demo.browser("clerk").head(f"{EXPORT}?run={RUN}1").close()
    assert run_of(demo, RUN + "1")[0] == "failed"


@pytest.mark.usefixtures("small")
def test_one_person_exports_two_things_at_once_and_no_more(demo: Demo) -> None:
    under_way = [demo.browser("clerk").get(EXPORT, buffered=False) for _ in range(2)]
    refused = demo.get("clerk", EXPORT)
    assert refused.status_code == 503
    assert "Wait for one of them or cancel it" in refused.get_data(as_text=True)
    for answer in reversed(under_way):
        answer.close()
    assert demo.get("clerk", EXPORT).status_code == 200


def test_an_export_is_cut_at_the_most_rows_and_says_so(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    services = demo.app.extensions["veneer"]
    monkeypatch.setattr(services, "config", export.replace(services.config, export_max_rows=7))
    text = demo.get("clerk", f"{EXPORT}?columns=ID&run={RUN}").get_data(as_text=True)
    assert len(table(text)) == 8
    assert "The first 7 rows; there are more." in text.splitlines()[-1]
    assert tuple(run_of(demo)) == ("cut", 7, 7)
    assert "the most an export holds" in demo.page("clerk", f"{RUNS}{RUN}")


def test_a_big_list_in_an_order_without_an_index_comes_in_the_order_of_the_key(
    demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = demo.app.extensions["veneer"]
    monkeypatch.setattr(services, "config", export.replace(services.config, big_table_rows=100))
    text = demo.get("admin", f"{EXPORT}?columns=ID&sort=DZ&run={RUN}").get_data(as_text=True)
    assert [row[0] for row in table(text)[1:]] == demo.customers()
    assert "in the order of the key" in demo.page("admin", f"{RUNS}{RUN}")


def test_the_workbook_holds_the_same_as_the_csv(demo: Demo) -> None:
    asked = "?columns=ID,KHMC&size=25"
    rows = table(demo.get("clerk", EXPORT + asked).get_data(as_text=True))
    with ZipFile(io.BytesIO(demo.get("clerk", f"{EXPORT}{asked}&kind=xlsx").get_data())) as book:
        assert book.testzip() is None
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(rows)
    assert all(f">{row[1]}<" in sheet for row in rows)


def test_the_list_links_to_downloads_that_work_without_scripts(demo: Demo) -> None:
    page = demo.page("clerk", "/data/customers/list/")
    assert 'href="/data/customers/export/?kind=csv" data-export="/data/customers/exports/"' in page
