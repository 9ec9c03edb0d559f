"""What comments and sampled values say about a column's meaning: flags, codes, day numbers, epoch times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.legacy.facts import ColumnFacts
from models.wiring.comments import INTEGERS, TEXTS, Option, flag_values, options
from models.wiring.identifiers import words

FLAG_PAIRS = (("Y", "N"), ("T", "F"), ("1", "0"), ("是", "否"), ("true", "false"), ("yes", "no"), ("S", "N"))
FLAG_NAME = re.compile(
    r"(?i)^(?:is|has|can|allow|enable|need|use|sf)[_A-Z]|(?:flag|bz|_yn|_ind|_fg|ed|able|标志|标识|标记)$"
)
FLAG_COMMENT = re.compile(r"是否|标志|标识|标记|有无|能否|(?i:whether|flag|yes/no|y/n)")
DAY_NAME = re.compile(r"(?i)(?:date|day|rq|riqi|日期|日)$|(?:date|riqi)")
TIME_NAME = re.compile(r"(?i)(?:time|stamp|date|_at|sj|sjc|ts|rq|时间|时间戳|modified|created|updated|last)")
TIME_COMMENT = re.compile(r"时间戳|时间|日期|(?i:timestamp|unix|epoch|time|date)")
RATING = re.compile(r"(?i)rating|score|stars?$|satisfaction|评分|评级|评价|满意度|星级")
YEAR = re.compile(r"(?i)(?:^|_)year$|年份|年度|NF$")
MONEY = re.compile(
    r"额度|欠款|应收|应付|余额|预算|订金|定金|押金|预收|预付|运费|税额|(?i:limit|credit|balance|budget|debt)"
)
FIRST_DAY, LAST_DAY = 19000101, 21001231
SECONDS = (631_152_000, 4_102_444_800)
"""1990 to 2100."""


@dataclass(frozen=True)
class Hint:
    """Settings for a field, and its kind when only the values tell it."""

    settings: dict[str, Any] = field(default_factory=dict)
    kind: str = ""


def hint(column: ColumnFacts, values: Sequence[Any]) -> Hint:
    """What is known beyond the column's type; `values` are distinct sampled ones without NULL."""
    named = options(column)
    if named and _cover({str(entry["value"]) for entry in named}, values):
        return _flag(column, named) or Hint({"options": named})
    if column.base_type in TEXTS | {"enum"}:
        return _letter_flag(column, values)
    if column.base_type in INTEGERS:
        return _number(column, values)
    if column.base_type in {"decimal", "numeric"} and column.scale:
        return _decimal(column)
    return Hint()


def _flag(column: ColumnFacts, named: list[Option]) -> Hint | None:
    """Yes or no, where the column is called so; a status with two values stays a choice between its words."""
    pair = flag_values(named)
    if pair is None or not (
        _is_called_flag(column) or {"是", "否"} == {one["label"].get("zh") for one in named}
    ):
        return None
    kind = "" if column.base_type in TEXTS else "boolean"
    return Hint({"true": pair[0], "false": pair[1]}, kind)


def _is_called_flag(column: ColumnFacts) -> bool:
    return bool(FLAG_NAME.search(column.name) or FLAG_COMMENT.search(column.comment))


def _decimal(column: ColumnFacts) -> Hint:
    """A sign of percent in the comment; two places and a word for money."""
    if re.search(r"[%％‰]", column.comment):
        return Hint({}, "percent" if "‰" not in column.comment else "")
    is_money = column.scale in range(2, 7) and MONEY.search(f"{column.name} {column.comment}")
    return Hint({}, "money") if is_money else Hint()


def _cover(codes: set[str], values: Sequence[Any]) -> bool:
    """Most of the stored values are explained."""
    stored = {_text(value) for value in values}
    if "0" not in codes:
        stored -= {"0", ""}  # not chosen yet
    return not stored or len(stored & codes) >= 0.8 * len(stored)


def _text(value: Any) -> str:
    return str(int.from_bytes(value)) if isinstance(value, bytes) else str(value).strip()


def _letter_flag(column: ColumnFacts, values: Sequence[Any]) -> Hint:
    """Y and N, T and F, 1 and 0 in a short text."""
    if (column.length or 1) > 5:
        return Hint()
    stored = {_text(value) for value in values}
    preset = (column.default or "").strip("'")
    is_named = _is_called_flag(column)
    for true, false in FLAG_PAIRS:
        fits = (stored or {preset}) <= {true, false, ""} and (stored | {preset}) & {true, false}
        if fits and (is_named or (true != "1" and stored == {true, false})):
            return Hint({"true": true, "false": false})
    return Hint()


def _number(column: ColumnFacts, values: Sequence[Any]) -> Hint:
    whole = [value for value in values if isinstance(value, int)]
    if len(whole) < len(values):
        return Hint()
    if _are_days(column, whole):
        return Hint({}, "yyyymmdd")
    unit = _epoch_unit(column, whole)
    if unit:
        return Hint({"unit": unit}, "epoch")
    return _small_number(column, whole)


def _small_number(column: ColumnFacts, whole: Sequence[int]) -> Hint:
    """Stars, years, and yes or no in a number."""
    said = f"{column.name} {column.comment}"
    if RATING.search(said) and whole and 2 <= max(whole) <= 5 and min(whole) >= 0:
        return Hint({"max": 5}, "rating")
    if YEAR.search(said) and whole and all(1901 <= value <= 2155 for value in whole):
        return Hint({}, "year")
    if _is_called_flag(column) and whole and set(whole) <= {0, 1} and words(column.name)[-1:] != ["id"]:
        return Hint({"true": "1", "false": "0"}, "boolean")
    return Hint()


def _are_days(column: ColumnFacts, values: Sequence[int]) -> bool:
    if not DAY_NAME.search(column.name) and "日" not in column.comment and len(values) < 10:
        return False
    return bool(values) and all(_is_day(value) for value in values)


def _is_day(value: int) -> bool:
    if not FIRST_DAY <= value <= LAST_DAY:
        return False
    try:
        date(value // 10000, value // 100 % 100, value % 100)
    except ValueError:
        return False
    return True


def _epoch_unit(column: ColumnFacts, values: Sequence[int]) -> str:
    """The unit, "s" or "ms"; "" = no time."""
    if not values or not (TIME_NAME.search(column.name) or TIME_COMMENT.search(column.comment)):
        return ""
    low, high = SECONDS
    if all(low <= value <= high for value in values):
        return "s"
    return "ms" if all(low * 1000 <= value <= high * 1000 for value in values) else ""


def is_denied(kind: str, values: Sequence[Any]) -> bool:
    """Whether none of the stored values is what the name promised: 7 and 31 are no days, "none" is no telephone."""
    shapes = {"yyyymmdd": _is_written_day, "epoch": _is_moment, "email": _has_at, "phone": _has_figures}
    stored = [value for value in values if _text(value) not in {"", "0"}]
    return kind in shapes and bool(stored) and not any(shapes[kind](value) for value in stored)


def plain_kind(column: ColumnFacts) -> str:
    """The field type that promises nothing."""
    return "integer" if column.base_type in INTEGERS else "text"


def _is_written_day(value: Any) -> bool:
    text = _text(value)
    return text.isdigit() and _is_day(int(text))


def _is_moment(value: Any) -> bool:
    low, high = SECONDS
    text = _text(value)
    return text.isdigit() and (low <= int(text) <= high or low <= int(text) / 1000 <= high)


def _has_at(value: Any) -> bool:
    return "@" in _text(value)


def _has_figures(value: Any) -> bool:
    """Three in a row, as the shortest number of a service has."""
    return re.search(r"(?:\d[\s()./-]*){3}", _text(value)) is not None
