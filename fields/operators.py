"""Which comparisons the kinds offer, and what they are called."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

NULLS = ("is_null", "not_null")
SAME = ("eq", "ne", "in", "not_in")
ORDER = ("lt", "lte", "gt", "gte", "between")
PARTS = ("starts", "contains", "ends")
EMPTY = ("empty", "not_empty")

CODES = (*SAME, *NULLS)
NUMBERS = (*SAME, *ORDER, *NULLS)
TEXTS = (*SAME, *PARTS, *ORDER, *EMPTY, *NULLS)
MOMENTS = ("eq", "ne", "lt", "lte", "gt", "gte", "between", "within", *NULLS)
LISTS = frozenset({"in", "not_in"})
NO_VALUE = frozenset({"is_null", "not_null", "is_true", "is_false", "empty", "not_empty"})

LABELS: dict[str, Any] = {
    "eq": _l("is"),
    "ne": _l("is not"),
    "lt": _l("less than"),
    "lte": _l("at most"),
    "gt": _l("more than"),
    "gte": _l("at least"),
    "between": _l("between"),
    "in": _l("is one of"),
    "not_in": _l("is none of"),
    "is_null": _l("is not set"),
    "not_null": _l("is set"),
    "empty": _l("is empty"),
    "not_empty": _l("is not empty"),
    "starts": _l("starts with"),
    "contains": _l("contains"),
    "ends": _l("ends with"),
    "is_true": _l("is yes"),
    "is_false": _l("is no"),
    "has": _l("includes"),
    "within": _l("in the time"),
}
"""Lazy words by operator, for filter menus and chips."""
