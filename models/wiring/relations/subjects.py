"""What tables are about and which of their columns can be pointed at, indexed for a whole schema."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from models.legacy.facts import ColumnFacts, SchemaFacts, TableFacts
from models.wiring.glossary import IRREGULAR, singulars, to_english
from models.wiring.identifiers import words
from models.wiring.labels import heading
from models.wiring.nouns import Label
from models.wiring.pinyin import read_pinyin

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
ABBREVIATIONS = {
    "dept": "department", "cust": "customer", "prod": "product", "emp": "employee", "org": "organization", "cat": "category",
    "acct": "account", "loc": "location", "mfr": "manufacturer", "addr": "address", "inv": "invoice", "tpl": "template", "temp": "template", "tmpl": "template",
    "lang": "language", "curr": "currency", "usr": "user", "grp": "group", "supp": "supplier", "vend": "vendor", "proj": "project",
    "cntry": "country", "stk": "stock", "purch": "purchase", "cate": "category", "catg": "category", "whs": "warehouse", "brch": "branch", "ord": "order", "doc": "document", "msg": "message", "cfg": "config", "organisation": "organization",
}  # fmt: skip
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


def singular(parts: list[str]) -> tuple[str, ...]:
    """Words with the last one in the singular, for comparing table and column names."""
    return (*parts[:-1], _shortest(parts[-1])) if parts else ()


def _shortest(word: str) -> str:
    """The singular: an irregular one may be no shorter ("people")."""
    forms = singulars(word)
    return IRREGULAR.get(word) or min(forms, key=len)


def subject(parts: list[str]) -> tuple[str, ...]:
    """Words for comparing what tables and columns are about: usual abbreviations written out, the end in the singular."""
    return singular([ABBREVIATIONS.get(part, part) for part in parts])


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
            for subject in self.chinese[table.name]:
                found[subject].append(table)
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

    def same_subject(self, left: str, right: str) -> bool:
        """Two Chinese names mean the same when the glossary gives them one English name."""
        english = to_english(left)
        return left == right or (bool(english) and english == to_english(right))
