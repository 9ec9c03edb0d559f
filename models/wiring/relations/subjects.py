"""What tables are about and which of their columns can be pointed at, indexed for a whole schema."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from models.legacy.facts import ColumnFacts, SchemaFacts, TableFacts
from models.wiring.identifiers import words
from models.wiring.labels import heading
from models.wiring.nouns import Label
from models.wiring.pinyin import read_pinyin
from models.wiring.relations.wording import loosely, subject

NOISE = {
    "info",
    "base",
    "main",
    "master",
    "data",
    "tbl",
    "list",
    "basic",
    "t",
    "tb",
    "all",
    "profile",
    "dim",
    "tab",
    "new",
}
ZH_NOISE = re.compile(r"(?:基本|基础|主|数据|信息|资料|档案|管理|目录|清单|登记|定义|主数据)*(?:表|库)?$")
SLIP_FROM, SLIP = 8, 0.92
"""Letters of a word that may be misspelt, and how much of it must be right."""
MODULE = 3
"""Tables that begin with the same words and so make a module."""
TYING = re.compile("关联|关系|绑定|对应|对照")
GENERIC_KEYS = {
    "id", "code", "no", "number", "type", "status", "state", "key", "value", "name", "title", "uuid", "guid", "sn", "sort", "seq",
    "username", "user_name", "login_name", "email", "mail", "mobile", "phone", "tel", "telephone", "url", "token", "slug", "path",
    "order", "level", "ip", "hash", "openid", "open_id", "bh", "dm", "bm", "xh", "mc", "lsh", "lx", "xm", "mm", "zt", "rowid",
    "eid", "sid", "cid", "gid", "tid", "rid", "mid", "aid", "bid", "did", "nid", "uid", "pid", "reference", "ref", "ref_no", "memo", "remark", "abbr", "recid", "rec_id", "pk", "oid", "fid", "编号", "序号", "代码", "名称", "类型", "版本", "version", "date", "day", "year", "month", "lang",
    "language", "locale", "tenant_id", "sched_name", "编码", "主键", "自编号", "流水号", "guid_", "sku", "barcode", "wechat",
}  # fmt: skip
"""Names that many tables give to their own key: the same name elsewhere says nothing."""
TEXT_TYPES = {
    "char",
    "varchar",
    "nchar",
    "nvarchar",
    "character",
    "text",
    "tinytext",
    "uuid",
    "varchar2",
    "string",
}
INTEGER_TYPES = {
    "tinyint",
    "smallint",
    "mediumint",
    "int",
    "integer",
    "bigint",
    "int2",
    "int4",
    "int8",
    "year",
}
BINARY_TYPES = {"binary", "varbinary"}


@dataclass(frozen=True)
class Target:
    """A unique column that others may hold."""

    table: TableFacts
    column: ColumnFacts

    @property
    def is_primary(self) -> bool:
        return self.table.primary_key == (self.column.name,)


def family(column: ColumnFacts) -> str:
    """The family of types that can hold the same keys: "integer", "text" or "binary"; "" never holds one."""
    if column.base_type in INTEGER_TYPES:
        return "integer"
    if column.base_type in {"decimal", "numeric", "number"}:
        return "" if column.scale else "integer"
    if column.base_type in TEXT_TYPES:
        return "text" if (column.length or 0) <= 255 else ""
    return "binary" if column.base_type in BINARY_TYPES and (column.length or 0) <= 64 else ""


def is_generic(name: str) -> bool:
    """The name of a key that says nothing about its table."""
    return name.lower() in GENERIC_KEYS


@dataclass
class SubjectIndex:
    """A schema's tables by what they are about."""

    facts: SchemaFacts
    own_names: dict[str, str]
    """Table names without the schema's prefix."""
    labels: dict[str, Label] = field(default_factory=dict)
    """Table labels, from comments or a data dictionary."""
    meanings: Callable[[TableFacts, ColumnFacts, Collection[Any]], dict[str, str]] = lambda *_place: {}
    """What a dictionary table says that the stored codes of a column mean."""

    looked: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """Columns whose values were looked up in a place, for the sake of others that are called the same."""

    @cached_property
    def tables(self) -> list[TableFacts]:
        """Tables that can be pointed at: views have no keys."""
        return [table for table in self.facts.tables.values() if not table.is_view]

    @cached_property
    def words(self) -> dict[str, tuple[str, ...]]:
        """Singular words of each table's own name, without noise: ("order", "detail")."""
        return {table.name: self._words(table.name) for table in self.facts.tables.values()}

    @cached_property
    def full_words(self) -> dict[str, tuple[str, ...]]:
        """The same with the words that are usually noise: ("goods", "spec", "base")."""
        return {name: subject(words(self.own_names[name])) for name in self.facts.tables}

    @cached_property
    def by_full_words(self) -> dict[tuple[str, ...], list[TableFacts]]:
        """Tables by all of their words."""
        found: dict[tuple[str, ...], list[TableFacts]] = defaultdict(list)
        for table in self.tables:
            found[self.full_words[table.name]].append(table)
        return found

    @cached_property
    def by_glued_words(self) -> dict[str, list[TableFacts]]:
        """Tables by their words written as one: "joblevel"."""
        found: dict[str, list[TableFacts]] = defaultdict(list)
        for table in self.tables:
            found["".join(self.words[table.name])].append(table)
        return found

    @cached_property
    def by_loose_words(self) -> dict[tuple[str, ...], list[TableFacts]]:
        """Tables by their words, each in the singular: ("order", "line") of orders_lines."""
        found: dict[tuple[str, ...], list[TableFacts]] = defaultdict(list)
        for table in self.tables:
            found[loosely(self.words[table.name])].append(table)
        return found

    def almost(self, glued: str) -> list[TableFacts]:
        """Tables whose words, written as one, differ by a slip of the pen; short ones are left alone."""
        if len(glued) < SLIP_FROM:
            return []
        alike = [
            other
            for other in self.by_glued_words
            if abs(len(other) - len(glued)) < 3 and other[:2] == glued[:2]
        ]
        close = get_close_matches(glued, alike, n=1, cutoff=SLIP)
        return self.by_glued_words[close[0]] if close else []

    def is_module(self, parts: tuple[str, ...]) -> bool:
        """The words stand before several tables and are none themselves: ("hs", "hr"), ("crm",)."""
        return bool(parts) and not self.by_words.get(parts) and self._starts[parts] >= MODULE

    @cached_property
    def _starts(self) -> Counter[tuple[str, ...]]:
        return Counter(own[:size] for own in self.full_words.values() for size in range(1, min(3, len(own))))

    def _words(self, name: str) -> tuple[str, ...]:
        parts = words(self.own_names[name])
        kept = [part for part in parts if part not in NOISE]
        return subject(kept or parts)

    @cached_property
    def chinese(self) -> dict[str, tuple[str, ...]]:
        """Chinese subjects of each table: ("供应商", "客户") of 供应商/客户信息表."""
        return {table.name: self._chinese(table.name) for table in self.facts.tables.values()}

    def _chinese(self, name: str) -> tuple[str, ...]:
        label = self.labels.get(name, Label()).zh or read_pinyin(self.own_names[name])
        # A table that ties two others together is about neither of them.
        several = [label] if TYING.search(label) else re.split(r"[/、或和与]", label)
        parts = (ZH_NOISE.sub("", part.strip()) for part in several)
        return tuple(part for part in parts if len(part) > 1)

    @cached_property
    def by_words(self) -> dict[tuple[str, ...], list[TableFacts]]:
        """Tables by their words."""
        found: dict[tuple[str, ...], list[TableFacts]] = defaultdict(list)
        for table in self.tables:
            found[self.words[table.name]].append(table)
        return found

    @cached_property
    def by_last_word(self) -> dict[str, list[TableFacts]]:
        """Tables by the last of their words."""
        found: dict[str, list[TableFacts]] = defaultdict(list)
        for table in self.tables:
            if self.words[table.name]:
                found[self.words[table.name][-1]].append(table)
        return found

    @cached_property
    def by_chinese(self) -> dict[str, list[TableFacts]]:
        """Tables by Chinese subject, and by its English where the glossary knows it."""
        found: dict[str, list[TableFacts]] = defaultdict(list)
        for table in self.tables:
            for spoken in self.chinese[table.name]:
                found[spoken].append(table)
        return found

    @cached_property
    def by_key(self) -> dict[str, list[Target]]:
        """Unique single columns by lower-case name."""
        found: dict[str, list[Target]] = defaultdict(list)
        for table in self.tables:
            for target in self.targets(table):
                found[target.column.name.lower()].append(target)
        return found

    @cached_property
    def by_key_words(self) -> dict[tuple[str, ...], list[Target]]:
        """Unique single columns by all words of their names, without those that say nothing."""
        found: dict[tuple[str, ...], list[Target]] = defaultdict(list)
        for name, targets in self.by_key.items():
            if not is_generic(name):
                for target in targets:
                    found[tuple(words(target.column.name))].append(target)
        return found

    @cached_property
    def by_key_stem(self) -> dict[tuple[str, ...], list[Target]]:
        """Primary keys of texts by what stands before "code" and "no": ("account",) of chart_master.account_code."""
        found: dict[tuple[str, ...], list[Target]] = defaultdict(list)
        for parts, targets in self.by_key_words.items():
            if len(parts) > 1 and parts[-1] in {"code", "no", "id"}:
                found[subject(list(parts[:-1]))] += [
                    t for t in targets if t.is_primary and family(t.column) == "text"
                ]
        return found

    @cached_property
    def spoken(self) -> dict[str, str]:
        """What the comments of a column of that name say, where all tables that have it agree."""
        said: dict[str, set[str]] = defaultdict(set)
        for table in self.tables:
            for column in table.columns:
                if column.comment:
                    said[column.name.lower()].add(heading(column.comment))
        return {name: next(iter(heads)) for name, heads in said.items() if len(heads) == 1}

    def heard(self, column: str) -> str:
        """What comments of a column of that name say most often; "" where the name says nothing or nobody does."""
        said = Counter[str]() if is_generic(column) else self._heard[column.lower()]
        return said.most_common(1)[0][0] if said else ""

    @cached_property
    def _heard(self) -> dict[str, Counter[str]]:
        said: dict[str, Counter[str]] = defaultdict(Counter)
        for table in self.tables:
            for column in table.columns:
                if column.comment and column.name.lower().endswith(("id", "by", "no", "code")):
                    said[column.name.lower()][heading(column.comment)] += 1
        return said

    @cached_property
    def by_column(self) -> dict[str, list[TableFacts]]:
        """Tables by the lower-case names of their columns."""
        found: dict[str, list[TableFacts]] = defaultdict(list)
        for table in self.tables:
            for column in table.columns:
                found[column.name.lower()].append(table)
        return found

    @cached_property
    def _targets(self) -> dict[str, list[Target]]:
        return {table.name: self._unique_columns(table) for table in self.tables}

    def _unique_columns(self, table: TableFacts) -> list[Target]:
        singles = [key[0] for key in table.unique_keys if len(key) == 1]
        columns = [column for name in singles if (column := table.column(name))]
        return [Target(table, column) for column in columns if family(column)]

    def targets(self, table: TableFacts) -> list[Target]:
        """Columns of `table` that identify a row, the primary key first."""
        return self._targets.get(table.name, [])
