"""The ERP's own tables: organisation, employees, dictionaries, parameters and the operation log."""

from __future__ import annotations

from sqlalchemy import Date, ForeignKey, Index, MetaData

from demo.schema.columns import (
    at,
    blob,
    clock_time,
    coded,
    column,
    day_number,
    flag,
    long_text,
    number,
    table,
    text,
    updated,
    year,
)


def build(metadata: MetaData) -> None:
    """Adds the base tables to the metadata."""
    _organisation(metadata)
    _employees(metadata)
    _dictionary(metadata)
    _data_dictionary(metadata)
    _parameters(metadata)
    _log(metadata)


def _organisation(metadata: MetaData) -> None:
    table(
        metadata,
        "T_ZZJG",
        ("组织机构", "Organisation units"),
        text("BMBH", 12, "部门编号", "Unit code", primary_key=True),
        text("BMMC", 60, "部门名称", "Unit name", nullable=False),
        text("YWMC", 80, "英文名称", "English name"),
        text("SJBH", 12, "上级部门编号", "Parent unit"),
        coded("JB", "ZZJB", "组织级别", "Level"),
        text("FZR", 10, "负责人工号", "Head"),
        coded("DQBM", "DQ", "地区编码", "Region", length=2),
        text("DH", 20, "电话", "Phone"),
        year("CLNF", "成立年份", "Founded in"),
        number("PX", "排序号", "Sort order"),
        flag("TYBZ", "停用标志", "Out of use", default="N"),
        updated(),
        Index("IX_ZZJG_SJBH", "SJBH"),
    )


def _employees(metadata: MetaData) -> None:
    schema = f"{metadata.schema}." if metadata.schema else ""
    table(
        metadata,
        "T_YGDA",
        ("员工档案", "Employees"),
        text("YGBH", 10, "员工工号", "Employee code", primary_key=True),
        text("XM", 30, "姓名", "Name", nullable=False),
        text("YWM", 40, "英文名", "English name"),
        coded("XB", "XB", "性别", "Gender"),
        text("BMBH", 12, "部门编号", "Unit", ForeignKey(f"{schema}T_ZZJG.BMBH"), nullable=False),
        coded("ZW", "ZW", "职务", "Position", length=2),
        text("SJYG", 10, "直接上级工号", "Superior"),
        text("SJHM", 20, "手机号码", "Mobile phone"),
        text("DZYX", 80, "电子邮箱", "E-mail"),
        day_number("RZRQ", "入职日期", "Joined on"),
        column("CSRQ", Date(), "出生日期", "Born on"),
        flag("ZZBZ", "在职标志", "Employed", default="Y"),
        text("DLZH", 30, "登录账号", "Login name"),
        clock_time("SBSJ", "上班时间", "Shift starts at"),
        clock_time("XBSJ", "下班时间", "Shift ends at"),
        text("YS", 7, "日程颜色", "Calendar colour"),
        blob("ZP", "照片", "Photo"),
        updated(),
        Index("IX_YGDA_BMBH", "BMBH"),
        Index("IX_YGDA_XM", "XM"),
    )


def _dictionary(metadata: MetaData) -> None:
    table(
        metadata,
        "T_ZDB",
        ("代码字典", "Code dictionary"),
        text("LX", 10, "代码类型", "Type", primary_key=True),
        text("DM", 10, "代码", "Code", primary_key=True),
        text("MC", 40, "中文名称", "Chinese label", nullable=False),
        text("YWMC", 60, "英文名称", "English label"),
        number("PX", "排序号", "Sort order"),
        flag("QYBZ", "启用标志", "In use", default="Y"),
    )


def _data_dictionary(metadata: MetaData) -> None:
    table(
        metadata,
        "T_SJZD",
        ("数据字典", "Data dictionary"),
        text("BM", 30, "表名", "Table", primary_key=True),
        text("LM", 30, "列名", "Column (* is the table)", primary_key=True),
        text("ZWSM", 60, "中文说明", "Chinese comment", nullable=False),
        text("YWSM", 80, "英文说明", "English comment"),
        text("ZDLX", 10, "代码类型", "Dictionary type"),
    )


def _parameters(metadata: MetaData) -> None:
    table(
        metadata,
        "T_XTCS",
        ("系统参数", "System parameters"),
        text("CSBH", 20, "参数编号", "Parameter", primary_key=True),
        text("CSZ", 100, "参数值", "Value"),
        text("SM", 100, "说明", "Remark"),
    )


def _log(metadata: MetaData) -> None:
    table(
        metadata,
        "T_CZRZ",
        ("操作日志", "Operation log"),
        number("SJC", "时间戳(秒)", "Time (epoch seconds)", nullable=False),
        text("YGBH", 10, "员工工号", "Employee"),
        coded("CZLX", "CZLX", "操作类型", "Operation"),
        text("BM", 30, "表名", "Table"),
        text("IP", 45, "IP地址", "IP address"),
        long_text("NR", "内容", "Text"),
        at("CZSJ", "操作时间", "Time"),
        Index("IX_CZRZ_SJC", "SJC"),
    )
