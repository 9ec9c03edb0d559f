"""Which tables the words of a column's name mean: from inside which table, behind which module, by which end."""

from __future__ import annotations

import re

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.identifiers import module_prefix, words
from models.wiring.relations.evidence import fits
from models.wiring.relations.subjects import SubjectIndex, Target, family
from models.wiring.relations.wording import loosely, subject

ID_WORDS = {"id", "no", "code", "key", "num", "number", "sn", "fk", "ref", "uuid", "guid", "nr", "pk", "uid"}
ENDING = 0.74
QUANTITIES = {"number", "num"}
"""In a number they say how many, unless the other table's key is called so."""
NUMBERED = re.compile(r"(?<=[A-Za-z])_?[1-9]$")
"""One of several of a kind: "category_id2", "goodsCateId1"."""
GLUED = re.compile(r"([a-z]{2,}?)(id|no|code|num)$")
HEAD = {"header", "head", "main", "master"}
HEAD_TABLES = ("head", "header", "main", "master", "")
LINE_WORDS = {"item", "detail", "line", "entry", "sub", "row", "body", "goods", "product", "dtl", "mx"}


def stem_of(name: str) -> tuple[str, ...]:
    """The words before "id" and its kin: ("customer",) of "customer_id"; () = no such ending."""
    parts = words(NUMBERED.sub("", name))
    if len(parts) > 1 and parts[-1] in ID_WORDS:
        return subject(parts[:-1])
    if len(parts) > 1 and parts[0] in {"id", "fk"}:
        return subject(parts[1:])
    glued = GLUED.fullmatch(parts[-1]) if parts else None
    return subject([*parts[:-1], glued[1]]) if glued else ()


def is_about(index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]) -> bool:
    """The table is called like the stem, perhaps behind the words of its module."""
    about = index.words[table.name]
    if stem in {about, index.full_words[table.name]} or "".join(about) == "".join(stem):
        return True
    return about[-len(stem) :] == stem and index.is_module(about[: -len(stem)])


def nearer(index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]) -> list[tuple[TableFacts, float]]:
    """For example "cat_id" in articles means article_cat, though there is a table of categories as well."""
    own = index.words[table.name]
    for wanted in (own + stem, own[:-1] + stem):
        found = [t for t in index.by_words.get(wanted, []) if t != table]
        if found and wanted != stem:
            return [(t, 0.92 if len(found) == 1 else 0.6) for t in found]
    starts = [own[:size] for size in range(len(own) - 1, 1, -1) if own[:size][-len(stem) :] == stem]
    found = [t for start in starts[:1] for t in index.by_words.get(start, []) if t != table]
    return [(t, 0.9) for t in found] if len(found) == 1 else []


def tables_for(
    index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]
) -> list[tuple[TableFacts, float]]:
    """Tables that `stem` may mean from inside `table`, the best rule that finds any."""
    near = nearer(index, table, stem)
    if near:
        return near
    known = (
        index.by_full_words.get(stem)
        or index.by_words.get(stem)
        or index.by_glued_words.get("".join(stem))
        or index.by_loose_words.get(loosely(stem))
        or []
    )
    exact = [t for t in known if t != table]
    exact = nearest(table, exact)
    if exact:
        return [(t, 0.9 if len(exact) == 1 else 0.6) for t in exact]
    longer = [
        s
        for s in (stem_of(column.name) for column in table.columns)
        if len(s) > len(stem) and s[-len(stem) :] == stem
    ]
    for rule in (_headed, _qualified, _joined, _same_module, _only_ending, _misspelt):
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
    loose = {loosely(words_) for words_ in wanted}
    found = [
        t
        for t in index.by_last_word.get(stem[-1], [])
        if t != table and loosely(index.words[t.name]) in loose
    ]
    best = max((len(index.words[t.name]) for t in found), default=0)
    best_found = [t for t in found if len(index.words[t.name]) == best]
    return [(t, 0.88 if len(best_found) == 1 else 0.55) for t in best_found]


def _joined(index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]) -> list[tuple[TableFacts, float]]:
    """The end of the stem names a table: "manager_staff" → staff, "customer_order" → orders."""
    for start in range(1, len(stem)):
        found = index.by_words.get(stem[start:], [])
        if found:
            is_far = start > 1 and any(stem_of(c.name) == stem[start:] for c in table.columns)
            return [(t, 0.6 if is_far else 0.8 if len(found) == 1 else 0.5) for t in found]
    return []


def _misspelt(
    index: SubjectIndex, table: TableFacts, stem: tuple[str, ...]
) -> list[tuple[TableFacts, float]]:
    """For example "delevery_note_id" means delivery_note."""
    found = index.almost("".join(stem))
    return [(t, 0.78) for t in found if t != table] if len(found) == 1 else []


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


def key_for(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Target | None:
    """The key of `table` that the column can hold: one with the same ending first, then the primary key."""
    usable = [t for t in index.targets(table) if fits(column, t)]
    ending = words(column.name)[-1:]
    if ending and ending[0] in QUANTITIES and family(column) == "integer":
        usable = [t for t in usable if words(t.column.name)[-1] in QUANTITIES]
    alike = [t for t in usable if words(t.column.name)[-1:] == ending]
    primary = [t for t in usable if t.is_primary]
    return next(iter([*(t for t in primary if t in alike), *alike, *primary]), None)
