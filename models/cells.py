"""Rights on fields, cell by cell: each role's fields count on the rows that this role gives, and nowhere else.

Where a person's roles differ, or a right depends on the record, small flags are selected beside each row that say which
roles gave it and which conditions hold. Where they do not differ, nothing is added to any statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, case
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from models.grants import NEVER, RIGHTS, AccessRule, FieldRule
from models.scopes import Ground, fails, rows_of
from models.wiring.nouns import Entity

PREFIX = "right_"
"""Result labels of the flags; those of columns begin otherwise."""
EVERYWHERE = -1
"""The place of a flag that need not be asked for."""


class Flag(ColumnElement[int]):
    """1 where a role gave the row, or where a condition may hold. The guard does not look into it: it is the policy's own."""

    _traverse_internals = [("spelled", InternalTraversal.dp_plain_obj)]
    inherit_cache = None

    def __init__(self, spelled: tuple[str, ...], test: ColumnElement[int]) -> None:
        self.spelled = spelled
        self.entity = spelled[1]
        self.test = test
        self.type = Integer()


@compiles(Flag)
def _compiled(element: Flag, compiler: SQLCompiler, **words: Any) -> str:
    words.pop("add_to_result_map", None)
    return str(compiler.process(element.test, **words))


@dataclass(frozen=True)
class Option:
    """What one group of roles gives: `base` where flag `group` is set, less where conditions of `limits` may hold."""

    group: int
    base: str
    limits: tuple[tuple[int, str], ...] = ()
    is_whole: bool = False
    """The group gives all rows."""

    @property
    def least(self) -> str:
        """What is left when every condition holds."""
        return narrowest([self.base, *(right for _flag, right in self.limits)])

    def right(self, flags: Sequence[Any]) -> str:
        """What it gives on a row."""
        if self.group != EVERYWHERE and not flags[self.group]:
            return RIGHTS[0]
        return narrowest([self.base, *(right for flag, right in self.limits if flags[flag])])


@dataclass(frozen=True)
class FieldCells:
    """One field: what each group gives, and flags that take it away whatever they give."""

    options: tuple[Option, ...]
    denied: tuple[int, ...] = ()

    @cached_property
    def widest(self) -> str:
        """The best right on any row."""
        if EVERYWHERE in self.denied or not self.options:
            return RIGHTS[0]
        return widest(option.base for option in self.options)

    @cached_property
    def least(self) -> str:
        """The right that is certain on every row."""
        if self.denied or not self.options:
            return RIGHTS[0]
        floor = [option.least for option in self.options if option.is_whole]
        return widest([narrowest(option.least for option in self.options), *floor])

    def right(self, flags: Sequence[Any]) -> str:
        """The right on a row with these flags."""
        if any(flag == EVERYWHERE or flags[flag] for flag in self.denied):
            return RIGHTS[0]
        return widest(option.right(flags) for option in self.options)


@dataclass(frozen=True)
class Cells:
    """The rights on the limited fields of one entity for one action; every other field has `otherwise`."""

    fields: Mapping[str, FieldCells] = field(default_factory=dict)
    flags: tuple[ColumnElement[int], ...] = ()
    otherwise: str = RIGHTS[0]

    def widest(self, name: str) -> str:
        """The best right on any row."""
        return self.fields[name].widest if name in self.fields else self.otherwise

    def least(self, name: str) -> str:
        """The right that is certain on every row."""
        return self.fields[name].least if name in self.fields else self.otherwise

    def varies(self, name: str) -> bool:
        """Does it differ from row to row?"""
        return name in self.fields and self.fields[name].widest != self.fields[name].least

    def right(self, name: str, flags: Sequence[Any]) -> str:
        """The right on a row with these flags."""
        return self.fields[name].right(flags) if self.varies(name) else self.widest(name)


def widest(rights: Iterable[str]) -> str:
    """The best of some rights."""
    return max(rights, key=RIGHTS.index)


def narrowest(rights: Iterable[str]) -> str:
    """The least of some rights."""
    return min(rights, key=RIGHTS.index)


def cells_of(
    ground: Ground, entity: Entity, granting: Sequence[AccessRule], limits: Sequence[FieldRule], spelled: str
) -> Cells:
    """The rights under these access rules. `limits` are all field rules of the person, `spelled` names policy and action."""
    if not granting:
        return Cells()
    ours = [rule for rule in limits if rule.entity == entity.name]
    if not ours:
        return Cells(otherwise=RIGHTS[-1])
    return _Builder(ground, entity, ours, spelled).built(granting)


class _Builder:
    """Collects the flags of one entity while its fields are worked out."""

    def __init__(self, ground: Ground, entity: Entity, limits: Sequence[FieldRule], spelled: str) -> None:
        self.ground, self.entity, self.limits, self.spelled = ground, entity, limits, spelled
        self.flags: list[ColumnElement[int]] = []
        self.conditions: dict[str, int] = {}

    def built(self, granting: Sequence[AccessRule]) -> Cells:
        names = dict.fromkeys(rule.field for rule in self.limits)
        groups = self._groups(granting)
        alone = len(groups) == 1
        numbered = [
            (EVERYWHERE if alone else self._group_flag(rules), said, any(r.scope == "all" for r in rules))
            for said, rules in groups.items()
        ]
        fields = {name: self._field(name, numbered) for name in names}
        return Cells(fields, tuple(self.flags), RIGHTS[-1])

    def _groups(self, granting: Sequence[AccessRule]) -> dict[frozenset[Any], list[AccessRule]]:
        """The access rules by what their roles say about fields: roles that say the same are one group."""
        groups: dict[frozenset[Any], list[AccessRule]] = {}
        for rule in granting:
            said = frozenset(
                (one.field, one.right, one.matching)
                for one in self.limits
                if one.role == rule.role and one.right != NEVER
            )
            groups.setdefault(said, []).append(rule)
        return groups

    def _field(self, name: str, groups: Sequence[tuple[int, frozenset[Any], bool]]) -> FieldCells:
        never = {one.matching for one in self.limits if one.field == name and one.right == NEVER}
        denied = tuple(EVERYWHERE if not text else self._condition_flag(text) for text in sorted(never))
        return FieldCells(tuple(self._option(name, *group) for group in groups), denied)

    def _option(self, name: str, group: int, said: frozenset[Any], is_whole: bool) -> Option:
        mine = sorted((right, text) for field_name, right, text in said if field_name == name)
        base = narrowest([RIGHTS[-1], *(right for right, text in mine if not text)])
        limits = tuple((self._condition_flag(text), right) for right, text in mine if text)
        return Option(group, base, limits, is_whole)

    def _group_flag(self, rules: Sequence[AccessRule]) -> int:
        return self._flag(case((rows_of(self.ground, self.entity, rules), 1), else_=0))

    def _condition_flag(self, text: str) -> int:
        """Set unless the condition certainly fails: an unknown comparison takes the right away."""
        if text not in self.conditions:
            test = case((fails(self.ground, self.entity, text), 0), else_=1)
            self.conditions[text] = self._flag(test)
        return self.conditions[text]

    def _flag(self, test: ColumnElement[int]) -> int:
        self.flags.append(Flag((self.spelled, self.entity.name, str(len(self.flags))), test))
        return len(self.flags) - 1
