"""Rules of roles as plain dicts and back, for YAML, for the audit and for comparing: role → entity → actions and fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from app.errors import Invalid
from models.allowances import KINDS, Allowance
from models.grants import ACTIONS, FIELD_RIGHTS, SCOPES, AccessRule, FieldRule

Rules = tuple[tuple[AccessRule, ...], tuple[FieldRule, ...], tuple[Allowance, ...]]
FIELDS = "fields"
LIMITS = "@limits"
"""Stands among a role's entities for what it lets out at most; no entity can be called so."""
HIGHEST = 10**12
LONGEST = 64


def to_plain(
    access: Iterable[AccessRule], rights: Iterable[FieldRule], allowances: Iterable[Allowance] = ()
) -> dict[str, Any]:
    """{role: {entity: {action: scope, "fields": {field: right}}, "@limits": {name: number}}}; what a rule says more stands in a dict."""
    document: dict[str, Any] = {}
    for rule in sorted(access, key=lambda one: (one.role, one.entity, ACTIONS.index(one.action), one.reach)):
        _put(_place(document, rule), rule.action, _access_plain(rule))
    for limit in sorted(rights, key=lambda one: (one.role, one.entity, one.field, one.matching)):
        _put(_place(document, limit).setdefault(FIELDS, {}), limit.field, _field_plain(limit))
    for one in sorted(allowances, key=lambda one: (one.role, one.name)):
        document.setdefault(one.role, {}).setdefault(LIMITS, {})[one.name] = one.most
    return document


def from_plain(document: Any) -> Rules:
    """The rules that a document describes. Raises Invalid with the place of the first mistake."""
    access: list[AccessRule] = []
    rights: list[FieldRule] = []
    allowances: list[Allowance] = []
    for role, entities in _items(document, _("rights")):
        for entity, said in _items(entities, role):
            place = f"{role} · {entity}"
            if entity == LIMITS:
                allowances += [_allowance(role, name, value, place) for name, value in _items(said, place)]
                continue
            for name, value in _items(said, place):
                if name == FIELDS:
                    rights += _fields(role, entity, value, place)
                else:
                    access += [_access(role, entity, name, one, place) for one in _listed(value)]
    return tuple(dict.fromkeys(access)), tuple(dict.fromkeys(rights)), tuple(allowances)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """(role, entity, before, after) wherever two documents differ."""
    for role in dict.fromkeys([*before, *after]):
        old, new = before.get(role, {}), after.get(role, {})
        for entity in dict.fromkeys([*old, *new]):
            if old.get(entity) != new.get(entity):
                yield role, entity, old.get(entity), new.get(entity)


def _place(document: dict[str, Any], rule: AccessRule | FieldRule) -> dict[str, Any]:
    found: dict[str, Any] = document.setdefault(rule.role, {}).setdefault(rule.entity, {})
    return found


def _put(there: dict[str, Any], name: str, value: Any) -> None:
    """One value as it is, several as a list."""
    if name not in there:
        there[name] = value
    else:
        there[name] = [*_listed(there[name]), value]


def _access_plain(rule: AccessRule) -> Any:
    if rule.scope == "units":
        return {"scope": rule.scope, "units": list(rule.units)}
    if rule.scope == "rule":
        return {"scope": rule.scope, "condition": json.loads(rule.matching or "{}")}
    return rule.scope


def _field_plain(limit: FieldRule) -> Any:
    return {"right": limit.right, "when": json.loads(limit.matching)} if limit.matching else limit.right


def _access(role: str, entity: str, action: str, value: Any, place: str) -> AccessRule:
    said = value if isinstance(value, Mapping) else {"scope": value}
    scope, units, condition = said.get("scope"), said.get("units") or [], said.get("condition")
    if action not in ACTIONS:
        raise _wrong(place, action, ACTIONS)
    if scope not in SCOPES:
        raise _wrong(place, scope, SCOPES)
    if scope == "units" and (not isinstance(units, list) or not units):
        raise Invalid(_("%(place)s: name the units under “units”.", place=place))
    if scope == "rule" and not isinstance(condition, Mapping):
        raise Invalid(_("%(place)s: write the condition under “condition”.", place=place))
    matching = json.dumps(condition, ensure_ascii=False) if scope == "rule" else ""
    codes = tuple(str(unit).strip() for unit in units) if scope == "units" else ()
    return AccessRule(role, entity, action, scope, codes, matching)


def _allowance(role: str, name: str, value: Any, place: str) -> Allowance:
    if name not in KINDS:
        raise _wrong(place, name, KINDS)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= HIGHEST:
        words = {"place": place, "name": name}
        raise Invalid(_("%(place)s: “%(name)s” takes a whole number, 0 or more.", **words))
    return Allowance(role, name, value)


def _fields(role: str, entity: str, fields: Any, place: str) -> Iterator[FieldRule]:
    for name, value in _items(fields, place):
        for one in _listed(value):
            said = one if isinstance(one, Mapping) else {"right": one}
            if said.get("right") not in FIELD_RIGHTS:
                raise _wrong(f"{place} · {name}", said.get("right"), FIELD_RIGHTS)
            when = said.get("when")
            matching = json.dumps(when, ensure_ascii=False) if when else ""
            yield FieldRule(role, entity, name, said["right"], matching)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _items(said: Any, place: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(said, Mapping):
        raise Invalid(_("%(place)s: a list of names with what they say is missing.", place=place))
    for name, value in said.items():
        if len(str(name)) > LONGEST:
            raise Invalid(_("%(place)s: “%(name)s” is too long.", place=place, name=str(name)[:40]))
        yield str(name), value


def _wrong(place: str, said: Any, known: Iterable[str]) -> Invalid:
    words = {"place": place, "said": str(said)[:40], "known": ", ".join(known)}
    return Invalid(_("%(place)s: “%(said)s” means nothing here. Use one of %(known)s.", **words))
