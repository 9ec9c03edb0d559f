"""The employees: the demo accounts under their fixed codes, and their colleagues in every department."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from demo.accounts import ACCOUNTS, EXECUTIVE, Account
from demo.generate.names import mix, person
from demo.generate.timeline import Timeline
from demo.organisation import GROUP, Unit, units

REGION_WEIGHTS = {"HD": 3.0, "DN": 1.6, "HZ": 1.8, "HB": 2.2, "DB": 1.2, "XB": 1.0, "HN": 2.4, "XI": 1.5}
DEMO_WEIGHT = 2.5
CREW = {"Sales": ("05", 8), "Service": ("06", 6), "Records": ("07", 4)}
FIRST_COLLEAGUE = 200


@dataclass(frozen=True)
class Employee:
    """One employee; `weight` says how much work falls to this person compared with others.

    `joined` is a day of the timeline, `region` None outside the regions.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    region: str | None
    position: str
    superior: str | None
    login: str | None
    joined: int
    weight: float


def staff(time: Timeline, salt: int) -> list[Employee]:
    """All employees in the order of their codes, superiors known by code."""
    tree = units()
    known = [_of_account(account, tree, time) for account in ACCOUNTS]
    taken = {employee.code for employee in known}
    heads = [
        _head(unit, time, salt) for unit in tree if unit.head and unit.head not in taken and unit.level != "4"
    ]
    colleagues = list(_colleagues(tree, time, salt))
    return sorted([*known, *heads, *colleagues], key=lambda employee: employee.code)


def _of_account(account: Account, tree: list[Unit], time: Timeline) -> Employee:
    region = next(unit.region for unit in tree if unit.code == account.unit)
    weight = DEMO_WEIGHT * REGION_WEIGHTS.get(region or "", 1.0) if account.position == "05" else 2.0
    names = (account.name_zh, account.name_en)
    place = (account.unit, region, account.position, account.superior)
    return Employee(account.employee, *names, *place, account.username, time.window // 2, weight)


def _head(unit: Unit, time: Timeline, salt: int) -> Employee:
    """The manager of a region or subsidiary who has no account."""
    code = unit.head or ""
    position, superior = ("02", EXECUTIVE) if unit.level == "2" else ("03", _company_head(unit))
    h = mix(salt + int(code[2:]))
    return Employee(code, *person(h), unit.code, unit.region, position, superior, None, time.window // 3, 1.0)


def _company_head(region: Unit) -> str:
    """The manager of the subsidiary that a region belongs to: YG0004 for 1001 and so on."""
    return f"YG{int((region.parent or '')[-1]) + 3:04d}"


def _colleagues(tree: list[Unit], time: Timeline, salt: int) -> Iterator[Employee]:
    """Everyone else, department by department; the codes begin where the accounts' end."""
    number = FIRST_COLLEAGUE
    for unit in tree:
        position, count = _crew(unit)
        for _ in range(count):
            h = mix(salt + 7_000 + number)
            weight = REGION_WEIGHTS.get(unit.region or "", 1.0) if position == "05" else 1.0
            superior = unit.head or EXECUTIVE
            place = (unit.code, unit.region, position, superior)
            yield Employee(f"YG{number:04d}", *person(h), *place, None, h % time.last, weight)
            number += 1


def _crew(unit: Unit) -> tuple[str, int]:
    """Position and head count of a department; none in the units above."""
    if unit.level != "4" or unit.code == GROUP:
        return "08", 0
    kind = next((kind for kind in CREW if kind in unit.name_en), None)
    return CREW[kind] if kind else ("08", 5)
