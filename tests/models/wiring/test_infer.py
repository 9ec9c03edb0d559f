"""Whole suggestions: titles, codes, roles, flags, dictionaries, scope, what a list shows."""

from dataclasses import replace
from typing import Any

import pytest

from fields import best_kind
from models.legacy.facts import TableFacts
from models.wiring.hints import hint
from models.wiring.infer import infer, wiring_of
from models.wiring.nouns import Entity, Label, Wiring
from models.wiring.trim import trimmed
from tests.models.wiring.schema import Rows, column, schema, table


def entities(*tables: TableFacts, samples: Any = None) -> dict[str, Entity]:
    return {name: s.entity for name, s in infer(schema(*tables), best_kind, samples).items()}


def test_title_code_and_role_of_a_customer_table() -> None:
    made = entities(
        table(
            "customers",
            "id int ! +",
            "no varchar(20) !",
            "company varchar(50)",
            "phone varchar(20)",
            unique=[["no"]],
        )
    )["customers"]
    assert (made.title, made.code, made.role) == ("company", "no", "customer")
    assert made.fields["phone"].kind == "phone"
    assert made.fields["id"].read_only == "key"
    assert made.label == Label("Customers", "客户")


def test_orders_are_called_by_their_number_and_people_by_their_name() -> None:
    made = entities(
        table("orders", "id int ! +", "order_sn varchar(20)", "ship_name varchar(50)", "order_date date"),
        table("users", "id int ! +", "username varchar(50)", "mobile varchar(20)"),
        table("zh_user", "id int ! +", "login_name varchar(50) # 登录名", "username varchar(50) # 用户姓名"),
    )
    assert made["orders"].title == "order_sn"
    assert made["users"].title == "username"
    assert made["zh_user"].title == "username"


def test_a_postcode_is_no_code_and_a_foreign_code_neither() -> None:
    made = entities(
        table(
            "customers",
            "id int ! +",
            "name varchar(20)",
            "zip_postal_code varchar(15)",
            indexed=["zip_postal_code"],
        ),
        table("T_KH", "KHBH varchar(10) !", "KHMC varchar(50)"),
        table("T_LXR", "ID int ! +", "XM varchar(20)", "KHBH varchar(10)", indexed=["KHBH"]),
    )
    assert made["customers"].code == ""
    assert made["T_LXR"].code == ""


def test_details_types_and_logs_have_no_role() -> None:
    made = entities(
        table("order", "id int ! +", "amount decimal(10,2)", "created_at datetime"),
        table("order_item", "id int ! +", "order_id int"),
        table("order_type", "id int ! +", "name varchar(20)"),
        table("order_log", "id int ! +", "order_id int"),
        table("issue", "id int ! +", "question varchar(90)", comment="常见问题表"),
    )
    assert {name: e.role for name, e in made.items() if e.role != "other"} == {"order": "order"}


def test_without_customers_the_users_of_a_shop_are_its_customers() -> None:
    made = entities(
        table("mall_user", "id int ! +", "username varchar(60)", "mobile varchar(20)"),
        table("mall_admin", "id int ! +", "username varchar(60)"),
        table("mall_order", "id int ! +", "user_id int", "order_sn varchar(20)", "add_time datetime"),
    )
    assert (made["mall_user"].role, made["mall_admin"].role) == ("customer", "employee")


def test_in_a_help_desk_the_users_beside_the_staff_are_its_customers() -> None:
    made = entities(
        table("ost_user", "id int ! +", "name varchar(60)"),
        table("ost_user_email", "id int ! +", "user_id int"),
        table("ost_staff", "staff_id int ! +", "lastname varchar(60)"),
        table("ost_ticket", "ticket_id int ! +", "user_id int", "staff_id int", "number varchar(20)"),
    )
    roles = {name: e.role for name, e in made.items() if e.role != "other"}
    assert roles == {"ost_user": "customer", "ost_staff": "employee", "ost_ticket": "ticket"}


def test_scope_comes_from_relations() -> None:
    people = table("employee", "code varchar(10) !", "name varchar(20)", "dept_id int")
    dept = table("dept", "id int ! +", "name varchar(20)", "parent_id int")
    orders = table(
        "order", "id int ! +", "owner varchar(10)", "creator varchar(10)", "dept_id int", "order_date date"
    )
    lines = table("order_line", "id int ! +", "order_id int", "qty int")
    codes = [f"YG{number:04}" for number in range(1, 40)]
    rows = Rows(
        employee=[{"code": code, "dept_id": 1} for code in codes],
        dept=[{"id": n, "parent_id": 1} for n in range(1, 9)],
        order=[
            {"id": n, "owner": code, "creator": code, "dept_id": 1 + n % 8} for n, code in enumerate(codes)
        ],
        order_line=[{"id": n, "order_id": n} for n in range(30)],
    )
    made = entities(people, dept, orders, lines, samples=rows)
    assert (made["order"].owner, made["order"].unit) == ("owner", "dept_id")
    assert made["order_line"].parent == "order_id"
    assert made["employee"].unit == "dept_id"


def test_secrets_are_left_out() -> None:
    made = entities(
        table("users", "id int ! +", "name varchar(20)", "password varchar(100)", "api_token varchar(64)")
    )
    assert list(made["users"].fields) == ["id", "name"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deleted tinyint(1) !", {"field": "deleted", "deleted": 1, "live": 0}),
        (
            "del_flag char(1) # 删除标志（0代表存在 2代表删除）",
            {"field": "del_flag", "deleted": "2", "live": "0"},
        ),
        ("SCBZ char(1) !", {"field": "SCBZ", "deleted": "1", "live": "0"}),
        ("delivered tinyint(1)", {}),
        ("deleted_at datetime", {}),
    ],
)
def test_delete_flags(text: str, expected: dict[str, Any]) -> None:
    made = entities(table("things", "id int ! +", "name varchar(20)", text))["things"]
    assert dict(made.delete_flag) == expected


@pytest.mark.parametrize(
    ("text", "values", "kind", "settings"),
    [
        ("a char(1)", ["Y", "N"], "", {"true": "Y", "false": "N"}),
        ("is_open varchar(1)", ["1", "0"], "", {"true": "1", "false": "0"}),
        ("grade char(1)", ["1", "0"], "", {}),
        ("order_date int", [20240101, 20231231], "yyyymmdd", {}),
        ("order_date int", [20241301], "", {}),
        ("created_at int", [1_700_000_000], "epoch", {"unit": "s"}),
        ("update_time bigint", [1_700_000_000_123], "epoch", {"unit": "ms"}),
        ("quantity int", [1_700_000_000], "", {}),
        ("is_hot int", [0, 1], "boolean", {"true": "1", "false": "0"}),
        ("score int # 评分", [1, 5, 3], "rating", {"max": 5}),
        ("rate decimal(5,2) # 折扣率(%)", [], "percent", {}),
    ],
)
def test_values_tell_what_a_type_does_not(
    text: str, values: list[Any], kind: str, settings: dict[str, Any]
) -> None:
    told = hint(column(text), values)
    assert (told.kind, told.settings) == (kind, settings)


def test_comment_codes_that_the_data_contradicts_are_dropped() -> None:
    described = column("status int # 状态 1启用 2停用")
    assert "options" in hint(described, [1, 2]).settings
    assert hint(described, [10, 20, 30]).settings == {}


DATA_DICTIONARY = table(
    "T_SJZD",
    "BM varchar(30) !",
    "LM varchar(30) !",
    "ZW varchar(60)",
    "YW varchar(60)",
    "LX varchar(10)",
    key=["BM", "LM"],
)
CODES = table(
    "T_ZDB", "LX varchar(10) !", "DM varchar(10) !", "MC varchar(40)", "YWMC varchar(40)", key=["LX", "DM"]
)
CUSTOMERS = table("T_KHZL", "ID int ! +", "KHMC varchar(50)", "DJ char(1)")


def explained() -> Rows:
    words = [
        ("T_KHZL", "*", "客户资料", "Customers", ""),
        ("T_KHZL", "KHMC", "客户名称", "Customer name", ""),
        ("T_KHZL", "DJ", "客户等级", "Grade", "KHDJ"),
        ("T_KHZL", "ID", "内部编号", "Internal number", ""),
        ("T_ZDB", "*", "代码字典", "Codes", ""),
        ("T_ZDB", "MC", "名称", "Label", ""),
        ("T_SJZD", "*", "数据字典", "Dictionary", ""),
    ]
    return Rows(
        T_SJZD=[dict(zip(("BM", "LM", "ZW", "YW", "LX"), row, strict=True)) for row in words],
        T_ZDB=[{"LX": "KHDJ", "DM": code, "MC": f"{code}级", "YWMC": f"Grade {code}"} for code in "ABC"],
        T_KHZL=[{"ID": n, "KHMC": f"k{n}", "DJ": "ABC"[n % 3]} for n in range(9)],
    )


def test_a_data_dictionary_names_tables_and_columns_in_both_languages() -> None:
    made = entities(DATA_DICTIONARY, CODES, CUSTOMERS, samples=explained())["T_KHZL"]
    assert made.label == Label("Customers", "客户资料")
    assert made.name == "customers"
    assert made.fields["DJ"].label == Label("Grade", "客户等级")


def test_a_code_dictionary_explains_a_column() -> None:
    made = entities(DATA_DICTIONARY, CODES, CUSTOMERS, samples=explained())["T_KHZL"]
    assert made.fields["DJ"].kind == "code"
    assert made.fields["DJ"].settings["dictionary"] == {
        "table": "T_ZDB", "code": "DM", "label": "MC", "label_en": "YWMC", "label_zh": "MC", "where": {"LX": "KHDJ"},
    }  # fmt: skip


def test_views_and_tables_without_key_are_read_only_with_the_reason() -> None:
    view = replace(table("v", "id int", key="none"), is_view=True)
    made = infer(schema(view, table("t", "a int", "b int", key="none")), best_kind)
    assert (made["v"].entity.read_only, made["t"].entity.read_only) == ("view", "no-key")
    assert made["t"].entity.key == ()
    assert made["t"].problems == ("no-key",)


def test_lists_show_few_columns_and_no_long_or_system_ones() -> None:
    many = [f"f{number} varchar(20)" for number in range(30)]
    made = entities(table("things", "id int ! +", "name varchar(20)", "note longtext", "status int", *many))[
        "things"
    ]
    listed = [name for name, field in made.fields.items() if field.listed]
    assert {"name", "status"} <= set(listed)
    assert len(listed) <= 7
    assert "note" not in listed
    assert made.fields["f29"].group == "more"


def test_search_looks_at_indexed_or_small_columns_only() -> None:
    big = replace(
        table("things", "id int ! +", "name varchar(20)", "phone varchar(20)", indexed=["phone"]),
        row_estimate=10**7,
    )
    made = entities(big)["things"]
    assert [name for name, field in made.fields.items() if field.searched] == ["phone"]


def test_fields_that_lead_to_an_unpublished_table_become_plain() -> None:
    suggestions = infer(
        schema(
            table("customers", "id int ! +", "name varchar(9)"),
            table("orders", "id int ! +", "customer_id int"),
        ),
        best_kind,
    )
    assert suggestions["orders"].entity.fields["customer_id"].kind == "relation"
    alone = wiring_of(suggestions, best_kind, ["orders"]).entities["orders"]
    assert alone.relations == {}
    assert alone.dormant["customer_id"].target == "customers"
    assert alone.fields["customer_id"].kind == "integer"
    assert "relation" not in alone.fields["customer_id"].settings


def test_a_relation_wakes_up_when_its_table_is_published() -> None:
    suggestions = infer(
        schema(
            table("customers", "id int ! +", "name varchar(9)"),
            table("orders", "id int ! +", "customer_id int"),
        ),
        best_kind,
    )
    alone = wiring_of(suggestions, best_kind, ["orders"])
    both = trimmed(Wiring(0, {**alone.entities, "customers": suggestions["customers"].entity}), best_kind)
    assert both.entities["orders"].relations["customer_id"].target == "customers"
    assert both.entities["orders"].dormant == {}
    assert both.entities["orders"].fields["customer_id"].kind == "relation"


def test_table_names_that_differ_in_case_alone_get_names_of_their_own() -> None:
    made = entities(table("Order", "id int ! +"), table("order", "id int ! +"))
    assert {e.name for e in made.values()} == {"order", "order-2"}


def test_contacts_of_a_table_articles_to_read_and_telephones_in_long_texts() -> None:
    made = entities(
        table("customers", "id int ! +", "name varchar(40)", "phone varchar(255)"),
        table(
            "customers_contact", "id int ! +", "name varchar(40)", "mobile varchar(255)", "email varchar(99)"
        ),
        table("articles", "id int ! +", "title varchar(99)", "author int", "content text"),
        table("orders", "id int ! +", "customer_id int", "order_date date", "prix_vendu decimal(10,3)"),
    )
    assert (made["customers_contact"].role, made["articles"].role) == ("contact", "other")
    assert (
        made["customers"].fields["phone"].kind == made["customers_contact"].fields["mobile"].kind == "phone"
    )
    assert made["orders"].fields["prix_vendu"].kind == "money"
