"""Columns that say that a row is deleted, with the values that say so: 1 of "deleted", 0 of "status: 0 deleted, 1 normal"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.comments import INTEGERS, TEXTS, options

NAMED = re.compile(
    r"(?i)^(?:is_?)?(?:deleted?|del|removed|dr)(?:_?(?:flag|status|mark|state|fg))?$|^(?:scbz|sfsc|scbs|zfbz)$"
)
NAMED_ZH = re.compile(r"删除(?:标志|标记|标识|状态)|逻辑删除|是否删除|软删除|作废标志")
STATE = re.compile(
    r"(?i)^(?:is_?)?(?:status|state|valid|yn|zt|yxbz|sfyx|flag|data_?(?:status|state|flag)|record_?(?:status|state))$"
)
"""Columns whose codes may say it: what they are called alone does not."""
GONE = re.compile(
    r"(?i)^(?:已|被|已被|逻辑)?(?:删除|作废|移除)(?:状态)?$|^(?:deleted|removed|void(?:ed)?)$|^(?:无效|失效)[（(]?(?:已)?删除[）)]?$"
)
LIVE = re.compile(
    r"(?i)^(?:正常|未删除?|未被删除|没有删除|存在|有效|可用|启用|在用|使用中|否|no|normal|live|active|valid|ok)(?:状态)?$"
)
LETTERS = {"N": "Y", "F": "T"}


def is_delete_flag(column: ColumnFacts) -> bool:
    """By its name or comment, or a state with two values one of which is "deleted"."""
    if column.base_type not in TEXTS | INTEGERS | {"bit", "enum"} or (column.length or 1) > 10:
        return False
    is_named = NAMED.search(column.name) or NAMED_ZH.search(column.comment)
    return bool(is_named or (STATE.match(column.name) and _told(column)))


def _told(column: ColumnFacts) -> tuple[str, str] | None:
    """(deleted, live) of a comment with two codes, exactly one of which means deleted."""
    named = {str(one["value"]): list(one["label"].values()) for one in options(column)}
    gone = [code for code, labels in named.items() if any(GONE.match(label.strip()) for label in labels)]
    live = [code for code, labels in named.items() if any(LIVE.match(label.strip()) for label in labels)]
    return (gone[0], live[0]) if len(named) == 2 and len(gone) == len(live) == 1 else None


def delete_flag(table: TableFacts, pairs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """{"field", "deleted", "live"} as stored; {} = rows are really deleted. `pairs` are known flag settings."""
    found = [column for column in table.columns if is_delete_flag(column)]
    found.sort(key=lambda column: not NAMED.search(column.name))
    if not found:
        return {}
    column = found[0]
    deleted, live = _values(column, pairs.get(column.name, {}))
    if column.base_type in TEXTS | {"enum"}:
        return {"field": column.name, "deleted": deleted, "live": live}
    numbers = [int(text) for text in (deleted, live) if re.fullmatch(r"-?\d{1,9}", text)]
    return {"field": column.name, "deleted": numbers[0], "live": numbers[1]} if len(numbers) == 2 else {}


def _values(column: ColumnFacts, known: Mapping[str, Any]) -> tuple[str, str]:
    """What stands for deleted and for live: as the values showed, as the comment says, as the default has it."""
    told, preset = _told(column), (column.default or "").strip("'")
    if told and {str(one) for one in known.values() if isinstance(one, str)} <= set(told):
        return told
    if "true" in known:
        return str(known["true"]), str(known.get("false", "0"))
    if column.base_type in TEXTS and preset in LETTERS:
        return LETTERS[preset], preset
    return "1", "0"
