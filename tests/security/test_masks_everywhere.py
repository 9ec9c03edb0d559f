"""A masked name, number, account and mail address on every way out: pages, titles, crumbs, related records, files, API, messages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from sqlalchemy import Connection, delete, text

from app.extensions import services
from app.short_cache import ShortCache
from models.access import live
from models.audit import NOBODY
from models.change import Note, add_change
from models.grants import right_table
from models.roles import CLERK, EXECUTIVE, MANAGER, SALES, limit_field
from rules.inbox import tell
from rules.messages import Message
from tests.security.cast import Cast

STORED = {
    "KHMC": ("欧阳大明", "欧阳**"),
    "LXR": ("John Smithson", "J*** S***"),
    "SJHM": ("13912345678", "139****5678"),
    "DZYX": ("mary.miller@example.com", "m***@example.com"),
    "SWDJH": ("11010519491231002X", "110***********002X"),
    "BZ": ("6222021234567894321", "6222****4321"),
}
SECRETS = ("大明", "Smithson", "12345678", "ary.miller", "10519491231", "021234567894")
ROLES = (SALES, MANAGER, CLERK, EXECUTIVE)
PEOPLE = ("sales_east", "manager_east", "clerk", "executive")
PAGES = (
    "/data/customers/list/?columns=ID,KHBH,KHMC,LXR,SJHM,DZYX,SWDJH,BZ", "/data/customers/list/?q={code}&columns=KHMC,BZ",
    "/data/customers/show/{id}", "/data/customers/show/{id}?print=1", "/data/customers/edit/{id}", "/data/customers/delete/{id}",
    "/data/customers/add?copy={id}", "/data/customers/history/{id}", "/data/customers/related/{id}/orders/KHBH",
    "/data/customers/related/{id}/contacts/KHBH", "/data/orders/list/", "/data/contacts/list/", "/data/payments/list/",
    "/data/orders/add?f.KHBH={code}", "/data/orders/look-up/KHBH?q={code}", "/data/contacts/look-up/KHBH?q={name}",
    "/search?q={code}", "/search?q={name}", "/search?q=13912345678", "/data/customers/panel/filter",
    "/data/customers/panel/columns", "/rules/deadlines/", "/rules/deadlines/badge/customers/{id}", "/inbox/", "/",
    "/data/customers/export/?columns=KHBH,KHMC,LXR,SJHM,DZYX,SWDJH,BZ", "/data/customers/export/?kind=xlsx&columns=KHBH,KHMC,BZ",
    "/data/customers/exports/new?columns=KHMC", "/exports/", "/api/v1/data/customers/?size=200", "/api/v1/data/customers/{id}",
    "/api/v1/data/orders/?size=200", "/api/v1/data/customers/schema", "/api/v1/data/customers/?q={code}",
)  # fmt: skip


@pytest.fixture(scope="module", params=["embedded", "mariadb"])
def covered(request: pytest.FixtureRequest) -> Iterator[Cast]:
    """A customer whose every personal field, its name among them, is masked for everybody but administrators."""
    cast: Cast = request.getfixturevalue("cast" if request.param == "embedded" else "mariadb_cast")
    known = {name: pair for name, pair in STORED.items() if name in columns(cast)}
    with cast.app.app_context(), services().engine.begin() as connection:
        for role in ROLES:
            for name in known:
                limit_field(connection, role, "customers", name, "masked")
        sets = ", ".join(f"{name} = :{name}" for name in known)
        put = text(f"UPDATE {services().schema}.T_KHZL SET {sets} WHERE ID = :id")
        before = {
            row[0]: row
            for row in connection.execute(text(f"SELECT ID, KHMC FROM {services().schema}.T_KHZL"))
        }
        connection.execute(put, {name: pair[0] for name, pair in known.items()} | {"id": own(cast)})
        remember(connection, cast, known)
        services().rooms["policies"] = ShortCache()
    yield cast
    with cast.app.app_context(), services().engine.begin() as connection:
        connection.execute(delete(right_table))
        back = text(f"UPDATE {services().schema}.T_KHZL SET KHMC = :name WHERE ID = :id")
        connection.execute(back, {"name": before[int(own(cast))][1], "id": own(cast)})
        services().rooms["policies"] = ShortCache()


def remember(connection: Connection, cast: Cast, known: dict[str, tuple[str, str]]) -> None:
    """A change of the record and a message about it, both with its name as the system knows it."""
    values = {name: pair[0] for name, pair in known.items()}
    note = Note("customers", own(cast), STORED["KHMC"][0], "change", {**values, "KHMC": "欧阳大明"}, values)
    add_change(connection, NOBODY, note)
    message = Message(
        "sla.warning", {"title": STORED["KHMC"][0], "due": "2030-01-01T00:00:00+00:00", "policy": "P", "percent": 80},
        f"/data/customers/show/{own(cast)}",
    )  # fmt: skip
    users = [row[0] for row in connection.execute(text("SELECT id FROM ab_user"))]
    tell(connection, users, message, datetime.now(UTC))


def own(cast: Cast) -> str:
    return cast.ids["customers", "o"]


def columns(cast: Cast) -> set[str]:
    with cast.app.app_context():
        return set(live().current().entities["customers"].fields)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("path", PAGES)
def test_no_way_out_holds_what_is_masked(covered: Cast, who: str, path: str) -> None:
    words = {"id": own(covered), "code": covered.codes["o"], "name": quote("欧阳大明")}
    answer = covered.get(who, path.format(**words))
    body = answer.get_data()
    if answer.mimetype.endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    told = body.decode("utf-8", "replace").replace("\\u5927\\u660e", "大明")
    typed = "欧阳大明" if "{name}" in path else "13912345678" if path.endswith("13912345678") else ""
    for secret in SECRETS:
        assert secret not in told.replace(typed or "\0", "").replace(quote(typed) or "\0", ""), secret


def test_what_is_left_of_each_is_shown(covered: Cast) -> None:
    page = covered.get("sales_east", f"/data/customers/show/{own(covered)}").get_data(as_text=True)
    for name, (_stored, masked) in STORED.items():
        if name in columns(covered):
            assert masked in page, name
    assert "<title>欧阳**" in page
    assert (
        covered.get("sales_east", f"/api/v1/data/customers/{own(covered)}").get_json()["_title"] == "欧阳**"
    )


def test_a_page_of_somebody_elses_change_tells_nothing_either(covered: Cast) -> None:
    sent = {"row_hash": "of another state", "f.DZ": "x"}
    answer = covered.post("sales_east", f"/data/customers/edit/{own(covered)}", sent)
    bulk = {"token": own(covered), "field": "DZ", "step": "preview", "f.DZ": "x"}
    preview = covered.post("sales_east", "/data/customers/bulk-edit", bulk)
    stale = covered.ask("sales_east", "PATCH", f"/api/v1/data/customers/{own(covered)}", json={"DZ": "x"})
    assert (answer.status_code, preview.status_code, stale.status_code) == (409, 200, 412)
    for one in (answer, preview, stale):
        told = one.get_data(as_text=True)
        assert not [secret for secret in SECRETS if secret in told]
