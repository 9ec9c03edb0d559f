"""What columns and tables mean, from spellings seen in real schemas: codes in comments, sensitive numbers, roles with reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from fields import best_kind
from models.wiring.comments import options
from models.wiring.infer import infer
from models.wiring.part_reasons import kind_reason, part_reasons
from models.wiring.personal import is_sensitive
from models.wiring.reasons import role_reasons
from tests.models.wiring.schema import Rows, column, schema, table

TRANSLATIONS = Path(__file__).resolve().parents[3] / "app" / "translations"


@pytest.fixture
def two_languages() -> Iterator[None]:
    """The product's own texts, without the product."""
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app)
    with app.app_context():
        yield


SPELLINGS = {
    "状态:1启用 0停用": {"1": "启用", "0": "停用"},
    "状态：1-启用，0-停用": {"1": "启用", "0": "停用"},
    "是否（0-否 1-是）": {"0": "否", "1": "是"},
    "性别(1:男,2:女)": {"1": "男", "2": "女"},
    "性别((1:男;2:女))": {"1": "男", "2": "女"},
    "删除标志 0=未删除;1=已删除": {"0": "未删除", "1": "已删除"},
    "状态（0正常 1停用）": {"0": "正常", "1": "停用"},
    "支付方式：0->未支付；1->支付宝；2->微信": {"0": "未支付", "1": "支付宝", "2": "微信"},
    "展示范围（0全部, 1详情, 2基础）默认1详情": {"0": "全部", "1": "详情", "2": "基础"},
    "是否启用（0否，1是），默认1": {"0": "否", "1": "是"},
    "1-搜索框热搜 2-(首页)热销商品 3-(首页)新品上线": {"1": "搜索框热搜", "2": "热销商品", "3": "新品上线"},
    "事件类型（0 WEB页面, 1 内部页面(小程序或APP内部地址), 3 打开地图）": {
        "0": "WEB页面",
        "1": "内部页面",
        "3": "打开地图",
    },
    "Status 1: active, 0: inactive": {"1": "active", "0": "inactive"},
    "0=draft; 1=sent; 2=paid": {"0": "draft", "1": "sent", "2": "paid"},
    "权限类型(-1:减权限,1:增权限)": {"-1": "减权限", "1": "增权限"},
}


@pytest.mark.parametrize(("comment", "expected"), SPELLINGS.items())
def test_codes_in_many_spellings(comment: str, expected: dict[str, str]) -> None:
    found = options(column(f"state tinyint # {comment}"))
    assert {one["value"]: one["label"].get("zh") or one["label"]["en"] for one in found} == expected


@pytest.mark.parametrize(
    "text",
    [
        "idcard_number char(18) # 身份证号码", "id_card varchar(18)", "SFZH varchar(18)", "idNo varchar(20) # 证件号",
        "bank_account varchar(32) # 银行账户", "bank_card_no varchar(30)", "account_no varchar(32) # 收款账号", "iban varchar(34)",
        "passport_no varchar(20)", "YHZH varchar(30) # 银行账号", "social_security_num varchar(20)", "idCard bigint # 身份证号",
    ],
)  # fmt: skip
def test_numbers_of_people_and_accounts_are_sensitive(text: str) -> None:
    assert is_sensitive(column(text), [])


@pytest.mark.parametrize(
    "text",
    [
        "id int", "id_card_image varchar(200) # 身份证照片", "bank_name varchar(50) # 开户行", "cert_type varchar(20) # 证件类型",
        "account varchar(50) # 登录账号", "card_id int", "phone varchar(20) # 手机号", "order_no varchar(32)", "user_account varchar(40)",
        "number varchar(20) # 编号", "account_id bigint # 邮箱账号编号",
    ],
)  # fmt: skip
def test_other_columns_are_not(text: str) -> None:
    assert not is_sensitive(column(text), [])


def test_identity_numbers_are_known_by_their_check_digit() -> None:
    held = ["11010519491231002X", "440524188001010014".replace("1880", "1980"), "11010519491231002x"]
    assert is_sensitive(column("c7 varchar(30)"), [held[0], held[2]])
    assert not is_sensitive(column("c7 varchar(30)"), ["110105194912310021", "110105194912310022"])
    assert is_sensitive(column("c8 varchar(40)"), ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"])


def test_a_sensitive_field_is_marked_in_the_wiring_but_never_a_key() -> None:
    facts = schema(
        table("person", "id int ! +", "name varchar(20)", "id_card varchar(18)", "phone varchar(20)"),
        table("holder", "passport_no varchar(18) !", "name varchar(20)"),
    )
    made = infer(facts, best_kind)
    assert [f.name for f in made["person"].entity.fields.values() if f.sensitive] == ["id_card"]
    assert not any(f.sensitive for f in made["holder"].entity.fields.values())


def test_roles_behind_modules_and_prefixes() -> None:
    module = [table(f"hs_hr_{name}", "id int ! +", "a int") for name in ("leave", "skill", "loan")]
    tables = [
        table("hs_hr_employee", "id int ! +", "name varchar(20)"),
        table("sys_user", "id int ! +", "user_name varchar(20)", "phone varchar(20)"),
        table("app_user", "id int ! +", "nick varchar(20)", "phone varchar(20)"),
        table("t_enterprise_employee", "id int ! +", "name varchar(20)", comment="企业关联的员工"),
        table("blog_article", "id int ! +", "title varchar(20)"),
        table("product", "id int ! +", "name varchar(20)"),
    ]
    made = {name: s.entity.role for name, s in infer(schema(*module, *tables), best_kind).items()}
    assert {name: made[name] for name in ("hs_hr_employee", "sys_user", "app_user", "product")} == {
        "hs_hr_employee": "employee", "sys_user": "employee", "app_user": "customer", "product": "product",
    }  # fmt: skip
    assert (made["t_enterprise_employee"], made["blog_article"]) == ("other", "other")


def test_a_prefix_of_several_parts_is_taken_off() -> None:
    names = ("order", "user", "goods_info", "order_item")
    tables = [
        table(
            f"tb_big_mall_{name}",
            "id int ! +",
            "name varchar(9)",
            "phone varchar(20)",
            "made datetime",
            "user_id int",
        )
        for name in names
    ]
    made = {name: s.entity.role for name, s in infer(schema(*tables), best_kind).items()}
    assert made["tb_big_mall_order"] == "order"
    assert made["tb_big_mall_user"] == "customer"


def test_reasons_are_words_in_both_languages(two_languages: None) -> None:
    facts = schema(table("kh", "id int ! +", "mc varchar(20)", "dh varchar(20) # 电话", comment="客户表"))
    made = infer(facts, best_kind)["kh"]
    assert made.entity.role == "customer"
    assert role_reasons(made, "en") == [
        "its name or comment says “客户”",
        "it has telephone, mail or address: dh",
    ]
    assert role_reasons(made, "zh") == ["表名或注释中有“客户”", "含有电话、邮箱或地址：dh"]


def test_epochs_days_and_percent_are_known_by_values_and_comments() -> None:
    facts = schema(
        table(
            "log", "id int ! +", "add_time int", "done_ms bigint # 完成时间戳", "rq int # 日期", "rate decimal(5,2) # 折扣率(%)", "amount decimal(10,2)",
        )
    )  # fmt: skip
    rows = [
        {"id": n, "add_time": 1_700_000_000 + n, "done_ms": 1_700_000_000_000 + n, "rq": 20240101 + n}
        for n in range(1, 20)
    ]
    made = infer(facts, best_kind, Rows(log=rows))["log"].entity.fields  # type: ignore[arg-type] # only what inference asks
    kinds = {name: (f.kind, f.settings.get("unit")) for name, f in made.items()}
    assert (kinds["add_time"], kinds["done_ms"]) == (("epoch", "s"), ("epoch", "ms"))
    assert (kinds["rq"][0], kinds["rate"][0], kinds["amount"][0]) == ("yyyymmdd", "percent", "money")


def test_what_names_a_record_where_there_is_no_name() -> None:
    facts = schema(
        table("customers", "customers_id int ! +", "customers_firstname varchar(32)", "customers_lastname varchar(32)", "customers_email varchar(96)"),
        table("area", "area_code int ! +", "description varchar(60)", "inactive tinyint"),
        table("currencies", "abbrev char(3) !", "currency varchar(60)", "hundreds_name varchar(15)"),
        table("sales_orders", "trans_type smallint !", "order_no int !", "ord_date date", key=["trans_type", "order_no"]),
        table("article_text", "id int ! +", "description varchar(4000)"),
    )  # fmt: skip
    made = {name: s.entity.title for name, s in infer(facts, best_kind).items()}
    assert made == {
        "customers": "customers_lastname", "area": "description", "currencies": "currency", "sales_orders": "order_no", "article_text": "id",
    }  # fmt: skip


def test_parts_and_guessed_types_have_reasons_in_both_languages(two_languages: None) -> None:
    facts = schema(
        table("staff", "id int ! +", "name varchar(9)", comment="员工表"),
        table("dept", "id int ! +", "name varchar(9)", comment="部门表"),
        table(
            "deal", "id int ! +", "owner_id int # 负责人", "dept_id int # 所属部门", "status int # 状态(1:正常,0:删除)",
            "last_change datetime # 更新时间", "add_time int", "amount decimal(10,2) # 金额", "bank_card varchar(30)",
        ),
    )  # fmt: skip
    people = [{"id": n, "name": "x"} for n in range(1, 20)]
    rows = [
        {"id": n, "owner_id": n, "dept_id": n, "status": 1, "add_time": 1_700_000_000 + n}
        for n in range(1, 20)
    ]
    made = infer(facts, best_kind, Rows(staff=people, dept=people, deal=rows))["deal"]  # type: ignore[arg-type]
    with force_locale("en"):
        assert part_reasons(facts.tables["deal"], made.entity) == {
            "owner": "owner_id leads to an employee, and its name or comment says who is responsible: “负责人”.",
            "unit": "dept_id leads to an organisation unit: “所属部门”.",
            "updated": "The name or comment of last_change says so: “更新时间”.",
            "delete_flag": "The comment of status says which value means deleted.",
        }
    with force_locale("zh"):
        assert (
            part_reasons(facts.tables["deal"], made.entity)["delete_flag"]
            == "status 的注释说明了哪个值表示已删除。"
        )
        assert kind_reason("values") == "依据其数据"
    assert made.kind_codes == {"add_time": "values", "amount": "name", "bank_card": "name"}


def test_numbers_of_batches_are_no_accounts() -> None:
    assert not is_sensitive(column("c9 varchar(40)"), ["PN1709082238527438", "PN1709082251052391"])
