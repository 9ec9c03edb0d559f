"""Relations whose target another column names: "biz_type" says which table "biz_id" is an id of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from models.legacy.facts import ColumnFacts, TableFacts
from models.legacy.samples import Samples, distinct, means_nothing
from models.wiring.comments import options
from models.wiring.glossary import to_english
from models.wiring.identifiers import words
from models.wiring.labels import CHINESE
from models.wiring.relations.evidence import Candidate, fits
from models.wiring.relations.ids import by_ids
from models.wiring.relations.subjects import ZH_NOISE, SubjectIndex, Target, family
from models.wiring.relations.values import checked
from models.wiring.relations.wording import subject

TYPE_WORDS = {
    "type",
    "types",
    "kind",
    "table",
    "class",
    "model",
    "module",
    "entity",
    "lx",
    "tablename",
    "category",
}
ID_WORDS = {"id", "ids", "key", "no", "code", "bh", "pk"}
TYPE_ZH, ID_ZH = (
    re.compile(r"类型|类别|种类|表名|模块"),
    re.compile(r"(?:编号|ID|Id|id|主键|标识|编码|单号)$"),
)
MOST_KINDS = 12
"""Values of a type column that are looked at; one with more is no type."""
EXPLAINED = 0.5
"""Share of the type's values that must name a table."""
SCORE = 0.8
BARE = {"type", "types", "table", "kind", "class", "model", "module", "entity", "category"}


@dataclass(frozen=True)
class Pair:
    """A type column and the id that it explains."""

    kind: ColumnFacts
    key: ColumnFacts


def by_kind(index: SubjectIndex, table: TableFacts, samples: Samples) -> list[Candidate]:
    """A candidate for each value of a type column that names a table, checked on the rows with that value."""
    found = []
    for pair in _pairs(table):
        kinds = _kinds(samples.rows(table), pair)
        told = _meanings(index, table, pair.kind, list(kinds))
        targets = {kind: target for kind in kinds if (target := _target(index, table, pair, kind, told))}
        targets |= {
            kind: target
            for kind, keys in kinds.items()
            if kind not in targets and (target := by_ids(index, table, pair.key, keys, samples))
        }
        if targets and len(targets) >= EXPLAINED * len(kinds):
            found += [_checked(table, pair, kind, t, kinds[kind], samples) for kind, t in targets.items()]
    return found


def _pairs(table: TableFacts) -> Iterator[Pair]:
    """Columns that belong together by their names: commentable_type and commentable_id, itemtype and items_id, YWLX and YWID."""
    keys = [c for c in table.columns if family(c) and not c.auto_increment and (c.name,) != table.primary_key]
    for kind in table.columns:
        if stem := _stem(kind.name, TYPE_WORDS):
            for key in keys:
                if key.name != kind.name and _fits_stem(stem, key, kind):
                    yield Pair(kind, key)


def _stem(name: str, endings: set[str]) -> str:
    """What stands before the ending, glued together: "biz" of "biz_type"; "" = no such ending."""
    parts = words(name)
    if len(parts) > 1 and parts[-1] in endings:
        return "".join(parts[:-1])
    glued = re.fullmatch(r"(\w+?)(type|table|lx|kind)", parts[-1]) if len(parts) == 1 else None
    if glued:
        return glued[1]
    return "*" if "_".join(parts) in BARE else ""


def _fits_stem(stem: str, key: ColumnFacts, kind: ColumnFacts) -> bool:
    mine = _stem(key.name, ID_WORDS) or _glued(key.name)
    if not mine or mine == "*":
        return False
    if stem == "*":
        return "".join(words(key.name)[:-1]) in {
            "".join(words(kind.name)),
            "target",
            "object",
            "ref",
            "item",
            "source",
            "rel",
            "relation",
            "biz",
        }
    return mine.rstrip("s") == stem.rstrip("s")


def _glued(name: str) -> str:
    found = re.fullmatch(r"(\w+?)(id|no|code|bh)", name.lower())
    return found[1].rstrip("_") if found else ""


def _kinds(rows: list[dict[str, Any]], pair: Pair) -> dict[Any, list[Any]]:
    """Distinct ids by the type's value; nothing when the type has too many values to be one."""
    if len(distinct(rows, pair.kind.name)) > MOST_KINDS:
        return {}
    found: dict[Any, dict[Any, None]] = defaultdict(dict)
    for row in rows:
        kind, key = row.get(pair.kind.name), row.get(pair.key.name)
        if kind in (None, "") or key is None or means_nothing(key) or not isinstance(kind, str | int):
            continue
        found[kind][key] = None
    return {kind: list(keys) for kind, keys in found.items()}


def _meanings(
    index: SubjectIndex, table: TableFacts, column: ColumnFacts, codes: list[Any]
) -> dict[str, list[str]]:
    """What the comment, else a dictionary table, says that the codes mean; codes in upper case."""
    said = {str(entry["value"]).upper(): list(entry["label"].values()) for entry in options(column)}
    return said or {code: [label] for code, label in index.meanings(table, column, codes).items()}


def _target(
    index: SubjectIndex, table: TableFacts, pair: Pair, kind: Any, meanings: dict[str, list[str]]
) -> Target | None:
    """The key of the one table that a type's value names: by itself, or by what comment or dictionary say it means."""
    labels = meanings.get(str(kind).strip().upper(), [])
    named = [t for label in labels for t in _named(index, label)] or list(_named(index, str(kind)))
    tables = {one.name: one for one in named if one != table or len(named) == 1}
    if len(tables) != 1:
        return None
    [other] = tables.values()
    usable = [t for t in index.targets(other) if fits(pair.key, t)]
    return next((t for t in usable if t.is_primary), None) or next(iter(usable), None)


def _named(index: SubjectIndex, said: str) -> list[TableFacts]:
    """Tables that a text names: a class with its path, "crm_order", "Invoices", 订单; the first rule that finds any."""
    last = re.split(r"[\\./:]", said.strip())[-1]
    if not last or last.isdigit():
        return []
    exact = [t for t in index.tables if last.lower() in {t.name.lower(), index.own_names[t.name].lower()}]
    if exact:
        return exact
    if CHINESE.search(last):
        bare = ZH_NOISE.sub("", last)
        spoken = to_english(bare).lower().split()
        return index.by_chinese.get(bare) or index.by_words.get(subject(spoken), [])
    own = subject(words(last))
    return index.by_words.get(own) or _ending(index, own)


def _ending(index: SubjectIndex, own: tuple[str, ...]) -> list[TableFacts]:
    """The only table whose name ends so behind one word of its module: crm_contact."""
    if not own:
        return []
    near = [t for t in index.by_last_word.get(own[-1], []) if index.words[t.name][1:] == own]
    return near if len(near) == 1 else []


def _checked(  # noqa: PLR0917 - a place and the values there
    table: TableFacts, pair: Pair, kind: Any, target: Target, keys: list[Any], samples: Samples
) -> Candidate:
    bare = Candidate(
        table,
        (pair.key.name,),
        target.table,
        (target.column.name,),
        SCORE,
        ("kind",),
        when=((pair.kind.name, kind),),
    )
    return replace(checked(bare, samples, keys), when=bare.when)
