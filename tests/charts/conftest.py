"""A small table of sales that keeps its day in every way that legacy tables do, on SQLite and on MariaDB."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import Engine, create_engine, event, insert, text
from sqlalchemy.engine import make_url

from app.actor import Actor
from charts.cache import AnswerCache
from charts.desk import Desk
from fields import column_type
from models.catalogue import Catalogue
from models.guard import RecordSession
from models.policy import AccessRule, FieldRule, Policy
from models.wiring.nouns import Entity, Field, Label, Wiring

TODAY = date(2026, 11, 23)
NOON = datetime.fromisoformat("2026-11-23 12:00:00")
"""In Shanghai."""
BOSS = Actor(1, "boss", frozenset({"Boss"}))
SELLER = Actor(2, "seller", frozenset({"Seller"}), employee="E3")
RULES = (AccessRule("Boss", "*", "see", "all"), AccessRule("Seller", "*", "see", "own"))
OPTIONS = [
    {"value": code, "label": words} for code, words in (("10", "New"), ("20", "Shipped"), ("90", "Cancelled"))
]
FIELDS = {
    "ID": Field("ID", Label("Number"), "integer", "int(11)"),
    "DAY": Field("DAY", Label("Order date"), "date", "date"),
    "AT": Field("AT", Label("Created at"), "datetime", "datetime"),
    "YMD": Field("YMD", Label("Day"), "yyyymmdd", "int(11)"),
    "TXT": Field("TXT", Label("Day as text"), "yyyymmdd", "char(8)", length=8),
    "SEC": Field("SEC", Label("Seconds"), "epoch", "bigint(20)", {"zone": "Asia/Shanghai"}),
    "STATUS": Field("STATUS", Label("Status", "状态"), "code", "varchar(2)", {"options": OPTIONS}),
    "OWNER": Field("OWNER", Label("Owner"), "text", "varchar(10)"),
    "AMOUNT": Field("AMOUNT", Label("Amount", "金额"), "money", "decimal(12,2)", scale=2),
}
DDL = (
    "ID INT PRIMARY KEY, DAY DATE, AT DATETIME, YMD INT, TXT CHAR(8), SEC BIGINT, STATUS VARCHAR(2), OWNER VARCHAR(10),"
    " AMOUNT DECIMAL(12,2)"
)


def random_sales(count: int = 600) -> list[dict[str, Any]]:
    """Sales of the last two years, in Shanghai's time, by 40 owners of whom some sell more; some without a status."""
    chance = random.Random(5)
    rows = []
    for number in range(1, count + 1):
        moment = NOON - timedelta(minutes=chance.randint(0, 60 * 24 * 730))
        rows.append(
            {
                "ID": number,
                "DAY": f"{moment:%Y-%m-%d}",
                "AT": f"{moment:%Y-%m-%d %H:%M:%S}",
                "YMD": int(f"{moment:%Y%m%d}"),
                "TXT": f"{moment:%Y%m%d}",
                "SEC": int((moment - timedelta(hours=8)).replace(tzinfo=UTC).timestamp()),
                "STATUS": chance.choice(["10", "20", "20", "90", None]),
                "OWNER": f"E{min(chance.randint(1, 40), chance.randint(1, 40))}",
                "AMOUNT": Decimal(chance.randint(100, 100_000)) / 100,
            }
        )
    return rows


SALES = random_sales()


@dataclass
class Shop:
    """A database with SALES in it."""

    engine: Engine
    catalogue: Catalogue
    opened: list[RecordSession] = dataclass_field(default_factory=list)

    @property
    def entity(self) -> Entity:
        return self.catalogue.entities["sales"]

    def session(self, actor: Actor = BOSS, rights: tuple[FieldRule, ...] = ()) -> RecordSession:
        rules = tuple(rule for rule in RULES if rule.role in actor.roles)
        return RecordSession(self.engine, Policy(actor, self.catalogue, rules, rights))

    def desk(self, actor: Actor = BOSS, rights: tuple[FieldRule, ...] = ()) -> Desk:
        self.opened.append(self.session(actor, rights))
        return Desk(self.opened[-1], TODAY, AnswerCache())

    def close(self) -> None:
        """Give the desks' connections back."""
        while self.opened:
            self.opened.pop().close()


def _shop(engine: Engine, schema: str) -> Shop:
    sales = Entity(
        "sales", "SALES", Label("Sales", "销售"), dict(FIELDS), ("ID",), role="order", owner="OWNER"
    )
    catalogue = Catalogue(Wiring(1, {"sales": sales}), schema, column_type)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {schema}.SALES ({DDL})"))
        connection.execute(insert(sales.table), SALES)
    return Shop(engine, catalogue)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    if request.param == "sqlite":
        engine, schema = create_engine("sqlite://"), "erp"
        event.listen(
            engine, "connect", lambda connection, _record: connection.execute("ATTACH ':memory:' AS erp")
        )
    else:
        schema = request.getfixturevalue("mariadb_module_database")
        engine = create_engine(make_url(request.getfixturevalue("mariadb_url")).set(database=schema))
    yield _shop(engine, schema)
    engine.dispose()


@pytest.fixture
def babel() -> Iterator[Flask]:
    """A request in English, for texts and numbers."""
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield app
