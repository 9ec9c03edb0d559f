"""A member's list beside an administrator's in the same run: by each scope, by two roles, and where few rows are theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from app import accounts, create_app
from app.extensions import services
from config import load
from demo.accounts import DEMO_PASSWORD
from models.grants import access_table
from models.organisation import seat_table, staff_table, unit_table
from tests.bench.conftest import Bench
from tests.bench.race import FLOOR
from tests.bench.test_pages import LIST, reading
from tests.bench.visitor import Visitor
from tests.harness.databases import execute

GOAL = 1.2
KINDS = {
    "own": ("own",),
    "unit": ("unit",),
    "below": ("below",),
    "subordinates": ("subordinates",),
    "two roles": ("own", "unit"),
    "team and unit": ("subordinates", "unit"),
}
"""The scopes of each member; whoever has subordinates heads a unit of five people."""


@pytest.fixture(scope="module")
def members(bench: Bench) -> Iterator[dict[str, Visitor]]:
    """One account for each kind, in the place of somebody who owns records."""
    settings = {"DATABASE_URL": bench.database, "OVERLAY_SCHEMA": bench.overlay, "DEMO": "yes"}
    app = create_app(
        load({**settings, "SECRET_KEY": "of-the-bench-alone-and-long-enough", "INLINE_RUNNER": "no"})
    )
    with app.app_context():
        owners = execute(bench.database, "SELECT DISTINCT YWY FROM T_KHZL WHERE YWY IS NOT NULL LIMIT 60")
        codes = [code for (code,) in owners][-12:]
        accounts.ensure_roles(f"Bench {kind}" for kind in KINDS)
        for number, (kind, scopes) in enumerate(KINDS.items()):
            user = accounts.add_account(name_of(kind), "Bench", kind, f"Bench {kind}", DEMO_PASSWORD)
            with services().engine.begin() as connection:
                _place(connection, kind, scopes, user, codes[number:][:6])
        app.extensions["veneer"].engine.dispose()
    made = {
        kind: Visitor(bench.veneer.url).sign_in("/login/", name_of(kind), DEMO_PASSWORD) for kind in KINDS
    }
    yield made
    for visitor in made.values():
        visitor.close()


def name_of(kind: str) -> str:
    return f"bench_{kind.replace(' ', '_')}"


def _place(connection: Connection, kind: str, scopes: tuple[str, ...], user: int, codes: list[str]) -> None:
    """The account is the first of these people; with subordinates they all sit in a unit that the first one heads."""
    staff, role = codes[0], f"Bench {kind}"
    connection.execute(update(staff_table).where(staff_table.c.code == staff).values(user_id=user))
    connection.execute(delete(access_table).where(access_table.c.role == role))
    rules = [{"role": role, "entity": "*", "action": "see", "scope": scope} for scope in scopes]
    connection.execute(insert(access_table), rules)
    if "subordinates" in scopes:
        unit = connection.execute(select(seat_table.c.unit).where(seat_table.c.staff == staff)).scalar()
        connection.execute(update(unit_table).where(unit_table.c.code == unit).values(head=staff))


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_s_list_costs_about_an_administrator_s(
    bench: Bench, members: dict[str, Visitor], kind: str
) -> None:
    assert "/data/customers/show/" in members[kind].get(LIST), "there are rows to compare"
    admin = reading(bench.people["admin"], LIST)
    runners = {FLOOR: reading(bench.floor, "/list"), "Veneer": admin, "member": reading(members[kind], LIST)}
    lap = bench.race.run(f"first list page, {kind}", 0, runners)
    ratio = lap.medians["member"] / lap.medians["Veneer"]
    bench.notes.append(f"{kind}: {ratio:.2f} of the administrator's page (goal {GOAL})")
    assert lap.medians["member"] > 0
