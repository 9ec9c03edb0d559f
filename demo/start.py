"""The demo's first start: wiring, accounts, organisation and rules over the fresh ERP file."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import func, select, update

from app import accounts
from app.clock import now
from app.extensions import services
from demo.accounts import ACCOUNTS
from demo.freshen import add_live_tickets
from models import roles
from models.access import live
from models.organisation import staff_table
from models.organisation_source import keep_in_step
from rules.seed import seed_demo

ROLE_NAMES = {
    "administrator": "Admin",
    "it": roles.IT,
    "executive": roles.EXECUTIVE,
    "manager": roles.MANAGER,
    "sales": roles.SALES,
    "clerk": roles.CLERK,
    "engineer": roles.ENGINEER,
}

STALE = timedelta(minutes=30)
"""Age of the newest ticket from which a start of the demo adds new ones."""


def prepare(app: Flask) -> None:
    """Bring the overlay of the demo up: safe to run at every start."""
    with app.app_context():
        if accounts.has_accounts():
            freshen()
            return
        publish()
        link_people(make_accounts())


def publish() -> None:
    """Wire every table of the demo ERP and put the version in force."""
    from fields import best_kind
    from models.wiring.demo import wiring_of_demo

    with services().engine.begin() as connection:
        wiring_of_demo(connection, services().schema, best_kind)
    catalogue = live().refresh()
    with services().engine.begin() as connection:
        roles.seed(connection)
        keep_in_step(connection, catalogue)
        seed_demo(connection, catalogue, services().config.time_zone)


def freshen() -> None:
    """Let tickets of this hour come in when the demo is started again, so that deadlines come near while one watches."""
    tickets = live().current().by_table.get("T_GDZB")
    if tickets is None or not services().config.is_embedded:
        return
    with services().engine.begin() as connection:
        newest = connection.execute(select(func.max(tickets.table.c.CJSJ))).scalar_one_or_none()
        zone = ZoneInfo(services().config.time_zone)
        local = now(connection).astimezone(zone).replace(tzinfo=None)
        if newest is None or datetime.fromisoformat(newest) < local - STALE:
            add_live_tickets(connection, services().schema)


def make_accounts() -> dict[str, int]:
    """The demo's accounts; user ids by employee code."""
    accounts.ensure_roles(roles.ROLES)
    return {
        a.employee: accounts.add_account(
            a.username, a.name_en.split(" ")[-1], a.name_en.split(" ")[0], ROLE_NAMES[a.role], a.password
        )
        for a in ACCOUNTS
    }


def link_people(users: dict[str, int]) -> None:
    """Tie each account to its employee."""
    with services().engine.begin() as connection:
        for employee, user_id in users.items():
            connection.execute(
                update(staff_table).where(staff_table.c.code == employee).values(user_id=user_id)
            )
