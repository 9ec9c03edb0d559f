"""The organisation out of a spreadsheet: units and people by their headings, and a sentence for every row that cannot be used."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import Column, Connection, Integer, String, Table, delete, insert, select, update

from app.errors import Invalid
from models.organisation import Staff, Unit, hold, seat_table
from models.organisation_hand import LONGEST_CODE, LONGEST_NAME
from models.organisation_plan import Plan, kept, plan
from models.organisation_rebuild import DEEPEST, rebuild
from models.overlay import metadata
from models.overlay.types import LongText, UtcDateTime
from models.spreadsheet import Sheet

HEADINGS = {
    "code": {"code", "编号", "编码", "代码", "部门编号", "员工编号", "工号", "unitcode", "employeecode"},
    "name": {"name", "名称", "姓名", "部门名称", "员工姓名"},
    "parent": {"parent", "unitabove", "上级", "上级部门", "上级编号", "上级部门编号"},
    "head": {"head", "负责人", "部门负责人", "负责人编号"},
    "unit": {"unit", "department", "部门", "所属部门", "主部门"},
    "others": {"furtherunits", "others", "兼任", "兼任部门", "其他部门"},
}
"""What a column may be called, without blanks and in small letters."""
sheet_table = Table(
    "org_sheet",
    metadata,
    Column("user_id", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("name", String(255), nullable=False),
    Column("content", LongText, nullable=False),
)
"""What somebody has uploaded and not put in place yet: one for each account."""


Units = list[tuple[str, Unit]]
People = list[tuple[str, Staff]]


@dataclass(frozen=True)
class Tree:
    """What a file says; None for a part that it does not have, and that stays as it is."""

    units: list[Unit] | None = None
    people: list[Staff] | None = None
    mistakes: tuple[str, ...] = ()


def read(connection: Connection, sheets: Iterable[Sheet]) -> Tree:
    """Units and people of the sheets that have their headings, and what is wrong with them. Raises Invalid when none has."""
    units: Units | None = None
    people: People | None = None
    for sheet in sheets:
        columns = _columns(sheet)
        if "unit" in columns:
            people = [
                *(people or []),
                *((_place(sheet, row), _person(row[1], columns)) for row in sheet.rows[1:]),
            ]
        elif "parent" in columns:
            units = [
                *(units or []),
                *((_place(sheet, row), _unit(row[1], columns)) for row in sheet.rows[1:]),
            ]
    if units is None and people is None:
        raise Invalid(
            _(
                "No table of units (columns “code”, “name”, “parent”) or of people (columns “code”, “name”, “unit”) was found. Name the columns so in the first row."
            )
        )
    return Tree(
        None if units is None else [unit for _where, unit in units],
        None if people is None else [one for _where, one in people],
        tuple(_mistakes(connection, units, people)),
    )


def _columns(sheet: Sheet) -> dict[str, int]:
    """The place of each known heading; {} where code or name is missing."""
    first = sheet.rows[0][1] if sheet.rows else []
    named = {re.sub(r"[\s_*（()）]", "", heading).lower(): place for place, heading in enumerate(first)}
    found = {name: named[word] for name, words in HEADINGS.items() for word in words if word in named}
    return found if {"code", "name"} <= set(found) else {}


def _place(sheet: Sheet, row: tuple[int, list[str]]) -> str:
    return str(_("%(sheet)s, row %(row)s", sheet=sheet.name, row=row[0]))


def _unit(cells: list[str], columns: Mapping[str, int]) -> Unit:
    code, name, parent, head = (_cell(cells, columns, part) for part in ("code", "name", "parent", "head"))
    return Unit(code, name, parent or None, head or None, by_hand=True)


def _person(cells: list[str], columns: Mapping[str, int]) -> Staff:
    code, name, unit, others = (_cell(cells, columns, part) for part in ("code", "name", "unit", "others"))
    further = tuple(one for one in re.split(r"[\s,;，；、]+", others) if one)
    return Staff(code, name, unit or None, by_hand=True, others=further)


def _cell(cells: list[str], columns: Mapping[str, int], name: str) -> str:
    place = columns.get(name)
    return cells[place] if place is not None and place < len(cells) else ""


def _mistakes(connection: Connection, units: Units | None, people: People | None) -> Iterator[str]:
    """A sentence for each row that cannot be used."""
    old_units, old_people = kept(connection)
    there = {unit.code for _where, unit in units} if units is not None else {unit.code for unit in old_units}
    known = {one.code for _where, one in people} if people is not None else {one.code for one in old_people}
    for where, unit in units or []:
        yield from _about_unit(where, unit, there, known)
    closed = {unit.code for unit in old_units if unit.closed_on is not None}
    for where, one in people or []:
        yield from _about_person(where, one, there, closed)
    for rows in (units, people):
        yield from _twice(rows or [])
    yield from [*_loops(units or [])] or _too_deep(units or [])
    if people is None:
        seats = [(one.name, unit) for one in old_people for unit in (one.unit, *one.others) if unit]
        yield from (
            _(
                "%(name)s sits in the unit “%(unit)s”, which is not in the file. Add it, or move them first.",
                name=n,
                unit=u,
            )
            for n, u in seats
            if u not in there
        )


def _about_unit(where: str, unit: Unit, there: set[str], known: set[str]) -> Iterator[str]:
    yield from _about_names(where, unit.code, unit.name)
    if unit.parent and unit.parent not in there:
        yield _(
            "%(place)s: there is no unit “%(code)s” to lie above. Add it, or correct its code.",
            place=where,
            code=unit.parent,
        )
    if unit.head and unit.head not in known:
        yield _(
            "%(place)s: there is no employee “%(code)s” to be the head. Correct the code, or leave it empty.",
            place=where,
            code=unit.head,
        )


def _about_person(where: str, one: Staff, there: set[str], closed: set[str]) -> Iterator[str]:
    yield from _about_names(where, one.code, one.name)
    for unit in (one.unit, *one.others):
        if unit in closed and unit in there:
            yield _(
                "%(place)s: the unit “%(code)s” is closed. Choose another one, or open it again.",
                place=where,
                code=unit,
            )
        if unit and unit not in there:
            yield _(
                "%(place)s: there is no unit “%(code)s”. Add it, or correct its code.", place=where, code=unit
            )


def _about_names(where: str, code: str, name: str) -> Iterator[str]:
    if not code or len(code) > LONGEST_CODE or re.search(r"\s", code):
        words = _("Enter a code of at most %(most)s characters without blanks.", most=LONGEST_CODE)
        yield f"{where}: {words}"
    if not name or len(name) > LONGEST_NAME:
        words = _("Enter a name of at most %(most)s characters.", most=LONGEST_NAME)
        yield f"{where}: {words}"


def _twice(rows: Units | People) -> Iterator[str]:
    first: dict[str, str] = {}
    for where, one in rows:
        code = one.code.casefold()  # most servers do not tell capitals
        if code in first:
            yield _(
                "%(place)s: the code “%(code)s” stands there twice (first: %(first)s). Remove one of them.",
                place=where,
                code=one.code,
                first=first[code],
            )
        first.setdefault(code, where)


def _loops(units: Units) -> Iterator[str]:
    """The units that lie above themselves: told once for each loop."""
    parents = {unit.code: unit.parent for _where, unit in units}
    places = {unit.code: where for where, unit in units}
    settled: set[str] = set()
    for start in parents:
        steps: dict[str, None] = {}
        node: str | None = start
        while node in parents and node not in settled and node not in steps:
            steps[node] = None
            node = parents[node]
        way = list(steps)
        if node in steps:
            loop = way[way.index(node) :]
            yield _(
                "%(place)s: %(codes)s lie above each other in a circle. Correct one of them.",
                place=places[loop[0]],
                codes=" → ".join([*loop, loop[0]][:12]),
            )
        settled.update(way)


def _too_deep(units: Units) -> Iterator[str]:
    """The first unit that lies deeper than any organisation: each is kept with all that lie above it."""
    parents = {unit.code: unit.parent for _where, unit in units}
    for where, unit in units:
        node, steps = unit.parent, 0
        while node in parents and steps <= DEEPEST:
            node, steps = parents[node], steps + 1
        if steps >= DEEPEST:
            words = _("there are more than %(most)s levels above it. Hang it higher.", most=DEEPEST)
            yield f"{where}: {words}"
            return


def keep(connection: Connection, user_id: int, name: str, tree: Tree) -> None:
    """Keep what was uploaded until it is put in place."""
    parts = [None if part is None else [vars(one) for one in part] for part in (tree.units, tree.people)]
    packed = base64.b64encode(zlib.compress(json.dumps(parts).encode())).decode()
    forget(connection, user_id)
    row = {"user_id": user_id, "at": datetime.now(UTC), "name": name[:255], "content": packed}
    connection.execute(insert(sheet_table).values(row))


def forget(connection: Connection, user_id: int) -> None:
    """Drop it."""
    connection.execute(delete(sheet_table).where(sheet_table.c.user_id == user_id))


def uploaded(connection: Connection, user_id: int) -> tuple[str, Tree] | None:
    """(name, what it says) of what was kept; None for nothing."""
    found = connection.execute(select(sheet_table).where(sheet_table.c.user_id == user_id)).first()
    if found is None:
        return None
    units, people = json.loads(zlib.decompress(base64.b64decode(found.content)))
    return found.name, Tree(
        None if units is None else [Unit(**one) for one in units],
        None if people is None else [Staff(**{**one, "others": tuple(one["others"])}) for one in people],
    )


def whole(connection: Connection, tree: Tree) -> tuple[list[Unit], list[Staff]]:
    """What the organisation would be: the parts of the file, and what it does not say as it is."""
    old_units, old_people = kept(connection)
    days = {unit.code: unit.closed_on for unit in old_units}
    units = [replace(unit, closed_on=days.get(unit.code)) for unit in tree.units or []]
    return (old_units if tree.units is None else units), (old_people if tree.people is None else tree.people)


def put_in_place(connection: Connection, tree: Tree) -> Plan:
    """Make it the organisation; returns what changed. Seats that the file gives count as made by hand.

    Raises Invalid where the organisation has changed since, so that the file does not fit it any more.
    """
    hold(connection)
    _refuse_what_no_longer_fits(connection, tree)
    units, people = whole(connection, tree)
    found = plan(connection, units, people)
    if tree.people is not None:
        connection.execute(update(seat_table).values(by_hand=False))
    rebuild(connection, units, people)
    if tree.people is not None:
        connection.execute(update(seat_table).values(by_hand=True))
    return found


def _refuse_what_no_longer_fits(connection: Connection, tree: Tree) -> None:
    units = None if tree.units is None else [(unit.code, unit) for unit in tree.units]
    people = None if tree.people is None else [(one.code, one) for one in tree.people]
    mistake = next(iter(_mistakes(connection, units, people)), "")
    if mistake:
        raise Invalid(
            _(
                "The organisation has changed since you uploaded the file: %(what)s Correct the file, then upload it again.",
                what=mistake,
            )
        )
