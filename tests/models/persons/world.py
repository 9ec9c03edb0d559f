"""A tiny ERP with persons in it: customers, their contacts and orders with a recipient, and bills that a law keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.overlay.migrate import upgrade
from models.wiring.nouns import Entity, Field, Label, Relation, Wiring
from tests.models import small_erp
from tests.models.small_erp import SmallErp, World

ADA, PHONE, MAIL, CARD = "陈艾达", "13812345678", "ada@example.org", "110105194912310021"
STATEMENTS = (
    (
        "CREATE TABLE {s}.CUSTOMER (ID INTEGER PRIMARY KEY, NAME VARCHAR(40) NOT NULL, TEL VARCHAR(20), MAIL VARCHAR(40), CARD VARCHAR(18),"
        " OWNER VARCHAR(10), UNIT VARCHAR(10), NOTE VARCHAR(50))"
    ),
    "CREATE TABLE {s}.CONTACT (ID INTEGER PRIMARY KEY, CUST INTEGER, NAME VARCHAR(40), TEL VARCHAR(20) NOT NULL UNIQUE, BORN DATE)",
    "CREATE TABLE {s}.ORDERS (ID INTEGER PRIMARY KEY, CUST INTEGER, TEL BIGINT, AMOUNT INTEGER)",
    "CREATE TABLE {s}.BILL (ID INTEGER PRIMARY KEY, TEL VARCHAR(20))",
    "CREATE TABLE {s}.CALLS (ID INTEGER PRIMARY KEY, TEL VARCHAR(20))",
    (
        f"INSERT INTO {{s}}.CUSTOMER VALUES (1,'{ADA}','{PHONE}','{MAIL}','{CARD}','E1','EAST','x'),"
        " (2,'Bo','13900000001','bo@example.org','','E2','EAST','y'), (3,'Cy','13900000002','','','W1','WEST','z')"
    ),
    f"INSERT INTO {{s}}.CONTACT VALUES (11,1,'Dan','13900000003',NULL), (12,2,'{ADA}','138-1234-5678','1949-12-31')",
    f"INSERT INTO {{s}}.ORDERS VALUES (21,1,{PHONE},100), (22,2,13900000009,200)",
    f"INSERT INTO {{s}}.BILL VALUES (31,'{PHONE}'), (32,'13900000001')",
    f"INSERT INTO {{s}}.CALLS VALUES (41,'{PHONE}')",
)
BIG = 1000


def field(name: str, kind: str = "text", sql_type: str = "varchar(40)", **more: object) -> Field:
    return Field(name, Label(name.capitalize()), kind, sql_type, **more)  # type: ignore[arg-type]


def number(name: str = "ID") -> Field:
    return field(name, "integer", "int", nullable=False)


def phone(**more: object) -> Field:
    return field("TEL", "phone", "varchar(20)", length=20, **more)


def wiring() -> Wiring:
    """Everything is indexed where it is looked for, but for the calls."""
    of_customer = Relation("customer", ("CUST",), "customer", ("ID",))
    customer = Entity(
        "customer", "CUSTOMER", Label("Customer"),
        {f.name: f for f in (number(), field("NAME", nullable=False, length=40), phone(),
            field("MAIL", "email", length=40), field("CARD", sql_type="varchar(18)", sensitive=True, length=18),
            field("OWNER", sql_type="varchar(10)"), field("UNIT", sql_type="varchar(10)"), field("NOTE"))},
        key=("ID",), title="NAME", owner="OWNER", unit="UNIT", role="customer",
        indexes=(("ID",), ("TEL",), ("MAIL",), ("CARD",)), row_estimate=BIG,
    )  # fmt: skip
    contact = Entity(
        "contact", "CONTACT", Label("Contact"),
        {f.name: f for f in (number(), field("CUST", "integer", "int"), field("NAME", length=40), phone(nullable=False),
            field("BORN", "date", "date", personal="birth"))},
        key=("ID",), title="NAME", role="contact", parent="customer", relations={"customer": of_customer},
        indexes=(("ID",), ("CUST",), ("TEL",)), unique=(("ID",), ("TEL",)), row_estimate=BIG,
    )  # fmt: skip
    order = Entity(
        "order", "ORDERS", Label("Order"),
        {f.name: f for f in (number(), field("CUST", "integer", "int"), field("TEL", "phone", "bigint"),
            field("AMOUNT", "integer", "int"))},
        key=("ID",), title="ID", role="order", parent="customer", relations={"customer": of_customer},
        indexes=(("ID",), ("CUST",), ("TEL",)), row_estimate=BIG,
    )  # fmt: skip
    bill = Entity(
        "bill", "BILL", Label("Bill"), {"ID": number(), "TEL": phone()}, key=("ID",), title="ID", role="payment",
        indexes=(("ID",), ("TEL",)), row_estimate=BIG, kept="Bills are kept for ten years.",
    )  # fmt: skip
    calls = Entity(
        "calls", "CALLS", Label("Calls"), {"ID": number(), "TEL": phone()}, key=("ID",), title="ID",
        indexes=(("ID",),), row_estimate=BIG,
    )  # fmt: skip
    return Wiring(1, {one.name: one for one in (customer, contact, order, bill, calls)})


@contextmanager
def embedded(folder: Path) -> Iterator[SmallErp]:
    """On SQLite files."""
    with small_erp.embedded(folder, PERSONS) as made:
        yield made


@contextmanager
def on_server(url: str, name: str) -> Iterator[SmallErp]:
    """On a MariaDB database."""
    with small_erp.on_server(url, name, PERSONS) as made:
        yield made


PERSONS = World(STATEMENTS, wiring, upgrade)
"""With the overlay as the migrations make it: a request holds more than one kind of table."""
