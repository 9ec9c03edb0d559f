"""What columns are not, although their names sound like it: told by comments, values and what stands beside them."""

from __future__ import annotations

from typing import Any

import pytest

from fields import best_kind
from models.wiring.infer import infer
from models.wiring.suggestion import Suggestion
from tests.models.wiring.schema import Rows, schema, table


def suggested(
    *columns: str, rows: list[dict[str, Any]] | None = None, name: str = "things", **facts: Any
) -> Suggestion:
    """The suggestion for one table of these columns."""
    known = schema(table(name, "id int ! +", *columns, **facts))
    return infer(known, best_kind, Rows(**{name: rows or []}))[name]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("status int # 状态(1:正常,0:删除)", {"field": "status", "deleted": 0, "live": 1}),
        ("status tinyint # -1 删除 1 正常", {"field": "status", "deleted": -1, "live": 1}),
        ("del_flag tinyint # 是否删除 -1：已删除 0：正常", {"field": "del_flag", "deleted": -1, "live": 0}),
        ("yn char(1) # 1有效 0删除", {"field": "yn", "deleted": "0", "live": "1"}),
        ("state int # 0 deleted, 1 active", {"field": "state", "deleted": 0, "live": 1}),
        ("status int # 1 浏览 2 删除", {}),
        ("status int # 1表示正常状态, -1表示删除, 0下架", {}),
        ("status int # 0正常 1停用", {}),
        ("action int # 1正常 2删除", {}),
    ],
)
def test_the_flag_of_deleted_rows_may_be_a_state_and_the_other_way_round(
    text: str, flag: dict[str, Any]
) -> None:
    assert suggested(text).entity.delete_flag == flag


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("end_day int # 结束日期", 31, "integer"),
        ("end_day int # 结束日期", 20240131, "yyyymmdd"),
        ("remind_day int # 提醒规则天数", None, "integer"),
        ("auto_confirm_day int # 自动确认时间（天）", 15, "integer"),
        ("expire_time int # 超时时间，单位为分钟", None, "integer"),
        ("expire_time int", 1491635035, "epoch"),
        ("expire_time int", 30, "integer"),
        ("created bigint # 创建时间", 1491635035123, "epoch"),
        ("template_title varchar(255) # 邮件标题", None, "text"),
        ("mail varchar(255)", "sendmail", "text"),
        ("mail varchar(255)", "a@example.com", "email"),
        ("total_quantity decimal(10,2) # 总数量", 8, "decimal"),
        ("total_amount decimal(10,2)", 8, "money"),
        ("deposit decimal(24,6) # 订金", 8, "money"),
    ],
)
def test_comments_and_values_tell_what_a_name_only_sounds_like(text: str, value: Any, kind: str) -> None:
    name = text.split(maxsplit=1)[0]
    rows = [] if value is None else [{"id": n, name: value} for n in range(3)]
    assert suggested(text, rows=rows).entity.fields[name].kind == kind


def test_people_are_not_called_by_their_company_or_their_job() -> None:
    columns = ("company varchar(50)", "job_title varchar(50)", "last_name varchar(50)", "email varchar(50)")
    assert suggested(*columns, name="employees").entity.title == "last_name"
    assert suggested(*columns, name="customers").entity.title == "company"


def test_a_signature_names_nobody() -> None:
    columns = ("nickname varchar(64) # 昵称", "signature varchar(200) # 个性签名", "phone varchar(20)")
    assert suggested(*columns, name="member", comment="会员表").entity.title == "nickname"


@pytest.mark.parametrize(
    ("columns", "region"),
    [
        (("region varchar(20)",), "region"),
        (("province varchar(20)", "city varchar(20)", "region varchar(20) # 区"), ""),
        (("area_id int # 所属区域",), "area_id"),
    ],
)
def test_the_district_of_an_address_is_no_sales_region(columns: tuple[str, ...], region: str) -> None:
    assert suggested(*columns).entity.region == region


def test_an_issue_of_material_is_no_ticket() -> None:
    module = [
        table(f"wo_{name}", "id int ! +", "loc_code varchar(9)") for name in ("issues", "lines", "costs")
    ]
    words = [
        table(f"hd_{name}", "id int ! +", "subject varchar(99)") for name in ("issues", "lines", "costs")
    ]
    found = infer(schema(*module, *words), best_kind, Rows())  # type: ignore[arg-type]
    assert {name for name, one in found.items() if one.entity.role == "ticket"} == {"hd_issues"}


def test_the_owner_before_is_not_the_owner() -> None:
    facts = schema(
        table("employee", "id int ! +", "name varchar(9)"),
        table("handover", "id int ! +", "pre_owner_user_id int # 上一负责人", "owner_user_id int # 负责人"),
    )
    ids = [{"id": n, "pre_owner_user_id": n, "owner_user_id": n, "name": "x"} for n in range(1, 20)]
    found = infer(facts, best_kind, Rows(employee=ids, handover=ids))["handover"]  # type: ignore[arg-type]
    assert found.entity.owner == "owner_user_id"
