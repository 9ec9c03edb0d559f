"""No edit is lost: two programs, two people and two other programs edit the same five rows at once."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from pymysql.err import OperationalError

from tests.harness import databases
from tests.reliability.crowd import at_once, say
from tests.reliability.people import Person, Program
from tests.reliability.site import Site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
ROWS = (1, 2, 3, 4, 5)
EDITS = 60
SAMPLES = {
    "large": ("18446744073709551615", "7"), "price": ("12345678901234567890.1234567891", "-0.5000000000"),
    "name": ("陈 “x”", "O'Neill % _"), "padded": ("ab", "c d"), "body": ("one\r\ntwo", "😀"),
    "day": ("2024-02-29", "1999-12-31"), "span": ("36:30:00", "-01:00:00"), "kind": ("a", "c"),
    "d": ("0.000000000001", "1.5"),
}  # fmt: skip
"""Columns and the texts that edits put into them."""


def edit_by_api(program: Program, row: int, column: str, text: str) -> str:
    """Read, add one, write with the tag that was read."""
    record = program.read(f"gauge/{row}")
    assert record.status == 200, record
    sent = {"n": record.json["n"] + 1, column: text}
    answer = program.change(f"gauge/{row}", record.headers["etag"], sent)
    return {200: "saved", 412: "told"}.get(answer.status, f"{answer.status} {answer.sentence}")


def edit_by_form(person: Person, row: int, column: str, text: str) -> str:
    """Open the form, add one, save."""
    path = f"/data/gauge/edit/{row}"
    form = person.form(path).sent.to_dict()
    form |= {"f.n": str(int(form["f.n"]) + 1), f"f.{column}": text}
    answer = person.post(path, form)
    return {302: "saved", 409: "told"}.get(answer.status, f"{answer.status} {answer.sentence}")


def edit_by_sql(shop: Site, row: int, column: str, text: str) -> str:
    """As the ERP does: one statement that asks nobody."""
    with (
        databases.connect(databases.url_of(shop.server, shop.name)) as connection,
        connection.cursor() as cursor,
    ):
        try:
            cursor.execute(f"UPDATE gauge SET n=n+1, {column}=%s WHERE id=%s", (text, row))
        except OperationalError as error:
            return f"erp {error}"
    return "written"


def test_nothing_is_lost_and_every_loser_is_told(shop: Site) -> None:
    program, person = shop.program(), shop.person()
    ways = [(edit_by_api, program)] * 2 + [(edit_by_form, person)] * 2 + [(edit_by_sql, shop)] * 2
    entries = "SELECT COUNT(*) FROM {o}.`change` WHERE entity='gauge'"
    before, noted_before = shop.number("SELECT SUM(n) FROM gauge"), shop.number(entries)

    def worker(number: int) -> Counter[str]:
        way, who = ways[number]
        chance = random.Random(number)
        edits = EDITS if way is not edit_by_sql else EDITS * 2
        picks = (
            (chance.choice(ROWS), chance.choice(list(SAMPLES)), chance.randrange(2)) for _ in range(edits)
        )
        return Counter(way(who, row, column, SAMPLES[column][which]) for row, column, which in picks)

    outcome = sum(at_once(worker, [(number,) for number in range(6)], 6), Counter())
    final = shop.number("SELECT SUM(n) FROM gauge") - before
    noted = shop.number(entries) - noted_before
    say("edits of five rows", **outcome, in_the_rows=final, in_the_audit=noted)
    assert set(outcome) <= {"saved", "told", "written"}
    assert outcome["told"] > 0, "nothing collided, so nothing was shown"
    assert final == outcome["saved"] + outcome["written"]
    assert noted == outcome["saved"]


def test_who_is_alone_meets_no_conflict(shop: Site) -> None:
    program, person = shop.program(), shop.person()
    tries = list(itertools.product(SAMPLES, (0, 1), (1, 2)))
    found = Counter(edit_by_api(program, row, column, SAMPLES[column][which]) for column, which, row in tries)
    found += Counter(
        edit_by_form(person, row, column, SAMPLES[column][which]) for column, which, row in tries
    )
    say("edits alone", **found)
    assert set(found) == {"saved"}
