"""Entity, Field and Relation: legacy tables under business names. Pure data, kept in the overlay as versions."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

ROLES = (
    "customer",
    "contact",
    "order",
    "payment",
    "ticket",
    "asset",
    "product",
    "employee",
    "organisation",
    "other",
)
"""What a table is about; rules, charts and the menu look for these."""


@dataclass(frozen=True)
class Label:
    """A name in both languages; an empty one falls back to the other."""

    en: str = ""
    zh: str = ""

    def text(self, language: str) -> str:
        """The label in `language` ("en" or "zh")."""
        return (self.zh or self.en) if language.startswith("zh") else (self.en or self.zh)


@dataclass(frozen=True)
class Field:
    """One reflected column under a business name."""

    name: str
    """The column's own name, unchanged: used in conditions, the API and forms."""
    label: Label
    kind: str
    """Name of a field type: a module in `fields/kinds`."""
    sql_type: str = ""
    """The server's own words, lower case but for quoted members: "decimal(20,6) unsigned", "enum('a','B')"."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the kind: {"true": "Y", "false": "N"}, {"dictionary": …}, {"options": [...]}, {"scale": 2}."""
    nullable: bool = True
    has_default: bool = False
    """The server fills it when it is left out (default, auto_increment, generated)."""
    length: int | None = None
    """Characters for text, bytes for binary; None = no limit known."""
    scale: int | None = None
    """Digits behind the point for exact numbers."""
    read_only: str = ""
    """Why it cannot be edited, as a code ("generated", "key", "blob", …); empty = editable."""
    group: str = ""
    """Heading under which pages show it: "", "more", "system"."""
    listed: bool = False
    """Among the columns that a list shows at first."""
    searched: bool = False
    """Quick and global search look here (by prefix on an index)."""
    inside: bool = False
    """“Contains” and the searches find words inside it too, by a search index in the overlay."""
    help: Label = Label()
    sensitive: bool = False
    """A number of a person or of an account: masked for every role that has no right of its own on it."""
    personal: str = ""
    """Which of a person's data it holds (`models.persons.kinds`); "none" = none, "" = by its kind and its name."""

    @property
    def required(self) -> bool:
        """NULL is not allowed and the server would not fill it."""
        return not self.nullable and not self.has_default and not self.read_only

    @cached_property
    def kept(self) -> dict[Hashable, Any]:
        """What others have worked out about this very field, under keys of their own; a changed copy begins anew."""
        return {}


@dataclass(frozen=True)
class Relation:
    """Columns of this entity that name a row of another (many to one), or a list of rows."""

    name: str
    columns: tuple[str, ...]
    target: str
    """Entity name of the target."""
    target_columns: tuple[str, ...]
    declared: bool = False
    confidence: float = 1.0
    label: Label = Label()
    """The relation as seen from this side: "Customer"."""
    back_label: Label = Label()
    """As seen from the target: "Orders"."""
    when: Mapping[str, Any] = field(default_factory=dict)
    """{"biz_type": "order"}: it holds for rows with this stored value; other values lead elsewhere. {} = always."""
    separator: str = ""
    """What stands between the keys of a list ("1,5,9"); "" = the columns name one row."""

    @property
    def is_plain(self) -> bool:
        """It leads from every row to one other: joins, scopes and look-up boxes may rely on it."""
        return not self.when and not self.separator


@dataclass(eq=False)
class Entity:
    """A legacy table or view under a business name. `table` and `model` are bound by the catalogue."""

    name: str
    """URL-safe slug, unique in the wiring: "customer", "t-khzl"."""
    table_name: str
    label: Label
    fields: dict[str, Field]
    """By column name, in the table's order."""
    key: tuple[str, ...] = ()
    """Columns that identify a row; empty = read-only."""
    title: str = ""
    """The column whose value names a record to a person."""
    code: str = ""
    """A business code shown beside the title; may be empty."""
    role: str = "other"
    relations: dict[str, Relation] = field(default_factory=dict)
    dormant: dict[str, Relation] = field(default_factory=dict)
    """Relations to tables that are not published; they wake up once these are."""
    indexes: tuple[tuple[str, ...], ...] = ()
    """Column tuples of all indexes, primary key first."""
    unique: tuple[tuple[str, ...], ...] = ()
    """Column tuples that are unique and never NULL: a sort by one of them needs nothing more to be a total order."""
    row_estimate: int = 0
    is_view: bool = False
    read_only: str = ""
    """Why nothing can be written, as a code ("no-key", "view", "myisam"…); empty = writable."""
    owner: str = ""
    """Column with the owner's employee code."""
    unit: str = ""
    """Column with the organisation unit's code."""
    region: str = ""
    parent: str = ""
    """Name of the relation whose scope applies when there is no owner or unit column of its own."""
    delete_flag: Mapping[str, Any] = field(default_factory=dict)
    """{"field": "SCBZ", "deleted": "1", "live": "0"}; empty = rows are really deleted."""
    updated: str = ""
    """Column with the time of the last change, when there is one."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """{"tenant_id": "1"}: only rows with these values exist here, and every new row gets them."""
    icon: str = ""
    group: str = ""
    """Menu heading."""
    comment: str = ""
    kept: str = ""
    """Why a person's data in it must be kept, in words (a law, a contract); "" = requests may erase it."""
    on_request: str = ""
    """What a request of a person may do with a whole row: "delete"; "" = its fields are emptied or made anonymous alone."""
    audited: str = ""
    """Which reads are written down: "opened" (records that somebody opens), "sensitive" (sensitive fields that are shown), "both"."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Columns that were wired under another name: {"KHMC": "CUSTOMER_NAME"}. What names the old one follows when it is published."""
    lost: Mapping[str, Label] = field(default_factory=dict)
    """Columns that were wired and are not in the table any more, with their labels: set by the catalogue, never saved."""
    table: Any = field(default=None, repr=False)
    """SQLAlchemy Table, bound at start."""
    model: Any = field(default=None, repr=False)
    """Mapped class, bound at start."""

    def field_named(self, name: str) -> Field:
        """The field; KeyError when there is none."""
        return self.fields[name]

    def attribute(self, name: str) -> Any:
        """The mapped attribute of a column, for ORM statements."""
        return getattr(self.model, attribute_name(name))


def attribute_name(column: str) -> str:
    """Python attribute of a column: a prefix keeps it clear of metadata, query, class, validate…"""
    return "c_" + column


@dataclass(frozen=True)
class Wiring:
    """One version of everything that is published."""

    version: int = 0
    entities: Mapping[str, Entity] = field(default_factory=dict)
