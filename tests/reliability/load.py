"""Load from processes of their own: the ERP's paced transactions, and a crowd of people at the heaviest pages.

python -m tests.reliability.load erp URL SECONDS       → JSON: milliseconds of each transaction, and errors
python -m tests.reliability.load crowd URL COOKIE SECONDS PATH…  → JSON: answers by status
python -m tests.reliability.load burn - SECONDS        → nothing: a processor is kept busy, and no database
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections import Counter

from pymysql.err import MySQLError

from tests.harness import databases
from tests.reliability.people import Client

PACE_SECONDS = 0.02
PEOPLE = 50
THINKING_SECONDS = 1.0
PATIENCE_SECONDS = 12.0


def erp(url: str, seconds: float) -> dict[str, object]:
    """Look a customer up, change him, add to his orders' remark: one transaction, at a steady pace."""
    taken: list[float] = []
    errors: Counter[str] = Counter()
    chance, until = random.Random(7), time.monotonic() + seconds
    with databases.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT MAX(ID) FROM T_KHZL")
        most = cursor.fetchone()[0]
        while (started := time.monotonic()) < until:
            number = chance.randint(1, most)
            try:
                connection.begin()
                cursor.execute("SELECT KHBH FROM T_KHZL WHERE ID=%s", (number,))
                code = (cursor.fetchone() or ("",))[0]
                cursor.execute("SELECT COUNT(*) FROM T_DDZB WHERE KHBH=%s", (code,))
                cursor.execute("UPDATE T_KHZL SET XYED=COALESCE(XYED,0)+1 WHERE ID=%s", (number,))
                connection.commit()
            except MySQLError as error:
                errors[str(error)[:80]] += 1
                connection.rollback()
            spent = time.monotonic() - started
            taken.append(1000 * spent)
            time.sleep(max(0.0, PACE_SECONDS - spent))
    return {"milliseconds": taken, "errors": errors}


def crowd(url: str, cookie: str, seconds: float, paths: list[str]) -> Counter[int]:
    """Each person opens one page after the other and looks at it for a moment."""
    met: Counter[int] = Counter()
    client = Client(url, {"Cookie": cookie, "Accept-Language": "en"}, PATIENCE_SECONDS)
    until = time.monotonic() + seconds

    def person(number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < until:
            met[client.get(chance.choice(paths)).status] += 1
            time.sleep(THINKING_SECONDS * chance.random())

    threads = [threading.Thread(target=person, args=(number,)) for number in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return met


def burn(seconds: float) -> None:
    """Work without a database, as web processes and a crowd do beside theirs."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        sum(range(10_000))


def main(mode: str, url: str, *more: str) -> None:
    if mode == "erp":
        found: object = erp(url, float(more[0]))
    elif mode == "burn":
        found = burn(float(more[0]))
    else:
        found = crowd(url, more[0], float(more[1]), list(more[2:]))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
