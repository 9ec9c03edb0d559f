"""Wirings, rules and roles change under load: in force in every worker in time, nothing refused, nothing kept in memory."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, delete, insert, select

import fields
from app import accounts
from demo.accounts import DEMO_PASSWORD
from fields import best_kind
from models.access import live
from models.grants import access_table
from models.guard import RecordSession
from models.live import LiveCatalogue
from models.policy import Policy
from models.records import read
from models.wiring import store
from models.wiring.nouns import Entity, Field, Label, Wiring
from tests.harness import databases
from tests.harness.applications import KEY, over_schema
from tests.harness.serving import serving
from tests.models.small_erp import ADMIN
from tests.reliability.crowd import say
from tests.reliability.people import Program
from tests.reliability.site import Site, make_tables

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
WORKERS = 4
ROUNDS = 67
"""Of three changes each: a wiring, a rule, a role."""
IN_FORCE_SECONDS = 2.0
ROUND_SECONDS = 2.6
PUBLISHES = 100
GROWTH_MB = 40
"""Of one worker over all rounds, most of which is the load itself."""
RULE = {"entity": "memo", "action": "see", "scope": "all"}


@dataclass
class Told:
    """What was changed to what, and when that was committed."""

    moments: list[tuple[float, Any]] = field(default_factory=list)

    def note(self, value: Any) -> None:
        self.moments.append((time.monotonic(), value))

    def allowed(self, began: float, ended: float) -> set[Any]:
        """Answers that are right for a request of that time: what was in force, and what may not be everywhere yet."""
        known = [value for at, value in self.moments if at <= began - IN_FORCE_SECONDS][-1:]
        return {*known, *(value for at, value in self.moments if began - IN_FORCE_SECONDS < at <= ended)}


@dataclass
class Watch:
    """Readers that ask all the time, and what each of them was answered."""

    place: Site
    told: dict[str, Told]
    asked: dict[str, Callable[[], Any]]
    stop: threading.Event = field(default_factory=threading.Event)
    answers: list[tuple[str, float, float, Any]] = field(default_factory=list)
    failed: Counter[int] = field(default_factory=Counter)

    def __enter__(self) -> Watch:
        self.threads = [
            threading.Thread(target=self._ask, args=(what,)) for what in self.asked for _ in range(2)
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _ask(self, what: str) -> None:
        while not self.stop.is_set():
            began = time.monotonic()
            found = self.asked[what]()
            if isinstance(found, int) and found not in {200, 404}:
                self.failed[found] += 1
            else:
                self.answers.append((what, began, time.monotonic(), found))
            time.sleep(0.02)

    def stale(self) -> Counter[str]:
        """Answers that were out of date more than two seconds after a change."""
        return Counter(
            what
            for what, began, ended, found in self.answers
            if found not in self.told[what].allowed(began, ended)
        )


@pytest.fixture(scope="module")
def crowd_site(mariadb_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Four workers, and two people whose rights hang on a rule and on a role."""
    with databases.fresh_database(mariadb_url, "publish") as name:
        make_tables(mariadb_url, name)
        with over_schema(mariadb_url, name) as app, app.app_context():
            accounts.ensure_roles(["Ruled", "Plain", "Keeper"])
            for username, role in (("ruled", "Ruled"), ("member", "Plain")):
                accounts.add_account(username, username, "X", role, DEMO_PASSWORD)
            with live()._engine.begin() as connection:
                connection.execute(insert(access_table).values(role="Keeper", **RULE))
        own = {"DATABASE_URL": databases.url_of(mariadb_url, name), "OVERLAY_SCHEMA": f"{name}_overlay"}
        own |= {"SECRET_KEY": KEY, "WORKERS": str(WORKERS)}
        with serving(tmp_path_factory.mktemp("publish"), **own) as served:
            yield Site(served.url, mariadb_url, name, served)


@contextmanager
def overlay_of(place: Site) -> Iterator[Engine]:
    engine = create_engine(databases.url_of(place.server, f"{place.name}_overlay"))
    yield engine
    engine.dispose()


def publish(overlay: Engine, label: str) -> str:
    """The next version: memos are called `label`."""
    with overlay.begin() as connection:
        current = store.load(connection)
        memo = replace(current.entities["memo"], label=Label(label, label))
        wanted = Wiring(0, {**current.entities, "memo": memo})
        store.save(connection, wanted, current.version)
    return label


def rule(overlay: Engine, *, is_given: bool) -> int:
    """The role "Ruled" may see memos, or not."""
    with overlay.begin() as connection:
        connection.execute(delete(access_table).where(access_table.c.role == "Ruled"))
        if is_given:
            connection.execute(insert(access_table).values(role="Ruled", **RULE))
    return 200 if is_given else 404


def member(overlay: Engine, *, is_given: bool) -> int:
    """The account "member" holds the role "Keeper", or not."""
    from flask_appbuilder.security.sqla.models import Role, User, assoc_user_role

    with overlay.begin() as connection:
        user = connection.execute(select(User.id).where(User.username == "member")).scalar_one()
        role = connection.execute(select(Role.id).where(Role.name == "Keeper")).scalar_one()
        mine = (assoc_user_role.c.user_id == user) & (assoc_user_role.c.role_id == role)
        connection.execute(delete(assoc_user_role).where(mine))
        if is_given:
            connection.execute(insert(assoc_user_role).values(user_id=user, role_id=role))
    return 200 if is_given else 404


def label_of(program: Program) -> Any:
    """What memos are called at this moment, or the status of an answer that does not say."""
    answer = program.get("/api/v1/data/")
    if answer.status != 200:
        return answer.status
    return next((str(one["label"]) for one in answer.json["data"] if one["name"] == "memo"), 0)


def memory_mb(place: Site) -> dict[int, float]:
    """Resident memory of each worker."""
    parent = place.serving.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    page = os.sysconf("SC_PAGE_SIZE") / 1e6
    return {int(pid): int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page for pid in children}


def test_changes_are_in_force_everywhere_within_two_seconds_and_no_request_fails(crowd_site: Site) -> None:
    programs = {name: Program.signed_in(crowd_site.url, name) for name in ("admin", "ruled", "member")}
    told = {what: Told() for what in ("wiring", "rule", "role")}
    asked = {
        "wiring": lambda: label_of(programs["admin"]),
        "rule": lambda: programs["ruled"].read("memo/").status,
        "role": lambda: programs["member"].read("memo/").status,
    }
    with overlay_of(crowd_site) as overlay:

        def change(number: int) -> None:
            is_given = bool(number % 2)
            told["wiring"].note(publish(overlay, f"Memo {number}"))
            told["rule"].note(rule(overlay, is_given=is_given))
            told["role"].note(member(overlay, is_given=is_given))

        change(0)
        time.sleep(2 * IN_FORCE_SECONDS)
        before: dict[int, float] = {}
        with Watch(crowd_site, told, asked) as watch:
            for number in range(1, ROUNDS + 1):
                change(number)
                time.sleep(ROUND_SECONDS)
                before = before or (memory_mb(crowd_site) if number == 10 else {})
        after = memory_mb(crowd_site)
    growth = max(after[pid] - before[pid] for pid in before)
    stale, failed = watch.stale(), sum(watch.failed.values())
    answers = len(watch.answers)
    say(
        "changes under load",
        workers=len(after),
        changes=3 * ROUNDS,
        answers=answers,
        failed=failed,
        stale=sum(stale.values()),
    )
    say("memory of a worker", mb=round(max(after.values())), grew_by_mb=round(growth, 1))
    assert len(after) == WORKERS
    assert after.keys() == before.keys(), "a worker died"
    assert answers > 10 * ROUNDS
    assert (dict(watch.failed), dict(stale)) == ({}, {})
    assert growth < GROWTH_MB
    assert "Traceback" not in crowd_site.log


def fifty(version: int) -> Wiring:
    """Fifty tables of twenty columns, all of them called anew in each version."""
    entities = {}
    for number in range(50):
        names = [f"c{column}" for column in range(20)]
        made = {n: Field(n, Label(f"{n} v{version}"), "text", "varchar(20)", length=20) for n in names}
        key = Field("id", Label("Number"), "integer", "int", nullable=False)
        name = f"t{number}"
        entities[name] = Entity(
            name, name, Label(name), {"id": key, **made}, key=("id",), title="c0", indexes=(("id",),)
        )
    return Wiring(version, entities)


def test_a_hundred_publishes_in_a_row_leave_no_memory_behind(mariadb_url: str, mariadb_database: str) -> None:
    place = databases.url_of(mariadb_url, mariadb_database)
    columns = ", ".join(f"c{column} VARCHAR(20)" for column in range(20))
    databases.execute(
        place, *(f"CREATE TABLE t{n} (id INT PRIMARY KEY, {columns})" for n in range(0, 50, 10))
    )
    from app import database
    from models.overlay.migrate import upgrade

    database.ensure_overlay_schema(place, f"{mariadb_database}_overlay")
    engine = database.open_server(place, f"{mariadb_database}_overlay")
    upgrade(engine)
    current = LiveCatalogue(engine, mariadb_database, fields.column_type, best_kind)
    sizes = []
    for number in range(1, PUBLISHES + 1):
        with engine.begin() as connection:
            store.save(connection, fifty(number), number - 1)
        catalogue = current.refresh()
        assert catalogue.version == number
        with RecordSession(engine, Policy(ADMIN, catalogue)) as session:
            for one in range(0, 50, 10):
                read.page(session, catalogue.entities[f"t{one}"], read.Query(columns=("id", "c0", "c1")))
        if number % 10 == 0:
            gc.collect()
            sizes.append(own_memory_mb())
    engine.dispose()
    say(
        "publishes in a row",
        publishes=PUBLISHES,
        mb=round(sizes[-1]),
        grew_by_mb=round(sizes[-1] - sizes[1], 1),
    )
    assert sizes[-1] - sizes[1] < 15


def own_memory_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
