"""Lists of keys kept in one text: "1,5,9" in "tag_ids", "0,100,101" in "ancestors"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from models.legacy.facts import ColumnFacts, TableFacts
from models.legacy.samples import VALUES, Samples, distinct
from models.wiring.comments import TEXTS
from models.wiring.identifiers import words
from models.wiring.relations.evidence import Candidate, combined
from models.wiring.relations.subjects import SubjectIndex, Target, family
from models.wiring.relations.values import checked, is_telling

SEPARATORS = (",", ";", "|")
ROOTS = {"0", "-1"}
"""Stand for "above all" at the beginning of a way through a tree."""
KEY = r"-?[A-Za-z0-9][A-Za-z0-9_-]{0,38}"
WHOLE = re.compile(r"[1-9]\d{0,18}")
KEY_NAME = re.compile(r"(?i)(?:id|_by|bh|编号)$")
NAMED = 0.78
SEVERAL = 0.15
"""Share of the sampled values that hold more than one key."""
AROUND = " \t\r\n[]{}()\"'"
ENDINGS = {"ids", "list", "set", "arr", "array", "codes", "nos", "keys", "path", "ids_list"}
TREE = {
    "ancestors",
    "ancestor",
    "path",
    "parents",
    "levels",
    "tree",
    "parentids",
    "pids",
    "parentlist",
    "treepath",
    "idpath",
    "orgpath",
}
WAYS = re.compile(r"(?:^|_)(?:pids|parent_ids|parents|ancestors|tree_path|id_path)$")
TREE_ZH = re.compile(r"祖级|层级|上级.*(?:列表|集合|路径)|所有父")
Rule = Callable[[SubjectIndex, TableFacts, ColumnFacts], Iterator[Candidate]]


def by_list(
    index: SubjectIndex, table: TableFacts, rules: tuple[Rule, ...], samples: Samples
) -> list[Candidate]:
    """Candidates for columns whose values are lists, with the rules for single keys on the name in the singular."""
    rows, found = samples.rows(table), []
    for column in table.columns:
        if column.base_type not in TEXTS or not (values := distinct(rows, column.name)):
            continue
        separator = _separator(values)
        keys = _keys(values, separator) if separator else []
        if not separator:
            found += _text_keys(index, table, column, rules, values, samples)
        elif keys:
            found += _guesses(index, table, column, rules, keys, separator, samples)
    return found


def _text_keys(  # noqa: PLR0917 - a column and what it holds
    index: SubjectIndex,
    table: TableFacts,
    column: ColumnFacts,
    rules: tuple[Rule, ...],
    values: list[Any],
    samples: Samples,
) -> list[Candidate]:
    """Keys of numbers that are kept one by one in a text: "item_category" holds "1828364988754595841"."""
    texts = [str(value).strip() for value in values]
    if (column.name,) == table.primary_key or not all(WHOLE.fullmatch(text) for text in texts):
        return []
    keys = list(dict.fromkeys(int(text) for text in texts))
    number = replace(column, sql_type="bigint", length=None)
    guesses = combined([g for rule in rules for g in rule(index, table, number)])
    named = [g for g in guesses if g.score >= NAMED and family_of(g) == "integer"]
    if named and not is_telling(keys) and not KEY_NAME.search(column.name):
        return []
    return [
        replace(checked(g, samples, keys), separator=",", reasons=(*g.reasons, "text-key", "values"))
        for g in sorted(named, key=lambda g: -g.score)[:2]
    ]


def family_of(candidate: Candidate) -> str:
    """The family of types of the key that it leads to."""
    target = candidate.target.column(candidate.target_columns[0])
    return family(target) if target is not None else ""


def _separator(values: list[Any]) -> str:
    """What stands between keys in all values and in enough of them; "" = these are no lists."""
    for separator in SEPARATORS:
        mark = re.escape(separator)
        shape = re.compile(rf"\s*{mark}?\s*{KEY}(?:\s*{mark}\s*{KEY})*\s*{mark}?\s*")
        texts = [str(value).strip() for value in values]
        several = sum(len(_parts(text, separator)) > 1 or text.startswith("[") for text in texts)
        bare = (re.sub(r"""[\[\]{}()"']""", "", text) for text in texts)
        if several >= max(1, SEVERAL * len(values)) and all(shape.fullmatch(text) for text in bare if text):
            return separator
    return ""


def _parts(value: str, separator: str) -> list[str]:
    return [part.strip(AROUND) for part in value.split(separator) if part.strip(AROUND)]


def _keys(values: list[Any], separator: str) -> list[Any]:
    """The distinct keys of all lists: numbers when all are, else texts."""
    parts = dict.fromkeys(
        part for value in values for part in _parts(str(value), separator) if part not in ROOTS
    )
    if all(part.isdigit() for part in parts):
        return [int(part) for part in parts][:VALUES]
    return list(parts)[:VALUES]


def _guesses(  # noqa: PLR0917 - a column and what its lists hold
    index: SubjectIndex,
    table: TableFacts,
    column: ColumnFacts,
    rules: tuple[Rule, ...],
    keys: list[Any],
    separator: str,
    samples: Samples,
) -> list[Candidate]:
    """The best place for the keys; names must say so, since short numbers match every table."""
    guesses = []
    for single in _singles(column, keys):
        found = [g for rule in rules for g in rule(index, table, single)]
        guesses += [replace(g, columns=(column.name,), separator=separator) for g in found]
    guesses += _tree(index, table, column, keys, separator)
    promising = sorted(combined(guesses), key=lambda c: -c.score)[:4]
    return [replace(checked(g, samples, _typed(g, keys)), separator=separator) for g in promising]


def _typed(candidate: Candidate, keys: list[Any]) -> list[Any]:
    return [str(key) for key in keys] if family_of(candidate) == "text" else keys


def _singles(column: ColumnFacts, keys: list[Any]) -> list[ColumnFacts]:
    """The column as if it held one key: "tag_ids" as "tag_id", of a number's type where all keys are numbers."""
    parts = words(column.name)
    stem = [part for part in parts if part not in ENDINGS] or parts[:1]
    names = ["_".join([*stem, "id"])]
    if len(parts) == 1 and (glued := re.fullmatch(r"([a-z]+?)(?:ids|list|codes|s)", parts[0])):
        names = [f"{glued[1]}_id"]
    comment = re.sub(r"(?:列表|集合|数组|们|串|组|,|，|逗号.*|多个.*|用.*分[隔割].*)+$", "", column.comment)
    texts = replace(column, comment=comment, length=64)
    if all(isinstance(key, int) for key in keys):
        number = replace(texts, sql_type="bigint", length=None)
        return [replace(one, name=name) for name in names for one in (number, texts)]
    return [replace(texts, name=name) for name in names]


def _tree(
    index: SubjectIndex, table: TableFacts, column: ColumnFacts, keys: list[Any], separator: str
) -> list[Candidate]:
    """For example "ancestors": the way from the root of a tree in one table."""
    spoken = words(column.name)
    is_tree = "".join(spoken) in TREE or WAYS.search("_".join(spoken)) or TREE_ZH.search(column.comment)
    target: Target | None = next((t for t in index.targets(table) if t.is_primary), None)
    if not is_tree or target is None or not keys:
        return []
    place = (table, (column.name,), table, (target.column.name,))
    return [Candidate(*place, 0.82, ("parent",), separator=separator)]
