"""Evidence from names: "customer_id", "custNo", "KHBH", "parent_id", "created_by"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.identifiers import words
from models.wiring.relations.evidence import Candidate, fits, to_target
from models.wiring.relations.stems import (
    ENDING,
    GLUED,
    ID_WORDS,
    is_about,
    key_for,
    nearer,
    nearest,
    stem_of,
    tables_for,
)
from models.wiring.relations.subjects import SubjectIndex, Target, family, is_generic
from models.wiring.relations.wording import subject

FARTHER = 4
EXTENSION = 0.82
KEY_END, KEY_STEM = 0.8, 0.77
DEEDS = {
    "create", "created", "update", "updated", "modify", "add", "edit", "delete", "log", "from", "to", "source", "src", "target",
    "dest", "old", "new", "assign", "send", "receive", "check", "audit", "confirm", "cancel", "main", "default",
}  # fmt: skip
DOUBTFUL = 0.5
EVERYWHERE = 4
"""Tables from which on a column is book-keeping that all of them have."""
JOINED, DONE, SPOKEN = 0.8, 0.77, 0.7
ONLY = 0.78
ONLY_KEY = re.compile(r"[a-z]{1,2}id|[a-z]{1,2}_id")
EXACT = 0.88
"""From here on a rule has found the very words of the name."""
PARENT = {
    "parent",
    "pid",
    "superior",
    "pcode",
    "upper",
    "father",
    "ancestor",
    "sup",
    "upid",
    "p",
    "reports",
    "reportsto",
    "up",
    "ppid",
}
COUNTED = {
    "sort",
    "order",
    "display",
    "list",
    "max",
    "min",
    "total",
    "num",
    "per",
    "seq",
    "position",
    "rank",
    "level",
    "index",
    "count",
}
"""A number that begins so is no key: "sort_order", "max_users"."""


def by_key_name(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """The column is called exactly like another table's key."""
    if is_generic(column.name) or column.auto_increment:
        return
    stem = stem_of(column.name)
    found = [
        t
        for t in index.by_key.get(column.name.lower(), [])
        if t.table != table and fits(column, t) and not _is_extension(index, t.table, stem)
    ]
    near = {t.name for t, _score in nearer(index, table, stem)} if stem else set()
    owners = [t for t in found if t.table.name in near]
    owners = owners or _of_module(table, [t for t in found if stem and is_about(index, t.table, stem)])
    heads = [] if owners else _heads(index, table, found)
    owners = owners or heads
    own = index.words[table.name]
    is_key = any(target.column.name == column.name for target in index.targets(table))
    if is_key and (not owners or stem == own):
        return  # both are keys: which one points at the other cannot be told from the name
    for target in found if not is_key else owners:
        reason = "master" if target in heads else "same-name"
        yield to_target(table, column, target, _key_score(target, owners, found), reason)


def _is_extension(index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]) -> bool:
    """Its key is the key of another table: item_desc.item_id beside items."""
    owners = [t for t in index.by_words.get(stem, []) if t != table] if stem else []
    return (
        bool(owners)
        and len(stem) < len(index.words[table.name])
        and index.words[table.name][: len(stem)] == stem
    )


def by_extension(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """The key of a table with more about another's rows: "item_id" of item_desc."""
    stem = stem_of(column.name)
    is_own_key = (column.name,) == table.primary_key and not column.auto_increment
    if not stem or not is_own_key or not _is_extension(index, table, stem):
        return
    owners = nearest(table, [t for t in index.by_words.get(stem, []) if t != table])
    target = key_for(index, owners[0], column) if len(owners) == 1 else None
    if target:
        yield to_target(table, column, target, EXTENSION, "extension")


def _heads(index: SubjectIndex, table: TableFacts, found: list[Target]) -> list[Target]:
    """The table whose whole name this one's begins with: orders_in of orders_in_goods, where several have an "orderId"."""
    own = index.words[table.name]
    heads = {
        len(w): t for t in found if (w := index.words[t.table.name]) == own[: len(w)] and len(w) < len(own)
    }
    return [heads[max(heads)]] if heads and len(found) > 1 else []


def _key_score(target: Target, owners: list[Target], found: list[Target]) -> float:
    if owners:
        return 0.93 if target in owners and len(owners) == 1 else 0.6 if target in owners else 0.35
    primary = [t for t in found if t.is_primary]
    if len(found) == 1 or (len(primary) == 1 and target in primary):
        return 0.88
    return 0.55


def _of_module(table: TableFacts, found: list[Target]) -> list[Target]:
    near = nearest(table, [target.table for target in found])
    return [target for target in found if target.table in near]


def by_only_key(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """For example "uid" where only one table's key is called so, though others might have called theirs like that."""
    name = column.name.lower()
    found = index.by_key.get(name, [])
    if not ONLY_KEY.fullmatch(name) or len(found) != 1 or column.auto_increment:
        return
    if found[0].table != table and (column.name,) != table.primary_key and fits(column, found[0]):
        yield to_target(table, column, found[0], ONLY, "same-name")


def by_stem(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """For example "customer_id" → customers; "tax_status_id" in orders → orders_tax_status; "original_language_id" → language."""
    stem = stem_of(column.name)
    bare = not stem
    if column.auto_increment or (column.name,) == table.primary_key or _is_flag(column):
        return
    if bare:
        stem = subject(words(column.name))
    if not stem or (bare and (family(column) != "integer" or stem[0] in COUNTED)):
        return
    for target_table, score in tables_for(index, table, stem):
        target = key_for(index, target_table, column)
        if target and not _is_itself(table, column, target) and not (bare and target_table == table):
            worth = min(score, DOUBTFUL) if _has_namesake(index, column, target, score) else score
            yield _worded(table, column, target, worth, stem if bare else ())


def _worded(
    table: TableFacts, column: ColumnFacts, target: Target, score: float, spoken: tuple[str, ...]
) -> Candidate:
    """`spoken` is the stem of a name without "id"."""
    if spoken:
        return _spoken(table, column, target, spoken, score)
    return to_target(table, column, target, score, "ending" if score == ENDING else "name")


def _has_namesake(index: SubjectIndex, column: ColumnFacts, target: Target, score: float) -> bool:
    """The target has such a column that is not its key, or keys of other tables are called like the column."""
    name = column.name.lower()
    if target.column.name.lower() == name or is_generic(name):
        return False
    having = index.by_column.get(name, [])
    is_deed = words(column.name)[0] in DEEDS
    is_shared = target.table in having and len(having) < EVERYWHERE and not is_deed
    return is_shared or (bool(index.by_key.get(name)) and score < EXACT)


def by_farther_stem(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """Every table whose name ends like the stem: for columns whose values deny the nearest one."""
    stem = stem_of(column.name)
    ending = _ending_so(index, stem) if stem else []
    ending.sort(key=lambda t: len(index.words[t.name]))
    for other in ending[:FARTHER]:
        target = key_for(index, other, column)
        if target and other != table:
            yield to_target(table, column, target, 0.78, "name")


def _ending_so(index: SubjectIndex, stem: tuple[str, ...]) -> list[TableFacts]:
    """Tables whose last words are the stem's, or whose last word is the stem written as one: "procdef" of proc_def_id."""
    apart = [t for t in index.by_last_word.get(stem[-1], []) if index.words[t.name][-len(stem) :] == stem]
    return apart + (index.by_last_word.get("".join(stem), []) if len(stem) > 1 else [])


def _spoken(
    table: TableFacts, column: ColumnFacts, target: Target, stem: tuple[str, ...], score: float
) -> Candidate:
    """A name without "id": several words that are another table's own ("user_rank") tell more than one."""
    if words(column.name)[0] in DEEDS and score >= JOINED and len(stem) > 1:
        return to_target(table, column, target, DONE, "name")  # "createCompany", "toUser"
    is_whole = len(stem) > 1 and score >= EXACT
    worth = score - 0.1 if len(stem) > 1 else max(score - 0.2, SPOKEN if score >= ENDING else 0)
    return to_target(table, column, target, worth, "name" if is_whole else "word")


def _is_flag(column: ColumnFacts) -> bool:
    return bool({"is", "has", "can"} & set(words(column.name)[:-1])) or (
        column.sql_type == "tinyint(1)" and not stem_of(column.name)
    )


def _is_itself(table: TableFacts, column: ColumnFacts, target: Target) -> bool:
    return target.table == table and column.name in {target.column.name, *table.primary_key}


def by_parent(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """For example "parent_id" and "pid" lead to the same table."""
    parts = words(column.name)
    own = list(index.words[table.name])
    if len(parts) > len(own) and subject(parts[: len(own)]) == tuple(own):
        parts = parts[len(own) :]  # "category_pid" of categories
    if len(parts) == 1 and (glued := GLUED.fullmatch(parts[0])) and glued[1] in PARENT:
        parts = [glued[1]]
    stem = parts[:-1] if parts[-1:] and parts[-1] in ID_WORDS else parts
    if len(stem) > 1 and stem[-1] in PARENT:
        stem = [stem[-1], *stem[:-1]]  # "DEPT_PARENT"
    if not stem or stem[0] not in PARENT or not _is_own(stem[1:], own):
        return
    target = key_for(index, table, column)
    if target and column.name not in table.primary_key:
        yield to_target(table, column, target, 0.88, "parent")


def _is_own(rest: list[str], own: list[str]) -> bool:
    """What follows "parent" is nothing, or the beginning or end of the table's own name."""
    size = len(rest)
    return not size or rest == ["to"] or rest in (own[:size], own[-size:])


def by_key_end(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """For example "from_warehouse_code" ends like the key "warehouse_code", "sales_account" like "account_code"."""
    if column.auto_increment or any(target.column.name == column.name for target in index.targets(table)):
        return
    parts = words(column.name)
    whole = parts[:-1] if len(parts) > 2 and parts[-1] in ID_WORDS else parts
    for ending in (tuple(spoken[start:]) for spoken in (parts, whole) for start in range(len(spoken))):
        found = [t for t in index.by_key_words.get(ending, []) if t.table != table and fits(column, t)]
        if found and len(ending) > 1 and ending != tuple(parts):
            yield from _of_one(table, column, found, KEY_END)
            return
    for start in range(len(whole)):
        found = [
            t
            for t in index.by_key_stem.get(subject(whole[start:]), [])
            if t.table != table and fits(column, t)
        ]
        if found and len(whole) > 1:
            yield from _of_one(table, column, found, KEY_STEM)
            return


def _of_one(table: TableFacts, column: ColumnFacts, found: list[Target], score: float) -> Iterator[Candidate]:
    """A candidate where only one table has such a key."""
    if len({target.table.name for target in found}) == 1:
        yield to_target(table, column, found[0], score, "key-end")
