"""Customers and the people who answer for them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Index, MetaData

from demo.schema.columns import (
    at,
    choices,
    coded,
    column,
    day_number,
    degrees,
    deleted,
    flag,
    long_text,
    money,
    percent,
    rating,
    serial,
    table,
    text,
    updated,
)

CONTACT_WAYS = ("DH", "WX", "YJ", "DX")


def build(metadata: MetaData) -> None:
    """Adds customers and contacts to the metadata."""
    _customers(metadata)
    _contacts(metadata)


def _customers(metadata: MetaData) -> None:
    table(
        metadata,
        "T_KHZL",
        ("客户资料", "Customers"),
        serial("ID", "内部编号", "Internal number"),
        text("KHBH", 10, "客户编号", "Customer code", nullable=False),
        text("KHMC", 80, "客户名称", "Customer name", nullable=False),
        text("YWMC", 120, "英文名称", "English name"),
        coded("KHLX", "KHLX", "客户类型", "Customer type"),
        coded("KHDJ", "KHDJ", "客户等级", "Grade"),
        coded("HY", "HY", "所属行业", "Industry", length=2),
        coded("KHZT", "KHZT", "客户状态", "Status"),
        text("YWY", 10, "业务员工号", "Owner"),
        text("BMBH", 12, "所属部门", "Unit"),
        coded("DQBM", "DQ", "地区编码", "Region", length=2),
        text("LXR", 30, "主联系人", "Main contact"),
        text("SJHM", 20, "手机号码", "Mobile phone"),
        text("DHHM", 20, "电话号码", "Phone"),
        text("DZYX", 80, "电子邮箱", "E-mail"),
        text("WZ", 120, "公司网址", "Web site"),
        text("DZ", 120, "详细地址", "Address"),
        text("YB", 6, "邮政编码", "Postcode"),
        text("SWDJH", 20, "税务登记号", "Tax number"),
        money("XYED", "信用额度", "Credit limit"),
        percent("ZKL", "折扣率(%)", "Discount (%)"),
        degrees("JD", "经度", "Longitude"),
        degrees("WD", "纬度", "Latitude"),
        rating("KHPF", "客户评分", "Rating"),
        day_number("DJRQ", "登记日期", "Registered on"),
        column("ZJGJ", BigInteger(), "最近跟进时间戳", "Last follow-up"),
        flag("ZDKH", "是否重点客户", "Key account"),
        flag("GHBZ", "公海标志", "In the public pool", default="N"),
        long_text("BZ", "备注", "Remark"),
        text("CJR", 10, "创建人工号", "Created by"),
        at("CJSJ", "创建时间", "Created at"),
        updated(),
        deleted(),
        *_customer_indexes(),
    )


def _customer_indexes() -> list[Index]:
    plain = [Index(f"IX_KHZL_{name}", name) for name in ("KHMC", "SJHM", "YWY", "BMBH", "DQBM", "GXSJ")]
    return [Index("UK_KHZL_KHBH", "KHBH", unique=True), *plain]


def _contacts(metadata: MetaData) -> None:
    table(
        metadata,
        "T_KHLXR",
        ("客户联系人", "Contacts"),
        serial("LXRID", "联系人编号", "Contact number"),
        text("KHBH", 10, "客户编号", "Customer", nullable=False),
        text("XM", 30, "姓名", "Name", nullable=False),
        text("YWM", 40, "英文名", "English name"),
        coded("XB", "XB", "性别", "Gender"),
        text("ZW", 30, "职务", "Position"),
        text("SJHM", 20, "手机号码", "Mobile phone"),
        text("WXH", 30, "微信号", "WeChat"),
        text("DZYX", 80, "电子邮箱", "E-mail"),
        choices("GTFS", "GTFS", CONTACT_WAYS, "沟通方式", "Ways to reach"),
        flag("SFZY", "是否主要联系人", "Main contact"),
        column("SR", Date(), "生日", "Birthday"),
        text("BZ", 200, "备注", "Remark"),
        at("CJSJ", "创建时间", "Created at"),
        updated(),
        deleted(),
        *(Index(f"IX_KHLXR_{name}", name) for name in ("KHBH", "XM", "SJHM", "GXSJ")),
    )
