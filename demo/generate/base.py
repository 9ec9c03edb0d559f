"""The rows of the small tables: organisation, employees, dictionaries, parameters and the operation log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, Table

from demo.codes import CODES
from demo.generate.names import COLOURS, ip, mix
from demo.generate.picture import png
from demo.organisation import units
from demo.schema import tables

if TYPE_CHECKING:
    from demo.generate.staff import Employee
    from demo.generate.world import World

LOG = 9
TABLE_MARK = "*"
LOG_TABLES = ("T_KHZL", "T_DDZB", "T_GDZB", "T_SKDJ")
LOG_TEXTS = {"1": "登录成功", "2": "新增记录", "3": "修改记录", "4": "删除记录", "5": "打印单据"}


def unit_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_ZZJG."""
    time = world.time
    for place, unit in enumerate(units()):
        names = (unit.code, unit.name_zh, unit.name_en, unit.parent)
        phone = f"0571-0{place:03d}0000" if place < 20 else None
        rest = (unit.level, unit.head, unit.region, phone, unit.founded, place * 10)
        yield (*names, *rest, "N", time.at(time.window, 36_000))


def employee_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_YGDA."""
    for place, person in enumerate(world.staff):
        yield _employee(world, place, person)


def _employee(world: World, place: int, person: Employee) -> tuple[object, ...]:
    time, h = world.time, mix(world.salt + 5_000_000 + place)
    is_gone = person.login is None and place % 23 == 11 and person.position in {"05", "07", "08"}
    who = (
        person.code,
        person.name_zh,
        person.name_en,
        "12"[h & 1],
        person.unit,
        person.position,
        person.superior,
    )
    phone, mail = f"15400{h >> 1 & 0xFFFFF:07d}"[:11], f"{person.code.lower()}@qingyu.example"
    born = f"{1965 + (h >> 22 & 31)}-{(h >> 27) % 12 + 1:02d}-{(h >> 31) % 28 + 1:02d}"
    flags = ("N" if is_gone else "Y", person.login)
    shift = ("08:30:00.000000", "17:30:00.000000") if h >> 36 & 3 else ("22:00:00.000000", "06:00:00.000000")
    look = (COLOURS[h >> 38 & 15], png(h >> 38 & 15))
    return (
        *who,
        phone,
        mail,
        time.number[person.joined],
        born,
        *flags,
        *shift,
        *look,
        time.at(person.joined, 36_000),
    )


def code_rows(_: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_ZDB."""
    for kind, codes in CODES.items():
        for place, (code, (zh, en)) in enumerate(codes.items(), start=1):
            yield kind, code, zh, en, place * 10, "Y"


def label_rows(_: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_SJZD: for each table one with the column name *, then one for each column."""
    metadata: MetaData = tables()
    for table in metadata.tables.values():
        yield table.name, TABLE_MARK, table.comment, table.info["en"], None
        yield from _column_labels(table)


def _column_labels(table: Table) -> Iterator[tuple[object, ...]]:
    for column in table.columns:
        yield table.name, column.name, column.comment, column.info["en"], column.info["codes"]


def parameter_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_XTCS: how this demo was made."""
    plan = world.plan
    yield "XTMC", "青屿示例集团 ERP 3.2", "系统名称"
    yield "SCSJ", plan.now.isoformat(sep=" "), "演示数据生成时间"
    yield "SCZZ", str(plan.seed), "演示数据随机种子"
    yield "KHSL", str(plan.customers), "演示客户数量"
    yield "SQ", plan.time_zone, "系统时区"


def log_rows(world: World) -> Iterator[tuple[object, ...]]:
    """The rows of T_CZRZ, which has no key at all, over the last ninety days."""
    time, count = world.time, world.plan.log_entries
    seconds = 90 * 86_400
    first = time.last * 86_400 + time.second - seconds
    for number in range(count):
        h = world.hash(LOG, number)
        instant = first + seconds * (number + 1) // count
        day, second = divmod(instant, 86_400)
        person, kind = world.staff[h % len(world.staff)], "1112333345"[(h >> 20) % 10]
        what = (None if kind == "1" else LOG_TABLES[h >> 24 & 3], ip(h >> 28), LOG_TEXTS[kind])
        yield time.epoch + instant, person.code, kind, *what, time.at(day, second)
