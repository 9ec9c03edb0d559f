"""Evidence from names: "customer_id", "custNo", "KHBH", "parent_id", "created_by"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.identifiers import module_prefix, words
from models.wiring.relations.evidence import Candidate, fits, to_target
from models.wiring.relations.subjects import SubjectIndex, Target, family, is_generic, singular, subject

ID_WORDS = {"id", "no", "code", "key", "num", "number", "sn", "fk", "ref", "uuid", "guid", "nr", "pk", "uid"}
ENDING = 0.74
FARTHER = 4
EXACT = 0.88
"""From here on a rule has found the very words of the name."""
QUANTITIES = {"number", "num"}
"""In a number they say how many, unless the other table's key is called so."""
GLUED = re.compile(r"([a-z]{2,}?)(id|no|code|num)$")
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
HEAD = {"header", "head", "main", "master"}
HEAD_TABLES = ("head", "header", "main", "master", "")
LINE_WORDS = {"item", "detail", "line", "entry", "sub", "row", "body", "goods", "product", "dtl", "mx"}


def by_key_name(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """The column is called exactly like another table's key."""
    if is_generic(column.name) or column.auto_increment:
        return
    found = [t for t in index.by_key.get(column.name.lower(), []) if t.table != table and fits(column, t)]
    stem = _stem(column.name)
    nearer = {t.name for t, _score in _nearer(index, table, stem)} if stem else set()
    owners = [t for t in found if t.table.name in nearer]
    owners = owners or _of_module(table, [t for t in found if stem and _is_about(index, t.table, stem)])
    own = index.words[table.name]
    is_key = any(target.column.name == column.name for target in index.targets(table))
    if is_key and (not owners or stem == own):
        return  # both are keys: which one points at the other cannot be told from the name
    for target in found if not is_key else owners:
        yield to_target(table, column, target, _key_score(target, owners, found), "same-name")


def _key_score(target: Target, owners: list[Target], found: list[Target]) -> float:
    if owners:
        return 0.93 if target in owners and len(owners) == 1 else 0.6 if target in owners else 0.35
    primary = [t for t in found if t.is_primary]
    if len(found) == 1 or (len(primary) == 1 and target in primary):
        return 0.88
    return 0.55


def _stem(name: str) -> tuple[str, ...]:
    """The words before "id" and its kin: ("customer",) of "customer_id"; () = no such ending."""
    parts = words(name)
    if len(parts) > 1 and parts[-1] in ID_WORDS:
        return subject(parts[:-1])
    if len(parts) > 1 and parts[0] in {"id", "fk"}:
        return subject(parts[1:])
    glued = GLUED.fullmatch(parts[-1]) if parts else None
    return subject([*parts[:-1], glued[1]]) if glued else ()


def _is_about(index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]) -> bool:
    """The table is called like the stem, perhaps behind the words of its module."""
    about = index.words[table.name]
    if stem in {about, index.full_words[table.name]} or "".join(about) == "".join(stem):
        return True
    return about[-len(stem) :] == stem and index.is_module(about[: -len(stem)])


def _of_module(table: TableFacts, found: list[Target]) -> list[Target]:
    near = nearest(table, [target.table for target in found])
    return [target for target in found if target.table in near]


def _nearer(index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]) -> list[tuple[TableFacts, float]]:
    """For example "cat_id" in articles means article_cat, though there is a table of categories as well."""
    own = index.words[table.name]
    for wanted in (own + stem, own[:-1] + stem):
        found = [t for t in index.by_words.get(wanted, []) if t != table]
        if found and wanted != stem:
            return [(t, 0.92 if len(found) == 1 else 0.6) for t in found]
    return []


def by_stem(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """For example "customer_id" → customers; "tax_status_id" in orders → orders_tax_status; "original_language_id" → language."""
    stem = _stem(column.name)
    bare = not stem
    if column.auto_increment or (column.name,) == table.primary_key or _is_flag(column):
        return
    if bare:
        stem = subject(words(column.name))
    if not stem or (bare and (family(column) != "integer" or stem[0] in COUNTED)):
        return
    for target_table, score in _tables_for(index, table, stem):
        target = _key_for(index, target_table, column)
        if target and not _is_itself(table, column, target) and not (bare and target_table == table):
            if bare:
                yield _spoken(table, column, target, stem, score)
            else:
                yield to_target(table, column, target, score, "ending" if score == ENDING else "name")


def by_farther_stem(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """Every table whose name ends like the stem: for columns whose values deny the nearest one."""
    stem = _stem(column.name)
    ending = (
        [t for t in index.by_last_word.get(stem[-1], []) if index.words[t.name][-len(stem) :] == stem]
        if stem
        else []
    )
    ending.sort(key=lambda t: len(index.words[t.name]))
    for other in ending[:FARTHER]:
        target = _key_for(index, other, column)
        if target and other != table:
            yield to_target(table, column, target, 0.78, "name")


def _spoken(
    table: TableFacts, column: ColumnFacts, target: Target, stem: tuple[str, ...], score: float
) -> Candidate:
    """A name without "id": several words that are another table's own ("user_rank") tell more than one."""
    is_whole = len(stem) > 1 and score >= EXACT
    return to_target(
        table, column, target, score - (0.1 if len(stem) > 1 else 0.2), "name" if is_whole else "word"
    )


def _is_flag(column: ColumnFacts) -> bool:
    return words(column.name)[:1] in (["is"], ["has"], ["can"]) or (
        column.sql_type == "tinyint(1)" and not _stem(column.name)
    )


def _is_itself(table: TableFacts, column: ColumnFacts, target: Target) -> bool:
    return target.table == table and column.name in {target.column.name, *table.primary_key}


def _tables_for(
    index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]
) -> list[tuple[TableFacts, float]]:
    """Tables that `stem` may mean from inside `table`, the best rule that finds any."""
    nearer = _nearer(index, table, stem)
    if nearer:
        return nearer
    known = (
        index.by_full_words.get(stem)
        or index.by_words.get(stem)
        or index.by_glued_words.get("".join(stem))
        or []
    )
    exact = [t for t in known if t != table]
    exact = nearest(table, exact)
    if exact:
        return [(t, 0.9 if len(exact) == 1 else 0.6) for t in exact]
    longer = [
        s
        for s in (_stem(column.name) for column in table.columns)
        if len(s) > len(stem) and s[-len(stem) :] == stem
    ]
    for rule in (_headed, _qualified, _joined, _same_module, _only_ending):
        found = [(t, score) for t, score in rule(index, table, stem) if not _belongs_to(index, t, longer)]
        if found:
            return found
    return []


def nearest(table: TableFacts, found: list[TableFacts]) -> list[TableFacts]:
    """Of tables that differ only in their prefix that of the same module, else the one without a prefix."""
    if len(found) < 2:
        return found
    own = module_prefix(table.name)
    near = [t for t in found if own and module_prefix(t.name) == own]
    bare = [t for t in found if not module_prefix(t.name)]
    return near if len(near) == 1 else bare if len(bare) == 1 and not near else found


def _only_ending(
    index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]
) -> list[tuple[TableFacts, float]]:
    """For example "sku_id" means wms_item_sku, where no other table ends so."""
    ending = [t for t in index.by_last_word.get(stem[-1], []) if index.words[t.name][-len(stem) :] == stem]
    return [(t, ENDING) for t in ending] if len(ending) == 1 and ending[0] != table else []


def _belongs_to(index: SubjectIndex, table: TableFacts, stems: list[tuple[str, ...]]) -> bool:
    """Another column names the table more exactly: beside "social_user_id", "user_id" means other users."""
    return any(index.words[table.name][-len(stem) :] == stem for stem in stems)


def _qualified(
    index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]
) -> list[tuple[TableFacts, float]]:
    """For example "status" in order_details means order_detail_status."""
    own = index.words[table.name]
    wanted = {own + stem, own[:-1] + stem if own[-1:] != stem[:1] else own + stem[1:]}
    wanted |= {own[:-size] + stem for size in range(1, len(own))}
    loose = {_loosely(words_) for words_ in wanted}
    found = [
        t
        for t in index.by_last_word.get(stem[-1], [])
        if t != table and _loosely(index.words[t.name]) in loose
    ]
    best = max((len(index.words[t.name]) for t in found), default=0)
    best_found = [t for t in found if len(index.words[t.name]) == best]
    return [(t, 0.88 if len(best_found) == 1 else 0.55) for t in best_found]


def _loosely(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Every word in the singular: orders_status is order_status."""
    return tuple(singular([part])[0] for part in parts)


def _joined(index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]) -> list[tuple[TableFacts, float]]:
    """The end of the stem names a table: "manager_staff" → staff, "customer_order" → orders."""
    for start in range(1, len(stem)):
        found = index.by_words.get(stem[start:], [])
        if found:
            return [(t, 0.8 if len(found) == 1 else 0.5) for t in found]
    return []


def _same_module(
    index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]
) -> list[tuple[TableFacts, float]]:
    """For example "user_id" in member_address means member_user rather than system_users."""
    own = index.words[table.name]
    for start in range(len(stem)):
        rest = stem[start:]
        ending = [
            t
            for t in index.by_last_word.get(rest[-1], [])
            if t != table and index.words[t.name][-len(rest) :] == rest
        ]
        near = [t for t in ending if index.words[t.name][: -len(rest)] and index.words[t.name][0] == own[0]]
        if len(near) == 1 and len(index.words[near[0].name]) == len(rest) + 1:
            return [(near[0], 0.88 if start == 0 else 0.8)]
        short = [t for t in ending if len(index.words[t.name]) == len(rest) + 1]
        if short:
            return [(t, (0.78 if start == 0 else 0.62) if len(short) == 1 else 0.5) for t in short]
    return []


def _headed(index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]) -> list[tuple[TableFacts, float]]:
    """For example "header_id" in account_item means account_head."""
    own = index.words[table.name]
    if stem[-1] not in HEAD or own[-1] not in LINE_WORDS:
        return []
    wanted = [own[:-1] + ((head,) if head else ()) for head in HEAD_TABLES]
    plain = {name: tuple(words(index.own_names[name])) for name in index.own_names}
    found = [t for name in wanted for t in index.tables if t != table and plain[t.name] == name]
    return [(t, 0.85) for t in found[:1]]


def _key_for(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Target | None:
    """The key of `table` that the column can hold: one with the same ending first, then the primary key."""
    usable = [t for t in index.targets(table) if fits(column, t)]
    ending = words(column.name)[-1:]
    if ending and ending[0] in QUANTITIES and family(column) == "integer":
        usable = [t for t in usable if words(t.column.name)[-1] in QUANTITIES]
    alike = [t for t in usable if words(t.column.name)[-1:] == ending]
    primary = [t for t in usable if t.is_primary]
    return next(iter([*(t for t in primary if t in alike), *alike, *primary]), None)


def by_initial(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """For example "mid" and "rid" in menu_role, "hrid" in hr_role: the word of the table's own name that begins so."""
    short = re.fullmatch(r"([a-z]{1,4})_?id", column.name.lower())
    own = words(index.own_names[table.name])
    if not short or len(own) < 2 or column.auto_increment:
        return
    spoken = [word for word in own if word.startswith(short[1])]
    others = [t for word in spoken for t in index.by_words.get(singular([word]), []) if t != table]
    target = _key_for(index, others[0], column) if len(spoken) == 1 and len(others) == 1 else None
    if target:
        yield to_target(table, column, target, 0.84, "name")


def by_parent(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """For example "parent_id" and "pid" lead to the same table."""
    parts = words(column.name)
    stem = parts[:-1] if parts[-1:] and parts[-1] in ID_WORDS else parts
    if (
        not stem
        or stem[0] not in PARENT
        or (len(stem) > 1 and stem[1:] not in (["to"], list(index.words[table.name])[-len(stem) + 1 :]))
    ):
        return
    target = _key_for(index, table, column)
    if target and column.name not in table.primary_key:
        yield to_target(table, column, target, 0.88, "parent")
