"""Fields that some may not see or change: a hidden, a masked and a read-only one, with values that are easy to find."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, text

from app.extensions import services
from app.short_cache import ShortCache
from models.policy import right_table
from models.roles import ENGINEER, MANAGER, SALES, limit_field
from tests.security.cast import Cast

HIDDEN, MASKED, READ = "XYED", "SJHM", "SWDJH"
PHONE, CREDIT, TAX = "13912345678", "7654321.09", "TAX-ONLY-READ"
API = "/api/v1/data/customers/"
LIST = "/data/customers/list/?"


def limit(cast: Cast) -> None:
    """The credit limit is hidden from salespeople and managers, the phone masked, the tax number not to be changed."""
    with cast.app.app_context(), services().engine.begin() as connection:
        for role in (SALES, MANAGER):
            limit_field(connection, role, "customers", HIDDEN, "hidden")
            limit_field(connection, role, "customers", MASKED, "masked")
            limit_field(connection, role, "customers", READ, "read")
        limit_field(connection, SALES, "orders", "KHBH", "masked")
        limit_field(connection, ENGINEER, "service-tickets", "BT", "hidden")
        connection.execute(
            text(f"UPDATE {services().schema}.T_KHZL SET XYED=:credit, SJHM=:phone, SWDJH=:tax WHERE ID=:id"),
            {"credit": CREDIT, "phone": PHONE, "tax": TAX, "id": own(cast)},
        )
        services().rooms["policies"] = ShortCache()


def lift(cast: Cast) -> None:
    """Everything is open again."""
    with cast.app.app_context(), services().engine.begin() as connection:
        connection.execute(delete(right_table))
        services().rooms["policies"] = ShortCache()


def own(cast: Cast) -> str:
    """The customer of sales_east."""
    return cast.ids["customers", "o"]


def stored(cast: Cast) -> Any:
    """That row as it is, and how many there are."""
    with cast.app.app_context(), services().engine.connect() as connection:
        table = f"{services().schema}.T_KHZL"
        row = text(f"SELECT ID, KHMC, XYED, SJHM, SWDJH, SCBZ FROM {table} WHERE ID=:id")
        count = connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar()
        return tuple(connection.execute(row, {"id": own(cast)}).one()), count
