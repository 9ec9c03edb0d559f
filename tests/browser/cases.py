"""The four ways in which the whole path is walked: two real schemas, two languages, two sizes of screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One visitor of one old system. Column names are those of the table `table`.

    `lonely` inserts a row that nothing refers to, whose `title` is LONELY; `filtered` is (column, operator, value, choice),
    where a choice is picked from a list and anything else is typed; `wrong` is a value of `email` that no server takes.
    """

    schema: str
    language: str
    phone: bool
    table: str
    key: str
    title: str
    also: str
    renamed: str
    filtered: tuple[str, str, str]
    sorted_by: str
    searched: str
    spoiled: tuple[str, str]
    lonely: str
    bulk: tuple[str, str]
    needed: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """As pytest shows it."""
        return f"{self.schema}-{self.language}-{'phone' if self.phone else 'desk'}"


LONELY = "Zyxomma petiolatum"
"""The title of the row that is deleted and brought back: a dragonfly, found in none of the schemas."""

MORE_ROWS = {
    "sakila": (),
    "jsherp": (
        """
        INSERT INTO jsh_supplier (supplier, contacts, email, type, enabled, delete_flag)
        SELECT CONCAT('青萍湾商贸', LPAD(seq, 3, '0')), CONCAT('联系人', seq), 'post@example.com', '客户', b'1', '0'
        FROM seq_1_to_150
        """,
        """
        INSERT INTO jsh_depot_head (type, number, organ_id, delete_flag)
        SELECT '入库', CONCAT('RK', LPAD(seq, 6, '0')), 57, '0' FROM seq_1_to_8
        """,
        """
        INSERT INTO jsh_material (name, model, unit, enabled, delete_flag)
        SELECT CONCAT('Bolt ', LPAD(seq, 3, '0')), CONCAT('M', seq), 'box', b'1', '0' FROM seq_1_to_150
        """,
    ),
}
"""What a schema needs beyond its dump, so that lists have a second page and records have something related."""

CASES = (
    Case(
        schema="sakila",
        language="en",
        phone=False,
        table="customer",
        key="customer_id",
        title="last_name",
        also="rental",
        renamed="Club members",
        filtered=("first_name", "starts", "MAR"),
        sorted_by="last_name",
        searched="SMITH",
        spoiled=("email", "not an address"),
        lonely=f"INSERT INTO customer (store_id, first_name, last_name, address_id) VALUES (1, 'Zed', '{LONELY}', 5)",
        bulk=("first_name", "Robin"),
        needed=(
            ("first_name", "Zed"),
            ("store_id", "1"),
            ("address_id", "5"),
            ("create_date", "2026-01-02T03:04"),
        ),
    ),
    Case(
        schema="sakila",
        language="zh",
        phone=True,
        table="film",
        key="film_id",
        title="title",
        also="inventory",
        renamed="影片目录",
        filtered=("rating", "eq", "PG-13"),
        sorted_by="title",
        searched="ACADEMY",
        spoiled=("rental_duration", "300"),
        lonely=f"INSERT INTO film (title, language_id) VALUES ('{LONELY}', 1)",
        bulk=("rental_duration", "9"),
        needed=(("language_id", "1"),),
    ),
    Case(
        schema="jsherp",
        language="zh",
        phone=False,
        table="jsh_supplier",
        key="id",
        title="supplier",
        also="jsh_depot_head",
        renamed="往来单位",
        filtered=("supplier", "contains", "湾商贸01"),
        sorted_by="supplier",
        searched="青萍湾商贸007",
        spoiled=("email", "not an address"),
        lonely=f"INSERT INTO jsh_supplier (supplier, delete_flag) VALUES ('{LONELY}', '0')",
        bulk=("contacts", "王静"),
    ),
    Case(
        schema="jsherp",
        language="en",
        phone=True,
        table="jsh_material",
        key="id",
        title="name",
        also="jsh_material_extend",
        renamed="Spare parts",
        filtered=("name", "contains", "olt 01"),
        sorted_by="name",
        searched="Bolt 007",
        spoiled=("expiry_num", "9999999999"),
        lonely=f"INSERT INTO jsh_material (name, delete_flag) VALUES ('{LONELY}', '0')",
        bulk=("model", "M99"),
    ),
)
