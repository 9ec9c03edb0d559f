"""Attacks by what is stored: markup in every text that people and tables hold, dangerous links, formulas in exports."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import text, update

from app import tokens
from app.extensions import services
from app.security import overlay_session
from charts import store as dashboards
from charts.nouns import Chart, Dashboard
from models.access import live
from models.organisation import staff_table, unit_table
from models.wiring import store
from models.wiring.nouns import Entity, Label
from rules.inbox import tell
from rules.messages import Message
from rules.tables import calendars, policies
from tests.security.cast import Cast
from tests.security.limits import own
from tests.security.test_attacks_rows import _moment

MARKUP = "\"'><xss onclick=x()></script></title><!--{{7*7}}"
LINK = "javascript:alert(1)//"
TEXTS = {
    "T_KHZL": "KHMC YWMC LXR SJHM DHHM DZYX DZ BZ",
    "T_KHLXR": "XM YWM ZW WXH DZYX BZ",
    "T_DDZB": "SHDZ BZ",
    "T_HTZB": "HTMC FJLJ TKNR",
    "T_CPZL": "CPMC YWMC GGXH YS TPLJ SMSDZ",
    "T_GDZB": "BT YWBT NR LYIP",
    "T_ZCDA": "XLH WZ GLDZ BQYS TZLJ",
    "T_YGDA": "XM YWM DZYX YS",
    "T_ZZJG": "BMMC YWMC DH",
    "T_ZDB": "MC YWMC",
    "T_XTCS": "CSZ SM",
}
PAGES = (
    "/", "/search?q=%22", "/inbox/", "/tokens/", "/sessions/", "/rules/deadlines/?show=next", "/rules/policies/", "/rules/calendars/",
    "/rules/calendars/add", "/rules/policies/add", "/rules/letters/", "/people/", "/wiring/", "/wiring/?q=T_", "/wiring/review",
    "/wiring/table?table=T_KHZL", "/wiring/preview?table=T_KHZL", "/wiring/versions/", "/it/", "/it/rows/?table=T_KHZL", "/it/overlay/",
    "/it/overlay/?table=change", "/it/overlay/?table=saved_view", "/it/overlay/?table=ab_user", "/it/checks/", "/it/versions/",
    "/users/list/", "/users/userinfo/", "/users/show/2", "/users/edit/2", "/roles/list/", "/dashboards/edit", "/dashboards/edit?role=Sales",
    "/api/docs", "/home/chart/xss", "/home/chart/xss2", "/home/chart/xss3", "/home/chart/xss4", "/userstatschartview/chart/",
    "/data/customers/panel/filter", "/data/customers/panel/columns", "/data/orders/related/{order}/order-lines/DDH",
)  # fmt: skip


class Reader(HTMLParser):
    """Notes what a browser would run or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "xss" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {name}" for name in given if name.startswith(("on", "hx-on"))]
        links = (
            given.get(name, "") for name in ("href", "src", "action", "formaction", "data", "xlink:href")
        )
        self.found += [
            link for link in links if re.match(r"\s*(javascript|vbscript|data:text)", link, re.IGNORECASE)
        ]


def checked(cast: Cast, actor: str, path: str) -> str:
    """A page that runs nothing of what is stored; returns its body."""
    answer = cast.get(actor, path)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200, path
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if answer.mimetype == "text/html":
        reader = Reader()
        reader.feed(body)
        assert reader.found == [], path
    return body


def worded(entity: Entity) -> Entity:
    """The entity with markup for every word that a person gave it."""
    label = Label(MARKUP, MARKUP)
    return replace(
        entity, label=label, comment=MARKUP,
        fields={n: replace(f, label=label, help=label, group=f.group and MARKUP) for n, f in entity.fields.items()},
        relations={n: replace(r, label=label, back_label=label) for n, r in entity.relations.items()},
    )  # fmt: skip


@pytest.fixture(scope="module")
def stained(cast: Cast) -> Cast:
    """The demo with markup in every text."""
    client = cast.app.test_client
    with cast.app.app_context():
        with services().engine.begin() as connection:
            stain_rows(connection)
            stain_overlay(cast, connection)
            wiring = store.load(connection)
            entities = {name: worded(entity) for name, entity in wiring.entities.items()}
            store.save(connection, replace(wiring, entities=entities), wiring.version, MARKUP[:60], MARKUP)
        user = cast.app.appbuilder.sm.find_user(username="admin")  # type: ignore[attr-defined]
        tokens.create(overlay_session(), user, MARKUP, tokens.READ, None)
        live().refresh()
    assert client
    cast.browser("admin").environ_base["HTTP_USER_AGENT"] = MARKUP
    cast.post("admin", "/data/customers/views/save", {"name": MARKUP, "shared": "on"})
    cast.post("admin", "/it/unlock", {"reason": MARKUP})
    cast.post("admin", f"/data/customers/delete/{cast.ids['customers', 'f']}", {"reason": MARKUP})
    change = {"KHMC": MARKUP + "2", "BZ": MARKUP}
    cast.ask("admin", "PATCH", f"/api/v1/data/customers/{own(cast)}", json=change, headers={"If-Match": "*"})
    return cast


def stain_rows(connection: Any) -> None:
    """The ERP's texts, as long as each column takes them; SQLite takes them all."""
    schema = services().schema
    for table, columns in TEXTS.items():
        values = ", ".join(f"{column}=:markup" for column in columns.split())
        connection.execute(text(f"UPDATE {schema}.{table} SET {values}"), {"markup": MARKUP})
    connection.execute(text(f"UPDATE {schema}.T_KHZL SET WZ=:link"), {"link": LINK})
    connection.execute(text(f"UPDATE {schema}.T_CPZL SET SMSDZ=:link, TPLJ=:link"), {"link": LINK})
    connection.execute(text(f"UPDATE {schema}.T_ZCDA SET GLDZ=:link"), {"link": "\tJaVaScRiPt:alert(1)"})


def stain_overlay(cast: Cast, connection: Any) -> None:
    """What Veneer itself keeps of people's words."""
    connection.execute(update(User).values(first_name=MARKUP[:60], last_name=MARKUP[:60]))
    for table in (staff_table, unit_table, calendars, policies):
        connection.execute(update(table).values(name=MARKUP))
    kinds = [("split", "KHZT"), ("funnel", "KHZT"), ("ranking", "YWY"), ("months", "DQBM")]
    charts = [
        Chart("xss" + (str(number) if number > 1 else ""), kind, "customers", Label(MARKUP, MARKUP), Label(MARKUP, MARKUP),
              settings={"group": group} | ({"date": "DJRQ"} if kind == "months" else {}))
        for number, (kind, group) in enumerate(kinds, 1)
    ]  # fmt: skip
    dashboards.save(connection, Dashboard("", Label(MARKUP, MARKUP), tuple(charts)))
    dashboards.save(connection, Dashboard("Sales", Label(MARKUP, MARKUP), tuple(charts)))
    user = cast.app.appbuilder.sm.find_user(username="admin").id  # type: ignore[attr-defined]
    params = {"title": MARKUP, "policy": MARKUP, "due": "", "zone": "UTC", "step": MARKUP, "percent": MARKUP}
    tell(connection, [user], Message("sla.late", params, "/data/customers/list/"), _moment("2026-01-01"))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_runs_what_is_stored(stained: Cast, path: str) -> None:
    with stained.app.app_context(), services().engine.connect() as connection:
        order = connection.execute(text(f"SELECT DDH FROM {services().schema}.T_DDZB LIMIT 1")).scalar()
    checked(stained, "admin", path.format(order=order))


@pytest.mark.parametrize("key", ["xss", "xss2", "xss3", "xss4"])
def test_no_chart_takes_a_name_for_markup(stained: Cast, key: str) -> None:
    body = checked(stained, "admin", f"/home/chart/{key}?fresh=1")
    figure = unescape(re.search(r'data-figure="([^"]+)"', body)[1])  # type: ignore[index]
    assert "&lt;xss" in figure, "plotly reads markup in texts"
    assert "<xss" not in figure


def test_no_page_of_any_entity_runs_what_is_stored(stained: Cast) -> None:
    for name, entity in live_entities(stained).items():
        body = checked(stained, "admin", f"/data/{name}/list/")
        assert "&lt;xss onclick=" in body, "the words are there, as words"
        checked(stained, "admin", f"/data/{name}/list/?q=%3Cxss%3E&sort=")
        tokens_found = re.findall(rf"/data/{name}/show/([^\"/?]+)\"", body)
        for way in ("show", "edit", "history", "delete") if entity.key and tokens_found else ():
            checked(stained, "admin", f"/data/{name}/{way}/{tokens_found[0]}")
        if not entity.read_only:
            checked(stained, "admin", f"/data/{name}/add")


def live_entities(cast: Cast) -> dict[str, Entity]:
    return dict(cast.app.extensions["veneer"].rooms["live"].current().entities)


def test_answers_for_programs_are_no_pages(stained: Cast) -> None:
    for path in ("/api/v1/data/", "/api/v1/data/customers/", "/api/v1/openapi.json", "/data/orders/look-up/KHBH?q=", "/people/staff",
                 "/api/v1/data/%3Cxss%3E/", "/api/v1/data/customers/?sort=%3Cxss%3E"):  # fmt: skip
        answer = stained.get("admin", path)
        assert answer.mimetype in {"application/json", "application/problem+json"}, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/%3Cxss%3E", "/data/%3Cxss%20onx%3E/list/", "/data/customers/list/?filter=%3Cxss%3E&next=%3Cxss%3E",
                                  "/login/?next=%22%3E%3Cxss%3E", "/data/customers/add?f.KHMC=%22%3E%3Cxss%20onclick=x%3E",
                                  "/search?q=%22%3E%3Cxss%3E", "/wiring/?q=%22%3E%3Cxss%3E", "/people/?q=%22%3E%3Cxss%3E"])  # fmt: skip
def test_no_page_runs_what_stands_in_its_address(stained: Cast, path: str) -> None:
    for actor in ("anonymous", "admin"):
        reader = Reader()
        reader.feed(stained.get(actor, path).get_data(as_text=True))
        assert reader.found == []


FORMULAS = [
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    '=HYPERLINK("x")',
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_an_export_is_a_formula(cast: Cast, formula: str) -> None:
    with cast.app.app_context(), services().engine.begin() as connection:
        put = text(f"UPDATE {services().schema}.T_KHZL SET KHMC=:f, DZ=:f, SCBZ='0' WHERE ID=:id")
        connection.execute(put, {"f": formula, "id": cast.ids["customers", "u"]})
    asked = f"/data/customers/export/?columns=KHMC,DZ,XYED&q={cast.codes['u']}&kind="
    rows = list(
        csv.reader(
            io.StringIO(cast.get("clerk", asked + "csv").get_data(as_text=True).lstrip("\ufeff"), newline="")
        )
    )
    assert len(rows) == 3, "the head, the record, and the mark"
    assert rows[1][0] == rows[1][1] == "'" + formula
    assert not rows[1][2].startswith("'"), "a number stays one"
    with zipfile.ZipFile(io.BytesIO(cast.get("clerk", asked + "xlsx").get_data())) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in cells
    assert not book_links(cells)


def book_links(cells: str) -> list[str]:
    """Links and formulas of a sheet."""
    return re.findall(r"<hyperlink|<f[ >]", cells)


def test_a_file_is_never_shown_as_a_page(cast: Cast) -> None:
    with cast.app.app_context(), services().engine.begin() as connection:
        put = text(f"UPDATE {services().schema}.T_HTZB SET QZTP=:page WHERE HTBH=:id")
        connection.execute(put, {"page": b"<html><script>x()</script>", "id": cast.ids["contracts", "o"]})
    for path in ("/data/contracts/download/{}/QZTP", "/api/v1/data/contracts/{}/content/QZTP"):
        answer = cast.get("sales_east", path.format(cast.ids["contracts", "o"]))
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
