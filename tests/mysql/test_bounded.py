"""Pages touch a bounded number of rows, however large the table, and ask a bounded number of questions.

Rows are counted by the server's own Handler_read counters on two sizes of the demo, so that growth would be seen: for an
administrator, and for a salesperson whose rows are narrowed down by a policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from app.short_cache import CACHE_SECONDS
from models import cursor as cursors
from models.counting import CAP
from tests.harness import applications
from tests.harness.databases import execute
from tests.mysql.bounded import LIST, Reader, counted

SMALL, LARGE = 4_000, 20_000
PAGE = 600
"""Rows of a page with its related names, the overlay's own tables and one look ahead."""
COUNT = 2 * CAP
"""The capped count of a list hands each row on once more."""
PEOPLE = ("admin", "sales_east")


def filtered(name: str, op: str, value: str) -> str:
    return f"{LIST}?{urlencode({'filter': json.dumps({'field': name, 'op': op, 'value': value})})}"


# The global search reads tables of up to CAP rows without an index too; LARGE is beyond that.
PAGES = {
    LIST: PAGE + COUNT,
    f"{LIST}?sort=KHBH": PAGE + COUNT,
    f"{LIST}?sort=-KHMC": PAGE + COUNT,
    filtered("KHBH", "starts", "KH000011"): 2 * PAGE,
    filtered("KHBH", "starts", "KH"): PAGE + COUNT,
    filtered("SJHM", "starts", "1381"): 2 * PAGE + COUNT,
    "/data/customers/show/{token}": PAGE,
    "/data/customers/edit/{token}": PAGE,
    "/data/customers/related/{token}/orders/KHBH": PAGE,
    "/data/customers/related/{token}/contacts/KHBH": PAGE,
    "/data/customers/history/{token}": PAGE,
    "/data/orders/look-up/KHBH?q=KH0000112": PAGE,
    "/search?q=KH0000112": 2 * PAGE + CAP,
    "/search?q=1381": 2 * PAGE + CAP,
    "/search?q=%E5%8D%97%E4%BA%AC": 2 * PAGE + CAP,
    "/api/v1/data/customers/?size=50": PAGE + COUNT,
}
STATEMENTS = {
    LIST: 2,
    f"{LIST}?sort=KHBH": 2,
    filtered("KHBH", "starts", "KH000011"): 2,
    filtered("DQBM", "eq", "HD"): 2,
    "/data/customers/show/{token}": 2,
    "/data/customers/edit/{token}": 2,
    "/data/customers/related/{token}/orders/KHBH": 3,
    "/data/orders/look-up/KHBH?q=KH0000112": 2,
    "/api/v1/data/customers/?size=50": 3,
}
"""Who asks and the rows; of a related list the record before them. The API counts anew where the total is exact."""
ANEW = 2
"""Names of related records and a total, where nothing of this second holds them."""


@pytest.fixture(scope="module", params=[SMALL, LARGE])
def sized(mariadb_url: str, request: pytest.FixtureRequest) -> Iterator[dict[str, Reader]]:
    with applications.on_server(mariadb_url, request.param) as app:
        config = app.extensions["veneer"].config
        for (table,) in execute(config.database_url, "SHOW TABLES"):
            execute(
                config.database_url, f"ANALYZE TABLE `{table}`"
            )  # a server does so by itself after some seconds
        readers = {name: Reader(app, applications.signed_in(app, name)) for name in PEOPLE}
        for reader in readers.values():
            found = re.search(r'href="/data/customers/edit/([^"]+)"', reader.get(LIST))
            assert found
            reader.token = found[1]
        yield readers


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_is_bounded(sized: dict[str, Reader], who: str, path: str) -> None:
    reader = sized[who]
    assert reader.page_rows(path.format(token=reader.token)) <= PAGES[path]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("sort", ["", "sort=KHBH"])
def test_pages_further_on_cost_no_more_than_the_first(sized: dict[str, Reader], who: str, sort: str) -> None:
    reader, path, costs = sized[who], f"{LIST}?{sort}", []
    for _page in range(4):
        costs.append(reader.least_rows(path))
        path = reader.next_page(path)
    assert max(costs) <= costs[0] + PAGE


@pytest.mark.parametrize("who", PEOPLE)
def test_the_middle_of_the_table_costs_no_more_than_its_beginning(sized: dict[str, Reader], who: str) -> None:
    reader = sized[who]
    first = reader.next_page(LIST)
    parts = cursors.read(first.split("cursor=")[1])
    middle = f"{LIST}?cursor={cursors.write([*parts[:-1], int(parts[-1]) // 2])}"
    assert reader.least_rows(middle) <= reader.least_rows(first) + PAGE


@pytest.mark.parametrize("who", PEOPLE)
def test_an_update_is_bounded(sized: dict[str, Reader], who: str) -> None:
    reader, number = sized[who], iter(range(100))
    path = f"/data/customers/edit/{reader.token}"
    assert reader.rows(lambda: reader.save(path, BZ=f"note {next(number)}")) <= 2 * PAGE


@pytest.mark.parametrize("who", PEOPLE)
def test_a_new_record_is_bounded(sized: dict[str, Reader], who: str) -> None:
    reader, number = sized[who], iter(range(100))
    code = "B" if who == "admin" else "C"
    own = {"KHMC": "Bounded", "ZDKH": "0", "GHBZ": "N", **of_this_person(reader)}

    def add() -> None:
        reader.save("/data/customers/add", KHBH=f"{code}{next(number):06d}", **own)

    assert reader.rows(add) <= 2 * PAGE


SAVED = {"admin": (6, 7), "sales_east": (7, 8)}
"""Statements of an update and of a new record: who asks, the row or the two records that the new one names, the key, the write, a
member's reach, the entry, the answer."""


@pytest.mark.parametrize("who", PEOPLE)
def test_saving_asks_few_questions(sized: dict[str, Reader], who: str) -> None:
    reader, number = sized[who], iter(range(100))
    own = {"KHMC": "Counted", "ZDKH": "0", "GHBZ": "N", **of_this_person(reader)}
    code = "D" if who == "admin" else "E"

    def asked(path: str, **values: str) -> int:
        sent = reader.filled(path, **values)
        with counted(reader.app) as log:
            reader.send(path, sent)
        return len(log)

    path = f"/data/customers/edit/{reader.token}"
    updates = [asked(path, BZ=f"counted {next(number)}") for _try in range(4)]
    creates = [asked("/data/customers/add", KHBH=f"{code}{next(number):06d}", **own) for _try in range(4)]
    assert min(updates) <= SAVED[who][0]
    assert min(creates) <= SAVED[who][1]


def of_this_person(reader: Reader) -> dict[str, str]:
    """What keeps a new customer within the person's reach: owner and unit of one that is."""
    page = reader.get(f"/data/customers/edit/{reader.token}")
    found = {}
    for name in ("YWY", "BMBH"):
        chosen = re.search(rf'name="f\.{name}".*?<option value="([^"]+)" selected', page, re.DOTALL)
        found |= {name: chosen[1]} if chosen else {}
    return found


@pytest.mark.parametrize("path", STATEMENTS)
@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_asks_few_questions(sized: dict[str, Reader], who: str, path: str) -> None:
    """As somebody who has only read for some seconds: what one did oneself is looked up anew."""
    reader = sized[who]
    with reader.client.session_transaction() as session:
        session.pop("did", None)
    asked = reader.statements(path.format(token=reader.token))
    assert len(asked) <= STATEMENTS[path], "\n".join(asked)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("path", [LIST, filtered("DQBM", "eq", "HD"), "/data/customers/show/{token}"])
def test_another_list_or_record_asks_for_its_names_and_total(
    sized: dict[str, Reader], who: str, path: str
) -> None:
    """Whose session, account and rights are known already, but who opens this page for the first time."""
    reader = sized[who]
    with reader.client.session_transaction() as session:
        session.pop("did", None)
    tries = []
    for _try in range(4):
        reader.get(f"{LIST}?size=50")
        keep_only_frame(reader)
        with counted(reader.app) as log:
            reader.get(path.format(token=reader.token))
        tries.append(log)
    best = min(tries, key=len)
    assert len(best) <= 2 + ANEW, "\n".join(best)


def keep_only_frame(reader: Reader) -> None:
    """Forget the names and totals that are held, and nothing else."""
    own = reader.app.extensions["veneer"].rooms["own"]
    for key in list(own._held):
        name = key[0][0] if isinstance(key[0], tuple) else key[0]
        if "titles of" in str(name) or "total of" in str(name):
            own.forget(key)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_first_page_after_a_rest_asks_a_bounded_number(sized: dict[str, Reader], who: str) -> None:
    """With every short cache empty: the session, the account, its place, its rules and its own views on top."""
    reader = sized[who]
    for cache in reader.app.extensions["veneer"].rooms.values():
        if hasattr(cache, "clear") and hasattr(cache, "forget"):
            cache.clear()
    with counted(reader.app) as log:
        reader.get(LIST)
    assert len(log) <= 16, "\n".join(log)
    assert CACHE_SECONDS <= 1
