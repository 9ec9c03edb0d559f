"""The table for people with several roles: what one who holds two finds, and one whom a role denies it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app import accounts
from app.actor import Actor
from app.extensions import services
from app.short_cache import ShortCache
from demo.accounts import DEMO_PASSWORD
from models.grants_store import load, replace
from models.organisation import staff_table
from tests.security.cast import Cast
from tests.security.limits import CREDIT, PHONE, TAX
from tests.security.paths import lines
from tests.security.test_paths import answered, named

ROLES = {"double": ("Sales", "Clerk"), "denied": ("Sales", "Barred")}
"""`double` is the colleague YG0102: own rows by Sales, those of the department by Clerk."""
RULES = {
    "Clerk": {"customers": {"fields": {"SJHM": "masked", "XYED": "hidden", "SWDJH": "read"}}},
    "Barred": {"customers": dict.fromkeys(("see", "create", "change", "delete", "export"), "nobody")},
}
TABLE = """
doub deni x x x x x x
ou   404 . . . . . . GET /data/customers/list/?filter={codes}
ou   404 . . . . . . GET /data/customers/list/?sort=-KHMC&filter={codes}&columns=KHBH
ou   404 . . . . . . GET /data/customers/export/?kind=csv&filter={codes}
ou   404 . . . . . . GET /api/v1/data/customers/?filter={codes}
ou   404 . . . . . . GET /data/customers/list/?q={code}
ou   -   . . . . . . GET /search?q={code}
ou   404 . . . . . . GET /data/customers/show/{customers}
ou   404 . . . . . . GET /data/customers/history/{customers}
ou   404 . . . . . . GET /data/customers/related/{customers}/orders/KHBH
ou   404 . . . . . . GET /data/customers/edit/{customers}
ou   404 . . . . . . POST /data/customers/edit/{customers} + row_hash=other&f.KHMC=x
ou   404 . . . . . . GET /data/customers/delete/{customers}
ou   404 . . . . . . POST /data/customers/bulk-edit + token={customers}&field=KHMC&step=preview&f.KHMC=x
ou   404 . . . . . . GET /api/v1/data/customers/{customers}
ou   404 . . . . . . PATCH /api/v1/data/customers/{customers} + KHMC=x
404  404 . . . . . . GET /data/customers/list/?sort=SJHM
404  404 . . . . . . GET /data/customers/list/?sort=XYED
404  404 . . . . . . GET /api/v1/data/customers/?filter={{"field":"XYED","op":"not_null"}}
200  200 . . . . . . GET /data/orders/list/
404  404 . . . . . . GET /api/v1/data/orders/?filter={{"field":"KHBH.XYED","op":"not_null"}}
"""


@pytest.fixture(scope="module")
def several(both: Cast) -> Iterator[Cast]:
    """The two people, and rights that differ between their roles."""
    system = Actor(None, "test", frozenset({"Admin"}))
    with both.app.app_context(), services().engine.begin() as connection:
        before = load(connection)
        for role, places in RULES.items():
            replace(connection, system, {role: {**before.get(role, {}), **places}})
        values = {"phone": PHONE, "credit": CREDIT, "tax": TAX}
        table = f"{services().schema}.T_KHZL"
        for letter in "ou":
            connection.execute(
                text(f"UPDATE {table} SET SJHM=:phone, XYED=:credit, SWDJH=:tax WHERE ID=:id"),
                {**values, "id": both.ids["customers", letter]},
            )
    with both.app.app_context():
        for username, roles in ROLES.items():
            person(both, username, roles)
        services().rooms["policies"] = ShortCache()
    yield both
    with both.app.app_context(), services().engine.begin() as connection:
        replace(connection, system, {"Barred": {}, **before})
        services().rooms["policies"] = ShortCache()


def person(cast: Cast, username: str, roles: tuple[str, ...]) -> None:
    """An account with these roles, who is the colleague of sales_east."""
    manager = cast.app.appbuilder.sm  # type: ignore[attr-defined]
    for role in roles:
        manager.add_role(role)
    accounts.add_account(username, username.title(), "Person", roles[0], DEMO_PASSWORD)
    user = manager.find_user(username=username)
    user.roles = [manager.find_role(role) for role in roles]
    manager.update_user(user)
    if username == "double":
        mine = staff_table.c.code == "YG0102"
        with services().engine.begin() as connection:
            connection.execute(staff_table.update().where(mine).values(user_id=user.id))


@pytest.mark.parametrize("line", lines(TABLE), ids=named)
def test_the_table_of_several_roles(several: Cast, line: Any) -> None:
    cells, what = line
    for actor, expected in zip(ROLES, cells, strict=False):
        assert answered(several, actor, what, expected) == expected, actor


WAYS = [
    "/data/customers/list/?columns=KHBH,SJHM,XYED,SWDJH&q={code}",
    "/data/customers/show/{id}",
    "/data/customers/history/{id}",
    "/data/customers/edit/{id}",
    "/data/customers/export/?kind=csv&columns=KHBH,SJHM,XYED&q={code}",
    "/api/v1/data/customers/{id}",
    "/api/v1/data/customers/?fields=SJHM,XYED&q={code}",
    "/data/customers/add?copy={id}",
]


@pytest.mark.parametrize("way", WAYS)
def test_fields_of_one_role_never_on_rows_of_the_other(several: Cast, way: str) -> None:
    """Only the clerk's role gives the right to export, so that exports hold its fields alone."""
    for letter in "ou":
        number, code = several.ids["customers", letter], several.codes[letter]
        answer = several.get("double", way.format(id=number, code=code))
        body = answer.get_data(as_text=True)
        assert answer.status_code == 200, body[:300]
        shown = {secret for secret in (PHONE, CREDIT, "7,654,321.09") if secret in body}
        if letter == "o":
            assert not shown, "the department's rows come with the clerk's fields"
        elif "history" not in way and "export" not in way:
            assert PHONE in shown, "the own rows come with those of sales"


@pytest.mark.parametrize("name", ["SJHM", "XYED", "SWDJH"])
def test_fields_are_written_on_the_rows_of_their_role(several: Cast, name: str) -> None:
    value = "13700000000" if name == "SJHM" else "5"
    for letter, expected in (("o", 403), ("u", 200)):
        path = f"/api/v1/data/customers/{several.ids['customers', letter]}"
        answer = several.ask("double", "PATCH", path, json={name: value}, headers={"If-Match": "*"})
        assert answer.status_code == expected, answer.get_data(as_text=True)
    with several.app.app_context(), services().engine.begin() as connection:
        put = f"UPDATE {services().schema}.T_KHZL SET SJHM=:phone, XYED=:credit, SWDJH=:tax WHERE ID=:id"
        values = {"phone": PHONE, "credit": CREDIT, "tax": TAX, "id": several.ids["customers", "u"]}
        connection.execute(text(put), values)
