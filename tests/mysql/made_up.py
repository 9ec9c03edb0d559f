"""A made-up company's schema without one declared key, full of traps: every table counts from 1, so that small numbers match all."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.harness import databases

TABLES: Mapping[str, str] = {
    "regions": "id int primary key auto_increment, parent_id int, name varchar(40)",
    "departments": "id int primary key auto_increment, parent_id int, path varchar(60), name varchar(40)",
    "employees": "id int primary key auto_increment, emp_no varchar(10) not null unique, name varchar(40), dept_id int, manager_id int, grade int",
    "users": "id int primary key auto_increment, username varchar(40) unique, employee_id int, login_count int, status int",
    "colours": "id int primary key auto_increment, name varchar(20)",
    "sizes": "id int primary key auto_increment, name varchar(20)",
    "units": "id int primary key auto_increment, name varchar(20)",
    "status": "id int primary key auto_increment, name varchar(20)",
    "tags": "id int primary key auto_increment, name varchar(20)",
    "categories": "id int primary key auto_increment, parent_id int, name varchar(40), sort_order int",
    "products": "id int primary key auto_increment, sku varchar(12) not null unique, name varchar(40), category_id int, unit_id int, tag_ids varchar(60), weight int, min_stock int, model_year int",
    "customers": "id int primary key auto_increment, code varchar(10) not null unique, name varchar(40), phone varchar(20), region_id int, owner_emp_no varchar(10), created_by int, level int, visits int, joined_year int, max_users int",
    "contacts": "id int primary key auto_increment, customer_id int, name varchar(40), phone varchar(20), priority int",
    "orders": "id int primary key auto_increment, order_no varchar(12) not null unique, customer_id int, order_date date, state int, pay_type int, item_count int, sort_order int, amount decimal(10,2), created_by int",
    "order_lines": "order_id int, line_no int, product_id int, quantity int, box_number int, primary key (order_id, line_no)",
    "line_events": "id int primary key auto_increment, order_id int, line_no int, event varchar(20), key (order_id, line_no)",
    "payments": "id int primary key auto_increment, order_no varchar(12), amount decimal(10,2), method int, batch_no varchar(10), bank_code varchar(12)",
    "coupons": "id int primary key auto_increment, code varchar(10) not null, discount int, uses int",
    "notes": "id int primary key auto_increment, subject_type varchar(20), subject_id int, body varchar(200), created_by int, key (subject_type, subject_id)",
    "attachments": "id int primary key auto_increment, biz_type int comment '业务类型:1客户 2订单', biz_id int, file_name varchar(60)",
    "monthly": "id int primary key auto_increment, year int, month int, customer_count int, order_num int, region varchar(20)",
}
TRUTH = """
regions.parent_id regions.id
departments.parent_id departments.id
departments.path departments.id
employees.dept_id departments.id
employees.manager_id employees.id
users.employee_id employees.id
categories.parent_id categories.id
products.category_id categories.id
products.unit_id units.id
products.tag_ids tags.id
customers.region_id regions.id
customers.owner_emp_no employees.emp_no
customers.created_by users.id
contacts.customer_id customers.id
orders.customer_id customers.id
orders.created_by users.id
order_lines.order_id orders.id
order_lines.product_id products.id
line_events.order_id,line_no order_lines.order_id,line_no
payments.order_no orders.order_no
notes.subject_id customers.id
notes.subject_id orders.id
notes.subject_id products.id
notes.created_by users.id
attachments.biz_id customers.id
attachments.biz_id orders.id
?line_events.order_id orders.id
?order_lines.order_id order_lines.order_id
"""
"""One relation a line; "?" = may be said or not: it follows from another one."""


def statements() -> Iterator[tuple[str, Sequence[tuple[Any, ...]]]]:
    """(statement, rows) pairs: tables and then their rows, the same every time."""
    for name, columns in TABLES.items():
        yield f"CREATE TABLE {name} ({columns})", ()
    for name, rows in _rows(random.Random(7)).items():
        marks = ", ".join(["%s"] * len(rows[0]))
        yield f"INSERT INTO {name} VALUES ({marks})", rows


def _rows(dice: random.Random) -> dict[str, list[tuple[Any, ...]]]:
    def few(most: int, count: int) -> str:
        return ",".join(str(n) for n in sorted(dice.sample(range(1, most + 1), count)))

    def some(most: int) -> int:
        return dice.randint(1, most)

    def below(number: int, width: int) -> int:
        return (number - 2) // width + 1 if number > 1 else 0

    def way(number: int) -> str:
        return f"{way(below(number, 3))},{number}".lstrip(",") if number else ""

    lookups = {
        name: [(n, f"{name} {n}") for n in range(1, 11)] for name in ("colours", "sizes", "units", "status")
    }
    codes = {
        "employees": [
            (n, f"E{n:04}", f"Person {n}", some(12), below(n, 5) or None, some(9)) for n in range(1, 61)
        ],
        "customers": [
            (n, f"C{n:05}", f"Customer {n}", f"0571-{n:07}", some(40), f"E{some(60):04}", some(20), some(5), some(90), dice.randint(2001, 2020), some(10))
            for n in range(1, 301)
        ],
        "coupons": [(n, f"C{70000 + n:05}", some(50), some(100)) for n in range(1, 41)],
    }  # fmt: skip
    orders = [
        (n, f"SO{n:06}", some(300) if n % 40 else 900 + n, f"2024-{some(12):02}-{some(28):02}", some(4), some(3), some(6), some(200), some(5000), some(20))
        for n in range(1, 401)
    ]  # fmt: skip
    lines = [(n, line, some(120), some(20), some(99)) for n in range(1, 401) for line in range(1, 1 + n % 4)]
    subjects = {"customer": 300, "order": 400, "product": 120}
    return {
        "regions": [(n, below(n, 4), f"Region {n}") for n in range(1, 41)],
        "departments": [(n, below(n, 3), way(n), f"Department {n}") for n in range(1, 13)],
        **lookups,
        **codes,
        "users": [(n, f"user{n}", n, some(99), some(2)) for n in range(1, 21)],
        "tags": [(n, f"Tag {n}") for n in range(1, 26)],
        "categories": [(n, below(n, 4), f"Category {n}", some(30)) for n in range(1, 31)],
        "products": [
            (n, f"P{n:06}", f"Product {n}", some(30), some(10), few(25, some(4)), some(50), some(20), dice.randint(2010, 2024))
            for n in range(1, 121)
        ],
        "contacts": [(n, some(300), f"Contact {n}", f"139{n:08}", some(3)) for n in range(1, 351)],
        "orders": orders,
        "order_lines": lines,
        "line_events": [(n, *dice.choice(lines)[:2], "packed") for n in range(1, 201)],
        "payments": [(n, f"SO{some(400):06}", some(5000), some(4), f"B{some(90):05}", f"BK{some(9):04}") for n in range(1, 301)],
        "notes": [(n, kind, some(subjects[kind]), f"Note {n}", some(20)) for n in range(1, 241) for kind in [list(subjects)[n % 3]]],
        "attachments": [(n, 1 + n % 2, some(300), f"file{n}.pdf") for n in range(1, 121)],
        "monthly": [(n, 2020 + n // 12, 1 + n % 12, some(300), some(400), "East") for n in range(1, 49)],
    }  # fmt: skip


def create(url: str) -> None:
    """Make the tables in an empty database and fill them."""
    with databases.connect(url) as connection, connection.cursor() as cursor:
        for statement, rows in statements():
            cursor.executemany(statement, rows) if rows else cursor.execute(statement)
        cursor.execute("ANALYZE TABLE " + ", ".join(TABLES))
