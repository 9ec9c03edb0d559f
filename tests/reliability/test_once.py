"""A double click, a retry and an offline replay make one effect."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.harness import databases
from tests.reliability.crowd import at_once, say, statuses
from tests.reliability.people import Answer, Program, named
from tests.reliability.site import Site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
KEYS, SENDS, HUNG_UP = 200, 20, 4
"""Of each key's sends so many do not wait for their reply."""


def groups(answers: list[Answer], size: int) -> list[list[Answer]]:
    return [answers[start : start + size] for start in range(0, len(answers), size)]


def test_creating_with_a_key_makes_one_row(shop: Site) -> None:
    program = shop.program()
    keys = [shop.key() for _ in range(KEYS)]
    sends = [(program, key, number % (SENDS // HUNG_UP) == 0) for key in keys for number in range(SENDS)]
    answers = at_once(create_once, sends, SENDS)
    listed = "','".join(keys)
    rows = shop.number(f"SELECT COUNT(*) FROM memo WHERE title IN ('{listed}')")
    noted = shop.number("SELECT COUNT(*) FROM {o}.`change` WHERE title IN ('" + listed + "')")
    differing = sum(len({a.text for a in group if a.status == 201}) != 1 for group in groups(answers, SENDS))
    met = {f"answers {k}" if k else "replies cut": v for k, v in statuses(answers).items()}
    say("creates", **met, keys=KEYS, rows=rows, in_the_audit=noted, differing=differing)
    assert set(statuses(answers)) <= {0, 201, 409}
    assert statuses(answers)[0] == KEYS * HUNG_UP
    assert (rows, noted, differing) == (KEYS, KEYS, 0)


def create_once(program: Program, key: str, hangs_up: bool) -> Answer:
    """One send of a key's request; who hangs up does so while the others are still at it, the first one among them."""
    if not hangs_up:
        return program.create("memo", {"title": key}, key)
    return program.hang_up("POST", "/api/v1/data/memo/", json.dumps({"title": key}), **named(key))


def test_changing_with_a_key_is_one_change_and_no_conflict(shop: Site) -> None:
    program, statuses_met = shop.program(), Counter()
    changes = "SELECT COUNT(*) FROM {o}.`change` WHERE entity='gauge'"
    before = shop.number(changes)
    for number in range(15):
        record, key = program.read("gauge/4"), shop.key()
        send = ("gauge/4", record.headers["etag"], {"name": f"edit {number}"}, key)
        answers = at_once(program.change, [send] * SENDS, SENDS)
        statuses_met += statuses(answers)
        assert len({a.text for a in answers if a.status == 200}) == 1
    say(
        "changes",
        **{f"answers {k}": v for k, v in statuses_met.items()},
        changes=shop.number(changes) - before,
    )
    assert set(statuses_met) <= {200, 409}
    assert shop.number(changes) - before == 15


def test_deleting_with_a_key_is_deleted_for_all_who_ask(shop: Site) -> None:
    program = shop.program()
    token, key = program.create("memo", {"title": "to go"}).json["_token"], shop.key()
    headers = {"If-Match": "*", "Idempotency-Key": key}
    answers = [program.send("DELETE", f"/api/v1/data/memo/{token}", **headers) for _ in range(2)]
    answers += at_once(
        lambda: program.send("DELETE", f"/api/v1/data/memo/{token}", **headers), [()] * SENDS, SENDS
    )
    assert set(statuses(answers)) == {204}


def test_other_content_under_the_same_key_is_refused(shop: Site) -> None:
    program, key = shop.program(), shop.key()
    assert program.create("memo", {"title": "first"}, key).status == 201
    refused = program.create("memo", {"title": "second"}, key)
    assert (refused.status, bool(refused.sentence)) == (422, True)
    assert shop.number("SELECT COUNT(*) FROM memo WHERE title='second'") == 0


def test_a_twin_in_flight_is_told_so(shop: Site) -> None:
    program, key = shop.program(), shop.key()
    me = shop.number("SELECT id FROM {o}.ab_user WHERE username='admin'")
    with (
        databases.connect(databases.url_of(shop.server, f"{shop.name}_overlay")) as first,
        first.cursor() as cursor,
    ):
        first.begin()
        columns = "user_id, `key`, request_hash, response, at"
        cursor.execute(
            f"INSERT INTO idempotency ({columns}) VALUES (%s, %s, '', '', NOW())", (me, f"api:{key}")
        )
        answers = at_once(program.create, [("memo", {"title": key}, key)] * 3, 3)
        first.rollback()
    say("twins in flight", **{f"answers {k}": v for k, v in statuses(answers).items()})
    assert statuses(answers) == {409: 3}, [answer.sentence for answer in answers]
    assert all(answer.sentence for answer in answers)
    assert program.create("memo", {"title": key}, key).status == 201
