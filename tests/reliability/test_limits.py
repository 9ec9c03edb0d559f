"""Locks, slow statements and a pool that is used up end in a sentence, in time, and are over when their cause is."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from tests.harness import databases
from tests.reliability.crowd import at_once, say, statuses
from tests.reliability.people import Answer, Person, Program
from tests.reliability.site import Site, site

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
DOUBLINGS = 16
HELD_SECONDS, POOL_SECONDS = 30, 2


@contextmanager
def held_row(place: Site, row: int) -> Iterator[None]:
    """The ERP changes a row and does not come to an end."""
    with databases.connect(databases.url_of(place.server, place.name)) as erp, erp.cursor() as cursor:
        erp.begin()
        cursor.execute(f"SELECT n FROM gauge WHERE id={row} FOR UPDATE")
        yield
        erp.rollback()


def timed(work: object, *given: object) -> tuple[Answer, float]:
    started = time.monotonic()
    answer = work(*given)  # type: ignore[operator]
    return answer, time.monotonic() - started


def test_a_row_that_the_erp_holds_gives_a_sentence_and_keeps_what_was_typed(shop: Site) -> None:
    person = shop.person()
    sent = person.fill("/data/gauge/edit/3", {"body": "typed at length"})
    with held_row(shop, 3):
        answer, seconds = timed(person.post, "/data/gauge/edit/3", sent)
    say("a locked row", status=answer.status, seconds=round(seconds, 1))
    assert (answer.status, answer.sentence[:23]) == (503, "Another program is chan")
    assert "typed at length" in answer.text
    assert seconds < 2 + 2
    again = person.post("/data/gauge/edit/3", sent)
    assert again.status == 302, again.sentence
    assert shop.sql("SELECT body FROM gauge WHERE id=3") == [("typed at length",)]


def test_a_row_deleted_by_the_erp_gives_a_sentence(shop: Site) -> None:
    person = shop.person()
    shop.sql("INSERT INTO memo (id, title) VALUES (900001, 'going')")
    sent = person.fill("/data/memo/edit/900001", {"title": "gone"})
    shop.sql("DELETE FROM memo WHERE id=900001")
    answer = person.post("/data/memo/edit/900001", sent)
    assert (answer.status, bool(answer.sentence)) == (404, True)


def test_a_slow_filter_ends_in_the_sentence_that_says_narrow(shop: Site) -> None:
    shop.sql("INSERT INTO heap (words) VALUES (REPEAT('lorem ipsum ', 30))")
    for _ in range(DOUBLINGS):
        shop.sql("INSERT INTO heap (words) SELECT words FROM heap")
    parts = [{"field": "words", "op": "contains", "value": f"sit amet {number}"} for number in range(25)]
    address = f"/data/heap/list/?filter={quote(json.dumps({'or': parts}))}"
    person = shop.person()
    answer, seconds = timed(person.get, address)
    say("a slow filter", rows=2**DOUBLINGS, status=answer.status, seconds=round(seconds, 1))
    assert answer.status in {200, 503}
    assert "arrow" in answer.text, answer.sentence
    assert seconds < 1 + 3
    assert person.get("/data/heap/list/").status == 200


@pytest.fixture(scope="module")
def narrow(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One worker with more threads than connections."""
    settings = {"WORKERS": "1", "POOL_SIZE": "4", "THREADS": "24", "POOL_WAIT_SECONDS": str(POOL_SECONDS)}
    settings |= dict.fromkeys(("LOCK_WAIT_SECONDS", "PAGE_STATEMENT_SECONDS"), str(2 * HELD_SECONDS))
    with site(mariadb_url, tmp_path_factory.mktemp("narrow"), **settings) as made:
        yield made


def test_a_pool_that_is_used_up_answers_503_in_time_and_recovers(narrow: Site) -> None:
    program, person = narrow.program(), narrow.person()
    writers = [threading.Thread(target=write_locked, args=(program, row)) for row in (1, 2, 3, 4, 5) * 2]
    with (
        held_row(narrow, 1),
        held_row(narrow, 2),
        held_row(narrow, 3),
        held_row(narrow, 4),
        held_row(narrow, 5),
    ):
        for writer in writers:
            writer.start()
        time.sleep(1)
        asked, ready = ask_while_used_up(program, person)
    for writer in writers:
        writer.join()
    answers = [answer for answer, _seconds in asked]
    slowest = max(seconds for _answer, seconds in asked)
    met = {f"answers {k}": v for k, v in statuses(answers).items()}
    say("pool used up", seconds=HELD_SECONDS, **met, ready_503=ready[503], slowest_seconds=round(slowest, 1))
    assert set(statuses(answers)) <= {200, 503}
    assert statuses(answers)[503] > 0
    assert ready[503] > 0
    assert all(answer.sentence for answer in answers if answer.status == 503)
    assert slowest < POOL_SECONDS + 1.5
    assert {person.get("/data/memo/list/").status for _ in range(8)} == {200}
    assert person.get("/health/ready").status == 200


def ask_while_used_up(program: Program, person: Person) -> tuple[list[tuple[Answer, float]], Counter[int]]:
    """Pages, the API and the probe, again and again for as long as all connections are held."""
    asked: list[tuple[Answer, float]] = []
    ready: Counter[int] = Counter()
    until = time.monotonic() + HELD_SECONDS
    while time.monotonic() < until:
        asked += at_once(timed, [(person.get, "/data/memo/list/"), (program.read, "memo/")] * 4, 8)
        ready[person.get("/health/ready").status] += 1
        time.sleep(1)
    return asked, ready


def write_locked(program: Program, row: int) -> None:
    program.change(f"gauge/{row}", "*", {"name": "waits"})


def test_more_people_than_connections_are_served_one_after_the_other(shop: Site) -> None:
    """Nobody holds one connection while waiting for another one, so that a crowd does not lock itself up."""
    person = shop.person()
    pages = ["/data/memo/list/", "/data/gauge/show/1", "/data/gauge/edit/2", "/"]
    answers = at_once(person.get, [(page,) for page in pages * 20], 24)
    say("a crowd", **{f"answers {k}": v for k, v in statuses(answers).items()})
    assert set(statuses(answers)) == {200}
