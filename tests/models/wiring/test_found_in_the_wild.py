"""Relations as schemas have them that nobody chose: heads and lines, verbs before nouns, slips of the pen, gaps, other languages."""

from __future__ import annotations

import pytest

from models.legacy.facts import TableFacts
from tests.models.wiring.schema import Rows, schema, table
from tests.models.wiring.test_relations import found

COMPANIES = table("companys", "companyId int ! +", "companyName varchar(40)", "createCompany int")
STAFF = table("employees", "employeeId int ! +", "employeeName varchar(20)", "phone varchar(20)")
USERS = table("users", "user_id int ! +", "user_name varchar(20)")


def counted(name: str, first: int, last: int) -> list[dict[str, int]]:
    return [{name: number} for number in range(first, last)]


def test_lines_belong_to_the_head_that_they_are_called_after() -> None:
    heads = [
        table(f"orders_{kind}", "orderId int ! +", "orderNo varchar(20)") for kind in ("in", "out", "back")
    ]
    lines = [
        table(f"orders_{kind}_goods", "id int ! +", "orderId int", "cnt int")
        for kind in ("in", "out", "back")
    ]
    log = table("logs_order", "logId int ! +", "orderId int")
    rows = Rows(
        orders_in=counted("orderId", 1, 9), orders_out=counted("orderId", 1, 9), logs_order=counted("logId", 1, 99),
        orders_out_goods=[{"id": n, "orderId": n} for n in (1, 2, 3)],
    )  # fmt: skip
    assert found(schema(*heads, *lines, log), "orders_out_goods", rows) == {"orderId": "orders_out.orderId"}


def test_a_verb_before_a_table_says_who_did_it() -> None:
    notes = table("messages", "id int ! +", "createCompany int", "fromUser int", "body varchar(99)")
    rows = Rows(
        companys=counted("companyId", 32, 41), users=counted("user_id", 1, 9),
        messages=[{"id": n, "createCompany": 32, "fromUser": 1 + n % 3} for n in range(1, 9)],
    )  # fmt: skip
    assert found(schema(COMPANIES, USERS, notes), "messages", rows) == {
        "createCompany": "companys.companyId", "fromUser": "users.user_id",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("target", "column"),
    [
        (table("orders_lines", "id int ! +"), "ORDER_LINE_ID"),
        (table("order_acknowledgment", "id int ! +"), "ORDER_ACKNOWLEGMENT_ID"),
        (table("invoices", "id int ! +"), "facture_id"),
        (table("suppliers", "id int ! +"), "proveedor_id"),
        (table("goods_cates", "cateId int ! +", "cateName varchar(9)"), "goodsCateId2"),
    ],
)
def test_words_are_compared_whatever_their_number_spelling_or_language(
    target: TableFacts, column: str
) -> None:
    key = target.primary_key[0]
    rows = Rows(**{target.name: counted(key, 1, 30)}, notes=[{"id": n, column: n} for n in range(1, 20)])
    facts = schema(target, table("notes", "id int ! +", f"{column} int"), table("things", "id int ! +"))
    assert found(facts, "notes", rows) == {column: f"{target.name}.{key}"}


def test_a_short_key_that_only_one_table_has_is_meant() -> None:
    staff = table("staff", "uid int ! +", "realname varchar(20)")
    facts = schema(staff, table("orders", "id int ! +", "uid int"), table("logs", "id int ! +", "uid int"))
    rows = Rows(staff=counted("uid", 1, 8), orders=[{"id": 1, "uid": 3}], logs=[{"id": 1, "uid": 1}])
    assert found(facts, "orders", rows) == {"uid": "staff.uid"}


def test_small_numbers_that_hit_keys_with_gaps_are_no_accident() -> None:
    groups = table("shop_vip_member_group", "id int ! +", "name varchar(9)")
    cards = table("card", "id int ! +", "group_id int")
    dense = Rows(
        shop_vip_member_group=counted("id", 1, 9), card=[{"id": n, "group_id": n} for n in (2, 5, 7)]
    )
    sparse = Rows(
        shop_vip_member_group=[{"id": n} for n in (3, 14, 21, 30, 55)],
        card=[{"id": n, "group_id": key} for n, key in enumerate((14, 30, 55), 1)],
    )
    facts = schema(groups, cards, table("other", "id int ! +"))
    assert found(facts, "card", dense) == {}
    assert found(facts, "card", sparse) == {"group_id": "shop_vip_member_group.id"}


def test_one_drawn_id_proves_what_no_name_says() -> None:
    words = table("dic_value", "id char(32) !", "text varchar(40)")
    deals = table("deal", "id char(32) !", "stage varchar(255)", "kind varchar(255)")
    ids = [f"{n:032x}" for n in range(10**30, 10**30 + 4)]
    rows = Rows(
        dic_value=[{"id": one} for one in ids], deal=[{"id": "f" * 32, "stage": ids[2], "kind": "new"}]
    )
    assert found(schema(words, deals), "deal", rows) == {"stage": "dic_value.id"}


def test_who_checks_may_be_an_account_where_the_staff_denies_it() -> None:
    orders = [table(f"{kind}_order", "id int ! +", "reviewer int") for kind in ("in", "out", "back")]
    lines = {
        f"{kind}_order": [{"id": 1, "reviewer": 1}, {"id": 2, "reviewer": 2}]
        for kind in ("in", "out", "back")
    }
    rows = Rows(employees=counted("employeeId", 11, 20), users=counted("user_id", 1, 9), **lines)
    assert found(schema(STAFF, USERS, *orders), "out_order", rows) == {"reviewer": "users.user_id"}


def test_one_value_proves_little_where_other_tables_have_theirs_elsewhere() -> None:
    chiefs = table("attend_manager", "MANAGER_ID int !")
    tables = [table(name, "id int ! +", "manager_id int") for name in ("calls", "visits", "deals")]
    rows = Rows(
        attend_manager=[{"MANAGER_ID": 1}], users=counted("user_id", 1, 90), calls=[{"id": 1, "manager_id": 1}],
        visits=[{"id": n, "manager_id": 20 + n} for n in range(9)], deals=[{"id": n, "manager_id": 50 + n} for n in range(9)],
    )  # fmt: skip
    assert found(schema(chiefs, USERS, *tables), "calls", rows) == {"manager_id": "users.user_id"}


def test_texts_with_the_names_of_enough_accounts_name_people() -> None:
    accounts = table("user", "USER_ID varchar(50) !", "USER_NAME varchar(20)")
    assets = table("asset", "id int ! +", "ZCGLY varchar(20)", "colour varchar(20)")
    names = ["admin", "anna_b", "chen01", "demba", "erik_w", "fatou"]
    rows = Rows(
        user=[{"USER_ID": name} for name in names],
        asset=[{"id": n, "ZCGLY": names[n % 6], "colour": ["red", "blue"][n % 2]} for n in range(1, 12)],
    )
    assert found(schema(accounts, assets), "asset", rows) == {"ZCGLY": "user.USER_ID"}


def test_a_column_that_the_other_table_has_too_does_not_lead_to_its_key() -> None:
    steps = table("work_flow", "id int ! +", "flowId int", "stepName varchar(20)")
    fields = table("work_field", "fieldId int ! +", "flowId int")
    rows = Rows(
        work_flow=[{"id": n, "flowId": 1 + n % 2} for n in range(1, 9)],
        work_field=[{"fieldId": n, "flowId": 1 + n % 2} for n in range(1, 9)],
    )
    assert found(schema(steps, fields, table("x", "id int ! +")), "work_field", rows) == {}


def test_terms_of_a_company_are_not_the_company() -> None:
    companies = table("companies", "id int ! +", "label varchar(20)")
    quotes = table("quote", "id int ! +", "COMPANY_ID int", "COND_REG_COMPANY_ID int")
    rows = Rows(
        companies=counted("id", 1, 99),
        quote=[{"id": n, "COMPANY_ID": 60 + n, "COND_REG_COMPANY_ID": 3 + n % 6} for n in range(1, 20)],
    )
    assert found(schema(companies, quotes), "quote", rows) == {"COMPANY_ID": "companies.id"}


def test_orphans_are_believed_where_the_name_is_plain_and_other_tables_agree() -> None:
    tables = [table(name, "id int ! +", "customer_id int") for name in ("calls", "visits", "deals")]
    customers = table("customers", "id int ! +", "name varchar(20)", "phone varchar(20)")
    rows = Rows(
        customers=counted("id", 60, 120), calls=[{"id": n, "customer_id": n} for n in (15, 19)],
        visits=[{"id": n, "customer_id": 60 + n} for n in range(9)], deals=[{"id": n, "customer_id": 90 + n} for n in range(9)],
    )  # fmt: skip
    assert found(schema(customers, *tables), "calls", rows) == {"customer_id": "customers.id"}


def test_a_text_that_is_called_like_a_table_holds_its_code_and_not_its_name() -> None:
    areas = table("areas", "areacode char(3) !", "areadescription varchar(25)")
    branches = table("branches", "branchcode varchar(10) !", "area char(3)", "town varchar(20)")
    towns = table("towns", "id varchar(20) !")
    rows = Rows(
        areas=[{"areacode": code} for code in ("FL", "TR", "WA")], towns=[{"id": "T1"}, {"id": "T2"}],
        branches=[{"branchcode": f"B{n}", "area": ("FL", "TR")[n % 2], "town": ("Bern", "Oslo")[n % 2]} for n in range(6)],
    )  # fmt: skip
    assert found(schema(areas, branches, towns), "branches", rows) == {"area": "areas.areacode"}


def test_a_prefix_without_a_separator_is_none_of_the_subject() -> None:
    tables = [table(name, "id int ! +", "name varchar(20)") for name in ("sysrole", "sysmenu", "sysuser")]
    facts = schema(
        *tables,
        table("user_role", "id int ! +", "userId int", "role_id int"),
        table("systypes", "id int ! +"),
    )
    rows = Rows(
        sysrole=counted("id", 1, 9), sysuser=counted("id", 1, 30), sysmenu=counted("id", 1, 30),
        user_role=[{"id": n, "userId": n, "role_id": 1 + n % 6} for n in range(1, 20)],
    )  # fmt: skip
    assert found(facts, "user_role", rows) == {"userId": "sysuser.id", "role_id": "sysrole.id"}


def test_values_decide_between_keys_that_are_called_alike() -> None:
    kinds = [
        table(name, "categoryid char(6) !", "label varchar(20)")
        for name in ("stockcategory", "assetcategory")
    ]
    parts = table("stockmaster", "stockid varchar(20) !", "categoryid varchar(6)")
    rows = Rows(
        stockcategory=[{"categoryid": f"AIR{n}"} for n in range(5)], assetcategory=[{"categoryid": "PLANT"}],
        stockmaster=[{"stockid": f"S{n}", "categoryid": f"AIR{n % 4}"} for n in range(9)],
    )  # fmt: skip
    assert found(schema(*kinds, parts), "stockmaster", rows) == {"categoryid": "stockcategory.categoryid"}
