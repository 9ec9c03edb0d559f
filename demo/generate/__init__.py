"""The rows of the demo ERP, table by table, streamed: the same plan gives the same rows on every machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from demo.generate.assets import asset_rows
from demo.generate.base import code_rows, employee_rows, label_rows, log_rows, parameter_rows, unit_rows
from demo.generate.catalogue import product_rows
from demo.generate.contracts import contract_rows
from demo.generate.customers import contact_rows, customer_rows
from demo.generate.orders import line_rows, order_rows, payment_rows
from demo.generate.tickets import ticket_rows
from demo.generate.world import World
from demo.plan import Plan

__all__ = ["GENERATORS", "World", "expected", "rows"]

GENERATORS: dict[str, Callable[[World], Iterator[tuple[object, ...]]]] = {
    "T_ZZJG": unit_rows,
    "T_YGDA": employee_rows,
    "T_ZDB": code_rows,
    "T_SJZD": label_rows,
    "T_XTCS": parameter_rows,
    "T_CPZL": product_rows,
    "T_KHZL": customer_rows,
    "T_KHLXR": contact_rows,
    "T_DDZB": order_rows,
    "T_DDMX": line_rows,
    "T_SKDJ": payment_rows,
    "T_HTZB": contract_rows,
    "T_ZCDA": asset_rows,
    "T_GDZB": ticket_rows,
    "T_CZRZ": log_rows,
}
"""One generator for each table, parents before children; a row's values stand in the order of the columns."""


def rows(table: str, world: World) -> Iterator[tuple[object, ...]]:
    """All rows of one table, made while they are read."""
    return GENERATORS[table](world)


def expected(table: str, plan: Plan) -> int:
    """About how many rows a table will have, for progress; 0 for the small tables that take no time."""
    counts = {
        "T_CPZL": plan.products,
        "T_KHZL": plan.customers,
        "T_KHLXR": plan.contacts,
        "T_DDZB": plan.orders,
        "T_DDMX": plan.orders * (plan.most_lines + 1) // 2,
        "T_SKDJ": plan.orders,
        "T_HTZB": plan.contracts,
        "T_ZCDA": plan.assets,
        "T_GDZB": plan.tickets,
        "T_CZRZ": plan.log_entries,
    }
    return counts.get(table, 0)
