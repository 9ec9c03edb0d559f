"""What is sold: products, orders with their lines, payments and contracts."""

from __future__ import annotations

from sqlalchemy import Date, Double, ForeignKey, Index, MetaData, Numeric, SmallInteger

from demo.schema.columns import (
    at,
    blob,
    choice,
    coded,
    column,
    day_number,
    deleted,
    flag,
    json_text,
    long_text,
    money,
    number,
    percent,
    price,
    table,
    text,
    updated,
    year,
)

SOURCES = ("DH", "MD", "WZ", "WX", "ZH")


def build(metadata: MetaData) -> None:
    """Adds the trade tables to the metadata."""
    _products(metadata)
    _orders(metadata)
    _lines(metadata)
    _payments(metadata)
    _contracts(metadata)


def _products(metadata: MetaData) -> None:
    table(
        metadata,
        "T_CPZL",
        ("产品资料", "Products"),
        text("CPBH", 12, "产品编号", "Product code", primary_key=True),
        text("CPMC", 60, "产品名称", "Product name", nullable=False),
        text("YWMC", 80, "英文名称", "English name"),
        text("GGXH", 40, "规格型号", "Model"),
        coded("CPLB", "CPLB", "产品类别", "Category", length=2),
        coded("JLDW", "JLDW", "计量单位", "Unit of measure", length=2),
        price("DJ", "标准单价", "List price"),
        price("CBJ", "成本价", "Cost"),
        percent("SL", "税率(%)", "Tax (%)"),
        text("TM", 13, "条码", "Barcode"),
        column("ZL", Double(), "重量(千克)", "Weight (kg)"),
        number("KCSL", "库存数量", "In stock"),
        text("YS", 7, "颜色", "Colour"),
        year("SSNF", "上市年份", "On the market since"),
        json_text("CSXX", "参数信息", "Specification"),
        text("TPLJ", 120, "图片路径", "Picture path"),
        text("SMSDZ", 120, "说明书网址", "Manual"),
        flag("SJBZ", "上架标志", "On sale", default="Y"),
        updated(),
        deleted(),
        Index("UK_CPZL_TM", "TM", unique=True),
        Index("IX_CPZL_CPMC", "CPMC"),
        Index("IX_CPZL_GXSJ", "GXSJ"),
    )


def _orders(metadata: MetaData) -> None:
    table(
        metadata,
        "T_DDZB",
        ("销售订单", "Orders"),
        text("DDH", 16, "订单号", "Order number", primary_key=True),
        text("KHBH", 10, "客户编号", "Customer", nullable=False),
        day_number("DDRQ", "订单日期", "Ordered on"),
        coded("DDZT", "DDZT", "订单状态", "Status", length=2),
        money("JE", "订单金额", "Amount"),
        money("YSJE", "已收金额", "Paid"),
        coded("HB", "HB", "币种", "Currency", length=3),
        text("YWY", 10, "业务员工号", "Owner"),
        text("BMBH", 12, "所属部门", "Unit"),
        coded("DQBM", "DQ", "地区编码", "Region", length=2),
        choice("LYQD", "LYQD", SOURCES, "订单来源", "Source"),
        day_number("JHRQ", "交货日期", "Deliver on"),
        text("SHDZ", 120, "收货地址", "Delivery address"),
        text("YDH", 20, "运单号", "Waybill"),
        flag("FPBZ", "已开票", "Invoiced", default="N"),
        text("BZ", 200, "备注", "Remark"),
        at("CJSJ", "创建时间", "Created at"),
        updated(),
        deleted(),
        Index("IX_DDZB_KHBH", "KHBH", "DDRQ"),
        *(Index(f"IX_DDZB_{name}", name) for name in ("DDRQ", "YWY", "BMBH", "GXSJ")),
    )


def _lines(metadata: MetaData) -> None:
    schema = f"{metadata.schema}." if metadata.schema else ""
    table(
        metadata,
        "T_DDMX",
        ("订单明细", "Order lines"),
        text("DDH", 16, "订单号", "Order", ForeignKey(f"{schema}T_DDZB.DDH"), primary_key=True),
        column("HH", SmallInteger(), "行号", "Line", primary_key=True, autoincrement=False),
        text("CPBH", 12, "产品编号", "Product", nullable=False),
        column("SL", Numeric(12, 3), "数量", "Quantity"),
        price("DJ", "单价", "Unit price"),
        percent("ZK", "折扣(%)", "Discount (%)"),
        money("JE", "金额", "Amount"),
        Index("IX_DDMX_CPBH", "CPBH"),
    )


def _payments(metadata: MetaData) -> None:
    table(
        metadata,
        "T_SKDJ",
        ("收款单", "Payments"),
        text("SKDH", 18, "收款单号", "Payment number", primary_key=True),
        text("DDH", 16, "订单号", "Order"),
        text("KHBH", 10, "客户编号", "Customer"),
        day_number("SKRQ", "收款日期", "Paid on"),
        money("JE", "收款金额", "Amount"),
        coded("FKFS", "FKFS", "付款方式", "Method"),
        text("YHZH", 30, "银行账号", "Bank account"),
        text("YWY", 10, "业务员工号", "Owner"),
        text("BMBH", 12, "所属部门", "Unit"),
        text("PZLJ", 120, "凭证路径", "Voucher path"),
        flag("QRBZ", "确认标志", "Confirmed"),
        at("CJSJ", "创建时间", "Created at"),
        updated(),
        deleted(),
        *(Index(f"IX_SKDJ_{name}", name) for name in ("DDH", "KHBH", "SKRQ", "BMBH", "GXSJ")),
    )


def _contracts(metadata: MetaData) -> None:
    table(
        metadata,
        "T_HTZB",
        ("销售合同", "Contracts"),
        text("HTBH", 14, "合同编号", "Contract code", primary_key=True),
        text("HTMC", 80, "合同名称", "Title", nullable=False),
        text("KHBH", 10, "客户编号", "Customer"),
        coded("HTLX", "HTLX", "合同类型", "Type"),
        coded("HTZT", "HTZT", "合同状态", "Status"),
        money("HTJE", "合同金额", "Amount"),
        percent("YFBL", "预付比例(%)", "Prepaid (%)"),
        day_number("QDRQ", "签订日期", "Signed on"),
        column("KSRQ", Date(), "开始日期", "Starts on"),
        column("JSRQ", Date(), "结束日期", "Ends on"),
        flag("ZDXQ", "自动续签", "Renews itself", default="N"),
        text("YWY", 10, "业务员工号", "Owner"),
        text("BMBH", 12, "所属部门", "Unit"),
        text("FJLJ", 120, "附件路径", "Attachment path"),
        blob("QZTP", "签章图片", "Seal"),
        long_text("TKNR", "条款内容", "Terms"),
        at("CJSJ", "创建时间", "Created at"),
        updated(),
        deleted(),
        *(Index(f"IX_HTZB_{name}", name) for name in ("KHBH", "JSRQ", "YWY", "BMBH", "GXSJ")),
    )
