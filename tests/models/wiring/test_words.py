"""Words: identifiers, pinyin, glossary, labels, options in comments."""

import pytest

from models.wiring.comments import flag_values, options
from models.wiring.glossary import to_chinese, to_english
from models.wiring.identifiers import common_prefix, slug, unique_slugs, without_prefix, words
from models.wiring.labels import column_label, heading, table_label
from models.wiring.nouns import Label
from models.wiring.pinyin import read_pinyin
from tests.models.wiring.schema import column


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("order_date", ["order", "date"]),
        ("orderDate", ["order", "date"]),
        ("OrderID", ["order", "id"]),
        ("XMLHttpPort", ["xml", "http", "port"]),
        ("KHBH", ["khbh"]),
        ("zip code", ["zip", "code"]),
        ("客户_编号", ["客户", "编号"]),
    ],
)
def test_identifiers_fall_into_words(identifier: str, expected: list[str]) -> None:
    assert words(identifier) == expected


def test_a_prefix_that_most_tables_share_is_the_schemas_own() -> None:
    assert common_prefix(["jsh_user", "jsh_role", "jsh_log", "other"]) == "jsh_"
    assert common_prefix(["crm_customer", "crm_lead", "sys_user", "sys_role", "pay_order"]) == ""
    assert without_prefix("jsh_user", "jsh_") == "user"
    assert without_prefix("T_KHZL", "") == "KHZL"
    assert without_prefix("order_line", "") == "order_line"


def test_slugs_are_safe_in_addresses_and_unique() -> None:
    assert slug("客户资料") == "ke-hu-zi-liao"
    assert slug("a b.c'd\"e%f`g/?#") == "a-b-c-d-e-f-g"
    assert slug("%%%") == "table"
    assert unique_slugs({"Order": "Order", "order": "order", "ORDER": "ORDER"}) == {
        "Order": "order",
        "order": "order-2",
        "ORDER": "order-3",
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("KHBH", "客户编号"),
        ("khmc", "客户名称"),
        ("kehu_mingcheng", "客户名称"),
        ("CGDDMX", "采购订单明细"),
        ("STATUS", ""),
        ("customer_id", ""),
        ("QWXZ", ""),
    ],
)
def test_pinyin_is_read_where_it_is_pinyin(name: str, expected: str) -> None:
    assert read_pinyin(name) == expected


def test_names_are_translated_only_when_every_part_is_known() -> None:
    assert to_english("客户编号") == "Customer code"
    assert to_english("最后跟进时间") == "Last follow-up time"
    assert to_english("客户鼷鼠") == ""
    assert to_chinese(["order", "date"]) == "下单日期"
    assert to_chinese(["order", "frobnication"]) == ""


def test_a_comment_is_a_label_up_to_its_separator() -> None:
    assert heading("状态：1启用 0停用") == "状态"
    assert heading("类型(支出/收入)") == "类型"
    assert heading("1") == ""
    assert column_label("status", "状态，0未审核、1已审核") == Label("Status", "状态")
    assert column_label("order_date", "") == Label("Order date", "下单日期")
    assert column_label("birthday", "Day of birth") == Label("Day of birth", "生日")
    assert table_label("supplier", "供应商/客户信息表").zh == "供应商/客户"
    assert table_label("depot_item", "单据子表") == Label("Document detail", "单据明细")


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("状态：1启用 0停用", {"1": "启用", "0": "停用"}),
        ("状态，0未审核、1已审核、9审核中", {"0": "未审核", "1": "已审核", "9": "审核中"}),
        ("操作状态 0==成功，1==失败", {"0": "成功", "1": "失败"}),
        ("1赢单2输单3无效", {"1": "赢单", "2": "输单", "3": "无效"}),
        ("是否默认（Y是 N否）", {"Y": "是", "N": "否"}),
        ("类型[01:普通,02:专用]", {"01": "普通", "02": "专用"}),
        ("Sex 1:male 2:female", {"1": "male", "2": "female"}),
        ("状态，如果是0则可用；如果是1则过期", {"0": "可用", "1": "过期"}),
        ("类型(支出/收入/转账)", {"支出": "支出", "收入": "收入", "转账": "转账"}),
        ("height 10 or 20 cm", {}),
        ("评分， 1-5", {}),
        ("积分抵扣(单位：分)", {}),
        ("0 未知， 1男， 1 女", {}),
    ],
)
def test_codes_are_read_from_comments(comment: str, expected: dict[str, str]) -> None:
    found = options(column(f"x varchar(10) # {comment}"))
    assert {o["value"]: o["label"].get("zh") or o["label"]["en"] for o in found} == expected


def test_codes_that_do_not_fit_the_column_are_none() -> None:
    assert options(column("x int # A启用 B停用")) == []
    assert options(column("x char(1) # 01普通 02专用")) == []


def test_two_codes_for_yes_and_no_are_a_flag() -> None:
    assert flag_values(options(column("x char(1) # 是否有效 Y有效N无效"))) == ("Y", "N")
    assert flag_values(options(column("x char(1) # 性别 1男 2女"))) is None
