"""After the sale: assets at the customer's, and service tickets."""

from __future__ import annotations

from sqlalchemy import CHAR, BigInteger, Date, Index, MetaData

from demo.schema.columns import (
    at,
    bit,
    blob,
    choice,
    clock_time,
    coded,
    column,
    day_number,
    deleted,
    flag,
    json_text,
    long_text,
    point,
    rating,
    serial,
    table,
    text,
    updated,
    year,
)

ASSET_STATES = ("ZC", "WX", "TJ", "BF")


def build(metadata: MetaData) -> None:
    """Adds assets and tickets to the metadata."""
    _assets(metadata)
    _tickets(metadata)


def _assets(metadata: MetaData) -> None:
    table(
        metadata,
        "T_ZCDA",
        ("设备档案", "Assets"),
        text("ZCBH", 12, "设备编号", "Asset code", primary_key=True),
        column("SBID", CHAR(36), "设备唯一标识", "UUID"),
        text("KHBH", 10, "客户编号", "Customer"),
        text("CPBH", 12, "产品编号", "Product"),
        text("XLH", 30, "序列号", "Serial number"),
        choice("ZCZT", "ZCZT", ASSET_STATES, "设备状态", "Status"),
        bit("ZXBZ", "在线", "Online"),
        day_number("AZRQ", "安装日期", "Installed on"),
        column("BXDQ", Date(), "保修到期日", "Warranty ends on"),
        year("SCNF", "生产年份", "Made in"),
        text("IP", 45, "IP地址", "IP address"),
        text("GLDZ", 120, "管理网址", "Console"),
        point("WZ", "安装位置", "Position"),
        clock_time("WHSJ", "维护时间", "Maintenance at"),
        text("BQYS", 7, "标签颜色", "Label colour"),
        rating("YXPJ", "运行评价", "Rating"),
        json_text("PZXX", "配置信息", "Configuration"),
        blob("TP", "现场照片", "Photo"),
        text("TZLJ", 120, "图纸路径", "Drawing path"),
        text("BMBH", 12, "服务部门", "Unit"),
        updated(),
        deleted(),
        *(Index(f"IX_ZCDA_{name}", name) for name in ("KHBH", "XLH", "BMBH", "GXSJ")),
    )


def _tickets(metadata: MetaData) -> None:
    table(
        metadata,
        "T_GDZB",
        ("服务工单", "Service tickets"),
        serial("ID", "内部编号", "Internal number"),
        text("GDH", 12, "工单号", "Ticket number", nullable=False),
        text("BT", 80, "标题", "Title", nullable=False),
        text("YWBT", 100, "英文标题", "English title"),
        text("KHBH", 10, "客户编号", "Customer"),
        column("LXRID", BigInteger(), "联系人编号", "Contact"),
        text("ZCBH", 12, "设备编号", "Asset"),
        coded("GDLX", "GDLX", "工单类型", "Type"),
        coded("YXJ", "YXJ", "优先级", "Priority"),
        coded("GDZT", "GDZT", "工单状态", "Status"),
        text("CLR", 10, "处理人工号", "Assignee"),
        text("BMBH", 12, "处理部门", "Unit"),
        coded("DQBM", "DQ", "地区编码", "Region", length=2),
        at("CJSJ", "创建时间", "Created at", nullable=False),
        at("SCHF", "首次回复时间", "First reply at"),
        at("GBSJ", "关闭时间", "Closed at"),
        long_text("NR", "问题描述", "Description"),
        rating("MYD", "满意度", "Satisfaction"),
        text("LYIP", 45, "来源IP", "From IP address"),
        json_text("KZXX", "扩展信息", "More"),
        flag("CSBZ", "催单标志", "Reminded"),
        updated(),
        deleted(),
        *_ticket_indexes(),
    )


def _ticket_indexes() -> list[Index]:
    plain = [Index(f"IX_GDZB_{name}", name) for name in ("KHBH", "CLR", "BMBH", "CJSJ", "GXSJ")]
    return [Index("UK_GDZB_GDH", "GDH", unique=True), Index("IX_GDZB_GDZT", "GDZT", "CJSJ"), *plain]
