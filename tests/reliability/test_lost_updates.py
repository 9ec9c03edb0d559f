"""No edit is lost: two programs, two people and two other programs edit the same five rows at once, in columns of every type."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from pymysql.err import OperationalError

from tests.harness import databases
from tests.harness.forms import main_form
from tests.mysql import stored
from tests.reliability.crowd import at_once, say
from tests.reliability.people import Person, Program
from tests.reliability.site import Site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
ROWS = (1, 2, 3, 4, 5)
EDITS = {"api": 150, "form": 150, "sql": 200}
"""For each of two who work in this way: 1,000 in all."""
PATTERN = (101, 102)
"""Rows that hold the values which edits put into the others."""
VALUES = {
    "large": ("18446744073709551615", "7"), "price": ("12345678901234567890.1234567891", "-0.5"), "f": ("0.1", "1.5e-12"),
    "d": ("1e-12", "1.5"), "name": ("'陈 “x”'", "'O\\'Neill % _'"), "padded": ("'ab'", "'  c d'"), "body": ("'one\\r\\ntwo'", "'😀'"),
    "day": ("'2024-02-29'", "'1999-12-31'"), "moment": ("'2026-03-31 14:30:00.123456'", "'1999-12-31 00:00:00'"), "span": ("'36:30:00'", "'-01:00:00'"),
    "kind": ("'a'", "'c'"), "flags": ("'x,z'", "''"), "bits": ("b'101'", "b'11111111'"), "data": ("'{\"a\":1.0}'", "'[]'"), "yesno": ("1", "0"),
    "small": ("255", "0"), "zeros": ("42", "7"), "cut": ("12345.67", "-0.01"), "wide": ("0.000000000000000000000000000001", "-1"),
    "all_bits": ("b'1'", "18446744073709551615"), "stamp": ("'2026-03-31 14:30:00.120'", "NULL"), "fine": ("'-36:30:00.000001'", "'08:05:09.1'"),
    "the_year": ("0", "2155"), "who": ("'123e4567-e89b-12d3-a456-426614174000'", "NULL"), "host": ("'::1'", "'2001:db8::1'"),
    "four": ("x'00'", "x'ffffffff'"), "some": ("x'00ff'", "''"), "western": ("'Zoë €'", "''"), "gbk": ("'中文客户'", "NULL"),
    "long_note": ("REPEAT('长', 500)", "''"), "maybe": ("'Y'", "NULL"),
}  # fmt: skip
"""Columns and the two values between which edits choose, as SQL."""
ODD = {
    "day": "'0000-00-00'",
    "moment": "'2026-05-00 12:00:00'",
    "stamp": "0",
    "kind": "'nonsense'",
    "maybe": "''",
}
"""What only old programs write, in place of the second value."""


@dataclass(frozen=True)
class Patterns:
    """The two values of each column as a program and as a browser send them, by row of PATTERN."""

    json: dict[int, dict[str, Any]]
    forms: dict[int, dict[str, list[str]]]


@pytest.fixture(scope="module")
def patterns(shop: Site) -> Patterns:
    loose = "SET SESSION sql_mode=''"
    names = ", ".join(f"`{name}`" for name in VALUES)
    for number, row in enumerate(PATTERN):
        values = ", ".join(pair[number] for pair in VALUES.values())
        shop.sql(loose, f"INSERT INTO gauge (id, {names}) VALUES ({row}, {values})")
    program, person = shop.program(), shop.person()
    sent = {row: person.form(f"/data/gauge/edit/{row}").sent for row in PATTERN}
    texts = {row: {name: form.getlist(f"f.{name}") for name in VALUES} for row, form in sent.items()}
    return Patterns({row: program.read(f"gauge/{row}").json for row in PATTERN}, texts)


@dataclass(frozen=True)
class Writer:
    """Somebody who adds one to a row and puts a value into one of its columns, in one of three ways."""

    shop: Site
    way: str
    who: Any
    patterns: Patterns

    def edit(self, row: int, column: str, which: int) -> str:
        work = {"api": self.by_api, "form": self.by_form, "sql": self.by_sql}[self.way]
        return work(row, column, which)

    def by_api(self, row: int, column: str, which: int) -> str:
        """Read, add one, write with the tag that was read."""
        program: Program = self.who
        record = program.read(f"gauge/{row}")
        if record.status == 503:
            return "busy"
        sent = {"n": record.json["n"] + 1, column: self.patterns.json[PATTERN[which]][column]}
        answer = program.change(f"gauge/{row}", record.headers["etag"], sent)
        return told(answer, {200: "saved", 412: "told"})

    def by_form(self, row: int, column: str, which: int) -> str:
        """Open the form, add one, save."""
        person: Person = self.who
        path = f"/data/gauge/edit/{row}"
        form = person.form(path).sent
        form["f.n"] = str(int(form["f.n"]) + 1)
        form.setlist(f"f.{column}", self.patterns.forms[PATTERN[which]][column])
        return told(person.post(path, form), {302: "saved", 409: "told"})

    def by_sql(self, row: int, column: str, which: int) -> str:
        """As the ERP does: one statement that asks nobody."""
        address = databases.url_of(self.shop.server, self.shop.name)
        with databases.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute("SET SESSION sql_mode=''")
            try:
                value = ODD.get(column, VALUES[column][1]) if which else VALUES[column][0]
                cursor.execute(f"UPDATE gauge SET n=n+1, `{column}`={value} WHERE id={row}")
            except OperationalError as error:
                return f"erp {error}"
        return "written"


def told(answer: Any, known: dict[int, str]) -> str:
    """What came of an edit; a row that is held for too long is said so, too."""
    if answer.status == 503 and answer.sentence:
        return "busy"
    return known.get(answer.status, f"{answer.status} {answer.sentence}")


def writers(shop: Site, patterns: Patterns) -> list[Writer]:
    people = {"api": shop.program(), "form": shop.person(), "sql": None}
    return [Writer(shop, way, who, patterns) for way, who in people.items() for _ in range(2)]


def test_nothing_is_lost_and_every_loser_is_told(shop: Site, patterns: Patterns) -> None:
    entries = "SELECT COUNT(*) FROM {o}.`change` WHERE entity='gauge'"
    before, noted_before = shop.number("SELECT SUM(n) FROM gauge"), shop.number(entries)
    crowd = writers(shop, patterns)

    def work(number: int) -> Counter[str]:
        writer, chance = crowd[number], random.Random(number)
        picks = [
            (chance.choice(ROWS), chance.choice(list(VALUES)), chance.randrange(2))
            for _ in range(EDITS[writer.way])
        ]
        return Counter(writer.edit(*pick) for pick in picks)

    outcome = sum(at_once(work, [(number,) for number in range(len(crowd))], len(crowd)), Counter())
    final = shop.number("SELECT SUM(n) FROM gauge") - before
    noted = shop.number(entries) - noted_before
    say("edits of five rows", edits=outcome.total(), columns=len(VALUES), **outcome, in_the_rows=final, in_the_audit=noted)  # fmt: skip
    assert set(outcome) <= {"saved", "told", "busy", "written"}
    assert outcome["told"] > 0, "nothing collided, so nothing was shown"
    assert final == outcome["saved"] + outcome["written"]
    assert noted == outcome["saved"]


def test_who_is_alone_meets_no_conflict(shop: Site, patterns: Patterns) -> None:
    crowd = [one for one in writers(shop, patterns) if one.way != "sql"][::2]
    tries = itertools.product(crowd, ROWS[:2], VALUES, (0, 1))
    found = Counter(writer.edit(row, column, which) for writer, row, column, which in tries)
    say("edits alone", columns=len(VALUES), **found)
    assert set(found) == {"saved"}


def exactly(shop: Site, row: int) -> dict[str, Any]:
    """A row bit by bit."""
    columns = stored.columns(databases.url_of(shop.server, shop.name), "gauge")
    found = shop.sql(f"SELECT {', '.join(columns.values())} FROM gauge WHERE id={row}")[0]
    return dict(zip(columns, found, strict=True))


def test_a_merge_takes_each_field_from_whom_one_chooses(shop: Site, patterns: Patterns) -> None:
    """Everything is typed anew while the ERP writes everything, too; every second field is left to the ERP."""
    row, person = 4, shop.person()
    alike = ", ".join(f"g.`{name}`=p.`{name}`" for name in VALUES)
    shop.sql("SET SESSION sql_mode=''", f"UPDATE gauge g JOIN gauge p ON p.id={PATTERN[0]} SET {alike} WHERE g.id={row}")  # fmt: skip
    path = f"/data/gauge/edit/{row}"
    form = person.form(path).sent
    for name, texts in patterns.forms[PATTERN[1]].items():
        form.setlist(f"f.{name}", texts)
    theirs = ", ".join(f"`{name}`={ODD.get(name, 'NULL')}" for name in VALUES)
    shop.sql("SET SESSION sql_mode=''", f"UPDATE gauge SET {theirs} WHERE id={row}")
    before, mine = exactly(shop, row), exactly(shop, PATTERN[1])
    answer = person.post(path, form)
    assert answer.status == 409
    conflict = main_form(answer.text)
    asked = list(dict.fromkeys(one.name[2:] for one in conflict.controls if one.name.startswith("f.")))
    assert set(asked) >= {name for name in VALUES if mine[name] not in {before[name], None, ""}}
    sent, left = conflict.sent, asked[::2]
    for name in left:
        first = next(one for one in conflict.controls if one.name == f"f.{name}")
        sent.setlist(f"f.{name}", [first.attributes["value"]])
    assert person.post(path, sent).status == 302
    after = exactly(shop, row)
    say("a merge", fields=len(asked), taken_from_the_erp=len(left))
    assert {name: after[name] for name in left} == {name: before[name] for name in left}
    chosen = [name for name in asked if name not in left]
    assert {name: after[name] for name in chosen} == {name: mine[name] for name in chosen}
