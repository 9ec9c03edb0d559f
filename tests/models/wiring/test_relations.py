"""Relations from names, comments and values; wrong ones are worse than missing ones."""

from typing import Any

import pytest

from models.legacy.facts import SchemaFacts
from models.wiring.identifiers import common_prefix, without_prefix
from models.wiring.labels import table_label
from models.wiring.relations.find import find_relations
from models.wiring.relations.subjects import SubjectIndex
from tests.models.wiring.schema import Rows, foreign_key, schema, table

CUSTOMERS = table("customers", "id int ! +", "name varchar(50)")


def index_of(facts: SchemaFacts) -> SubjectIndex:
    prefix = common_prefix(facts.tables)
    own = {name: without_prefix(name, prefix) for name in facts.tables}
    return SubjectIndex(
        facts, own, {name: table_label(own[name], t.comment) for name, t in facts.tables.items()}
    )


def found(facts: SchemaFacts, name: str, samples: Any = None, least: float = 0.8) -> dict[str, str]:
    """{column: "table.column"} of the relations that are at least so certain."""
    candidates = find_relations(index_of(facts), facts.tables[name], samples)
    return {
        ",".join(c.columns): f"{c.target.name}.{','.join(c.target_columns)}"
        for c in candidates
        if c.score >= least
    }


@pytest.mark.parametrize(
    "name", ["customer_id", "customerId", "CustomerID", "id_customer", "customerid", "fk_customer"]
)
def test_a_name_that_says_table_and_key_is_enough(name: str) -> None:
    facts = schema(CUSTOMERS, table("orders", "id int ! +", f"{name} int"))
    assert found(facts, "orders") == {name: "customers.id"}


def test_a_column_called_like_a_key_points_at_it() -> None:
    facts = schema(
        table("T_KHZL", "ID int ! +", "KHBH varchar(10) !", unique=[["KHBH"]]),
        table("T_DDZB", "DDH varchar(16) !", "KHBH varchar(10)"),
    )
    assert found(facts, "T_DDZB") == {"KHBH": "T_KHZL.KHBH"}


def test_generic_names_and_other_types_point_nowhere() -> None:
    facts = schema(
        table("roles", "id int ! +", "code varchar(20)", "name varchar(20)", unique=[["code"], ["name"]]),
        table(
            "things",
            "id int ! +",
            "code varchar(20)",
            "name varchar(20)",
            "role_id varchar(36)",
            "roles datetime",
        ),
    )
    assert found(facts, "things", least=0.3) == {}


def test_values_speak_against_a_name() -> None:
    facts = schema(CUSTOMERS, table("orders", "id int ! +", "customer_id int"))
    rows = Rows(
        customers=[{"id": number} for number in range(1, 20)],
        orders=[{"id": n, "customer_id": 5000 + n} for n in range(1, 20)],
    )
    assert found(facts, "orders", rows) == {}
    [candidate] = find_relations(index_of(facts), facts.tables["orders"], rows)
    assert (candidate.checked, candidate.matched, len(candidate.orphans)) == (19, 0, 5)


def test_zeros_and_empty_texts_mean_no_row() -> None:
    facts = schema(CUSTOMERS, table("orders", "id int ! +", "customer_id int !"))
    rows = Rows(
        customers=[{"id": 1}, {"id": 2}, {"id": 3}],
        orders=[{"id": n, "customer_id": n % 4} for n in range(1, 30)],
    )
    [candidate] = find_relations(index_of(facts), facts.tables["orders"], rows)
    assert (candidate.checked, candidate.matched) == (3, 3)
    assert candidate.score > 0.9


def test_two_tables_that_fit_alike_leave_the_relation_unticked() -> None:
    facts = schema(
        table("system_user", "id int ! +", "a int"),
        table("member_user", "id int ! +", "a int"),
        table("order", "id int ! +", "user_id int"),
    )
    assert found(facts, "order") == {}


def test_values_decide_between_two_tables() -> None:
    facts = schema(
        table("system_user", "id int ! +", "a int"),
        table("member_user", "id int ! +", "a int"),
        table("order", "id int ! +", "user_id int"),
    )
    rows = Rows(
        system_user=[{"id": n} for n in range(1, 30)],
        member_user=[{"id": n} for n in range(7000, 7030)],
        order=[{"id": n, "user_id": 7000 + n} for n in range(1, 25)],
    )
    assert found(facts, "order", rows) == {"user_id": "member_user.id"}


def test_a_tables_own_module_is_meant_first() -> None:
    facts = schema(
        table("crm_contact", "id bigint ! +", "a int"),
        table("mail_contact", "id bigint ! +", "a int"),
        table("crm_contract", "id bigint ! +", "contact_id bigint"),
        table("crm_lead", "id bigint ! +", "a int"),
    )
    assert found(facts, "crm_contract") == {"contact_id": "crm_contact.id"}


def test_trees_and_lines_and_people() -> None:
    facts = schema(
        table("employees", "id int ! +", "name varchar(50)"),
        table("departments", "id int ! +", "parent_id int"),
        table("invoice_head", "id int ! +", "created_by int", "approved_by int"),
        table("invoice_item", "id int ! +", "header_id int"),
    )
    rows = Rows(
        employees=[{"id": n} for n in range(1, 40)],
        invoice_head=[{"id": n, "created_by": n, "approved_by": 40 - n} for n in range(1, 30)],
    )
    assert found(facts, "departments") == {"parent_id": "departments.id"}
    assert found(facts, "invoice_item") == {"header_id": "invoice_head.id"}
    assert found(facts, "invoice_head", rows) == {"created_by": "employees.id", "approved_by": "employees.id"}


def test_usual_abbreviations_are_understood() -> None:
    facts = schema(
        table("department", "id int ! +", "a int"),
        table("staff", "id int ! +", "dept_id int", "reports_to int"),
    )
    assert found(facts, "staff") == {"dept_id": "department.id", "reports_to": "staff.id"}


def test_flags_are_no_people() -> None:
    facts = schema(
        table("users", "id int ! +", "a int"), table("ads", "id int ! +", "deleted int", "checked int")
    )
    assert found(facts, "ads", least=0.3) == {}


def test_comments_name_tables() -> None:
    facts = schema(
        table("kh", "id bigint ! +", "mc varchar(20)", comment="客户表"),
        table("dept", "id bigint ! +", "sj bigint # 上级部门编号", comment="部门表"),
        table(
            "x", "id bigint ! +", "a bigint # 客户编号", "b bigint # 部门表的ID", "c varchar(30) # 客户名称"
        ),
    )
    assert found(facts, "x") == {"a": "kh.id", "b": "dept.id"}
    assert found(facts, "dept") == {"sj": "dept.id"}


def test_a_key_noun_that_only_one_table_has_names_it() -> None:
    facts = schema(
        table("T_YGDA", "YGBH varchar(10) ! # 员工工号", "XM varchar(20)"),
        table("T_KHZL", "ID int ! +", "YWY varchar(10) # 业务员工号"),
    )
    rows = Rows(
        T_YGDA=[{"YGBH": f"YG{n:04}"} for n in range(1, 60)],
        T_KHZL=[{"ID": n, "YWY": f"YG{n:04}"} for n in range(1, 50)],
    )
    assert found(facts, "T_KHZL", rows) == {"YWY": "T_YGDA.YGBH"}


def test_codes_that_only_one_table_has_are_found_without_a_name() -> None:
    facts = schema(
        table("T1", "A varchar(10) !", "N varchar(20)"),
        table("T2", "B varchar(10) !", "N varchar(20)"),
        table("T3", "ID int ! +", "Z9 varchar(10)", "COLOUR varchar(10)"),
    )
    rows = Rows(
        T1=[{"A": f"AX{n:05}"} for n in range(1, 80)],
        T2=[{"B": f"BX{n:05}"} for n in range(1, 80)],
        T3=[{"ID": n, "Z9": f"AX{n:05}", "COLOUR": "red"} for n in range(1, 40)],
    )
    assert found(facts, "T3", rows) == {"Z9": "T1.A"}


def test_composite_keys_need_values() -> None:
    facts = schema(
        table("plan", "company char(3) !", "nr char(5) !", "name varchar(9)", key=["company", "nr"]),
        table("plan_line", "company char(3) !", "nr char(5) !", "line int !", key=["company", "nr", "line"]),
    )
    assert found(facts, "plan_line") == {}
    pairs = [{"company": f"C{n % 3}", "nr": f"N{n:04}"} for n in range(1, 40)]
    rows = Rows(plan=pairs, plan_line=[{**pair, "line": 1} for pair in pairs])
    assert found(facts, "plan_line", rows) == {"company,nr": "plan.company,nr"}


def test_a_copied_code_is_not_a_second_relation() -> None:
    facts = schema(
        table("goods", "id int ! +", "goods_sn varchar(20) !", unique=[["goods_sn"]]),
        table("cart", "id int ! +", "goods_id int", "goods_sn varchar(20)"),
    )
    assert found(facts, "cart") == {"goods_id": "goods.id"}


def test_declared_keys_are_certain() -> None:
    child = table("child", "id int ! +", "x int", foreign_keys=(foreign_key(["x"], "customers", ["id"]),))
    assert found(schema(CUSTOMERS, child), "child", least=1.0) == {"x": "customers.id"}
