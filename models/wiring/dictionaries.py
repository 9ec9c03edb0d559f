"""Tables of the legacy system that explain it: a data dictionary of its columns, and dictionaries of codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from models.legacy.facts import ColumnFacts, SchemaFacts, TableFacts
from models.legacy.samples import LegacySamples, distinct
from models.wiring.identifiers import module_prefix, words
from models.wiring.labels import CHINESE
from models.wiring.nouns import Label
from models.wiring.relations.wording import singular

HINT = re.compile(
    r"(?i)dict|meta|zd(?:b|$)|sjzd|zidian|lookup|code|enum|column|field|字典|代码|数据项|字段|码表|ZD"
)
MOST = 50_000
"""Rows of a dictionary that are read at most."""
SHARE = 0.6
TEXTS = {"char", "varchar", "nvarchar", "nchar", "text", "tinytext", "character", "enum"}
NOT_IN_USE = {"0", "n", "false"}
ROLES = {
    "type": re.compile(r"(?i)^(?:dict_?type|type(?:_?code)?|lx|zdlx|category|group(?:_?code)?|lb|zdlb|kind|class|dict_?group|类型|字典类型|代码类型)$"),
    "code": re.compile(r"(?i)^(?:dict_?value|value|code|dm|zddm|bm|item_?(?:code|value|key)|key|dict_?key|zdz|代码|编码|值)$"),
    "label": re.compile(r"(?i)^(?:dict_?label|label|name|mc|zdmc|text|item_?(?:name|text|label)|dict_?name|title|meaning|名称|中文名称|标签)$"),
    "english": re.compile(r"(?i)^(?:ywmc|ywm|name_?en|en_?name|label_?en|en_?label|english(?:_?name)?|英文名称)$"),
}  # fmt: skip


@dataclass(frozen=True)
class DataDictionary:
    """What a dictionary table says about tables and columns; names in lower case, "" for the table itself."""

    table: str = ""
    labels: dict[tuple[str, str], Label] = field(default_factory=dict)
    types: dict[tuple[str, str], str] = field(default_factory=dict)
    """Code type by (table, column)."""

    def label(self, table: str, column: str = "") -> Label | None:
        """The label it gives; None = it says nothing."""
        return self.labels.get((table.lower(), column.lower()))


@dataclass(frozen=True)
class CodeDictionary:
    """A table of (type, code, label) rows."""

    table: str
    type: str
    code: str
    label: str
    english: str
    codes: dict[str, dict[str, str]]
    """What the known codes mean, by type; codes in upper case."""

    def settings(self, code_type: str) -> dict[str, Any]:
        """A field's settings for one of its types."""
        dictionary: dict[str, Any] = {"table": self.table, "code": self.code, "label": self.label}
        if self.english:
            dictionary |= {"label_en": self.english, "label_zh": self.label}
        return {"dictionary": dictionary | {"where": {self.type: code_type}}}

    def type_named(self, *names: str) -> str:
        """The first of `names` that is one of its types, as it is written there; "" = none."""
        by_name = {known.lower(): known for known in self.codes}
        return next((by_name[name.lower()] for name in names if name.lower() in by_name), "")


@dataclass(frozen=True)
class Dictionaries:
    """All that a schema explains about itself."""

    data: DataDictionary = DataDictionary()
    codes: tuple[CodeDictionary, ...] = ()

    def of_column(
        self, table: TableFacts, column: ColumnFacts, values: Collection[Any]
    ) -> tuple[CodeDictionary, str] | None:
        """The dictionary and its type that explain the stored values of a column; None = none does."""
        told = self.data.types.get((table.name.lower(), column.name.lower()), "")
        for dictionary in self.codes:
            found = dictionary.type_named(*([told] if told else type_names(table, column)))
            stored = {str(value).strip().upper() for value in values}
            is_covering = found and len(stored & dictionary.codes[found].keys()) >= 0.8 * len(stored)
            if found and dictionary.table != table.name and (told or is_covering):
                return dictionary, found
        return None

    def meanings(self, table: TableFacts, column: ColumnFacts, values: Collection[Any]) -> dict[str, str]:
        """What a dictionary says that the codes of a column mean; codes in upper case."""
        found = self.of_column(table, column, values)
        return found[0].codes[found[1]] if found else {}


def type_names(table: TableFacts, column: ColumnFacts) -> list[str]:
    """What a code type for the column may be called."""
    bare = re.sub(r"_?(?:id|code|type)$", "", column.name, flags=re.IGNORECASE)
    one = "_".join(singular(words(table.name)))
    long = [
        f"{table.name}_{column.name}",
        f"{one}_{column.name}",
        f"{table.name}_{bare}",
        f"{module_prefix(table.name)}_{column.name}",
    ]
    return [*long, column.name] if len(column.name) > 2 else long


def read_dictionaries(facts: SchemaFacts, samples: LegacySamples | None) -> Dictionaries:
    """The dictionaries of a schema; nothing without data."""
    if samples is None:
        return Dictionaries()
    hinted = [table for table in facts.tables.values() if _is_hinted(table)]
    codes = [_code_dictionary(table, samples) for table in hinted]
    data = [_data_dictionary(table, facts, samples) for table in hinted]
    return Dictionaries(next(filter(None, data), DataDictionary()), tuple(filter(None, codes)))


def described(facts: SchemaFacts, data: DataDictionary) -> SchemaFacts:
    """The facts with the data dictionary's words as comments, where the schema has none of its own."""
    if not data.labels:
        return facts
    return replace(facts, tables={name: _described(table, data) for name, table in facts.tables.items()})


def _described(table: TableFacts, data: DataDictionary) -> TableFacts:
    def text(column: str, comment: str) -> str:
        label = data.label(table.name, column)
        return comment or (label.zh or label.en if label else "")

    columns = tuple(replace(column, comment=text(column.name, column.comment)) for column in table.columns)
    return replace(table, columns=columns, comment=text("", table.comment))


def _is_hinted(table: TableFacts) -> bool:
    return not table.is_view and HINT.search(f"{table.name} {table.comment}") is not None


def _texts(table: TableFacts) -> list[str]:
    return [column.name for column in table.columns if column.base_type in TEXTS or not column.base_type]


def _data_dictionary(table: TableFacts, facts: SchemaFacts, samples: LegacySamples) -> DataDictionary | None:
    """A dictionary whose rows name tables and columns of this very schema."""
    rows = samples.rows(table)
    tables = {name.lower() for name in facts.tables}
    columns = {column.name.lower() for known in facts.tables.values() for column in known.columns}
    names = _texts(table)
    of_table = _best_column(rows, names, tables)
    of_column = _best_column(rows, [name for name in names if name != of_table], columns - tables)
    if not of_table or not of_column:
        return None
    rest = [name for name in names if name not in {of_table, of_column}]
    chinese = max(rest, key=lambda name: _chinese_share(rows, name), default="")
    english = _english_column(rows, [name for name in rest if name != chinese])
    kinds = next(
        (name for name in rest if name not in {chinese, english} and _looks_like_types(rows, name)), ""
    )
    return _read_data_dictionary(table, samples, [of_table, of_column, chinese, english, kinds])


def _best_column(rows: list[dict[str, Any]], names: Iterable[str], known: set[str]) -> str:
    """The column most of whose values are among `known`; "" = none."""
    shares = {name: _share(rows, name, known) for name in names}
    best = max(shares, key=lambda name: shares[name], default="")
    return best if best and shares[best] >= SHARE else ""


def _share(rows: list[dict[str, Any]], name: str, known: set[str]) -> float:
    values = [str(value).strip().lower() for value in distinct(rows, name)]
    values = [value for value in values if value != "*"]
    return sum(value in known for value in values) / len(values) if len(values) > 2 else 0.0


def _chinese_share(rows: list[dict[str, Any]], name: str) -> float:
    values = distinct(rows, name)
    return sum(bool(CHINESE.search(str(value))) for value in values) / len(values) if values else 0.0


def _english_column(rows: list[dict[str, Any]], names: list[str]) -> str:
    """The column with words of more than one letter case, which codes have not."""
    for name in names:
        values = [str(value) for value in distinct(rows, name)]
        if (
            values
            and sum(bool(re.fullmatch(r"[A-Z]?[a-z].*", value)) for value in values) / len(values) > SHARE
        ):
            return name
    return ""


def _looks_like_types(rows: list[dict[str, Any]], name: str) -> bool:
    values = [str(value) for value in distinct(rows, name)]
    return bool(values) and all(re.fullmatch(r"\w{1,30}", value) for value in values)


def _read_data_dictionary(table: TableFacts, samples: LegacySamples, names: list[str]) -> DataDictionary:
    labels: dict[tuple[str, str], Label] = {}
    types: dict[tuple[str, str], str] = {}
    wanted = [name for name in names if name]
    for row in samples.all_rows(table, wanted, MOST):
        values = dict(zip(wanted, (str(value or "").strip() for value in row), strict=True))
        of_table, of_column, chinese, english, kind = (values.get(name, "") for name in names)
        place = of_table.lower(), of_column.lower().strip("*")
        labels[place] = Label(english, chinese if CHINESE.search(chinese) else "")
        if not CHINESE.search(chinese) and not english:
            labels[place] = Label(chinese)
        if kind:
            types[place] = kind
    return DataDictionary(table.name, labels, types)


def _code_dictionary(table: TableFacts, samples: LegacySamples) -> CodeDictionary | None:
    """A table with a type, a code and a label column, whose rows are told apart by the first two."""
    found = {role: _column_for(table, pattern) for role, pattern in ROLES.items()}
    if not all(found[role] for role in ("type", "code", "label")):
        return None
    rows = samples.all_rows(table, [found["type"], found["code"], found["label"]], MOST)
    codes: dict[str, dict[str, str]] = {}
    for kind, code, label in rows:
        codes.setdefault(str(kind or ""), {})[str(code).strip().upper()] = str(label or "").strip()
    if not rows or sum(len(known) for known in codes.values()) < 0.9 * len(rows):
        return None
    return CodeDictionary(table.name, found["type"], found["code"], found["label"], found["english"], codes)


def _column_for(table: TableFacts, pattern: re.Pattern[str]) -> str:
    """The first column whose name fits, texts before numbers ("dict_value" before a "dict_code" that only counts)."""
    fitting = [c for c in table.columns if pattern.match("_".join(words(c.name))) or pattern.match(c.name)]
    fitting.sort(key=lambda column: (column.auto_increment, column.base_type not in TEXTS))
    return fitting[0].name if fitting and fitting[0].base_type in TEXTS else ""
