"""Which columns of an entity mean status, amount, owner, region and its days: by the wiring first, by their names else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from charts.buckets import DATE_KINDS
from models.wiring.nouns import Entity, Field

GROUP_KINDS = frozenset({"code", "enum", "flag", "boolean", "relation", "text", "integer", "rating"})
NUMBER_KINDS = frozenset({"money", "decimal", "integer", "float", "percent"})
STATUS = r"status|stage|\bstate\b|状态|阶段|(^|[_ ])[a-z]*zt($|[_ ])"
REGION = r"region|province|\barea\b|territory|地区|大区|区域|省份|(^|[_ ])dqbm($|[_ ])"
OWNER = r"owner|assignee|assigned|salesperson|sales.?rep|handler|负责人|业务员|处理人|经办人|跟进人"
AMOUNT = r"amount|total|金额|总额|价税合计|(^|[_ ])[a-z]*je($|[_ ])"
NOT_AMOUNT = r"paid|received|discount|tax|freight|shipping|limit|已收|已付|未收|折扣|税|运费|额度"
PRIORITY = r"priority|severity|urgency|优先|紧急|严重"
CLOSED = r"clos|resolved|finish|complet|solved|关闭|解决|完成|结束|办结"
DUE = r"\bdue|deadline|expire|required|截止|到期|期限|要求完成"
BEGUN = {
    "customer": r"regist|creat|since|登记|建档|创建|注册|录入",
    "order": r"order.?(ed|date)|(ordered|placed|sold) (on|at)|订单日期|下单|订货|签订",
    "payment": r"paid|pay(ment)?.?date|received|收款|付款|到账",
    "ticket": r"creat|open|report|submi|raised|创建|报修|提交|受理|登记",
}
"""What the day is called on which a thing of this role came about."""
CREATED = r"creat|regist|added|创建|登记|录入|建档"


def begun(entity: Entity) -> str:
    """The day on which the thing came about; "" when no column says so. Indexed columns come first."""
    usual = BEGUN.get(entity.role, CREATED)
    dates = _of_kinds(entity, DATE_KINDS)
    named = _named(dates, usual) or _named(dates, CREATED) or _named(dates, r"date|日期|time|时间")
    others = [
        field for field in named if not re.search(f"{CLOSED}|{DUE}|updat|modif|更新|修改", words_of(field))
    ]
    return _best(entity, others)


def status(entity: Entity) -> str:
    """Where a thing stands."""
    grouping = _of_kinds(entity, GROUP_KINDS - {"integer", "text"})
    return _best(entity, _named(grouping, STATUS)) or _best(
        entity, _named(_of_kinds(entity, GROUP_KINDS), STATUS)
    )


def region(entity: Entity) -> str:
    """The part of the country, or the like."""
    return entity.region or _best(entity, _named(_of_kinds(entity, GROUP_KINDS), REGION))


def owner(entity: Entity) -> str:
    """Who answers for it."""
    return entity.owner or _best(entity, _named(_of_kinds(entity, GROUP_KINDS), OWNER))


def priority(entity: Entity) -> str:
    """How urgent it is."""
    return _best(entity, _named(_of_kinds(entity, GROUP_KINDS), PRIORITY))


def amount(entity: Entity) -> str:
    """The money it is about."""
    numbers = _of_kinds(entity, {"money"}) or _of_kinds(entity, {"decimal", "float"})
    named = [field for field in _named(numbers, AMOUNT) if not re.search(NOT_AMOUNT, words_of(field))]
    return named[0].name if named else ""


def closed(entity: Entity) -> str:
    """When it was done with; NULL while it is open."""
    found = [field for field in _named(_of_kinds(entity, DATE_KINDS), CLOSED) if field.nullable]
    return found[0].name if found else ""


def due(entity: Entity) -> str:
    """When it has to be done."""
    return _best(entity, _named(_of_kinds(entity, DATE_KINDS), DUE))


def words_of(field: Field) -> str:
    """Everything a column says about itself, lower case."""
    return f"{field.name} {field.label.en} {field.label.zh}".lower()


def _of_kinds(entity: Entity, kinds: Iterable[str]) -> list[Field]:
    return [field for field in entity.fields.values() if field.kind in kinds]


def _named(found: Iterable[Field], pattern: str) -> list[Field]:
    return [field for field in found if re.search(pattern, words_of(field))]


def _best(entity: Entity, found: Iterable[Field]) -> str:
    """The first one that an index begins with, else the first."""
    leading = {index[0] for index in entity.indexes if index}
    by_index: Callable[[Field], bool] = lambda field: field.name not in leading  # noqa: E731 - a key for min
    best = min(found, key=by_index, default=None)
    return best.name if best else ""
