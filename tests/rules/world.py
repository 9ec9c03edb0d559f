"""A small legacy schema with tickets, under an overlay, on SQLite and on MariaDB: the stage of the rules' tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from app.clock import now
from app.database import open_embedded, open_server
from fields import column_type
from models.catalogue import Catalogue
from models.overlay import metadata
from models.wiring.nouns import Entity, Field, Label, Wiring
from rules import tables
from rules.sla.calendar import Calendar, Window
from rules.sla.engine import SlaEngine
from rules.sla.evaluate import Workshop
from rules.sla.policy import Definition, SlaPolicy
from rules.sla.store import save_calendar, save_policy
from rules.sla.sweeps import Sweeps

ALWAYS = Calendar("UTC", ((Window(0, 1440),),) * 7, name="Always")
COLUMNS = {
    "ID": ("bigint", "integer"),
    "TITLE": ("varchar(80)", "text"),
    "STATE": ("varchar(10)", "text"),
    "PRIORITY": ("varchar(10)", "text"),
    "OWNER": ("varchar(20)", "text"),
    "CREATED": ("datetime", "datetime"),
    "CLOSED": ("datetime", "datetime"),
    "CHANGED": ("datetime", "datetime"),
}
OPEN = {"field": "STATE", "op": "ne", "value": "closed"}
CLOSED = {"field": "STATE", "op": "eq", "value": "closed"}
WAITING = {"field": "STATE", "op": "eq", "value": "waiting"}


@dataclass
class Folk:
    """People for tests: employees with their superior, and accounts by employee."""

    superiors: dict[str, str] = field(default_factory=lambda: {"E1": "E2", "E2": "E3"})
    accounts: dict[str, int] = field(default_factory=lambda: {"E1": 1, "E2": 2, "E3": 3})
    roles: dict[str, list[int]] = field(default_factory=lambda: {"Admin": [99]})
    substitutes: dict[int, int] = field(default_factory=dict)

    def superior_of(self, connection: Connection, employee: str) -> str | None:
        return self.superiors.get(employee)

    def user_of(self, connection: Connection, employee: str) -> int | None:
        return self.accounts.get(employee)

    def substitutes_of(self, connection: Connection, user_ids: Sequence[int]) -> list[int]:
        return [self.substitutes[user] for user in user_ids if user in self.substitutes]

    def users_in_role(self, connection: Connection, role: str) -> list[int]:
        return self.roles.get(role, [])

    def address_of(self, connection: Connection, user_id: int) -> str | None:
        return f"user{user_id}@example.com"

    def told(self, user_id: int, params: Mapping[str, Any], link: str) -> Mapping[str, Any]:
        return params


def ticket_entity() -> Entity:
    def column(name: str, sql_type: str, kind: str) -> Field:
        return Field(name, Label(name), kind, sql_type, nullable=name != "ID")

    return Entity(
        name="ticket",
        table_name="TICKET",
        label=Label("Tickets", "工单"),
        fields={name: column(name, *types) for name, types in COLUMNS.items()},
        key=("ID",),
        title="TITLE",
        role="ticket",
        owner="OWNER",
        updated="CHANGED",
        indexes=(("ID",), ("CREATED", "ID"), ("CHANGED", "ID")),
    )


def bound_entity() -> Entity:
    """The ticket entity bound to its table, without a database."""
    return Catalogue(Wiring(1, {"ticket": ticket_entity()}), "erp", column_type).entities["ticket"]


def open_engine(address: str) -> Engine:
    """ "folder" for SQLite, "mysql+pymysql://…/legacy" for a server; the overlay lies beside it."""
    if address.startswith("mysql"):
        legacy = address.rpartition("/")[2].partition("?")[0]
        return open_server(address, f"{legacy}_veneer", pool_size=5)
    return open_embedded(Path(address) / "erp.sqlite", Path(address) / "overlay.sqlite")


@dataclass
class World:
    """The engine, its catalogue, and short words for what tests do to them."""

    address: str
    engine: Engine
    catalogue: Catalogue
    folk: Folk = field(default_factory=Folk)

    @classmethod
    def open(cls, address: str) -> World:
        engine = open_engine(address)
        schema = "erp"
        if address.startswith("mysql"):
            schema = address.rpartition("/")[2].partition("?")[0]
        catalogue = Catalogue(Wiring(1, {"ticket": ticket_entity()}), schema, column_type)
        return cls(address, engine, catalogue)

    def create(self) -> World:
        """Make the legacy table and the overlay."""
        columns = ", ".join(f"{name} {types[0]}" for name, types in COLUMNS.items())
        with self.engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE {self.table} ({columns}, PRIMARY KEY (ID))"))
            if self.engine.dialect.name != "sqlite":
                connection.execute(text(f"ALTER TABLE {self.table} ADD INDEX (CREATED), ADD INDEX (CHANGED)"))
        metadata.create_all(self.engine)
        return self

    @property
    def table(self) -> str:
        return f"{self.catalogue.schema}.TICKET"

    @property
    def tickets(self) -> Entity:
        return self.catalogue.entities["ticket"]

    def now(self) -> datetime:
        with self.engine.connect() as connection:
            return now(connection)

    def add(self, *numbers: int, age: float = 0, **values: Any) -> None:
        """Tickets that began `age` seconds ago."""
        began = stored(self.now() - timedelta(seconds=age))
        usual = {
            "STATE": "new",
            "PRIORITY": "1",
            "OWNER": "E1",
            "CREATED": began,
            "CHANGED": began,
            "CLOSED": None,
        }
        rows = [{**usual, "ID": number, "TITLE": f"Ticket {number}", **values} for number in numbers]
        places = ", ".join(f":{name}" for name in COLUMNS)
        with self.engine.begin() as connection:
            connection.execute(
                text(f"INSERT INTO {self.table} ({', '.join(COLUMNS)}) VALUES ({places})"), rows
            )

    def set(self, number: int, **values: Any) -> None:
        """What another program does to a ticket."""
        values = {"CHANGED": stored(self.now()), **values}
        parts = ", ".join(f"{name} = :{name}" for name in values)
        with self.engine.begin() as connection:
            connection.execute(
                text(f"UPDATE {self.table} SET {parts} WHERE ID = :number"), {"number": number, **values}
            )

    def remove(self, number: int) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {self.table} WHERE ID = {number}"))

    def policy(
        self, *, name: str = "Service", kind: str = "resolution_first", valid_days: int = 30, **changes: Any
    ) -> SlaPolicy:
        """A policy on tickets, in force for records of the last days."""
        with self.engine.begin() as connection:
            calendar = changes.pop("calendar", ALWAYS)
            stored_calendar = save_calendar(connection, calendar, "tester")
            said = Definition(
                start_field="CREATED",
                stop=CLOSED,
                stop_field="CLOSED",
                pause=WAITING,
                priority_field="PRIORITY",
                targets={"1": 3600, "2": 7200},
                owner_field="OWNER",
                calendar=stored_calendar.id,
                tells_backlog=True,
            )
            since = now(connection) - timedelta(days=valid_days)
            said = replace(said, **changes)
            policy = SlaPolicy(0, name, "ticket", kind, 0, True, since, None, 0, since, said)
            return save_policy(connection, policy, "tester")

    def sla(self, runner: str = "one", channels: Iterable[str] = ()) -> SlaEngine:
        return SlaEngine(
            self.engine, lambda: self.catalogue, Workshop(self.folk, runner, frozenset(channels))
        )

    def tick(self, sla: SlaEngine | None = None) -> None:
        """One round of the runner."""
        sla = sla or self.sla()
        Sweeps(sla).run()
        sla.run_due()

    def clock(self, number: int) -> Any:
        """The newest cycle of a ticket's clock."""
        c = tables.clocks
        with self.engine.connect() as connection:
            found = select(c).where(c.c.record == str(number)).order_by(c.c.cycle.desc()).limit(1)
            return connection.execute(found).mappings().first()

    def rows(self, table: Any, **match: Any) -> list[Any]:
        with self.engine.connect() as connection:
            found = select(table).filter_by(**match)
            return list(connection.execute(found.order_by(*table.primary_key.columns)).mappings())

    def count(self, table: Any, **match: Any) -> int:
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table).filter_by(**match)).scalar_one()

    def told(self) -> list[tuple[int, str, str]]:
        """(user, code, title) of all messages, in order."""
        import json

        return [
            (row["user_id"], row["code"], json.loads(row["params"])["title"])
            for row in self.rows(tables.notifications)
        ]


def stored(moment: datetime) -> str:
    """An instant as the legacy tables hold it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
