"""A tiny ERP with owners and units, on SQLite or MariaDB, bound to a catalogue by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, text

import fields
from app import database
from app.actor import Actor
from models import change, organisation, policy  # noqa: F401 their tables stand on the metadata
from models.audit import chain, pruning  # noqa: F401
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.overlay import metadata
from models.policy import AccessRule, FieldRule, Policy
from models.records import transaction  # noqa: F401
from models.wiring.nouns import Entity, Field, Label, Relation, Wiring
from tests.harness.databases import url_of

STATEMENTS = (
    "CREATE TABLE {s}.CUSTOMER (ID INTEGER PRIMARY KEY, NAME VARCHAR(50) NOT NULL, OWNER VARCHAR(10), UNIT VARCHAR(10), SECRET VARCHAR(20))",
    "CREATE TABLE {s}.ORDERS (ID INTEGER PRIMARY KEY, CUST INTEGER, AMOUNT INTEGER)",
    "INSERT INTO {s}.CUSTOMER VALUES (1,'Ada','E1','EAST','s1'), (2,'Bo','E2','EAST','s2'), (3,'Cy','W1','WEST','s3')",
    "INSERT INTO {s}.ORDERS VALUES (10,1,100), (20,2,200), (30,3,300)",
)
REP = Actor(1, "rep", frozenset({"Sales"}), "E1", frozenset({"EAST"}), frozenset({"EAST"}))
MANAGER = Actor(2, "manager", frozenset({"Manager"}), "M1", frozenset({"ALL"}), frozenset({"ALL", "EAST"}))
ADMIN = Actor(3, "admin", frozenset({"Admin"}))
STRANGER = Actor(4, "stranger", frozenset({"Nothing"}))
KEEP = ("see", "create", "change", "delete", "export")
RULES = (
    *(AccessRule("Sales", "*", action, "own") for action in KEEP),
    *(AccessRule("Manager", "*", action, "below") for action in KEEP),
)
LIMITS = (
    FieldRule("Sales", "customer", "SECRET", "hidden"),
    FieldRule("Manager", "customer", "SECRET", "masked"),
)


@dataclass
class SmallErp:
    """The engine and the bound catalogue."""

    engine: Engine
    catalogue: Catalogue
    opened: list[RecordSession] = field(default_factory=list)

    def session(self, actor: Actor) -> RecordSession:
        """A guarded session of one actor under the rules above."""
        rules = tuple(r for r in RULES if r.role in actor.roles)
        limits = tuple(r for r in LIMITS if r.role in actor.roles)
        made = RecordSession(self.engine, Policy(actor, self.catalogue, rules, limits))
        self.opened.append(made)
        return made

    def raw(self, statement: str) -> list[tuple[object, ...]]:
        """What another program sees or does."""
        with self.engine.begin() as connection:
            result = connection.execute(text(statement.format(s=self.catalogue.schema)))
            return [tuple(row) for row in result] if result.returns_rows else []


def wiring() -> Wiring:
    """Two entities: orders follow their customer's scope."""
    customer = Entity(
        "customer", "CUSTOMER", Label("Customer"),
        {
            "ID": Field("ID", Label("Number"), "integer", "int", nullable=False),
            "NAME": Field("NAME", Label("Name"), "text", "varchar(50)", nullable=False, length=50, searched=True),
            "OWNER": Field("OWNER", Label("Owner"), "text", "varchar(10)", length=10),
            "UNIT": Field("UNIT", Label("Unit"), "text", "varchar(10)", length=10),
            "SECRET": Field("SECRET", Label("Secret"), "text", "varchar(20)", length=20),
        },
        key=("ID",), title="NAME", owner="OWNER", unit="UNIT", role="customer", indexes=(("ID",),),
    )  # fmt: skip
    link = Relation("customer", ("CUST",), "customer", ("ID",))
    order = Entity(
        "order", "ORDERS", Label("Order"),
        {
            "ID": Field("ID", Label("Number"), "integer", "int", nullable=False),
            "CUST": Field("CUST", Label("Customer"), "integer", "int"),
            "AMOUNT": Field("AMOUNT", Label("Amount"), "integer", "int"),
        },
        key=("ID",), title="ID", role="order", relations={"customer": link}, parent="customer", indexes=(("ID",),),
    )  # fmt: skip
    return Wiring(1, {"customer": customer, "order": order})


@dataclass(frozen=True)
class World:
    """A legacy schema: the statements that make and fill it, its wiring, and what makes the overlay."""

    statements: tuple[str, ...]
    wiring: Callable[[], Wiring]
    overlay: Callable[[Engine], None] = metadata.create_all


SMALL = World(STATEMENTS, wiring)


@contextmanager
def embedded(folder: Path, world: World = SMALL) -> Iterator[SmallErp]:
    """On SQLite files."""
    engine = database.open_embedded(folder / "erp.sqlite", folder / "overlay.sqlite")
    yield from _filled(engine, database.EMBEDDED_SCHEMA, world)


@contextmanager
def on_server(url: str, name: str, world: World = SMALL) -> Iterator[SmallErp]:
    """On a MariaDB database."""
    address = url_of(url, name)
    database.ensure_overlay_schema(address, f"{name}_overlay")
    yield from _filled(database.open_server(address, f"{name}_overlay"), name, world)


def _filled(engine: Engine, schema: str, world: World) -> Iterator[SmallErp]:
    world.overlay(engine)
    with engine.begin() as connection:
        for statement in world.statements:
            connection.execute(text(statement.format(s=schema)))
    made = SmallErp(engine, Catalogue(world.wiring(), schema, fields.column_type))
    try:
        yield made
    finally:
        for session in made.opened:
            session.close()
        engine.dispose()
