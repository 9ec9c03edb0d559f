"""Evidence from comments: "客户编号", "用户表的用户ID", "业务员工号", "references customers.id"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.legacy.facts import ColumnFacts, TableFacts
from models.wiring.glossary import to_english
from models.wiring.labels import CHINESE, heading
from models.wiring.pinyin import read_pinyin
from models.wiring.relations.evidence import Candidate, fits, to_target
from models.wiring.relations.subjects import SubjectIndex, Target, family
from models.wiring.relations.wording import singular

ENDING = re.compile(
    r"(?:主键|外键)?(?:编号|编码|代码|标识|序号|工号|单号|[Uu]?[Uu]?(?:ID|Id|id)|UID|UUID|号|key|PK)$"
)
OF_TABLE = re.compile(
    r"(?:关联|对应|引用|参照|参考|外键[:：]?)?\s*([\u3400-\u9fffA-Za-z_0-9]+?)表(?:的|中|里|\.|$|主键|[^\u3400-\u9fff])"
)
HELD = re.compile(
    r"(?:存(?:的|放)?(?:为|是|储)?|关联|对应|某[个条位种])\s*([\u3400-\u9fff]{2,8}?|[A-Za-z_]{3,30}?)(?:表)?的?\s*_?(?:[Uu]{0,2}[Ii][Dd]|编号|主键)"
)
"""For example 头像，存的为文件id and 回复某条评论的uid."""
PARENT = re.compile(r"^(?:上级|父级|父|直接上级|上层|所属上级)")
ENDING_WORD = re.compile(r"(?i)(?:id|no|code|bh|bm|dm|_key)$")
KEY_NAME = re.compile(r"(?!p_?id$|id$)[a-z_]{1,40}(?:id|no|code)")
BORROWED = 0.06
EITHER = re.compile(r"[/、或]|(?<![a-z])or(?![a-z])")
"""The key of one of several tables, which another column tells."""
KEY_NOUN = re.compile(r"(工号|学号|卡号|单号|证号|账号|料号|货号|户号)$")


def by_comment(index: SubjectIndex, table: TableFacts, column: ColumnFacts) -> Iterator[Candidate]:
    """What the comment, or a pinyin name read aloud, says about another table."""
    if not family(column) or (column.name,) == table.primary_key or column.auto_increment:
        return
    text = column.comment or (column.name if CHINESE.search(column.name) else read_pinyin(column.name))
    if not text and (borrowed := _borrowed(index, column)):
        yield from (c.scored(c.score - BORROWED) for c in _subject(index, table, column, borrowed))
    head = heading(text)
    if CHINESE.search(text):
        yield from _of_table(index, table, column, text)
        if CHINESE.search(head) and not head.startswith("如果"):
            yield from _subject(index, table, column, head)
            yield from _key_noun(index, table, column, head)
    elif text:
        yield from _english(index, table, column, text)


def _borrowed(index: SubjectIndex, column: ColumnFacts) -> str:
    """What the comment of the same column says in other tables: "eid" is 员工编号 where it has one."""
    name = column.name.lower()
    said = index.spoken.get(name, "") if KEY_NAME.fullmatch(name) else ""
    return said if CHINESE.search(said) else ""


def _of_table(index: SubjectIndex, table: TableFacts, column: ColumnFacts, text: str) -> Iterator[Candidate]:
    """For example "用户表的用户ID" names the table outright."""
    match = OF_TABLE.search(text)
    for named, score in ((match, 0.84), (HELD.search(text), 0.78)):
        said = named[1] if named else ""
        found = _about(index, said) or _called(index, said) if said else []
        if found == [table]:
            yield from _candidates(index, table, column, table, score, "parent")
        for other in found:
            yield from _candidates(index, table, column, other, score if len(found) == 1 else 0.5, "comment")


def _subject(index: SubjectIndex, table: TableFacts, column: ColumnFacts, head: str) -> Iterator[Candidate]:
    """For example "客户编号" and "所属部门" name a table by its subject; "上级部门编号" leads back to the departments."""
    stem = ENDING.sub("", head)
    is_key_like = stem != head or bool(ENDING_WORD.search(column.name)) or head.startswith("所属")
    rest = PARENT.sub("", stem)
    if rest != stem and (not rest or _is_own(index, table, rest)):
        yield from _candidates(index, table, column, table, 0.8, "parent")
        return
    stem = re.sub(r"^(?:所属|所在|对应|关联|相关)的?", "", rest)
    score = 0.8 if is_key_like and not EITHER.search(stem) else 0.6
    exact = _about(index, stem)
    for other in exact:
        is_literal = stem in index.chinese[other.name]
        certain = score if is_literal else score - 0.2
        yield from _candidates(index, table, column, other, certain if len(exact) == 1 else 0.5, "comment")
    if exact or len(stem) < 3:
        return
    ending = [t for t in index.tables if any(stem.endswith(subject) for subject in index.chinese[t.name])]
    longest = max((len(s) for t in ending for s in index.chinese[t.name] if stem.endswith(s)), default=0)
    ending = [t for t in ending if any(len(s) == longest and stem.endswith(s) for s in index.chinese[t.name])]
    for other in ending:
        yield from _candidates(
            index, table, column, other, (score - 0.12) if len(ending) == 1 else 0.42, "comment"
        )


def _is_own(index: SubjectIndex, table: TableFacts, subject: str) -> bool:
    """The subject is the table's own, or that of its key: 部门 of 组织机构 with the key 部门编号."""
    keys = {ENDING.sub("", heading(t.column.comment)) for t in index.targets(table)}
    return subject in keys or subject in index.chinese[table.name] or _about(index, subject) == [table]


def _about(index: SubjectIndex, subject: str) -> list[TableFacts]:
    """Tables about a Chinese subject, by the word itself or by its English."""
    found = index.by_chinese.get(subject, [])
    english = to_english(subject) if not found and subject else ""
    if not english:
        return found
    return index.by_words.get(singular(english.lower().split()), [])


def _called(index: SubjectIndex, name: str) -> list[TableFacts]:
    """Tables whose own name is written in the comment: "comment表"."""
    wanted = name.lower()
    return [t for t in index.tables if wanted in {t.name.lower(), index.own_names[t.name].lower()}]


def _key_noun(index: SubjectIndex, table: TableFacts, column: ColumnFacts, head: str) -> Iterator[Candidate]:
    """For example "业务员工号" ends like the key 员工工号 that only one table has."""
    noun = KEY_NOUN.search(head)
    if not noun:
        return
    keys = [
        t for targets in index.by_key.values() for t in targets if heading(t.column.comment).endswith(noun[1])
    ]
    if len({t.table.name for t in keys}) == 1:
        for target in keys:
            if fits(column, target) and (target.table != table or column.name != target.column.name):
                yield to_target(table, column, target, 0.74, "comment")


def _english(index: SubjectIndex, table: TableFacts, column: ColumnFacts, text: str) -> Iterator[Candidate]:
    """For example "references customers.id", "FK to customer"."""
    if not re.search(
        r"\b(?:fk|foreign key|references?|refers? to|points? to|link(?:s|ed)? to|id of)\b",
        text,
        re.IGNORECASE,
    ):
        return
    named = {word.lower() for word in re.findall(r"\w+", text)}
    for other in index.tables:
        if other.name.lower() in named or index.own_names[other.name].lower() in named:
            yield from _candidates(index, table, column, other, 0.85, "comment")


def _candidates(  # noqa: PLR0917 - a place, a target and how sure it is
    index: SubjectIndex, table: TableFacts, column: ColumnFacts, other: TableFacts, score: float, reason: str
) -> Iterator[Candidate]:
    if other == table and reason != "parent":
        return
    targets = [
        t
        for t in index.targets(other)
        if fits(column, t) and (other != table or t.column.name != column.name)
    ]
    best = _nearest(targets, column)
    if best:
        yield to_target(table, column, best, score, reason)


def _nearest(targets: list[Target], column: ColumnFacts) -> Target | None:
    """The key whose name or label is like the column's, else the primary key."""
    alike = [t for t in targets if t.column.name.lower() == column.name.lower()]
    primary = [t for t in targets if t.is_primary]
    return next(iter([*alike, *primary, *targets]), None)
