"""Relations told by parts of names, by the same column elsewhere, by dictionaries, and by numbers kept in texts."""

from __future__ import annotations

import pytest

from fields import best_kind
from models.wiring.infer import infer
from tests.models.wiring.schema import Rows, schema, table
from tests.models.wiring.test_relations import found
from tests.models.wiring.test_special_relations import special

LARGE = 1_828_364_988_754_595_841


def numbered(count: int, first: int = 1, **more: object) -> list[dict[str, object]]:
    return [{"id": first + number, **more} for number in range(count)]


def test_a_name_without_separators_is_read_as_the_two_tables_that_it_ties() -> None:
    facts = schema(
        table("employee", "id int ! +", "name varchar(9)"),
        table("salary", "id int ! +", "bonus int"),
        table("empsalary", "id int ! +", "eid int", "sid int"),
    )
    rows = Rows(
        employee=numbered(30),
        salary=numbered(3),
        empsalary=[{"id": n, "eid": n, "sid": n % 3 + 1} for n in range(1, 20)],
    )
    assert found(facts, "empsalary", rows) == {"eid": "employee.id", "sid": "salary.id"}


def test_a_line_leads_to_the_table_whose_name_it_begins_with() -> None:
    facts = schema(
        table("quick_entries", "id int ! +", "text varchar(9)"),
        table("quick_entry_lines", "id int ! +", "qid int"),
    )
    rows = Rows(quick_entries=numbered(3), quick_entry_lines=[{"id": n, "qid": n % 3 + 1} for n in range(6)])
    assert found(facts, "quick_entry_lines", rows) == {"qid": "quick_entries.id"}


def test_in_a_table_called_like_two_others_missing_rows_are_orphans() -> None:
    facts = schema(
        table("sys_role", "role_id int ! +", "name varchar(9)"),
        table("sys_menu", "menu_id int ! +", "name varchar(9)"),
        table("sys_role_menu", "id int ! +", "role_id int", "menu_id int"),
        table("sys_log", "id int ! +", "role_id int"),
    )
    some = [{"id": n, "role_id": n, "menu_id": n} for n in range(1, 30)]
    rows = Rows(
        sys_role=[{"role_id": 1}],
        sys_menu=[{"menu_id": n} for n in range(1, 30)],
        sys_role_menu=some,
        sys_log=some,
    )
    assert found(facts, "sys_role_menu", rows) == {
        "role_id": "sys_role.role_id",
        "menu_id": "sys_menu.menu_id",
    }
    assert found(facts, "sys_log", rows) == {}


def test_a_name_that_ends_like_a_key_of_one_table_leads_there() -> None:
    facts = schema(
        table("chart_master", "account_code varchar(15) !", "account_name varchar(60)"),
        table("locations", "loc_code varchar(5) !", "name varchar(60)"),
        table("pur_line", "po_item int ! +", "text varchar(60)"),
        table(
            "stock",
            "id int ! +",
            "sales_account varchar(15)",
            "default_location varchar(5)",
            "po_item_id int",
        ),
    )
    rows = Rows(
        chart_master=[{"account_code": str(code)} for code in range(1000, 1090)],
        locations=[{"loc_code": "DEF"}],
        pur_line=[{"po_item": n} for n in range(1, 9)],
        stock=[
            {"id": n, "sales_account": str(1000 + n), "default_location": "DEF", "po_item_id": n}
            for n in range(1, 5)
        ],
    )
    assert found(facts, "stock", rows) == {
        "sales_account": "chart_master.account_code",
        "default_location": "locations.loc_code",
        "po_item_id": "pur_line.po_item",
    }


def test_a_tables_own_key_leads_nowhere_though_it_ends_like_another() -> None:
    facts = schema(
        table("sys_config", "config_id int ! +", "name varchar(9)"),
        table("sys_oss_config", "oss_config_id int !", "name varchar(9)"),
    )
    rows = Rows(
        sys_config=[{"config_id": n} for n in range(1, 9)],
        sys_oss_config=[{"oss_config_id": n} for n in range(1, 5)],
    )
    assert found(facts, "sys_oss_config", rows) == {}


def test_what_a_comment_says_holds_for_the_same_column_elsewhere() -> None:
    facts = schema(
        table("employee", "id int ! +", "name varchar(9)", comment="员工"),
        table("training", "id int ! +", "eid int # 员工编号"),
        table("prize", "id int ! +", "eid int"),
    )
    rows = Rows(employee=numbered(30), prize=[{"id": n, "eid": n} for n in range(1, 20)])
    assert found(facts, "prize", rows) == {"eid": "employee.id"}


def test_a_key_of_one_of_two_tables_leads_to_neither_by_its_comment() -> None:
    facts = schema(
        table("employee", "id int ! +", "name varchar(9)", comment="员工"),
        table("unit", "id int ! +", "name varchar(9)", comment="部门"),
        table("notice", "id int ! +", "data_id int # 员工or部门id"),
    )
    rows = Rows(employee=numbered(9), unit=numbered(9), notice=[{"id": 1, "data_id": 3}])
    assert found(facts, "notice", rows) == {}


@pytest.mark.parametrize(
    "column", ["create_user_name varchar(50)", "create_user_type int", "creator_dept int # 创建人部门"]
)
def test_what_is_said_about_a_person_is_no_person(column: str) -> None:
    facts = schema(
        table("employee", "id int ! +", "login varchar(50)", unique=[["login"]]),
        table("page", "id int ! +", column),
    )
    assert found(facts, "page") == {}


def test_a_table_called_just_like_the_column_is_meant_rather_than_the_staff() -> None:
    facts = schema(
        table("users", "id int ! +", "name varchar(9)"),
        table("salesman", "code int ! +", "name varchar(9)"),
        table("branch", "id int ! +", "salesman int"),
    )
    rows = Rows(
        users=numbered(9), salesman=[{"code": n} for n in range(1, 9)], branch=[{"id": 1, "salesman": 1}]
    )
    assert found(facts, "branch", rows) == {}
    assert found(facts, "branch", rows, least=0.6) == {"salesman": "salesman.code"}


def test_a_composite_key_that_is_called_alike_and_matches_is_found() -> None:
    facts = schema(
        table(
            "cust_branch",
            "branch_code int !",
            "debtor_no int !",
            "name varchar(9)",
            key=["branch_code", "debtor_no"],
        ),
        table("sales_order", "order_ref int ! +", "branch_code int", "debtor_no int"),
    )
    pairs = [{"branch_code": n, "debtor_no": n % 3} for n in range(1, 9)]
    rows = Rows(cust_branch=pairs, sales_order=[{"order_ref": n, **pair} for n, pair in enumerate(pairs)])
    assert found(facts, "sales_order", rows) == {"branch_code,debtor_no": "cust_branch.branch_code,debtor_no"}


def test_a_number_kept_in_a_text_is_a_list_of_one() -> None:
    facts = schema(
        table("item_category", "id bigint ! +", "name varchar(9)"),
        table(
            "item", "id bigint ! +", "item_category varchar(20)", "status varchar(20)", "cat_code varchar(20)"
        ),
    )
    rows = Rows(
        item_category=numbered(9, LARGE),
        item=[
            {"id": n, "item_category": str(LARGE + n), "status": str(n % 3), "cat_code": f"0{n}"}
            for n in range(1, 9)
        ],
    )
    assert special(facts, "item", rows) == {("item_category", "item_category", None, ",")}
    assert found(facts, "item", rows) == {"item_category": "item_category.id"}


def test_codes_of_a_type_are_read_in_the_dictionary_that_explains_them() -> None:
    facts = schema(
        table("crm_customer", "id int ! +", "name varchar(9)", comment="客户表"),
        table("crm_order", "id int ! +", "no varchar(9)", comment="订单表"),
        table("note", "id int ! +", "biz_type int", "biz_id int"),
        table("dict", "dict_type varchar(20)", "dict_value varchar(9)", "dict_label varchar(20)", key="none"),
    )
    rows = Rows(
        crm_customer=numbered(9),
        crm_order=numbered(9, 50),
        dict=[
            {"dict_type": "biz_type", "dict_value": "7", "dict_label": "客户"},
            {"dict_type": "biz_type", "dict_value": "8", "dict_label": "订单"},
        ],
        note=[{"id": n, "biz_type": 7 + n % 2, "biz_id": n if n % 2 == 0 else 50 + n} for n in range(1, 9)],
    )
    relations = infer(facts, best_kind, rows)["note"].relations  # type: ignore[arg-type]
    assert {(one.target_table, one.relation.when["biz_type"]) for one in relations if one.is_ticked} == {
        ("crm_customer", 7), ("crm_order", 8),
    }  # fmt: skip


def test_drawn_ids_tell_the_table_of_a_type_that_nothing_explains() -> None:
    facts = schema(
        table("house", "id bigint ! +", "name varchar(9)"),
        table("garden", "id bigint ! +", "name varchar(9)"),
        table("photo", "id int ! +", "object_type int", "object_id bigint"),
    )
    rows = Rows(
        house=numbered(9, LARGE),
        garden=numbered(9, LARGE + 500),
        photo=[
            {"id": n, "object_type": n % 2, "object_id": LARGE + (n % 2) * 500 + n % 9} for n in range(1, 18)
        ],
    )
    assert special(facts, "photo", rows) == {("object_id", "house", 0, ""), ("object_id", "garden", 1, "")}
    small = Rows(
        house=numbered(9),
        garden=numbered(9),
        photo=[{"id": n, "object_type": n % 2, "object_id": n % 9} for n in range(1, 18)],
    )
    assert special(facts, "photo", small) == set()


def test_one_drawn_id_proves_what_a_name_says_and_a_counted_number_does_not() -> None:
    facts = schema(
        table("user", "uid varchar(32) !", "name varchar(9)"),
        table("note", "id int ! +", "user_uid varchar(32)"),
    )
    drawn = [f"{n:032x}" for n in range(1000, 1010)]
    rows = Rows(
        user=[{"uid": drawn[0]}], note=[{"id": n, "user_uid": value} for n, value in enumerate(drawn)]
    )
    assert found(facts, "note", rows) == {"user_uid": "user.uid"}
    facts = schema(table("user", "id int ! +", "name varchar(9)"), table("note", "id int ! +", "user_id int"))
    counted = Rows(user=[{"id": 1}], note=[{"id": n, "user_id": n} for n in range(1, 11)])
    assert found(facts, "note", counted) == {}


def test_drawn_ids_tell_which_of_two_tables_of_people_is_meant() -> None:
    facts = schema(
        table("t_admin", "uid varchar(32) !", "name varchar(9)"),
        table("t_user", "uid varchar(32) !", "name varchar(9)"),
        table("t_note", "uid varchar(32) !", "create_by_uid varchar(32)"),
    )
    rows = Rows(
        t_admin=[{"uid": f"{n:032x}"} for n in range(3)],
        t_user=[{"uid": f"{n:032x}"} for n in range(100, 103)],
        t_note=[{"uid": f"{n + 900:032x}", "create_by_uid": f"{1:032x}"} for n in range(3)],
    )
    assert found(facts, "t_note", rows) == {"create_by_uid": "t_admin.uid"}


def test_the_key_of_a_table_that_adds_to_another_leads_there() -> None:
    facts = schema(
        table("item", "id bigint ! +", "title varchar(9)"),
        table("item_desc", "item_id bigint !", "text text"),
        table("order_item", "id varchar(20) !", "item_id bigint"),
    )
    rows = Rows(
        item=numbered(30),
        item_desc=[{"item_id": n} for n in range(1, 20)],
        order_item=[{"id": str(n), "item_id": n} for n in range(1, 9)],
    )
    assert found(facts, "item_desc", rows) == {"item_id": "item.id"}
    assert found(facts, "order_item", rows) == {"item_id": "item.id"}


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("avatar bigint # 头像，存的为文件id", "file_info.id"),
        ("to_uid bigint # 回复某条评论的uid", "remark.id"),
        ("picture varchar(99) # 图片，存储路径", None),
    ],
)
def test_what_a_comment_says_is_kept_there(column: str, target: str | None) -> None:
    facts = schema(
        table("file_info", "id bigint ! +", "name varchar(9)", comment="文件信息"),
        table("remark", "id bigint ! +", "text varchar(9)", column, comment="评论表"),
    )
    name = column.split(maxsplit=1)[0]
    rows = Rows(file_info=numbered(30), remark=[{"id": n, name: n} for n in range(1, 20)])
    assert found(facts, "remark", rows) == ({name: target} if target else {})


def test_a_tree_may_be_called_after_its_own_table() -> None:
    facts = schema(table("category", "category_id int ! +", "category_pid int", "name varchar(9)"))
    rows = Rows(category=[{"category_id": n, "category_pid": n // 2} for n in range(1, 20)])
    assert found(facts, "category", rows) == {"category_pid": "category.category_id"}


def test_the_table_whose_name_a_table_begins_with_is_the_nearest() -> None:
    facts = schema(
        table("shipping_templates", "id int ! +", "name varchar(9)"),
        table("mail_template", "id int ! +", "name varchar(9)"),
        table("shipping_templates_free", "id int ! +", "temp_id int"),
    )
    rows = Rows(
        shipping_templates=numbered(9),
        mail_template=numbered(9),
        shipping_templates_free=[{"id": n, "temp_id": n} for n in range(1, 8)],
    )
    assert found(facts, "shipping_templates_free", rows) == {"temp_id": "shipping_templates.id"}


def test_two_words_may_be_written_as_one_at_the_end_of_the_tables_name() -> None:
    facts = schema(
        table("act_procdef_info", "id varchar(64) !", "text varchar(9)"),
        table("act_re_procdef", "id varchar(64) !", "name varchar(9)"),
        table("act_task", "id varchar(64) !", "proc_def_id varchar(64)"),
    )
    rows = Rows(act_re_procdef=[{"id": "leave:1:4"}], act_task=[{"id": "7", "proc_def_id": "leave:1:4"}])
    assert found(facts, "act_task", rows) == {"proc_def_id": "act_re_procdef.id"}


def test_yes_and_no_may_stand_in_the_middle_of_a_name() -> None:
    facts = schema(
        table("comment", "comment_id int ! +", "text varchar(9)"),
        table("article", "article_id int ! +", "article_is_comment int"),
    )
    rows = Rows(
        comment=[{"comment_id": n} for n in range(1, 9)],
        article=[{"article_id": n, "article_is_comment": 1} for n in range(1, 9)],
    )
    assert found(facts, "article", rows, least=0.5) == {}
