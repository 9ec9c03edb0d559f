"""The demo accounts stand on employees that exist, and each sees something of its own."""

import pytest

from demo.accounts import ACCOUNTS, ENGINEER, Account
from demo.organisation import region_heads, region_units, units
from tests.demo.conftest import Erp

BY_NAME = {account.username: account for account in ACCOUNTS}
EVERY_ACCOUNT = pytest.mark.parametrize("account", ACCOUNTS, ids=BY_NAME)


@EVERY_ACCOUNT
def test_the_employee_exists_with_this_name_unit_and_superior(erp: Erp, account: Account) -> None:
    sql = f"SELECT XM, YWM, BMBH, SJYG, DLZH, ZZBZ FROM T_YGDA WHERE YGBH = '{account.employee}'"
    expected = (account.name_zh, account.name_en, account.unit, account.superior, account.username, "Y")
    assert erp.rows(sql) == [expected]


def test_every_role_has_an_account() -> None:
    assert {account.role for account in ACCOUNTS} == {
        "administrator", "it", "executive", "manager", "sales", "clerk", "engineer",
    }  # fmt: skip
    assert len({account.employee for account in ACCOUNTS}) == len(BY_NAME) == len(ACCOUNTS)


@pytest.mark.parametrize("name", ["sales_east", "sales_east2", "sales_west"])
def test_salespeople_own_customers_orders_and_contracts(erp: Erp, name: str) -> None:
    owner = BY_NAME[name].employee
    for table, least in (("T_KHZL", 100), ("T_DDZB", 300), ("T_HTZB", 20)):
        assert int(str(erp.value(f"SELECT count(*) FROM {table} WHERE YWY = '{owner}'"))) > least


@pytest.mark.parametrize(
    ("manager", "staff"),
    [("manager_east", ["sales_east", "sales_east2", "clerk", "engineer"]), ("manager_west", ["sales_west"])],
)
def test_a_regional_managers_unit_contains_the_staff_and_their_customers(
    erp: Erp, manager: str, staff: list[str]
) -> None:
    head = BY_NAME[manager]
    assert head.employee in region_heads().values()
    assert erp.value(f"SELECT FZR FROM T_ZZJG WHERE BMBH = '{head.unit}'") == head.employee
    for name in staff:
        person = BY_NAME[name]
        assert person.superior == head.employee
        assert erp.value(f"SELECT SJBH FROM T_ZZJG WHERE BMBH = '{person.unit}'") == head.unit


def test_the_clerk_and_two_salespeople_share_a_department_but_no_customer(erp: Erp) -> None:
    east, second, clerk = (BY_NAME[name] for name in ("sales_east", "sales_east2", "clerk"))
    assert east.unit == second.unit == clerk.unit
    assert east.employee != second.employee
    assert int(str(erp.value(f"SELECT count(*) FROM T_KHZL WHERE BMBH = '{clerk.unit}'"))) > 1_000


def test_the_engineer_has_open_and_closed_tickets(erp: Erp) -> None:
    counts = dict(erp.rows(f"SELECT GBSJ IS NULL, count(*) FROM T_GDZB WHERE CLR = '{ENGINEER}' GROUP BY 1"))
    assert counts[1] >= 10
    assert counts[0] > 100


def test_the_tree_has_the_promised_shape() -> None:
    levels = [unit.level for unit in units()]
    assert [levels.count(level) for level in "1234"] == [1, 3, 8, 40]
    codes = [unit.code for unit in units()]
    assert len(set(codes)) == len(codes)
    assert all(unit.parent is None or codes.index(unit.parent) < place for place, unit in enumerate(units()))
    assert region_units()["HD"] == BY_NAME["manager_east"].unit
