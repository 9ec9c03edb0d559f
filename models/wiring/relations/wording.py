"""The words of names, made comparable: in English, written out, in the singular."""

from __future__ import annotations

from functools import lru_cache

from models.wiring.glossary import IRREGULAR, foreign, singulars

ABBREVIATIONS = {
    "dept": "department", "cust": "customer", "prod": "product", "emp": "employee", "org": "organization", "cat": "category",
    "acct": "account", "loc": "location", "mfr": "manufacturer", "addr": "address", "inv": "invoice", "tpl": "template", "temp": "template", "tmpl": "template",
    "lang": "language", "curr": "currency", "usr": "user", "grp": "group", "supp": "supplier", "vend": "vendor", "proj": "project",
    "cntry": "country", "stk": "stock", "purch": "purchase", "cate": "category", "catg": "category", "whs": "warehouse", "brch": "branch", "ord": "order", "doc": "document", "msg": "message", "cfg": "config", "organisation": "organization",
}  # fmt: skip


def singular(parts: list[str]) -> tuple[str, ...]:
    """Words with the last one in the singular, for comparing table and column names."""
    return (*parts[:-1], _shortest(parts[-1])) if parts else ()


def _shortest(word: str) -> str:
    """The singular: an irregular one may be no shorter ("people")."""
    forms = singulars(word)
    return IRREGULAR.get(word) or min(forms, key=len)


def subject(parts: list[str]) -> tuple[str, ...]:
    """Words for comparing what tables and columns are about: in English, written out, the end in the singular."""
    return singular([_written_out(part) for part in parts])


@lru_cache(4096)
def _written_out(part: str) -> str:
    known = (ABBREVIATIONS.get(form) or foreign().get(form) for form in singulars(part))
    return next(filter(None, known), part)


def loosely(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Every word in the singular: orders_status is order_status."""
    return tuple(_shortest(part) for part in parts)
