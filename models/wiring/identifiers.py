"""Identifiers as people read them: split into words, without the schema's common prefix, as URL-safe slugs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from functools import lru_cache

from models.wiring.glossary import english, singulars
from models.wiring.syllables import syllables

PREFIX_SHARE = 0.6
"""A prefix counts as the schema's own when this share of its tables has it."""
ALL_SHARE = 0.95
"""A further part of the prefix has to be on nearly all of them."""
BARE = {"type", "code", "key", "value", "status", "state", "data", "name"}
"""Words that say nothing without what stands before them."""
SHORT_PREFIXES = {"t", "tb", "tbl", "tab", "table", "v", "vw", "sys", "biz", "sg", "bas", "base"}
"""Prefixes that say nothing about a table's subject."""


def words(identifier: str) -> list[str]:
    """Lower-case words of an identifier: snake_case, kebab-case, camelCase and XMLHttp are split; KHBH stays whole."""
    return list(_words(identifier))


@lru_cache(16384)
def _words(identifier: str) -> tuple[str, ...]:
    spaced = re.sub(r"[^0-9A-Za-z\u0080-\uffff]+", " ", identifier)
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", spaced)
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", spaced)
    return tuple(spaced.lower().split())


def common_prefix(tables: Collection[str]) -> str:
    """The prefix that most tables of a schema share, with its separators ("jsh_", "tb_shop_"); "" = none.

    "order_" is none beside a table "order": those are its details.
    """
    prefix = _first_part(tables, PREFIX_SHARE)
    while prefix:
        rest = [name[len(prefix) :] for name in tables if name.startswith(prefix)]
        further = _first_part(rest, ALL_SHARE)
        if not further:
            break
        prefix += further
    return prefix


def _first_part(tables: Collection[str], share: float) -> str:
    counts = Counter(match[0] for name in tables if (match := re.match(r"[^_.\- ]+[_.\- ]+(?=.)", name)))
    prefix, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    is_subject = prefix.rstrip("_.- ").lower() in {name.lower() for name in tables}
    return prefix if count >= 3 and count >= share * len(tables) and not is_subject else ""


def module_prefix(table: str) -> str:
    """What stands before the first separator, for grouping tables: "crm" of "crm_customer"; "" = none."""
    match = re.match(r"([^_.\- ]+)[_.\- ]+.", table)
    return match[1].lower() if match else ""


def without_prefix(table: str, prefix: str) -> str:
    """The table's own name: "supplier" of "jsh_supplier", "KHZL" of "T_KHZL"."""
    if prefix and table.startswith(prefix):
        return table[len(prefix) :]
    glued = re.fullmatch(r"(?:sys|tbl)([a-z]{3,})", table)
    if (
        glued
        and singulars(glued[1])[-1] not in BARE
        and any(form in english() for form in singulars(glued[1]))
    ):
        return glued[1]
    head, separator, rest = table.partition("_")
    return rest if separator and rest and head.lower() in SHORT_PREFIXES else table


def slug(identifier: str) -> str:
    """Lower-case letters, digits and hyphens; Chinese as pinyin; never empty."""
    plain = " ".join(syllables(identifier))
    parts = re.findall(r"[a-z0-9]+", " ".join(words(plain)))
    return "-".join(parts)[:80].strip("-") or "table"


def unique_slugs(names: Mapping[str, str], taken: Collection[str] = ()) -> dict[str, str]:
    """A slug of each value by its key, unique among them and among those `taken`: the second "a-b" is "a-b-2"."""
    used = set(taken)
    found = {}
    for key, name in names.items():
        base = candidate = slug(name)
        number = 2
        while candidate in used:
            candidate, number = f"{base}-{number}", number + 1
        used.add(candidate)
        found[key] = candidate
    return found
