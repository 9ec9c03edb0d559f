"""Whose a record is: columns with its owner, its organisation unit and its region, or the record that it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.columns import words_of
from models.wiring.nouns import Relation

OWNER = re.compile(
    r"(?i)owner|sales(?:man|person|_?rep)|assign|handler|technician|engineer|responsible|account_?manager|^ywy|^fzr|^clr$|principal"
)
OWNER_ZH = re.compile(r"业务员|负责人|销售员|处理人|跟进人|客户经理|工程师|归属人|所有人|经办人|服务人员")
NOT_OWNER = re.compile(
    r"(?i)creat|^pre_?owner|previous|former|^old_|^last_|上一|前负责|原负责|updat|modif|approv|audit|check|submit|上级|创建|审核|更新|修改|审批|录入|制单"
)
UNIT_ZH = re.compile(r"部门|单位|机构|组织|分公司|门店")
REGION = re.compile(
    r"(?i)^(?:region|area|district|territory|dq|qy|dqbm|quyu|diqu|sales_region)(?:_?(?:id|code|no|bm|bh))?$"
)
REGION_ZH = re.compile(r"^(?:所属|所在|销售)?(?:地区|区域|大区|片区)(?:编码|编号|代码)?$")


ADDRESS = (r"province|省|country", r"city|市")
TECHNICAL = re.compile(r"(?i)oss|storage|bucket|cloud|server")


@dataclass(frozen=True)
class Scope:
    """Column names, and the name of a relation; "" = none."""

    owner: str = ""
    unit: str = ""
    region: str = ""
    parent: str = ""


def scope_of(table: TableFacts, role: str, relations: list[Relation], roles: dict[str, str]) -> Scope:
    """The scope of a table; `roles` are the roles of entities by name."""
    leading = {r.columns[0]: roles.get(r.target, "other") for r in relations if len(r.columns) == 1}
    owner = "" if role in {"employee", "organisation"} else _owner(table, leading)
    unit = _unit(table, role, leading)
    parent = (
        ""
        if owner or unit or role in {"employee", "organisation", "product"}
        else _parent(table, relations, roles)
    )
    return Scope(owner, unit, _region(table, leading), parent)


def _owner(table: TableFacts, leading: dict[str, str]) -> str:
    """A column that leads to an employee and says "responsible"; never the one who typed it in."""
    people = [
        c for c in table.columns if leading.get(c.name) == "employee" and not _says(c, NOT_OWNER, NOT_OWNER)
    ]
    named = [c for c in people if _says(c, OWNER, OWNER_ZH)]
    return named[0].name if named else ""


def _unit(table: TableFacts, role: str, leading: dict[str, str]) -> str:
    if role == "organisation":
        return ""
    units = [c for c in table.columns if leading.get(c.name) == "organisation"]
    named = [c for c in units if UNIT_ZH.search(words_of(c))]
    return next((c.name for c in [*named, *units]), "")


def _region(table: TableFacts, leading: dict[str, str]) -> str:
    """A sales region; the district of an address beside its province and city is none, nor is the key of the regions themselves."""
    called = [c for c in table.columns if REGION.match(c.name) or REGION_ZH.match(words_of(c))]
    found = [c for c in called if (c.name,) not in table.unique_keys and not TECHNICAL.search(table.name)]
    if _is_address(table):
        found = [c for c in found if c.name in leading]
    return next((c.name for c in found), "")


def _is_address(table: TableFacts) -> bool:
    said = [f"{c.name} {words_of(c)}".lower() for c in table.columns]
    return all(any(re.search(part, text) for text in said) for part in ADDRESS)


PARENTS = ("order", "ticket", "customer", "asset", "payment", "contact")


def _parent(table: TableFacts, relations: list[Relation], roles: dict[str, str]) -> str:
    """A detail follows the record that it belongs to."""
    usable = [r for r in relations if roles.get(r.target) in PARENTS and r.columns]
    inside_key = [r for r in usable if set(r.columns) <= set(table.primary_key)]
    ranked = sorted(inside_key or usable, key=lambda r: PARENTS.index(roles[r.target]))
    return ranked[0].name if ranked else ""


def _says(column: ColumnFacts, name: re.Pattern[str], chinese: re.Pattern[str]) -> bool:
    return bool(name.search(column.name) or chinese.search(words_of(column)))
