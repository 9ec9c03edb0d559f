"""The organisation tree of the fictional group: 1 group, 3 subsidiaries, 8 regions, 40 departments."""

from __future__ import annotations

from dataclasses import dataclass

from demo.accounts import EXECUTIVE

GROUP = "10"
SUBSIDIARIES = (
    ("1001", "青屿东部商贸有限公司", "Qingyu Eastern Trading", ("HD", "DN", "HZ"), 2003),
    ("1002", "青屿北方商贸有限公司", "Qingyu Northern Trading", ("HB", "DB", "XB"), 2006),
    ("1003", "青屿南方商贸有限公司", "Qingyu Southern Trading", ("HN", "XI"), 2011),
)
REGION_NAMES = {
    "HD": ("华东大区", "East region"),
    "DN": ("东南大区", "Southeast region"),
    "HZ": ("华中大区", "Central region"),
    "HB": ("华北大区", "North region"),
    "DB": ("东北大区", "Northeast region"),
    "XB": ("西北大区", "Northwest region"),
    "HN": ("华南大区", "South region"),
    "XI": ("西部大区", "West region"),
}
REGION_DEPARTMENTS = (
    ("销售一部", "Sales 1"),
    ("销售二部", "Sales 2"),
    ("服务部", "Service"),
    ("档案部", "Records"),
)
OFFICE_DEPARTMENTS = (
    ("1091", GROUP, "总经理办公室", "Executive office"),
    ("1092", GROUP, "信息部", "Information technology"),
    ("1093", GROUP, "财务部", "Finance"),
    ("1094", GROUP, "人力资源部", "Human resources"),
    ("1095", GROUP, "采购部", "Purchasing"),
    ("100191", "1001", "东部仓储部", "Eastern warehouse"),
    ("100291", "1002", "北方仓储部", "Northern warehouse"),
    ("100391", "1003", "南方仓储部", "Southern warehouse"),
)


@dataclass(frozen=True)
class Unit:
    """A node of the tree; `level` is a code of type ZZJB, `head` an employee code, `region` a code of type DQ."""

    code: str
    name_zh: str
    name_en: str
    parent: str | None
    level: str
    head: str | None
    region: str | None
    founded: int


def region_units() -> dict[str, str]:
    """The unit code of each region by its region code, in the order of the tree."""
    return {
        region: f"{company[0]}{place:02d}"
        for company in SUBSIDIARIES
        for place, region in enumerate(company[3], start=1)
    }


def region_heads() -> dict[str, str]:
    """The employee code of each regional manager by region code: YG0011 to YG0018."""
    return {region: f"YG{number:04d}" for number, region in enumerate(region_units(), start=11)}


def units() -> list[Unit]:
    """All 52 units, parents before children."""
    top = Unit(GROUP, "青屿示例集团", "Qingyu Sample Group", None, "1", EXECUTIVE, None, 1998)
    companies = [
        Unit(code, zh, en, GROUP, "2", f"YG{number:04d}", None, founded)
        for number, (code, zh, en, _, founded) in enumerate(SUBSIDIARIES, start=4)
    ]
    return [top, *companies, *_regions(), *_offices(), *_region_departments()]


def _regions() -> list[Unit]:
    heads = region_heads()
    return [
        Unit(code, *REGION_NAMES[region], code[:4], "3", heads[region], region, 2012 + number)
        for number, (region, code) in enumerate(region_units().items())
    ]


def _region_departments() -> list[Unit]:
    """Four departments for each region, led by the regional manager."""
    heads = region_heads()
    departments = []
    for region, parent in region_units().items():
        zh, en = REGION_NAMES[region]
        for number, (name_zh, name_en) in enumerate(REGION_DEPARTMENTS, start=1):
            names = (zh.replace("大区", name_zh), en.replace("region", name_en))
            unit = Unit(f"{parent}{number:02d}", *names, parent, "4", heads[region], region, 2014 + number)
            departments.append(unit)
    return departments


def _offices() -> list[Unit]:
    return [
        Unit(code, zh, en, parent, "4", None if code != "1092" else "YG0003", None, 2009)
        for code, parent, zh, en in OFFICE_DEPARTMENTS
    ]
