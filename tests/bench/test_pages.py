"""Pages as multiples of the floor, Veneer beside others of its kind. What is missed is printed, and fails nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from models import cursor as cursors
from tests.bench.conftest import Bench
from tests.bench.race import FLOOR, Work
from tests.bench.visitor import TOKEN, Visitor

STARTS = urlencode({"filter": json.dumps({"field": "KHBH", "op": "starts", "value": "KH00001"})})
FILTER = urlencode({"filter": json.dumps({"field": "DQBM", "op": "eq", "value": "HD"})})
LIST = "/data/customers/list/"
PAGES: dict[str, tuple[float, str]] = {
    "first list page": (4, LIST),
    "list sorted by an indexed column": (4, f"{LIST}?sort=KHBH"),
    "list filtered by a prefix": (4, f"{LIST}?{STARTS}"),
    "list filtered by a value": (4, f"{LIST}?{FILTER}"),
    "record page": (4, "/data/customers/show/5"),
    "edit form": (5, "/data/customers/edit/5"),
    "REST list of 50 rows": (3.5, "/api/v1/data/customers/?size=50"),
}
FAB, ADMIN, DJANGO = "/customers/", "/customers/", "/admin/erp/customer/"
THEIRS: dict[str, dict[str, str]] = {
    "first list page": {"Flask-AppBuilder": f"{FAB}list/", "Flask-Admin": "/admin/customers/", "Django admin": DJANGO},
    "list sorted by an indexed column": {
        "Flask-AppBuilder": f"{FAB}list/?_oc_CustomerView=KHBH&_od_CustomerView=asc",
        "Flask-Admin": "/admin/customers/?sort=0", "Django admin": f"{DJANGO}?o=1",
    },
    "list filtered by a prefix": {
        "Flask-AppBuilder": f"{FAB}list/?_flt_0_KHBH=KH00001",
        "Flask-Admin": "/admin/customers/?search=%5EKH00001", "Django admin": f"{DJANGO}?q=KH00001",
    },
    "record page": {"Flask-AppBuilder": f"{FAB}show/5", "Flask-Admin": "/admin/customers/details/?id=5"},
    "edit form": {
        "Flask-AppBuilder": f"{FAB}edit/5", "Flask-Admin": "/admin/customers/edit/?id=5", "Django admin": f"{DJANGO}5/change/",
    },
}  # fmt: skip
MEMBERS = (
    "first list page",
    "list sorted by an indexed column",
    "list filtered by a prefix",
    "list filtered by a value",
    "REST list of 50 rows",
)


def reading(visitor: Visitor, path: str) -> Work:
    def work() -> float:
        visitor.get(path)
        return visitor.seconds

    return work


@pytest.mark.parametrize("name", PAGES)
def test_page(bench: Bench, name: str) -> None:
    goal, path = PAGES[name]
    runners = {FLOOR: reading(bench.floor, "/list"), "Veneer": reading(bench.people["admin"], path)}
    runners |= {
        who: reading(bench.rivals[who], theirs)
        for who, theirs in THEIRS.get(name, {}).items()
        if who in bench.rivals
    }
    assert bench.race.run(name, goal, runners).medians["Veneer"] > 0


@pytest.mark.parametrize("name", MEMBERS)
def test_page_of_a_member_with_a_row_policy(bench: Bench, name: str) -> None:
    goal, path = PAGES[name]
    runners = {FLOOR: reading(bench.floor, "/list"), "Veneer": reading(bench.people["sales_east"], path)}
    assert bench.race.run(f"{name}, as a member", goal, runners).medians["Veneer"] > 0


def test_the_page_in_the_middle(bench: Bench) -> None:
    """The page behind the row in the middle of the key: row 5,000,000 of 10,000,000."""
    admin = bench.people["admin"]
    found = re.search(r"cursor=([\w-]+)", admin.get(LIST))
    assert found
    parts = cursors.read(found[1])
    path = f"{LIST}?cursor={cursors.write([*parts[:-1], int(parts[-1]) // 2])}"
    assert 'rel="prev"' in admin.get(path)
    runners = {FLOOR: reading(bench.floor, "/list"), "Veneer": reading(admin, path)}
    bench.race.run("list page in the middle", 4, runners)


def posting(visitor: Visitor, path: str, fields: Callable[[], dict[str, str]]) -> Work:
    """Only the sending is timed; the form was fetched before, as a person has it open."""

    def work() -> float:
        sent = fields()
        visitor.post(path, sent)
        return visitor.seconds

    return work


def form_of(visitor: Visitor, path: str, **changed: str) -> dict[str, str]:
    """The hidden fields of a form, and what is typed into it."""
    page = visitor.get(path)
    names = ("idempotency_key", "row_hash")
    hidden = {n: found[1] for n in names if (found := re.search(rf'name="{n}" value="([^"]*)"', page))}
    token = TOKEN.search(page)
    assert token
    return {**hidden, "csrf_token": token[2], "originals": "{}", **{f"f.{n}": v for n, v in changed.items()}}


@dataclass(frozen=True)
class Own:
    """What somebody may write on: a record's form, and what keeps a new record within reach."""

    edit: str
    kept: dict[str, str]


def own_of(visitor: Visitor) -> Own:
    """Of the first record of the person's list."""
    found = re.search(r'href="(/data/customers/edit/[^"]+)"', visitor.get(LIST))
    assert found
    page, kept = visitor.get(found[1]), {}
    for name in ("YWY", "BMBH"):
        chosen = re.search(rf'name="f\.{name}".*?<option value="([^"]+)" selected', page, re.DOTALL)
        kept |= {name: chosen[1]} if chosen else {}
    return Own(found[1], kept)


SAVING = {"admin": ("", "A"), "sales_east": (", as a member", "B")}


@pytest.mark.parametrize("who", SAVING)
def test_saving(bench: Bench, who: str) -> None:
    """Creating and updating with audit, row token and idempotency key beside a bare INSERT and UPDATE."""
    if not bench.may_write:
        pytest.skip("A database that was named is only read.")
    visitor, number, (name, letter) = bench.people[who], iter(range(10**6)), SAVING[who]
    add, own = "/data/customers/add", Own("/data/customers/edit/5", {}) if who == "admin" else own_of(visitor)

    def new() -> dict[str, str]:
        code = f"{letter}{next(number):08d}"
        return form_of(visitor, add, KHBH=code, KHMC="Bench", ZDKH="0", GHBZ="N", **own.kept)

    changed = posting(visitor, own.edit, lambda: form_of(visitor, own.edit, BZ=f"note {next(number)}"))
    added = posting(visitor, add, new)
    bench.race.run(f"update{name}", 5, {FLOOR: posting(bench.floor, "/update", dict), "Veneer": changed})
    bench.race.run(f"create{name}", 5, {FLOOR: posting(bench.floor, "/create", dict), "Veneer": added})


def test_the_edit_form_of_a_member(bench: Bench) -> None:
    member = bench.people["sales_east"]
    runners = {FLOOR: reading(bench.floor, "/list"), "Veneer": reading(member, own_of(member).edit)}
    assert bench.race.run("edit form, as a member", 5, runners).medians["Veneer"] > 0


def test_a_list_page_is_small(bench: Bench) -> None:
    for who in ("admin", "sales_east"):
        size = len(bench.people[who].get(LIST).encode())
        assert size <= 60 * 1024, f"{size:,} bytes before compression"
