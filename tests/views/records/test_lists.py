"""Lists: chips and filters, errors in words for whatever stands in an address, saved views, exports without formulas."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from html import unescape
from urllib.parse import quote, urlencode
from zipfile import ZipFile

import pytest

from app.short_cache import ShortCache
from models.roles import limit_field
from tests.mysql.bounded import counted
from tests.views.records.conftest import Demo, shown, toasts

LIST = "/data/customers/list/"
BROKEN = [
    "filter=x", "filter=[]", "filter=1", 'filter={"field":1,"op":"eq","value":1}', 'filter={"field":"DZ"}', 'filter={"and":1}',
    'filter={"field":"DZ","op":"like","value":"x"}', 'filter={"field":"XYED","op":"gt","value":"x"}', 'filter={"field":"XYED","op":"gt","value":null}',
    'filter={"field":"XYED","op":"between","value":["1"]}', 'filter={"field":"XYED","op":"in","value":{"actor":"password"}}', 'filter={"field":"CJSJ","op":"within","value":"soon"}',
    "filter=" + quote("[" * 3000), "filter=" + quote('{"not":' * 500 + '{"field":"DZ","op":"is_null"}' + "}" * 500),
    "filter=" + quote(json.dumps({"and": [{"field": "DZ", "op": "is_null"}] * 2000})), 'filter={"field":"DZ","op":"eq","value":"\\u0000"}',
    "cursor=x", "cursor=%F0%9F%98%80", "cursor=W10", "cursor=eyJhIjogMX0", "cursor=" + "A" * 3000, "sort=nothing", "sort=KHMC.x", "sort=-", "view=99999999", "view=x",
    "size=0", "size=-5", "size=999999999999", "size=x", "size=%EF%BC%95", "columns=nothing", "columns=" + "KHMC," * 400, "q=" + "%25" * 60, "q=" + "x" * 5000, "q=%00", "q='%22--",
    'filter={"field":"KHMC.x","op":"is_null"}', 'filter={"field":"YWY.nothing","op":"is_null"}', 'filter={"field":"YWY.XM","op":"eq","value":{"a":1}}', 'filter={"field":"ID","op":"eq","value":"99999999999999999999999"}',
    'filter={"field":"ID","op":"in","value":[]}', 'filter={"field":"DJRQ","op":"eq","value":"0000-00-00"}', 'filter={"field":"CJSJ","op":"gt","value":"9999-12-31"}', 'filter={"field":"XYED","op":"eq","value":"NaN"}', 'filter={"field":"XYED","op":"eq","value":"1e999"}',
]  # fmt: skip


@pytest.mark.parametrize("arguments", BROKEN, ids=lambda text: text[:60])
@pytest.mark.parametrize("path", ["list/", "export/", "panel/filter"])
def test_whatever_stands_in_an_address_is_answered_in_words(demo: Demo, path: str, arguments: str) -> None:
    answer = demo.get("clerk", f"/data/customers/{path}?{arguments}")
    page = answer.get_data(as_text=True)
    assert answer.status_code in {200, 400, 404}, page[:300]
    if answer.status_code != 200:
        words = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
        assert re.search(r"[.!] ", words + " "), words
        assert not re.search(r"(?i)traceback|sqlalchemy|select |keyerror|T_KHZL", words)


@pytest.mark.parametrize("name", ["nothing", "SWDJH"])
@pytest.mark.parametrize(
    "path",
    ["list/?sort={n}", 'list/?filter={{"field":"{n}","op":"is_null"}}', 'list/?filter={{"field":"{n}","op":"nonsense"}}', 'export/?filter={{"field":"{n}","op":"is_null"}}',
     'list/?filter={{"or":[{{"field":"DZ","op":"is_null"}},{{"not":{{"field":"{n}","op":"eq","value":"1"}}}}]}}', "export/?sort=-{n}", "look-up/{n}", "download/1/{n}"],
)  # fmt: skip
def test_a_hidden_field_and_an_unknown_one_have_the_same_words(demo: Demo, path: str, name: str) -> None:
    with demo.app.app_context(), demo.app.extensions["veneer"].engine.begin() as connection:
        limit_field(connection, "Clerk", "customers", "SWDJH", "hidden")
    demo.app.extensions["veneer"].rooms["policies"] = ShortCache()
    try:
        answer = demo.get("clerk", f"/data/customers/{path.format(n=name)}")
        assert answer.status_code == 404
        page = answer.get_data(as_text=True)
        main = page[page.index("<main") : page.index("</main>")]
        assert "There is no field called" in main
        listed = demo.page("clerk", f"{LIST}?columns=KHMC,SWDJH")
        assert "Tax number" not in listed
        assert len(re.findall(r'<th scope="col" class="is-', listed)) == 1
        assert "Tax number" not in demo.page("clerk", "/data/customers/panel/columns")
    finally:
        demo.sql("DELETE FROM field_rule")
        demo.app.extensions["veneer"].rooms["policies"] = ShortCache()


def test_chips_say_the_filter_and_each_can_be_taken_off(demo: Demo) -> None:
    parts = [
        {"field": "XYED", "op": "gt", "value": "1000"},
        {"field": "YWY", "op": "eq", "value": "YG0101"},
        {"or": [{"field": "DQBM", "op": "eq", "value": "HD"}, {"field": "DZ", "op": "is_null"}]},
    ]
    page = demo.page("admin", f"{LIST}?{urlencode({'filter': json.dumps({'and': parts})})}")
    texts = re.findall(r'class="chip-text">(.*?)</span>', page, re.DOTALL)
    assert len(texts) == 3
    assert "1,000" in texts[0]
    removed = [unescape(url) for url in re.findall(r'class="chip-remove" href="([^"]+)"', page)]
    for number, url in enumerate(removed):
        rest = re.findall(r'class="chip-text">(.*?)</span>', demo.page("admin", url), re.DOTALL)
        assert rest == texts[:number] + texts[number + 1 :]
    assert shown(demo.page("admin", f"{LIST}?size=200")) != shown(page)


def test_pages_in_the_list_lead_there_and_back(demo: Demo) -> None:
    first = demo.page("admin", LIST)
    following = unescape(re.findall(r'href="([^"]*cursor=[^"]*)"', first)[0])
    second = demo.page("admin", following)
    assert not set(shown(first)) & set(shown(second))
    back = unescape(
        re.findall(r'href="([^"]*cursor=[^"]*)"[^>]*>(?:(?!</a>).)*Previous', second, re.DOTALL)[0]
    )
    assert shown(demo.page("admin", back)) == shown(first)


def test_a_beginning_is_listed_in_its_own_order_unless_another_is_asked_for(demo: Demo) -> None:
    """A page of it is then read along one index, however many rows begin so."""
    beginning = quote(json.dumps({"field": "KHBH", "op": "starts", "value": "KH0000"}))
    for sort in ("", "&sort=-ID"):
        page = demo.page("clerk", f"{LIST}?filter={beginning}{sort}")
        codes = re.findall(r">(KH\d+)<", page[page.index("<tbody") :])
        assert len(codes) > 5
        assert (codes == sorted(codes)) is (sort == "")


def test_only_the_rows_are_sent_when_only_they_change(demo: Demo) -> None:
    answer = demo.get("admin", LIST, HX_Target="rows", HX_Request="true").get_data(as_text=True)
    assert "<html" not in answer
    assert shown(answer) == shown(demo.page("admin", LIST))


def test_a_saved_view_is_mine_until_it_is_shared(demo: Demo) -> None:
    kept = {"filter": '{"field":"DQBM","op":"eq","value":"HD"}', "sort": "-KHMC", "columns": "KHMC,DQBM"}
    answers = [
        demo.post("clerk", "/data/customers/views/save", {"name": name, **kept, **also})
        for name, also in (("Only mine", {}), ("For all", {"shared": "on"}))
    ]
    mine, shared = (answer.headers["Location"] for answer in answers)
    try:
        assert toasts(demo.page("clerk", mine)) == ["View saved."] * 2
        page = demo.page("clerk", mine)
        assert re.findall(r'aria-sort="(\w+)"', page) == ["descending"]
        assert len(re.findall('class="chip-text"', page)) == 1
        assert "Only mine" in page
        assert demo.get("sales_east", mine).status_code == 404
        theirs = demo.page("sales_east", shared)
        assert "For all" in theirs
        assert "Only mine" not in theirs
        assert set(shown(theirs)) <= set(demo.customers("YWY = 'YG0101'"))
        number = shared.rpartition("=")[2]
        assert demo.post("sales_east", f"/data/customers/views/{number}/delete").status_code == 404
    finally:
        for url in (mine, shared):
            demo.post("clerk", f"/data/customers/views/{url.rpartition('=')[2]}/delete")
    assert demo.get("clerk", mine).status_code == 404


def test_an_export_holds_what_is_seen_and_no_formula(demo: Demo) -> None:
    key = demo.customer_of("sales_east2")
    before = demo.sql("SELECT KHMC, DZ, BZ FROM {erp}T_KHZL WHERE ID = :key", key=key)[0]
    odd = {"name": "=1+1", "street": "@SUM(A1)", "note": '-2+3,"x"\ny'}
    put = "UPDATE {erp}T_KHZL SET KHMC = :name, DZ = :street, BZ = :note WHERE ID = :key"
    demo.sql(put, **odd, key=key)
    try:
        path = f"/data/customers/export/?columns=KHMC,DZ,BZ,XYED&filter={quote(json.dumps({'field': 'ID', 'op': 'eq', 'value': key}))}"
        answer = demo.get("clerk", path)
        assert answer.headers["Content-Disposition"] == "attachment; filename=customers.csv"
        text = answer.get_data(as_text=True)
        assert text.startswith("\ufeff")
        lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
        assert lines[1][:3] == ["'=1+1", "'@SUM(A1)", '\'-2+3,"x"\ny']
        assert len(lines) == 3
        assert lines[2][0].startswith("# Taken by clerk on ")
        book = ZipFile(io.BytesIO(demo.get("clerk", path + "&kind=xlsx").get_data()))
        sheet = unescape(book.read("xl/worksheets/sheet1.xml").decode())
        assert "<f>" not in sheet
        assert "=1+1" in sheet
    finally:
        demo.sql(put, name=before[0], street=before[1], note=before[2], key=key)


def test_names_of_related_records_are_asked_once_a_second_and_anew_after_a_deed(demo: Demo) -> None:
    """Whoever has renamed a colleague sees the new name at once."""
    app, path = demo.app, f"{LIST}?size=25"
    client = demo.browser("admin")

    def asked() -> int:
        with counted(app) as log:
            assert client.get(path).status_code == 200
        return sum("T_YGDA" in statement for statement in log)

    with client.session_transaction() as session:
        session.pop("did", None)
    app.extensions["veneer"].rooms["own"].clear()
    assert [asked(), asked()] == [1, 0]
    with client.session_transaction() as session:
        session["did"] = int(time.time())
    assert [asked(), asked()] == [1, 1]
